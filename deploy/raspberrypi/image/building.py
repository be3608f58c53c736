"""The order in which an image comes to be. Each step says what it does and how long it took."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from content_packs.clock import SystemClock
from deploy.raspberrypi.image import (
    apt,
    boot,
    bytecode,
    disk,
    filesystems,
    kernel,
    layout,
    manifest,
    overlay_files,
    programs,
    root,
    rootfs,
    rows,
    sbom,
    signing,
    toolbox,
)
from deploy.raspberrypi.image.settings import Settings
from deploy.raspberrypi.image.tree import Tree
from deploy.raspberrypi.program.make import make

PROGRAMS_ROOT = "usr/lib/schoolbox/programs.root.json"
PACKS_ROOT = "usr/lib/schoolbox/packs.root.json"
EXAMPLE = rows.HOME / "firstboot/schoolbox.toml"
PROCESSOR = "aarch64"
PACKING = ("-T2", "--block-size=16MiB")  # the same number of threads everywhere: it is part of the result
Say = Callable[[str], None]


class Inputs(msgspec.Struct, frozen=True):
    """What all builds of one day share: tools, Debian's root, the kernel."""

    tools: toolbox.Toolbox
    root: Path
    kernel: kernel.Unpacked
    controls: bytes


class Image(msgspec.Struct, frozen=True):
    """What a build made."""

    raw: Path
    packed: Path
    trying: bool


def inputs(settings: Settings, cache: Path, say: Say) -> Inputs:
    """Fetch, or find in the cache, what is not ours."""
    with timed("tools", say):
        tools = toolbox.made(settings, cache)
    asking = apt.Apt(cache / "apt-arm64", root.ARCHITECTURE, apt.sources(settings, kernel=True))
    with timed("lists of packages", say):
        asking.update()
        packages, kernels = root.plan(asking), kernel.plan(settings, asking)
    with timed(f"root of {len(packages)} packages", say):
        tar = root.made(settings, packages, cache)
    with timed("kernel and firmware", say):
        unpacked = kernel.made(kernels, asking, tools, cache)
        controls = "\n".join(
            programs.run("dpkg-deb", "--field", path) for path in asking.fetch(kernels, cache / "debs")
        )
    return Inputs(tools, tar, unpacked, controls.encode())


def image(settings: Settings, given: Inputs, work: Path, out: Path, say: Say) -> Image:  # read once, in order
    """Put one image together in `out`, with its lists, hashes and signature."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    out.mkdir(parents=True, exist_ok=True)
    name = f"schoolbox-{settings.version}"
    with timed("program", say):
        made = work / "program"
        make(made, machine=PROCESSOR)
    with timed("root", say):
        tree = Tree()
        tree.read_tar(given.root)
        rootfs.kernel(tree, given.kernel.folder, given.kernel.kernel)
        rootfs.program(tree, made, version=settings.version)
        people = rootfs.ours(tree, rows.read(rows.TABLE.read_text()), epoch=settings.epoch)
        for place, given_root in ((PROGRAMS_ROOT, settings.programs_root), (PACKS_ROOT, settings.packs_root)):
            if given_root:
                tree.file(place, Path(given_root))
        rootfs.settled(tree, version=settings.version)
        listed = rootfs.listed(tree, given.controls, made / "lib")
    with timed("bytecode", say):
        bytecode.compiled(given.tools, tree, work)
    with timed("partitions", say):
        raw = _assembled(settings, given, tree, people.ids("schoolbox", "schoolbox"), work, out / f"{name}.img")
    with timed("packing", say):
        packed = out / f"{name}.img.xz"
        with packed.open("wb") as into:
            given.tools.run("xz", *PACKING, f"-{settings.packing}", "--keep", "--stdout", raw, into=into)
    with timed("lists and signature", say):
        return _described(settings, listed, raw, packed, work.parent)


def _assembled(settings: Settings, given: Inputs, tree: Tree, owner: tuple[int, int], work: Path, raw: Path) -> Path:
    first, second, third = partitions = layout.partitions(settings)
    example = EXAMPLE.read_text()
    files = boot.files(
        kernel=given.kernel.image,
        initramfs=given.kernel.initramfs(epoch=settings.epoch),
        trees=given.kernel.trees,
        firmware=given.kernel.folder / "usr/lib/raspi-firmware",
        example=example,
        version=settings.version,
    )
    parts = [
        filesystems.fat(given.tools, files, first, work, epoch=settings.epoch),
        filesystems.ext4(given.tools, tree, second, work, epoch=settings.epoch, features=filesystems.ROOT_FEATURES),
        filesystems.ext4(
            given.tools,
            overlay_files.data(owner),
            third,
            work,
            epoch=settings.epoch,
            features=filesystems.DATA_FEATURES,
        ),
    ]
    disk.assembled(given.tools, partitions, parts, raw)
    for part in parts:
        part.unlink()
    return raw


def _described(settings: Settings, listed: list[sbom.Component], raw: Path, packed: Path, cache: Path) -> Image:
    out, name = packed.parent, f"schoolbox-{settings.version}"
    written = manifest.Written(packed.stat().st_size, _hash(packed), raw.stat().st_size, _hash(raw))
    texts = {
        f"{name}.packages": sbom.lines(listed).encode(),
        f"{name}.cdx.json": sbom.cyclonedx(listed, version=settings.version, epoch=settings.epoch),
        f"{name}.rpi-imager-manifest": manifest.manifest(
            written, url=manifest.url_of(packed.name, address=settings.address), version=settings.version,
            epoch=settings.epoch,
        ),
    }
    hashes = {packed.name: written.packed_sha256}
    for file, content in texts.items():
        (out / file).write_bytes(content)
        hashes[file] = hashlib.sha256(content).hexdigest()
    sums = "".join(f"{value}  {file}\n" for file, value in hashes.items()).encode()
    private, trying = signing.key(settings.key, cache)
    (out / f"{name}.sha256").write_bytes(sums)
    (out / f"{name}.sha256.sig").write_bytes(private.sign(sums))
    (out / "signing-key.pem").write_bytes(signing.public(private))
    return Image(raw, packed, trying)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def timed(what: str, say: Say) -> Iterator[None]:
    """Say how long a step took, when it is done."""
    clock = SystemClock()
    began = clock.monotonic_s()
    yield
    say(f"{what}: {clock.monotonic_s() - began:.1f} s")
