"""May a document be changed now? What a program says with `If-Match` and `If-None-Match`, and what it must say.

Rules: the two headers are as HTTP says, but a tag may come without its quotes and as a weak one, as proxies make of it.
A PUT over a profile must say one of them, in 2.0 one over a state, too. Source: xAPI 1.0.3 part 3 section 3.1, IEEE
9274.1.1 section 4.1.4.

    Preconditions(if_match='"abc"', if_none_match=None).check(etag="abc")
"""

import msgspec

from sync.hub.errors import DocumentExistsError, PreconditionError

_UNSAID = (
    "There is a document already. Read it first, then say with If-Match which one you mean to replace, or with"
    " If-None-Match: * that you mean to make a new one. Nothing was changed."
)
_FAILED = "The document is another than the request expects; read it again first. Nothing was changed."


class Preconditions(msgspec.Struct, frozen=True, kw_only=True):
    """The headers as they came; `must_say`: without one of them nothing may be replaced."""

    if_match: str | None
    if_none_match: str | None
    must_say: bool = False

    def check(self, etag: str | None) -> None:
        """Check against the document that is there; its tag is None if there is none.

        Raises:
            PreconditionError: It is another than the request expects.
            DocumentExistsError: The request had to say which one it expects.
        """
        if self.if_match is not None and not _names(self.if_match, etag):
            raise PreconditionError(_FAILED)
        if self.if_none_match is not None and _names(self.if_none_match, etag):
            raise PreconditionError(_FAILED)
        unsaid = self.if_match is None and self.if_none_match is None
        if self.must_say and unsaid and etag is not None:
            raise DocumentExistsError(_UNSAID)


def unchanged(if_none_match: str | None, etag: str) -> bool:
    """Say whether a reader has this document already."""
    return if_none_match is not None and _names(if_none_match, etag)


def _names(header: str, etag: str | None) -> bool:
    """Say whether a header names a tag; `*` names whatever is there."""
    tags = [one.strip().removeprefix("W/").strip('"') for one in header.split(",")]
    return etag is not None and (etag in tags or "*" in tags)
