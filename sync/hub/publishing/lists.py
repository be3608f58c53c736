"""Bringing the newest roots and registry onto the shelf of a hub, from the folder in which their keepers signed them.

Promises: what the shelf has is followed by the rules of a box (FORMAT 6): roots by their chain, a newer registry.
Nothing older and nothing of strangers takes its place. An empty shelf begins with the folder's first root, which
whoever runs the command vouches for. Catalogues are not brought: publishers send them.

    bring_lists(Path("/media/stick"), Path("/srv/schoolbox-shelf"), Disk())       # ["2.root.json", "registry.json"]
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from content_packs.durable import Disk, locked_folder
from content_packs.errors import DiskError, OlderMetadataError, PackError, ShelfGoneError
from content_packs.shelf import DirectoryShelf
from content_packs.sign.index import write_index
from content_packs.trust import TrustStore
from content_packs.trust.metadata import ROOT_BYTES_MAX
from sync.hub.errors import BadRequestError, DataError

_FIRST = "1.root.json"


def bring_lists(source: Path, shelf: Path, disk: Disk) -> list[str]:
    """Bring what is newer; gives the names of what came.

    Raises:
        BadRequestError: What is in the folder does not follow from what the shelf has; nothing was changed.
        DataError: The folder or the shelf cannot be read or written.
    """
    try:
        disk.make_folder(shelf / "meta")
        with locked_folder(shelf):
            return _bring(DirectoryShelf(source), shelf, disk)
    except DiskError as exc:
        raise DataError(f"{shelf} cannot be written: {exc}.") from exc
    except ShelfGoneError as exc:
        raise BadRequestError(
            f"There is no shelf in {source} that the hub's user may read: a shelf has a folder `meta`. A stick is"
            " mounted for that user, and a folder lies where it may look. Nothing was changed."
        ) from exc
    except PackError as exc:
        raise BadRequestError(f"{source} has no lists that follow from this shelf's: {type(exc).__name__}.") from exc


def _bring(source: DirectoryShelf, shelf: Path, disk: Disk) -> list[str]:
    """Let a trust that knows what the shelf knows look at the folder, and write what it then knows."""
    own, meta = DirectoryShelf(shelf), shelf / "meta"
    begun = (meta / _FIRST).exists()
    with TemporaryDirectory(prefix="schoolbox-hub-") as folder:
        trust = TrustStore(Path(folder), disk)
        trust.pin((own if begun else source).read_meta(_FIRST, ROOT_BYTES_MAX))
        if begun:
            trust.apply(own)
        for refusal in trust.apply(source).refused:
            if not refusal.name.startswith("cat/") and not isinstance(refusal.error, OlderMetadataError):
                raise refusal.error
        newest = trust.travelling()
    came = [name for name, raw in newest.items() if not (meta / name).exists() or (meta / name).read_bytes() != raw]
    for name in sorted(came, key=_place):
        disk.write_file(meta / name, newest[name])
    write_index(shelf, disk)
    return sorted(came, key=_place)


def _place(name: str) -> tuple[bool, int]:
    """Roots in their order, then the registry that the last of them vouches for."""
    number = name.partition(".")[0]
    return not number.isdecimal(), int(number) if number.isdecimal() else 0
