"""A USB stick for the demo: the shelf, with a second version of one course and a course that the box does not have.

Nothing is faked: the packs are built and signed by the commands that publishers use. The folder stands for the mounted
stick; `schoolbox stick scan` says that it was put in, as the system does for a real one.
"""

import os
import shutil
from pathlib import Path

from deploy.demo.commands import once, run
from deploy.demo.shelf import SAMPLES

NEWER = SAMPLES / "qendra" / "english-6"
UNIT = """
[[units]]
slug = "perseritje"
title = { sq = "Përsëritje", en = "Revision" }
[[units.items]]
slug = "english-6-words"
kind = "document"
title = { sq = "Fjalët e kursit", en = "The words of this course" }
[[units.items.files]]
path = "words.txt"
role = "document"
language = "en"
"""
WORDS = "in the morning - në mëngjes\nhalf past seven - shtatë e gjysmë\nafter school - pas shkolle\n"
FILMS = SAMPLES / "mash" / "levizja-dhe-forca-8"
NEW = """format = 1
pack = "mash:forca-perseritje-8"
version = 1
released_at = "2026-11-02T08:00:00Z"
language = "sq"
subject = "physics"
area = "natu"
grades = [8]
licence = "CC-BY-SA-4.0"
authors = ["Ministria e Arsimit"]
title = { sq = "Forca: përsëritje para testit", en = "Forces: revision before the test" }
summary = { sq = "Dy mësime për t'u përsëritur para testit.", en = "Two lessons to go through before the test." }
"""
FILM = """
[[units]]
slug = "{unit}"
title = {{ sq = "{sq}", en = "{en}" }}
[[units.items]]
slug = "p-{name}"
kind = "video"
title = {{ sq = "{sq}", en = "{en}" }}
[[units.items.files]]
path = "{name}.mp4"
role = "video"
[[units.items.files]]
path = "{name}.jpg"
role = "thumbnail"
"""
LESSONS = (
    ("forca", "cka-eshte-forca", "Çka është forca?", "What is a force?"),
    ("rezultantja", "rezultantja-e-forcave", "Rezultantja e forcave", "The resultant of forces"),
)
PADDING = 24_000_000
"""Bytes that each film of the new course is longer, so that there is a bar to be seen."""


def make_stick(folder: Path) -> None:
    """Make `stick`, once; the shelf gets the same, as a publisher's does."""
    once(folder / "stick", lambda: _make_stick(folder))


def sign_new(folder: Path, *, version: int, padding: int) -> None:
    """Sign a version of the new course onto the shelf, each of its films longer by so many bytes."""
    source = folder / "stick-sources" / f"new-{version}"
    shutil.rmtree(source, ignore_errors=True)
    _sign(folder, _new(source, version, padding), "mash")
    shutil.rmtree(source)


def copy_shelf(folder: Path, stick: Path) -> None:
    """Make a stick of the shelf; the same files under other names, for a demo does not need its films twice."""
    draft = stick.with_name(f"{stick.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(folder / "shelf", draft, copy_function=os.link)
    draft.rename(stick)


def _make_stick(folder: Path) -> None:
    newer = folder / "stick-sources" / "newer"
    shutil.rmtree(newer, ignore_errors=True)
    _sign(folder, _newer(newer), "qendra")
    sign_new(folder, version=1, padding=PADDING)
    copy_shelf(folder, folder / "stick")


def _sign(folder: Path, source: Path, publisher: str) -> None:
    built = folder / "built" / f"stick-{source.name}"
    run("content-packs", "build", source, "--out", built)
    run("content-packs", "sign", built, "--key", folder / "keys" / publisher, "--shelf", folder / "shelf")
    shutil.rmtree(built)


def _newer(source: Path) -> Path:
    """The second version of a course: one more unit."""
    shutil.copytree(NEWER, source)
    outline = source / "pack.toml"
    text = outline.read_text(encoding="utf-8").replace("version = 1", "version = 2", 1)
    outline.write_text(text + UNIT, encoding="utf-8")
    (source / "words.txt").write_text(WORDS, encoding="utf-8")
    return source


def _new(source: Path, version: int, padding_bytes: int) -> Path:
    """A course of two films, each with room behind it that players pass over. Source: ISO/IEC 14496-12 §8.1.2."""
    source.mkdir(parents=True)
    text = NEW.replace("version = 1", f"version = {version}", 1)
    for unit, name, sq, en in LESSONS:
        padding = (padding_bytes + 8).to_bytes(4) + b"free" + bytes(padding_bytes)
        (source / f"{name}.mp4").write_bytes((FILMS / f"{name}.mp4").read_bytes() + padding)
        shutil.copy(FILMS / f"{name}.jpg", source)
        text += FILM.format(unit=unit, name=name, sq=sq, en=en)
    (source / "pack.toml").write_text(text, encoding="utf-8")
    return source
