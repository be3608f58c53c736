"""Where the box takes packs from: its hub, boxes nearby, and places that somebody named (PROTOCOL section 9).

Promises: the nearest come first; the hub's credentials go to the hub alone, the code of a neighbour to that neighbour;
codes are in a file of mode 0600. An address is `http://...`, `https://...`, `rsync://...`, `user@host:path`, a folder.

    sources = PullSources(parts)
    with sources.open(sources.find(PullAsk())[0]) as shelf: ...
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.shelf import DirectoryShelf, Shelf
from schoolbox.errors import BadInputError, ConfigError
from schoolbox.services.pull_pace import CRAWL_BYTES_S
from sync.errors import LineError
from sync.ports import CredentialSource

if TYPE_CHECKING:
    from content_packs.shelf.http_patience import Patience
    from sync.discovery import FoundBox
    from sync.rsync import Access

LOOK_FOR_BOXES_S = 3.0
NEIGHBOURS_MAX = 8
"""How many boxes nearby are asked: a large network has more than are of use."""
RSYNC_KEYS = ("rsync-password", "shelf-ssh-key", "shelf-known-hosts")
"""Files in the folder of keys that open shelves over rsync: the password of a daemon; a key and known hosts for ssh."""
QUIET_S = 20.0
"""How long a line may be quiet before it counts as broken; a person who wants to install waits for no longer."""
NEIGHBOUR_LOOK_S = 300.0
"""How long the lists of a box nearby are waited for in all: it is a shortcut, and others wait behind it."""

Kind = Literal["neighbour", "given", "hub"]


class Source(msgspec.Struct, frozen=True):
    """One place; `key` is what it is remembered by, and changes with nothing but the place itself."""

    kind: Kind
    name: str
    address: str
    key: str
    code: str = ""
    basic: tuple[str, str] | None = None

    def __repr__(self) -> str:
        """Say which place it is, and no secret of it."""
        return f"Source(kind={self.kind!r}, name={self.name!r}, address={self.address!r})"


class PullAsk(msgspec.Struct, frozen=True, kw_only=True):
    """What a pull may use.

    `code` is the sharing code of the one place in `addresses`. `by_itself` says that no person asks: then what came
    damaged from a place the last time is not fetched from there again at once.
    """

    addresses: tuple[str, ...] = ()
    code: str = ""
    neighbours: bool = True
    by_itself: bool = False


class SourceParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the sources are found with."""

    credentials: CredentialSource
    hub_name: Callable[[], str]
    box_id: Callable[[], str]
    find_boxes: Callable[[float, str], "list[FoundBox]"]
    codes_file: Path
    copies: Path
    disk: Disk
    clock: Clock


