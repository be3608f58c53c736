"""What this program remembers: what was taken from the card, so that a technician's later change is not undone.

A group is taken when its values differ from those taken last, so editing one line of the file changes one thing. Values
are kept as digests with a salt: the file tells nobody a password.

    state = read_state(places); state.taken("school", group)
"""

import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple

from deploy.raspberrypi.firstboot.disk import Disk, make_folder, read_plain, write_file
from deploy.raspberrypi.firstboot.places import Places
from deploy.raspberrypi.firstboot.schema import Group
from deploy.raspberrypi.firstboot.toml_text import is_hidden

NAME = "state.json"


class State(NamedTuple):
    """What is remembered; `taken` holds digests of groups, as they were read and as they read with secrets hidden."""

    salt: str = ""
    taken: Mapping[str, tuple[str, ...]] = {}
    language: str = ""
    name: str = ""
    grown: str = ""

    def knows(self, name: str, group: Group) -> bool:
        """Whether a group was taken as it is, or as it is with its secrets hidden."""
        return digest(self.salt, group) in self.taken.get(name, ())

    def with_taken(self, groups: Mapping[str, Group]) -> "State":
        """The state after some groups were taken."""
        new = {name: (digest(self.salt, group), digest(self.salt, hidden(group))) for name, group in groups.items()}
        return self._replace(taken={**self.taken, **new})


def hidden(group: Group) -> Group:
    """A group as it reads once its secrets are stars of whatever number."""
    return {key: "*" if key in ("password", "code", "claim") else value for key, value in group.items()}


def digest(salt: str, group: Group) -> str:
    """A short number for the values of a group."""
    plain = {key: "*" if is_hidden(value) else value for key, value in group.items()}
    return hashlib.sha256(f"{salt} {json.dumps(plain, sort_keys=True)}".encode()).hexdigest()


def read_state(places: Places) -> State:
    """Read it; one that cannot be read is as none, and everything is taken anew."""
    raw = read_plain(places.own / NAME)
    try:
        found = json.loads(raw or b"{}")
        return State(
            salt=str(found.get("salt", "")), language=str(found.get("language", "")), name=str(found.get("name", "")),
            grown=str(found.get("grown", "")),
            taken={str(key): tuple(map(str, value)) for key, value in dict(found.get("taken", {})).items()},
        )  # fmt: skip
    except (ValueError, AttributeError, TypeError):
        return State()


def write_state(disk: Disk, places: Places, state: State) -> None:
    """Remember it, if it is not remembered like this already."""
    if state == read_state(places):
        return
    make_folder(disk, places.own, mode=0o700)
    write_file(disk, places.own / NAME, json.dumps(state._asdict(), sort_keys=True).encode(), mode=0o600)
