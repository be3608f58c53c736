"""Looks into an image without mounting it: FAT by mtools, ext4 by debugfs, at their places within the file."""

import re
from pathlib import Path

import msgspec

from deploy.raspberrypi.image import boards, layout, modules
from deploy.raspberrypi.image.layout import Partition
from deploy.raspberrypi.image.toolbox import Tools

LOCKED = re.compile(r"[!*]+")


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked for."""

    what: str
    good: bool
    seen: str = ""


class Looking:
    """An image, and the tools to look into it."""

    def __init__(self, tools: Tools, image: Path, partitions: list[Partition]) -> None:
        self._tools, self._image, self._partitions = tools, image, partitions

    def fat(self, path: str) -> bytes:
        """A file of the boot partition."""
        into = self._image.with_suffix(".looked")
        with into.open("wb") as stream:
            self._tools.run("mtype", "-i", f"{self._image}@@{self._partitions[0].start}", f"::/{path}", into=stream)
        content = into.read_bytes()
        into.unlink()
        return content

    def put(self, disk: Path, name: str, text: str) -> None:
        """Write a file onto the boot partition of a disk with the same partitions."""
        source = disk.with_suffix(".put")
        source.write_text(text)
        self._tools.run("mcopy", "-i", f"{disk}@@{self._partitions[0].start}", source, f"::/{name}")
        source.unlink()

    def on_fat(self) -> set[str]:
        """The names on the boot partition."""
        said = self._tools.run("mdir", "-b", "-i", f"{self._image}@@{self._partitions[0].start}", "::/")
        return {line.removeprefix("::/") for line in said.splitlines()}

    def within(self, number: int, words: str) -> str:
        """What debugfs says about a partition."""
        return self._tools.run("debugfs", "-R", words, f"{self._image}?offset={self._partitions[number - 1].start}")

    def root(self, path: str) -> str:
        """A text of the root; empty where there is none."""
        return self.within(2, f"cat {path}")

    def names(self, path: str, number: int = 2) -> set[str]:
        """The names in a folder of a partition."""
        lines = self.within(number, f"ls -p {path}").splitlines()
        return {line.split("/")[5] for line in lines if line.count("/") > 5} - {".", ".."}


def findings(look: Looking, *, first_modules: set[str]) -> list[Finding]:
    """Everything that must hold for an image that goes to schools.

    Args:
        look: The image.
        first_modules: Files of the modules that the boards need to find their root.
    """
    release = next(iter(look.names("/usr/lib/modules")), "")
    return [*_nobodys(look), *_boards(look), *_kernel(look, release, first_modules)]


def _nobodys(look: Looking) -> list[Finding]:
    keys = {name for name in look.names("/etc/ssh") if name.startswith("ssh_host")}
    shadow = [line.split(":") for line in look.root("/etc/shadow").splitlines()]
    with_password = [fields[0] for fields in shadow if not LOCKED.fullmatch(fields[1])]
    return [
        Finding("no host keys", not keys, ", ".join(keys)),
        Finding("an empty machine-id", "machine-id" in look.names("/etc") and not look.root("/etc/machine-id")),
        Finding("nobody has a password", bool(shadow) and not with_password, ", ".join(with_password)),
        Finding("no keys of people", not look.names("/root/.ssh")),
        Finding("data is empty", not any(look.names(f"/{name}", 3) for name in ("box", "app", "system"))),
        Finding("no schoolbox.toml is on the card", "schoolbox.toml" not in look.on_fat()),
        Finding(
            "SSH waits for a key",
            "authorized_keys" in look.root("/usr/lib/systemd/system/ssh.service.d/schoolbox.conf"),
        ),
    ]


def _boards(look: Looking) -> list[Finding]:
    held = look.on_fat()
    found = [Finding(f"device tree of {name}", set(names) <= held) for name, (_, names) in boards.BOARDS.items()]
    return [*found, Finding("firmware of the boards", set(boards.FIRMWARE) <= held)]


def _kernel(look: Looking, release: str, first_modules: set[str]) -> list[Finding]:
    listed = {line.split(":")[0] for line in look.root(f"/usr/lib/modules/{release}/modules.dep").splitlines()}
    names = {modules.named(path) for path in listed}
    built_in = {modules.named(line) for line in look.root(f"/usr/lib/modules/{release}/modules.builtin").split()}
    missing = [name for name in NEEDED if name not in names | built_in]
    return [
        Finding(
            "every module of the first seconds is on the root",
            first_modules <= listed,
            ", ".join(sorted(first_modules - listed)),
        ),
        Finding("drivers of the boards' networks, sticks, clocks, watchdog", not missing, ", ".join(missing)),
        Finding("the kernel is one that the boards' firmware starts", look.fat("vmlinuz")[56:60] == b"ARMd"),
    ]


# Ethernet of 3B+ (lan78xx), 4 (genet) and 5 (macb behind rp1); their Wi-Fi; file systems of sticks; clock; watchdog;
# memory.
NEEDED = (
    "lan78xx",
    "genet",
    "macb",
    "rp1_pci",
    "brcmfmac",
    "r8152",
    "exfat",
    "ntfs",
    "vfat",
    "ext4",
    "usb_storage",
    "uas",
    "rtc_ds1307",
    "bcm2835_wdt",
    "zram",
    "nf_tables",
    "overlay",
)


def sizes(partitions: list[Partition]) -> str:
    """The partitions in words."""
    return ", ".join(f"{each.label} {each.size // layout.MIB} MiB" for each in partitions)
