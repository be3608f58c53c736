"""Names and texts that go out on the network."""

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.discovery import Announcement, Reason
from sync.discovery.announcement import fit, plain
from sync.discovery.names import host_label, instance_label, next_host, next_instance, start_host
from sync.discovery.trouble import reason_of


@pytest.mark.parametrize(
    ("label", "following"),
    [("schoolbox", "schoolbox-2"), ("schoolbox-2", "schoolbox-3"), ("schoolbox-9", "schoolbox-10"), ("a-b", "a-b-2")],
)
def test_a_taken_host_name_is_followed_by_the_next_number(label: str, following: str) -> None:
    assert next_host(label) == following


@pytest.mark.parametrize(
    ("label", "following"), [("Agimi", "Agimi (2)"), ("Agimi (2)", "Agimi (3)"), ("Agimi (II)", "Agimi (II) (2)")]
)
def test_a_taken_service_name_is_followed_by_the_next_number(label: str, following: str) -> None:
    assert next_instance(label) == following


@pytest.mark.parametrize(
    ("wanted", "label"),
    [
        ("schoolbox", "schoolbox"),
        ("SchoolBox.local", "schoolbox"),
        ("shkolla_ë agimi", "shkollaagimi"),
        ("-box-", "box"),
        ("Ђорђе", "schoolbox"),
        ("", "schoolbox"),
    ],
)
def test_a_host_name_is_letters_digits_and_hyphens(wanted: str, label: str) -> None:
    assert host_label(wanted) == label


@pytest.mark.parametrize(
    ("wanted", "remembered", "first"),
    [
        ("schoolbox", "", "schoolbox"),
        ("schoolbox", "schoolbox", "schoolbox"),
        ("schoolbox", "schoolbox-2", "schoolbox-2"),
        ("gjilan", "schoolbox-2", "gjilan"),
        ("schoolbox", "schoolbox-old", "schoolbox"),
        ("schoolbox", "\x00garbage", "schoolbox"),
    ],
)
def test_the_name_held_last_time_is_tried_first_while_it_belongs_to_the_wanted_one(
    wanted: str, remembered: str, first: str
) -> None:
    assert start_host(wanted, remembered) == first


def test_a_school_name_with_quotes_and_letters_of_its_language_stays_as_it_is() -> None:
    assert instance_label("Shkolla „Agimi” ëç") == "Shkolla „Agimi” ëç"


def test_a_dot_in_a_school_name_looks_like_a_dot_and_is_none() -> None:
    assert instance_label("Sh.F.M.U.") == "Sh\u2024F\u2024M\u2024U\u2024"


@given(st.text())
def test_every_text_makes_a_service_name_that_fits_with_its_number(school: str) -> None:
    label = instance_label(school)
    assert 0 < len(next_instance(label).encode()) <= 63
    assert "." not in label
    assert not label.startswith("_")


@given(st.text())
def test_every_text_makes_a_host_name_that_fits_with_its_number(wanted: str) -> None:
    label = host_label(wanted)
    assert 0 < len(next_host(label)) <= 63
    assert label.isascii()


@given(st.text(), st.integers(min_value=0, max_value=40))
def test_a_text_is_cut_between_characters(text: str, size_bytes: int) -> None:
    cut = fit(text, size_bytes)
    assert len(cut.encode()) <= size_bytes
    assert text.encode(errors="replace").decode().startswith(cut)


def test_every_value_of_the_txt_record_fits_and_is_whole() -> None:
    properties = Announcement(school="ë" * 300, version="v" * 300, box_id="b7f3", port=80).properties()
    assert list(properties) == ["school", "version", "id", "path"]
    assert properties["path"] == b"/"
    assert all(len(key) + 1 + len(value) <= 255 for key, value in properties.items())
    assert properties["school"].decode() == "ë" * 124


def test_what_others_say_cannot_move_the_cursor_of_a_terminal() -> None:
    assert plain("Agimi\x1b[2J\r\n\u2028 two") == "Agimi [2J two"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EADDRINUSE, Reason.PORT_BUSY),
        (errno.EPERM, Reason.NOT_PERMITTED),
        (errno.EAFNOSUPPORT, Reason.NOT_PERMITTED),
        (errno.ENODEV, Reason.FAILED),
    ],
)
def test_a_failure_has_a_reason_that_a_page_can_say(number: int, reason: Reason) -> None:
    assert reason_of(OSError(number, "")) is reason
