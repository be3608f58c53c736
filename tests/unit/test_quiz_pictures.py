"""Pictures of questions: only real ones, without what a phone writes into them."""

from collections.abc import Callable

import pytest

from schoolbox.errors import BadInputError
from schoolbox.services.quiz_pictures import PICTURE_BYTES_MAX, cleaned
from tests.simulators.pictures import jpeg, png, webp

SECRET = b"42.46 N 21.47 E, phone of Vlora"
Make = Callable[..., bytes]


@pytest.mark.parametrize(("make", "ext"), [(jpeg, "jpg"), (png, "png"), (webp, "webp")])
def test_where_a_picture_was_taken_is_left_out_and_the_picture_stays_the_same(make: Make, ext: str) -> None:
    assert SECRET in make(secret=SECRET)
    assert cleaned(make(secret=SECRET)) == (make(), ext)
    assert cleaned(make()) == (make(), ext)


@pytest.mark.parametrize("make", [jpeg, png, webp])
def test_a_picture_that_was_cut_short_or_is_of_no_sensible_size_is_refused(make: Make) -> None:
    whole = make()
    for length in range(len(whole)):
        with pytest.raises(BadInputError):
            cleaned(whole[:length])
    for size in ({"wide": 9_000}, {"high": 9_000}):
        with pytest.raises(BadInputError):
            cleaned(make(**size))


TOO_LARGE = jpeg() + bytes(PICTURE_BYTES_MAX)


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.4", b"GIF89a", b"<svg/>", b"\xff\xd8\xff", TOO_LARGE])
def test_what_is_no_picture_or_too_large_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInputError):
        cleaned(raw)
