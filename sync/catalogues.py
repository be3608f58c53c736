"""The words of pages out of `.po` files; box and hub read theirs alike, a language when somebody first wants it.

The files are read as they are, without a step that compiles them: a language takes some 15 ms here. What is read is
the form that GNU gettext writes, without contexts; sentences that are fuzzy or empty are left out.

    catalogue = read_catalogue([folder / "sq.po"])
    catalogue.gettext("Sign in")
    InCyrillic(serbian).gettext("Sign in")
"""

import gettext
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources.abc import Traversable
from sys import intern

from sync.cyrillic import in_cyrillic

_PIECE = re.compile(
    r'^(?P<key>msgid_plural|msgid|msgstr(?:\[\d\])?) "(?P<text>.*)"$(?P<more>(?:\n".*"$)*)|^#,.*(?P<fuzzy>\bfuzzy\b)',
    re.MULTILINE,
)
_PLURAL = re.compile(r"plural=([^;]+);")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t"}


class Catalogue(gettext.NullTranslations):
    """The words of a language; a sentence that it does not know stays as it is."""

    def __init__(self, words: Mapping[str, tuple[str, ...]], form: Callable[[int], int]) -> None:
        super().__init__()
        self._words = words
        self._form = form

    def __contains__(self, message: str) -> bool:
        return message in self._words

    def gettext(self, message: str) -> str:
        """Translate a sentence."""
        found = self._words.get(message)
        return found[0] if found else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Translate a sentence that counts."""
        found = self._words.get(msgid1)
        if found is None:
            return msgid1 if n == 1 else msgid2
        return found[min(self._form(n), len(found) - 1)]


class InCyrillic(gettext.NullTranslations):
    """A Serbian catalogue in Cyrillic; what was said once stays written."""

    def __init__(self, latin: Catalogue) -> None:
        super().__init__()
        self._latin = latin
        self._written: dict[str, str] = {}

    def gettext(self, message: str) -> str:
        """Translate a sentence."""
        return self._write(self._latin.gettext(message)) if message in self._latin else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Translate a sentence that counts."""
        said = self._latin.ngettext(msgid1, msgid2, n)
        return self._write(said) if msgid1 in self._latin else said

    def _write(self, latin: str) -> str:
        written = self._written.get(latin)
        if written is None:
            written = self._written[latin] = in_cyrillic(latin)
        return written


def read_catalogue(parts: Iterable[Traversable]) -> Catalogue:
    """Read the parts of a language's catalogue as one; they count alike."""
    words: dict[str, tuple[str, ...]] = {}
    form: Callable[[int], int] = _one_or_many
    for part in parts:
        for message, texts in _entries(part.read_text(encoding="utf-8")):
            if message:
                words[intern(message)] = texts
            elif rule := _PLURAL.search(texts[0]):
                form = gettext.c2py(rule[1].strip())
    return Catalogue(words, form)


def _one_or_many(number: int) -> int:
    return int(number != 1)


def _entries(po: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    message: str | None = None
    texts: list[str] = []
    fuzzy = skipped = False
    for key, first, more, is_fuzzy in _PIECE.findall(po):
        if is_fuzzy:
            fuzzy = True
            continue
        text = first + "".join(line[1:-1] for line in more.split("\n")) if more else first
        if "\\" in text:
            text = _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)
        if key == "msgid":
            if message is not None and texts and not skipped and all(texts):
                yield message, tuple(texts)
            message, texts, skipped, fuzzy = text, [], fuzzy, False
        elif key != "msgid_plural":
            texts.append(text)
    if message is not None and texts and not skipped and all(texts):
        yield message, tuple(texts)
