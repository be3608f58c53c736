"""Names out of which logins are made: any two names give one that can be typed, whatever letters they are of.

The two names stand on the first two lines.
"""

import re

from schoolbox.services.logins import PART_LENGTH_MAX, login_base, next_free, plain
from tests.fuzz.target import Target

_LOGIN = re.compile(r"[a-z0-9]+(?:\.[a-z0-9]+)?")


def run(data: bytes) -> None:
    given, _, surname = data.decode("utf-8", "surrogateescape").partition("\n")
    login = login_base(given, surname)
    assert _LOGIN.fullmatch(login)
    assert len(login) <= 2 * PART_LENGTH_MAX + 1
    assert next_free(login, {login, f"{login}2"}) == f"{login}3"
    assert plain(plain(given)) == plain(given)
    assert plain(given).isascii()


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        text.encode()
        for text in (
            "Arta\nKrasniqi", "Đorđe\nPetrović", "Ђорђе\nПетровић", "Hyseni-Bajrami\n’", "\n", "李\n明", "①\nß",
        )
    ],
    words=("Љ".encode(), "ı".encode(), b"\xcc\x81\xcc\xa3", "ﬁ".encode(), b"'", "²".encode()),
    max_bytes=16_384,
    runs=2000,
)  # fmt: skip
