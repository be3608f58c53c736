"""`schoolbox config show`: every setting, its value and where it came from."""

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome, table


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "config", "settings of this box")
    verb(verbs, "show", show, "show every setting and where its value came from")


def show(asked: Asked) -> Outcome:
    """Show every setting."""
    settings = asked.config
    names = [name for name in settings.__struct_fields__ if name != "origins"]
    rows = [(name, str(getattr(settings, name)), settings.origins[name]) for name in names]
    data: Json = {name: {"value": value, "origin": origin} for name, value, origin in rows}
    return Outcome(data, table([("setting", "value", "from"), *rows]))
