"""Settings of a hub: defaults < `hub.toml` < environment < command line; a name that is not known is an error.

    settings = load_settings(folder.settings, os.environ, {"port": "8081"})
    settings.origin("port")        # "command line"
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import msgspec

from sync.hub.errors import ConfigError
from sync.hub.lrs.versions import Version

PREFIX = "SCHOOLBOX_HUB_"
KEEP_MONTHS_MIN = 13
_WEB_ADDRESS = r"^(https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[^\s?#]*)?)?\Z"


class Values(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set. `public_url` is how boxes reach the hub; `https` makes cookies travel over TLS only.

    `shelf` is the absolute path of a folder with packs, written by `content-packs`, that is published under `/shelf/`.
    `accel_prefix` is the address under which nginx in front has that folder; its files are then sent by nginx.
    `archive_bytes_max` is how large an archive of a publisher may be; `reserve_bytes` stays free whatever they send.
    `xapi_version` is what a program is answered that does not say which xAPI it speaks, as it must.
    `document_bytes_max` is how large a document of another program may be.
    `attachment_bytes_max` is how large the attachments of one request may be together.
    `identity` is the absolute path of the folder of an identity office that is served beside the records, below
    `/identity/`; `identity_url` is where the office is if it is a program of its own (`https://…/identity/v1/`).
    `waiting_batches_max` is how many batches may wait for their rows on PostgreSQL before boxes must wait.
    `courier_inbox` is the absolute path of a folder that is looked into for couriers.
    `database` is the address of a PostgreSQL database (`postgresql://user@host/name`) instead of the file `hub.db`; its
    password stands in a passfile.
    `reports_database` is the address of a replica of it, from which pages of figures are read.
    `keep_months` is how long statements are kept; 0 is for ever. Figures are kept for ever in any case.
    `trusted_proxy` is the address of a reverse proxy whose `X-Forwarded-For` and `-Proto` are believed.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 8081
    public_url: Annotated[str, msgspec.Meta(pattern=_WEB_ADDRESS)] = ""
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=80)] = "Schoolbox"
    https: bool = False
    threads: Annotated[int, msgspec.Meta(ge=1, le=64)] = 8
    trusted_proxy: str = ""
    shelf: Annotated[str, msgspec.Meta(pattern=r"^(/[^\x00]*)?\Z")] = ""
    accel_prefix: Annotated[str, msgspec.Meta(pattern=r"^((/[A-Za-z0-9._-]+)+)?\Z")] = ""
    archive_bytes_max: Annotated[int, msgspec.Meta(ge=1024, le=1024**4)] = 32 * 1024**3
    reserve_bytes: Annotated[int, msgspec.Meta(ge=0, le=1024**4)] = 1024**3
    xapi_version: Version = "1.0.3"
    document_bytes_max: Annotated[int, msgspec.Meta(ge=1024, le=4 * 1024 * 1024)] = 1024 * 1024
    attachment_bytes_max: Annotated[int, msgspec.Meta(ge=1024, le=1024**3)] = 16 * 1024 * 1024
    identity: Annotated[str, msgspec.Meta(pattern=r"^(/[^\x00]*)?\Z")] = ""
    identity_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s?#]{1,280}/)?\Z")] = ""
    courier_inbox: Annotated[str, msgspec.Meta(pattern=r"^(/[^\x00]*)?\Z")] = ""
    database: Annotated[str, msgspec.Meta(pattern=r"^(postgresql://\S{0,400})?\Z")] = ""
    reports_database: Annotated[str, msgspec.Meta(pattern=r"^(postgresql://\S{0,400})?\Z")] = ""
    waiting_batches_max: Annotated[int, msgspec.Meta(ge=10, le=1_000_000)] = 20_000
    keep_months: Annotated[int, msgspec.Meta(ge=0, le=1200)] = 0
    silent_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 7


class Settings:
    """The values, and where each came from."""

    def __init__(self, values: Values, origins: Mapping[str, str]) -> None:
        self.values = values
        self._origins = dict(origins)

    def origin(self, name: str) -> str:
        """Say where a value came from: `default`, a file, an environment variable or `command line`."""
        return self._origins.get(name, "default")

    @property
    def root_url(self) -> str:
        """The address of the hub, without a slash at the end."""
        return (self.values.public_url or f"http://{self.values.host}:{self.values.port}").rstrip("/")


def load_settings(path: Path, environ: Mapping[str, str], given: Mapping[str, str]) -> Settings:
    """Read every source.

    Raises:
        ConfigError: A name is unknown, or a value impossible; the message says which and where.
    """
    merged: dict[str, str | int | bool] = {}
    origins: dict[str, str] = {}
    variables = {key.removeprefix(PREFIX).lower(): text for key, text in environ.items() if key.startswith(PREFIX)}
    for origin, values in ((str(path), _file(path)), ("environment", variables), ("command line", dict(given))):
        for name, value in values.items():
            if name not in Values.__struct_fields__:
                raise ConfigError(f"{origin}: there is no setting {name!r}.")
            _checked({name: value}, origin)
            if name in ("database", "reports_database"):
                _refuse_password(name, str(value), origin)
            if name == "keep_months":
                _refuse_short_keeping(int(value), origin)
            merged[name] = value
            origins[name] = f"{PREFIX}{name.upper()}" if origin == "environment" else origin
    return Settings(_checked(merged, "settings"), origins)


def _refuse_password(name: str, address: str, origin: str) -> None:
    """Keep a password out of what `config show` prints and backups copy.

    Raises:
        ConfigError: There is one.
    """
    parts = urlsplit(address)
    if parts.password is not None or "password" in parse_qs(parts.query):
        raise ConfigError(
            f"{origin}: a password does not belong into the setting {name}. Write it into a passfile that only the"
            " hub's user may read, and end the address with ?passfile=/path/of/it."
        )


def _refuse_short_keeping(months: int, origin: str) -> None:
    """Keep statements for longer than boxes are away: a school's year, and a month to come back in.

    Raises:
        ConfigError: It is less.
    """
    if 0 < months < KEEP_MONTHS_MIN:
        raise ConfigError(
            f"{origin}: keep_months = {months} is too short: what a box brings after a year would come too late."
            f" Say {KEEP_MONTHS_MIN} or more, or 0 to keep statements for ever."
        )


def _file(path: Path) -> dict[str, str | int | bool]:
    """Read the settings file, if there is one."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as exc:
        raise ConfigError(f"{path} cannot be read: {exc}.") from exc


def _checked(values: Mapping[str, str | int | bool], origin: str) -> Values:
    """Check types and bounds; texts from the environment become numbers and booleans."""
    try:
        return msgspec.convert(dict(values), type=Values, strict=False)
    except msgspec.ValidationError as exc:
        raise ConfigError(f"{origin}: {exc}.") from exc
    except UnicodeEncodeError as exc:
        name = next(iter(values))
        raise ConfigError(f"{origin}: {name} is not written in UTF-8.") from exc
