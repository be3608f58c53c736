"""A real stick and a box that has the version before it, and everything that can be done to the stick on its way.

Promises: what was really signed is known, so that afterwards nothing else may be visible; the keys of one publisher,
`qendra`, are in the attacker's hands, those of `mash` and of the ministry are not.

    harm(stick, script); check(box)
"""

import hashlib
import os
import random
import shutil
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from content_packs.errors import PackError
from content_packs.shelf import DirectoryShelf, Shelf
from content_packs.shelf.archive import ZipShelf
from content_packs.sign.metadata import catalogue_bytes
from content_packs.trust import Listing
from content_packs.trust.metadata import read_catalogue, read_registry, read_root
from tests.fuzz.json_mutations import mutate_json
from tests.fuzz.material import scratch
from tests.fuzz.script import Script
from tests.fuzz.signed import NOW, keys, resigned
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox

PACK = "mash:thyesat"
STOLEN = "qendra"
HARMS_MAX = 6
_ODD_NAMES = (".hidden", "name ", "name.", "A.JSON", "\udcff.json", "con.json", "a\nb.json", "0.root.json", "x" * 250)


@dataclass(frozen=True)
class World:
    """The ministry with its newest shelf, an older copy, a stranger's shelf, a box, and what the honest signed."""

    ministry: Ministry
    old: Path
    stranger: Path
    box: Path
    manifests: frozenset[str]
    signed: frozenset[bytes]


@cache
def world() -> World:
    """Make it, once a process."""
    folder = scratch("world")
    ministry = Ministry(folder, publishers=("mash", STOLEN), new_key=keys("ministry"))
    ministry.publish(PACK, 1)
    ministry.publish("qendra:python", 1)
    old = ministry.copy("old")
    box = folder / "box"
    SchoolBox(box, root=ministry.root).install(ministry.shelf, PACK)
    ministry.publish(PACK, 2)
    ministry.publish("mash:levizja", 1)
    stranger = Ministry(folder / "stranger", publishers=("huaj", "mash"), new_key=keys("stranger"))
    stranger.publish("huaj:kurs", 1)
    stranger.publish(PACK, 3)
    shelves = (old, ministry.folder)
    manifests = {path.stem for shelf in shelves for path in shelf.glob("manifests/*.json")}
    return World(ministry, old, stranger.folder, box, frozenset(manifests), frozenset(_signed(shelves)))


def _signed(shelves: Sequence[Path]) -> set[bytes]:
    """The signed part of everything that the honest signed."""
    found = set()
    for shelf in shelves:
        found.add(read_root("1.root.json", (shelf / "meta" / "1.root.json").read_bytes()).signed_bytes)
        found.add(read_registry("registry.json", (shelf / "meta" / "registry.json").read_bytes()).signed_bytes)
        found.add(read_catalogue("cat/mash.json", (shelf / "meta" / "cat" / "mash.json").read_bytes()).signed_bytes)
    return found


def fresh_stick() -> Path:
    """The stick as the ministry gave it away."""
    shutil.rmtree(scratch("case"))
    stick = scratch("case") / "stick"
    return Path(shutil.copytree(world().ministry.folder, stick))


def fresh_box() -> SchoolBox:
    """The box with the version before."""
    folder = scratch("case") / "box"
    shutil.copytree(world().box, folder)
    return SchoolBox(folder)


def harm(stick: Path, script: Script) -> None:
    """Do a few things to a stick, as the script says."""
    for _ in range(HARMS_MAX):
        if not script.more:
            return
        act = script.choice(_ACTS)
        files = sorted(path for path in stick.rglob("*") if path.is_file() and not path.is_symlink())
        if files:
            act(stick, script.choice(files), script)


def try_everything(box: SchoolBox, shelf: Shelf) -> None:
    """Look at a shelf and install all that it offers; each refusal is for a reason of its own."""
    try:
        offers = box.installer.offers(shelf)
    except PackError:
        return
    for pack_id in [PACK, *(offer.pack_id for offer in offers.offers if offer.pack_id != PACK)][:3]:
        with suppress(PackError):
            box.install(shelf, pack_id)


def check(box: SchoolBox) -> None:
    """Only what was signed is visible or trusted; every blob is its name; and an original stick still helps."""
    assert box.misnamed_blobs() == []
    for pack_id, pack in box.library.shown().items():
        publisher = pack_id.partition(":")[0]
        assert publisher in ("mash", STOLEN)
        assert publisher == STOLEN or pack.manifest_sha256 in world().manifests
        assert box.installer.verify(pack_id).sound
    trust = box.trust.trust()
    assert trust.root.signed_bytes in world().signed
    assert trust.registry is None or trust.registry.signed_bytes in world().signed
    assert "mash" not in trust.catalogues or trust.catalogues["mash"].signed_bytes in world().signed
    assert set(trust.catalogues) <= {"mash", STOLEN}
    version = box.version(PACK)
    assert version in (1, 2)
    box.install(world().ministry.shelf, PACK)
    assert box.version(PACK) == 2
    assert box.installer.verify(PACK).sound
    assert {path.name for path in scratch("case").iterdir()} <= {"box", "stick", "stick.zip", "kept"}


def _head(path: Path) -> bytes:
    """The beginning of a file, which may have been made gigabytes long."""
    with path.open("rb") as file:
        return file.read(1_000_000)


# What can be done to a stick: (the stick, one of its files, further decisions).


def _flip(_: Path, path: Path, script: Script) -> None:
    """Change one bit."""
    content = bytearray(_head(path))
    if content:
        content[script.number(0, len(content) - 1)] ^= 1 << script.number(0, 7)
        path.write_bytes(content)


