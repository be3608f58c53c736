"""How the box's addresses are shown: in which order, and as a code for a camera."""

import segno
from markupsafe import Markup

QUIET_MODULES = 4
"""The white border that a camera needs. Source: ISO/IEC 18004 §6.3.8."""


def numbers_first(hosts: list[str]) -> list[str]:
    """The addresses with numbers first: a name that ends in .local is not found by many Android phones."""
    return sorted(hosts, key=lambda host: not host[:1].isdigit())


def qr(text: str) -> Markup:
    """Draw a QR code as one path, so that no inline style is needed."""
    rows = segno.make(text, error="m", micro=False).matrix
    runs = [
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows, start=QUIET_MODULES)
        for x, dark in enumerate(row, start=QUIET_MODULES)
        if dark
    ]
    side = len(rows) + 2 * QUIET_MODULES
    drawing = Markup('<svg class="qr" width="180" height="180" viewBox="0 0 {0} {0}" role="img" aria-label="{1}">')
    return drawing.format(side, text) + Markup('<path d="{}"/></svg>').format("".join(runs))
