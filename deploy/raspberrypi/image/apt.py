"""Asks Debian through apt, for another architecture and suite, in a folder of its own.

Nothing of this machine is changed.

What apt verifies (signed lists, hashes of packages) stays verified; proxies and credentials of this machine's apt hold.
"""

import re
from pathlib import Path

import msgspec

from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.programs import run
from deploy.raspberrypi.image.settings import Settings

PLANNED = re.compile(r"^Inst (\S+) \((\S+) [^\[]*\[(\S+)\]\)", re.MULTILINE)
COMPONENTS = "main non-free-firmware"


class Package(msgspec.Struct, frozen=True, order=True):
    """A package of Debian in one version."""

    name: str
    version: str
    architecture: str


def sources(settings: Settings, *, kernel: bool = False) -> list[str]:
    """Lines of sources.list: the suite, its updates and security; the kernel's suite where that is asked for."""
    signed = f"[signed-by={settings.keyring}]"
    lines = [
        f"deb {signed} {settings.mirror} {settings.suite} {COMPONENTS}",
        f"deb {signed} {settings.mirror} {settings.suite}-updates {COMPONENTS}",
        f"deb {signed} {settings.security} {settings.suite}-security {COMPONENTS}",
    ]
    if kernel and settings.kernel_suite != settings.suite:
        lines.append(f"deb {signed} {settings.mirror} {settings.kernel_suite} {COMPONENTS}")
    return lines


def planned(said: str) -> list[Package]:
    """The packages that `apt-get --simulate install` says it would install, sorted."""
    return sorted({Package(*found) for found in PLANNED.findall(said)})


class Apt:
    """One folder of apt's own: lists, cache, an empty list of what is installed."""

    def __init__(self, folder: Path, architecture: str, lines: list[str]) -> None:
        self._folder = folder
        for each in ("lists/partial", "archives/partial"):
            (folder / each).mkdir(parents=True, exist_ok=True)
        for each in ("status", "preferences"):
            (folder / each).write_text("")
        (folder / "sources.list").write_text("\n".join(lines) + "\n")
        places = {
            "Dir::State::Lists": "lists",
            "Dir::State::Status": "status",
            "Dir::State::extended_states": "extended",
            "Dir::Cache": "",
            "Dir::Cache::Archives": "archives",
            "Dir::Etc::SourceList": "sources.list",
            "Dir::Etc::SourceParts": "none",
            "Dir::Etc::Preferences": "preferences",
            "Dir::Etc::PreferencesParts": "none",
        }
        words = [f'{name} "{folder / place}";' for name, place in places.items()]
        words += [f'APT::Architecture "{architecture}";', f'APT::Architectures {{ "{architecture}"; }};']
        words += ['APT::Install-Recommends "false";', 'APT::Sandbox::User "root";', 'Acquire::Languages "none";']
        (folder / "apt.conf").write_text("\n".join(words) + "\n")

    def update(self) -> None:
        """Fetch the lists of packages."""
        self._apt("update", "-qq")

    def plan(self, names: list[str], *, suite: str = "") -> list[Package]:
        """What has to be installed for these, and in which versions; nothing is."""
        where = ["-t", suite] if suite else []
        found = planned(self._apt("install", "--simulate", "-q", *where, *names))
        if not found:
            raise ImageError(f"Debian has no way to install {' '.join(names)} for this architecture.")
        return found

    def fetch(self, packages: list[Package], into: Path) -> list[Path]:
        """Download these packages, hashes checked by apt; those that are there already are kept."""
        into.mkdir(parents=True, exist_ok=True)
        missing = [each for each in packages if not (into / _file(each)).exists()]
        if missing:
            self._apt("download", "-qq", *(f"{each.name}={each.version}" for each in missing), folder=into)
        return [into / _file(each) for each in packages]

    def _apt(self, *words: str, folder: Path | None = None) -> str:
        # On the command line, since a machine's own settings may have turned this cache off: without it each answer
        # takes seconds.
        kept = ("-o", "Dir::Cache::pkgcache=pkgcache.bin", "-o", "Dir::Cache::srcpkgcache=srcpkgcache.bin")
        return run("apt-get", *kept, *words, extra={"APT_CONFIG": str(self._folder / "apt.conf")}, folder=folder)


def _file(package: Package) -> str:
    return f"{package.name}_{package.version.replace(':', '%3a')}_{package.architecture}.deb"
