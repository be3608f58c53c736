"""Every error has a row, every row speaks every language, and its facts exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import content_packs.errors as pack_errors
import content_packs.export.errors as stick_errors
import content_packs.lesson_errors
import content_packs.programs.errors as program_errors
import schoolbox.errors as box_errors
import schoolbox.server.errors as server_errors
import sync.errors as wire_errors
from schoolbox.faults import fault_of, fault_sentences
from schoolbox.messages import COME_AND_GO, ELSEWHERE, TABLE, UNEXPECTED, message_of, plain_size, sentences
from schoolbox.messages_packs import REFUSALS
from schoolbox.messages_packs import TABLE as OF_PACKS
from schoolbox.messages_uploads import TABLE as OF_UPLOADS
from schoolbox.told import Message, Place
from schoolbox.web.i18n import catalogue_of
from sync.languages import LANGUAGES

ROOTS = (pack_errors.PackError, wire_errors.SyncError, box_errors.BoxError)
MODULES = (
    pack_errors, content_packs.lesson_errors, program_errors, stick_errors, wire_errors, box_errors, server_errors
)  # fmt: skip
FOR_AUTHORS = pack_errors.AuthorError
"""Those who make packs have their own command and table; a box tells all of these in one way."""


def _family(root: type[Exception]) -> Iterator[type[Exception]]:
    for child in root.__subclasses__():
        yield child
        yield from _family(child)


EVERY = sorted(
    {kind for root in ROOTS for kind in (root, *_family(root)) if kind.__module__ in {m.__name__ for m in MODULES}},
    key=lambda kind: (kind.__module__, kind.__name__),
)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_error_is_told(kind: type[Exception]) -> None:
    message = next((TABLE[base] for base in kind.__mro__ if base in TABLE), None)

    assert message is not None


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_error_that_a_reader_can_meet_has_sentences_of_its_own(kind: type[Exception]) -> None:
    if issubclass(kind, FOR_AUTHORS) or kind.__name__.startswith("_"):
        assert any(base in TABLE for base in kind.__mro__)
    else:
        assert kind in TABLE


def test_every_row_has_an_exit_code_of_its_own() -> None:
    codes = [message.exit_code for message in TABLE.values()]

    assert sorted(set(codes)) == sorted(codes)
    assert not set(codes) & {0, 1, 2, 3, 126, 127}
    assert max(codes) < 126


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_sentence_speaks_every_language(language: str) -> None:
    catalogue = catalogue_of(language)
    texts = {text for row in (*TABLE.values(), UNEXPECTED) for text in (row.happened, row.safe, row.todo)}

    assert [text for text in texts if catalogue.gettext(text) == text] == []


def test_every_error_is_listed_at_the_top_of_its_module() -> None:
    for module in MODULES:
        own = {kind.__name__ for kind in EVERY if kind.__module__ == module.__name__}
        drawn = set(re.findall(r"\b[A-Z]\w*Error\b", module.__doc__ or ""))

        assert {name for name in own if not name.startswith("_")} <= drawn


def test_facts_fill_the_sentences() -> None:
    error = pack_errors.NotEnoughSpaceError(path=Path("x"), needs_bytes=3_200_000_000, free_bytes=1_100_000_000)

    happened, safe, todo = sentences(error, str)

    assert happened == "This needs 3.2 GB, but only 1.1 GB is free on the box."
    assert "%(" not in safe + todo


@pytest.mark.parametrize(
    "error",
    [
        box_errors.ConfigError(setting="port", problem="'x' is not a number"),
        box_errors.AlreadyRunningError(folder=Path("data")),
        box_errors.NewerDatabaseError(found=9, known=1),
        pack_errors.OlderPackError(pack_id="mash:thyesat-6", version=1, installed_version=2),
        pack_errors.OlderMetadataError(name="registry.json", version=1, floor=2, signed_at=None),
        pack_errors.UnknownPublisherError(publisher="other"),
        pack_errors.NotAShelfError(shelf="stick"),
        server_errors.ListenError(host="", port=80, reason="Permission denied"),
        wire_errors.HubBusyError(status=503),
    ],
    ids=lambda error: type(error).__name__,
)
def test_sentences_are_whole_in_every_language(error: Exception) -> None:
    for catalogue in map(catalogue_of, LANGUAGES):
        assert all(text and "%(" not in text for text in sentences(error, catalogue.gettext))


STICK = {"en": re.compile(r"\bstick|\bport\b", re.IGNORECASE), "sq": re.compile(r"USB")}
EITHER_WILL_DO = re.compile(
    r"a stick or an upload|the original folder or stick|në? ?nga një USB ose ngarkim|një USB ose ngarkim"
    r"|dosja ose USB-ja origjinale|a USB stick: then only|me USB: atëherë"
)
"""Where a stick is offered beside something else, or in its place."""


@pytest.mark.parametrize("language", STICK)
@pytest.mark.parametrize("place", ["upload", "afar"])
def test_nothing_that_did_not_come_on_a_stick_is_told_as_if_it_had(place: Place, language: str) -> None:
    gettext = catalogue_of(language).gettext
    of_place = {**OF_PACKS, **OF_UPLOADS} if place == "upload" else {
        kind: row for kind, row in OF_PACKS.items() if kind.__name__ in ELSEWHERE["afar"]
    }  # fmt: skip

    def speaks_of_a_stick(row: Message) -> bool:
        happened = gettext(row.happened)
        todo = EITHER_WILL_DO.sub("", gettext(row.todo))
        said = happened if place == "afar" else happened + gettext(row.safe) + todo
        return bool(STICK[language].search(said))

    rows = {kind.__name__: ELSEWHERE[place].get(kind.__name__, row) for kind, row in of_place.items()}
    assert [name for name, row in rows.items() if speaks_of_a_stick(row)] == []


def test_another_place_changes_sentences_and_nothing_that_a_program_reads() -> None:
    by_name = {kind.__name__: row for kind, row in TABLE.items()}

    for name, row in ELSEWHERE["upload"].items():
        assert (row.status, row.exit_code, row.safe) == (
            by_name[name].status, by_name[name].exit_code, by_name[name].safe
        ), name  # fmt: skip


@pytest.mark.parametrize("kind", COME_AND_GO)
def test_a_stick_an_upload_or_an_order_that_is_gone_is_not_told_as_a_page_or_a_lesson(kind: str) -> None:
    error = box_errors.NotFoundError(kind=kind, key="99")

    for happened, safe, todo in (sentences(error, str), fault_sentences(fault_of(error), str)):
        assert happened.endswith("a stick was pulled out, or an upload was deleted.")
        assert "learnt" not in safe
        assert "lesson was replaced" not in todo
    assert "We did not find this page." in sentences(box_errors.NotFoundError(kind="page", key="/x"), str)


def _problems_of_refusals() -> Iterator[str]:
    """What the code says of servers that give nothing: the problem of every `ShelfRefusedError` that is raised."""
    root = Path(pack_errors.__file__).parents[1]
    for path in [path for package in ("content_packs", "sync", "schoolbox") for path in (root / package).rglob("*.py")]:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "ShelfRefusedError":
                [problem] = [word.value for word in call.keywords if word.arg == "problem"]
                assert isinstance(problem, ast.Constant), (path.name, call.lineno)
                yield str(problem.value)


def test_why_a_server_gives_nothing_has_words_in_every_language() -> None:
    assert set(_problems_of_refusals()) == set(REFUSALS) - {""}
    albanian = catalogue_of("sq").gettext
    for problem in (*REFUSALS, "what an older program kept"):
        error = pack_errors.ShelfRefusedError(shelf="http://hub", problem=problem, detail="500 %(x)s")
        for language in (sentences(error, str), sentences(error, albanian), fault_sentences(fault_of(error), albanian)):
            assert language[0].startswith("http://hub ")
        assert problem not in sentences(error, albanian)[0] or not problem
    assert "(500 %(x)s)" in sentences(
        pack_errors.ShelfRefusedError(shelf="x", problem="rsync ended with an error", detail="500 %(x)s"), albanian
    )[0]  # fmt: skip


def test_a_percent_sign_in_a_fact_is_harmless() -> None:
    happened, _, _ = sentences(box_errors.ConfigError(setting="name", problem="'50 %(x)s' is no label"), str)

    assert "50 %(x)s" in happened


def test_what_nobody_foresaw_is_told_calmly() -> None:
    assert message_of(ZeroDivisionError()) is UNEXPECTED
    assert all(sentences(ZeroDivisionError("secret detail"), str))


@pytest.mark.parametrize(
    ("size_bytes", "text"), [(0, "0 B"), (999, "999 B"), (1_500, "2 kB"), (1_500_000, "1.5 MB"), (14_000_000, "14 MB")]
)
def test_sizes_are_written_for_people(size_bytes: int, text: str) -> None:
    assert plain_size(size_bytes) == text
