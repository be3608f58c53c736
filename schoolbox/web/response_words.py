"""An answer of any kind in the words of the page: with its marks for a page, without them for a CSV or a report.

    {{ answer.question|response_said(answer.given) }}
    response_words(question, ("b",), "sq")
"""

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup, escape

from content_packs.quiz import GAP, Question
from schoolbox.services.responses import Piece, pieces, right_response
from schoolbox.services.texts import Texts
from schoolbox.web.i18n import _, pick
from schoolbox.web.markup import rich_said
from sync.markup import plain

NOTHING = "–"
GAP_SHOWN = "____"


def response_words(question: Question, response: Sequence[str], first: str = "") -> str:
    """Write an answer as one line of plain text; empty if nothing of it fits the question.

    Args:
        question: What was asked.
        response: The answer as it is kept.
        first: The language of instruction, second choice after the page's own.
    """
    return "; ".join(_worded(piece, first) for piece in pieces(question, response))


def response_said(question: Question, response: Sequence[str], first: str = "") -> Markup:
    """Write an answer for a page, with its marks, each piece marked with its language."""
    written = [_written(piece, first) for piece in pieces(question, response)]
    return Markup("; ").join(written) if written else escape(NOTHING)


def prompt_words(question: Question, first: str = "") -> str:
    """Write what was asked as one line of plain text; a gap is a line to write on."""
    return " ".join(plain(GAP.sub(GAP_SHOWN, pick(question.prompt, first))).split())


def prompt_said(question: Question, first: str = "") -> Markup:
    """Write what was asked for a page, with its marks; a gap is a line to write on."""
    return rich_said({tag: GAP.sub(GAP_SHOWN, words) for tag, words in question.prompt.items()}, first)


def gap_pieces(question: Question, first: str = "") -> list[Markup | int]:
    """Write what was asked in pieces: HTML, and between it the place of each gap among the gaps, from 0.

    The pieces belong together: a mark may open before a gap and close after it.
    """
    places = {gap.id: place for place, gap in enumerate(question.gaps)}
    marked = {
        tag: GAP.sub(lambda found: f"\ue000{places[found[1]]}\ue000", words.replace("\ue000", ""))
        for tag, words in question.prompt.items()
    }
    pieces_ = rich_said(marked, first).split("\ue000")
    return [int(piece) if place % 2 else piece for place, piece in enumerate(pieces_)]


def truth_words(truth: bool) -> str:
    """Say what a true or false statement is called."""
    return _("True") if truth else _("False")


def piece_said(piece: Piece, first: str = "") -> Markup:
    """Write one piece of an answer for a page, without what it was given to."""
    if piece.truth is not None:
        return escape(truth_words(piece.truth))
    return (escape(piece.typed) if piece.typed else _rich(piece.texts, first)) or escape(NOTHING)


def _worded(piece: Piece, first: str) -> str:
    words = truth_words(piece.truth) if piece.truth is not None else piece.typed or plain(pick(piece.texts, first))
    return f"{_before(piece, plain(pick(piece.to, first)))}{words or NOTHING}"


def _written(piece: Piece, first: str) -> Markup:
    return escape(_before(piece, _rich(piece.to, first))) + piece_said(piece, first)


def _before(piece: Piece, to: Markup | str) -> Markup | str:
    """What stands before a piece: the choice it was given to, or its place."""
    if to:
        return to + " → "
    return f"{piece.place}. " if piece.place else ""


def _rich(texts: Texts, first: str) -> Markup:
    return rich_said(texts, first) if texts else Markup()


FILTERS: Mapping[str, Callable[..., object]] = {
    "response_said": response_said, "prompt_said": prompt_said, "pieces": pieces, "right_response": right_response,
    "piece_said": piece_said, "gap_pieces": gap_pieces,
}  # fmt: skip
"""What templates may say with a bar: `{{ question|response_said(given.response) }}`."""
