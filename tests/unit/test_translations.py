"""Every sentence of pages and messages speaks every language, exactly once, with the same facts in it."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import schoolbox
from schoolbox import messages_packs, messages_sticks, messages_uploads
from schoolbox.config import LANGUAGES
from schoolbox.web.i18n import NAMES, load_catalogues

PACKAGE = Path(schoolbox.__file__).parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
TRANSLATED = [language for language in LANGUAGES if language != "en"]
FACT = re.compile(r"%\((\w+)\)[a-z]|%%")
Id = str | tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """One place where a sentence is said."""

    id: Id
    place: str


def _extracted(path: Path) -> Iterator[Use]:
    if path.suffix == ".py":
        for line, found, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
            yield Use(_plain(found), f"{path.relative_to(PACKAGE)}:{line}")
        return
    with path.open("rb") as template:
        for line, _, found, _ in _jinja(template):
            yield Use(_plain(found), f"{path.relative_to(PACKAGE)}:{line}")


def _jinja(template: object) -> Iterator[tuple[int, str, Id, list[str]]]:
    from jinja2.ext import babel_extract

    yield from babel_extract(template, list(KEYWORDS), [], {"silent": "false"})  # type: ignore[arg-type, misc]


def _plain(found: object) -> Id:
    """The sentence itself; empty where a variable is translated, whose sentences are marked elsewhere."""
    if not isinstance(found, (tuple, list)):
        return found if isinstance(found, str) else ""
    texts = tuple(text for text in found if isinstance(text, str))
    return texts if len(texts) > 1 else "".join(texts)


@functools.cache
def said() -> dict[Id, str]:
    """Every sentence and one place where it is said."""
    files = [*PACKAGE.rglob("*.py"), *(PACKAGE / "templates").rglob("*.html"), *(PACKAGE / "templates").rglob("*.txt")]
    return {use.id: use.place for path in sorted(files) for use in _extracted(path) if use.id}


def parts(language: str) -> list[Path]:
    return sorted((PACKAGE / "translations" / language).glob("*.po"))


def messages(part: Path) -> list[Message]:
    with part.open("rb") as po:
        return [message for message in read_po(po, abort_invalid=True) if message.id]


def _texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str) -> None:
    known = {_key(message) for part in parts(language) for message in messages(part)}

    assert {place: id_ for id_, place in said().items() if id_ not in known} == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(language: str) -> None:
    stale = [(part.name, message.id) for part in parts(language) for message in messages(part)
             if _key(message) not in said()]  # fmt: skip

    assert stale == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_empty_or_a_guess(language: str) -> None:
    for part in parts(language):
        for message in messages(part):
            assert all(text.strip() for text in _texts(message)), (part.name, message.id)
            assert not message.fuzzy, (part.name, message.id)


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_carry_the_same_facts(language: str) -> None:
    for part in parts(language):
        for message in messages(part):
            wanted = [set(FACT.findall(id_)) for id_ in _ids(message)]
            for text in _texts(message):
                assert set(FACT.findall(text)) in wanted, (part.name, message.id)


@pytest.mark.parametrize("language", TRANSLATED)
def test_counting_sentences_have_every_form(language: str) -> None:
    for part in parts(language):
        for message in messages(part):
            assert len(_texts(message)) == len(_ids(message)), (part.name, message.id)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_two_parts_disagree(language: str) -> None:
    meanings: dict[Id, set[tuple[str, ...]]] = {}
    for part in parts(language):
        for message in messages(part):
            meanings.setdefault(_key(message), set()).add(tuple(_texts(message)))

    assert {id_: found for id_, found in meanings.items() if len(found) > 1} == {}


def test_one_sentence_is_not_counted_in_one_place_and_plain_in_another() -> None:
    plain = {id_ for id_ in said() if isinstance(id_, str)}
    counted = {id_[0] for id_ in said() if isinstance(id_, tuple)}

    assert plain & counted == set()


FOR_STAFF = ("help", "roster", "sticks", "stick_writing", "uploads", "pull", "lines", "academy")
"""Parts of the catalogues that only teachers and technicians read."""
LABEL = re.compile(r"„[^”]*”")
TO_A_CHILD = re.compile(
    r"(?:^|[.:;,] |\b(?:ose|dhe|pastaj) )(?:fute?|hape|shtype?|kopjo|kontrollo|instaloj?e?|kërko|kërkoji|provo|prit"
    r"|lidhe|zgjidhe?|zgjidhi|sille?|hiqe?|ndize|lëre|hyr|vendos|trego|tregoji|thuaji|ngarkoje|pyet|shiko|vazhdo|ndreqe?|dërgoje"
    r"|jepi|përdore?|kthehu|bëje)(?=[ .,:;])"
    r"|\b(?:që (?:nuk )?(?:e )?do(?! të)|të duhet|të dha|ta lësh|mund të kthehesh|tënd|tënde|jote)\b",
    re.IGNORECASE,
)


def test_staff_are_addressed_politely_in_albanian() -> None:
    """Sentences are looked at; buttons and links, which end without a full stop, are said by whoever presses them."""
    said_to_staff = [text for part in parts("sq") if part.stem in FOR_STAFF for each in messages(part)
                     for text in _texts(each)]  # fmt: skip
    gettext = load_catalogues()["sq"].gettext
    rows = (*messages_packs.TABLE.values(), *messages_sticks.TABLE.values(), *messages_uploads.TABLE.values())
    said_to_staff += [gettext(text) for row in rows for text in (row.happened, row.safe, row.todo)]

    assert [
        text for text in said_to_staff if text.endswith((".", ":")) and TO_A_CHILD.search(LABEL.sub("", text))
    ] == []  # fmt: skip


def test_every_language_has_its_own_name() -> None:
    assert set(NAMES) == set(LANGUAGES)


def _key(message: Message) -> Id:
    return message.id if isinstance(message.id, str) else tuple(message.id)
