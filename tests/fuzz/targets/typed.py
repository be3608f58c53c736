"""What people type and others send in one line: it is taken for what it means, or refused, and leads nowhere else.

The first byte says which parser reads the rest; the tables of rsync's ends and of what a neighbour says of itself are
read in the same way.
"""

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast
from urllib.parse import urljoin, urlsplit

import msgspec
from flask import Flask

from content_packs.durable import Disk
from content_packs.errors import ArchiveError, CodeNeededError, NotAShelfError, UnsafePathError
from content_packs.paths import blob_name, manifest_name, meta_name, packed_name, source_parts
from schoolbox.errors import BadInputError, BoxError, ConfigError, SignInError, ThrottledError
from schoolbox.messages import sentences
from schoolbox.services import pull_sources
from schoolbox.services.codes import ALPHABET, as_meant
from schoolbox.services.networks import network_of
from schoolbox.services.pull_sources import PullAsk, PullSources, SourceParts, read_address
from schoolbox.services.sharing_code import SharingCode
from schoolbox.services.stick_places import LABEL_MAX, _place
from schoolbox.services.subscriptions import Wishes, check_pattern
from schoolbox.services.throttle import Throttle
from schoolbox.services.upload_facts import NAME_MAX, Chosen, check
from schoolbox.web.doorway import address, local_path
from sync.discovery.announcement import TXT_STRING_BYTES_MAX
from sync.discovery.browse import FoundBox, _said
from sync.rsync.address import Access, parse_address, ssh_command
from sync.rsync.outcome import Asked, error_of
from sync.rsync.program import Ended
from tests.fuzz.material import scratch
from tests.fuzz.target import Target
from tests.simulators.clock import HandClock

if TYPE_CHECKING:
    from schoolbox.services.events import Events

_KEYS = Access(key_file=Path("/keys/ssh"), known_hosts=Path("/keys/known"))
_SSH_SETTINGS = ssh_command(parse_address("box@hub:/srv", _KEYS), _KEYS, relay_port=1).count(" '-o")


def rsync_address(text: str) -> None:
    """Nothing of it can be an option, a pattern, another folder or a line of settings."""
    try:
        found = parse_address(text, _KEYS)
    except (NotAShelfError, CodeNeededError):
        return
    for part in (found.user, found.host, found.path):
        assert re.fullmatch(r"[A-Za-z0-9_.:+@/-]*", part)
        assert not part.startswith("-")
    assert not {"", ".", ".."} & set(found.path.removeprefix("/").split("/"))
    assert found.ssh == (not text.startswith("rsync://"))
    assert ssh_command(found, _KEYS, relay_port=1).count(" '-o") == _SSH_SETTINGS


def pull_address(text: str) -> None:
    """A place is a web address, one of rsync or a folder that is there; read again it is the same place."""
    try:
        found = read_address(text)
    except BadInputError:
        return
    assert re.fullmatch(r"at-[0-9a-f]{16}", found.key)
    assert found.code == ""
    if pull_sources._is_http(found.address):
        assert urlsplit(found.address).hostname
    else:
        assert read_address(found.address) == found
        assert pull_sources._is_rsync(found.address) or Path(found.address).is_dir()


def pattern(text: str) -> None:
    """It is a star, everything of a publisher, or a pack."""
    try:
        check_pattern(text)
    except BadInputError:
        return
    assert re.fullmatch(r"\*|[a-z0-9-]{1,64}:(\*|[a-z0-9-]{1,64})", text)
    assert Wishes({text: True}).takes("mash:thyesat", installed=False) == (text in ("*", "mash:*", "mash:thyesat"))


def code(text: str) -> None:
    """What is typed is what is meant, however often it is read; only the same signs open anything."""
    text = text.encode("utf-8", "surrogateescape").decode("latin-1")  # as a header of a request comes
    meant = as_meant(text)
    assert as_meant(meant) == meant or len(text) > 32
    try:
        _sharing().check(text, device="10.0.0.7/shelf")
    except (SignInError, ThrottledError):
        return
    assert meant == as_meant(_CODE)
    assert set(meant) <= set(ALPHABET)


def next_page(text: str) -> None:
    """A page of this box or nothing, whatever a browser makes of it."""
    path = local_path(text)
    assert path in ("", text)
    if path:
        seen = re.sub(r"[\t\r\n]", "", path.strip("".join(map(chr, range(33))))).replace("\\", "/")
        assert seen.startswith("/")
        assert not seen.startswith("//")
        assert urlsplit(urljoin("http://schoolbox.local/sign-in", seen)).netloc == "schoolbox.local"


