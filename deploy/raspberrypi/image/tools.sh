#!/bin/sh
# Installs what building an image needs from this machine: mmdebstrap, and a processor that is emulated for programs.
# `tools.sh check` also installs the machine that is emulated, for trying an image. Everything else comes from the image's own suite.
# As root, or with sudo that asks nothing; otherwise says in one line what to install.
set -eu

packages=""
need() { command -v "$1" >/dev/null 2>&1 || PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1 || packages="$packages $2"; }

need mmdebstrap mmdebstrap
need arch-test arch-test
need dpkg-deb dpkg
if [ "$(uname -m)" != aarch64 ]; then
    need qemu-aarch64-static qemu-user-static
    need update-binfmts binfmt-support
fi
[ -f /usr/share/keyrings/debian-archive-trixie-stable.gpg ] || packages="$packages debian-archive-keyring"
if [ "${1:-}" = check ]; then
    need qemu-system-aarch64 qemu-system-arm
    need ssh-keygen openssh-client
fi

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    as_root="none"
fi
if [ -n "$packages" ]; then
    [ "$as_root" != none ] || { echo "The image needs more programs. Install them with: sudo apt install$packages" >&2; exit 1; }
    command -v apt-get >/dev/null 2>&1 || { echo "The image needs these programs:$packages" >&2; exit 1; }
    echo "Installing what the image needs:$packages" >&2
    $as_root apt-get update -q >/dev/null
    # shellcheck disable=SC2086  # the list is meant to be split
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -q -y --no-install-recommends $packages >/dev/null
fi
# Programs of the other processor are started through the kernel; on a machine without systemd nobody has told it how.
[ "$(uname -m)" = aarch64 ] || [ -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] || {
    [ "$as_root" != none ] || { echo "Tell the kernel about the other processor: sudo update-binfmts --enable qemu-aarch64" >&2; exit 1; }
    [ -e /proc/sys/fs/binfmt_misc/register ] || $as_root mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    $as_root update-binfmts --enable qemu-aarch64
}
