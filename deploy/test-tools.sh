#!/bin/sh
# Installs the programs that the tests meet as strangers: a browser, another mDNS speaker, file systems, namespaces.
# As root, or with sudo that asks nothing; otherwise says in one line what to install.
set -eu

packages=""
need() { command -v "$1" >/dev/null 2>&1 || PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1 || packages="$packages $2"; }

need chromium chromium
need chromium-headless-shell chromium-headless-shell
need nginx nginx-light
need nft nftables
need openssl openssl
need avahi-daemon avahi-daemon
need avahi-resolve avahi-utils
need dbus-daemon dbus
need ip iproute2
need mkfs.ext4 e2fsprogs
need unshare util-linux
need pdftotext poppler-utils
need rsync rsync
need sshd openssh-server
need mkfs.vfat dosfstools
need sfdisk fdisk
need mcopy mtools
need fusefat fusefat
need mkfs.exfat exfatprogs
need mount.exfat-fuse exfat-fuse
need systemd-analyze systemd
need dnsmasq dnsmasq-base
need busybox busybox
need shellcheck shellcheck
need blkid util-linux
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need initdb postgresql
[ -n "$packages" ] || exit 0

command -v apt-get >/dev/null 2>&1 || { echo "The tests need these programs:$packages" >&2; exit 1; }
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    echo "The tests need more programs. Install them with: sudo apt install$packages" >&2
    exit 1
fi
echo "Installing what the tests need:$packages" >&2
$as_root apt-get update -q >/dev/null
# The tests start a PostgreSQL of their own: none that runs for good is made for them.
no_cluster=/etc/postgresql-common/createcluster.d/schoolbox-tests.conf
case "$packages" in *" postgresql"*)
    $as_root mkdir -p "${no_cluster%/*}"
    echo "create_main_cluster = false" | $as_root tee "$no_cluster" >/dev/null
    trap '$as_root rm -f "$no_cluster"' EXIT ;;
esac
# shellcheck disable=SC2086  # the list is meant to be split
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -q -y --no-install-recommends $packages >/dev/null
