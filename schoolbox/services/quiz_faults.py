"""What a draft of a quiz still lacks, each as a sentence beside its field.

    faults_of(draft)            # () when it can be used
    faults_of_question(one)[0].problem
"""

from collections.abc import Iterator

import msgspec

from content_packs.judging import read_number
from schoolbox.marks import N_
from schoolbox.services.quiz_draft import Draft, DraftQuestion, as_time, gap_words, wrong_words_of

TITLE_MAX = 100
PROMPT_MAX = 2_000
LINE_MAX = 400
QUESTIONS_MAX = 100
HINTS_MAX = 5


class Fault(msgspec.Struct, frozen=True):
    """Something that is missing or wrong: in which question ("" for the quiz), at which field, in a sentence."""

    question_id: str
    field: str
    problem: str


def faults_of(draft: Draft) -> tuple[Fault, ...]:
    """Everything that keeps a draft from being used."""
    return (*_of_quiz(draft), *(fault for one in draft.questions for fault in faults_of_question(one)))


def faults_of_question(one: DraftQuestion) -> tuple[Fault, ...]:
    """What one question lacks."""
    found = (*_common(one), *_BY_KIND[one.kind](one))
    return tuple(Fault(one.id, field, problem) for field, problem in found)


def _of_quiz(draft: Draft) -> Iterator[Fault]:
    if not draft.title:
        yield Fault("", "title", N_("Give the quiz a title."))
    if len(draft.title) > TITLE_MAX:
        yield Fault("", "title", N_("The title is too long."))
    if not draft.questions:
        yield Fault("", "questions", N_("Write at least one question."))
    for group, size in draft.group_sizes.items():
        if draft.drawn(group) > size and not draft.practice:
            yield Fault("", f"draw_{group}", N_("There are fewer questions than should be asked."))


def _common(one: DraftQuestion) -> Iterator[tuple[str, str]]:
    if not one.prompt:
        yield "prompt", N_("Write the question.")
    if len(one.prompt) > PROMPT_MAX:
        yield "prompt", N_("The text is too long.")
    if one.picture.name and not one.picture.alt:
        yield "alt", N_("Say in words what the picture shows, for who cannot see it.")
    if len(one.hint_lines) > HINTS_MAX:
        yield "hints", N_("A question has at most five hints.")
    if any(len(text) > LINE_MAX for text in (one.feedback, *one.hint_lines)):
        yield "hints", N_("The text is too long.")
    if as_time(one.at) is None:
        yield "at", N_("Write the time like 3:20.")


def _rows(one: DraftQuestion) -> Iterator[tuple[str, str]]:
    texts = [row.text for row in one.filled]
    if any(len(text) > LINE_MAX for row in one.filled for text in (row.text, row.other, row.feedback)):
        yield "rows", N_("The text is too long.")
    if len(set(texts)) != len(texts):
        yield "rows", N_("Two of these are the same.")


def _chosen(one: DraftQuestion) -> Iterator[tuple[str, str]]:
    yield from _rows(one)
    if any(row.picture.name and not row.picture.alt for row in one.filled):
        yield "rows", N_("Say in words what each picture shows, for who cannot see it.")
    if any(row.picture.name and not row.text for row in one.filled):
        yield "rows", N_("Write something beside each picture, if only A, B, C.")
    right = sum(row.right for row in one.filled)
    if len(one.filled) < 2:
        yield "rows", N_("Write at least two answers to choose from.")
    elif not right:
        yield "rows", N_("Tick the answer that is right.")
    elif one.kind == "single" and right > 1:
        yield "rows", N_("Only one answer can be right here. Tick one, or choose “Several right answers” above.")


def _truth(one: DraftQuestion) -> Iterator[tuple[str, str]]:
    if one.truth not in ("true", "false"):
        yield "truth", N_("Say whether the sentence is true.")


def _number(one: DraftQuestion) -> Iterator[tuple[str, str]]:
    if not one.spellings:
        yield "answers", N_("Write the right answer.")
    elif any(read_number(each) is None for each in one.spellings):
        yield "answers", N_("This is not a number. Write for example 3,5 or 2/7, one a line.")
    if one.tolerance and (read_number(one.tolerance) is None or (read_number(one.tolerance) or 0) < 0):
        yield "tolerance", N_("This is not a number from 0 up.")


def _text(one: DraftQuestion) -> Iterator[tuple[str, str]]:
    if not one.spellings:
        yield "answers", N_("Write the right answer.")
    if any(len(each) > LINE_MAX for each in one.spellings):
        yield "answers", N_("The text is too long.")


def _order(one: DraftQuestion) -> Iterator[tuple[str, str]]:
    yield from _rows(one)
    if len(one.filled) < 2:
        yield "rows", N_("Write at least two things, the first one on top.")


def _match(one: DraftQuestion) -> Iterator[tuple[str, str]]:
    pairs = [row for row in one.filled if row.text]
    if len({row.text for row in pairs}) != len(pairs):
        yield "rows", N_("Two of these are the same.")
    if len(pairs) < 2:
        yield "rows", N_("Write at least two pairs.")
    elif not all(row.other for row in pairs):
        yield "rows", N_("Write beside each one what belongs to it.")
    elif len({row.other for row in one.filled}) < 2:
        yield "rows", N_("On the right there must be at least two different things.")


def _gaps(one: DraftQuestion) -> Iterator[tuple[str, str]]:
    gaps = gap_words(one.prompt)
    if one.prompt and not gaps:
        yield "prompt", N_("Put the missing word in brackets: [word].")
    elif not all(gaps):
        yield "prompt", N_("There are brackets with nothing in them.")
    wrong = set(wrong_words_of(one))
    if any(wrong.intersection(spellings) for spellings in gaps):
        yield "wrong_words", N_("A word here is right in a gap. Take it out.")
    if any(len(word) > LINE_MAX for word in wrong):
        yield "wrong_words", N_("The text is too long.")


_BY_KIND = {
    "single": _chosen,
    "multiple": _chosen,
    "true_false": _truth,
    "number": _number,
    "text": _text,
    "order": _order,
    "match": _match,
    "gaps": _gaps,
}
