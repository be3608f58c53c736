"""What is on the FAT partition: what the board's firmware reads, and what a technician reads."""

from pathlib import Path

from deploy.raspberrypi.image.boards import BOARDS, FIRMWARE

# Source: raspberrypi.com/documentation/computers/config_txt.html; `upstream_kernel` as Debian's own images have it.
CONFIG = """\
# Read by the Raspberry Pi before anything starts. Written by the image; what a school sets is in schoolbox.toml.
arm_64bit=1
upstream_kernel=1
enable_uart=1
disable_splash=1
kernel=vmlinuz
initramfs initramfs.img followkernel

[pi5]
# The kernel is Debian's, not that of the board's maker: start it all the same.
os_check=0
"""
# Nobody sits at a box who could answer fsck: it says yes to whatever would be mended.
ALWAYS = "root=LABEL=SCHOOLROOT ro net.ifnames=0 systemd.firstboot=off fsck.repair=yes schoolbox.image"
COMMANDS = f"console=ttyAMA10,115200 console=ttyS1,115200 console=tty1 panic=20 {ALWAYS}\n"


def files(
    *, kernel: bytes, initramfs: bytes, trees: Path, firmware: Path, example: str, version: str
) -> dict[str, bytes]:
    """Path on the partition, and what is in it.

    Args:
        kernel: The kernel, as the firmware loads it.
        initramfs: Its first file system.
        trees: Folder with the device trees of the boards.
        firmware: Folder with what starts the processors.
        example: The commented schoolbox.toml.
        version: Of the image.
    """
    found = {
        "config.txt": CONFIG.encode(),
        "cmdline.txt": COMMANDS.encode(),
        "vmlinuz": kernel,
        "initramfs.img": initramfs,
    }
    for file, names in BOARDS.values():
        found.update(dict.fromkeys(names, (trees / file).read_bytes()))
    found.update({name: (firmware / name).read_bytes() for name in FIRMWARE})
    found["schoolbox.example.toml"] = example.replace("\n", "\r\n").encode()
    found["schoolbox-version.txt"] = f"Schoolbox {version}\r\n".encode()
    return found
