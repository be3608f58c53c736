"""The settings of a build: where Debian comes from, which kernel and firmware, how large the partitions are.

Each has a default and can be given as an environment variable or on the command line of make:
`make image IMAGE_MIRROR=http://mirror.example/debian SOURCE_DATE_EPOCH=1790000000`.
Wrong ones are refused before anything is fetched.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from content_packs.errors import PackError
from content_packs.plain_file import read_plain
from content_packs.trust.metadata import ROOT_BYTES_MAX
from content_packs.trust.roots import pin_root
from deploy.raspberrypi.image.errors import ImageError

DEBIAN = "http://deb.debian.org/debian"
SECURITY = "http://deb.debian.org/debian-security"
ADDRESS = re.compile(r"(https?|file|copy)://?[^\s\[\]]+")
PLACE = re.compile(r"https?://[^\s\[\]\"?#]+")
SUITE = re.compile(r"[a-z][a-z0-9.-]*")
PACKAGE = re.compile(r"[a-z0-9][a-z0-9.+-]+")
VERSION = re.compile(r"[0-9][0-9A-Za-z.+~-]*")
NUMBERS = {"boot_mib": (64, 1024), "root_mib": (256, 8192), "data_mib": (128, 4096), "packing": (0, 9)}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What one build is made from; two builds with equal settings and equal packages are equal to the bit."""

    version: str
    epoch: int
    mirror: str = DEBIAN
    security: str = SECURITY
    suite: str = "trixie"
    kernel_suite: str = "trixie-backports"
    kernel: str = "linux-image-arm64"
    firmware: str = "raspi-firmware"
    wifi_firmware: str = "firmware-brcm80211"
    keyring: str = "/usr/share/keyrings/debian-archive-keyring.gpg"
    key: str = ""
    address: str = ""
    programs_root: str = ""
    packs_root: str = ""
    packing: int = 6
    boot_mib: int = 256
    root_mib: int = 1280
    data_mib: int = 192


def read(environment: Mapping[str, str], *, version: str, epoch: int) -> Settings:
    """Settings from the environment: `IMAGE_` and the name of the setting in capitals.

    Args:
        environment: Names and values; only `SOURCE_DATE_EPOCH` and those that begin with `IMAGE_` are read.
        version: Of the program, unless `IMAGE_VERSION` says otherwise.
        epoch: Seconds since 1970 that stand for "when", unless `SOURCE_DATE_EPOCH` says otherwise.

    Raises:
        ImageError: A name that is none of ours, or a value that cannot be.
    """
    given: dict[str, object] = {"version": version, "epoch": epoch}
    for name, value in sorted(environment.items()):
        if name.startswith("IMAGE_"):
            given[_known(name)] = _value(name, value)
    if "SOURCE_DATE_EPOCH" in environment:
        given["epoch"] = _number("SOURCE_DATE_EPOCH", environment["SOURCE_DATE_EPOCH"])
    settings = msgspec.convert(given, Settings)
    _check(settings)
    return settings


def _known(name: str) -> str:
    field = name.removeprefix("IMAGE_").lower()
    if field not in Settings.__struct_fields__ or field == "epoch":
        known = ", ".join(f"IMAGE_{each.upper()}" for each in Settings.__struct_fields__ if each != "epoch")
        raise ImageError(f"There is no setting {name}. There are: {known}, SOURCE_DATE_EPOCH.")
    return field


def _value(name: str, value: str) -> str | int:
    return _number(name, value) if name.removeprefix("IMAGE_").lower() in NUMBERS else value


def _number(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise ImageError(f"{name} is a whole number, not {value!r}.")
    return int(value)


def _check(settings: Settings) -> None:
    shapes = {
        "mirror": ADDRESS,
        "security": ADDRESS,
        "suite": SUITE,
        "kernel_suite": SUITE,
        "kernel": PACKAGE,
        "firmware": PACKAGE,
        "wifi_firmware": PACKAGE,
        "version": VERSION,
    }
    if settings.address:
        shapes["address"] = PLACE
    for field, shape in shapes.items():
        value = getattr(settings, field)
        if not shape.fullmatch(value):
            raise ImageError(f"IMAGE_{field.upper()} cannot be {value!r}.")
    for field, (least, most) in NUMBERS.items():
        if not least <= getattr(settings, field) <= most:
            raise ImageError(f"IMAGE_{field.upper()} is between {least} and {most}.")
    if not 1_000_000_000 <= settings.epoch < 4_000_000_000:
        raise ImageError("SOURCE_DATE_EPOCH is seconds since 1970, of a day between 2001 and 2096.")
    _check_root("IMAGE_PROGRAMS_ROOT", settings.programs_root, "boxes take no updates")
    _check_root("IMAGE_PACKS_ROOT", settings.packs_root, "each box is told once by a technician whose packs it takes")
    if settings.key and not Path(settings.key).is_file():
        raise ImageError(
            f"There is no key at {settings.key}. Leave IMAGE_KEY out to sign with a key made here for trying."
        )


def _check_root(name: str, file: str, without: str) -> None:
    """See that a file, if one is named, is a root that a box will take."""
    if not file:
        return
    try:
        pin_root(read_plain(Path(file).resolve(), limit=ROOT_BYTES_MAX + 1))
    except OSError as exc:
        raise ImageError(f"{name}: {file} cannot be read ({exc.strerror}). Without {name} {without}.") from exc
    except PackError as exc:
        raise ImageError(
            f"{name}: {file} is no root signed by its own keys ({exc}). Give the file meta/1.root.json of a shelf."
        ) from exc
