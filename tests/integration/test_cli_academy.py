"""A school signs its own packs, another school accepts them, and what is trusted no longer is hidden."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from content_packs import errors
from content_packs.shelf import DirectoryShelf
from schoolbox.cli.main import main
from schoolbox.config import Config
from schoolbox.errors import BadInputError, ConfigError
from schoolbox.messages import message_of
from schoolbox.wiring import Box, open_box
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry, write_source

Say = Callable[..., tuple[int, dict[str, object]]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command of a box on its data folder; give exit code and answer."""

    def call(data: Path, *words: str | Path) -> tuple[int, dict[str, object]]:
        capsys.readouterr()
        code = main(["--data", str(data), "--json", *map(str, words)])
        said = capsys.readouterr()
        answer: dict[str, object] = json.loads(said.out or said.err.splitlines()[-1])
        return code, answer

    return call


def code_of(error: type[Exception]) -> int:
    """The exit code of an error."""
    return message_of(error.__new__(error)).exit_code


def source(folder: Path, academy: str, *, version: int = 1) -> Path:
    """The source of a pack of the school's own."""
    return write_source(folder / f"plani-{version}", f"{academy}:plani", version, {"hyrje": mp4(seconds=version)})


def packs(box: Box) -> dict[str, bool]:
    """Installed packs, and whether they are hidden."""
    return {row.pack_id: row.hidden for row in box.packs.list()}


