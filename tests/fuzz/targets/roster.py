"""A roster as any spreadsheet writes it: rows and problems come out, never a failure, and a row is fit to be kept."""

from schoolbox.services.people import GRADE_MAX, NAME_LENGTH_MAX
from schoolbox.services.roster_file import LANGUAGES, ROWS_MAX, read_roster
from tests.fuzz.target import Target

_ROSTER = """role;given_name;surname;class;grade;language;shift
nxënës;Arta;Krasniqi;6/2;6;sq;
mësues;Vlora;Gashi;6/2|8/1;;sq;1
pupil;Đorđe;Petrović;7/1;7;sr-Latn;
teknik;Besnik;Hoxha;;;;
"""


def run(data: bytes) -> None:
    found = read_roster(data)
    assert len(found.rows) <= ROWS_MAX
    for row in found.rows:
        assert row.role in ("pupil", "teacher", "technician")
        assert row.language in LANGUAGES
        for name in (row.given_name, row.surname):
            assert 0 < len(name) <= NAME_LENGTH_MAX
            assert name.isprintable()
            assert name == name.strip()
        assert row.role != "pupil" or row.classes
        assert all(0 <= wish.grade <= GRADE_MAX and 0 < len(wish.name) <= 20 for wish in row.classes)
        assert row.shift.isprintable()
    assert all(problem.field and problem.problem for problem in found.problems)


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        _ROSTER.encode(), _ROSTER.encode("utf-16"), _ROSTER.encode("utf-8-sig"), _ROSTER.replace(";", "\t").encode(),
        _ROSTER.replace(";", ",").encode("cp1250"),
    ],
    words=(
        b"nx\xc3\xabn\xc3\xabs", b"role", b"surname", b"class", b"|", b"\r\n", b"\xff\xfe", b'"',
        b"\xcc\x81\xcc\xa3", b"\xe2\x80\xae",
    ),
    max_bytes=65_536,
    runs=500,
)  # fmt: skip
