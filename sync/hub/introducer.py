"""A hub introduces its boxes to the identity office: it signs which box stands in which school (PROTOCOL 10.2).

The hub learns the SHA-256 of the secret that a box has for the office, and no name. The signature opens nothing by
itself: who may ask for whom is decided at the office.

    introducer.introduce(sender, IntroductionWanted(secret_sha256="..."))
"""

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sync.hub.accounts import Sender
from sync.hub.boxes import Boxes
from sync.hub.errors import ForbiddenError, NotFoundError
from sync.hub.keyed import Keyed
from sync.identity_wire import SIGNED_AS, Introduction, IntroductionGiven, IntroductionWanted


class Introducer:
    """Signs for the boxes of one hub; `url` is where the office is, empty for below the hub, None for nowhere."""

    def __init__(self, boxes: Boxes, keyed: Keyed, *, url: str | None) -> None:
        self._boxes = boxes
        self._key = Ed25519PrivateKey.from_private_bytes(keyed.seed("introductions"))
        self._url = url

    @property
    def public_key(self) -> str:
        """What an office must know of this hub to believe it, in hexadecimal digits."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def introduce(self, sender: Sender, wanted: IntroductionWanted) -> IntroductionGiven:
        """Sign which box this is.

        Raises:
            ForbiddenError: Only boxes are introduced.
            NotFoundError: This hub knows of no office.
        """
        if sender.box is None:
            raise ForbiddenError("Only a box is introduced.")
        if self._url is None:
            raise NotFoundError("This hub knows of no identity office.")
        box = self._boxes.one(sender.box)
        text = msgspec.json.encode(
            Introduction(
                box_id=box.id, school_id=box.school_id, school=box.school, municipality=box.municipality,
                secret_sha256=wanted.secret_sha256,
            )
        )  # fmt: skip
        signature = self._key.sign(SIGNED_AS + text).hex()
        return IntroductionGiven(url=self._url, introduction=text.decode(), signature=signature)
