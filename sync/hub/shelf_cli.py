"""`schoolbox-hub shelf ...`: the registry that the hub publishes, and what publishers sent.

    add_shelf_commands(commands)
"""

import argparse
from pathlib import Path

from content_packs.durable import Disk
from sync.hub.command_line import add_command, add_noun, answer
from sync.hub.errors import BadRequestError
from sync.hub.opening import opened
from sync.hub.publishing.lists import bring_lists
from sync.hub.services import Hub


def add_shelf_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the commands."""
    shelf = add_noun(commands, "shelf", "what boxes can get: the registry, and packs that publishers sent")
    lists = add_command(shelf, "lists", "bring the newest roots and registry onto the shelf", _lists)
    lists.add_argument("folder", type=Path, metavar="FOLDER", help="a shelf or stick on which the registry was signed")
    add_command(shelf, "proposals", "what publishers sent, and what became of it", _proposals)


def _lists(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        folder = _shelf_of(hub)
    came = bring_lists(arguments.folder, folder, Disk())
    answer(arguments, {"came": came}, f"New on the shelf: {', '.join(came)}." if came else "The shelf has all of it.")
    return 0


def _proposals(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        _shelf_of(hub)
        found = hub.publishing.proposals.all() if hub.publishing else []
    lines = [f"{one.number}  {one.publisher}  {one.state}  {one.name}" for one in found]
    answer(arguments, found, "\n".join(lines) or "No publisher has sent anything yet.")
    return 0


def _shelf_of(hub: Hub) -> Path:
    """Give the folder that the hub publishes.

    Raises:
        BadRequestError: It publishes none.
    """
    if not hub.settings.values.shelf:
        raise BadRequestError('This hub publishes no packs. Set in hub.toml: shelf = "/srv/schoolbox-shelf"')
    return Path(hub.settings.values.shelf)
