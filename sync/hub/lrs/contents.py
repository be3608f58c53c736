"""Did every content come along that statements need, and is every signature one?

    check_contents([(0, read)], received)
"""

from collections.abc import Iterable

from sync.hub.errors import StatementRefusedError
from sync.hub.lrs.attachments import Received
from sync.hub.lrs.rules import Read
from sync.hub.lrs.signatures import SIGNATURE, SIGNATURE_BYTES_MAX, problem_of
from sync.hub.lrs.xapi import Attachment


def check_contents(statements: Iterable[tuple[int, Read]], received: Received | None) -> None:
    """Check the attachments of statements; each comes with its place in the batch.

    Raises:
        StatementRefusedError: A content is missing that lies nowhere else, or a signature is none.
    """
    for index, read in statements:
        for one in read.attachments:
            problem = _problem(one, read, received)
            if problem:
                given = read.statement.id or None
                raise StatementRefusedError(index=index, problem=problem, statement_id=given)


def _problem(one: Attachment, read: Read, received: Received | None) -> str | None:
    """Say what is wrong with one attachment, None if nothing is."""
    if received is None or one.sha2 not in received:
        return None if one.file_url else "the content of an attachment without a fileUrl did not come along"
    if one.usage_type != SIGNATURE or one not in (read.statement.attachments or ()):
        return None
    signature = received.content(one.sha2, most=SIGNATURE_BYTES_MAX)
    return problem_of(signature, read.raw) if signature is not None else "its signature is too large"
