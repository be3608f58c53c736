"""Settings of the box: defaults < file < environment < command line; an unknown key is an error.

Nothing below reads the environment or a global: what it needs is passed in.

    config = load_config(file=Path("schoolbox.toml"), environment=os.environ, arguments={"port": "8080"})
    config.port, config.origins["port"]
"""

import ipaddress
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from schoolbox.errors import ConfigError
from sync.languages import LANGUAGES
from sync.quiet_hours import read_hours, write_hours

ENVIRONMENT_PREFIX = "SCHOOLBOX_"
NOT_OURS = ("SCHOOLBOX_CONFIG", "SCHOOLBOX_HUB_")
"""The place of the settings file is no setting, and a hub on the same machine has settings of its own."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting; `origins` says where each value came from."""

    data: Path = Path("/var/lib/schoolbox")
    app: Path = Path("/var/lib/schoolbox-app")
    programs_root: Path = Path("/usr/lib/schoolbox/programs.root.json")
    packs_root: Path = Path("/usr/lib/schoolbox/packs.root.json")
    host: str = ""
    port: int = 8080
    front_port: int = 0
    threads: int = 24
    language: str = LANGUAGES[0]
    name: str = "schoolbox"
    announce: bool = True
    accel_prefix: str = ""
    trusted_proxy: str = ""
    reserve_mb: int = 512
    idle_minutes: int = 20
    sync: bool = True
    share: bool = False
    pull_hours: int = 24
    pull_from: str = ""
    pull_neighbours: bool = True
    pull_kbit: int = 0
    send_kbit: int = 0
    quiet_hours: str = ""
    sticks: Path | None = Path("/media")
    helper: Path | None = None
    log_level: str = "info"
    origins: Mapping[str, str] = msgspec.field(default_factory=dict)

    @property
    def database_file(self) -> Path:
        """Where the database stands."""
        return self.data / "box.db"


def load_config(*, file: Path | None, environment: Mapping[str, str], arguments: Mapping[str, str]) -> Config:
    """Put the settings together.

    Raises:
        ConfigError: The file cannot be read, a key is unknown, or a value makes no sense.
    """
    values: dict[str, object] = {}
    origins: dict[str, str] = dict.fromkeys(_READERS, "default")
    layers = (
        (str(file), _read_file(file)),
        ("environment", _from_environment(environment)),
        ("command line", dict(arguments)),
    )
    for origin, layer in layers:
        for key, raw in layer.items():
            if key not in _READERS:
                raise ConfigError(setting=key, problem=f"there is no such setting (from {origin})")
            values[key] = _READERS[key](key, raw)
            origins[key] = origin
    return msgspec.structs.replace(Config(origins=origins), **values)


def _read_file(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as exc:
        raise ConfigError(setting=str(file), problem=f"cannot be read: {exc}") from exc
    return {key: str(value) for key, value in content.items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        key.removeprefix(ENVIRONMENT_PREFIX).lower(): value
        for key, value in environment.items()
        if key.startswith(ENVIRONMENT_PREFIX) and not key.startswith(NOT_OURS)
    }


def _number(low: int, high: int) -> Callable[[str, str], int]:
    def read(key: str, raw: str) -> int:
        if not raw.isascii() or not raw.isdigit() or len(raw) > 20 or not low <= int(raw) <= high:
            raise ConfigError(setting=key, problem=f"{raw[:40]!r} is not a whole number from {low} to {high}")
        return int(raw)

    return read


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read(key: str, raw: str) -> str:
        if raw not in allowed:
            raise ConfigError(setting=key, problem=f"{raw!r} is none of {', '.join(allowed)}")
        return raw

    return read


def _yes_no(key: str, raw: str) -> bool:
    answer = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(raw.lower())
    if answer is None:
        raise ConfigError(setting=key, problem=f"{raw!r} is neither yes nor no")
    return answer


def _line(key: str, raw: str) -> str:
    if "\0" in raw or "\n" in raw:
        raise ConfigError(setting=key, problem=f"{raw!r} is not one line of text")
    return raw


def _label(key: str, raw: str) -> str:
    if not raw or len(raw) > 50 or not raw.replace("-", "").isalnum() or not raw.isascii() or raw != raw.strip("-"):
        raise ConfigError(setting=key, problem=f"{raw!r} is no host name label (letters, digits, hyphens)")
    return raw.lower()


def _address(key: str, raw: str) -> str:
    try:
        return str(ipaddress.ip_address(raw)) if raw else ""
    except ValueError as exc:
        raise ConfigError(setting=key, problem=f"{raw!r} is no network address") from exc


def _prefix(key: str, raw: str) -> str:
    if _line(key, raw) and (not raw.startswith("/") or raw.endswith("/")):
        raise ConfigError(setting=key, problem=f"{raw!r} must begin with a slash and not end with one")
    return raw


def _quiet_hours(key: str, raw: str) -> str:
    try:
        return write_hours(read_hours(raw))
    except ValueError as exc:
        raise ConfigError(setting=key, problem=f"{raw[:40]!r} is not as 07:30-13:30") from exc


_READERS: dict[str, Callable[[str, str], object]] = {
    "data": lambda key, raw: Path(_line(key, raw)),
    "app": lambda key, raw: Path(_line(key, raw)),
    "programs_root": lambda key, raw: Path(_line(key, raw)),
    "packs_root": lambda key, raw: Path(_line(key, raw)),
    "host": _line,
    "port": _number(0, 65_535),
    "front_port": _number(0, 65_535),
    "threads": _number(2, 64),
    "language": _one_of(*LANGUAGES),
    "name": _label,
    "announce": _yes_no,
    "accel_prefix": _prefix,
    "trusted_proxy": _address,
    "reserve_mb": _number(0, 1_000_000),
    "idle_minutes": _number(1, 24 * 60),
    "sync": _yes_no,
    "share": _yes_no,
    "pull_hours": _number(0, 8_760),
    "pull_from": lambda _key, raw: raw,
    "pull_neighbours": _yes_no,
    "pull_kbit": _number(0, 1_000_000),
    "send_kbit": _number(0, 1_000_000),
    "quiet_hours": _quiet_hours,
    "sticks": lambda _key, raw: Path(raw) if raw else None,
    "helper": lambda _key, raw: Path(raw) if raw else None,
    "log_level": _one_of("debug", "info", "warning", "error"),
}
