"""Lays everything over Debian's root: modules, Wi-Fi firmware, our rows, the program, accounts."""

from pathlib import Path

from deploy.raspberrypi.image import accounts, overlay_files, rows, sbom, units
from deploy.raspberrypi.image.initramfs import Kernel
from deploy.raspberrypi.image.modules import LEFT_OUT
from deploy.raspberrypi.image.tree import Tree

MODULES = "usr/lib/modules"
# The chips of the boards' own radios; other makers' firmware stays away.
WIFI = (
    "brcm/brcmfmac43430-sdio*",
    "brcm/brcmfmac43455-sdio*",
    "brcm/brcmfmac43436*",
    "cypress/cyfmac43430-sdio*",
    "cypress/cyfmac43455-sdio*",
)
LISTS = ("dep", "alias", "symbols", "builtin", "softdep", "devname")


def kernel(tree: Tree, unpacked: Path, of: Kernel) -> None:
    """The modules with depmod's lists, and the firmware of the boards' radios."""
    for path in sorted(of.folder.rglob("*")):
        inside = str(path.relative_to(of.folder))
        if path.is_file() and _kept(inside):
            tree.file(f"{MODULES}/{of.release}/{inside}", path)
    firmware = unpacked / "usr/lib/firmware"
    for path in sorted({each for pattern in WIFI for each in firmware.glob(pattern)}):
        place = f"usr/lib/firmware/{path.relative_to(firmware)}"
        if path.is_symlink():
            tree.link(place, str(path.readlink()))
        else:
            tree.file(place, path)


def program(tree: Tree, folder: Path, *, version: str) -> None:
    """The program in its place, `/opt/schoolbox/<version>`, and `base` that leads to it."""
    top = f"opt/schoolbox/{version}"
    for path in sorted(folder.rglob("*")):
        place = f"{top}/{path.relative_to(folder)}"
        if path.is_dir():
            tree.folder(place)
        else:
            tree.file(place, path, 0o755 if path.parent.name == "bin" or path.suffix == ".so" else 0o644)
    tree.link("opt/schoolbox/base", version)


def ours(tree: Tree, table: rows.Rows, *, epoch: int) -> accounts.Accounts:
    """The rows of files.txt: files, folders, links, units that start and that do not; and the users they need."""
    people = accounts.read(tree)
    for file in table.files:
        tree.file(file.place, file.source, file.mode)
        if file.place.startswith("/usr/lib/sysusers.d/"):
            people = accounts.added(people, file.source.read_text())
    for folder in table.folders:
        tree.folder(folder.place, folder.mode, people.ids(folder.user, folder.group))
    for place, target in table.links.items():
        tree.link(place, target)
    for file in table.files:
        if file.place.startswith("/usr/lib/systemd/system/") and file.place.count("/") == 5:  # no drop-in
            for place, target in units.enabled(file.source.name, file.source.read_text()).items():
                tree.link(place, target)
    tree.remove(
        *(
            path
            for path in tree.paths("etc/systemd/system/*")
            if any(units.is_start_of(f"/{path}", unit) for unit in table.off)
        )
    )
    accounts.write(people, tree, epoch=epoch)
    return people


def listed(tree: Tree, controls: bytes, library: Path) -> list[sbom.Component]:
    """All packages whose files are in it."""
    installed = sbom.debian(tree.content("var/lib/dpkg/status"))
    return sorted([*installed, *sbom.debian(controls), *sbom.python(library)])


def settled(tree: Tree, *, version: str) -> None:
    """The last word: what is the image's own."""
    overlay_files.settled(tree, version=version)


def _kept(inside: str) -> bool:
    if inside.startswith("kernel/"):
        return not LEFT_OUT.match(inside)
    return inside.startswith("modules.") and inside.removeprefix("modules.").removesuffix(".bin") in (
        *LISTS,
        "builtin.alias",
        "builtin.modinfo",
        "order",
    )
