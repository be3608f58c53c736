"""How each problem of a list is told: what is wrong, and the cure. The row and the column stand before it.

    sentences(problem, _)    # ("The surname is missing.", "Write it into this row, or delete the row ...")
"""

from collections.abc import Callable, Mapping

from schoolbox.marks import N_
from schoolbox.services.roster_table import RosterProblem
from schoolbox.told import Told

SEPARATOR_NAMES: Mapping[str, str] = {
    ",": N_("commas"), ";": N_("semicolons"), "\t": N_("tabs"), "|": N_("upright lines"),
}  # fmt: skip
CODEC_NAMES: Mapping[str, str] = {
    "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1250": "Windows-1250",
    "cp1251": "Windows-1251", "cp1254": "Windows-1254",
}  # fmt: skip

FIELD_NAMES: Mapping[str, str] = {
    "given_name": N_("Name"), "surname": N_("Surname"), "full_name": N_("Name and surname"),
    "surname_first": N_("Surname and name"), "class": N_("Class and section"),
    "section": N_("Section alone"), "grade": N_("Grade number"),
    "role": N_("Role"), "parent_name": N_("Parent's name"), "phone": N_("Phone"), "language": N_("Language"),
    "shift": N_("Shift"), "school": N_("School"), "municipality": N_("Municipality"), "login": N_("Login"),
}  # fmt: skip
"""What each field is called, on pages and at the head of what is exported."""

ROLE_NAMES: Mapping[str, str] = {
    "pupil": N_("pupil"), "teacher": N_("teacher"), "technician": N_("technician"),
}  # fmt: skip

