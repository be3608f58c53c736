"""A progress bar for people in front of a terminal; silence for everybody else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from content_packs.copying import Progress


@contextmanager
def progress_on(*, json: bool) -> Iterator[Callable[[Progress], None]]:
    """Give a function that shows how far an installation is, on standard error."""
    if json or not sys.stderr.isatty():
        yield _silently
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}"), bars.BarColumn(), bars.DownloadColumn(), bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
    )  # fmt: skip
    with bars.Progress(*columns, console=Console(stderr=True)) as shown:
        tasks: dict[str, bars.TaskID] = {}

        def show(progress: Progress) -> None:
            if progress.pack_id not in tasks:
                tasks[progress.pack_id] = shown.add_task(progress.pack_id, total=progress.bytes_total)
            shown.update(tasks[progress.pack_id], completed=progress.bytes_done, total=progress.bytes_total)

        yield show


def _silently(_progress: Progress) -> None:
    """Show nothing."""
