"""`schoolbox-hub courier read | receipt`: what came on sticks, and what goes back.

    schoolbox-hub courier read --data DIR /media/USB
"""

import argparse
from pathlib import Path

from content_packs.durable import Disk
from sync.courier import RECEIPT_ENDING
from sync.hub.courier_sticks import Brought, loose_couriers, read_files, read_stick
from sync.hub.services import Hub


def bring(hub: Hub, places: list[Path]) -> Brought:
    """Take the couriers of sticks, of folders that hold them loosely, and of files.

    Raises:
        OSError: A place cannot be read.
    """
    found = Brought()
    for place in places:
        if place.is_dir():
            found += read_stick(hub.couriers, place) + read_files(hub.couriers, loose_couriers(place))
        else:
            found += read_files(hub.couriers, [place])
    return found


def told(found: Brought) -> str:
    """Say what was brought, a line for each courier."""
    lines = [
        f"{one.box} courier {one.number}: {one.statements} statements, {one.new} new"
        + (f", {one.refused} refused" if one.refused else "")
        + (", taken before" if one.again else "")
        + ("; TWO BOXES CARRY THIS NUMBER, or it was set back to an older copy" if one.twin else "")
        for one in found.taken
    ]
    lines += [f"{one.file}: not taken. {one.message}" for one in found.refused]
    lines += [f"The receipts for {box} could not be written onto the stick." for box in found.unwritten]
    return "\n".join(lines) or "There is no courier there. They lie on a stick in the folder `courier`."


def write_receipts(hub: Hub, box: str, folder: Path) -> Path:
    """Write the receipts of a box into a folder.

    Raises:
        NotFoundError: There is no such box.
        OSError: It cannot be written.
    """
    hub.boxes.one(box)
    path = folder / f"{box}{RECEIPT_ENDING}"
    Disk().write_file(path, hub.couriers.receipts(box))
    return path


def add_words(read: argparse.ArgumentParser, receipt: argparse.ArgumentParser) -> None:
    """Declare the words of both commands."""
    read.add_argument("places", nargs="+", type=Path, metavar="PATH", help="a stick, a folder, or a file")
    receipt.add_argument("--box", required=True, metavar="NUMBER", help="its number, as box list says it")
    receipt.add_argument("--folder", type=Path, default=Path(), metavar="DIR", help="where to write it")