_WRITE_IT = N_("Write it into this row, or delete the row if it is nobody.")
_AS_TEXT = N_("In the spreadsheet mark the column, choose the format “Text”, and write it again.")
PROBLEMS: Mapping[str, Told] = {
    "empty_file": Told(
        N_("There is nothing in this file."), N_("Open it on your computer, look whether the list is in it, save it.")
    ),
    "too_large": Told(
        N_("It holds more than %(limit)s MB of text."),
        N_("Delete pictures, notes and what is no list, or cut it into one file for each grade."),
    ),
    "too_many_rows": Told(
        N_("This row is one too many: no more than %(limit)s are read at once."),
        N_("Cut the list into one file for each grade."),
    ),
    "unpacks_too_far": Told(
        N_("Unpacked, it is larger than %(limit)s MB; mostly that is empty cells."),
        N_("Mark only the rows that hold people, copy them into a new workbook, and save that."),
    ),
    "old_excel": Told(
        N_("This is an old Excel file (.xls), or one that is locked with a password."),
        N_("Open it and save it as .xlsx, without a password."),
    ),
    "other_format": Told(
        N_("This is no list that can be read."), N_("Save it in the spreadsheet program as .xlsx or as CSV.")
    ),
    "broken_file": Told(
        N_("This .xlsx file is damaged."), N_("Open it in the spreadsheet program and save it again as .xlsx.")
    ),
    "open_quote": Told(
        N_("A quotation mark in this row has no end."), N_("Delete the mark there, or save the list as .xlsx.")
    ),
    "no_headings": Told(
        N_("No row of headings was found, such as Name, Surname, Class."),
        N_("Say in “Columns” what each column holds, or write headings into the first row."),
    ),
    "no_column": Told(
        N_("No column says this."), N_("Say in “Columns” which one it is, or add a column with this heading.")
    ),
    "no_people": Told(
        N_("Below the headings there is nobody."), N_("Write one person into each row below the headings.")
    ),
    "missing": Told(N_("It is missing."), _WRITE_IT),
    "one_word": Told(
        N_("There is only one word where name and surname should be."), N_("Write both, with a space between.")
    ),
    "odd_name": Told(
        N_("It is longer than 80 letters, or holds signs that are in no name."), N_("Write the name alone there.")
    ),
    "lost_letters": Told(
        N_("Letters such as ë, ç or š got lost in this file."),
        N_("Save the list anew as .xlsx, or as “CSV UTF-8”, from the original."),
    ),
    "formula": Told(
        N_("There is a formula here, and its result is not in the file."),
        N_("Copy the column and paste it in its place as “values only”, then save."),
    ),
    "cell_error": Told(
        N_("The spreadsheet shows an error here (%(said)s)."), N_("Write the value itself in place of the formula.")
    ),
    "role_unknown": Told(
        N_("“%(said)s” is none of pupil, teacher, technician."), N_("Write one of these three words.")
    ),
    "class_missing": Told(
        N_("A pupil needs a class."), N_("Write it into this row, such as 6/2.")
    ),
    "class_long": Told(
        N_("It is longer than 20 letters, or has odd signs."), N_("Write the class short, such as 6/2.")
    ),
    "class_date": Told(N_("The spreadsheet made a date of the class: “%(said)s”."), _AS_TEXT),
    "grade_unknown": Told(
        N_("It is not a number from 0 to 13."), N_("Write the grade as a number, or call the class as in 6/2.")
    ),
    "grade_differs": Told(
        N_("Row %(row)s gives the class %(name)s the grade %(grade)s."),
        N_(
            "Write the same grade in both rows. If several grades learn in this class, give one of the pupils their "
            "grade under “People” first."
        ),
    ),
    "grade_known": Told(
        N_("The box knows the class %(name)s with the grade %(grade)s."),
        N_("Write this grade, or give the class another name."),
    ),
    "language_unknown": Told(
        N_("“%(said)s” is no language of the pages."), N_("Write one of: sq, sr, sr-Latn, bs, tr, rom, en; or nothing.")
    ),
    "shift_long": Told(N_("It is longer than 20 letters, or has odd signs."), N_("Write one short word.")),
    "phone_odd": Told(
        N_("“%(said)s” is no phone number."), N_("Write 6 to 20 digits, such as +383 44 123 456, or nothing.")
    ),
    "phone_short": Told(N_("The spreadsheet cut the number short: “%(said)s”."), _AS_TEXT),
    "twice": Told(
        N_("This pupil stands in row %(row)s already."),
        N_("Delete one of the two rows. If they are two children of the same name, write a second name for one."),
    ),
    "login_twice": Told(N_("Row %(row)s has this login, too."), N_("Delete one of the two rows, or the login of one.")),
    "login_odd": Told(
        N_("“%(said)s” cannot be a login: it has small letters a to z, digits and dots."),
        N_("Correct it, or delete it: the box makes one."),
    ),
    "login_other": Told(
        N_("The box knows the login %(said)s for somebody of another role."),
        N_("Correct it, or delete the login if this is somebody new."),
    ),
    "other_school": Told(
        N_("This row is of another school than row %(row)s: “%(said)s”."),
        N_("Delete the rows of other schools: a box serves one."),
    ),
    "headings_again": Told(N_("The headings stand here once more."), N_("Nothing to do: the row is left out.")),
    "total": Told(N_("This is a total and no person."), N_("Nothing to do: the row is left out.")),
    "blank_rows": Told(
        N_("Empty rows: %(rows)s; the last row that holds something is %(last)s."),
        N_("Nothing to do: they are left out."),
    ),
    "other_sheets": Told(
        N_("This workbook has other sheets: %(names)s."),
        N_("They have other headings. If people stand there, too, import the same file once for each of them."),
    ),
    "comes_back": Told(
        N_("This person was put away, and comes back with everything they did."),
        N_("If it is somebody else, write a second name, or another login."),
    ),
    "namesake": Told(
        N_(
            "Somebody of this name is in class %(name)s already, with the login %(login)s; this row makes a second"
            " person."
        ),
        N_("If it is the same child in a new class, write the login into a column “Login” and import again."),
    ),
}
"""By the code of a problem."""


def sentences(problem: RosterProblem, translate: Callable[[str], str]) -> tuple[str, str]:
    """What is wrong, and the cure."""
    told = PROBLEMS[problem.code]
    return translate(told.what) % problem.facts, translate(told.cure) % problem.facts
