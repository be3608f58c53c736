"""Sticks that are whole and yet not what they should be: of two dates, replayed, of two publishers, with odd names.

What a teacher is told is the name of the error without its last word, by the file it is about. Whatever the stick,
only what was signed is visible afterwards, nothing goes back, and the right stick brings what it should (FORMAT 2.4,
6.4 to 6.9, 6.17).
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from content_packs import errors
from content_packs.errors import PackError
from content_packs.shelf import DirectoryShelf
from content_packs.trust import Listing
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.sticks import run
from tests.simulators.told import told as told_in_albanian

PACK = "mash:thyesat"

DATES = """
box  roots  registry  catalogue   told of registry  told of catalogue   trusted    pack
old  old    old       old         .                 .                   1 2 1      1
old  old    old       new         .                 .                   1 2 2      2
old  old    new       old         NotSigned         .                   1 2 1      1
old  old    new       new         NotSigned         .                   1 2 2      2
old  new    old       old         NotSigned         NotSigned           2 - -      1
old  new    old       new         NotSigned         NotSigned           2 - -      1
old  new    new       old         .                 .                   2 3 1      1
old  new    new       new         .                 .                   2 3 2      2
new  old    old       old         Older             Older               2 3 2      2
new  old    old       new         Older             .                   2 3 2      2
new  old    new       old         .                 Older               2 3 2      2
new  old    new       new         .                 .                   2 3 2      2
new  new    old       old         Older             Older               2 3 2      2
new  new    old       new         Older             .                   2 3 2      2
new  new    new       old         .                 Older               2 3 2      2
new  new    new       new         .                 .                   2 3 2      2
"""
"""Between the dates the ministry changed all its keys: root 2 names another key for the registry. `trusted` is what the
box holds afterwards of root, registry and catalogue, `pack` which version pupils see."""


SAYS: dict[type[PackError], str] = {
    errors.MetadataError: "Një listë e nënshkruar në këtë USB është e dëmtuar",
    errors.NotSignedError: "mungon ose nuk është i saktë: dikush mund ta ketë ndryshuar.",
    errors.OlderMetadataError: "është më e vjetër se ajo që kutia ka parë tashmë",
    errors.UnknownPublisherError: "nuk është në regjistrin e ministrisë",
    errors.OutsidePrefixError: "ofron diçka që nuk i takon",
    errors.OddNameError: "Diçka në këtë USB nuk është skedar i zakonshëm",
    errors.NotOfferedError: "nuk e ka paketën mash:thyesat",
    errors.NotAShelfError: "Nuk ka paketa në",
}


@dataclass(frozen=True)
class Dates:
    """Two sticks of one ministry, and a box that saw only the first, or both."""

    old: Path
    new: Path
    boxes: Mapping[str, Path]
    ministry: Ministry

    def stick(self, folder: Path, roots: str, registry: str, catalogue: str) -> DirectoryShelf:
        """A stick with the newest packs whose metadata is of two dates."""
        stick, dates = folder / "stick", {"old": self.old, "new": self.new}
        shutil.copytree(self.new, stick)
        shutil.rmtree(stick / "meta")
        (stick / "meta" / "cat").mkdir(parents=True)
        for path in dates[roots].glob("meta/*.root.json"):
            shutil.copy(path, stick / "meta")
        shutil.copy(dates[registry] / "meta" / "registry.json", stick / "meta")
        shutil.copy(dates[catalogue] / "meta" / "cat" / "mash.json", stick / "meta" / "cat")
        return DirectoryShelf(stick)

    def box(self, folder: Path, date: str) -> SchoolBox:
        """A box that saw the sticks up to a date."""
        shutil.copytree(self.boxes[date], folder / "box")
        return SchoolBox(folder / "box")


@pytest.fixture(scope="module")
def dates(tmp_path_factory: pytest.TempPathFactory) -> Dates:
    """A ministry before and after it changed its keys."""
    folder = tmp_path_factory.mktemp("dates")
    ministry = Ministry(folder)
    ministry.publish(PACK, 1)
    old = ministry.copy("old")
    SchoolBox(folder / "old-box", root=ministry.root).install(ministry.shelf, PACK)
    ministry.renew_root(new_registry_key=True)
    ministry.write_registry(3, "mash", names={"sq": "Ministria"})
    ministry.publish(PACK, 2)
    shutil.copytree(folder / "old-box", folder / "new-box")
    SchoolBox(folder / "new-box").install(ministry.shelf, PACK)
    return Dates(old, ministry.folder, {"old": folder / "old-box", "new": folder / "new-box"}, ministry)


def rows(table: str) -> list[tuple[str, ...]]:
    """The rows of a table whose columns are two spaces apart."""
    lines = table.strip("\n").splitlines()[1:]
    return [tuple(cell.strip() for cell in line.split("  ") if cell.strip()) for line in lines]


def told(refused: Mapping[str, PackError], name: str) -> str:
    """What is told of a file, as in the table; the sentence is checked on the way."""
    error = refused.get(name)
    if error is None:
        return "."
    says(error)
    return type(error).__name__.removesuffix("MetadataError").removesuffix("Error")


def says(error: PackError) -> None:
    """A teacher reads what happened, that pupils go on, and what to do."""
    happened, safe, todo = told_in_albanian(error).splitlines()
    assert SAYS[type(error)] in happened
    assert "nxënësit vazhdojnë" in safe
    assert todo


def trusted(box: SchoolBox) -> str:
    """Which versions of root, registry and catalogue a box holds."""
    trust = box.trust.trust()
    catalogue = trust.catalogues.get("mash")
    parts = (trust.registry.version if trust.registry else "-", catalogue.version if catalogue else "-")
    return f"{trust.root.version} {parts[0]} {parts[1]}"


def try_to_install(box: SchoolBox, shelf: DirectoryShelf, pack_id: str = PACK) -> PackError | None:
    """Install, or give the reason why not; every blob must be its name."""
    try:
        box.install(shelf, pack_id)
    except PackError as error:
        return error
    finally:
        assert box.misnamed_blobs() == []
    return None


@pytest.mark.parametrize("row", rows(DATES), ids=lambda row: "-".join(row[:4]))
def test_a_stick_of_two_dates(tmp_path: Path, dates: Dates, row: tuple[str, ...]) -> None:
    date, roots, registry, catalogue, *expected = row
    box, shelf = dates.box(tmp_path, date), dates.stick(tmp_path, roots, registry, catalogue)

    refused = {refusal.name: refusal.error for refusal in box.installer.offers(shelf).refused}
    try_to_install(box, shelf)

    found = [told(refused, "registry.json"), told(refused, "cat/mash.json"), trusted(box), str(box.version(PACK))]
    assert found == expected
    assert box.installer.verify(PACK).sound
    assert try_to_install(box, DirectoryShelf(dates.new)) is None
    assert (trusted(box), box.version(PACK)) == ("2 3 2", 2)


# A stick that comes back


def test_a_stick_replayed_after_its_publisher_was_revoked_brings_nothing(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path, publishers=("mash", "qendra"))
    ministry.publish(PACK, 1)
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    box.install(ministry.shelf, PACK)
    ministry.publish(PACK, 2)
    replayed = DirectoryShelf(ministry.copy("replayed"))
    ministry.revoke("mash")
    box.installer.offers(ministry.shelf)
    before = box.snapshot()

    refused = {refusal.name: refusal.error for refusal in box.installer.offers(replayed).refused}
    error = try_to_install(box, replayed)

    assert (told(refused, "registry.json"), told(refused, "cat/mash.json")) == ("Older", "UnknownPublisher")
    assert isinstance(error, errors.UnknownPublisherError)
    assert box.snapshot() == before
    assert box.trust.trust().is_revoked("mash")


def test_a_thief_who_replays_with_the_revoked_keys_is_not_mistaken_for_an_old_stick(tmp_path: Path) -> None:
    """FORMAT 6.17: only what is older by its own number is quiet; a higher one under an old key is somebody's doing."""
    ministry = Ministry(tmp_path)
    thief_of_registry = ministry.registry_signer
    ministry.publish(PACK, 1)
    ministry.renew_root(new_registry_key=True)
    ministry.write_registry(3, "mash", names={"sq": "Ministria"})
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    box.install(ministry.shelf, PACK)
    ministry.registry_signer = thief_of_registry
    ministry.write_registry(9, "mash", names={"sq": "Hajduti"})

    refused = {refusal.name: refusal.error for refusal in box.installer.offers(ministry.shelf).refused}

    assert told(refused, "registry.json") == "NotSigned"
    assert trusted(box) == "2 3 1"


