"""How a video is laid before somebody: which rendition, which captions, where to go on from.

    showing_of(page, Wants(captions="off"), languages=("sq",), spoken_lines=library.spoken_lines)
"""

from collections.abc import Callable, Sequence

import msgspec

from content_packs.captions import Line
from schoolbox.services.outline import ItemFile, ItemPage

NO_CAPTIONS = "off"


class Wants(msgspec.Struct, frozen=True):
    """What an address asks for: language of captions (or `off`), a rendition by its place, a second to start from."""

    captions: str = ""
    rendition: int = 0
    start_s: float | None = None


class Showing(msgspec.Struct, frozen=True):
    """A video or recording ready to be shown; `captions` is the language that is on, or `off`."""

    media: ItemFile
    renditions: tuple[ItemFile, ...]
    tracks: tuple[ItemFile, ...]
    captions: str
    lines: tuple[Line, ...]
    start_s: float | None


def showing_of(
    page: ItemPage,
    wants: Wants,
    *,
    languages: Sequence[str],
    spoken_lines: Callable[[ItemFile], tuple[Line, ...]],
) -> Showing:
    """Choose rendition and captions: what was asked for, else captions in the first of `languages`, else any.

    The text beside the video stays when captions are off.
    """
    renditions = page.of_role("video", "audio")
    tracks = page.of_role("captions")
    by_language = {track.language: track for track in tracks}
    liked = next((language for language in (wants.captions, *languages, *by_language) if language in by_language), "")
    chosen = NO_CAPTIONS if wants.captions == NO_CAPTIONS or not liked else liked
    return Showing(
        media=renditions[wants.rendition if 0 <= wants.rendition < len(renditions) else 0],
        renditions=renditions,
        tracks=tracks,
        captions=chosen,
        lines=spoken_lines(by_language[liked]) if liked else (),
        start_s=wants.start_s,
    )
