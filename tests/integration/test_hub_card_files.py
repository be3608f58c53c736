"""A list of schools becomes codes and a `schoolbox.toml` for each card: all of it, or nothing."""

import csv
import io
import json
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from content_packs.durable import Disk
from content_packs.errors import DiskError
from deploy.raspberrypi.firstboot import schema, toml_text
from sync.enrolment import BoxIdentity, enrol
from sync.hub.card_files import CardFiles, SchoolLine, read_schools
from sync.hub.cli import main
from sync.hub.errors import BadRequestError
from sync.transport import HubTransport
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.programs import ROOT

LIST = (
    "School;Municipality;Language;wifi name;wifi_password;country\r\n"
    "Shkolla „Agimi”;Gjilan;sq;Agimi;tre fjale te mira;XK\r\n"
    "ОШ „Вук Караџић”;Gjilan;sr-Cyrl;;;\r\n"
    ";;;;;\r\n"
    'School "Drita" = 1;Kamenicë;;;;\r\n'
)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def typed(hub: RunningHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    (tmp_path / "schools.csv").write_bytes(LIST.encode())

    def run(*words: str) -> tuple[int, str]:
        line = ["code", "write", str(tmp_path / "schools.csv"), "--data", str(hub.folder), *words]
        ended = main(line)
        said = capsys.readouterr()
        return ended, said.out + said.err

    return run


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("schoolbox.toml"))


def test_every_school_gets_a_file_that_its_box_takes_without_a_mistake(
    hub: RunningHub, tmp_path: Path, typed: Callable[..., tuple[int, str]]
) -> None:
    cards = tmp_path / "cards"
    ended, said = typed("--to", str(cards), "--address", hub.url)
    assert ended == 0
    assert f"3 cards are in {cards}" in said
    assert "list.csv" in said
    zones = Path("/usr/share/zoneinfo")
    read = [schema.check(toml_text.read_text(path.read_bytes()), zones=zones) for path in files(cards)]
    assert [each.mistakes for each in read] == [()] * 3
    names = ["Shkolla „Agimi”", "ОШ „Вук Караџић”", 'School "Drita" = 1']
    assert [each.groups["school"]["name"] for each in read] == names
    assert read[0].groups["wifi.own"] == {"name": "Agimi", "password": "tre fjale te mira"}
    assert [each.language for each in read] == ["sq", "sr-Cyrl", "sq"]
    codes = [str(each.groups["hub"]["code"]) for each in read]
    claims = [str(each.groups["technician"]["claim"]) for each in read]
    assert len({*codes, *claims}) == 6
    told = list(csv.reader(io.StringIO((cards / "list.csv").read_text("utf-8-sig")), delimiter=";"))
    assert [row[3] for row in told[1:]] == claims
    assert not any(code in (cards / "list.csv").read_text("utf-8-sig") + said for code in codes)
    for path in cards.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert stat.S_IMODE(cards.stat().st_mode) == 0o700
    with HubTransport() as transport:
        given = enrol(hub.url, codes[1], BoxIdentity("0" * 32, "1"), transport, token_urlsafe=lambda _size: "s" * 43)
    assert (given.school, given.municipality) == ("ОШ „Вук Караџић”", "Gjilan")


def test_what_holds_for_all_is_said_once_and_the_address_is_the_hubs_own(
    hub: RunningHub, tmp_path: Path, typed: Callable[..., tuple[int, str]]
) -> None:
    ended, said = typed("--to", str(tmp_path / "a"))
    assert ended == 2
    assert "--address" in said
    words = ("--address", hub.url, "--country", "AL", "--language", "en", "--time-zone", "Europe/Tirane", "--json")
    ended, said = typed("--to", str(tmp_path / "b"), *words)
    assert ended == 0
    names = ["001-Shkolla-Agimi", "002-ОШ-Вук-Караџић", "003-School-Drita-1"]
    assert [each["folder"] for each in json.loads(said)["cards"]] == names
    texts = [path.read_text(encoding="utf-8") for path in files(tmp_path / "b")]
    assert [('country = "AL"' in text, 'language = "en"' in text) for text in texts] == [
        (False, False), (True, False), (True, True),
    ]  # fmt: skip


def test_a_folder_that_is_there_is_not_written_over_and_no_code_is_made(
    hub: RunningHub, tmp_path: Path, typed: Callable[..., tuple[int, str]]
) -> None:
    before = len(hub.hub.codes.open())
    ended, said = typed("--to", str(tmp_path), "--address", hub.url)
    assert (ended, "is there already" in said) == (2, True)
    assert len(hub.hub.codes.open()) == before


class FullDisk(Disk):
    """A disk that is full at the third file."""

    def __init__(self) -> None:
        self.files = 0

    def write_file(self, path: Path, data: bytes, *, mode: int = 0o644) -> None:
        """Refuse the third."""
        self.files += 1
        if self.files == 3:
            raise DiskError(path=path, problem="No space left on device")
        super().write_file(path, data, mode=mode)


def test_a_disk_that_is_full_leaves_neither_files_nor_codes(hub: RunningHub, tmp_path: Path) -> None:
    before, disk = len(hub.hub.codes.open()), FullDisk()
    schools = [SchoolLine(f"School {number}", "Gjilan", {}) for number in range(5)]
    with pytest.raises(DiskError):
        CardFiles(hub.hub.enrolments, disk, bytes).write(schools, tmp_path / "cards", {"hub": hub.url})
    assert len(hub.hub.codes.open()) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_list_is_read_as_any_office_saves_it(encoding: str, mark: str) -> None:
    raw = f"municipality{mark}SCHOOL\nKamenicë{mark}Drita\n".encode(encoding)
    assert read_schools(raw) == [SchoolLine("Drita", "Kamenicë", {})]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "from 1 to 5000 schools"),
        ("school;municipality\n", "from 1 to 5000 schools"),
        ("school;municipallity\nA;B\n", "Did you mean “municipality”?"),
        ("xyz;blue\nA;B\n", "The columns are: school, municipality"),
        ("school;municipality\nA;B\nC;\n", "Line 3: A school and a municipality"),
        ("school;municipality;wifi_password\nA;B;short\n", "Line 2: wifi_password has 8 to 63 signs"),
        ("school;municipality;language\nA;B;al\n", "Line 2: a language is one of sq, en"),
        ("school;municipality;country\nA;B;Kosovo\n", "Line 2: a country has two letters"),
        ("school;municipality;join_password\nA;B;abcdefgh\n", "Line 2: a password without the name"),
        ("school;municipality;join_name\nA;B;x\u0007y\n", "Line 2: there is an odd sign"),
    ],
)
def test_what_is_wrong_with_a_list_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        read_schools(text.encode())
    assert told in caught.value.message


def test_the_list_in_the_guide_is_one() -> None:
    guide = (ROOT / "docs/technician.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```csv\n(.*?)```", guide, re.DOTALL)
    assert [line.school for line in read_schools(dedent(shown).encode())] == ["Shkolla „Agimi”", "OŠ „Vuk Karadžić”"]


def test_a_list_of_an_old_encoding_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadRequestError, match="CSV UTF-8"):
        read_schools("school;municipality\nFjalë;Kamenicë\n".encode("cp1252"))