def test_an_old_stick_after_its_publisher_took_another_key_is_only_older(tmp_path: Path) -> None:
    """FORMAT 6.17: nobody changed anything on it, and a teacher need not be frightened."""
    ministry = Ministry(tmp_path)
    ministry.publish(PACK, 1)
    old = DirectoryShelf(ministry.copy("old"))
    ministry.admit("mash")
    ministry.write_catalogue("mash", 2, ministry.listings("mash"))
    ministry.publish(PACK, 2)
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    box.install(ministry.shelf, PACK)
    before = box.snapshot()

    refused = {refusal.name: refusal.error for refusal in box.installer.offers(old).refused}

    assert (told(refused, "registry.json"), told(refused, "cat/mash.json")) == ("Older", "Older")
    assert box.snapshot() == before


# Two packs with one id, and ids of others


def test_another_publisher_that_lists_the_same_id_is_refused_whole(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path, publishers=("mash", "qendra"))
    ministry.publish(PACK, 1)
    ministry.publish("qendra:python", 1)
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    (mine,) = ministry.listings("mash")
    ministry.write_catalogue("qendra", 9, [*ministry.listings("qendra"), Listing(PACK, 7, mine.manifest_sha256, 99)])

    offers = box.installer.offers(ministry.shelf)

    refused = {refusal.name: refusal.error for refusal in offers.refused}
    assert told(refused, "cat/qendra.json") == "OutsidePrefix"
    assert (offers.find(PACK).version, offers.find(PACK).state) == (1, "new")
    assert isinstance(try_to_install(box, ministry.shelf, "qendra:python"), errors.OutsidePrefixError)
    assert try_to_install(box, ministry.shelf) is None
    assert set(box.library.shown()) == {PACK}