def _cut(_: Path, path: Path, script: Script) -> None:
    """Cut a file off somewhere."""
    os.truncate(path, script.number(0, path.stat().st_size))


def _grow(_: Path, path: Path, script: Script) -> None:
    """Add something at the end, up to far more than any cap."""
    size = path.stat().st_size
    os.truncate(path, size + script.choice((1, 100, 5_000_000, 2**33)))


def _remove(_: Path, path: Path, _script: Script) -> None:
    """Take a file away."""
    path.unlink()


def _replace(stick: Path, path: Path, script: Script) -> None:
    """Put something in place of a file that is none."""
    path.unlink()
    kind = script.number(0, 5)
    if kind == 0:
        path.mkdir()
    elif kind == 1:
        os.mkfifo(path)
    else:
        target = (stick / "meta" / "registry.json", Path("/dev/zero"), path, stick)[kind - 2]
        path.symlink_to(target)


def _exchange(stick: Path, path: Path, script: Script) -> None:
    """Put the content of one file under the name of another."""
    others = sorted(each for each in stick.rglob("*") if each.is_file() and not each.is_symlink())
    path.write_bytes(_head(script.choice(others)))


def _mix(stick: Path, path: Path, script: Script) -> None:
    """Take a file, or all of a kind, from an older stick or from a stranger's."""
    source = script.choice((world().old, world().stranger))
    part = script.choice(("meta/registry.json", "meta/1.root.json", "meta/cat", "manifests", "blobs", path.name))
    for found in sorted(source.rglob("*")):
        if found.is_file() and part in str(found):
            target = stick / found.relative_to(source)
            if target.parent.is_file() or (os.path.lexists(target) and not target.is_file()) or target.is_symlink():
                continue  # a pipe would wait for a reader
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_head(found))


def _name(stick: Path, path: Path, script: Script) -> None:
    """Give a file, or the folder it is in, another name."""
    named = script.choice((path, path.parent))
    if named == stick:
        return
    other = named.with_name(script.choice(_ODD_NAMES))
    if not other.exists():
        named.rename(other)


def _edit(_: Path, path: Path, script: Script) -> None:
    """Change what a file says, without signing it."""
    path.write_bytes(_mutated(_head(path), script))


def _sign(stick: Path, _: Path, script: Script) -> None:
    """Sign anything with the stolen keys, under the thief's own name or under another."""
    thief = world().ministry.signers[STOLEN]
    source = stick / "meta" / script.choice(("cat/qendra.json", "cat/mash.json", "registry.json", "1.root.json"))
    target = stick / "meta" / script.choice(("cat/qendra.json", "cat/mash.json", "registry.json", "2.root.json"))
    if source.is_file() and not source.is_symlink() and not target.is_symlink() and not target.is_dir():
        raw = _head(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(resigned(_mutated(raw, script) if script.number(0, 1) else raw, thief))


def _forge(stick: Path, _: Path, script: Script) -> None:
    """List a changed manifest under its right hash, signed with the stolen key."""
    source = script.choice(sorted(path for path in world().ministry.folder.glob("manifests/*.json")))
    raw = _mutated(source.read_bytes(), script)
    if script.number(0, 1):
        raw = raw.replace(b'"mash:', b'"qendra:')
    sha256 = hashlib.sha256(raw).hexdigest()
    target = stick / "manifests" / f"{sha256}.json"
    if raw and target.parent.is_dir() and not target.exists():
        target.write_bytes(raw)
        pack_id = script.choice(("qendra:python", "qendra:thyesat", PACK))
        listing = Listing(pack_id, script.choice((1, 2, 3, 2**31)), sha256, len(raw))
        catalogue = stick / "meta" / "cat" / "qendra.json"
        if catalogue.is_file() and not catalogue.is_symlink():
            thief, version = world().ministry.signers[STOLEN], script.choice((2, 3, 2**31))
            catalogue.write_bytes(catalogue_bytes(version, [listing], [thief], signed_at=NOW))


def _mutated(raw: bytes, script: Script) -> bytes:
    """Change JSON by chance, which the script decides."""
    return mutate_json(raw, 1_000_000, script.number(0, 65_535), _scramble)


def _scramble(data: bytes, max_bytes: int) -> bytes:
    """Change a few bytes, always the same for the same data."""
    chance = random.Random(data)
    content = bytearray(data[:max_bytes])
    for _ in range(min(3, len(content))):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


_ACTS: tuple[Callable[[Path, Path, Script], None], ...] = (
    _flip, _cut, _grow, _remove, _replace, _exchange, _mix, _name, _edit, _sign, _forge,
)  # fmt: skip


def folder_shelf(stick: Path, _: Script) -> Shelf:
    """The stick as a box opens it."""
    return DirectoryShelf(stick)


def zip_shelf(stick: Path, script: Script) -> Shelf:
    """The stick packed into one file, as a teacher uploads it."""
    return ZipShelf(pack_stick(stick, script))


def pack_stick(stick: Path, script: Script) -> Path:
    """Pack a stick into one file, and harm that file once more."""
    path = stick.with_suffix(".zip")
    method = script.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(path, "w", method) as packed:
        for found in sorted(stick.rglob("*")):
            if found.is_file() and not found.is_symlink() and found.stat().st_size < 10_000_000:
                packed.writestr(zipfile.ZipInfo(_stored_name(stick, found)), found.read_bytes(), method)
    if script.number(0, 1):
        _flip(stick, path, script)
    return path


def _stored_name(stick: Path, found: Path) -> str:
    """The name of a file in an archive."""
    return os.fsencode(found.relative_to(stick)).decode("ascii", "replace")
