"""Other schools that sign lessons of their own: a person who knows them accepts them from a stick (FORMAT 6.14).

Promises: what is shown of a school is what its key signed, never what the stick says besides; it is read again from the
stick when it is accepted. Nothing is trusted because somebody looked.

    other_schools.on(stick, "box-68f7cb05ad043f19c260").names
    other_schools.accept(stick, "box-68f7cb05ad043f19c260", by=3)
"""

from content_packs.errors import PackError
from content_packs.trust.academies import Academy, is_academy_id, read_academy
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX
from content_packs.trust.store import TrustStore
from schoolbox.errors import NotFoundError
from schoolbox.services.events import Events
from schoolbox.services.packs import Packs
from schoolbox.services.sticks import Stick, Sticks


class OtherSchools:
    """Accepts them."""

    def __init__(self, trust: TrustStore, *, packs: Packs, events: Events, sticks: Sticks) -> None:
        self._trust = trust
        self._packs = packs
        self._events = events
        self._sticks = sticks

    def on(self, stick: Stick, academy_id: str) -> Academy:
        """A school that has signed lessons on a stick, known or not.

        Raises:
            NotFoundError: There is none of this id, or what is there of it is not right.
        """
        if not is_academy_id(academy_id):
            raise NotFoundError(kind="school", key=academy_id)
        try:
            found = read_academy(stick.place.shelf().read_meta(f"cat/{academy_id}.json", CATALOGUE_BYTES_MAX))
        except PackError as exc:
            raise NotFoundError(kind="school", key=academy_id) from exc
        if found.id != academy_id:
            raise NotFoundError(kind="school", key=academy_id)
        return found

    def accept(self, stick: Stick, academy_id: str, *, by: int) -> Academy:
        """Trust the lessons of a school from now on; the stick is looked at again.

        Raises:
            NotFoundError: It is not on the stick.
            DiskError: Our own disk refused; nothing was changed.
        """
        academy = self._trust.accept(self.on(stick, academy_id).raw)
        self._events.note_done("academy_accepted", by=by, academy=academy.id)
        self._packs.hide_untrusted()
        self._sticks.look_soon()
        return academy
