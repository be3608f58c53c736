"""Reads a settings file as people's editors leave it, says on which line a key stands, and makes secrets unreadable.

UTF-8 with or without a byte order mark, UTF-16 with one (Notepad), and either kind of line end are fine.

    text = read_text(raw)          # raises TextError(code, line)
    hide(text, {("wifi", "own", "password")})
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from typing import NamedTuple, TypeAlias

BYTES_MAX = 65_536
Path: TypeAlias = tuple[str, ...]
Tree: TypeAlias = dict[str, object]
_TOKEN = re.compile(r"\"\"\".*?(?<!\\)\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|#[^\n]*", re.DOTALL)
_WHERE = re.compile(r"\(at line (\d+), column \d+\)")
_CURLY = "“”„‟‘’‚«»"
_TABLE = re.compile(r"\s*\[\s*([A-Za-z0-9_.\-\s\"]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\-\"]+)\s*=")


class TextError(Exception):
    """The file is no TOML that we can read."""

    def __init__(self, code: str, line: int, problem: str = "") -> None:
        super().__init__(code)
        self.code, self.line, self.problem = code, line, problem


class Text(NamedTuple):
    """A file as text, in the encoding it came in, and what it says."""

    text: str
    encoding: str
    tree: Tree

    @property
    def raw(self) -> bytes:
        """Its bytes."""
        return self.text.encode(self.encoding)


def read_text(raw: bytes) -> Text:
    """Decode and parse a file.

    Raises:
        TextError: It is too large, in no encoding we know, or no TOML.
    """
    if len(raw) > BYTES_MAX:
        raise TextError("large", 0)
    encoding = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(raw[:2], "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as exc:
        raise TextError("encoding", raw.count(b"\n", 0, exc.start) + 1) from exc
    return Text(text, encoding, parse(text))


def parse(text: str) -> Tree:
    """Parse text as TOML.

    Raises:
        TextError: It is none.
    """
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        raise _explained(text, str(exc)) from exc


def _explained(text: str, problem: str) -> TextError:
    """Say what a person most likely did."""
    lines = text.split("\n")
    found = _WHERE.search(problem)
    number = min(int(found[1]), len(lines)) if found else len(lines)
    line = lines[number - 1].rstrip("\r")
    if "overwrite" in problem or "twice" in problem:
        return TextError("twice", number)
    value = line.partition("=")[2].strip()
    if value[:1] in tuple(_CURLY):
        return TextError("curly", number)
    if value[:1].isalpha() and value not in ("true", "false"):
        return TextError("no-quotes", number)
    if value[:1] in tuple("\"'") and value.count(value[0]) == 1:
        return TextError("quote-open", number)
    return TextError("no-toml", number)


def line_of(text: str, path: Path) -> int:
    """On which line a key or its table stands; 0 if that cannot be told."""
    table: Path = ()
    best = 0
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if found := _TABLE.match(line):
            table = _parts(found[1])
            if path[: len(table)] == table:
                best = number
        elif (found := _KEY.match(line)) and path[: len(here := (*table, *_parts(found[1])))] == here:
            return number
    return best


def _parts(name: str) -> Path:
    return tuple(part.strip().strip('"') for part in name.split("."))


def value_at(tree: Mapping[str, object], path: Path) -> object | None:
    """Find a value; None if there is none."""
    found: object = tree
    for part in path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found


def is_hidden(value: object) -> bool:
    """Whether a secret was taken and made unreadable before."""
    return isinstance(value, str) and value != "" and not value.strip("*")


def hide(text: Text, secrets: Collection[Path]) -> Text:
    """Put stars in the place of secrets, of the same size; nothing else changes its meaning."""
    now = text
    for path in sorted(secrets):
        value = value_at(text.tree, path)
        if isinstance(value, str) and value and not is_hidden(value):
            now = _without(now, value, secrets)
    return now


def _without(text: Text, value: str, secrets: Collection[Path]) -> Text:
    """Hide a value wherever it stands as a secret or in a remark."""
    for found in reversed(list(_TOKEN.finditer(text.text))):  # from the end: what is before stays where it is
        token = found[0]
        if token.startswith("#"):
            hidden = token.replace(value, _stars(value, text.encoding))
        elif _said(token) == value:
            width = 3 if token[:3] in ('"""', "'''") else 1
            hidden = token[:width] + _stars(token[width:-width], text.encoding) + token[-width:]
        else:
            continue
        changed = text.text[: found.start()] + hidden + text.text[found.end() :]
        text = _same(text, changed, secrets)
    return text


def _same(text: Text, changed: str, secrets: Collection[Path]) -> Text:
    """Take a change that leaves every other value as it was."""
    tree = parse(changed)
    return Text(changed, text.encoding, tree) if _open(tree, secrets) == _open(text.tree, secrets) else text


def _open(tree: Mapping[str, object], secrets: Collection[Path], above: Path = ()) -> Tree:
    """What a file says but for its secrets."""
    return {
        key: _open(value, secrets, (*above, key)) if isinstance(value, dict) else value
        for key, value in tree.items()
        if (*above, key) not in secrets
    }


def _stars(text: str, encoding: str) -> str:
    return "*" * (len(text.encode(encoding)) // len("*".encode(encoding)))


def _said(token: str) -> str | None:
    """What a piece between quotes means."""
    try:
        said = tomllib.loads(f"said = {token}")["said"]
    except tomllib.TOMLDecodeError:
        return None
    return said if isinstance(said, str) else None
