"""What a pupil brings along, as rows of this box: everything here is for inside a write.

Rules: what is better or further counts, whichever school it is from; what was done here stays the latest. The login
goes along if nobody here has it; the PIN cannot, since a box keeps no PIN that another could read.
"""

from collections.abc import Sequence

from content_packs.passport import Course
from content_packs.transfer import Transfer, Work
from schoolbox.db.database import Database, Value
from schoolbox.db.models import Person
from schoolbox.db.transfer_models import Departure
from schoolbox.errors import BadInputError
from schoolbox.services.people import NAME_LENGTH_MAX, People, is_login, tidy
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.segments import parse, write
from schoolbox.services.texts import write_json
from sync.languages import language_of
from sync.statements import utc_text

KEEP_WORK = """
INSERT INTO progress (person_id, item_id, state, touched_at, done_at, position_s, watched_s, segments, best_correct,
    last_correct, questions, passed, attempts, touched_order)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
ON CONFLICT (person_id, item_id) DO UPDATE SET
    state = MIN(state, excluded.state), done_at = COALESCE(MIN(done_at, excluded.done_at), done_at, excluded.done_at),
    position_s = CASE WHEN excluded.watched_s > watched_s THEN excluded.position_s ELSE position_s END,
    segments = CASE WHEN excluded.watched_s > watched_s THEN excluded.segments ELSE segments END,
    watched_s = MAX(watched_s, excluded.watched_s),
    best_correct = CASE WHEN attempts = 0 THEN excluded.best_correct
        WHEN questions = excluded.questions THEN MAX(best_correct, excluded.best_correct) ELSE best_correct END,
    last_correct = CASE WHEN attempts = 0 THEN excluded.last_correct ELSE last_correct END,
    questions = CASE WHEN attempts = 0 THEN excluded.questions ELSE questions END,
    passed = MAX(passed, excluded.passed),
    attempts = CASE WHEN ?15 THEN MAX(attempts, excluded.attempts) ELSE attempts + excluded.attempts END
"""
"""`done` comes before `started` in the alphabet, so MIN lets what is done stay done."""
KEEP_COURSE = """
INSERT INTO finished_course (person_id, pack_id, title, publisher, language, items, mastery, school, municipality,
    finished_at, code, short)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, substr(hex(randomblob(8)), 1, 15)) ON CONFLICT DO NOTHING
"""


class ArrivalRows:
    """Writes the rows of somebody who comes."""

    def __init__(self, db: Database, people: People) -> None:
        self._db = db
        self._people = people

    def add(self, said: Transfer, class_id: int) -> tuple[int, str]:
        """Add the pupil, who goes on under the number that the hub knows, to a class; gives the id and a new secret.

        That is a PIN, or pictures where the class signs in with them.
        """
        passport = said.passport
        language = language_of(passport.language)
        login = said.login if is_login(said.login) else ""
        new = NewPerson("pupil", passport.given_name, passport.surname, (class_id,), language=language, login=login)
        [added] = self._people.add_all([(new, ("", ""))])
        self._db.run(Person.update(actor_id=said.number).where(Person.id == added.person_id))
        return added.person_id, added.pin or ""

    def bring_back(self, person_id: int) -> None:
        """Let somebody who was put away be here again; a transfer of theirs from here is over."""
        self._db.run(Departure.delete().where(Departure.person_id == person_id))
        self._db.run(Person.update(archived_at=None).where(Person.id == person_id))

    def keep_work(self, person_id: int, work: Sequence[Work], *, same_learner: bool) -> None:
        """Keep how far somebody is: behind what was done here, the newest first.

        Tries of the same learner who was here before are in both counts; those of somebody else are added.
        """
        rows = [(*_row(person_id, one, -place), int(same_learner)) for place, one in enumerate(work)]
        self._db.run_many(KEEP_WORK, rows)

    def keep_courses(self, person_id: int, courses: Sequence[Course]) -> None:
        """Keep finished courses, as the certificates say that another school signed."""
        rows = [
            (person_id, one.pack, write_json(one.title), write_json(one.publisher), one.language, one.items,
             one.mastery, one.school, one.municipality, utc_text(one.finished_at), one.certificate)
            for one in courses
        ]  # fmt: skip
        self._db.run_many(KEEP_COURSE, rows)


def is_name(text: str) -> bool:
    """Whether somebody can be called that here."""
    return 0 < len(tidy(text)) <= NAME_LENGTH_MAX and tidy(text).isprintable()


def _row(person_id: int, one: Work, order: int) -> tuple[Value, ...]:
    return (
        person_id, one.item, "done" if one.done else "started", utc_text(one.touched_at),
        utc_text(one.done_at or one.touched_at) if one.done else None, one.position_s, one.watched_s,
        _stretches(one.segments), one.best, one.last, one.questions, int(one.passed), one.attempts, order,
    )  # fmt: skip


def _stretches(text: str) -> str:
    """Stretches as this box writes them; none where they are not written so."""
    try:
        return write(parse(text))
    except BadInputError:
        return ""
