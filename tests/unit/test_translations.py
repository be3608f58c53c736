"""Every sentence of pages and messages speaks every language, exactly once, with the same facts in it."""

import re

import pytest

from deploy.translations import FOLDERS, PROGRAMS, Program, findings, messages, said, texts
from schoolbox import messages_packs, messages_sticks, messages_uploads
from schoolbox.web.i18n import catalogue_of
from sync.catalogues import read_catalogue
from sync.languages import KNOWN, LANGUAGES

BOX, HUB = PROGRAMS
SPOKEN = tuple(dict.fromkeys(KNOWN[tag].catalogue for tag in LANGUAGES if KNOWN[tag].catalogue))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_language_is_right_and_one_that_is_spoken_is_complete(program: Program, folder: str) -> None:
    allowed = set() if folder in SPOKEN else {"missing", "stale"}

    assert [one for one in findings(program, folder) if one.kind not in allowed] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_catalogue_says_what_gettext_would_read_in_it(folder: str) -> None:
    for program in PROGRAMS:
        catalogue = read_catalogue(program.parts(folder))
        for part in program.parts(folder):
            for message in messages(part):
                one, *many = [message.id] if isinstance(message.id, str) else message.id
                found = {catalogue.ngettext(one, many[0], n) for n in range(200)} if many else {catalogue.gettext(one)}
                assert found == set(texts(message)), (part.name, message.id)


def test_sentences_are_really_found() -> None:
    assert said(BOX)["Sign in"].startswith("templates/")
    assert ("%(num)s item", "%(num)s items") in said(BOX)
    assert "Boxes" in said(HUB)


def test_one_sentence_is_not_counted_in_one_place_and_plain_in_another() -> None:
    plain = {id_ for id_ in said(BOX) if isinstance(id_, str)}
    counted = {id_[0] for id_ in said(BOX) if isinstance(id_, tuple)}

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
    said_to_staff = [text for part in BOX.parts("sq") if part.stem in FOR_STAFF for each in messages(part)
                     for text in texts(each)]  # fmt: skip
    gettext = catalogue_of("sq").gettext
    rows = (*messages_packs.TABLE.values(), *messages_sticks.TABLE.values(), *messages_uploads.TABLE.values())
    said_to_staff += [gettext(text) for row in rows for text in (row.happened, row.safe, row.todo)]

    assert [
        text for text in said_to_staff if text.endswith((".", ":")) and TO_A_CHILD.search(LABEL.sub("", text))
    ] == []  # fmt: skip
