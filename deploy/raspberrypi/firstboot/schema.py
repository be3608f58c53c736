"""What may stand in `schoolbox.toml`, and what is wrong with what does.

One table says every key. Keys form groups; a mistake in a group that opens a door (a network, the hub, a key) leaves
the whole group out, because half of it may be worse than none: a mistyped `pasword` would open a network. Elsewhere
what is right is taken.

    read = check(text, "schoolbox.toml", zones=Path("/usr/share/zoneinfo"))
    read.groups["school"], read.mistakes
"""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias
from urllib.parse import urlsplit

from deploy.raspberrypi.firstboot.countries import COUNTRIES
from deploy.raspberrypi.firstboot.mistakes import Mistake, mistake
from deploy.raspberrypi.firstboot.toml_text import Text, is_hidden, line_of

FILE = "schoolbox.toml"
Value: TypeAlias = "str | bool | tuple[str, ...]"
Group: TypeAlias = Mapping[str, Value]
Key: TypeAlias = tuple[str, ...]
LANGUAGES = ("sq", "en", "sr-Cyrl", "sr-Latn", "bs", "tr", "rom")
CODE_SIGNS = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
SECURITY = ("open", "wpa-psk", "sae", "owe")
_SSH_KEY = re.compile(
    r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com) [A-Za-z0-9+/=]{40,}"
    r"( [^\n\r]*)?"
)


