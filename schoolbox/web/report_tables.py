"""Reports as rows for a file: a heading in the reader's language, then figures."""

from schoolbox.services.class_map import Cell
from schoolbox.services.report_rows import Listed, QuizPage, ResultsSheet, WeekPage
from schoolbox.services.reports import MapSheet
from schoolbox.services.responses import right_response
from schoolbox.services.weekly import Work
from schoolbox.web.i18n import _, pick
from schoolbox.web.response_words import prompt_words, response_words

Table = list[list[str | int]]


def of_week(page: WeekPage) -> Table:
    """A line for each pupil: this week, then the week before."""
    head = [_("Minutes"), _("Days with work"), _("Items finished"), _("Quizzes finished"), _("Right answers"),
            _("Questions")]  # fmt: skip
    before = [_("%(figure)s, the week before", figure=each) for each in head]
    rows: Table = [[_("Surname"), _("Name"), *head, *before]]
    for pupil, work, earlier in page.rows:
        rows.append([*_named(pupil), *_work(work), *_work(earlier)])
    return rows


def of_quizzes(sheet: ResultsSheet) -> Table:
    """A line for each pupil and quiz."""
    rows: Table = [[_("Surname"), _("Name"), _("Quiz"), _("Course"), _("Right answers, best try"), _("Questions"),
                    _("Passed"), _("Tries")]]  # fmt: skip
    for line in sheet.page.lines:
        item, pack = line.entry.item, line.entry.pack
        titles = pick(item.title, item.language), pick(pack.title, pack.language)
        for pupil in sheet.page.roll.pupils:
            if one := sheet.results.get((item.id, pupil.person_id)):
                passed = _("Yes") if one.passed else _("Not yet")
                rows.append([*_named(pupil), *titles, one.right, one.questions, passed, one.attempts])
    return rows


def of_quiz(page: QuizPage) -> Table:
    """A line for each question."""
    first = page.page.item.language
    rows: Table = [[_("Number"), _("Question"), _("Answered"), _("Right"), _("Right answer"),
                    _("Wrong answer given most"), _("How often")]]  # fmt: skip
    for number, one in enumerate(page.asked, 1):
        right = response_words(one.question, right_response(one.question), first)
        worst = response_words(one.question, one.worst, first) if one.worst_count else ""
        asked = prompt_words(one.question, first)
        rows.append([number, asked, one.answered, one.right, right, worst, one.worst_count])
    return rows


def of_map(sheet: MapSheet) -> Table:
    """A line for each pupil, a column for each item."""
    titles = [pick(item.title, item.language) for item in sheet.outline.items]
    rows: Table = [[_("Surname"), _("Name"), *titles]]
    for pupil, cells in zip(sheet.roll.pupils, sheet.cells, strict=True):
        rows.append([*_named(pupil), *(_cell(each) for each in cells)])
    return rows


def _named(pupil: Listed) -> tuple[str, str]:
    return pupil.surname, pupil.given_name


def _work(work: Work) -> tuple[int, ...]:
    return work.minutes, work.days, work.finished, work.tries, work.right, work.asked


def _cell(cell: Cell) -> str:
    if cell.score:
        right, _slash, questions = cell.score.partition("/")
        return _("%(num)s of %(all)s", num=right, all=questions)
    if cell.handed_in:
        return _("Handed in")
    return {"done": _("Done"), "started": _("Started")}.get(cell.mark, _("Not yet"))
