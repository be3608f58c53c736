"""Looking at each file of a pack's source before it goes into a pack (FORMAT 9.2, 9.3).

Promises: a file that passes can be opened by a 2016 phone; one that does not is a `MediaError` naming the file, what is
wrong, and the command that mends it.

    examine(Path("lesson/fractions.mp4"), "fractions.mp4", "video").duration_s
"""

import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from content_packs.errors import MediaError, QuizError
from content_packs.manifest import ROLE_EXTENSIONS, Role
from content_packs.media.mp3 import read_duration_s
from content_packs.media.mp4 import BASELINE, HIGH, MAIN, Movie, read_movie
from content_packs.media.pdf import PDF_BYTES_MAX, count_pages
from content_packs.quiz import QUIZ_BYTES_MAX, decode_quiz, pictures_of

FILE_BYTES_MAX = 2**32 - 1
TEXT_BYTES_MAX = 4 * 1024 * 1024
_SECOND_OUTPUT = "mended"


class Facts(msgspec.Struct, frozen=True):
    """What was measured in a file; `pictures` are the labels of those that a quiz shows."""

    size_bytes: int
    duration_s: float = 0.0
    pages: int = 0
    questions: int = 0
    pictures: tuple[str, ...] = ()


class _Subject(msgspec.Struct, frozen=True):
    """The file being looked at, and how its author calls it."""

    path: Path
    name: str
    size_bytes: int
    index_anywhere: bool = False

    def error(self, problem: str, *options: str) -> MediaError:
        """An error about this file, with the ffmpeg options that mend it."""
        stem, _, ext = self.name.rpartition(".")
        command = ["ffmpeg", "-i", self.name, *options, f"{stem}.{_SECOND_OUTPUT}.{ext}"] if options else []
        return MediaError(path=self.name, problem=problem, command=shlex.join(command))


def examine(path: Path, name: str, role: Role, *, index_anywhere: bool = False) -> Facts:
    """Check a file for its role and measure it.

    Args:
        path: Where it is; a plain file.
        name: How its author wrote it in pack.toml, for messages.
        role: What it is for.
        index_anywhere: Whether the index of a movie may stand behind its data, for `faststart` mends that.

    Raises:
        MediaError: It is not one that every device can open.
    """
    ext = name.rpartition(".")[2]
    subject = _Subject(path, name, path.stat().st_size, index_anywhere)
    if ext not in ROLE_EXTENSIONS[role]:
        raise subject.error(f"a file of role {role} ends in one of: {', '.join(ROLE_EXTENSIONS[role])}")
    if not subject.size_bytes:
        raise subject.error("it is empty")
    if subject.size_bytes > FILE_BYTES_MAX:
        raise subject.error("it is larger than 4 GiB, which a FAT32 stick cannot hold")
    return _LOOKS[ext](subject)


def _video(subject: _Subject) -> Facts:
    movie = _movie(subject)
    recode = ("-c:v", "libx264", "-profile:v", "main", "-pix_fmt", "yuv420p")
    sound = ("-c:a", "aac", "-ac", "1", "-movflags", "+faststart")
    if movie.video_codec != "avc1" or movie.profile not in (BASELINE, MAIN, HIGH):
        found = f"H.264 profile {movie.profile}" if movie.profile else movie.video_codec or "no picture"
        raise subject.error(f"its picture is {found}, not H.264 baseline, main or high", *recode, *sound)
    if not movie.audio_codec:
        silence = ("-f", "lavfi", "-i", "anullsrc=channel_layout=mono", "-shortest", "-c:v", "copy")
        raise subject.error("it has no sound, which some phones refuse; silence will do", *silence, *sound)
    return _sound_and_index(subject, movie, ("-c:v", "copy", *sound))


def _audio(subject: _Subject) -> Facts:
    movie = _movie(subject)
    return _sound_and_index(subject, movie, ("-vn", "-c:a", "aac", "-ac", "1", "-movflags", "+faststart"))


