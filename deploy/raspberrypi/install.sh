#!/bin/sh
# Puts a box onto this computer and starts it: program, user, places, services, nginx in front. As root, on Raspberry Pi OS or
# Debian 12 or 13, 64 bit, a PC too:
#   deploy/raspberrypi/install.sh                      again for a newer program; data, settings and updates stay
#   deploy/raspberrypi/install.sh --wheels FOLDER      takes the packages from a folder: nothing is asked of the internet
#   deploy/raspberrypi/install.sh --programs-root FILE boxes take updates of the program from whom this 1.root.json names
#   deploy/raspberrypi/install.sh --packs-root FILE    the box believes the publishers of this 1.root.json, if it believes none yet
#   deploy/raspberrypi/install.sh --network            and lets the box have the Wi-Fi and the firewall of this computer
#   deploy/raspberrypi/install.sh --uninstall          takes all of it away but the data
# files.txt says what goes where; deploy/raspberrypi/README.md says why.
set -eu
say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

here=$(cd "$(dirname "$0")" && pwd)
source=${here%/deploy/raspberrypi}
wheels="" network="" uninstall="" programs_root="" packs_root=""
while [ $# -gt 0 ]; do
    case $1 in
        --wheels) [ -d "${2:-}" ] || fail "--wheels needs a folder."; wheels=$2; shift ;;
        --programs-root) [ -f "${2:-}" ] || fail "--programs-root needs a file."; programs_root=$2; shift ;;
        --packs-root)
            # The whole check is the box's own, which says on "Status" what is wrong; this is against the wrong file.
            grep -Eqs '"_type" *: *"root"' "${2:-}" || fail "--packs-root needs a root: the file meta/1.root.json of a shelf."
            packs_root=$2; shift ;;
        --network) network=yes ;;
        --uninstall) uninstall=yes network=yes ;;  # whatever was installed goes
        *) fail "usage: install.sh [--wheels FOLDER] [--programs-root FILE] [--packs-root FILE] [--network] [--uninstall]" ;;
    esac
    shift
done
[ "$(id -u)" = 0 ] || fail "This must be run as root."
here_runs_systemd() { [ -d /run/systemd/system ]; }

# Rows of files.txt: what it is, then its words. Those of the image, and of the network unless it is wanted, are passed over.
rows() {
    while read -r kind first second third fourth; do
        case $kind in
            "" | \#* | image) ;;
            network) [ -z "$network" ] || printf '%s %s %s %s\n' "$first" "$second" "$third" "$fourth" ;;
            *) printf '%s %s %s %s\n' "$kind" "$first" "$second" "$third" ;;
        esac
    done < "$here/files.txt"
}
# Each file of a row of kind `file`, and where it goes.
find_placed() {
    rows | while read -r kind pattern place mode; do
        [ "$kind" = file ] || continue
        for from in "$here"/$pattern; do
            to=$place
            case $place in */) to=$place${from##*/} ;; esac
            [ ! -f "$from" ] || printf '%s %s %s\n' "$from" "$to" "$mode"
        done
    done
}
all_placed=$(find_placed)
placed() { printf '%s\n' "$all_placed"; }
# What says how it is wanted is enabled and started.
units() {
    placed | while read -r _ to _; do
        case $to in /usr/lib/systemd/system/*) ! grep -qs '^\[Install\]' "$to" || printf '%s\n' "${to##*/}" ;; esac
    done
}

if [ -n "$uninstall" ]; then
    running=$(units)
    # shellcheck disable=SC2086  # the list is meant to be split
    [ -z "$running" ] || systemctl disable -q ${running} 2>/dev/null || true
    if here_runs_systemd; then systemctl stop 'schoolbox*' 2>/dev/null || true; fi
    placed | while read -r _ to _; do rm -f "$to"; done
    rows | while read -r kind place _ _; do [ "$kind" != link ] || rm -f "$place"; done
    rm -rf /usr/lib/schoolbox /opt/schoolbox/base
    for each in /opt/schoolbox/*/made-from; do [ ! -f "$each" ] || rm -rf "${each%/made-from}"; done
    if here_runs_systemd; then systemctl daemon-reload; fi
    say "Schoolbox is gone from this computer. What pupils did is still in /var/lib/schoolbox; who wants that gone, too, removes
/var/lib/schoolbox, /var/lib/schoolbox-app and /var/lib/schoolbox-system, and the user: userdel schoolbox."
    exit 0
fi

case $(uname -m) in
    x86_64 | aarch64) ;;
    *) fail "This needs a system of 64 bit; this one is $(uname -m). On a Raspberry Pi take the 64-bit Raspberry Pi OS." ;;
esac
command -v apt-get >/dev/null 2>&1 || fail "This is for Debian and Raspberry Pi OS."
for each in /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*; do
    case $each in
        */\* | */sites-enabled/default) ;;
        *) fail "nginx serves something else on this computer ($each). The box needs port 80 for itself: move that away first." ;;
    esac
done

