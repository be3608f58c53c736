"""Any JSON value, typed: for the few places that must look at a document whose shape is not known."""

from typing import TypeAlias, cast

import msgspec

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def decode_json(raw: bytes | msgspec.Raw) -> Json:
    """Read any JSON.

    Raises:
        msgspec.DecodeError: Not JSON.
    """
    return cast("Json", msgspec.json.decode(raw))
