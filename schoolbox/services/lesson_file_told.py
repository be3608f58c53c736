"""How each mistake in a file of lessons is told: where it is, what is wrong, and the cure.

    sentences(error, _)    # ("In line 7", "A comma, a bracket or a quotation mark is missing ...", "Look at ...")
"""

from collections.abc import Callable, Mapping

from content_packs.lesson_errors import LessonFileError
from schoolbox.marks import N_
from schoolbox.told import Told

_ANOTHER = N_("Choose a file whose name ends in .schoolbox-lesson.")
_FIELDS = N_("A lesson has “title”, “note” and “items”; an item has “item”, “title”, “pack” and “pack_title”.")
PROBLEMS: Mapping[str, Told] = {
    "empty": Told(N_("There is nothing in this file."), N_("Take the file along once more: it was not copied whole.")),
    "too_large": Told(N_("It is larger than %(said)s kB; no file of lessons is."), _ANOTHER),
    "other_file": Told(N_("This is no file of lessons."), _ANOTHER),
    "not_utf8": Told(
        N_("Its letters are not written as UTF-8."),
        N_("Open it in the text editor and choose “Save as”, there as encoding “UTF-8”."),
    ),
    "newer": Told(
        N_("It says format %(said)s; this box reads format 1."),
        N_("If you wrote it by hand, write 1 there. Else it comes from a newer box; let this one be updated first."),
    ),
    "no_end": Told(
        N_("It has no end: it was not copied whole, or a closing mark is missing."),
        N_("Copy it once more. If you wrote it by hand, close every quotation mark and bracket that you opened."),
    ),
    "malformed": Told(
        N_("A comma, a bracket or a quotation mark is missing, or one is too many."),
        N_("Look at this line and the one before it. Between two things stands a comma, behind the last one none."),
    ),
    "curly": Told(
        N_("There are curly quotation marks."),
        N_('Write straight ones there ("). Use a text editor such as Notepad, not a word processor.'),
    ),
    "broken_text": Told(
        N_("A text goes on in the next line."),
        N_("Write it in one line, and \\n where a new line is to begin; or close its quotation mark."),
    ),
    "unknown_field": Told(N_("Nobody knows the word “%(said)s” here."), _FIELDS),
    "missing_field": Told(
        N_("The word “%(said)s” is missing."),
        N_("A file begins with “format” and “lessons”, and each lesson needs “items”."),
    ),
    "odd_value": Told(
        N_("Something stands here that does not belong here."),
        N_("Texts stand between quotation marks, lists between [ and ], lessons and items between { and }."),
    ),
    "no_lessons": Told(N_("There is no lesson in it."), N_("Write at least one lesson between [ and ].")),
    "many_lessons": Told(N_("It holds more than %(said)s lessons."), N_("Make two files of it.")),
    "no_items": Told(N_("The lesson has no items."), N_("Write at least one, or take the lesson out of the file.")),
    "many_items": Told(N_("The lesson has more than %(said)s items."), N_("Make two lessons of it.")),
    "odd_title": Told(
        N_("The title is longer than %(said)s letters, or has signs that cannot be seen."), N_("Write it shorter.")
    ),
    "odd_note": Told(
        N_("The note is longer than %(said)s letters, or has signs that cannot be seen."), N_("Write it shorter.")
    ),
    "odd_id": Told(
        N_("“%(said)s” is no item."),
        N_("Write the address of the item's page there, or its end, such as mash:mbledhja."),
    ),
}
"""By the code of a mistake."""


def sentences(error: LessonFileError, translate: Callable[[str], str]) -> tuple[str, str, str]:
    """Where it is (empty: the whole file), what is wrong, and the cure."""
    told = PROBLEMS[error.code]
    facts = {"said": error.said, "line": error.line, "lesson": error.lesson, "item": error.item}
    place = _place(error)
    return translate(place) % facts if place else "", translate(told.what) % facts, translate(told.cure) % facts


def _place(error: LessonFileError) -> str:
    if error.line:
        return N_("Line %(line)s")
    if error.item:
        return N_("Lesson %(lesson)s, item %(item)s")
    return N_("Lesson %(lesson)s") if error.lesson else ""
