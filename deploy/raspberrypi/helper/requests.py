"""What the box asks of root: one small file a request, which is believed in nothing that is not checked here.

The folder belongs to the box's user, who may be anybody once the box is broken into: no link is followed, nothing but
a plain file of his is read, never more than `BYTES_MAX`, and each file is taken away whatever stands in it. What begins
with a dot is still being written.

    {"id": "0f…", "verb": "restart"}    in   0f….json
"""

import json
import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

from deploy.raspberrypi.helper.trouble import BAD_REQUEST, TroubleError

BYTES_MAX = 4096
AT_ONCE_MAX = 50
NAME = re.compile(r"([0-9a-f]{32})\.json")
Value: TypeAlias = str | int | bool


class Request(NamedTuple):
    """What is asked for, and under which number it is answered."""

    id: str
    verb: str
    fields: Mapping[str, Value]


def take(folder: Path) -> Iterator[tuple[str, Request | TroubleError]]:
    """Give each request and take its file away first, so that none is done twice."""
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return
    try:
        owner = os.fstat(opened).st_uid
        with os.scandir(opened) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
        for name in names[:AT_ONCE_MAX]:
            found = NAME.fullmatch(name)
            raw = _read(opened, name, owner) if found else None
            _take_away(opened, name)
            if found:
                yield found[1], _understood(found[1], raw)
    finally:
        os.close(opened)


def _read(folder: int, name: str, owner: int) -> bytes | None:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return None
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_uid != owner or facts.st_size > BYTES_MAX:
            return None
        return os.read(descriptor, BYTES_MAX)
    finally:
        os.close(descriptor)


def _take_away(folder: int, name: str) -> None:
    """Take it away for good: a restart that came back after a power cut would be done again and again."""
    try:
        os.unlink(name, dir_fd=folder)
    except IsADirectoryError:
        shutil.rmtree(name, dir_fd=folder, ignore_errors=True)
    os.fsync(folder)


def _understood(number: str, raw: bytes | None) -> Request | TroubleError:
    try:
        said = json.loads((raw or b"").decode("utf-8"))
    except (ValueError, RecursionError):
        return TroubleError(BAD_REQUEST, "no JSON")
    if not isinstance(said, dict) or said.pop("id", "") != number:
        return TroubleError(BAD_REQUEST, "no request")
    verb = said.pop("verb", None)
    if not isinstance(verb, str):
        return TroubleError(BAD_REQUEST, "no verb")
    if not all(isinstance(value, str | int) for value in said.values()):
        return TroubleError(BAD_REQUEST, "fields are text, whole numbers, yes or no")
    return Request(number, verb, said)
