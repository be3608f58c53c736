"""How the parents of a pupil are reached: only where the school keeps it, and only what can be a name and a number.

    checked(frozenset({"phone"}), parent_name="Agim", phone=" 044 123 456")    # {"phone": "044 123 456"}
"""

from collections.abc import Collection

import msgspec

from schoolbox.errors import BadInputError
from schoolbox.marks import N_
from schoolbox.services.people import NAME_LENGTH_MAX, tidy
from schoolbox.services.roster_file import is_phone

CONTACT_SQL = "SELECT parent_name, phone FROM person WHERE id = ?"


class Contact(msgspec.Struct, frozen=True):
    """A parent's name and phone, both empty where nobody said them or the school does not keep them."""

    parent_name: str = ""
    phone: str = ""


def checked(kept: Collection[str], *, parent_name: str | None, phone: str | None) -> dict[str, str]:
    """What is to be stored of it; None is left as it was.

    Raises:
        BadInputError: The name or the number makes no sense.
    """
    said = {"parent_name": parent_name, "phone": phone}
    facts = {field: tidy(value) for field, value in said.items() if value is not None and field in kept}
    name, number = facts.get("parent_name", ""), facts.get("phone", "")
    if len(name) > NAME_LENGTH_MAX or not name.isprintable():
        raise BadInputError(field="parent_name", problem=N_("A name has 1 to 80 letters."))
    if number and not is_phone(number):
        raise BadInputError(field="phone", problem=N_("Write 6 to 20 digits, such as +383 44 123 456, or nothing."))
    return facts
