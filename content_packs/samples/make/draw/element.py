"""What every drawing of a lesson has in common.

A drawing is a record in a lesson's source (`kind = "pie"`, ...) that can draw itself at any point of its growth: `p`
runs from 0 to 1 while it comes in. It enters with its step and stays until its slide ends, or for `stay` steps.
"""

from typing import ClassVar

import msgspec

from content_packs.samples.make.draw.canvas import Canvas

FADE_S = 0.4
"""How long a drawing takes to fade in and rise into its place."""


class Element(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag=str.lower):
    """One drawing; `delay` is seconds after its step begins, `over` seconds of growth (0: as usual for its kind)."""

    SECONDS: ClassVar[float] = 0.0
    """How long this kind usually grows."""
    LINEAR: ClassVar[bool] = False
    """Whether it grows evenly, as motion and typing do, instead of slowing down at the end."""

    stay: int = 0
    delay: float = 0.0
    over: float = 0.0

    @property
    def grows_s(self) -> float:
        """How long this drawing grows, in seconds."""
        return self.over or self.SECONDS

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw this at `p` of its growth (0 to 1)."""
        raise NotImplementedError

    def growth(self, age_s: float) -> float:
        """Say how far it has grown at an age in seconds."""
        if self.grows_s <= 0 or age_s >= self.grows_s:
            return 1.0
        p = max(0.0, age_s / self.grows_s)
        return p if self.LINEAR else 1 - (1 - p) ** 3
