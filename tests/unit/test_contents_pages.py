"""The pages of a shelf for people: what they show, what they only name, when they are made anew (FORMAT 2.16)."""

import hashlib
import json
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

from content_packs.build import build_pack
from content_packs.contents import write_pages
from content_packs.contents.item import TRANSCRIPT_LETTERS_MAX
from content_packs.contents.pack_page import pack_page
from content_packs.contents.shelf_files import CAPTIONS_BYTES_MAX, ShelfFiles
from content_packs.contents.words import duration, grades, other, said, size
from content_packs.durable import Disk
from content_packs.manifest import File, Item, decode_manifest, encode_manifest
from content_packs.sign import sign_pack
from content_packs.sign.reading import read_shelf
from tests.simulators import harms
from tests.simulators.media import jpeg, mp3, mp4, pdf, png
from tests.simulators.publisher import Ministry

PACK_TOML = """\
format = 1
pack = "mash:gjithcka"
version = 1
released_at = "2026-09-01T08:00:00Z"
language = "sq"
subject = "mathematics"
area = "math"
grades = [6, 7, 9]
licence = "CC0-1.0"
authors = ["Vlora"]
title = {{ sq = "Gjithçka", en = "Everything" }}
summary = {{ sq = "Provë" }}
[[units]]
slug = "hyrje"
title = {{ sq = "Hyrje" }}
{items}
"""
ITEM = """\
[[units.items]]
slug = "{slug}"
kind = "{kind}"
title = {{ sq = "Titulli {slug}" }}
{more}
"""
FILE = """\
[[units.items.files]]
path = "{path}"
role = "{role}"
{more}
"""
QUIZ = """
{"format": 1, "questions": [{"id": "q1", "type": "number", "prompt": {"sq": "E fshehta?"}, "correct": ["42"]}]}
"""


class Shelf:
    """A shelf whose one pack has an item of each kind."""

    def __init__(self, folder: Path, captions: str) -> None:
        self.ministry = Ministry(folder)
        self.folder = self.ministry.folder
        source = folder / "source"
        source.mkdir()
        for name, content in {
            "v.mp4": mp4(), "v.jpg": jpeg(), "v.vtt": captions.encode(), "a.mp3": mp3(), "d.pdf": pdf(), "q.json":
            QUIZ.encode(), "q.png": png(), "t.pdf": pdf(pages=3),
        }.items():  # fmt: skip
            (source / name).write_bytes(content)
        video = [("v.mp4", "video", ""), ("v.jpg", "thumbnail", ""), ("v.vtt", "captions", 'language = "sq"')]
        items = (
            _item("video", "video", *video) + _item("audio", "audio", ("a.mp3", "audio", ""))
            + _item("dok", "document", ("d.pdf", "document", ""))
            + _item("kuiz", "quiz", ("q.json", "quiz", ""), ("q.png", "picture", 'label = "q"'))
            + _item("plani", "document", ("t.pdf", "document", ""), more="teacher_only = true")
        )  # fmt: skip
        (source / "pack.toml").write_text(PACK_TOML.format(items=items), encoding="utf-8")
        self.manifest = build_pack(source, folder / "built", Disk()).manifest
        signers = [self.ministry.signers["mash"]]
        sign_pack(folder / "built", self.folder, signers, disk=Disk(), clock=self.ministry.clock)

    @property
    def path(self) -> Path:
        return self.folder / "contents" / "mash.gjithcka.html"

    @property
    def page(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def blob(self, ext: str, *, role: str | None = None) -> Path:
        file = next(each for each in self.manifest.files().values() if each.ext == ext and role in (None, each.role))
        return self.folder / "blobs" / file.sha256[:2] / f"{file.sha256}.{ext}"

    def renew(self, *pack_ids: str) -> None:
        write_pages(read_shelf(self.ministry.shelf).trust, self.folder, Disk(), renew=set(pack_ids))


def _item(slug: str, kind: str, *files: tuple[str, str, str], more: str = "") -> str:
    said_files = "".join(FILE.format(path=path, role=role, more=extra) for path, role, extra in files)
    return ITEM.format(slug=slug, kind=kind, more=more) + said_files


def cues(count: int, letters: int = 20) -> str:
    times = (f"00:{n // 60:02}:{n % 60:02}" for n in range(count))
    rows = (f"{time}.000 --> {time}.900\n{'ë' * letters}" for time in times)
    return "WEBVTT\n\n" + "\n\n".join(rows) + "\n"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, "WEBVTT\n\n00:01.000 --> 00:02.000\n5 < 7 & më shumë\n")


