"""What travels between a publisher and a hub: JSON records (PROTOCOL section 15).

    msgspec.json.decode(raw, type=UploadState).has_bytes
"""

from typing import Annotated

import msgspec

PIECE_BYTES_MAX = 4 * 1024 * 1024
NAME_MAX = 120


class UploadAsked(msgspec.Struct, frozen=True, kw_only=True):
    """An archive that is to be sent; the same `mark` and size are the same archive, whenever it is asked again."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    size_bytes: Annotated[int, msgspec.Meta(ge=1, le=2**50)]
    mark: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class UploadState(msgspec.Struct, frozen=True, kw_only=True):
    """How much of an archive is there; `proposal` is its number once all of it is, else 0."""

    upload: str
    has_bytes: int
    proposal: int


class StepTold(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done with a proposal, by whom; `who` is empty where the hub did it."""

    state: str
    who: str
    at: str


class ProposalTold(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an archive: `problem` is the word and `message` the sentence for what was not taken."""

    number: int
    name: str
    size_bytes: int
    state: str
    problem: str = ""
    message: str = ""
    reason: str = ""
    steps: tuple[StepTold, ...] = ()


class ProposalsTold(msgspec.Struct, frozen=True, kw_only=True):
    """The newest proposals of the publisher that asks."""

    publisher: str
    proposals: tuple[ProposalTold, ...]
