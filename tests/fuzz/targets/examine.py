"""Any file of a pack's source, in any role: facts that a manifest may hold, or a MediaError for its author (FORMAT 9).

The first two bytes choose the role and the extension, the rest is the file.
"""

import io
import math
import zipfile

from content_packs.errors import MediaError
from content_packs.manifest import MEDIA_TYPES, ROLE_EXTENSIONS, Role
from content_packs.media.examine import examine
from tests.fuzz.json_mutations import with_head
from tests.fuzz.material import lesson_source, quizzes, scratch
from tests.fuzz.script import Script
from tests.fuzz.target import Target

_ROLES: tuple[Role, ...] = tuple(sorted(ROLE_EXTENSIONS))
_EXTENSIONS = tuple(sorted(MEDIA_TYPES))


def run(data: bytes) -> None:
    script = Script(data)
    role, ext = script.choice(_ROLES), script.choice(_EXTENSIONS)
    path = scratch("examine") / f"file.{ext}"
    path.write_bytes(script.rest())
    facts = examine(path, f"mësimi/file.{ext}", role)
    assert facts.size_bytes == path.stat().st_size > 0
    assert math.isfinite(facts.duration_s)
    assert facts.duration_s >= 0
    assert facts.pages >= 0
    assert facts.questions >= 0


def _seeds() -> list[bytes]:
    """Each file of the lesson in its role, a quiz, and an app."""
    app = io.BytesIO()
    with zipfile.ZipFile(app, "w") as packed:
        packed.writestr("index.html", "<p>Prova</p>")
    named: dict[tuple[Role, str], bytes] = {
        ("quiz", "json"): quizzes()[0], ("app", "zip"): app.getvalue(), ("thumbnail", "png"): b"\x89PNG\r\n\x1a\n....",
        ("document", "txt"): "Përshëndetje\n".encode(), ("thumbnail", "webp"): b"RIFF....WEBP",
    }  # fmt: skip
    files: tuple[tuple[Role, str], ...] = (
        ("video", "pjeset.mp4"), ("captions", "pjeset.sq.vtt"), ("document", "fleta.pdf"),
    )  # fmt: skip
    for role, name in files:
        named[role, name.rpartition(".")[2]] = (lesson_source() / name).read_bytes()
    return [bytes([_ROLES.index(role), _EXTENSIONS.index(ext)]) + raw for (role, ext), raw in named.items()]


TARGET = Target(
    run=run,
    allowed=(MediaError,),
    seeds=_seeds,
    mutate=with_head(2),
    words=(b"WEBVTT", b"index.html", b"PK\x01\x02", b"PK\x05\x06", b"\x1a\x45\xdf\xa3"),
    max_bytes=16_384,
    runs=400,
)
