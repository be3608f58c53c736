"""Less of a statement than was sent: one text of each (xAPI 1.0.3 part 3 §2.1.3, `format` and `Accept-Language`)."""

import json

import pytest
from msgspec import Raw
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from sync.hub.lrs.formats import reduced


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [("en-GB", "en-GB"), ("EN-gb", "en-GB"), ("en-AU", "en"), ("en", "en"), ("sr", "sr-Latn"),
     ("sr-Latn-XK", "sr-Latn"), ("tr, sr;q=0.5, en;q=0.1", "sr-Latn"), ("en;q=0.1, sr;q=0.5", "sr-Latn"),
     ("tr", "en"), ("*", "en"), ("", "en")],
)  # fmt: skip
def test_a_canonical_text_is_the_one_closest_to_a_language_that_was_asked_for(asked: str, chosen: str) -> None:
    texts = {tag: tag for tag in ("en", "en-US", "en-GB", "sr-Latn")}
    raw = Raw(json.dumps({"verb": {"id": "http://e.org/v", "display": texts}}).encode())
    languages = tuple(parse_accept_header(asked, LanguageAccept).values())
    assert json.loads(bytes(reduced(raw, "canonical", languages)))["verb"]["display"] == {chosen: chosen}