def test_one_version_listed_twice_in_a_catalogue_is_a_catalogue_nobody_can_read(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path)
    ministry.publish(PACK, 1)
    path = ministry.folder / "meta" / "cat" / "mash.json"
    whole = json.loads(path.read_bytes())
    target = f'"mash/thyesat/1.json": {json.dumps(whole["signed"]["targets"]["mash/thyesat/1.json"])}'
    path.write_text(json.dumps(whole).replace(target, f"{target}, {target}"), encoding="utf-8")
    box = SchoolBox(tmp_path / "box", root=ministry.root)

    refused = {refusal.name: refusal.error for refusal in box.installer.offers(ministry.shelf).refused}

    assert {name: type(error) for name, error in refused.items()} == {"cat/mash.json": errors.MetadataError}
    says(refused["cat/mash.json"])
    assert type(try_to_install(box, ministry.shelf)) is errors.MetadataError
    assert box.library.shown() == {}


# Odd names and odd places: a stick is used for other things too, and what does not belong to the shelf is nobody's.


def deep(stick: Path) -> None:
    """Folders in folders, deeper than a path may be long."""
    here = os.open(stick, os.O_RDONLY | os.O_DIRECTORY)
    for _ in range(1500):
        os.mkdir("deep", dir_fd=here)
        below = os.open("deep", os.O_RDONLY | os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def not_utf8(stick: Path) -> None:
    """Names in bytes that are no letters."""
    for folder in (stick, stick / "meta", stick / "meta" / "cat", stick / "manifests", stick / "blobs"):
        Path(os.fsdecode(bytes(folder) + b"/\xff\xfe.json")).write_bytes(b"{}")


def _beside(*names: str) -> Callable[[Path], None]:
    """Files that look like others, beside each file of the shelf."""

    def put(stick: Path) -> None:
        for folder in ("meta", "meta/cat", "manifests"):
            for name in names:
                (stick / folder / name).write_bytes(b"{}")

    return put


def loops(stick: Path) -> None:
    """Links that lead round in a circle."""
    for folder in (stick, stick / "meta", stick / "blobs", stick / "manifests"):
        (folder / "again").symlink_to(folder)
        (folder / "itself").symlink_to(folder / "itself")


def people(stick: Path) -> None:
    """What a teacher keeps on a stick, and what its contents page says."""
    (stick / "CONTENTS.html").write_text("<script>alert(1)</script>", encoding="utf-8")
    (stick / "Fotografi").mkdir()
    (stick / "Fotografi" / "klasa.jpg").write_bytes(bytes(1000))
    os.mkfifo(stick / "autorun.inf")


HARMLESS: dict[str, Callable[[Path], None]] = {
    "deep folders": deep,
    "names that are no letters": not_utf8,
    "hidden files": _beside(".mash.json", "._registry.json", ".DS_Store", "Thumbs.db"),
    "trailing dots and spaces": _beside("registry.json.", "registry.json ", "mash.json.", " mash.json"),
    "other letters": _beside("REGISTRY.JSON", "Registry.json", "MASH.json", "mash.JSON", "1.ROOT.json"),
    "numbers that are none": _beside("0.root.json", "01.root.json", "-1.root.json", "٢.root.json"),
    "very long names": _beside("x" * 250, f"{'9' * 200}.root.json"),
    "control characters": _beside("mash\x1b[2J.json", "a\nb.json", "\u202egnp.json"),
    "looping links": loops,
    "what people keep there": people,
}


@pytest.fixture
def ministry(tmp_path: Path) -> Iterator[Ministry]:
    """A ministry with one pack; pytest itself cannot tidy up folders deeper than Python may call."""
    ministry = Ministry(tmp_path)
    ministry.publish(PACK, 1)
    yield ministry
    run("rm", "-rf", str(ministry.folder))


@pytest.mark.parametrize("name", HARMLESS)
def test_what_does_not_belong_to_the_shelf_is_passed_over(tmp_path: Path, ministry: Ministry, name: str) -> None:
    HARMLESS[name](ministry.folder)
    box = SchoolBox(tmp_path / "box", root=ministry.root)

    offers = box.installer.offers(ministry.shelf)

    assert (offers.refused, [offer.pack_id for offer in offers.offers]) == ((), [PACK])
    assert try_to_install(box, ministry.shelf) is None
    assert box.installer.verify(PACK).sound


def _moved(folder: str) -> Callable[[Path], None]:
    """Put a link in place of a folder, which leads to the folder itself, elsewhere on the stick."""

    def move(stick: Path) -> None:
        for path in sorted(stick.glob(folder)):
            moved = path.with_name(f"{path.name} moved")
            path.rename(moved)
            path.symlink_to(moved)

    return move


def _filed(folder: str) -> Callable[[Path], None]:
    """Put a file in place of a folder."""

    def put(stick: Path) -> None:
        for path in sorted(stick.glob(folder)):
            shutil.rmtree(path)
            path.write_bytes(b"")

    return put


REFUSED: dict[str, tuple[Callable[[Path], None], type[PackError]]] = {
    "meta is a link": (_moved("meta"), errors.OddNameError),
    "meta/cat is a link": (_moved("meta/cat"), errors.OddNameError),
    "manifests is a link": (_moved("manifests"), errors.OddNameError),
    "blobs is a link": (_moved("blobs"), errors.OddNameError),
    "the folder of a blob is a link": (_moved("blobs/??"), errors.OddNameError),
    "meta is a file": (_filed("meta"), errors.OddNameError),
    "meta/cat is a file": (_filed("meta/cat"), errors.OddNameError),
    "manifests is a file": (_filed("manifests"), errors.NotOfferedError),
    "blobs is a file": (_filed("blobs"), errors.OddNameError),
    "nothing is there": (lambda stick: shutil.rmtree(stick / "meta"), errors.NotAShelfError),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_folder_that_is_none_is_refused_for_its_reason(tmp_path: Path, name: str) -> None:
    ministry = Ministry(tmp_path)
    ministry.publish(PACK, 1)
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    whole = ministry.copy("whole")
    harm, expected = REFUSED[name]
    harm(ministry.folder)
    before = box.library.shown()

    error = try_to_install(box, ministry.shelf)

    assert type(error) is expected
    says(error)
    assert box.library.shown() == before
    assert try_to_install(box, DirectoryShelf(whole)) is None
    assert box.installer.verify(PACK).sound
