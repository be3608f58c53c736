"""A roster as any spreadsheet writes it: rows and problems come out, never a failure, and a row is fit to be kept."""

from schoolbox.services.roster_file import RosterFile, read_roster
from tests.fuzz.rosters import hold
from tests.fuzz.target import Target

_ROSTER = """role;given_name;surname;class;grade;language;shift
nxënës;Arta;Krasniqi;6/2;6;sq;
mësues;Vlora;Gashi;6/2|8/1;;sq;1
pupil;Đorđe;Petrović;7/1;7;sr-Latn;
teknik;Besnik;Hoxha;;;;
"""
_AS_SCHOOLS_DO = """Lista e nxënësve, klasa VI-2

Nr;Emri dhe mbiemri;Prindi;Telefoni;Shkolla
1;Arta Krasniqi;Agim;+383 44 123 456;Agimi
2;Ђорђе Петровић;Milan;;Agimi
Gjithsej;2
"""


def run(data: bytes) -> None:
    found: RosterFile = read_roster(data)
    hold(found)


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        _ROSTER.encode(), _ROSTER.encode("utf-16"), _ROSTER.encode("utf-8-sig"), _ROSTER.replace(";", "\t").encode(),
        _ROSTER.replace(";", ",").encode("cp1250"), _AS_SCHOOLS_DO.encode(), _AS_SCHOOLS_DO.encode("utf-16"),
    ],
    words=(
        b"nx\xc3\xabn\xc3\xabs", b"role", b"surname", b"class", b"|", b"\r\n", b"\xff\xfe", b'"', b"sep=,",
        b"\xcc\x81\xcc\xa3", b"\xe2\x80\xae", b"Emri", b"Mbiemri", b"VI-2", b"06.Feb", b"3,8E+11", b"=A1",
    ),
    max_bytes=65_536,
    runs=500,
)  # fmt: skip
