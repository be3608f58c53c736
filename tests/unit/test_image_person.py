"""Whoever tries an image fills forms in as a browser without scripts does."""

from pathlib import Path

from deploy.raspberrypi.image.check.__main__ import first_difference
from deploy.raspberrypi.image.check.person import Forms

PAGE = """
<form action="/search"><input name="q" type="search" value=""></form>
<form method="post" action="/sticks/ab/install?more=1"><input type="hidden" name="csrf_token" value="mark">
<label><input type="checkbox" name="pack" value="mash:a" checked></label>
<label><input type="checkbox" name="pack" value="mash:b" checked></label>
<label><input type="checkbox" name="pack" value="mash:old"></label>
<input type="checkbox" name="pack" value="mash:never" checked disabled>
<input type="radio" name="answer" value="~1"><input type="radio" name="answer" value="~2">
<select name="order"><option value="">?</option><option value="1">1</option><option value="2">2</option></select>
<input name="word"><input type="password" name="pin" value=""></form>
<input name="outside" value="no">
"""


def test_a_form_is_sent_as_it_stands() -> None:
    _, form = Forms(PAGE).all

    sent = form.filled(pin="1234")

    assert form.action == "/sticks/ab/install"
    assert sent["csrf_token"] == ["mark"]
    assert sent["pack"] == ["mash:a", "mash:b"]
    assert sent["pin"] == ["1234"]
    assert "outside" not in sent


def test_what_nobody_chose_is_chosen() -> None:
    sent = Forms(PAGE).all[1].filled()

    assert sent["answer"] == ["~1"]
    assert sent["order"] == ["1"]
    assert sent["word"] == ["1"]


def test_boxes_that_are_not_ticked_are_known_but_not_sent() -> None:
    form = Forms(PAGE).all[1]

    assert form.boxes["pack"] == ["mash:a", "mash:b", "mash:old"]
    assert form.filled(pack=form.boxes["pack"][-1:])["pack"] == ["mash:old"]


def test_two_images_that_differ_in_one_byte_are_found_out(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(bytes(3_000_000))
    other.write_bytes(bytes(2_500_000) + b"\1" + bytes(499_999))

    assert first_difference(one, one) is None
    assert first_difference(one, other) == 2_500_000