def test_each_kind_is_shown_as_far_as_a_laptop_can(shelf: Shelf) -> None:
    page = shelf.page
    assert f'src="../{shelf.blob("mp4").relative_to(shelf.folder)}"' in page
    assert f'poster="../{shelf.blob("jpg").relative_to(shelf.folder)}"' in page
    assert f'src="../{shelf.blob("mp3").relative_to(shelf.folder)}"' in page
    assert page.count('class="btn"') == 1
    assert "Klasa" in page
    assert "6–7, 9" in page
    assert "Everything" in page


def test_a_quiz_and_what_is_for_teachers_are_named_and_not_linked(shelf: Shelf) -> None:
    page = shelf.page
    assert "Titulli kuiz" in page
    assert "Titulli plani" in page
    assert "Për mësuesit, në kuti" in page
    for path in (shelf.blob("json"), shelf.blob("png"), *shelf.folder.glob("blobs/*/*.pdf")):
        if path != shelf.blob("pdf"):
            assert path.name not in page
    assert "E fshehta" not in page


def test_what_is_said_stands_there_to_read(shelf: Shelf) -> None:
    assert "<time>0:01</time>5 &lt; 7 &amp; më shumë</p>" in shelf.page
    assert shelf.page.count('<track kind="captions" srclang="sq"') == 1


def test_a_long_talk_is_cut_and_huge_captions_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "long").mkdir()
    (tmp_path / "huge").mkdir()
    long = Shelf(tmp_path / "long", cues(400, 60)).page
    assert TRANSCRIPT_LETTERS_MAX - 100 < long.count("ë") < TRANSCRIPT_LETTERS_MAX + 100
    assert "<p>…</p>" in long
    text = cues(1200, 60)
    assert len(text.encode()) > CAPTIONS_BYTES_MAX
    huge = Shelf(tmp_path / "huge", text).page
    assert "<track" not in huge
    assert "<details" not in huge


def test_captions_that_are_not_what_was_signed_are_left_out(shelf: Shelf) -> None:
    path = shelf.blob("vtt")
    path.write_bytes(path.read_bytes().replace(b"5 <", b"9 <"))
    shelf.renew("mash:gjithcka")
    assert "9 &lt;" not in shelf.page
    assert "<track" not in shelf.page


def test_a_file_that_is_not_there_is_said_and_not_linked(shelf: Shelf) -> None:
    gone = shelf.blob("mp4")
    gone.unlink()
    shelf.renew("mash:gjithcka")
    assert gone.name not in shelf.page
    assert "Nuk është në këtë USB" in shelf.page


def test_a_page_that_is_right_is_left_alone_and_a_torn_or_old_one_is_made_anew(shelf: Shelf) -> None:
    before = shelf.page
    shelf.path.write_text(before.replace("Hyrje", "Diçka"), encoding="utf-8")
    shelf.renew()
    assert "Diçka" in shelf.page
    shelf.renew("mash:gjithcka")
    assert shelf.page == before
    shelf.path.write_bytes(b"")
    shelf.renew()
    assert shelf.page == before


@pytest.mark.parametrize("label", ["<img src=x>", "<script>", "</a><meta http-equiv=refresh content=0>", "\"><u>"])
def test_a_label_is_words_even_if_it_looks_like_a_tag(shelf: Shelf, label: str) -> None:
    labelled = b'"label":%s,"role":"document"' % json.dumps(label).encode()
    raw = encode_manifest(shelf.manifest).replace(b'"role":"document"', labelled)
    page = pack_page(decode_manifest(raw), "ab" * 32, {"sq": "Ministria"}, shelf.folder)
    assert escape(label) in page
    assert label not in page


