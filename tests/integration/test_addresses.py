"""Numbers in addresses: what no database can hold leads to no page, and breaks none."""

from collections.abc import Iterator

import pytest

from tests.simulators.rooms import TECHNICIAN, Pages, open_pages

NUMBERS = ("9" * 18, "9" * 19, str(2**63), "9" * 5000, "0", "-1", "٣", "1e9")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with open_pages(tmp_path_factory.mktemp("pages")) as opened:
        opened.app.config["WTF_CSRF_ENABLED"] = False
        yield opened


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:20])
def test_a_number_that_is_no_row_is_no_page_for_anybody(pages: Pages, number: str) -> None:
    teacher, technician = pages.device(), pages.device("10.0.0.6")
    teacher.sign_in_staff(pages.seeded.teacher)
    technician.sign_in_staff(TECHNICIAN)
    asked = 0
    for rule in pages.app.url_map.iter_rules():
        numbered = [name for name in rule.arguments if f"<int:{name}>" in rule.rule]
        if not numbered:
            continue
        address = rule.rule
        for name in rule.arguments:
            address = address.replace(f"<int:{name}>", number).replace(f"<{name}>", "x")
        for device in (teacher, technician):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = device.client.open(address, method=method)
                assert answer.status_code < 500, (method, rule.rule)
                asked += 1
    assert asked > 20
