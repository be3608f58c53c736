"""One file of a stick is not as it was signed: each kind of file, each kind of harm (FORMAT 2.4, 5.9, 7.2, 8.5, 8.9).

Two tables say what a teacher is told, by the name of the error without its last word; `.` means that nobody minds.
A box that has version 1 is given a stick with version 2. Whatever happened to the stick, only what was signed is
visible afterwards, every blob is what its name says, and the same stick mended brings version 2.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from content_packs import errors
from content_packs.durable import Disk
from content_packs.errors import PackError
from content_packs.shelf import DirectoryShelf
from content_packs.sign import AcademyDesk
from content_packs.trust.academies import academy_id
from tests.fuzz.signed import key
from tests.simulators import harms
from tests.simulators.every_role import MAIN_ROLES, ROLES, write_every_role
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.told import told

PACK = "mash:gjithcka"
CATALOGUES = {"mash": 2, academy_id(str(key("school").public_key.keyval["public"])): 2}
"""What a box trusts that has seen everything."""

METADATA = """
                   1.root.json  2.root.json  registry.json  cat/mash.json  cat/box-*.json
changed_date       Forked       NotSigned    NotSigned      NotSigned      NotSigned
changed_signature  .            NotSigned    NotSigned      NotSigned      NotSigned
changed_bracket    Metadata     Metadata     Metadata       Metadata       Metadata
named_twice        Metadata     Metadata     Metadata       Metadata       Metadata
nested             Metadata     Metadata     Metadata       Metadata       Metadata
cut_short          Metadata     Metadata     Metadata       Metadata       Metadata
emptied            Metadata     Metadata     Metadata       Metadata       Metadata
grown              Metadata     Metadata     Metadata       Metadata       Metadata
spaced             .            .            .              .              .
huge               TooLarge     TooLarge     TooLarge       TooLarge       TooLarge
folder             OddName      OddName      OddName        OddName        OddName
link               OddName      OddName      OddName        OddName        OddName
loop               OddName      OddName      OddName        OddName        OddName
zeros              OddName      OddName      OddName        OddName        OddName
pipe               OddName      OddName      OddName        OddName        OddName
socket             OddName      OddName      OddName        OddName        OddName
device             OddName      OddName      OddName        OddName        OddName
gone               .            .            .              .              .
"""
"""`cat/box-*.json` is the list of another school's academy, which this box accepted."""

CONTENT = """
              manifest  main file  file beside
changed_byte  Tampered  Tampered   Tampered
cut_short     Tampered  Tampered   Tampered
emptied       Tampered  Tampered   Tampered
grown         Tampered  Tampered   Tampered
huge          Tampered  Tampered   Tampered
folder        OddName   OddName    OddName
link          OddName   OddName    OddName
loop          OddName   OddName    OddName
zeros         OddName   OddName    OddName
pipe          OddName   OddName    OddName
socket        OddName   OddName    OddName
device        OddName   OddName    OddName
gone          .         Missing    Missing
"""
"""A file beside is one that its item can do without: captions, a thumbnail, a transcript."""

CLASSES: dict[str, type[PackError]] = {
    "Forked": errors.ForkedMetadataError,
    "NotSigned": errors.NotSignedError,
    "Metadata": errors.MetadataError,
    "TooLarge": errors.MetadataTooLargeError,
    "OddName": errors.OddNameError,
    "Tampered": errors.TamperedError,
    "Missing": errors.MissingOnShelfError,
}
SAYS: dict[type[PackError], str] = {
    errors.ForkedMetadataError: "thotë diçka tjetër nga",
    errors.NotSignedError: "mungon ose nuk është i saktë: dikush mund ta ketë ndryshuar.",
    errors.MetadataError: "Një listë e nënshkruar në këtë USB është e dëmtuar",
    errors.MetadataTooLargeError: "e madhe për të qenë e vërtetë",
    errors.OddNameError: "Diçka në këtë USB nuk është skedar i zakonshëm",
    errors.TamperedError: "Një skedar në këtë USB nuk është ai që u nënshkrua",
    errors.MissingOnShelfError: "Një skedar i kësaj pakete mungon në USB",
}


