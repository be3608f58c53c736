"""Changing TOML as somebody would who knows what it means: values, lines left out, lines twice.

    mutate_toml(b"port = 8080\\n", 4096, 7, plain)     # b"port = 1e999\\n"
"""

import random

from tests.fuzz.json_mutations import STRANGE_TEXTS
from tests.fuzz.target import Bytewise

STRANGE_VALUES = (
    "1e999", "nan", "-inf", "0x7fffffffffffffffffff", "9" * 5000, "[" * 3000 + "]" * 3000,
    "{a = " * 800 + "1" + "}" * 800,
    "1979-05-27T07:32:00-08:00", "07:32:00", "true", "[]", "{}", '"../fleta.pdf"', '"/etc/passwd"', '"con"', '"a\\nb"',
    '"\\u0000"', "-1", "0", "14", "65536", '"\\u0000"', '"a\\\\u0000b"', "2147483649", "[6, 6]", '["sq"]',
    '{ sq = "a", sq = "b" }', '"""a\r\nb"""',
)  # fmt: skip


def mutate_toml(data: bytes, max_bytes: int, seed: int, plain: Bytewise) -> bytes:
    """Change a value, take a line away, or put one there twice; the rest is changed bytewise."""
    chance = random.Random(seed)
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    act = chance.randrange(4)
    if act == 0:
        return plain(data, max_bytes)
    if act == 1:
        lines[at : at + 1] = [lines[at]] * chance.choice((0, 2))
    elif act == 2:
        name, _, _ = lines[at].partition(b" = ")
        lines[at] = name + b" = " + chance.choice(STRANGE_VALUES).encode()
    else:
        text = chance.choice(STRANGE_TEXTS).encode("utf-8", "surrogatepass")
        lines[at] = lines[at].replace(b'"', b'"' + text, 1)
    return b"\n".join(lines)
