"""`schoolbox pack history`: who did what with packs, and when."""

from schoolbox.cli.asked import Asked, Parsers, verb
from schoolbox.cli.outcome import Json, Outcome, table
from schoolbox.services.event_texts import facts_of, text_of
from schoolbox.services.pack_history import Deed

SHOWN = 50


def add(verbs: Parsers) -> None:
    """Declare the verb."""
    words = verb(verbs, "history", history, "say who installed, went back, removed or wrote onto a stick, and when")
    words.add_argument("pack", metavar="PACK", nargs="?", help="publisher:name; without it, of all packs")


def history(asked: Asked) -> Outcome:
    """List what was done, the newest first."""
    with asked.box() as box:
        wanted = asked.words.pack
        deeds = box.pack_history.of_pack(wanted, SHOWN) if wanted else box.pack_history.latest(SHOWN)
    data: list[Json] = [_deed(each) for each in deeds]
    rows = [(_when(each), _who(each), _what(each)) for each in deeds]
    return Outcome(data, table([("when", "who", "what"), *rows]) if rows else "Nothing was done with packs yet.")


def _who(deed: Deed) -> str:
    return deed.who or ("the box itself" if deed.by_itself else "a command")


def _when(deed: Deed) -> str:
    return deed.event.happened_at.isoformat()


def _what(deed: Deed) -> str:
    return text_of(deed.event).what % facts_of(deed.event)


def _deed(deed: Deed) -> Json:
    facts: dict[str, Json] = dict(deed.event.facts)
    return {"at": _when(deed), "what": deed.event.code, "who": deed.who, "facts": facts}
