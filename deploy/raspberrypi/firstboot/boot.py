"""The steps of a start, in their order; each looks whether there is anything to do.

1 a reset that was ordered, or was broken off · 2 secrets that were being erased · 3 the part for data grows · 4 the
machine's own number, name and keys · 5 what the card says is taken · 6 secrets are erased from the card · 7 the claim
code and the mistakes are shown. The box starts whatever happens here.
"""

import logging
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from deploy.raspberrypi.firstboot import card, erasing, foreign, identity, led, preseed, reset, schema, words
from deploy.raspberrypi.firstboot.disk import Disk, make_folder
from deploy.raspberrypi.firstboot.growing import Growing
from deploy.raspberrypi.firstboot.handover import claim_code
from deploy.raspberrypi.firstboot.mistakes import Mistake, mistake
from deploy.raspberrypi.firstboot.places import Places
from deploy.raspberrypi.firstboot.schema import Group, Key, Read
from deploy.raspberrypi.firstboot.state import State, read_state, write_state
from deploy.raspberrypi.firstboot.system import System
from deploy.raspberrypi.firstboot.taking import keep_country, keep_zone, take
from deploy.raspberrypi.firstboot.toml_text import Text, TextError, hide, line_of, read_text

_log = logging.getLogger(__name__)


class Machine(NamedTuple):
    """What the steps work with."""

    places: Places
    disk: Disk
    system: System
    growing: Growing


class _File(NamedTuple):
    """A file on the card that was read: its name there, its text, what it says, and which of its keys are secret."""

    name: str
    text: Text
    read: Read
    secrets: Mapping[Key, str]


