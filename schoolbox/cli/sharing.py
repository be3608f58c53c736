"""`schoolbox sharing show`, `renew`, `off`: the code that opens quizzes and teachers' items to neighbouring boxes."""

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Outcome

_NEITHER = (
    "This box gives nothing to its neighbours. To let it: put share = true in the settings file, then start it again."
)


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "sharing", "what this box gives to neighbouring boxes")
    verb(verbs, "show", show, "show whether this box gives its packs to others, and the code for what is guarded")
    verb(verbs, "renew", renew, "make a new code; the one before is good no longer")
    verb(verbs, "off", withdraw, "withdraw the code: quizzes and teachers' items are given to nobody")


def show(asked: Asked) -> Outcome:
    """Show the code and where the shelf is."""
    with asked.box() as box:
        code, share, addresses = box.sharing_code.current(), box.sharing.is_on, box.addresses()
    shelves = [f"http://{address}/shelf" for address in addresses] if share else []
    lines = [f"Other boxes can take packs from: {' or '.join(shelves)}" if share else _NEITHER]
    lines.append(f"Code for quizzes and teachers' items: {code}" if code else "There is no code (make one: renew).")
    return Outcome({"share": share, "code": code, "shelves": list(shelves)}, "\n".join(lines))


def renew(asked: Asked) -> Outcome:
    """Make a new code."""
    with asked.box() as box:
        code, share = box.sharing_code.renew(), box.sharing.is_on
    lines = [f"The code is now {code}", *([] if share else [_NEITHER])]
    return Outcome({"share": share, "code": code}, "\n".join(lines))


def withdraw(asked: Asked) -> Outcome:
    """Withdraw the code."""
    with asked.box() as box:
        was_there = box.sharing_code.withdraw()
    text = "The code is withdrawn." if was_there else "There was no code."
    return Outcome({"withdrawn": was_there}, f"{text} Quizzes and teachers' items are given to nobody.")
