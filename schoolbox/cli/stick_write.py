"""`schoolbox stick write`: packs of this box onto a stick, playable on any laptop, installable on any other box."""

from pathlib import Path

from content_packs.copying import Progress
from content_packs.errors import MissingBlobError, PackError
from content_packs.export import Options, StickProgress, Written, WrittenPack
from content_packs.paths import blob_name
from schoolbox.cli.asked import Asked, Parsers, verb
from schoolbox.cli.outcome import Json, Outcome, together
from schoolbox.cli.progress import progress_on
from schoolbox.cli.stick_folder import no_stick
from schoolbox.errors import BadInputError
from schoolbox.messages import plain_size


def add_to(verbs: Parsers) -> None:
    """Declare the verb under `stick`."""
    words = verb(verbs, "write", write, "write packs of this box onto a stick")
    words.add_argument("path", metavar="PATH", type=Path, help="the folder of the stick")
    words.add_argument("packs", metavar="PACK", nargs="*", default=(), help="publisher:name")
    words.add_argument("--all", action="store_true", help="every pack of this box")
    words.add_argument("--only", action="store_true", help="take packs that were not named off the stick")
    words.add_argument("--quick", action="store_true", help="believe the sizes of what is there instead of reading it")


def write(asked: Asked) -> Outcome:
    """Write packs; those that cannot be written do not stop the others.

    Raises:
        BadInputError: No pack was named, or the folder cannot be that of a stick.
    """
    words = asked.words
    if not words.all and not words.packs:
        raise BadInputError(field="PACK", problem="name packs, or say --all")
    wrong = no_stick(words.path, data=asked.config.data)
    if wrong:
        raise BadInputError(field="PATH", problem=wrong)
    options = Options(only=words.only, quick=words.quick)
    with asked.box() as box, progress_on(json=asked.json) as show:

        def tell(progress: StickProgress) -> None:
            what = f"{progress.step.replace('_', ' ')} {words.path}"
            show(Progress(what, progress.files_done, progress.files_total, progress.bytes_done, progress.bytes_total))

        written = box.stick_writing.write(
            words.path, None if words.all else words.packs, progress=tell, options=options
        )
    return _told(written)


def _told(written: Written) -> Outcome:
    """Packs that are on the stick, whole or in part; why others are not; lists of the stick that are not right."""
    part: dict[str, PackError] = {
        pack.pack_id: MissingBlobError(name=blob_name(pack.missing[0].sha256, pack.missing[0].ext))
        for pack in written.packs
        if pack.missing
    }
    data: list[Json] = [
        {"pack": pack.pack_id, "version": pack.version, "size_bytes": pack.size_bytes, "files": pack.files,
         "missing": [blob_name(file.sha256, file.ext) for file in pack.missing]}
        for pack in written.packs
    ]  # fmt: skip
    lines = [_line(pack) for pack in written.packs]
    summary = f"{plain_size(written.copied_bytes)} copied"
    if written.freed_bytes:
        summary += f", {plain_size(written.freed_bytes)} of other packs taken off"
    if lines:
        lines.append(summary)
    return together("written", data, lines or ["No pack was written."], part | dict(written.failed), written.kept)


def _line(pack: WrittenPack) -> str:
    missing = f", without {len(pack.missing)} of {pack.files} files" if pack.missing else ""
    return f"{pack.pack_id}: version {pack.version} is on the stick{missing}"
