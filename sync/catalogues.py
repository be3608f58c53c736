"""The words of pages out of `.po` files, compiled in memory when a program starts; box and hub read theirs alike.

    read_catalogue([folder / "sq.po"], "sq").gettext("Sign in")
"""

import gettext
from collections.abc import Iterable
from importlib.resources.abc import Traversable
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def read_catalogue(parts: Iterable[Traversable], language: str) -> gettext.GNUTranslations:
    """Read the parts of a language's catalogue as one."""
    whole = Catalog(locale=language)
    for part in parts:
        with part.open("rb") as po:
            for message in read_po(po, locale=language):
                whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
