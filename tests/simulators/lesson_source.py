"""The source of one small course with every kind of item, as an author would write it.

    write_source(folder, 1, QUESTIONS)     # then build_pack(folder, ...)
"""

import json
from collections.abc import Mapping
from pathlib import Path

from tests.simulators.media import jpeg, mp3, mp4, pdf, png

PACK = "mash:thyesat-6"
VIDEO = "mash:pjeset"
AUDIO = "mash:kuzhina"
SHEET = "mash:fleta"
ANSWERS = "mash:zgjidhjet"
QUIZ = "mash:kuiz"
LAST = "mash:mbledhja"
LENGTH_S = 90.0

CAPTIONS = """WEBVTT

00:01.000 --> 00:03.500
Emëruesi mbetet <i>i njëjtë</i>.

00:18.000 --> 00:21.000
Mblidhen vetëm numëruesit &amp; kaq.
"""
QUESTIONS: list[dict[str, object]] = [
    {
        "id": "pica", "type": "single", "correct": ["b"],
        "prompt": {"sq": "Arta hëngri {2/7}, Blendi {3/7}. Sa bashkë?", "en": "How much together?"},
        "choices": [{"id": "a", "text": {"sq": "{5/14}"}}, {"id": "b", "text": {"sq": "{5/7}"}}],
        "feedback": {"sq": "Emëruesi mbetet i njëjtë."}, "watch": {"item": VIDEO, "at_s": 18},
    },
    {
        "id": "cilat", "type": "multiple", "correct": ["a", "c"], "prompt": {"sq": "Cilat janë **gjysma**?"},
        "choices": [{"id": "a", "text": {"sq": "{1/2}"}}, {"id": "b", "text": {"sq": "{1/3}"}},
                    {"id": "c", "text": {"sq": "{2/4}"}}],
    },
    {"id": "sa", "type": "number", "correct": ["3.5"], "tolerance": 0.01, "prompt": {"sq": "Sa është 7 : 2?"}},
    {"id": "fjala", "type": "text", "correct": ["numërues", "numëruesi"], "prompt": {"sq": "Si quhet numri lart?"}},
]  # fmt: skip
RIGHT = {"pica": ["b"], "cilat": ["a", "c"], "sa": ["3,5"], "fjala": ["Numëruesi"]}


def write_source(
    folder: Path, version: int, questions: list[dict[str, object]], fields: Mapping[str, object] | None = None
) -> Path:
    """Write the course as an author would; `fields` are those of the quiz beside its questions."""
    folder.mkdir(parents=True)
    for name, content in {
        "pjeset.mp4": mp4(seconds=int(LENGTH_S)), "mbledhja.mp4": mp4(seconds=int(LENGTH_S) + version),
        "kuzhina.mp3": mp3(frames=2_000), "fleta.pdf": pdf(pages=2), "zgjidhjet.pdf": pdf(pages=3),
        "pjeset.jpg": jpeg(), "pjeset.sq.vtt": CAPTIONS.encode(), "pjeset.en.vtt": CAPTIONS.upper().encode(),
        "kuiz.json": json.dumps(
            {"format": 1, "questions": questions, "pass_score": 0.6, **(fields or {})}
        ).encode(), "torta.png": png(), "bar.png": png(filled=0.25),
    }.items():  # fmt: skip
        (folder / name).write_bytes(content)
    items = [
        _unit("cka", "Çfarë është thyesa?"),
        _item("pjeset", "video", "Pjesët e një të tëre", "Parts of a whole", video="pjeset.mp4",
              thumbnail="pjeset.jpg"),
        _captions("sq"), _captions("en"),
        _item("kuzhina", "audio", "Thyesat në kuzhinë", "Fractions in the kitchen", audio="kuzhina.mp3"),
        _item("fleta", "document", "Fletë pune: <thyesat>", "Worksheet", document="fleta.pdf"),
        _item("zgjidhjet", "document", "Zgjidhjet", "Solutions", teacher_only=True, document="zgjidhjet.pdf"),
        _unit("mbledhja", "Mbledhja"),
        _item("kuiz", "quiz", "Kuiz: thyesat", "Quiz: fractions", quiz="kuiz.json"), _picture("torta"), _picture("bar"),
        _item("mbledhja", "video", "Mbledhja e thyesave", "Adding fractions", video="mbledhja.mp4"),
    ]  # fmt: skip
    (folder / "pack.toml").write_text(
        f'format = 1\npack = "{PACK}"\nversion = {version}\nreleased_at = "2026-09-01T08:00:00Z"\n'
        'language = "sq"\nsubject = "mathematics"\narea = "math"\ngrades = [6]\nlicence = "CC-BY-SA-4.0"\n'
        'authors = ["Vlora Gashi"]\ntitle = { sq = "Thyesat", en = "Fractions" }\n'
        'summary = { sq = "Provë e shkurtër" }\ngoals = { sq = ["Të mbledhësh thyesa"] }\n' + "".join(items)
    )
    return folder


def _unit(slug: str, title: str) -> str:
    return f'[[units]]\nslug = "{slug}"\ntitle = {{ sq = "{title}" }}\n'


def _item(slug: str, kind: str, title: str, english: str, *, teacher_only: bool = False, **files: str) -> str:
    paths = "".join(f'[[units.items.files]]\npath = "{path}"\nrole = "{role}"\n' for role, path in files.items())
    return (
        f'[[units.items]]\nslug = "{slug}"\nkind = "{kind}"\ntitle = {{ sq = "{title}", en = "{english}" }}\n'
        f"teacher_only = {str(teacher_only).lower()}\n{paths}"
    )


def _picture(label: str) -> str:
    return f'[[units.items.files]]\npath = "{label}.png"\nrole = "picture"\nlabel = "{label}"\n'


def _captions(language: str) -> str:
    return f'[[units.items.files]]\npath = "pjeset.{language}.vtt"\nrole = "captions"\nlanguage = "{language}"\n'
