"""A quiz as a teacher writes it, and the quiz that becomes of it: values, whole or not.

Promises: whatever was typed can be kept and read again, also if it makes no quiz yet (`quiz_faults` says what is
missing); a whole draft becomes a quiz in one language that FORMAT section 4 allows.

    draft = decode_draft(raw)
    compose(draft).questions[0].correct
"""

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from content_packs.judging import read_number
from content_packs.quiz import Choice, Gap, Picture, Question, QuestionType, Quiz, Watch

WORD_IN_BRACKETS = re.compile(r"\[([^\[\]\n]+)\]")
"""A gap as a teacher writes it: the missing word in brackets, other spellings behind a bar: `[Tirana|Tiranë]`."""
KINDS: tuple[QuestionType, ...] = ("single", "multiple", "true_false", "number", "text", "order", "match", "gaps")
ROWED: tuple[QuestionType, ...] = ("single", "multiple", "order", "match")
PICTURED: tuple[QuestionType, ...] = ("single", "multiple")
"""Kinds whose answers may have a picture each."""
GROUPS = 4
"""How many groups of questions there may be, beside those in none: of each as many are drawn as its teacher says."""
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class DraftPicture(msgspec.Struct, frozen=True):
    """A picture that was uploaded, by its name in the box, and what is on it in words."""

    name: str = ""
    alt: str = ""


class Row(msgspec.Struct, frozen=True):
    """One thing to choose, to bring in order or to match; `other` is what belongs to it."""

    text: str = ""
    right: bool = False
    other: str = ""
    feedback: str = ""
    picture: DraftPicture = DraftPicture()

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in it."""
        return bool(self.text or self.other or self.picture.name)


class DraftQuestion(msgspec.Struct, frozen=True):
    """One question as it was typed; `answers`, `wrong_words` and `hints` hold one a line, `at` is a time like 3:20.

    With `wrong_words` gaps are chosen from them and the right ones. `group` is 0 for none.
    """

    id: str
    kind: QuestionType = "single"
    prompt: str = ""
    picture: DraftPicture = DraftPicture()
    rows: tuple[Row, ...] = ()
    answers: str = ""
    wrong_words: str = ""
    group: int = 0
    tolerance: str = ""
    truth: str = ""
    hints: str = ""
    feedback: str = ""
    watch: str = ""
    at: str = ""

    @property
    def filled(self) -> tuple[Row, ...]:
        """The rows in which something stands."""
        return tuple(row for row in self.rows if row.is_filled)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every accepted spelling."""
        return _lines(self.answers)

    @property
    def hint_lines(self) -> tuple[str, ...]:
        """The hints, each for itself."""
        return _lines(self.hints)


class Draft(msgspec.Struct, frozen=True):
    """A quiz as it was typed; `tests_only` keeps it out of the library of pupils.

    `draw` is how many of the questions in no group are asked, `draws` of each group; 0 asks all of them.
    """

    title: str = ""
    grade: int = 6
    subject: str = "mathematics"
    language: str = "sq"
    pass_percent: int = 60
    shuffle_questions: bool = False
    shuffle_choices: bool = True
    draw: int = 0
    draws: tuple[int, ...] = ()
    minutes: int = 0
    tries: int = 0
    practice: bool = False
    mastery: int = 5
    at_end: bool = False
    tests_only: bool = False
    questions: tuple[DraftQuestion, ...] = ()
    next_id: int = 1

    def question(self, question_id: str) -> DraftQuestion | None:
        """One of its questions."""
        return next((one for one in self.questions if one.id == question_id), None)

    def drawn(self, group: int) -> int:
        """How many questions of a group are asked; 0 for all."""
        return self.draw if not group else (*self.draws, *[0] * GROUPS)[group - 1]

    @property
    def group_sizes(self) -> dict[int, int]:
        """How many questions each group has that has any; 0 are those in none."""
        return dict(sorted(Counter(one.group for one in self.questions).items()))

    @property
    def drawn_groups(self) -> dict[int, int]:
        """Of which groups fewer questions are asked than there are, and how many."""
        if self.practice:
            return {}
        sizes = self.group_sizes.items()
        return {group: self.drawn(group) for group, size in sizes if 0 < self.drawn(group) < size}

    @property
    def asked(self) -> int:
        """How many questions one try asks."""
        drawn = self.drawn_groups
        return sum(drawn.get(group, size) for group, size in self.group_sizes.items())


_READ = msgspec.json.Decoder(Draft)


def decode_draft(raw: str) -> Draft:
    """Read a draft as the database holds it.

    Raises:
        msgspec.DecodeError: It is none.
    """
    return _READ.decode(raw)


def encode_draft(draft: Draft) -> str:
    """Write a draft for the database."""
    return msgspec.json.encode(draft).decode()


def tidy(text: str) -> str:
    """What was typed, without signs that no page can show (FORMAT 3.3)."""
    return _NO_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def as_time(text: str) -> int | None:
    """Read a time like 3:20 or 200 in seconds; None if it is none."""
    parts = text.strip().split(":") if text.strip() else ["0"]
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return seconds


def gap_words(prompt: str) -> tuple[tuple[str, ...], ...]:
    """The accepted spellings of each gap of a sentence."""
    return tuple(
        tuple(dict.fromkeys(word.strip() for word in found.split("|") if word.strip()))
        for found in WORD_IN_BRACKETS.findall(prompt)
    )


