"""`schoolbox trust add`, `schoolbox trust show`: whose packs this box believes."""

from pathlib import Path

from content_packs.errors import MetadataError
from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome, table
from schoolbox.errors import BadInputError

ROOT_BYTES_MAX = 1024 * 1024


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "trust", "whose packs this box may install")
    words = verb(verbs, "add", add_root, "trust the registry of this root, once and for all")
    words.add_argument("root", metavar="ROOT.json", type=Path, help="meta/1.root.json of a stick you trust")
    verb(verbs, "show", show, "show the registry and its publishers")


def add_root(asked: Asked) -> Outcome:
    """Pin a root.

    Raises:
        RootPinnedError: Another one is pinned already.
        MetadataError: It is no root.
    """
    try:
        with asked.words.root.open("rb") as file:
            raw = file.read(ROOT_BYTES_MAX + 1)
    except OSError as exc:
        raise BadInputError(field=str(asked.words.root), problem=f"it cannot be read: {exc.strerror}") from exc
    if len(raw) > ROOT_BYTES_MAX:
        raise MetadataError(name=asked.words.root.name, problem="too large for a root")
    with asked.box() as box:
        box.trust.pin(raw)
        version = box.trust.trust().root.version
    return Outcome({"root_version": version}, f"The box trusts this root (version {version}).")


def show(asked: Asked) -> Outcome:
    """Show whom the box trusts.

    Raises:
        NoRootError: Nobody yet.
    """
    with asked.box() as box:
        trust = box.trust.trust()
    registry = trust.registry
    publishers = list(registry.publishers.values()) if registry else []
    data: Json = {
        "root_version": trust.root.version,
        "registry_version": registry.version if registry else None,
        "signed_at": registry.signed_at.isoformat() if registry and registry.signed_at else None,
        "publishers": [{"id": each.id, "names": dict(each.names)} for each in publishers],
    }
    lines = [f"Root version {trust.root.version}",
             f"Registry version {registry.version}" if registry else "No registry was seen yet."]  # fmt: skip
    rows = [(each.id, " / ".join(each.names.values())) for each in publishers]
    return Outcome(data, "\n".join([*lines, table([("publisher", "name"), *rows])] if rows else lines))
