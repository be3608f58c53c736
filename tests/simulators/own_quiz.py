"""A quiz written as a teacher writes it: forms sent from a device, one question of each kind.

    url = write_quiz(desk, "Fractions today", QUESTIONS)
    use(desk, url)
"""

import re
from collections.abc import Mapping

from tests.simulators.device import Device

Form = Mapping[str, object]
QUESTIONS: dict[str, Form] = {
    "single": {"prompt": "2 + 2?", "rows": "1", "text": ["4", "5", ""], "row_feedback": ["", "One too many.", ""],
               "right": "0", "hints": "Count your fingers.", "feedback": "Two and two."},
    "multiple": {"prompt": "Which are even?", "rows": "1", "text": ["4", "5", "6"], "right": ["0", "2"]},
    "true_false": {"prompt": "Seven is odd.", "truth": "true"},
    "number": {"prompt": "Half of seven?", "answers": "3,5\n7/2", "tolerance": "0,1"},
    "text": {"prompt": "The name of the upper number?", "answers": "numerator\nthe numerator"},
    "order": {"prompt": "From small to large", "rows": "1", "text": ["one", "two", "three"]},
    "match": {"prompt": "Find the name", "rows": "1", "text": ["1/2", "1/4", ""],
              "other": ["half", "quarter", "third"]},
    "gaps": {"prompt": "The capital of Albania is [Tirana|Tiranë]."},
}  # fmt: skip


def write_quiz(desk: Device, title: str, questions: Mapping[str, Form], **settings: object) -> str:
    """Write a quiz; its address."""
    url = desk.post("/my-quizzes", {"title": title}, on="/my-quizzes").headers["Location"]
    for kind, form in questions.items():
        write_question(desk, url, kind, form)
    if settings:
        settings = {"title": title, "shuffle_choices": "1", **settings}
        assert desk.post(f"{url}/settings", settings, on=f"{url}/settings").status_code == 303
    return url


def write_question(desk: Device, url: str, kind: str, form: Form) -> str:
    """Write one question; its address."""
    page = desk.post(f"{url}/questions", {"kind": kind}, on=url).headers["Location"]
    assert desk.post(page, {"kind": kind, "do": "save", **form}, on=page).status_code == 303
    return page


def use(desk: Device, url: str) -> str:
    """Make a quiz ready for use; the id of its item."""
    assert desk.post(f"{url}/use", on=url).status_code == 303
    found = re.search(r'/quizzes/(box-[0-9a-f]{20}:[a-z0-9-]+)"', desk.text(url))
    assert found, desk.text(url)
    return found[1]