def wrong_words_of(one: DraftQuestion) -> tuple[str, ...]:
    """The wrong words among which those of gaps are chosen; none if they are typed."""
    return _lines(one.wrong_words)


def compose(draft: Draft) -> Quiz:
    """Make the quiz of a draft without faults."""
    practice = draft.practice
    drawn = draft.drawn_groups
    questions = tuple(
        compose_question(draft, one, pool=_pool(one.group) if one.group in drawn else None) for one in draft.questions
    )
    return Quiz(
        format=1, questions=questions,
        pass_score=draft.pass_percent / 100, mode="practice" if practice else "quiz", mastery=draft.mastery,
        shuffle_questions=draft.shuffle_questions, shuffle_choices=draft.shuffle_choices,
        draw={_pool(group): number for group, number in drawn.items()},
        time_limit_s=0 if practice else draft.minutes * 60,
        tries=0 if practice else draft.tries, reveal="end" if draft.at_end and not practice else "each",
    )  # fmt: skip


def compose_question(draft: Draft, one: DraftQuestion, *, pool: str | None = None) -> Question:
    """Make a question of what was typed; what is missing is missing there too."""
    language = draft.language
    picture = _shown(one.picture, language)
    prompt, gaps = _with_gaps(one, language) if one.kind == "gaps" else (one.prompt, ())
    watch = Watch(item=one.watch, at_s=float(as_time(one.at) or 0)) if one.watch else None
    choices, targets = _sides(one, language)
    return Question(
        id=one.id, type=one.kind, prompt={language: prompt} if prompt else {}, correct=_correct(one, targets),
        choices=choices, targets=targets, gaps=gaps, tolerance=_tolerance(one), picture=picture,
        hints=tuple({language: hint} for hint in one.hint_lines[:5]),
        feedback={language: one.feedback} if one.feedback else {}, watch=watch, pool=pool,
    )  # fmt: skip


def pictures_of(draft: Draft) -> tuple[str, ...]:
    """The names of the pictures that a draft shows."""
    shown = (each for one in draft.questions for each in (one.picture, *_row_pictures(one)))
    return tuple(dict.fromkeys(each.name for each in shown if each.name))


def _row_pictures(one: DraftQuestion) -> tuple[DraftPicture, ...]:
    return tuple(row.picture for row in one.rows) if one.kind in PICTURED else ()


def _pool(group: int) -> str:
    return f"group-{group}"


def _sides(one: DraftQuestion, language: str) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The choices, and for a match what they are matched with."""
    if one.kind not in ROWED:
        return (), ()
    rows = tuple(row for row in one.filled if row.text)
    choices = tuple(
        Choice(
            id=f"c{place}", text={language: row.text}, feedback={language: row.feedback} if row.feedback else {},
            picture=_shown(row.picture, language) if one.kind in PICTURED else None,
        )
        for place, row in enumerate(rows, 1)
    )  # fmt: skip
    others = dict.fromkeys(row.other for row in one.filled if row.other) if one.kind == "match" else {}
    return choices, tuple(Choice(id=f"t{place}", text={language: other}) for place, other in enumerate(others, 1))


def _shown(picture: DraftPicture, language: str) -> Picture | None:
    return Picture(file=picture.name, alt={language: picture.alt}) if picture.name else None


def _correct(one: DraftQuestion, targets: Sequence[Choice]) -> tuple[str, ...]:
    rows = tuple(row for row in one.filled if row.text)
    match one.kind:
        case "single" | "multiple":
            return tuple(f"c{place}" for place, row in enumerate(rows, 1) if row.right)
        case "order":
            return tuple(f"c{place}" for place, _ in enumerate(rows, 1))
        case "match":
            ids = {words: target.id for target in targets for words in target.text.values()}
            return tuple(f"c{place}={ids[row.other]}" for place, row in enumerate(rows, 1) if row.other)
        case "true_false":
            return (one.truth,) if one.truth else ()
        case "number" | "text":
            return one.spellings
        case _:
            return ()


def _tolerance(one: DraftQuestion) -> float:
    return max(0.0, read_number(one.tolerance) or 0.0) if one.kind == "number" else 0.0


def _with_gaps(one: DraftQuestion, language: str) -> tuple[str, tuple[Gap, ...]]:
    """A sentence with places for its gaps, and the gaps."""
    prompt = one.prompt
    words = [spellings for spellings in gap_words(prompt) if spellings]
    wrong = wrong_words_of(one)
    offered = sorted({*(spellings[0] for spellings in words), *wrong}, key=str.casefold) if wrong else []
    choices = tuple(Choice(id=f"w{place}", text={language: word}) for place, word in enumerate(offered, 1))
    gaps = tuple(
        Gap(f"g{place}", (f"w{offered.index(spellings[0]) + 1}",) if wrong else spellings, choices)
        for place, spellings in enumerate(words, 1)
    )
    places = iter(gaps)
    text = WORD_IN_BRACKETS.sub(
        lambda found: f"[[{next(places).id}]]" if found[1].replace("|", "").strip() else found[0], prompt
    )
    return text, gaps


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))
