"""How something that is wrong is told: the row of an error's table, and what is wrong in a file that somebody wrote."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Literal, TypeAlias

import msgspec

Place: TypeAlias = Literal["stick", "upload", "afar"]
"""Where packs come from: a stick or folder, somebody's computer, or an address."""


class Message(msgspec.Struct, frozen=True):
    """How one error is told: to a browser by `status`, to a shell by `exit_code`, to a person by the sentences.

    `problems` are the words for the error's own `problem`, where a sentence names it; those under "" for any other.
    """

    status: HTTPStatus
    exit_code: int
    happened: str
    safe: str
    todo: str
    problems: Mapping[str, str] = msgspec.field(default_factory=dict)


class Told(msgspec.Struct, frozen=True):
    """What is wrong in a file, and what to do about it."""

    what: str
    cure: str
