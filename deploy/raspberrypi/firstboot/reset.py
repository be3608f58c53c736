"""Factory reset: the box becomes a new box, with keys of its own; packs stay unless everything is to go.

It is ordered by a command (the technician's page uses it, too) or by `schoolbox-reset.txt` on the card, whose first
line is RESET, or RESET ALL for packs as well. Rules:
- the order is durable before anything is erased, and an interrupted reset is finished at the next start;
- a file on the card orders one reset: it is taken off the card before the first thing is erased; where the card
  cannot be written nothing is erased. A card that brings a file back, as worn ones do, is known by the file's time
  and content.

    order(disk, places, everything=False); carry_out(disk, places)

What is erased is gone for people, not for a laboratory: a card that leaves the school for good is destroyed.
"""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from deploy.raspberrypi.firstboot import card
from deploy.raspberrypi.firstboot.disk import Disk, make_folder, read_plain, remove, remove_tree, write_file
from deploy.raspberrypi.firstboot.mistakes import Mistake, mistake
from deploy.raspberrypi.firstboot.places import Places

NAME = "reset.json"
WORDS = {"RESET": False, "RESET ALL": True}
GIVEN = frozenset({"programs.root.json", "packs.root.json"})
"""Whom the machine believes: `install.sh` put them there, an image has them in its root: a new box does, too."""
KEPT = "packs-kept"
"""Tells the new box that its packs are to be published again."""
PACKS = frozenset({"packs", "trust"})
"""What stays of the box's folder where packs are kept: their files, and whose packs this box may install."""
_REMEMBERED = 16


class Note(NamedTuple):
    """What is ordered, by which file, and which files were carried out; `word` is empty if nothing is ordered."""

    word: str = ""
    stamp: str = ""
    done: tuple[str, ...] = ()


def order(disk: Disk, places: Places, *, everything: bool) -> None:
    """Order a reset; it is carried out at the next start of the machine."""
    _write(disk, places, _read(places)._replace(word="RESET ALL" if everything else "RESET", stamp=""))


def order_by_card(disk: Disk, places: Places) -> tuple[Mistake, ...]:
    """Order what a file on the card orders; says what is wrong with it."""
    path = card.find(places, card.RESET, f"{card.RESET}.txt")
    note = _read(places)
    if path is None or note.word:
        return ()
    if _stamp(path) in note.done:
        return (mistake("reset-again", path.name),)
    word = _word(card.read(path))
    if word not in WORDS:
        return (mistake("reset-word", path.name, 1),)
    _write(disk, places, note._replace(word=word, stamp=_stamp(path)))
    return ()


def carry_out(disk: Disk, places: Places) -> bool:
    """Do what is ordered, or the rest of it; says whether this is a new box now."""
    note = _read(places)
    if note.word not in WORDS:
        return False
    if note.stamp and not _taken_off(disk, places, note.stamp):
        _write(disk, places, note._replace(word="", stamp=""))
        return False
    is_everything = WORDS[note.word]
    if places.box.is_dir():
        remove_tree(disk, places.box, but=frozenset() if is_everything else PACKS)
    if places.box.is_dir() and not is_everything:
        write_file(disk, places.box / KEPT, b"", mode=0o600, like=places.box)
    if places.system.is_dir():
        remove_tree(disk, places.system, but=GIVEN | {NAME})
    done = (*note.done, note.stamp)[-_REMEMBERED:] if note.stamp else note.done
    _write(disk, places, Note(done=done))
    return True


def give_up(disk: Disk, places: Places) -> None:
    """Forget an order that a broken card would not let be carried out: what a school does after that must stay."""
    note = _read(places)
    _write(disk, places, Note(done=(*note.done, note.stamp)[-_REMEMBERED:]))


def _taken_off(disk: Disk, places: Places, stamp: str) -> bool:
    """Take the file off the card that ordered this; False if it stays there."""
    path = card.find(places, card.RESET, f"{card.RESET}.txt")
    if path is None or _stamp(path) != stamp:
        return True
    try:
        remove(disk, path)
    except OSError:
        return False
    return not path.exists()


def _word(raw: bytes) -> str:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    lines = raw.decode(encoding, errors="replace").strip().splitlines()
    return " ".join(lines[0].upper().split()) if lines else ""


def _stamp(path: Path) -> str:
    when = int(path.stat().st_mtime)
    return hashlib.sha256(f"{when} ".encode() + card.read(path)).hexdigest()


def _read(places: Places) -> Note:
    try:
        found = json.loads(read_plain(places.system / NAME) or b"{}")
        return Note(str(found.get("word", "")), str(found.get("stamp", "")), tuple(map(str, found.get("done", ()))))
    except (ValueError, AttributeError, TypeError):
        return Note()


def _write(disk: Disk, places: Places, note: Note) -> None:
    make_folder(disk, places.system)
    write_file(disk, places.system / NAME, json.dumps(note._asdict()).encode(), mode=0o600)
