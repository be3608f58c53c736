"""How errors of a shelf are told when it is no stick: a hub, a neighbour, a place with an address.

Only what reads differently stands here; everything else is told as in the tables of messages.
"""

from collections.abc import Mapping
from http import HTTPStatus

from content_packs import errors
from schoolbox.marks import N_
from schoolbox.messages_packs import NOT_TRUSTED
from schoolbox.told import Message

AS_BEFORE = N_("Nothing is lost: pupils go on with the lessons they had.")
ASKS_AGAIN = N_("The box asks again. If it stays so, tell whoever runs that place; a stick can bring it, too.")
DO_NOT_TRUST = N_("Tell the ministry: that place gives lists that should not exist.")

FROM_AFAR: Mapping[str, Message] = {
    kind.__name__: Message(HTTPStatus.BAD_GATEWAY, 27, *texts)
    for kind, texts in {
        errors.TamperedError: (
            N_("A file that came is not the one that was signed: it is damaged there, or somebody changed it."),
            AS_BEFORE, ASKS_AGAIN,
        ),
        errors.MissingOnShelfError: (N_("A file of this pack is not there yet."), AS_BEFORE, ASKS_AGAIN),
        errors.UnreadableOnShelfError: (N_("A file of this pack cannot be read there."), AS_BEFORE, ASKS_AGAIN),
        errors.OddNameError: (N_("Something there is not a plain file (%(name)s)."), AS_BEFORE, ASKS_AGAIN),
        errors.ShelfError: (N_("That place could not be read."), AS_BEFORE, ASKS_AGAIN),
        errors.ShelfGoneError: (N_("That place can no longer be read."), AS_BEFORE, ASKS_AGAIN),
        errors.NotAShelfError: (
            N_("There are no packs in %(shelf)s."), AS_BEFORE,
            N_("If there should be some, check the address, or ask whoever runs that place."),
        ),
        errors.CodeNeededError: (
            N_("%(shelf)s gives this only to those who know its code, and the code of this box is missing or wrong."),
            AS_BEFORE,
            N_("Ask whoever looks after it for the code, then: schoolbox pack pull --from %(shelf)s --code CODE"),
        ),
        errors.MetadataError: (
            N_("A signed list that came is damaged (%(name)s)."), AS_BEFORE, ASKS_AGAIN,
        ),
        errors.MetadataTooLargeError: (
            N_("A signed list that came is far too large to be real (%(name)s)."), AS_BEFORE, DO_NOT_TRUST,
        ),
        errors.NotSignedError: (
            N_("The signature on %(name)s is missing or not right: somebody may have changed it."), NOT_TRUSTED,
            DO_NOT_TRUST,
        ),
        errors.ForkedMetadataError: (
            N_("That place says something else than another did with the same number (%(name)s, version %(version)s)."),
            NOT_TRUSTED,
            N_("Tell the ministry: two different lists with one number should not exist."),
        ),
        errors.OlderMetadataError: (
            N_("That place is older than what the box has seen (%(name)s: %(version)s, known: %(floor)s)."), AS_BEFORE,
            N_("There is nothing to do; the box has the newer one."),
        ),
        errors.UnknownPublisherError: (
            N_("The publisher “%(publisher)s” is not one of those the ministry's registry lists."), NOT_TRUSTED,
            N_("If you expected this publisher, ask the ministry."),
        ),
        errors.ForkedPackError: (
            N_("That place has other content for version %(version)s of %(pack_id)s than the box already has."),
            NOT_TRUSTED,
            N_("Tell the publisher: a changed pack needs a new version number."),
        ),
    }.items()
}  # fmt: skip
"""By the name of the error. The exit codes of the other tables hold."""
