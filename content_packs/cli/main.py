"""`content-packs`: everything an author and a registry need, with exit codes a script can rely on.

content-packs build SOURCE --out BUILT && content-packs sign BUILT --key KEY --shelf SHELF
"""

import argparse
import logging
from collections.abc import Sequence

from content_packs.cli import (
    archive,
    build,
    catalogue,
    key,
    program,
    publisher,
    registry,
    root,
    send,
    show,
    sign,
    verify,
)
from content_packs.cli import output as out
from content_packs.cli.messages import failure
from content_packs.errors import PackError

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give its exit code (0 only if all that was asked for was done)."""
    parsed = _parser().parse_args(arguments)
    try:
        outcome: out.Outcome = parsed.run(parsed)
    except PackError as exc:
        outcome = failure(exc)
    except KeyboardInterrupt:
        return out.UNEXPECTED
    except Exception:  # noqa: BLE001 - the edge of every command: what is left is unexpected, logged once, here
        _log.exception("command failed unexpectedly")
        return out.UNEXPECTED
    return out.show(outcome, as_json=parsed.json)


def _parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(prog="content-packs", description="Make, sign and check packs of lessons.")
    nouns = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (build, sign, verify, show, archive, send, key, root, registry, publisher, catalogue, program):
        command.add_to(nouns)
    return parser
