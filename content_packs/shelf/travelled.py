"""How much went over a line to a shelf.

    travelled = Travelled()
    travelled.bytes_in += 120
"""

import msgspec


class Travelled(msgspec.Struct):
    """Bytes that came and went, with the headers of their protocol, without what TCP and TLS add."""

    bytes_in: int = 0
    bytes_out: int = 0
