"""The root of Debian, made by mmdebstrap under qemu-user, as a tar that is kept by the hash of what it is made from.

The only slow step: 150 packages are set up by an emulated processor. It is repeated when a package has a newer
version, when packages.txt or a setting changes, or when mmdebstrap is asked in other words. The bytecode of Python is
not made here (bytecode.py does it in seconds): a stand-in for Debian's compiler is in its place meanwhile.
"""

import hashlib
from pathlib import Path

from deploy.raspberrypi.image.apt import Apt, Package, sources
from deploy.raspberrypi.image.programs import run
from deploy.raspberrypi.image.settings import Settings

LIST = Path(__file__).with_name("packages.txt")
ARCHITECTURE = "arm64"
LEFT_OUT = ("man", "info", "locale", "lintian", "bug", "doc", "bash-completion", "zsh")
# Names of a million devices, which an emulated processor takes long to press into a database; no rule here reads it.
HARDWARE = "/usr/lib/udev/hwdb.d/*"
# A package makes keys where there are none. None of an image may stay (overlay_files.py takes these away).
KEYS = ("ssh_host_rsa_key", "ssh_host_ecdsa_key", "ssh_host_ed25519_key")
# What runs while packages are set up leaves no bytecode either, whatever the environment of the one who builds says.
QUIET = {"SOURCE_DATE_EPOCH": "0", "PYTHONDONTWRITEBYTECODE": "1"}
COMPILER = "/usr/lib/python3.13/py_compile.py"
# Debian calls it with files, or with "-" and a list on its standard input, which somebody has to read.
STAND_IN = (
    f'chroot "$1" dpkg-divert --quiet --local --no-rename --add {COMPILER}',
    'mkdir -p "$1/usr/lib/python3.13"',
    f'echo \'import sys; "-" in sys.argv and sys.stdin.read(); sys.exit()\' >"$1{COMPILER}"',
    f'mkdir -p "$1/etc/ssh" && cd "$1/etc/ssh" && touch {" ".join(KEYS)}',
)
BACK = (f'rm "$1{COMPILER}" && chroot "$1" dpkg-divert --quiet --local --rename --remove {COMPILER}',)


def names() -> list[str]:
    """What packages.txt asks for."""
    lines = LIST.read_text().splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def plan(apt: Apt) -> list[Package]:
    """All packages of the root, in the versions that Debian has today."""
    return apt.plan(["?essential", *names()])


def made(settings: Settings, packages: list[Package], cache: Path) -> Path:
    """The tar of the root, from the cache if it was made from the same packages."""
    inputs = repr((packages, settings.mirror, settings.security, settings.suite, _words(), QUIET))
    tar = cache / f"root-{hashlib.sha256(inputs.encode()).hexdigest()[:16]}.tar"
    if not tar.exists():
        half = tar.with_suffix(".half")
        run(
            "mmdebstrap",
            *_words(),
            settings.suite,
            half,
            "-",
            given="\n".join(sources(settings)).encode(),
            extra=QUIET,
        )
        half.rename(tar)
    return tar


def _words() -> list[str]:
    kept_out = [f"--dpkgopt=path-exclude=/usr/share/{each}/*" for each in LEFT_OUT]
    return [
        "--quiet",
        "--format=tar",
        f"--architectures={ARCHITECTURE}",
        "--variant=essential",
        f"--include={','.join(names())}",
        '--aptopt=APT::Install-Recommends "false"',
        *kept_out,
        f"--dpkgopt=path-exclude={HARDWARE}",
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        *(f"--essential-hook={each}" for each in STAND_IN),
        *(f"--customize-hook={each}" for each in BACK),
    ]
