"""The catalogue by which a school introduces itself: its id is that of its key, which signed it (FORMAT 5.8, 6.14).

The first byte chooses: as it is, signed by the school, or signed by somebody else.
"""

from content_packs.errors import NotAnAcademyError, NotSignedError, OutsidePrefixError
from content_packs.sign.metadata import Introduction, catalogue_bytes
from content_packs.trust import Listing
from content_packs.trust.academies import academy_id, delegator_of, is_academy_id, read_academy
from content_packs.trust.catalogue import verify_catalogue
from tests.fuzz.json_mutations import with_head
from tests.fuzz.signed import NOW, key, resigned
from tests.fuzz.target import Target

_SCHOOL, _STRANGER = key("school"), key("stranger")
_PUBLIC, _OTHER = (str(signer.public_key.keyval["public"]) for signer in (_SCHOOL, _STRANGER))
_LISTING = Listing(f"{academy_id(_PUBLIC)}:plani", 3, "ab" * 32, 100)


def run(data: bytes) -> None:
    way, raw = data[:1], data[1:]
    if way in (b"\1", b"\2"):
        raw = resigned(raw, _SCHOOL if way == b"\1" else _STRANGER)
    academy = read_academy(raw)
    assert academy.id == academy_id(_OTHER if way == b"\2" else _PUBLIC)
    assert is_academy_id(academy.id)
    assert academy.names
    catalogue = verify_catalogue(delegator_of([academy]), academy.id, raw)
    assert all(listing.pack_id.startswith(f"{academy.id}:") for listing in catalogue.listings)


def _seed(*listings: Listing) -> bytes:
    said = Introduction(_PUBLIC, {"sq": "Shkolla „Agimi”", "en": "Agimi"})
    return catalogue_bytes(2, listings, [_SCHOOL], signed_at=NOW, introduction=said)


TARGET = Target(
    run=run,
    allowed=(NotAnAcademyError, NotSignedError, OutsidePrefixError),
    seeds=lambda: [bytes([way]) + raw for way in range(3) for raw in (_seed(), _seed(_LISTING))],
    mutate=with_head(1),
    words=(_OTHER.encode(), academy_id(_OTHER).encode()),
    max_bytes=4096,
    runs=200,
)