class _WrongError(Exception):
    """A value that is not right; `code` names the sentence."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class Rule(NamedTuple):
    """How a value is read, and to which group it belongs; an empty `read` is for secrets that were hidden."""

    group: str
    read: Callable[[object], Value]
    secret: bool = False


class Read(NamedTuple):
    """What a file says: its groups without those left out, its language, and what is wrong."""

    groups: Mapping[str, Group]
    mistakes: tuple[Mistake, ...]
    left_out: frozenset[str]
    language: str


def check(text: Text, file: str = FILE, *, zones: Path, known: Mapping[Key, Key] | None = None) -> Read:
    """Read everything that is right.

    Args:
        text: What was parsed.
        file: What it is called in sentences.
        zones: Where the system keeps its time zones.
        known: For a file with other keys: ours to theirs, for sentences.
    """
    rules = dict(_rules(zones))
    values: dict[Key, Value] = {}
    wrong: list[tuple[str, Mistake]] = []
    for key, raw in _leaves(text.tree, rules):
        shown = known.get(key, key) if known else key
        line, name = line_of(text.text, shown), ".".join(shown)
        rule = rules.get(key)
        if rule is None:
            told = _unknown(key, file, line, rules)
            wrong += [(group, told) for group in _groups_of(key, rules)]
            continue
        try:
            values[key] = rule.read(raw)
        except _WrongError as exc:
            wrong.append((rule.group, mistake(exc.code, file, line, name, **exc.facts)))
    wrong += _missing(values, file, text)
    left_out = frozenset(group for group, _ in wrong if group in SHUT)
    groups: dict[str, dict[str, Value]] = {}
    for key, value in values.items():
        if (group := rules[key].group) not in left_out:
            groups.setdefault(group, {})[key[-1]] = value
    language = values.get(("language",))
    return Read(groups, tuple(dict.fromkeys(each for _, each in wrong)), left_out, str(language or LANGUAGES[0]))


SHUT = frozenset({"wifi.own", "wifi.join", "hub", "ssh", "technician"})
"""Groups that are taken whole or not at all."""
SECRETS: Mapping[Key, str] = {
    ("wifi", "own", "password"): "wifi.own", ("wifi", "join", "password"): "wifi.join", ("hub", "code"): "hub",
    ("technician", "claim"): "technician",
}  # fmt: skip
"""Keys whose values are made unreadable once they were taken, and their groups."""


def _rules(zones: Path) -> Iterator[tuple[Key, Rule]]:
    """Every key there is."""
    yield ("language",), Rule("language", _one_of(LANGUAGES, "language"))
    yield ("school", "name"), Rule("school", _line(120))
    yield ("school", "municipality"), Rule("school", _line(120))
    yield ("box", "name"), Rule("box", _label)
    yield ("box", "time_zone"), Rule("box", _zone(zones))
    yield ("wifi", "country"), Rule("wifi", _country)
    yield ("wifi", "own", "name"), Rule("wifi.own", _network)
    yield ("wifi", "own", "password"), Rule("wifi.own", _password, secret=True)
    yield ("wifi", "join", "name"), Rule("wifi.join", _network)
    yield ("wifi", "join", "password"), Rule("wifi.join", _password, secret=True)
    yield ("wifi", "join", "security"), Rule("wifi.join", _one_of(SECURITY, "security"))
    yield ("wifi", "join", "hidden"), Rule("wifi.join", _yes_no)
    yield ("hub", "address"), Rule("hub", _address)
    yield ("hub", "code"), Rule("hub", _code, secret=True)
    yield ("ssh", "keys"), Rule("ssh", _ssh_keys)
    yield ("technician", "claim"), Rule("technician", _code, secret=True)


def all_keys(zones: Path = Path("/usr/share/zoneinfo")) -> tuple[Key, ...]:
    """Every key, in the order of the example."""
    return tuple(key for key, _ in _rules(zones))


def _leaves(tree: Mapping[str, object], rules: Mapping[Key, Rule], above: Key = ()) -> Iterator[tuple[Key, object]]:
    """Every value with its whole key; a table that is none of ours counts as one."""
    for name, value in tree.items():
        key = (*above, name)
        is_table = any(rule[: len(key)] == key and len(rule) > len(key) for rule in rules)
        if is_table and isinstance(value, Mapping):
            yield from _leaves(value, rules, key)
        else:
            yield key, value


def _unknown(key: Key, file: str, line: int, rules: Mapping[Key, Rule]) -> Mistake:
    """Say that there is no such key, and which one was meant."""
    name = ".".join(key)
    if any(rule[: len(key)] == key for rule in rules):
        return mistake("no-table", file, line, name)
    beside = {".".join(rule[len(key) - 1 :]): rule for rule in rules if rule[: len(key) - 1] == key[:-1]}
    near = difflib.get_close_matches(key[-1], [each.partition(".")[0] for each in beside], n=1, cutoff=0.6)
    if near:
        return mistake("unknown-near", file, line, name, near=near[0])
    others = [".".join(rule) for rule in rules]
    far = difflib.get_close_matches(name, others, n=1, cutoff=0.7) or [
        each for each in others if each.split(".")[-1] == key[-1]
    ]
    if far:
        table, _, last = far[0].rpartition(".")
        return mistake("unknown-elsewhere", file, line, name, near=last, table=f"[{table}]" if table else "the top")
    return mistake("unknown", file, line, name)


def _groups_of(key: Key, rules: Mapping[Key, Rule]) -> tuple[str, ...]:
    """To which groups a key that is unknown may belong: what was meant for a network must not leave it open."""
    if (key[0] == "wifi" and len(key) < 3) or key[-1] == "password":
        return ("wifi.own", "wifi.join")
    for length in range(len(key), 0, -1):
        found = {rule.group for other, rule in rules.items() if other[:length] == key[:length] and len(other) > length}
        if len(found) == 1:
            return tuple(found)
    return ("",)


def _missing(values: Mapping[Key, Value], file: str, text: Text) -> Iterator[tuple[str, Mistake]]:
    """What another value needs beside it."""
    for table, needed, others in (
        (("wifi", "join"), "name", ("password", "hidden", "security")), (("hub",), "address", ("code",)),
        (("hub",), "code", ("address",)), (("school",), "name", ("municipality",)),
    ):  # fmt: skip
        if (*table, needed) not in values and any((*table, other) in values for other in others):
            line = line_of(text.text, table)
            yield ".".join(table), mistake("missing", file, line, ".".join(table), needed=needed)


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise _WrongError("type-text")
    if not raw.strip():
        raise _WrongError("empty")
    return raw


def _line(most: int) -> Callable[[object], Value]:
    def read(raw: object) -> str:
        said = " ".join(_text(raw).split())
        if len(said) > most or not said.isprintable():
            raise _WrongError("long", most=str(most))
        return said

    return read


def _one_of(allowed: tuple[str, ...], code: str) -> Callable[[object], Value]:
    def read(raw: object) -> str:
        said = _text(raw).strip()
        found = next((each for each in allowed if each.lower() == said.lower()), None)
        if found is None:
            raise _WrongError(code, value=said[:40], allowed=", ".join(allowed))
        return found

    return read


def _yes_no(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise _WrongError("type-yes-no")
    return raw


def _label(raw: object) -> str:
    said = _text(raw).strip().lower().removesuffix(".local")
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?", said):
        raise _WrongError("label", value=said[:60])
    return said


def _zone(zones: Path) -> Callable[[object], Value]:
    def read(raw: object) -> str:
        said = _text(raw).strip()
        if said.casefold() in ("europe/pristina", "europe/prishtina", "europe/prishtinë"):
            raise _WrongError("zone-near", value=said, near="Europe/Belgrade")
        if re.fullmatch(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+){0,2}", said) and (zones / said).is_file():
            return said
        folder = zones / said.partition("/")[0] if said.partition("/")[0].isalpha() else zones
        names = [f"{folder.name}/{each.name}" for each in folder.iterdir()] if folder.is_dir() else []
        near = difflib.get_close_matches(said, names, n=1)
        raise _WrongError("zone-near", value=said[:60], near=near[0] if near else "Europe/Belgrade")

    return read


def _country(raw: object) -> str:
    said = _text(raw).strip()
    if said.upper() not in COUNTRIES:
        raise _WrongError("country", value=said[:40])
    return said.upper()


def _network(raw: object) -> str:
    said = _text(raw)
    if len(said.encode()) > 32 or not said.isprintable():
        raise _WrongError("network")
    return said


def _password(raw: object) -> str:
    if not isinstance(raw, str):
        raise _WrongError("type-text")
    is_key = re.fullmatch(r"[0-9A-Fa-f]{64}", raw)
    if is_hidden(raw) or is_key:
        return raw
    if not 8 <= len(raw) <= 63 or not all(" " <= sign <= "~" for sign in raw):
        raise _WrongError("password")
    return raw


def _address(raw: object) -> str:
    said = _text(raw).strip().rstrip("/")
    try:
        parts = urlsplit(said)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_good = False
    if not is_good or not said.isprintable() or " " in said or len(said) > 200 or parts.username or parts.query:
        raise _WrongError("address", value=said[:80])
    return said


def tidy_code(typed: str) -> str:
    """Bring a code as people type it into one form, as the hub and the box do."""
    kept = "".join(sign for sign in typed.upper() if sign.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


def _code(raw: object) -> str:
    said = _text(raw)
    if is_hidden(said):
        return said
    tidy = tidy_code(said)
    if len(tidy) != 8 or not CODE_SIGNS.issuperset(tidy):
        raise _WrongError("code")
    return f"{tidy[:4]}-{tidy[4:]}"


def _ssh_keys(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(each, str) for each in raw):
        raise _WrongError("type-list")
    for each in raw:
        if "PRIVATE KEY" in each:
            raise _WrongError("ssh-private")
        if not _SSH_KEY.fullmatch(each.strip()) or not each.strip().isprintable():
            raise _WrongError("ssh-key")
    return tuple(each.strip() for each in raw)
