"""Packs of this box onto a stick, for another school, a laptop at home, or the box that was set up anew.

Promises: only packs that the box trusts leave it; what the stick knows better the box learns; what was done is noted
with who did it, as a number and never a name.

    stick_writing.write(Path("/media/stick"), ["mash:thyesat-6"], progress=show)
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from content_packs.errors import NotInstalledError, PackError
from content_packs.export import Options, StickProgress, Written
from content_packs.library import Library
from schoolbox.services.events import Events
from schoolbox.services.stick_access import Opens, as_it_is

if TYPE_CHECKING:
    from content_packs.export.writer import StickWriter

NAMES_MAX = 5
"""How many packs the note names; more are counted."""


class StickWriting:
    """Writes sticks and notes it."""

    def __init__(
        self, *, writer: "Callable[[], StickWriter]", library: Library, events: Events,
        on_trust_renewed: Callable[[], None], opens: Opens = as_it_is,
    ) -> None:  # fmt: skip
        """Remember what is needed; `writer` makes what writes, which few commands load."""
        self._writer = writer
        self._library = library
        self._events = events
        self._on_trust_renewed = on_trust_renewed
        self._opens = opens

    def write(
        self, folder: Path, pack_ids: Sequence[str] | None, *, progress: Callable[[StickProgress], None],
        options: Options | None = None, by: int | None = None,
    ) -> Written:  # fmt: skip
        """Write packs onto a stick.

        Args:
            folder: Where the stick is mounted.
            pack_ids: Which packs; every installed one if None.
            progress: Told after every piece; it may raise to stop.
            options: How to write.
            by: Who asked for it; None for the command line.

        Raises:
            PackError: Nothing, or not all that one stick holds, was written; see `StickWriter.write`.
        """
        installed = self._library.installed()
        wanted = list(installed) if pack_ids is None else list(dict.fromkeys(pack_ids))
        packs = [installed[pack_id] for pack_id in wanted if pack_id in installed]
        unknown = {pack_id: NotInstalledError(pack_id=pack_id) for pack_id in wanted if pack_id not in installed}
        try:
            with self._opens(folder):
                written = self._writer().write(folder, packs, progress=progress, options=options)
        finally:
            self._on_trust_renewed()
        if written.packs:
            self._note(written, by)
        failed: dict[str, PackError] = {**unknown, **written.failed}
        return Written(written.packs, failed, written.kept, written.copied_bytes, written.freed_bytes)

    def _note(self, written: Written, by: int | None) -> None:
        """Write down what went out: all ids, for whoever asks about one pack, and the names of some, for people."""
        ids = [pack.pack_id for pack in written.packs]
        names = ", ".join(ids[:NAMES_MAX]) + (" …" if len(ids) > NAMES_MAX else "")
        self._events.note_done(
            "stick_written", by=by, packs=len(ids), names=names, ids=" ".join(ids), copied_bytes=written.copied_bytes
        )
