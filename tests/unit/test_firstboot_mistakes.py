"""What people get wrong in `schoolbox.toml`: each is told with its line and its cure, and opens no door."""

from pathlib import Path
from string import Formatter

import pytest

from deploy.raspberrypi.firstboot import words
from tests.simulators.first_box import FirstBox

HEAD = 'language = "en"\n'
NO_KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIJlYXhhbXBsZWtleWV4YW1wbGVrZXlleGFtcGxlaw"
WRONG: tuple[tuple[str, int, str], ...] = (
    ("[school]\nname = “Agimi”\n", 3, "curly quotes. Write straight ones"),
    ("[school]\nname = Agimi\n", 3, "Text must stand between straight quotes"),
    ('[school]\nname = "Agimi\n', 3, "opened and not closed"),
    ('[school\nname = "Agimi"\n', 2, "cannot be understood"),
    ('[school]\nname = "A"\nname = "B"\n', 4, "written twice"),
    ('[school]\nname = "A"\n[school]\nmunicipality = "B"\n', 4, "written twice"),
    ('[school]\nnmae = "Agimi"\n', 3, "“school.nmae” is not known. Did you mean “name”?"),
    ('[skool]\nname = "Agimi"\n', 2, "“skool” is not known. Did you mean “school”?"),
    ('[school]\npassword = "abcdefgh"\n', 3, "“password” belongs under [wifi.own]"),
    ('[school]\ncolour = "blue"\n', 3, "“school.colour” is not known. Delete the line"),
    ('school = "Agimi"\n', 2, "Write [school] on a line of its own"),
    ("[school]\nname = 7\n", 3, 'must be text between quotes, such as "Gjilan"'),
    ('[school]\nname = ""\n', 3, "“school.name” is empty"),
    (f'[school]\nname = "{"a" * 121}"\n', 3, "more than 120 letters"),
    ('[school]\nmunicipality = "Gjilan"\n', 2, "Under [school], “name” is missing"),
    ('[box]\nname = "Shkolla Agimi"\n', 3, "“shkolla agimi” cannot be a name on a network"),
    ('[box]\ntime_zone = "Europe/Belgrad"\n', 3, 'Write "Europe/Belgrade"'),
    ('[box]\ntime_zone = "Europe/Pristina"\n', 3, 'Write "Europe/Belgrade"'),
    ('[box]\ntime_zone = "../../etc/passwd"\n', 3, "no time zone"),
    ('[wifi]\ncountry = "Kosovo"\n', 3, "XK for Kosovo"),
    ('[wifi.own]\npassword = "short"\n', 3, "8 to 63 signs"),
    ('[wifi.own]\npassword = "fjalë të gjata"\n', 3, "without accents"),
    (f'[wifi.own]\nname = "{"ë" * 17}"\n', 3, "at most 32 letters"),
    ('[wifi.own]\nname = "Agimi"\npasword = "tre fjale te mira"\n', 4, "Did you mean “password”?"),
    ('[wifi]\npassword = "tre fjale te mira"\n[wifi.own]\nname = "Agimi"\n', 3, "“password” belongs under [wifi.own]"),
    ('[wifi.own]\nname = "Agimi"\n[wifi.onw]\npassword = "x"\n', 4, "Did you mean “own”?"),
    ('[school]\npassword = "abcdefgh"\n[wifi.own]\nname = "Agimi"\n', 3, "“password” belongs under [wifi.own]"),
    ('[wifi.join]\npassword = "tre fjale te mira"\n', 2, "Under [wifi.join], “name” is missing"),
    ('[wifi.join]\nname = "x"\nhidden = "yes"\n', 4, "true or false, without quotes"),
    ('[wifi.join]\nname = "x"\nsecurity = "wep"\n', 4, "“wep” is not known. Choose one of: open"),
    ('[hub]\naddress = "hub.example"\ncode = "K7PM-2R9X"\n', 3, "no address of a hub"),
    ('[hub]\naddress = "https://hub.example"\ncode = "K7PM-2R9"\n', 4, "A code has 8 signs"),
    ('[hub]\naddress = "https://hub.example"\n', 2, "Under [hub], “code” is missing"),
    (f'[ssh]\nkeys = "ssh-ed25519 {NO_KEY}"\n', 3, "is a list"),
    ('[ssh]\nkeys = ["ssh-ed25519 AAAA..."]\n', 3, "no public SSH key"),
    ('[ssh]\nkeys = ["-----BEGIN OPENSSH PRIVATE KEY-----"]\n', 3, "PRIVATE key. Delete it"),
    ('[technician]\nclaim = "teknik"\n', 3, "A code has 8 signs"),
)  # fmt: skip


