"""Make the results of all lessons, quizzes and worksheets whose sources have changed.

    python -m content_packs.samples.make                 # what is not up to date
    python -m content_packs.samples.make thyesat-6       # one course
    python -m content_packs.samples.make --pictures DIR  # a picture of every step, to look at; makes nothing else
"""

import argparse
import hashlib
import tempfile
from pathlib import Path

import msgspec

from content_packs.samples.make.captions import captions, cues
from content_packs.samples.make.draw.stage import Stage
from content_packs.samples.make.encode import encode, thumbnail
from content_packs.samples.make.lesson import Lesson, read_lesson
from content_packs.samples.make.narrate import check_voice, lay_track, narrate
from content_packs.samples.make.quizzes import make_quiz
from content_packs.samples.make.timeline import Timeline, lay_out
from content_packs.samples.make.worksheet import make_worksheet

SAMPLES = Path(__file__).resolve().parent.parent
LOOK = 1
"""Raise this when a change in the drawings, the voice or the encoder should make every video anew."""


class Made(msgspec.Struct, frozen=True):
    """What stands beside a lesson's source: from which source it was made, and when each step happens."""

    look: int
    source_sha256: str
    timeline: Timeline


def main() -> None:
    """Read the command line and make what is asked for."""
    parser = argparse.ArgumentParser("python -m content_packs.samples.make", description="Make the sample lessons.")
    parser.add_argument("only", nargs="*", help="courses or lessons to make, by their names; all if none is given")
    parser.add_argument("--force", action="store_true", help="make them even if they are up to date")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="only write a picture of every step")
    asked = parser.parse_args()
    check_voice()
    courses = sorted(path.parent for path in SAMPLES.glob("*/*/pack.toml"))
    for course in courses:
        for source in sorted(course.glob("lessons/*.toml")):
            if not asked.only or {course.name, source.stem} & set(asked.only):
                if asked.pictures:
                    _pictures(source, asked.pictures)
                else:
                    _lesson(course, source, force=asked.force)
    for course in courses if not asked.pictures else ():
        if not asked.only or course.name in asked.only:
            _papers(course)


def _lesson(course: Path, source: Path, *, force: bool) -> None:
    """Make video, captions and thumbnail of one lesson, unless they were made from this very source."""
    lesson, stamp = read_lesson(source), source.with_suffix(".json")
    sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    names = [course / f"{source.stem}.{end}" for end in ("mp4", "jpg", "sq.vtt", "en.vtt")]
    if stamp.exists() and not force and all(name.exists() for name in names):
        made = msgspec.json.decode(stamp.read_bytes(), type=Made)
        if (made.look, made.source_sha256) == (LOOK, sha256):
            return
    sounds = narrate(lesson)
    timeline = lay_out(lesson, [sound.length_s for sound in sounds])
    stage = Stage(lesson, timeline)
    with tempfile.TemporaryDirectory() as folder:
        track = Path(folder) / "track.wav"
        track.write_bytes(lay_track(sounds, [beat.start_s for beat in timeline.beats], timeline.duration_s))
        encode(stage.frames(), track, names[0])
    thumbnail(stage.picture(_finished(lesson, timeline, lesson.thumbnail)), names[1])
    for language, translated in ((lesson.language, False), (lesson.translated, True)):
        text = captions(list(cues(lesson, timeline, translated=translated)))
        (course / f"{source.stem}.{language}.vtt").write_text(text, encoding="utf-8")
    made = Made(LOOK, sha256, timeline)
    stamp.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    print(f"{names[0].relative_to(SAMPLES)}: {timeline.duration_s:.0f} s, {names[0].stat().st_size / 1000:.0f} KB")


def _finished(lesson: Lesson, timeline: Timeline, mark: str) -> float:
    """Say when everything of a marked step stands: just before the next step or slide."""
    for beat in timeline.beats:
        if beat.mark == mark:
            ends = [b.start_s for b in timeline.beats if (b.slide, b.step) == (beat.slide, beat.step + 1)]
            slides = timeline.slide_starts_s[beat.slide + 1 : beat.slide + 2]
            return (ends or list(slides) or [timeline.duration_s])[0] - 0.15
    raise SystemExit(f"„{lesson.title}”: no step has the mark {mark!r} of the thumbnail")


def _pictures(source: Path, folder: Path) -> None:
    """Write the picture at the end of every step."""
    lesson = read_lesson(source)
    timeline = lay_out(lesson, [sound.length_s for sound in narrate(lesson)])
    stage = Stage(lesson, timeline)
    folder.mkdir(parents=True, exist_ok=True)
    later = [beat.start_s for beat in timeline.beats[1:]] + [timeline.duration_s]
    for i, (beat, following) in enumerate(zip(timeline.beats, later, strict=True)):
        until = following if beat.slide == timeline.beats[min(i + 1, len(later) - 1)].slide else following - 0.6
        stage.picture(until - 0.15).save(folder / f"{source.stem}-{beat.slide}-{beat.step}.png")
    print(f"{source.stem}: {timeline.duration_s:.0f} s, {len(timeline.beats)} steps")


def _papers(course: Path) -> None:
    """Make the quizzes and worksheets of a course; they are quick, so they are always made."""
    publisher = course.parent.name
    stamps = sorted(course.glob("lessons/*.json"))
    timelines = {path.stem: msgspec.json.decode(path.read_bytes(), type=Made).timeline for path in stamps}
    for source in sorted(course.glob("quizzes/*.toml")):
        make_quiz(source, course / f"{source.stem}.json", publisher=publisher, timelines=timelines)
    for source in sorted(course.glob("worksheets/*.toml")):
        make_worksheet(source, course / f"{source.stem}.pdf")


if __name__ == "__main__":
    main()