def test_the_key_is_made_once_and_only_the_box_may_read_it(tmp_path: Path, say: Say) -> None:
    code, shown = say(tmp_path / "a", "academy", "show")
    key = tmp_path / "a" / "keys" / "academy.key"
    assert (code, key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (0, 0o600, 0o700)
    before = key.read_bytes()
    assert say(tmp_path / "a", "academy", "show") == (0, shown)
    assert key.read_bytes() == before
    assert say(tmp_path / "b", "academy", "show")[1]["id"] != shown["id"]


def test_a_school_makes_a_pack_and_sees_it_without_any_ministry(tmp_path: Path, say: Say) -> None:
    data = tmp_path / "a"
    say(data, "school", "set", "--name", "Shkolla „Agimi”", "--municipality", "Gjilan")
    _, shown = say(data, "academy", "show")
    academy = str(shown["id"])
    assert shown["names"] == {"sq": "Shkolla „Agimi”, Gjilan"}
    for version in (1, 2):
        made = say(data, "academy", "make", source(tmp_path, academy, version=version))
        assert made == (0, {"pack": f"{academy}:plani", "version": version, "changed": True})
    assert say(data, "academy", "make", source(tmp_path, academy, version=2))[1]["changed"] is False
    assert not (data / "academy" / "built").exists()
    assert say(data, "trust", "show")[0] == code_of(errors.NoRootError)


def test_only_packs_of_the_school_itself_are_made(tmp_path: Path, say: Say) -> None:
    assert say(tmp_path / "a", "academy", "make", source(tmp_path, "mash"))[0] == code_of(BadInputError)
    code, told = say(tmp_path / "a", "academy", "make", tmp_path / "none")
    assert code == code_of(BadInputError)
    assert str(tmp_path / "none" / "pack.toml") in str(told["happened"])


def test_another_school_accepts_the_pack_by_hand_and_forgets_it(tmp_path: Path, say: Say) -> None:
    a, b, ministry = tmp_path / "a", tmp_path / "b", Ministry(tmp_path)
    ministry.publish("mash:thyesat")
    for data in (a, b):
        say(data, "trust", "add", ministry.folder / "meta" / "1.root.json")
    say(a, "pack", "install", ministry.folder, "--all")
    _, shown = say(a, "academy", "show")
    academy, shelf, pack = str(shown["id"]), Path(str(shown["shelf"])), f"{shown['id']}:plani"
    say(a, "academy", "make", source(tmp_path, academy))
    assert {path.name for path in (shelf / "meta").glob("*.json")} == {"1.root.json", "registry.json", "index.json"}

    code, told = say(b, "pack", "install", shelf, pack)
    assert (code, told["error"]) == (code_of(errors.AcademyNotAcceptedError), "AcademyNotAcceptedError")
    assert say(b, "trust", "accept", ministry.folder / "meta" / "cat" / "mash.json")[0] == code_of(
        errors.NotAnAcademyError
    )
    assert say(b, "trust", "accept", tmp_path / "none.json")[0] == code_of(BadInputError)
    assert say(b, "trust", "accept", shelf / "meta" / "cat" / f"{academy}.json")[0] == 0
    assert say(b, "pack", "install", shelf, pack)[0] == 0
    _, trusted = say(b, "trust", "show")
    own = str(say(b, "academy", "show")[1]["id"])
    listed = trusted["academies"]
    assert isinstance(listed, list)
    assert {(each["id"], each["own"]) for each in listed} == {(own, True), (academy, False)}

    assert say(b, "trust", "forget", own)[0] == code_of(BadInputError)
    assert say(b, "trust", "forget", academy)[0] == 0
    for stranger in (academy, "mash"):
        code, told = say(b, "trust", "forget", stranger)
        assert code == code_of(BadInputError)
        assert f"{stranger}, no school of this id was accepted" in str(told["happened"])
    box = open_box(Config(data=b))
    try:
        assert packs(box) == {pack: True}
        notes = [event.code for event in box.events.latest(9)]
        assert notes[:2] == ["packs_hidden_or_shown", "academy_forgotten"]
    finally:
        box.close()


def test_a_ministry_that_begins_anew_is_followed_and_nothing_of_the_pupils_is_touched(tmp_path: Path, say: Say) -> None:
    old, new, data = Ministry(tmp_path), Ministry(tmp_path / "anew", publishers=()), tmp_path / "a"
    old.publish("mash:thyesat")
    root = old.folder / "meta" / "1.root.json"
    say(data, "trust", "add", root)
    say(data, "pack", "install", old.folder, "--all")
    database = (data / "box.db").stat().st_ino
    again = new.folder / "meta" / "1.root.json"
    assert say(data, "trust", "add", again)[0] == code_of(errors.RootPinnedError)
    assert say(data, "trust", "replace", again)[0] == 0
    assert say(data, "pack", "list", new.folder)[0] == 0
    box = open_box(Config(data=data))
    try:
        assert packs(box) == {"mash:thyesat": True}
    finally:
        box.close()
    assert (data / "box.db").stat().st_ino == database
    assert say(data, "trust", "replace", root)[0] == 0
    say(data, "pack", "list", old.folder)
    box = open_box(Config(data=data))
    try:
        assert packs(box) == {"mash:thyesat": False}
    finally:
        box.close()


def test_what_a_thief_signed_stays_hidden_and_the_rest_comes_back(tmp_path: Path) -> None:
    ministry, box = Ministry(tmp_path), open_box(Config(data=tmp_path / "a", reserve_mb=0))
    try:
        box.trust.pin(ministry.root)
        ministry.publish("mash:thyesat")
        ministry.publish("mash:gjeometri")
        honest = ministry.listings("mash")
        ministry.publish("mash:thyesat", 2)  # as the thief does, with the stolen key
        for pack in ("mash:thyesat", "mash:gjeometri"):
            box.packs.install(ministry.shelf, pack, progress=lambda _: None)
        ministry.admit("mash")
        box.packs.offers(ministry.shelf)
        assert packs(box) == {"mash:thyesat": True, "mash:gjeometri": True}
        assert box.library.search("gjeometri", staff=False).courses == ()
        ministry.write_catalogue("mash", 2, honest)
        box.packs.offers(ministry.shelf)
        assert packs(box) == {"mash:thyesat": True, "mash:gjeometri": False}
        assert len(box.library.search("gjeometri", staff=False).courses) == 1
    finally:
        box.close()


def test_a_school_that_is_renamed_introduces_itself_anew_and_goes_on_with_its_packs(tmp_path: Path, say: Say) -> None:
    data = tmp_path / "a"
    academy = str(say(data, "academy", "show")[1]["id"])
    say(data, "academy", "make", source(tmp_path, academy))
    say(data, "school", "set", "--name", "Shkolla „Dituria”")
    assert say(data, "academy", "show")[1]["names"] == {"sq": "Shkolla „Dituria”"}
    box = open_box(Config(data=data))
    try:
        offers = box.packs.offers(DirectoryShelf(box.academy.shelf)).offers
        assert [(offer.pack_id, offer.state, offer.publisher_names) for offer in offers] == [
            (f"{academy}:plani", "same", {"sq": "Shkolla „Dituria”"})
        ]
        assert packs(box) == {f"{academy}:plani": False}
    finally:
        box.close()


def test_a_damaged_key_is_never_replaced_and_stops_no_lesson(tmp_path: Path, say: Say) -> None:
    data = tmp_path / "a"
    say(data, "academy", "show")
    (data / "keys" / "academy.key").write_bytes(b"\0" * 100)
    assert say(data, "academy", "show")[0] == code_of(ConfigError)
    assert say(data, "school", "show")[0] == 0
    assert (data / "keys" / "academy.key").read_bytes() == b"\0" * 100
