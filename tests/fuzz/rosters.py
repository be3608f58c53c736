"""What must hold of every list that was read, whatever bytes it came from."""

from schoolbox.services.people import GRADE_MAX, NAME_LENGTH_MAX, is_login
from schoolbox.services.roster_fields import LANGUAGE_OF
from schoolbox.services.roster_file import RosterFile, is_phone
from schoolbox.services.roster_table import ROWS_MAX
from schoolbox.services.roster_told import sentences


def hold(found: RosterFile) -> None:
    """Each row is fit to be kept, each problem can be told."""
    assert len(found.rows) <= ROWS_MAX
    for row in found.rows:
        assert row.role in ("pupil", "teacher", "technician")
        assert row.language in LANGUAGE_OF.values()
        for name in (row.given_name, row.surname):
            assert 0 < len(name) <= NAME_LENGTH_MAX or row.role == "technician"
            assert name.isprintable()
            assert name == name.strip()
        assert row.role != "pupil" or row.classes
        assert all(0 <= wish.grade <= GRADE_MAX and 0 < len(wish.name) <= 20 for wish in row.classes)
        assert row.shift.isprintable()
        assert not row.phone or is_phone(row.phone)
        assert not row.login or is_login(row.login)
    for problem in (*found.problems, *found.notes):
        assert all(sentences(problem, str))
