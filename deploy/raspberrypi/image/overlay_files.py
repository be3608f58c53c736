"""The few files of the root that belong to the image alone: a root that is never written, with its data beside it."""

from deploy.raspberrypi.image.tree import Tree

FSTAB = """\
# The root is mounted by the initramfs; /dev/schoolbox/* are the partitions of the disk it came from.
/dev/schoolbox/data /data ext4 noatime,errors=remount-ro,x-systemd.device-timeout=10min 0 2
/dev/schoolbox/boot /boot/firmware vfat noatime,nosuid,nodev,noexec,umask=0077,utf8,flush,\
nofail,x-systemd.device-timeout=10min 0 2
/data/box /var/lib/schoolbox none bind,x-systemd.requires-mounts-for=/data 0 0
/data/app /var/lib/schoolbox-app none bind,x-systemd.requires-mounts-for=/data 0 0
/data/system /var/lib/schoolbox-system none bind,x-systemd.requires-mounts-for=/data 0 0
"""
PLACES = ("data", "boot/firmware", "var/lib/schoolbox", "var/lib/schoolbox-app", "var/lib/schoolbox-system", "media")
HOSTS = "127.0.0.1 localhost\n127.0.1.1 schoolbox\n::1 localhost ip6-localhost ip6-loopback\n"
# What would write, wait or ask on a root that is the same every day.
OFF = (
    "systemd-firstboot.service",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "man-db.timer",
    "systemd-machine-id-commit.service",
    "systemd-pcrphase.service",
)
GONE = (
    "etc/ssh/ssh_host_*",
    "var/lib/dbus/machine-id",
    "var/lib/systemd/random-seed",
    "var/cache/*/*",
    "var/log/*",
    "boot/*",
    "var/lib/apt/*",
    "var/lib/dpkg/*-old",
    "var/lib/dpkg/triggers/Lock",
    "var/lib/dpkg/lock*",
    "var/backups/*",
    "tmp/*",
    "run/*",
    "usr/share/doc/*/changelog*",
    "etc/resolv.conf",
    "etc/.pwd.lock",
    "root/.*",
    "dev/*",
    "etc/NetworkManager/system-connections/*",
    "var/cache/ldconfig/*",
    "etc/mtab",
    "etc/apt/*",
)


def settled(tree: Tree, *, version: str) -> None:
    """Take away what must not be the same on two boxes or differ between two builds, and add what the image needs."""
    tree.remove(*GONE)
    tree.file("etc/fstab", FSTAB.encode())
    tree.file("etc/machine-id", b"", 0o444)
    tree.file("etc/hostname", b"schoolbox\n")
    tree.file("etc/hosts", HOSTS.encode())
    tree.file("etc/schoolbox-image", f"{version}\n".encode())
    tree.link("etc/resolv.conf", "/run/NetworkManager/resolv.conf")
    tree.link("etc/mtab", "../proc/self/mounts")
    # The clock of a board without one begins here: never before the image was made.
    tree.file("usr/lib/clock-epoch", b"")
    for place in PLACES:
        tree.folder(place)
    for unit in OFF:
        tree.link(f"etc/systemd/system/{unit}", "/dev/null")


def data(owner: tuple[int, int]) -> Tree:
    """The data partition before its first day: three empty folders."""
    tree = Tree()
    tree.folder("box", 0o750, owner)
    tree.folder("app")
    tree.folder("system")
    tree.folder("lost+found", 0o700)
    return tree