@dataclass(frozen=True)
class Scene:
    """The newest stick, a box with the version before, and the hashes of what was signed."""

    stick: Path
    box: Path
    signed: frozenset[str]

    def copy(self, folder: Path) -> "Scene":
        """One of its own for one case."""
        stick, box = folder / "stick", folder / "box"
        shutil.copytree(self.stick, stick)
        shutil.copytree(self.box, box)
        return Scene(stick, box, self.signed)

    @property
    def shelf(self) -> DirectoryShelf:
        """The stick as the box opens it."""
        return DirectoryShelf(self.stick)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A ministry that signed version 1, then a new root, a new registry and version 2; a school beside it likewise."""
    folder = tmp_path_factory.mktemp("ministry")
    ministry = Ministry(folder)
    school = AcademyDesk(ministry.folder, key("school"), disk=Disk(), clock=ministry.clock)
    first = ministry.publish_source(write_every_role(folder / "every-1", PACK, 1))
    box = SchoolBox(folder / "box", root=ministry.root)
    box.trust.accept(school.introduce({"sq": "Shkolla"}, held=None))
    box.install(ministry.shelf, PACK)
    ministry.renew_root(version=2)
    ministry.admit("qendra")
    school.introduce({"sq": "Shkolla „Agimi”"}, held=None)
    second = ministry.publish_source(write_every_role(folder / "every-2", PACK, 2))
    assert not set(first.files()) & set(second.files())
    manifests = frozenset(path.stem for path in (ministry.folder / "manifests").iterdir())
    return Scene(ministry.folder, folder / "box", manifests)


@pytest.fixture
def scene(tmp_path: Path, template: Scene) -> Scene:
    """A stick and a box of its own."""
    return template.copy(tmp_path)


def cells(table: str) -> list[tuple[str, str, str]]:
    """A table as (harm, file, error)."""
    head, *rows = table.strip("\n").splitlines()
    columns = [name.strip() for name in head.split("  ") if name.strip()]
    found = []
    for row in rows:
        harm, *answers = row.split()
        assert len(answers) == len(columns), row
        found += [(harm, column, answer) for column, answer in zip(columns, answers, strict=True)]
    return found


def by_role(table: str) -> list[tuple[str, str, str]]:
    """The table of content with a row for each role."""
    roles = {"main file": MAIN_ROLES, "file beside": tuple(role for role in ROLES if role not in MAIN_ROLES)}
    return [(harm, role, error) for harm, column, error in cells(table) for role in roles.get(column, (column,))]


def harm_of(name: str) -> Callable[[Path], None]:
    """What happens, by its name in a table."""
    harm: Callable[[Path], None] = getattr(harms, name)
    return harm


def says(error: PackError) -> None:
    """A teacher reads what happened, and that pupils go on."""
    happened, safe, _todo = told(error).splitlines()
    assert SAYS[type(error)] in happened
    assert "nxënësit vazhdojnë" in safe


def still_sound(box: SchoolBox, scene: Scene) -> None:
    """Only what was signed is visible, and all of it is what its name says."""
    assert box.misnamed_blobs() == []
    assert {pack.manifest_sha256 for pack in box.library.shown().values()} <= scene.signed
    assert box.installer.verify(PACK).sound


def mended(box: SchoolBox, scene: Scene, template: Scene) -> None:
    """The same stick made whole again brings everything."""
    shutil.rmtree(scene.stick)
    shutil.copytree(template.stick, scene.stick)
    assert box.installer.offers(scene.shelf).refused == ()
    box.install(scene.shelf, PACK)
    trust = box.trust.trust()
    assert trust.registry
    assert (box.version(PACK), trust.root.version, set(trust.registry.publishers)) == (2, 2, {"mash", "qendra"})
    assert {publisher: catalogue.version for publisher, catalogue in trust.catalogues.items()} == CATALOGUES
    assert box.library.shown()[PACK].missing == 0
    still_sound(box, scene)
    box.installer.sweep()
    staging = box.folder / "store" / "staging"
    assert not staging.exists() or not list(staging.iterdir())


@pytest.mark.parametrize(("harm", "column", "error"), cells(METADATA))
def test_metadata(scene: Scene, template: Scene, harm: str, column: str, error: str) -> None:
    box = SchoolBox(scene.box)
    before, held = box.library.shown(), box.trust.trust()
    (path,) = (scene.stick / "meta").glob(column)
    name = str(path.relative_to(scene.stick / "meta"))

    harm_of(harm)(path)
    offers = box.installer.offers(scene.shelf)

    refused = {refusal.name: refusal.error for refusal in offers.refused}
    if error != ".":
        assert {name: CLASSES[error]} == {key: type(each) for key, each in refused.items()}
        says(refused[name])
        assert kept_of(box, name) in (None, kept_of(SchoolBox(template.box), name))
    else:
        assert refused == {}
    assert box.library.shown() == before
    assert box.trust.trust().root.version >= held.root.version
    still_sound(box, scene)
    mended(box, scene, template)


def kept_of(box: SchoolBox, name: str) -> bytes | None:
    """What the box keeps of a file of metadata."""
    path = box.folder / "trust" / name
    return path.read_bytes() if path.exists() else None


@pytest.mark.parametrize(("harm", "kind", "error"), by_role(CONTENT))
def test_content(scene: Scene, template: Scene, harm: str, kind: str, error: str) -> None:
    box = SchoolBox(scene.box)
    before = box.library.shown()
    path = file_of(box, scene, kind)

    harm_of(harm)(path)

    if error == ".":
        assert not box.install(scene.shelf, PACK).changed
    elif kind in ROLES and kind not in MAIN_ROLES:
        (missing,) = box.install(scene.shelf, PACK).missing
        assert type(missing.error) is CLASSES[error]
        says(missing.error)
        assert (box.version(PACK), box.library.shown()[PACK].missing) == (2, 1)
        assert missing.file.sha256 not in box.library.shown()[PACK].blobs
    else:
        with pytest.raises(PackError) as caught:
            box.install(scene.shelf, PACK)
        assert type(caught.value) is CLASSES[error]
        says(caught.value)
        assert box.library.shown() == before
    still_sound(box, scene)
    mended(box, scene, template)


def file_of(box: SchoolBox, scene: Scene, kind: str) -> Path:
    """Where the manifest of version 2, or its file of a role, stands on the stick."""
    offer = box.installer.offers(scene.shelf).find(PACK)
    assert offer.manifest
    if kind == "manifest":
        return scene.stick / "manifests" / f"{offer.listing.manifest_sha256}.json"
    (file,) = (file for file in offer.manifest.files().values() if file.role == kind)
    return scene.stick / "blobs" / file.sha256[:2] / f"{file.sha256}.{file.ext}"
