"""One line an event, `event key=value`; ids only, never a name, PIN or title."""

import logging
import sys


def start_logging(level: str) -> None:
    """Send log lines to standard error, where systemd or the terminal keeps them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # "task queue depth" is a class pressing play
    # One line a request, which strangers can cause without end, or a run of rsync, with all its words; tuf names each
    # holder of a key who need not sign, as if something were wrong.
    for name in ("flask_wtf.csrf", "httpx", "httpcore", "sh", "tuf"):
        logging.getLogger(name).setLevel(logging.WARNING)
    keep_values_out()


def keep_values_out() -> None:
    """Silence what would write names: peewee's log of every query shows its values, whatever level was asked for."""
    logging.getLogger("peewee").setLevel(logging.WARNING)


def line(event: str, **facts: object) -> str:
    """Write one log line: values with spaces are quoted; nothing that breaks a line or steers a terminal is in it."""
    return " ".join([event, *(f"{key}={_plain(value)}" for key, value in facts.items())])


def _plain(value: object) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in str(value)[:300])
    return repr(text) if " " in text or not text else text
