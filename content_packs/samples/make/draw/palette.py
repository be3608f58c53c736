"""The colours of the lessons: those of the pages, so that a lesson looks like a part of the box.

A source names a colour (`gold`, `area`, `tint`); what it stands for depends on the learning area and on the ground.

    colour("area", "math", on_board=False)  # (27, 85, 176)
"""

from typing import Literal, TypeAlias

RGB: TypeAlias = tuple[int, int, int]
Area: TypeAlias = Literal["lang", "arts", "math", "natu", "soci", "heal", "life"]

_PLAIN = {
    "board": "10493a",
    "board-2": "0b3a2d",
    "chalk": "ffffff",
    "chalk-2": "c6e0d4",
    "mint": "9fd0bb",
    "brand": "0f6048",
    "gold": "f6b73c",
    "gold-2": "e9a31b",
    "gold-t": "fdeecb",
    "on-gold": "2a1c00",
    "paper": "f6f4ee",
    "card": "ffffff",
    "sunk": "ebe8de",
    "line": "dcd8cb",
    "edge": "7d7868",
    "fg": "1a2420",
    "mute": "545e58",
    "ok": "17693a",
    "ok-t": "ddf2e3",
    "warn": "7d4b00",
    "bad": "a8231b",
    "bad-t": "fce5e1",
    "ink": "16231f",
    "ink-2": "22332d",
}
_AREAS = {
    "lang": ("a81f58", "fbe3ec", "b62a64"),
    "arts": ("6d35a5", "efe5fa", "7a41b3"),
    "math": ("1b55b0", "e2ecfb", "2460bd"),
    "natu": ("2a6a1e", "e4f2dc", "3a7a2c"),
    "soci": ("a0400f", "fce7da", "b24d19"),
    "heal": ("0a6470", "d9f0f2", "0f7481"),
    "life": ("7a5200", "faedcd", "8a6109"),
}
_ON_BOARD = {"fg": "chalk", "mute": "chalk-2", "area": "gold", "line": "#2f6655", "ok": "mint", "edge": "mint"}


def colour(name: str, area: Area, *, on_board: bool) -> RGB:
    """Look up a colour by its name, or read `#rrggbb`.

    Raises:
        KeyError: There is no colour of this name.
    """
    if on_board:
        name = _ON_BOARD.get(name, name)
    if name.startswith("#"):
        return _hex(name[1:])
    if name in ("area", "tint", "solid"):
        return _hex(_AREAS[area][("area", "tint", "solid").index(name)])
    return _hex(_PLAIN[name])


def mix(a: RGB, b: RGB, share: float) -> RGB:
    """Blend two colours: `share` of 0 is the first, 1 the second."""
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


def _hex(digits: str) -> RGB:
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