class PullSources:
    """Finds and opens the places."""

    def __init__(self, parts: SourceParts) -> None:
        self._of = parts

    def find(self, ask: PullAsk) -> list[Source]:
        """Give the places of a pull: neighbours, what was named, the hub.

        Raises:
            BadInputError: An address makes no sense, or a code is given for no one place.
            ConfigError: A file of keys cannot be read.
        """
        if ask.code and len(ask.addresses) != 1:
            raise BadInputError(field="--code", problem="name the one neighbour whose code it is with --from")
        found = self._neighbours() if ask.neighbours else []
        codes = self._codes()
        given = [self._given(address, ask.code, found, codes) for address in ask.addresses]
        named = {source.address for source in given}
        nearby = [_neighbour(box, codes) for box in found[:NEIGHBOURS_MAX]]
        hub = self._hub()
        return [*(source for source in nearby if source.address not in named), *given, *([hub] if hub else [])]

    def remember_code(self, source: Source, *, right: bool) -> None:
        """Keep the code of a neighbour, or forget one that opens nothing there.

        Raises:
            DiskError: Our own disk refused.
        """
        codes = self._codes()
        if not source.code or (codes.get(source.key) == source.code) == right:
            return
        others = {key: code for key, code in codes.items() if key != source.key}
        raw = msgspec.json.encode({**others, source.key: source.code} if right else others, order="sorted")
        self._of.disk.make_folder(self._of.codes_file.parent, mode=0o700)
        self._of.disk.write_file(self._of.codes_file, raw, mode=0o600)

    @contextmanager
    def open(self, source: Source, *, kbit_s: int = 0) -> Iterator[Shelf]:
        """Open a place; nothing is asked of it yet.

        Args:
            source: The place.
            kbit_s: The most that may come over the line, for those who fetch by a program of their own; 0 for no cap.

        Raises:
            ShelfError: It can be no shelf.
        """
        copies = self._of.copies / source.key
        if _is_http(source.address):
            import httpx

            from content_packs.shelf.http import HttpShelf, shelf_client

            timeout = httpx.Timeout(connect=10.0, read=QUIET_S, write=QUIET_S, pool=10.0)
            patience = self._patience(source)
            with shelf_client(code=source.code, basic=source.basic, timeout=timeout, patience=patience) as client:
                yield HttpShelf(source.address, copies, client, disk=self._of.disk)
        elif _is_rsync(source.address):
            from sync.rsync import RsyncShelf
            from sync.rsync.patience import Patience

            # Whoever pulls decides on pauses: here a connection is only taken up again while something comes.
            patient = Patience(quiet_s=int(QUIET_S), pauses_s=())
            yield RsyncShelf(
                source.address, copies, self._access(), patience=patient, disk=self._of.disk, kbit_s=kbit_s
            )
        else:
            yield DirectoryShelf(Path(source.address))

    def _patience(self, source: Source) -> "Patience":
        """How long the answers of a place are waited for: those of a box nearby only while they come quickly."""
        from content_packs.shelf.http_patience import Patience

        if source.kind != "neighbour":
            return Patience(self._of.clock)
        return Patience(
            self._of.clock, wait_s=2 * QUIET_S, slowest_bytes_s=CRAWL_BYTES_S, look_s=NEIGHBOUR_LOOK_S
        )

    def _access(self) -> "Access":
        """What opens shelves over rsync: files that a technician put beside the other keys, if there are any."""
        from sync.rsync import Access

        keys = self._of.codes_file.parent
        password, key, known = (keys / name for name in RSYNC_KEYS)
        return Access(
            password_file=password if password.is_file() else None, key_file=key if key.is_file() else None,
            known_hosts=known if known.is_file() else None,
        )  # fmt: skip

    def _hub(self) -> Source | None:
        """The hub, if this box belongs to one."""
        credentials = self._of.credentials.credentials()
        if credentials is None or credentials.store_only:
            return None
        root = credentials.endpoint.removesuffix("/").removesuffix("/xapi")
        name = self._of.hub_name() or root
        return Source("hub", name, f"{root}/shelf", "hub", basic=(credentials.key, credentials.secret))

    def _neighbours(self) -> "list[FoundBox]":
        """Boxes that answer nearby; none where this machine cannot ask."""
        try:
            return self._of.find_boxes(LOOK_FOR_BOXES_S, self._of.box_id())
        except LineError:
            return []

    @staticmethod
    def _given(address: str, code: str, found: "Iterable[FoundBox]", codes: Mapping[str, str]) -> Source:
        """Make sense of an address that somebody typed; a box nearby that stands there is known by its own number."""
        source = read_address(address)
        boxes = (_neighbour(box, codes) for box in found if source.address in _addresses(box))
        box = next(boxes, None)
        known = replace(source, key=box.key, name=f"{box.name} ({source.address})", code=box.code) if box else source
        return replace(known, code=code or known.code or codes.get(known.key, ""))

    def _codes(self) -> dict[str, str]:
        """The codes of neighbours by the keys of their sources.

        Raises:
            ConfigError: The file is there and cannot be read.
        """
        try:
            return msgspec.json.decode(self._of.codes_file.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as exc:
            raise ConfigError(setting=str(self._of.codes_file), problem=f"cannot be read: {exc}") from exc


def read_address(text: str) -> Source:
    """Make sense of an address; that of a box may leave out where on it the shelf is.

    Raises:
        BadInputError: It is no address, and no folder that is there.
    """
    if _is_http(text):
        address = _web_address(text)
        return Source("given", address, address, _key_of(address))
    if _is_rsync(text):
        return Source("given", text, text, _key_of(text))
    if not text or not _is_folder(text):
        raise BadInputError(field="--from", problem=f"{text} is neither an address nor a folder")
    folder = str(Path(text).absolute())
    return Source("given", folder, folder, _key_of(folder))


def _web_address(text: str) -> str:
    """Add where the shelf of a box is, if that is left out."""
    try:
        parts = urlsplit(text)
        is_place = bool(parts.hostname) and (parts.port or 80) > 0
    except ValueError:
        is_place = False
    if not is_place:
        raise BadInputError(field="--from", problem=f"{text} is no address")
    return f"{text.rstrip('/')}/shelf" if parts.path in ("", "/") else text.rstrip("/")


def _is_folder(text: str) -> bool:
    """Whether there is such a folder; a name that no disk can have is none."""
    try:
        return Path(text).is_dir()
    except OSError:
        return False


def _neighbour(box: "FoundBox", codes: Mapping[str, str]) -> Source:
    """A box nearby, with the code it was given here once."""
    addresses = _addresses(box)
    key = f"box-{box.box_id}" if re.fullmatch(r"[0-9a-f]{32}", box.box_id) else _key_of(addresses[0])
    code = next((codes[each] for each in (key, *map(_key_of, addresses)) if each in codes), "")
    return Source("neighbour", box.school or box.host, addresses[0], key, code=code)


def _addresses(box: "FoundBox") -> list[str]:
    """Where the shelf of a box is, the plainest address first; one that is good on one cable only comes last."""
    plain = sorted(box.addresses, key=lambda address: ("%" in address, ":" in address))
    hosts = [f"[{address.replace('%', '%25')}]" if ":" in address else address for address in plain] or [box.host]
    return [f"http://{host}:{box.port}/shelf" for host in hosts]


def _is_http(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def _is_rsync(address: str) -> bool:
    """Whether an address is one of rsync: of a daemon, or `user@host:path`, which no folder is called."""
    return address.startswith("rsync://") or bool(re.match(r"[^/@:]+@[^/@:]+:", address))


def _key_of(address: str) -> str:
    """What a place is remembered by; a folder may have a name that is not UTF-8."""
    return f"at-{hashlib.sha256(os.fsencode(address)).hexdigest()[:16]}"
