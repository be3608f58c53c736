"""What people do to boxes and schools: name them, move them, replace dead ones, end what was stolen.

Promises: each is one transaction with a line that says who did it. What a box recorded at a school stays with that
school, also if it arrives after the box has moved (PROTOCOL 5.8). A dead box and the one in its place have numbers of
their own, so what each of them sent is told apart.

    care.move(box_id, ("Drita", "Gjilan"), by="Nora")
    care.replace(box_id, by="Nora").code
"""

from content_packs.clock import Clock
from sync.hub.database import Database, Sql
from sync.hub.deeds import note
from sync.hub.enrolments import Enrolments, MadeCode, move_box, tidy_names
from sync.hub.errors import BadRequestError, NotFoundError
from sync.hub.school_names import rename, school_called
from sync.hub.succession import end_credentials, succeed
from sync.hub.twins import forget_twin

LABEL_LENGTH_MAX = 80


class Care:
    """The things that can be done to boxes of one hub; `by` says who does them."""

    def __init__(self, database: Database, enrolments: Enrolments, clock: Clock) -> None:
        self._database = database
        self._enrolments = enrolments
        self._clock = clock

    def rename(self, box_id: str, label: str, *, by: str) -> None:
        """Say what people call a box; empty for its number.

        Raises:
            NotFoundError: There is none with this number.
            BadRequestError: That is too long, or holds odd signs.
        """
        tidy = " ".join(label.split())
        if len(tidy) > LABEL_LENGTH_MAX or not tidy.isprintable():
            raise BadRequestError(f"A name of a box has at most {LABEL_LENGTH_MAX} letters.")
        with self._database.write() as db:
            _check(db, box_id)
            db.execute("UPDATE box SET label = ? WHERE id = ?", (tidy, box_id))
            note(db, "renamed", by=by, at=self._clock.now(), box=box_id, detail=tidy)

    def rename_school(self, school_id: str, name: str, *, by: str) -> str:
        """Call a school by another name, and give it as it is kept; what was learnt there stays with it.

        Raises:
            NotFoundError: There is none with this number.
            BadRequestError: The name is empty, too long, or that of another school in its municipality today.
        """
        with self._database.write() as db:
            row = db.execute("SELECT id, name, municipality FROM school WHERE public_id = ?", (school_id,)).fetchone()
            if row is None:
                raise NotFoundError("There is no such school.")
            names = tidy_names(name, str(row[2]))
            if names[0] != row[1]:
                if _has_name(db, names):
                    raise BadRequestError("Another school of this municipality has this name already.")
                rename(db, int(row[0]), *names)
                detail = f"{row[1]}, {row[2]}: {names[0]}"
                note(db, "school-renamed", by=by, at=self._clock.now(), detail=detail)
        return names[0]

    def move(self, box_id: str, school: tuple[str, str], *, by: str, is_new: bool = False) -> None:
        """Give a box to another school, by its name and municipality; its credentials go on.

        Args:
            box_id: The box.
            school: Name and municipality.
            by: Who does it.
            is_new: The school is made if the hub does not know it.

        Raises:
            NotFoundError: There is no such box, or no such school.
            BadRequestError: A name is empty or too long.
        """
        names = tidy_names(*school)
        with self._database.write() as db:
            _check(db, box_id)
            if not is_new and school_called(db, *names) is None:
                raise NotFoundError("There is no such school. Look at its name again, or say that it is new.")
            now = self._clock.now()
            found = self._enrolments.school(db, *names)
            move_box(db, box_id, found.row, at=now)
            note(db, "moved", by=by, at=now, box=box_id, detail=f"{found.name}, {found.municipality}")

    def replace(self, box_id: str, *, by: str) -> MadeCode:
        """End a dead box and make a code: the box that redeems it takes its place.

        Raises:
            NotFoundError: There is none with this number.
        """
        with self._database.write() as db:
            _check(db, box_id)
            now = self._clock.now()
            end_credentials(db, box_id, at=now)
            made = self._enrolments.code_after(db, box_id)
            note(db, "code-for-successor", by=by, at=now, box=box_id)
        return made

    def replace_by(self, box_id: str, successor: str, *, by: str) -> None:
        """Put a box that was taken in already into the place of a dead one.

        Raises:
            NotFoundError: One of both is not there.
            BadRequestError: They are the same, the other was ended, or it has a successor itself.
        """
        with self._database.write() as db:
            _check(db, box_id)
            _check(db, successor)
            alive = db.execute(
                "SELECT 1 FROM box b JOIN credential c ON c.box = b.id AND c.revoked_at IS NULL"
                " WHERE b.id = ? AND b.successor IS NULL", (successor,)
            ).fetchone()  # fmt: skip
            if successor == box_id or alive is None:
                raise BadRequestError("A dead box is replaced by another one that is let in.")
            now = self._clock.now()
            school = db.execute("SELECT school FROM box WHERE id = ?", (box_id,)).fetchone()[0]
            move_box(db, successor, int(school), at=now)
            succeed(db, box_id, successor, at=now)
            note(db, "replaced", by=by, at=now, box=box_id, detail=successor)

    def withdraw(self, box_id: str, *, by: str) -> None:
        """End every credential of a box that was stolen; what it sent stays, a new code lets it in again.

        Raises:
            NotFoundError: There is none with this number.
        """
        with self._database.write() as db:
            _check(db, box_id)
            now = self._clock.now()
            end_credentials(db, box_id, at=now)
            note(db, "withdrawn", by=by, at=now, box=box_id)

    def told_apart(self, box_id: str, *, by: str) -> None:
        """Say that two boxes carry one number no longer, because somebody gave one of them another.

        Raises:
            NotFoundError: There is none with this number.
        """
        with self._database.write() as db:
            _check(db, box_id)
            forget_twin(db, box_id)
            note(db, "told-apart", by=by, at=self._clock.now(), box=box_id)


def _check(db: Sql, box_id: str) -> None:
    """Stop where there is no such box.

    Raises:
        NotFoundError: There is none with this number.
    """
    if db.execute("SELECT 1 FROM box WHERE id = ?", (box_id,)).fetchone() is None:
        raise NotFoundError("There is no such box.")


def _has_name(db: Sql, names: tuple[str, str]) -> bool:
    query = "SELECT 1 FROM school WHERE name = ? AND municipality = ?"
    return db.execute(query, names).fetchone() is not None