def _sound_and_index(subject: _Subject, movie: Movie, mend_sound: tuple[str, ...]) -> Facts:
    if not movie.is_aac:
        raise subject.error(f"its sound is {movie.audio_codec or 'missing'}, not AAC", *mend_sound)
    if not movie.index_first and not subject.index_anywhere:
        raise subject.error(
            "its index stands at the end, so it cannot play while it loads", "-c", "copy", "-movflags", "+faststart"
        )
    if not movie.duration_s:
        raise subject.error("it does not say how long it is", "-c", "copy", "-movflags", "+faststart")
    return Facts(subject.size_bytes, duration_s=movie.duration_s)


def _movie(subject: _Subject) -> Movie:
    try:
        with subject.path.open("rb") as file:
            return read_movie(file)
    except ValueError as exc:
        raise subject.error(str(exc), "-c", "copy", "-movflags", "+faststart") from exc


def _mp3(subject: _Subject) -> Facts:
    try:
        with subject.path.open("rb") as file:
            return Facts(subject.size_bytes, duration_s=read_duration_s(file))
    except (ValueError, IndexError) as exc:
        raise subject.error("it is not an MP3", "-c:a", "libmp3lame") from exc


def _pdf(subject: _Subject) -> Facts:
    try:
        return Facts(subject.size_bytes, pages=count_pages(_whole(subject, PDF_BYTES_MAX)))
    except ValueError as exc:
        raise subject.error(str(exc)) from exc


def _vtt(subject: _Subject) -> Facts:
    first, _, _ = _text_of(subject).removeprefix("\ufeff").partition("\n")
    if first.rstrip("\r") != "WEBVTT" and not first.startswith(("WEBVTT ", "WEBVTT\t")):
        raise subject.error("its first line is not WEBVTT")
    return Facts(subject.size_bytes)


def _text(subject: _Subject) -> Facts:
    _text_of(subject)
    return Facts(subject.size_bytes)


def _quiz(subject: _Subject) -> Facts:
    try:
        quiz = decode_quiz(_whole(subject, QUIZ_BYTES_MAX))
    except QuizError as exc:
        raise subject.error(exc.problem) from exc
    pictures = tuple(sorted({picture.file for picture in pictures_of(quiz)}))
    return Facts(subject.size_bytes, questions=quiz.asked, pictures=pictures)


def _app(subject: _Subject) -> Facts:
    try:
        with zipfile.ZipFile(subject.path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError) as exc:
        raise subject.error("it is not a zip archive") from exc
    if "index.html" not in names:
        raise subject.error("it has no index.html at its top")
    if any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names):
        raise subject.error("it holds a name that leads out of it")
    return Facts(subject.size_bytes)


def _starting_with(kind: str, *starts: bytes) -> Callable[[_Subject], Facts]:
    """Make a look that only compares the first bytes; a dot stands for any byte."""

    def look(subject: _Subject) -> Facts:
        with subject.path.open("rb") as file:
            head = file.read(16)
        if not any(all(want in (have, 0x2E) for want, have in zip(start, head, strict=False)) for start in starts):
            raise subject.error(f"it is not a {kind}")
        return Facts(subject.size_bytes)

    return look


def _text_of(subject: _Subject) -> str:
    """Read a text file as UTF-8."""
    try:
        return _whole(subject, TEXT_BYTES_MAX).decode("utf-8")
    except UnicodeDecodeError as exc:
        raise subject.error("it is not written in UTF-8") from exc


def _whole(subject: _Subject, cap_bytes: int) -> bytes:
    """Read a file whole, if it is not too large."""
    if subject.size_bytes > cap_bytes:
        raise subject.error(f"it is larger than {cap_bytes} bytes")
    return subject.path.read_bytes()


_LOOKS: dict[str, Callable[[_Subject], Facts]] = {
    "mp4": _video,
    "m4a": _audio,
    "mp3": _mp3,
    "vtt": _vtt,
    "pdf": _pdf,
    "txt": _text,
    "json": _quiz,
    "zip": _app,
    "webm": _starting_with("WebM", b"\x1a\x45\xdf\xa3"),
    "jpg": _starting_with("JPEG", b"\xff\xd8\xff"),
    "png": _starting_with("PNG", b"\x89PNG\r\n\x1a\n"),
    "webp": _starting_with("WebP", b"RIFF....WEBP"),
}
