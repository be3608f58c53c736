"""`schoolbox trust add | replace | accept | forget | show`: whose packs this box believes."""

from pathlib import Path

from content_packs.errors import UnknownPublisherError
from content_packs.trust import Trust
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX, ROOT_BYTES_MAX
from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome, table
from schoolbox.errors import BadInputError


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "trust", "whose packs this box may install")
    words = verb(verbs, "add", add_root, "trust the registry of this root, once and for all")
    words.add_argument("root", metavar="ROOT.json", type=Path, help="meta/1.root.json of a stick you trust")
    words = verb(verbs, "replace", replace_root, "trust this root in place of the one before; pupils' data stays")
    words.add_argument("root", metavar="ROOT.json", type=Path, help="the new first root, given in person")
    words = verb(verbs, "accept", accept, "trust the lessons that another school made itself")
    words.add_argument("file", metavar="FILE", type=Path, help="meta/cat/box-....json of that school's stick")
    words = verb(verbs, "forget", forget, "trust the lessons of another school no longer; they are hidden")
    words.add_argument("academy", metavar="ID", help="box-...")
    verb(verbs, "show", show, "show the registry, its publishers, and the schools that were accepted")


def add_root(asked: Asked) -> Outcome:
    """Pin a root.

    Raises:
        RootPinnedError: Another one is pinned already.
        MetadataError: It is no root.
    """
    return _pin(asked, replace=False)


def replace_root(asked: Asked) -> Outcome:
    """Pin a root in place of another one; what the old registry's publishers signed is no longer installed.

    Raises:
        MetadataError: It is no root.
    """
    return _pin(asked, replace=True)


def accept(asked: Asked) -> Outcome:
    """Trust an academy.

    Raises:
        NotAnAcademyError: The file is not how an academy introduces itself.
    """
    raw = _read(asked.words.file, CATALOGUE_BYTES_MAX)
    with asked.box() as box:
        academy = box.trust.accept(raw)
        box.events.note("academy_accepted", academy=academy.id)
        box.packs.hide_untrusted()
    name = " / ".join(academy.names.values())
    text = f"{academy.id} ({name}): its lessons can be installed from now on."
    return Outcome({"id": academy.id, "names": dict(academy.names)}, text)


def forget(asked: Asked) -> Outcome:
    """Trust an academy no longer.

    Raises:
        BadInputError: It is this box's own, or was not accepted.
    """
    academy: str = asked.words.academy
    with asked.box() as box:
        if academy == box.academy.begin().id:
            raise BadInputError(field="ID", problem="a box always trusts its own school")
        try:
            box.trust.forget(academy)
        except UnknownPublisherError as exc:
            problem = "no school of this id was accepted; see who was: schoolbox trust show"
            raise BadInputError(field=academy, problem=problem) from exc
        box.events.note("academy_forgotten", academy=academy)
        box.packs.hide_untrusted()
    return Outcome({"id": academy}, f"{academy}: its lessons are hidden; their files stay until they are removed.")


def show(asked: Asked) -> Outcome:
    """Show whom the box trusts.

    Raises:
        NoRootError: Nobody yet, but itself.
    """
    with asked.box() as box:
        trust = box.trust.trust()
    registry = trust.registry
    listed = list(registry.publishers.values()) if registry else []
    accepted = list(trust.academies.values())
    data: Json = {
        "root_version": trust.root.version,
        "fingerprint": trust.root.fingerprint if trust.root.version else None,
        "registry_version": registry.version if registry else None,
        "signed_at": registry.signed_at.isoformat() if registry and registry.signed_at else None,
        "publishers": [{"id": each.id, "names": dict(each.names)} for each in listed],
        "academies": [{"id": each.id, "names": dict(each.names), "own": each.own} for each in accepted],
    }
    rows = [(each.id, " / ".join(each.names.values()), "in the registry") for each in listed]
    rows += [
        (each.id, " / ".join(each.names.values()), "this school" if each.own else "accepted by hand")
        for each in accepted
    ]
    return Outcome(data, "\n".join([*_head(trust), table([("publisher", "name", "why"), *rows])]))


def _head(trust: Trust) -> list[str]:
    """What is above the list of publishers."""
    if trust.root.version == 0:
        return ["No root was given yet."]
    registry = f"Registry version {trust.registry.version}" if trust.registry else "No registry was seen yet."
    return [f"Root version {trust.root.version} (fingerprint {trust.root.fingerprint})", registry]


def _pin(asked: Asked, *, replace: bool) -> Outcome:
    """Take a root."""
    raw = _read(asked.words.root, ROOT_BYTES_MAX)
    with asked.box() as box:
        before = box.trust.pinned()
        is_new = box.trust.pin(raw, replace=replace)
        root = box.trust.trust().root
        if is_new:
            box.events.note("root_replaced" if before else "root_pinned", fingerprint=root.fingerprint)
        box.packs.hide_untrusted()
    text = f"The box trusts this root (version {root.version}, fingerprint {root.fingerprint})."
    return Outcome({"root_version": root.version, "fingerprint": root.fingerprint}, text)


def _read(path: Path, cap_bytes: int) -> bytes:
    """Read a file, one byte beyond its cap at the most; what is too large is told by who takes it.

    Raises:
        BadInputError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(cap_bytes + 1)
    except OSError as exc:
        raise BadInputError(field=str(path), problem=f"it cannot be read: {exc.strerror}") from exc
