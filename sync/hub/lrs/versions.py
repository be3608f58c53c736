"""Which xAPI a request speaks, and which one the answer says (PROTOCOL 7.2).

    required("1.0.2")            # "1.0.3": the newest of 1.0
    answered(None, "2.0.0")      # "2.0.0": what the hub is set to, where a request says nothing
"""

import re
from typing import Literal, TypeAlias

from sync.hub.errors import BadRequestError

Version: TypeAlias = Literal["1.0.3", "2.0.0"]
VERSION_HEADER = "X-Experience-API-Version"
ONE: Version = "1.0.3"
TWO: Version = "2.0.0"
OF_ONE = ("1.0.0", "1.0.1", "1.0.2", "1.0.3")
"""What `about` tells a program that speaks 1.0: that specification allows no other words."""
_ASKED = re.compile(r"([12])\.0(?:\.\d{1,4})?")


def spoken(header: str | None) -> Version | None:
    """Say which xAPI a header names, None if it is none of ours."""
    asked = _ASKED.fullmatch(header or "")
    if asked is None:
        return None
    return TWO if asked[1] == "2" else ONE


def required(header: str | None) -> Version:
    """Say which xAPI a request speaks.

    Raises:
        BadRequestError: It does not say, or names one that the hub does not know.
    """
    version = spoken(header)
    if version is None:
        what = "is missing" if header is None else "names a version that is unknown"
        raise BadRequestError(f"The header {VERSION_HEADER} {what}; this hub speaks 1.0.3 and 2.0.0.")
    return version


def answered(header: str | None, unsaid: Version) -> Version:
    """Say what stands in the answer; `unsaid` is for a request that names no version of ours."""
    return spoken(header) or unsaid


def offered(header: str | None) -> tuple[str, ...]:
    """Say which versions `about` lists."""
    return OF_ONE if spoken(header) == ONE else (*OF_ONE, TWO)