missing=""
need() { command -v "$1" >/dev/null 2>&1 || PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need nginx nginx-light
need rsync rsync
need python3 python3
need blkid util-linux
[ ! -e /dev/rtc0 ] || need hwclock util-linux-extra
[ -z "$network" ] || { need nmcli network-manager; need dnsmasq dnsmasq-base; need nft nftables; need iw iw; }
python3 -c 'import venv, ensurepip' 2>/dev/null || missing="$missing python3-venv"
if [ -n "$missing" ]; then
    say "Installing$missing"
    apt-get update -q >/dev/null </dev/null || true
    # shellcheck disable=SC2086  # the list is meant to be split
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing >/dev/null </dev/null ||
        fail "These could not be installed:$missing. Nothing was changed; mend what is said above, then run this again."
fi
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "This needs Python 3.11 or newer: Debian 12 or Raspberry Pi OS of 2023, or newer."

# The program, whole or not at all: made beside its place, then renamed, then switched to.
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$source/pyproject.toml" | head -n 1)
[ -n "$version" ] || fail "There is no program beside this file: $source"
made_from=$(cd "$source" && find requirements/box.txt pyproject.toml content_packs sync schoolbox deploy/raspberrypi/system/schoolbox -type f ! -name '*.pyc' -print |
    LC_ALL=C sort | tr '\n' '\0' | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)-$(python3 -c 'import sys; print(*sys.version_info[:2], sep=".")')
place=/opt/schoolbox/$version
if [ "$(cat "$place/made-from" 2>/dev/null)" != "$made_from" ]; then
    say "Making the program $version (a few minutes on a Raspberry Pi)"
    draft=/opt/schoolbox/.making
    rm -rf "$draft"
    mkdir -p "$draft/program/bin" "$draft/source"
    python3 -m venv "$draft/venv"
    from=""
    [ -z "$wheels" ] || from="--no-index --find-links $wheels"
    # shellcheck disable=SC2086  # no word, or three
    pip() { "$draft/venv/bin/python" -m pip --quiet --quiet --disable-pip-version-check --no-input install --root-user-action=ignore $from "$@"; }
    for each in content_packs sync schoolbox pyproject.toml README.md LICENSE; do cp -R "$source/$each" "$draft/source/"; done  # building writes beside it
    { pip --require-hashes -r "$source/requirements/build.txt" &&
        pip --require-hashes -r "$source/requirements/box.txt" --target "$draft/program/lib" &&
        pip --no-deps --no-build-isolation --target "$draft/program/lib" "$draft/source"; } ||
        fail "The packages could not be fetched. Nothing was changed. Check the line, then run this again; or give them with --wheels."
    rm -rf "$draft/program/lib/bin"
    cp "$here/system/schoolbox" "$draft/program/bin/schoolbox"
    chmod -R u+rwX,go+rX,go-w "$draft/program"
    printf '%s' "$made_from" > "$draft/program/made-from"
    if [ -e "$place" ]; then mv "$place" "$draft/old"; fi
    mv "$draft/program" "$place"
    rm -rf "$draft"
fi
ln -sfn "$version" /opt/schoolbox/.base
mv -T /opt/schoolbox/.base /opt/schoolbox/base
for each in /opt/schoolbox/*/made-from; do
    case ${each%/made-from} in "$place" | */base) ;; *) rm -rf "${each%/made-from}" ;; esac
done
# An update that came by stick or from the hub goes before this program, unless it is older.
current=$(readlink /var/lib/schoolbox-app/current 2>/dev/null) || current=""
current=${current##*/}
if [ -n "$current" ] && [ "$(printf '%s\n%s\n' "$current" "$version" | sort -V | tail -n 1)" = "$version" ]; then rm -f /var/lib/schoolbox-app/current; fi

rm -rf /usr/lib/schoolbox  # what a newer version no longer has goes with it
placed | while read -r from to mode; do install -D -m "$mode" "$from" "$to"; done
rows | while read -r kind place target _; do
    [ "$kind" != link ] || { mkdir -p "${place%/*}"; ln -sfn "$target" "$place"; }
done
systemd-sysusers /usr/lib/sysusers.d/schoolbox.conf
systemd-tmpfiles --create /usr/lib/tmpfiles.d/schoolbox.conf
# With what the machine decided and not with the program: it stays when a newer program is installed without it.
if [ -n "$programs_root" ]; then install -D -m 644 "$programs_root" /var/lib/schoolbox-system/programs.root.json; fi
if [ -n "$packs_root" ]; then install -D -m 644 "$packs_root" /var/lib/schoolbox-system/packs.root.json; fi
off=$(rows | while read -r kind unit _ _; do [ "$kind" != off ] || printf '%s ' "$unit"; done)
# shellcheck disable=SC2086  # the lists are meant to be split
systemctl disable -q $off 2>/dev/null || true
# shellcheck disable=SC2046
systemctl enable -q $(units)
here_runs_systemd || { say "All is in place. This computer does not run systemd: nothing was started."; exit 0; }

systemctl daemon-reload
# shellcheck disable=SC2086
systemctl stop $off 2>/dev/null || true
if command -v udevadm >/dev/null 2>&1; then udevadm control --reload 2>/dev/null || true; fi
# shellcheck disable=SC2046
systemctl restart $(units)
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    if python3 -c 'import urllib.request as u; u.urlopen("http://127.0.0.1/health", timeout=5)' 2>/dev/null; then
        address=$(hostname -I | cut -d ' ' -f 1)
        say "The box runs: http://${address:-127.0.0.1}/ and, on this network, http://schoolbox.local/"
        code=$(sed -n 1p /var/lib/schoolbox/CLAIM.txt 2>/dev/null) || code=""
        [ -z "$code" ] || say "Nobody owns it yet. Open it with /claim behind the address, and type: $code"
        exit 0
    fi
    sleep 1
done
fail "The box does not answer yet. What it says: journalctl -u schoolbox -u schoolbox-front"
