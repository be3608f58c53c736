"""The forms of a quiz that a teacher writes: what was typed, as it was typed."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec
from werkzeug.datastructures import MultiDict

from content_packs.quiz import QuestionType
from schoolbox.errors import BadInputError
from schoolbox.services.quiz_draft import GROUPS, KINDS, ROWED, Draft, DraftPicture, DraftQuestion, Row, tidy
from schoolbox.services.quiz_publishing import AREA_OF
from schoolbox.web.words import TAUGHT_IN

Form = MultiDict[str, str]
ROWS_MAX = 20
TEXT_CHARS_MAX = 4_000
NO_PICTURES: Mapping[int, str] = MappingProxyType({})


def kind_of(name: str) -> QuestionType:
    """A kind of question out of a form.

    Raises:
        BadInputError: There is no such kind.
    """
    for kind in KINDS:
        if kind == name:
            return kind
    raise BadInputError(field="kind", problem="not a kind of question")


def settings_of(draft: Draft, form: Form) -> Draft:
    """The draft with its settings as the form says; a number that is none stays what it was."""
    subject, language = form.get("subject", ""), form.get("language", "")
    return msgspec.structs.replace(
        draft, title=title(form), grade=_number(form, "grade", draft.grade, 0, 13),
        subject=subject if subject in AREA_OF else draft.subject,
        language=language if language in TAUGHT_IN else draft.language,
        pass_percent=_number(form, "pass_percent", draft.pass_percent, 1, 100),
        shuffle_questions=_ticked(form, "shuffle_questions"), shuffle_choices=_ticked(form, "shuffle_choices"),
        draw=_number(form, "draw_0", draft.draw, 0, 100),
        draws=tuple(_number(form, f"draw_{group}", draft.drawn(group), 0, 100) for group in range(1, GROUPS + 1)),
        minutes=_number(form, "minutes", draft.minutes, 0, 240),
        tries=_number(form, "tries", draft.tries, 0, 100), practice=form.get("mode") == "practice",
        mastery=_number(form, "mastery", draft.mastery, 2, 20), at_end=form.get("reveal") == "end",
        tests_only=form.get("where") == "tests",
    )  # fmt: skip


def question_of(before: DraftQuestion, form: Form, pictures: Mapping[int, str] = NO_PICTURES) -> DraftQuestion:
    """A question as the form says; fields that its kind does not show stay what they were.

    Args:
        before: What it was.
        form: What was typed.
        pictures: Names of the pictures that came with it, by the place of their row.
    """
    kind = kind_of(form.get("kind", before.kind))
    picture = DraftPicture(before.picture.name, _text(form, "alt", before.picture.alt))
    return msgspec.structs.replace(
        before, kind=kind, prompt=_text(form, "prompt", before.prompt), picture=picture,
        rows=_rows(form, before, kind, pictures) if form.get("rows") else before.rows,
        answers=_text(form, "answers", before.answers), wrong_words=_text(form, "wrong_words", before.wrong_words),
        group=_number(form, "group", before.group, 0, GROUPS),
        tolerance=_text(form, "tolerance", before.tolerance), truth=form.get("truth", before.truth)[:5],
        hints=_text(form, "hints", before.hints), feedback=_text(form, "feedback", before.feedback),
        watch=_watch(form, before.watch), at=_text(form, "at", before.at)[:12],
    )  # fmt: skip


def title(form: Form) -> str:
    """The title that was typed, on one line."""
    return " ".join(tidy(form.get("title", "")[:TEXT_CHARS_MAX]).split())


def _rows(
    form: Form, before: DraftQuestion, kind: QuestionType, pictures: Mapping[int, str]
) -> tuple[Row, ...]:
    """The rows of the form, those with nothing in them left out."""
    if kind not in ROWED:
        return before.rows
    texts, others, feedbacks = (form.getlist(name)[:ROWS_MAX] for name in ("text", "other", "row_feedback"))
    right = set(form.getlist("right"))
    rows = (
        Row(
            _line(text), str(place) in right, _at(others, place), _at(feedbacks, place),
            _picture(form, before, place, pictures.get(place, "")),
        )
        for place, text in enumerate(texts)
    )  # fmt: skip
    return tuple(row for row in rows if row.is_filled)


def _picture(form: Form, before: DraftQuestion, place: int, new: str) -> DraftPicture:
    """The picture of a row: the one that came, the one that was there, or none any more."""
    was = before.filled[place].picture if place < len(before.filled) else DraftPicture()
    name = new or ("" if form.get("do") == f"no-picture-{place}" else was.name)
    return DraftPicture(name, _at(form.getlist("row_alt"), place) or was.alt) if name else DraftPicture()


def _watch(form: Form, before: str) -> str:
    chosen = form.get("watch", before)
    return chosen[:120] if ":" in chosen else ""


def _at(texts: Sequence[str], place: int) -> str:
    return _line(texts[place]) if place < len(texts) else ""


def _line(text: str) -> str:
    return " ".join(tidy(text[:TEXT_CHARS_MAX]).split())


def _text(form: Form, name: str, before: str) -> str:
    typed = form.get(name)
    return before if typed is None else tidy(typed[:TEXT_CHARS_MAX])


def _number(form: Form, name: str, before: int, least: int, most: int) -> int:
    typed = form.get(name, "").strip()
    if not typed.isascii() or not typed.isdigit() or len(typed) > 4:
        return before
    return min(max(int(typed), least), most)


def _ticked(form: Form, name: str) -> bool:
    return form.get(name) == "1"