@pytest.fixture
def box(tmp_path: Path) -> FirstBox:
    return FirstBox(tmp_path / "root")


@pytest.mark.parametrize(("content", "line", "told"), WRONG, ids=[str(number) for number in range(len(WRONG))])
def test_what_is_wrong_is_told_with_its_line_and_what_to_do(box: FirstBox, content: str, line: int, told: str) -> None:
    box.put("schoolbox.toml", HEAD + content)
    box.start()
    said = box.said("schoolbox-error.txt")
    assert f"schoolbox.toml, line {line}: " in said
    assert told in said, said
    for name in ("own", "join"):
        assert box.kept(f"connections/schoolbox-{name}.nmconnection") == ""
    assert box.kept("ssh/authorized_keys") == ""
    assert not {"hub", "code"} & box.handed().keys()
    box.put("schoolbox.toml", HEAD)
    assert box.start() == ()
    assert box.said("schoolbox-error.txt") == ""


def test_a_language_that_nobody_speaks_here(box: FirstBox) -> None:
    box.put("schoolbox.toml", 'language = "al"\n')
    box.start()
    said = box.said("schoolbox-error.txt")
    assert "“al” is no language of this box. Choose one of: sq, en" in said


def test_a_letter_of_an_old_encoding_is_told_with_its_line(box: FirstBox) -> None:
    box.put("schoolbox.toml", '[school]\nname = "Fjalët"\n'.encode("cp1252"))
    box.start()
    assert "schoolbox.toml, line 2: There is a letter here that cannot be read" in box.said("schoolbox-error.txt")


def test_a_file_that_is_far_too_large(box: FirstBox) -> None:
    box.put("schoolbox.toml", "#" * 70_000)
    box.start()
    assert "schoolbox.toml: The file is too large" in box.said("schoolbox-error.txt")


def test_the_hidden_ending_of_windows_is_told_and_what_it_says_is_taken(box: FirstBox) -> None:
    box.put("Schoolbox.toml.TXT", f'{HEAD}[school]\nname = "Agimi"\n[wifi.own]\npassword = "tre fjale te mira"\n')
    box.start()
    assert box.handed()["school"] == "Agimi"
    assert "rename it to schoolbox.toml" in box.said("schoolbox-error.txt")
    assert box.on_card("tre fjale te mira") == []


def test_what_is_right_is_taken_beside_what_is_wrong_and_a_secret_that_was_not_taken_stays(box: FirstBox) -> None:
    box.put(
        "schoolbox.toml",
        '[school]\nname = "Agimi"\nmunicipaliti = "Gjilan"\n[wifi.own]\npassword = "tre fjale te mira"\nnam = "x"\n'
        '[wifi.join]\nname = "y"\npassword = "fjalekalimi"\n',
    )
    assert len(box.start()) == 2
    assert box.handed()["school"] == "Agimi"
    assert "psk=fjalekalimi" in box.kept("connections/schoolbox-join.nmconnection")
    assert box.on_card("fjalekalimi") == []
    assert box.on_card("tre fjale te mira") == ["schoolbox.toml"]
    said = box.said("schoolbox-error.txt")
    assert "tre fjale te mira" not in said
    assert "Prandaj kjo pjesë nuk u mor: [wifi.own]." in said
    assert said.index("Kutia u nis") < said.index("The box has started")


def test_every_sentence_is_there_in_both_tongues_with_the_same_facts() -> None:
    for code, tongues in words.SENTENCES.items():
        facts = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in tongues]
        assert len(tongues) == 2, code
        assert facts[0] == facts[1], code
        assert all(text.strip().endswith((".", "?")) or text.endswith('".') for text in tongues), code
