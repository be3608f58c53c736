"""What time it is on a device of the staff, for a box that nobody has told yet.

    POST /clock  at=<milliseconds since 1970>
"""

from datetime import UTC, datetime

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError
from schoolbox.web.access import STAFF, allow, signed_in
from schoolbox.web.context import box

room = Blueprint("clock", __name__)
DIGITS_MAX = 15


@room.post("/clock")
@allow(*STAFF)
def tell() -> ResponseReturnValue:
    """Take the time of the device, unless somebody told it already.

    Raises:
        BadInputError: It is no time, or one that cannot be.
    """
    box().boots.told_by_device(_time(request.form.get("at", "")), by=signed_in().person_id)
    return "", 204


def _time(text: str) -> datetime:
    if not text.isascii() or not text.isdigit() or len(text) > DIGITS_MAX:
        raise BadInputError(field="at", problem="no time")
    try:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    except (ValueError, OverflowError, OSError) as exc:
        raise BadInputError(field="at", problem="no time") from exc
