"""Why something that a publisher sent is not taken, each in one sentence with what to do next.

Pages show them in the reader's language, programs get English.

    Problem("older", {"publisher": "mash", "sent": "3", "held": "4"}).said(gettext)
"""

from collections.abc import Callable, Mapping

import msgspec

from sync.hub.errors import ProposalRefusedError


def N_(text: str) -> str:  # noqa: N802  the usual name of the mark for the catalogues
    """Mark a sentence for the catalogues of the pages."""
    return text


SENTENCES: Mapping[str, str] = {
    "no-lists": N_("This hub has no registry yet and cannot tell whose packs these are. The ministry brings it first."),
    "not-archive": N_("This is no whole archive of packs. Make it with “content-packs archive” and send it again."),
    "no-catalogue": N_("There is no list of packs by %(publisher)s in this archive. You can send only those."),
    "unknown-publisher": N_("The registry on this hub does not list %(publisher)s. Ask the ministry to bring it."),
    "not-signed": N_(
        "The list of packs lacks signatures that the registry asks of %(publisher)s. Sign it with today's key."
    ),
    "outside": N_("The list names %(pack)s, which does not belong to %(publisher)s. Nothing of it is taken."),
    "older": N_(
        "This list has number %(sent)s; the hub takes it from %(held)s on. Send the newest, or sign once more."
    ),
    "forked": N_(
        "Another list with number %(sent)s is published: two were signed apart. Sign once more, on the shelf with both."
    ),
    "changed-version": N_(
        "Version %(version)s of %(pack)s is published with other content. Raise the version, sign, send again."
    ),
    "nothing-new": N_("All of this is published already. Nothing is to be done."),
    "manifest": N_("Version %(version)s of %(pack)s is damaged in this archive. Make the archive again and send it."),
    "item-taken": N_("%(item)s belongs to %(other)s already and cannot be in %(pack)s too. Give it another name."),
    "file": N_("A file of %(item)s in %(pack)s is missing or damaged. Make the archive again and send it."),
    "quiz": N_("No box could read the quiz %(item)s in %(pack)s. Build the pack again and send it."),
    "no-room": N_("This needs %(needs)s on the hub, and %(free)s is free there. The ministry has to make room."),
    "gone": N_("What was sent is no longer on the hub's disk. Send it again."),
    "disk": N_("The hub's disk refused. Nothing was published, nothing is lost. The ministry looks after the disk."),
    "unforeseen": N_("Something went wrong inside the hub. Nothing was published. Tell the ministry."),
}
"""What each word of a refusal means; PROTOCOL 15.6 lists the words."""


class Problem(msgspec.Struct, frozen=True):
    """A word of `SENTENCES` and its facts."""

    word: str
    facts: dict[str, str] = msgspec.field(default_factory=dict)

    def said(self, gettext: Callable[[str], str] = N_) -> str:
        """Give the sentence."""
        return gettext(SENTENCES[self.word]) % self.facts


def refusal(word: str, **facts: object) -> ProposalRefusedError:
    """Make the error for a word; to be raised."""
    problem = Problem(word, {name: str(value) for name, value in facts.items()})
    return ProposalRefusedError(problem.said(), word=word, facts=problem.facts)


def size_text(size_bytes: int) -> str:
    """Write a size in the largest unit of which there is one: 1.2 GB."""
    for unit, bytes_of in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size_bytes >= bytes_of:
            return f"{size_bytes / bytes_of:.1f} {unit}"
    return f"{size_bytes} B"