@pytest.mark.parametrize("harm", [harms.pipe, harms.zeros, harms.loop, harms.socket])
@pytest.mark.parametrize("name", ["contents/mash.gjithcka.html", "CONTENTS.html"])
def test_what_stands_in_place_of_a_page_is_not_read_and_gives_way(
    shelf: Shelf, name: str, harm: Callable[[Path], None]
) -> None:
    before = (shelf.folder / name).read_bytes()
    harm(shelf.folder / name)
    shelf.renew()
    assert not (shelf.folder / name).is_symlink()
    assert (shelf.folder / name).read_bytes() == before


@pytest.mark.parametrize("harm", [harms.pipe, harms.zeros, harms.loop, harms.huge])
def test_what_stands_in_place_of_a_manifest_is_not_read(shelf: Shelf, harm: Callable[[Path], None]) -> None:
    harm(min((shelf.folder / "manifests").iterdir()))
    shelf.renew()
    assert not shelf.path.exists()


@pytest.mark.parametrize("harm", [harms.pipe, harms.device, harms.loop, harms.folder])
def test_captions_that_are_no_plain_file_are_left_out_of_a_page(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    captions = File(role="captions", sha256=hashlib.sha256(b"").hexdigest(), ext="vtt", size_bytes=0, language="sq")
    item = Item(id="mash:a", kind="video", title={"sq": "Thyesat"}, files=(captions,))
    path = tmp_path / "blobs" / captions.sha256[:2] / f"{captions.sha256}.vtt"
    path.parent.mkdir(parents=True)
    path.touch()
    files = ShelfFiles(tmp_path, up="../")
    assert [each.language for each in files.captions(item)] == ["sq"]
    harm(path)
    assert files.captions(item) == []


def test_the_page_of_a_pack_that_is_gone_goes_and_other_files_stay(shelf: Shelf) -> None:
    (shelf.folder / "contents" / "shenime.html").write_text("mine")
    (shelf.folder / "contents" / "mash.vjeter.html").write_text("old")
    shelf.renew()
    assert {path.name for path in (shelf.folder / "contents").iterdir()} == {"shenime.html", shelf.path.name}


def test_a_pack_whose_manifest_is_not_there_is_not_shown(shelf: Shelf) -> None:
    for path in (shelf.folder / "manifests").iterdir():
        path.unlink()
    shelf.renew()
    first = (shelf.folder / "CONTENTS.html").read_text(encoding="utf-8")
    assert "Gjithçka" not in first
    assert "Këtu nuk ka ende paketa." in first
    assert not shelf.path.exists()


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [(0, "0 B"), (950, "950 B"), (1_500, "1,5 kB"), (14_200_000, "14 MB"), (4_200_000_000, "4,2 GB")],
)
def test_sizes_are_written_for_people(size_bytes: int, words: str) -> None:
    assert size(size_bytes) == words


@pytest.mark.parametrize(("seconds", "words"), [(0, ""), (0.2, "0:00"), (86, "1:26"), (3_725, "1:02:05")])
def test_durations_are_written_for_people(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(("numbers", "words"), [((), ""), ((6,), "6"), ((1, 2, 3, 6), "1–3, 6"), ((9, 8), "8–9")])
def test_grades_are_drawn_together(numbers: tuple[int, ...], words: str) -> None:
    assert grades(numbers) == words


def test_texts_are_escaped_and_marked_with_their_language() -> None:
    assert said({"sr-Latn": "<b> & 'x'"}, "sq") == '<bdi lang="sr-Latn">&lt;b&gt; &amp; &#x27;x&#x27;</bdi>'
    assert other({"tr": "Kesirler", "en": "Fractions"}, "tr") == '<bdi lang="en">Fractions</bdi>'
    assert other({"sq": "Python", "en": "Python"}, "sq") == ""
    assert said({}, "sq") == ""
