"""Ranges and conditional requests, as functions of header values."""

import pytest

from schoolbox.web.media import shown_as
from sync.conditions import Conditions, Part, decide, parse_range

TAG = '"5ec1"'


@pytest.mark.parametrize(
    ("header", "start", "length"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, 900),
        ("bytes=999-", 999, 1),
        ("bytes=-1", 999, 1),
        ("bytes=-1000", 0, 1000),
        ("bytes=-5000", 0, 1000),
        ("bytes=900-5000", 900, 100),
        ("bytes=0-" + "9" * 5000, 0, 1000),
        ("Bytes=5-6", 5, 2),
        ("  bytes= 5-6 ", 5, 2),
    ],
)
def test_one_range_within_the_file_is_a_part_of_it(header: str, start: int, length: int) -> None:
    assert parse_range(header, 1000) == Part(206, start, length)


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-1001", "bytes=-0", "bytes=" + "9" * 5000 + "-"])
def test_a_range_behind_the_end_cannot_be_satisfied(header: str) -> None:
    assert parse_range(header, 1000) == Part(416)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=a-b",
        "bytes=0-1,4-5",
        "bytes=0-1-2",
        "bytes=--1",
        "bytes=+1-2",
        "bytes=1.0-2",
        "bytes=٣-٤",
        "bytes 0-1",
        "items=0-1",
        "bytes=0x10-0x20",
    ],
)
def test_several_ranges_and_malformed_ones_are_ignored(header: str) -> None:
    assert parse_range(header, 1000) is None


def test_an_empty_file_has_no_first_byte_and_its_last_bytes_are_the_whole() -> None:
    assert parse_range("bytes=0-", 0) == Part(416)
    assert parse_range("bytes=-5", 0) is None


def test_a_browser_that_has_the_file_already_gets_nothing_new() -> None:
    for header in (TAG, f'"other", {TAG}', f"W/{TAG}", "*"):
        assert decide(Conditions(if_none_match=header), method="GET", etag=TAG, size_bytes=9) == Part(304)


def test_another_tag_gets_the_whole_file() -> None:
    for header in ('"other"', "5ec1", '"5ec1', ""):
        assert decide(Conditions(if_none_match=header), method="GET", etag=TAG, size_bytes=9) == Part(200, 0, 9)


def test_a_range_of_a_file_that_changed_meanwhile_gets_the_whole() -> None:
    for header in ('"other"', f"W/{TAG}", "Wed, 21 Oct 2026 07:28:00 GMT", "5ec1"):
        conditions = Conditions(range="bytes=2-3", if_range=header)
        assert decide(conditions, method="GET", etag=TAG, size_bytes=9) == Part(200, 0, 9)


def test_a_range_of_the_very_same_file_gets_the_part() -> None:
    conditions = Conditions(range="bytes=2-3", if_range=TAG)
    assert decide(conditions, method="GET", etag=TAG, size_bytes=9) == Part(206, 2, 2)


def test_what_the_browser_has_counts_before_the_range() -> None:
    conditions = Conditions(range="bytes=99-", if_none_match=TAG)
    assert decide(conditions, method="GET", etag=TAG, size_bytes=9) == Part(304)


def test_a_download_that_insists_on_another_file_is_refused() -> None:
    for header in ('"other"', f"W/{TAG}"):
        assert decide(Conditions(if_match=header), method="GET", etag=TAG, size_bytes=9) == Part(412)
    for header in (TAG, "*", f'"other",{TAG}'):
        assert decide(Conditions(if_match=header), method="GET", etag=TAG, size_bytes=9) == Part(200, 0, 9)


def test_head_ignores_ranges() -> None:
    assert decide(Conditions(range="bytes=2-3"), method="HEAD", etag=TAG, size_bytes=9) == Part(200, 0, 9)


def test_a_file_can_be_named_in_any_alphabet() -> None:
    assert shown_as("thyesat.pdf") == "inline; filename=\"thyesat.pdf\"; filename*=UTF-8''thyesat.pdf"
    named = shown_as("Çfarë është \"thyesa\"?\r\nX: y.pdf")
    assert named.startswith("inline; filename=\"Cfare eshte 'thyesa'?X: y.pdf\"; filename*=UTF-8''%C3%87far%C3%AB")
    assert "\r" not in named
    assert "\n" not in named
    assert "filename*=UTF-8''%D0%9B%D0%B5%D0%BA" in shown_as("Лекција.pdf")
