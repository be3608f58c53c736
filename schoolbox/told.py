"""The row of the table that says how an error is told."""

from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True)
class Message:
    """How one error is told: to a browser by `status`, to a shell by `exit_code`, to a person by the sentences."""

    status: HTTPStatus
    exit_code: int
    happened: str
    safe: str
    todo: str
