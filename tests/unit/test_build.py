"""Building a pack from its source (FORMAT.md section 9)."""

import hashlib
from pathlib import Path

import pytest

from content_packs.build import build_pack, read_built
from content_packs.durable import Disk
from content_packs.errors import MediaError, SourceError
from tests.simulators.media import jpeg, mp4, pdf

PACK = """
format = 1
pack = "mash:thyesat-6"
version = 3
released_at = "2026-09-01T08:00:00Z"
language = "sq"
subject = "mathematics"
area = "math"
grades = [6]
licence = "CC-BY-SA-4.0"
authors = ["Vlora Gashi"]
title = { sq = "Thyesat", en = "Fractions" }
summary = { sq = "Mbledhja e thyesave." }
goals = { sq = ["Të mbledhësh dy thyesa"] }
[[units]]
slug = "mbledhja"
title = { sq = "Mbledhja" }
[[units.items]]
slug = "mbledhja"
kind = "video"
title = { sq = "Mbledhja" }
alignment = [{ framework = "xk-2016", code = "6.2.1" }]
teacher_only = true
[[units.items.files]]
path = "video/mbledhja.mp4"
role = "video"
label = "360p"
[[units.items.files]]
path = "mbledhja.sq.vtt"
role = "captions"
language = "sq"
[[units.items]]
slug = "fleta"
kind = "document"
title = { sq = "Fleta e punës" }
[[units.items.files]]
path = "fleta.pdf"
role = "document"
[[units.items]]
slug = "kuizi"
kind = "quiz"
title = { sq = "Kuizi" }
prerequisites = ["mash:mbledhja"]
[[units.items.files]]
path = "kuizi.json"
role = "quiz"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source with a video, captions, a worksheet and a quiz."""
    folder = tmp_path / "source"
    (folder / "video").mkdir(parents=True)
    (folder / "pack.toml").write_text(PACK)
    (folder / "video" / "mbledhja.mp4").write_bytes(mp4(seconds=61))
    (folder / "mbledhja.sq.vtt").write_bytes(b"WEBVTT\n")
    (folder / "fleta.pdf").write_bytes(pdf(pages=2))
    (folder / "kuizi.json").write_bytes(
        b'{"format":1,"questions":[{"id":"a","type":"number","prompt":{"sq":"2"},"correct":["2"]}]}'
    )
    return folder


def test_everything_the_author_wrote_and_everything_measured_is_in_the_manifest(tmp_path: Path, source: Path) -> None:
    built = build_pack(source, tmp_path / "built", Disk())
    video, paper, quiz = built.manifest.items()
    assert (video.id, video.duration_s, video.teacher_only) == ("mash:mbledhja", 61.0, True)
    assert [(file.role, file.ext, file.label, file.language) for file in video.files] == [
        ("video", "mp4", "360p", None),
        ("captions", "vtt", "", "sq"),
    ]
    assert (video.alignment[0].framework, video.alignment[0].code) == ("xk-2016", "6.2.1")
    assert (paper.pages, quiz.questions, quiz.prerequisites) == (2, 1, ("mash:mbledhja",))
    assert built.manifest.goals == {"sq": ("Të mbledhësh dy thyesa",)}


def test_blobs_stand_under_their_hashes_and_nothing_else_is_there(tmp_path: Path, source: Path) -> None:
    built = build_pack(source, tmp_path / "built", Disk())
    blobs = [path for path in (tmp_path / "built").rglob("*") if path.is_file() and path.parts[-3] == "blobs"]
    assert {path.name.partition(".")[0] for path in blobs} == set(built.manifest.files())
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() in path.name for path in blobs)
    assert read_built(tmp_path / "built")[0] == built.manifest


def test_the_same_source_gives_the_same_bytes_and_building_again_changes_nothing(tmp_path: Path, source: Path) -> None:
    first = build_pack(source, tmp_path / "one", Disk())
    other = build_pack(source, tmp_path / "two", Disk())
    again = build_pack(source, tmp_path / "one", Disk())
    assert (tmp_path / "one" / "manifest.json").read_bytes() == (tmp_path / "two" / "manifest.json").read_bytes()
    assert (first.changed, other.changed, again.changed) == (True, True, False)


def test_what_the_source_no_longer_has_is_gone_from_the_result(tmp_path: Path, source: Path) -> None:
    before = build_pack(source, tmp_path / "built", Disk()).manifest.files()
    (source / "video" / "mbledhja.mp4").write_bytes(mp4(seconds=62))
    after = build_pack(source, tmp_path / "built", Disk()).manifest.files()
    names = {path.name.partition(".")[0] for path in (tmp_path / "built" / "blobs").glob("*/*")}
    assert names == set(after) != set(before)