def upload_fields(text: str) -> None:
    """The name of what is uploaded is one line, and nothing that makes no sense is begun."""
    name, mark, size, head = [*text.split("\n"), "", "", "", ""][:4]
    number = int(size) if re.fullmatch(r"-?[0-9]{1,20}", size) else 5
    kind = "folder" if head == "folder" else "zip"
    begins = head.encode(errors="surrogateescape")
    try:
        chosen = check(Chosen(kind=kind, name=name, size_bytes=number, mark=mark, head=begins))  # type: ignore[arg-type]
    except (BoxError, ArchiveError) as exc:
        filled_in(exc, text)
        return
    assert 0 < len(chosen.name) <= NAME_MAX
    assert chosen.name.isprintable()
    assert re.fullmatch(r"[0-9a-f]{8,64}", chosen.mark)
    assert number >= 0


def filled_in(error: Exception, text: str) -> None:
    """The sentences of an error are short, and have its facts in their places."""
    for sentence in sentences(error, str):
        assert "%(" not in sentence or "%(" in text
        assert len(sentence) < 1000


def label(text: str) -> None:
    """Whatever a stick is called, its name is one short line that can be shown and kept."""
    shown = _place(Path("/media") / text.replace("/", "").replace("\0", ""), has_packs=True).label
    assert 0 < len(shown) <= LABEL_MAX
    assert shown.isprintable()
    assert shown == shown.strip()
    shown.encode()


def rsync_end(text: str) -> None:
    """However rsync ends and whatever the other side says, it is an error with sentences of one line."""
    number, _, said = text.partition("\n")
    ended = Ended(int(number) if re.fullmatch(r"-?[0-9]{1,3}", number) else 23, said)
    asked = Asked(shelf="rsync://hub.example/packs", name="registry.json", our_disk=lambda: None)
    filled_in(error_of(ended, asked), text)


class _Info:
    """What zeroconf keeps of a TXT record."""

    def __init__(self, raw: bytes) -> None:
        self.properties = dict(zip((b"school", b"id", b"version"), (*raw.split(b"\n"), b"", b"")[:3], strict=True))


def neighbour(text: str) -> None:
    """What a box nearby says of itself is short, of one line, and never names a file but by hexadecimal digits."""
    info = _Info(text.encode("utf-8", "surrogateescape"))
    school, box_id, version = (_said(info, key) for key in ("school", "id", "version"))  # type: ignore[arg-type]
    for said in (school, box_id, version):
        assert len(said.encode()) <= TXT_STRING_BYTES_MAX
        assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in said)
    box = FoundBox(school, school[:60] or "h", box_id, version, 80, (version,) if version else ())
    found = pull_sources._neighbour(box, {})
    assert re.fullmatch(r"box-[0-9a-f]{32}|at-[0-9a-f]{16}", found.key)
    assert pull_sources._is_http(found.address)


def codes_file(text: str) -> None:
    """The file of codes holds texts by texts, or the technician is told."""
    path = scratch("keys") / "neighbours.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    try:
        found = _sources(path).find(PullAsk(addresses=("http://10.0.0.7",), neighbours=False))
    except ConfigError:
        return
    codes = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    assert [source.code for source in found] == [codes.get(found[0].key, "")]


def front_address(text: str) -> None:
    """What a front server says of where a request comes from is short, and only believed of one on this machine."""
    said = text.encode("utf-8", "surrogateescape").decode("latin-1")
    for nearest, is_front in (("127.0.0.1", True), ("10.0.0.9", False)):
        asked = {"REMOTE_ADDR": nearest, "HTTP_X_REAL_IP": said}
        with _front().test_request_context("/", environ_overrides=asked):
            found = address()
        assert found == (said[:64] if is_front else nearest)
        assert len(network_of(f"{found}/cookie")) <= 64


@cache
def _front() -> Flask:
    """A box behind a front server, as far as an address needs it."""
    app = Flask("fuzz")
    app.extensions["box"] = SimpleNamespace(config=SimpleNamespace(accel_prefix="/files"))
    return app