class Boot:
    """One start."""

    def __init__(self, machine: Machine) -> None:
        self._at = machine
        self._wrong: list[Mistake] = []
        self._left_out: set[str] = set()
        self._language = schema.LANGUAGES[0]

    def run(self) -> tuple[Mistake, ...]:
        """Do what there is to do; gives what is not right."""
        at = self._at
        self._try("light", lambda: led.say(at.places, "starting"))
        self._try("reset", self._reset)
        self._try("erase", self._erase_on)
        self._try("grow", self._grow, "grow")
        self._try("card", self._take_card)
        self._try("clear", self._clear)
        self._try("become", self._become)
        self._try("host-keys", lambda: identity.keep_host_key(at.disk, at.places, at.system), "host-keys")
        self._try("show", self._show)
        return tuple(dict.fromkeys(self._wrong))

    def _try(self, name: str, step: Callable[[], None], code: str = "step") -> None:
        """Take a step; one that fails is told, and keeps nothing else from being done."""
        try:
            step()
        except OSError as exc:
            problem = exc.strerror or str(exc)
            self._wrong.append(mistake(code, "Schoolbox", problem=problem))
        except Exception as exc:  # noqa: BLE001 - the edge: a box whose card surprises us starts, and shows its claim code
            where = "".join(traceback.format_tb(exc.__traceback__))  # its words may be a secret of the card
            _log.error("step_failed step=%s error=%s\n%s", name, type(exc).__name__, where)
            self._wrong.append(mistake("broken", "Schoolbox", step=name, problem=type(exc).__name__))

    def _reset(self) -> None:
        at = self._at
        self._wrong += reset.order_by_card(at.disk, at.places)
        try:
            is_new = reset.carry_out(at.disk, at.places)
        except OSError as exc:
            reset.give_up(at.disk, at.places)
            self._wrong.append(mistake("reset-failed", "Schoolbox", problem=exc.strerror or str(exc)))
            return
        except Exception:
            reset.give_up(at.disk, at.places)  # it would break at each start, and erase what a school does meanwhile
            raise
        if is_new:  # folders that other services find there
            at.system.run(("systemd-tmpfiles", "--create", "--prefix=/var/lib/schoolbox"))

    def _erase_on(self) -> None:
        """Go on where erasing was broken off."""
        erasing.finish(self._at.disk, self._at.places)

    def _grow(self) -> None:
        at = self._at
        if not at.places.is_image:
            return
        state = read_state(at.places)
        write_state(at.disk, at.places, state._replace(grown=at.growing.grow(state.grown)))

    def _take_card(self) -> None:
        at = self._at
        if not at.places.has_card:
            self._wrong.append(mistake("no-card", "Schoolbox"))
        files = [file for name in (preseed.FILE, schema.FILE) if (file := self._read(name))]
        state = read_state(at.places)
        if not state.salt:
            state = state._replace(salt=at.system.token(16).hex())
        groups: dict[str, Group] = {}
        for file in files:  # ours comes last and counts, also where it is wrong: nothing else is taken in its place
            read = file.read
            groups = {name: group for name, group in groups.items() if name not in read.left_out} | dict(read.groups)
            self._left_out = (self._left_out - read.groups.keys()) | read.left_out
            self._language = file.read.language if file.name.lower().startswith(schema.FILE) else self._language
        taken = take(at.disk, at.places, groups, state)
        keep_country(at.disk, at.places)
        keep_zone(at.disk, at.places)
        write_state(at.disk, at.places, taken.state)
        self._left_out.update(taken.without_password)
        self._wrong += _two_networks(files)
        self._wrong += _lost(files, taken.without_password)
        self._erase(files)

    def _read(self, name: str) -> _File | None:
        """Read a file of the card, if it is there; what is wrong with it is kept."""
        at = self._at
        path = card.find(at.places, name, f"{name}.txt")
        if path is None:
            return None
        zones = at.places.root / "usr/share/zoneinfo"
        try:
            text = read_text(card.read(path))
        except TextError as exc:
            self._wrong.append(mistake(exc.code, path.name, exc.line))
            return None
        if name == preseed.FILE:
            read = schema.check(preseed.as_ours(text), path.name, zones=zones, known=preseed.KEYS)
        else:
            read = schema.check(text, path.name, zones=zones)
        if path.name.lower() != name:
            self._wrong.append(mistake("named-txt", path.name, meant=name))
        self._wrong += read.mistakes
        return _File(path.name, text, read, preseed.SECRETS if name == preseed.FILE else schema.SECRETS)

    def _erase(self, files: Iterable[_File]) -> None:
        """Erase what is safe now; a group that was left out stays readable, so that it need not be typed again."""
        at = self._at
        changes = {}
        for file in files:
            secrets = [key for key, group in file.secrets.items() if group not in self._left_out]
            changes[file.name] = (file.text.raw, hide(file.text, secrets).raw)
        erasing.begin(at.disk, at.places, changes)
        erasing.finish(at.disk, at.places)

    def _clear(self) -> None:
        """Erase what was written onto the card for another system."""
        self._wrong += foreign.clear(self._at.disk, self._at.places)

    def _become(self) -> None:
        at = self._at
        zone = at.places.system / "time-zone"
        if zone.is_file():
            identity.keep_time_zone(at.disk, at.places, zone.read_text(encoding="ascii").strip())
        if at.places.is_image:
            number = identity.keep_machine_id(at.disk, at.places, at.system)
            identity.keep_hostname(at.disk, at.places, at.system, number)

    def _show(self) -> None:
        """Say on the card and on a screen what a person should know."""
        at = self._at
        state: State = read_state(at.places)
        code = claim_code(at.disk, at.places, at.system)
        told = words.report(self._wrong, self._left_out, state.language or self._language)
        claim = words.claim(code, state.name or "schoolbox", state.language or self._language) if code else ""
        make_folder(at.disk, at.places.screen.parent)
        card.keep_bytes(at.disk, at.places.screen, "\n".join(filter(None, (told, claim))).encode())
        card.keep(at.disk, at.places, card.CLAIM, claim)
        card.keep(at.disk, at.places, card.ERROR, told)


def _two_networks(files: Iterable[_File]) -> Iterable[Mistake]:
    """Say which Wi-Fi is joined where each of the two files names another one."""
    named = [(file, str(said["name"])) for file in files if (said := file.read.groups.get("wifi.join"))]
    if len({name for _, name in named}) == 2:
        (theirs, other), (ours, joined) = named
        key = preseed.KEYS["wifi", "join", "name"]
        yield mistake(
            "two-networks", theirs.name, line_of(theirs.text.text, key), ".".join(key), other=other, joined=joined,
            ours=ours.name,
        )  # fmt: skip


def _lost(files: Sequence[_File], groups: Iterable[str]) -> Iterable[Mistake]:
    """Say which passwords and codes must be written again, in the file that counts."""
    counts = {group: file for file in files for group in file.read.groups}
    for file in files:
        for key, group in file.secrets.items():
            if group in groups and counts.get(group) is file:
                code = "erased-code" if key[-1] == "code" else "erased"
                yield mistake(code, file.name, line_of(file.text.text, key), ".".join(key))
