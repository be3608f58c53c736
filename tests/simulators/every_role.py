"""The source of a pack that has a file of every role; every byte depends on the version.

    write_every_role(folder, "mash:gjitha", 2)     # then build_pack(folder, ...)
"""

import io
import json
import zipfile
from pathlib import Path

from tests.simulators.media import jpeg, mp3, mp4, pdf

_FILES = {
    "mesimi": ("video", {"video": "mesimi.mp4", "thumbnail": "mesimi.jpg", "transcript": "mesimi.txt"}),
    "kuzhina": ("audio", {"audio": "kuzhina.mp3"}),
    "fleta": ("document", {"document": "fleta.pdf"}),
    "kuizi": ("quiz", {"quiz": "kuizi.json"}),
    "loja": ("app", {"app": "loja.zip"}),
}
ROLES = ("video", "audio", "document", "quiz", "app", "captions", "thumbnail", "transcript")
MAIN_ROLES = ROLES[:5]


def write_every_role(folder: Path, pack_id: str, version: int) -> Path:
    """Write the source as an author would."""
    folder.mkdir(parents=True)
    for name, content in _contents(version).items():
        (folder / name).write_bytes(content)
    items = "".join(_item(slug, kind, files) for slug, (kind, files) in _FILES.items())
    captions = '[[units.items.files]]\npath = "mesimi.vtt"\nrole = "captions"\nlanguage = "sq"\n'
    first, mark, rest = items.partition('[[units.items]]\nslug = "kuzhina"')
    (folder / "pack.toml").write_text(
        f'format = 1\npack = "{pack_id}"\nversion = {version}\nreleased_at = "2026-09-01T08:00:00Z"\n'
        'language = "sq"\nsubject = "mathematics"\narea = "math"\ngrades = [6]\nlicence = "CC0-1.0"\n'
        f'authors = ["Vlora"]\ntitle = {{ sq = "Gjithçka" }}\nsummary = {{ sq = "Provë" }}\n'
        f'[[units]]\nslug = "hyrje"\ntitle = {{ sq = "Hyrje" }}\n{first}{captions}{mark}{rest}',
        encoding="utf-8",
    )
    return folder


def _contents(version: int) -> dict[str, bytes]:
    """Every file of a version."""
    app = io.BytesIO()
    with zipfile.ZipFile(app, "w") as packed:
        packed.writestr(zipfile.ZipInfo("index.html"), f"<p>{version}</p>")
    question = {"id": "nje", "type": "number", "prompt": {"sq": f"{version} + 0"}, "correct": [str(version)]}
    return {
        "mesimi.mp4": mp4(seconds=60 + version),
        "mesimi.vtt": f"WEBVTT\n\n00:01.000 --> 00:02.000\nVersioni {version}\n".encode(),
        "mesimi.jpg": jpeg() + bytes([version]),
        "mesimi.txt": f"Versioni {version}\n".encode(),
        "kuzhina.mp3": mp3(frames=10 + version),
        "fleta.pdf": pdf(pages=version),
        "kuizi.json": json.dumps({"format": 1, "questions": [question]}).encode(),
        "loja.zip": app.getvalue(),
    }


def _item(slug: str, kind: str, files: dict[str, str]) -> str:
    parts = "".join(f'[[units.items.files]]\npath = "{path}"\nrole = "{role}"\n' for role, path in files.items())
    return f'[[units.items]]\nslug = "{slug}"\nkind = "{kind}"\ntitle = {{ sq = "{slug}" }}\n{parts}'
