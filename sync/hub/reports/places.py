"""Places: everything the hub knows, one municipality, or one school; who may look at which.

    places = Places(database)
    places.school("3f2a...").within(places.municipality("Gjilan"))     # True
"""

from urllib.parse import quote

import msgspec

from sync.hub.database import Database
from sync.hub.errors import NotFoundError
from sync.hub.school_names import school_called


class Place(msgspec.Struct, frozen=True):
    """A place; both texts are empty for everything the hub knows, `school_id` for a municipality.

    `key` is its name in the tables of figures.
    """

    key: str = ""
    municipality: str = ""
    school_id: str = ""
    school: str = ""

    @property
    def level(self) -> str:
        """Say "country", "municipality" or "school"."""
        return "school" if self.school_id else "municipality" if self.municipality else "country"

    @property
    def path(self) -> str:
        """Begin the addresses of its pages: nothing, /municipalities/Gjilan or /schools/3f2a."""
        return f"/schools/{self.school_id}" if self.school_id else self.home_path

    @property
    def home_path(self) -> str:
        """Begin the addresses of the pages of its municipality; a slash in a name, which ends a part, is a tilde."""
        return f"/municipalities/{quote(self.municipality.replace('/', '~'))}" if self.municipality else ""

    def within(self, other: "Place") -> bool:
        """Say whether whoever may look at `other` may look at this."""
        if other.school_id:
            return self.school_id == other.school_id
        return not other.municipality or self.municipality == other.municipality


EVERYTHING = Place()


def key_of_school(school: int) -> str:
    """Name a school in the tables of figures."""
    return f"s:{school}"


def key_of_municipality(name: str) -> str:
    """Name a municipality in the tables of figures."""
    return f"m:{name}"


class Places:
    """Finds places of one hub by what people call them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def municipality(self, name: str) -> Place:
        """Find a municipality.

        Raises:
            NotFoundError: No school is there.
        """
        with self._database.read() as db:
            row = db.execute("SELECT 1 FROM school WHERE municipality = ? LIMIT 1", (name,)).fetchone()
        if row is None:
            raise NotFoundError("There is no such municipality: make a code for one of its schools first.")
        return Place(key_of_municipality(name), name)

    def school(self, school_id: str) -> Place:
        """Find a school by its public id.

        Raises:
            NotFoundError: There is none.
        """
        return self._school("public_id = ?", school_id)

    def school_named(self, name: str, municipality: str) -> Place:
        """Find a school by its name, or by one that it had.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.read() as db:
            found = school_called(db, name, municipality)
        return self._school("id = ?", found or 0)

    def names(self, place: Place) -> list[str]:
        """Give what is known directly below a place: names of schools, or of municipalities."""
        query = (
            "SELECT name FROM school WHERE municipality = ? ORDER BY name" if place.municipality
            else "SELECT DISTINCT municipality FROM school WHERE ? = '' ORDER BY municipality"
        )  # fmt: skip
        with self._database.read() as db:
            return [str(row[0]) for row in db.execute(query, (place.municipality,))]

    def schools(self) -> list[Place]:
        """Give every school, by municipality and name."""
        with self._database.read() as db:
            rows = db.execute("SELECT id, municipality, public_id, name FROM school ORDER BY municipality, name")
            return [place_of_school(*row) for row in rows]

    def _school(self, where: str, *values: str | int) -> Place:
        with self._database.read() as db:
            row = db.execute(
                f"SELECT id, municipality, public_id, name FROM school WHERE {where}",  # noqa: S608  two fixed texts
                values,
            ).fetchone()
        if row is None:
            raise NotFoundError("There is no such school: make a code for it first.")
        return place_of_school(*row)


def place_of_school(number: int, municipality: str, public_id: str, name: str) -> Place:
    """Put the place of a school together from its row."""
    return Place(key_of_school(number), municipality, public_id, name)
