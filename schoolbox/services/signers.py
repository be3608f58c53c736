"""Whose key it is that signed a certificate or a letter: known under a name, or known to nobody here (FORMAT 11.5).

    signers.of("box-9d3d...", "db995f...")     # Signer({"sq": "Shkolla Agimi"}, own=True), or None
"""

import msgspec

from content_packs.errors import UnknownPublisherError
from content_packs.trust import TrustStore
from content_packs.trust.academies import key_id
from schoolbox.services.texts import Texts


class Signer(msgspec.Struct, frozen=True):
    """A school this box knows; `own` is this one."""

    names: Texts
    own: bool


class Signers:
    """Knows whom this box accepted, and whom the registry lists."""

    def __init__(self, trust: TrustStore) -> None:
        self._trust = trust

    def of(self, academy: str, public: str) -> Signer | None:
        """The school with this key, under the name by which this box knows it; None for one it does not know."""
        known = self._trust.accepted().get(academy)
        if known is not None:
            return Signer(known.names, known.own)
        names = self._registered(academy, public)
        return Signer(names, own=False) if names else None

    def _registered(self, academy: str, public: str) -> Texts | None:
        """The name under which the registry lists an academy with this key; None if it does not."""
        try:
            delegator = self._trust.trust().delegator(academy)
        except UnknownPublisherError:
            return None
        delegations = delegator.signed.delegations
        role = delegations.roles.get(academy) if delegations and delegations.roles else None
        return delegator.publishers[academy].names if role and key_id(public) in role.keyids else None
