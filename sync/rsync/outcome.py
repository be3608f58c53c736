"""What the end of rsync means: one table from its exit codes to our errors.

Promises: code and words may be the server's own, so neither is believed when it blames our disk: that is asked itself.

Source: rsync(1) 3.5.0, section EXIT VALUES; ssh(1), section EXIT STATUS, for 255. What is told apart by a sentence was
seen with these versions under LC_ALL=C.
"""

from collections.abc import Callable, Mapping

import msgspec

from content_packs.errors import (
    CodeNeededError,
    DiskError,
    LineLostError,
    MissingOnShelfError,
    NotAShelfError,
    PackError,
    ShelfRefusedError,
    UnreadableOnShelfError,
)
from sync.rsync.program import Ended

DONE, PARTLY, VANISHED = 0, 23, 24
_DETAIL_LENGTH_MAX = 200


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, and of whom; `our_disk` gives what is wrong with the disk it is for, or None."""

    shelf: str
    name: str
    our_disk: Callable[[], DiskError | None]


def error_of(ended: Ended, asked: Asked) -> PackError:
    """Say why rsync did not do what it was asked to.

    Args:
        ended: How it ended, with another code than 0.
        asked: What it was asked.
    """
    return _MEANINGS.get(ended.code, _refused)(ended, asked)


def _lost(_ended: Ended, asked: Asked) -> PackError:
    return LineLostError(shelf=asked.shelf)


def _refused(ended: Ended, asked: Asked) -> PackError:
    last = ended.said.strip().splitlines()[-1:] or [""]
    detail = f"{ended.code}: {last[0][:_DETAIL_LENGTH_MAX]}"
    return ShelfRefusedError(shelf=asked.shelf, problem="rsync ended with an error", detail=detail)


def _no_file(ended: Ended, asked: Asked) -> PackError:
    """What ended in the middle says nothing of the files that were not asked for."""
    is_one_file = asked.name and not asked.name.endswith("/")
    return UnreadableOnShelfError(name=asked.name) if is_one_file else _refused(ended, asked)


def _greeting(ended: Ended, asked: Asked) -> PackError:
    """A daemon says in words why it does not begin; without any, the line broke before it came to that."""
    if "Unknown module" in ended.said or "chdir failed" in ended.said:
        return NotAShelfError(shelf=asked.shelf)
    if "auth failed" in ended.said:
        return CodeNeededError(shelf=asked.shelf, problem="the daemon wants another password")
    if ("@ERROR" in ended.said and "max connections" not in ended.said) or "rather than greeting" in ended.said:
        return _refused(ended, asked)
    return LineLostError(shelf=asked.shelf)


def _not_written(ended: Ended, asked: Asked) -> PackError:
    """A file could not be written: by our disk's fault, or so the server says."""
    return asked.our_disk() or _no_file(ended, asked)


def _partly(ended: Ended, asked: Asked) -> PackError:
    """Some file was not given, or could not be taken."""
    if any(f"[{who}]" in ended.said and "failed" in ended.said for who in ("receiver", "generator")):
        return _not_written(ended, asked)
    if "[sender]" in ended.said and "No such file" not in ended.said:
        return UnreadableOnShelfError(name=asked.name)
    return MissingOnShelfError(name=asked.name)


def _missing(_ended: Ended, asked: Asked) -> PackError:
    return MissingOnShelfError(name=asked.name)


def _remote_shell(ended: Ended, asked: Asked) -> PackError:
    """The end of ssh, which has one code for everything."""
    if "Host key verification failed" in ended.said or "No ED25519 host key is known" in ended.said:
        return ShelfRefusedError(shelf=asked.shelf, problem="the server is not the one that is known")
    if "Permission denied" in ended.said:
        return CodeNeededError(shelf=asked.shelf, problem="the server does not know the key of this box")
    return LineLostError(shelf=asked.shelf)


_MEANINGS: Mapping[int, Callable[[Ended, Asked], PackError]] = {
    3: _no_file,
    5: _greeting,
    10: _lost,
    11: _not_written,
    12: _lost,
    22: _no_file,
    PARTLY: _partly,
    VANISHED: _missing,
    30: _lost,
    35: _lost,
    255: _remote_shell,
}