PICTURES = """
[[units.items.files]]
path = "torta.jpg"
role = "picture"
label = "torta"
"""
SHOWN = (
    b'{"format":1,"questions":[{"id":"a","type":"number","prompt":{"sq":"2"},"correct":["2"],'
    b'"picture":{"file":"torta","alt":{"sq":"Nje torte"}}}]}'
)


def test_the_pictures_of_a_quiz_come_along(tmp_path: Path, source: Path) -> None:
    (source / "kuizi.json").write_bytes(SHOWN)
    (source / "torta.jpg").write_bytes(jpeg())
    (source / "pack.toml").write_text(PACK + PICTURES)
    *_, quiz = build_pack(source, tmp_path / "built", Disk()).manifest.items()
    assert [(file.role, file.label) for file in quiz.files] == [("quiz", ""), ("picture", "torta")]


@pytest.mark.parametrize(
    ("pictures", "problem"),
    [("", "no file of role picture has the label torta"),
     (PICTURES.replace('label = "torta"', 'label = "bar"'), "no file of role picture has the label torta"),
     (PICTURES * 2, "two pictures have the label torta")],
)  # fmt: skip
def test_a_picture_that_a_quiz_shows_and_has_not_is_told(
    tmp_path: Path, source: Path, pictures: str, problem: str
) -> None:
    (source / "kuizi.json").write_bytes(SHOWN)
    (source / "torta.jpg").write_bytes(jpeg())
    (source / "pack.toml").write_text(PACK + pictures)
    with pytest.raises(SourceError, match=problem) as caught:
        build_pack(source, tmp_path / "built", Disk())
    assert "kuizi" in caught.value.problem
    assert not (tmp_path / "built" / "manifest.json").exists()


def test_a_bad_video_is_named_with_the_command_that_mends_it(tmp_path: Path, source: Path) -> None:
    (source / "video" / "mbledhja.mp4").write_bytes(mp4(index_first=False))
    with pytest.raises(MediaError) as caught:
        build_pack(source, tmp_path / "built", Disk())
    assert caught.value.command.startswith("ffmpeg -i video/mbledhja.mp4")
    assert not (tmp_path / "built" / "manifest.json").exists()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"video/mbledhja.mp4"', '"../mbledhja.mp4"', "does not stay inside"),
        ('"video/mbledhja.mp4"', '"/etc/passwd"', "does not stay inside"),
        ('"video/mbledhja.mp4"', '"video/nuk-ka.mp4"', "No such file"),
        ('"video/mbledhja.mp4"', '"video"', "not a plain file"),
        ('kind = "video"', 'kind = "film"', "film"),
        ("version = 3", "version = 3\nfoo = 1", "foo"),
        ("version = 3", "", "version"),
        ('slug = "kuizi"', 'slug = "fleta"', "stands twice"),
        ('language = "sq"\n[[units.items]]', "[[units.items]]", "captions without a language"),
        ("format = 1", "format = ", "pack.toml"),
        ('released_at = "2026-09-01T08:00:00Z"', 'released_at = "today"', "released_at"),
    ],
)
def test_mistakes_in_the_source_are_told_where_they_are(
    tmp_path: Path, source: Path, old: str, new: str, problem: str
) -> None:
    assert old in PACK
    (source / "pack.toml").write_text(PACK.replace(old, new))
    with pytest.raises(SourceError) as caught:
        build_pack(source, tmp_path / "built", Disk())
    assert problem in str(caught.value)


def test_a_source_may_not_reach_outside_by_a_link(tmp_path: Path, source: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "mbledhja.mp4").write_bytes(mp4())
    (source / "video" / "mbledhja.mp4").unlink()
    (source / "video").rmdir()
    (source / "video").symlink_to(tmp_path / "outside")
    with pytest.raises(SourceError, match="a link stands in the way"):
        build_pack(source, tmp_path / "built", Disk())


def test_a_folder_without_a_source_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        build_pack(tmp_path, tmp_path / "built", Disk())
    with pytest.raises(SourceError, match="No such file"):
        read_built(tmp_path)


def test_webm_may_only_stand_beside_an_mp4(tmp_path: Path, source: Path) -> None:
    (source / "video" / "mbledhja.webm").write_bytes(b"\x1a\x45\xdf\xa3" + bytes(20))
    (source / "pack.toml").write_text(PACK.replace("mbledhja.mp4", "mbledhja.webm"))
    with pytest.raises(SourceError, match="has no MP4"):
        build_pack(source, tmp_path / "built", Disk())
