"""`schoolbox courier write | read | status`: what is learnt, to town on a stick, and the receipt back."""

from pathlib import Path

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome
from schoolbox.errors import BadInputError
from schoolbox.messages import plain_size
from sync.courier_folder import RECEIPT_NAME


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "courier", "what is learnt, to the hub on a stick where there is no line")
    words = verb(verbs, "write", write, "write everything that waits onto a stick, sealed for the hub")
    words.add_argument("path", metavar="PATH", type=Path, help="the folder of the stick")
    words = verb(verbs, "read", read, "take in the hub's receipts")
    words.add_argument("path", metavar="PATH", type=Path, help="the folder of the stick, or a file of receipts")
    verb(verbs, "status", status, "show what was taken along, and whether a receipt is awaited")


def write(asked: Asked) -> Outcome:
    """Write what waits.

    Raises:
        SyncError: This box has no hub, or does not know its keys.
        StickError: There is no such folder, the stick is full, or gone.
    """
    with asked.box() as box:
        done = box.couriers.write(asked.words.path)
    size = plain_size(done.size_bytes)
    text = f"{done.statements} statements in {done.couriers} couriers, {size}; {done.already} were on it already."
    return Outcome(
        {
            "couriers": done.couriers, "statements": done.statements, "size_bytes": done.size_bytes,
            "already": done.already, "settled": done.settled, "wrong_receipt": done.wrong_receipt,
        },
        text if done.couriers or done.already else "Nothing waits: nothing had to be written.",
    )  # fmt: skip


def read(asked: Asked) -> Outcome:
    """Take in receipts.

    Raises:
        BadInputError: Nothing is there.
        SyncError: It is not a receipt for this box by its hub; nothing was changed.
    """
    path = asked.words.path
    with asked.box() as box:
        if path.is_dir():
            done = box.couriers.read(path)
        elif path.is_file():
            done = box.couriers.settle(path.read_bytes())
        else:
            raise BadInputError(field="PATH", problem=f"there is neither a stick nor a file {RECEIPT_NAME}")
    text = f"{done.couriers} couriers arrived at the hub: {done.sent} statements, {done.refused} set aside by the hub."
    text += " New orders of the hub came with them." if done.ordered else ""
    facts: dict[str, Json] = {"couriers": done.couriers, "sent": done.sent, "refused": done.refused}
    return Outcome({**facts, "ordered": done.ordered}, text)


def status(asked: Asked) -> Outcome:
    """Show how matters stand."""
    with asked.box() as box:
        found, waiting = box.couriers.standing(), box.outbox.counts().waiting
    text = "None was made yet."
    if found.made_at:
        text = f"The newest courier is number {found.newest}, of {found.made_at:%Y-%m-%d %H:%M} UTC."
    if found.is_awaited:
        text += " A receipt is awaited."
    return Outcome(
        {
            "newest": found.newest, "made_at": found.made_at.isoformat() if found.made_at else None,
            "awaited": found.is_awaited, "waiting": waiting,
        },
        f"{text} Waiting: {waiting}.",
    )  # fmt: skip
