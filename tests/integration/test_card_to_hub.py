"""From a ministry's list to a school's box: codes, a card, a first start, a claim, and a box that the hub knows."""

from pathlib import Path

import pytest

from schoolbox.config import load_config
from schoolbox.services.claim import Owner
from schoolbox.wiring import open_box
from sync.hub.cli import main
from sync.transport import HubTransport
from tests.simulators.first_box import FirstBox
from tests.simulators.hub import running_hub


def test_a_box_whose_card_came_from_a_list_is_claimed_with_the_lists_code_and_known_to_the_hub(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "schools.csv").write_text("school,municipality,language,box\nShkolla „Agimi”,Gjilan,sr-Latn,agimi\n")
    with running_hub(tmp_path / "hub") as hub, HubTransport() as transport:
        words = ["code", "write", str(tmp_path / "schools.csv"), "--to", str(tmp_path / "cards"), "--address", hub.url]
        assert main([*words, "--data", str(hub.folder)]) == 0
        capsys.readouterr()
        [prepared] = (tmp_path / "cards").glob("*/schoolbox.toml")
        claim = (tmp_path / "cards" / "list.csv").read_text("utf-8-sig").splitlines()[1].split(";")[-1]

        machine = FirstBox(tmp_path / "root")
        machine.put("schoolbox.toml", prepared.read_bytes())
        assert machine.start() == ()
        assert claim not in machine.said("schoolbox.toml")

        settings = {"data": str(machine.places.box), "sticks": "", "announce": "no"}
        config = load_config(file=machine.places.system / "box.toml", environment={}, arguments=settings)
        assert (config.language, config.name) == ("sr-Latn", "agimi")
        box = open_box(config)
        try:
            box.first_settings.take()
            assert box.claim.prepare() == claim
            assert box.hub_asking.try_now(transport)
            assert box.claim.claim(Owner(claim, box.school.facts().name, "Gjilan", "tri fjale te lehta"), device="x")
        finally:
            box.close()
        [known] = hub.hub.boxes.all()
        assert (known.school, known.municipality) == ("Shkolla „Agimi”", "Gjilan")
        assert hub.hub.codes.open() == []

        assert machine.start() == ()
        assert machine.said("schoolbox-claim.txt") == ""