def shelf_name(text: str) -> None:
    """A name on a shelf, in an archive or in a source leads down from its folder, or is refused."""
    one, _, other = text.partition("\n")
    made: list[str] = []
    for make in (partial(blob_name, one, other), partial(manifest_name, one), partial(meta_name, one)):
        with suppress(UnsafePathError):
            made.append(make())
    found = packed_name(text)
    for name in (*made, *([found[1]] if found else [])):
        assert re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)*(\.[a-z0-9]+)+", name)
    with suppress(UnsafePathError):
        parts = source_parts(text)
        assert "/".join(parts) == text
        assert not any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts)


class _Alone:
    """A box without a hub."""

    def credentials(self) -> None:
        """It has none."""


@cache
def _sources(path: Path) -> PullSources:
    return PullSources(
        SourceParts(
            credentials=_Alone(), hub_name=str, box_id=str, find_boxes=lambda _seconds, _but: [], codes_file=path,
            copies=path.parent, disk=Disk(), clock=HandClock(),
        )
    )  # fmt: skip


_CODE = "K7PM-2R9X-0QTB"


def _sharing() -> SharingCode:
    """The sharing code of a box, on which nobody ever waits."""
    sharing, clock = _shared()
    clock.tick(86_400)
    return sharing


@cache
def _shared() -> tuple[SharingCode, HandClock]:
    file, clock = scratch("sharing") / "sharing.code", HandClock()
    file.write_text(f"{_CODE}\n", encoding="ascii")
    nobody = cast("Events", None)  # a check notes nothing
    return SharingCode(file, disk=Disk(), throttle=Throttle(clock), events=nobody), clock


PARSERS: tuple[Callable[[str], None], ...] = (
    rsync_address, pull_address, pattern, code, next_page, upload_fields, label, rsync_end, neighbour, codes_file,
    front_address, shelf_name,
)  # fmt: skip
_SEEDS = (
    ("rsync://hub.example:8873/packs/gjilan", "box@hub.example:/srv/shelf", "rsync://u@[fe80::1]:873/a", "a@[::1]:b"),
    ("http://10.0.0.7:8080/", "https://hub.example/shelf/", "http://[fe80::1%25eth0]/", "/media/MASHT", "a@b:c"),
    ("*", "mash:*", "mash:thyesat-6", "box-0b8f3c1e8a514c3e9f57:plani"),
    ("k7pm 2r9x oqtb", "K7PM-2R9X-0QTB", "il1oO0"),
    ("/courses/mash:thyesat-6?from=1", "//x.example", "/\\x.example", "/sign-in", "/ok#a", "/\t/x"),
    ("MASHT.zip\n1f2e3d4c\n5000\nPK\x03\x04", "MASHT\n00000000\n40\nfolder", "a.rar\n00000000\n9\nRar!"),
    ("AGIMI", "  \u202e", "", "x" * 60),
    ("23\nrsync: [sender] link_stat failed: No such file (2)", "5\n@ERROR: auth failed on module packs",
     "11\nwrite failed: No space left on device (28)", "255\nHost key verification failed.", "-9\n", "10\n%(x)s"),
    ("Agimi\n0123456789abcdef0123456789abcdef\n0.1.0", "\u2028\n../../x\n", "Agimi\nx\nfe80::1%eth0"),
    ('{"at-3f1c1d2e4b5a6978":"K7PM"}', "[]", '{"a":1}', "{" * 300),
    ("10.0.0.9", "fe80::17%wlan0", "::ffff:10.0.0.9", "10.0.0.9/x, 1", "x" * 90),
    ("ab" * 32 + "\nmp4", "meta/cat/mash.json", "MASHT/blobs/ab/" + "ab" * 32 + ".mp4", "cat/mash.json", "../x"),
)  # fmt: skip
"""Of each parser, in their order."""


def run(data: bytes) -> None:
    PARSERS[data[0] % len(PARSERS) if data else 0](data[1:].decode("utf-8", "surrogateescape"))


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [bytes([at]) + text.encode() for at, texts in enumerate(_SEEDS) for text in texts],
    words=(
        b"rsync://", b"http://", b"https://", b"@", b":/", b"[", b"]", b"%25", b"..", b"//", b"\\", b"\0", b"\n", b"*",
        b"mash:", b"K7PM", "ß".encode(), "ı".encode(), "\u202e".encode(), b"[receiver]", b"failed", b'{"', b"PK\3\4",
    ),
    max_bytes=600,
    runs=3000,
)  # fmt: skip
