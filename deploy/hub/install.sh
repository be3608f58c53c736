#!/bin/sh
# Puts a hub onto this computer and starts it: user, folders, settings, services, nginx. As root, on Debian 12 or 13, with the
# program in /opt/schoolbox:
#   deploy/hub/install.sh NAME TITLE PERSON      such as: hub.example "Komuna e Gjilanit" Drita
# NAME is how boxes reach it, PERSON may see everything and is asked for a password (the first line, if it is no terminal).
# It may be run again, with a new program or after it stopped half way: settings, records, keys, certificate, nginx.conf and
# what `systemctl edit` changed stay; our unit files are renewed. deploy/hub/README.md says what it does, one by one.
set -eu
say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

[ $# = 3 ] || fail "usage: deploy/hub/install.sh NAME TITLE PERSON"
name=$1 title=$2 person=$3
here=$(cd "$(dirname "$0")" && pwd)
home=/var/lib/schoolbox-hub
[ "$(id -u)" = 0 ] || fail "This must be run as root."
[ "$here" = /opt/schoolbox/deploy/hub ] || fail "The services look for the program in /opt/schoolbox. Put it there, not into ${here%/deploy/hub}."
case $name in
    *[!a-z0-9.-]* | .* | -* | "") fail "$name is no name of a computer: small letters, digits, dots, such as hub.example." ;;
esac
case $title in
    *[\"\\]* | "" | *"
"*) fail "The title is one line, may hold neither \" nor \\, and is not empty." ;;
esac
known=$(sed -n 's|^public_url *= *"https*://\(.*\)"$|\1|p' "$home/hub.toml" 2>/dev/null) || known=""
[ "${known:-$name}" = "$name" ] || fail "This hub is called $known in $home/hub.toml. To call it $name, change that line, server_name in
/etc/nginx/conf.d/schoolbox-hub.conf, and the certificate in /etc/ssl/schoolbox; boxes that know the old name are enrolled anew."

missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $1"; }
need nginx
need openssl
need rsync
command -v nft >/dev/null 2>&1 || missing="$missing nftables"
python3 -c 'import venv, ensurepip' 2>/dev/null || missing="$missing python3-venv"
if [ -n "$missing" ]; then
    say "Installing$missing"
    apt-get update -q >/dev/null </dev/null
    # shellcheck disable=SC2086  # the list is meant to be split
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y $missing >/dev/null </dev/null
fi
/opt/schoolbox/deploy/environment.sh hub </dev/null
ln -sfn /opt/schoolbox/.venv/bin/schoolbox-hub /usr/local/bin/schoolbox-hub

id schoolbox-hub >/dev/null 2>&1 || useradd --system --home "$home" --shell /usr/sbin/nologin schoolbox-hub
usermod -aG schoolbox-hub www-data
install -d -o schoolbox-hub -g schoolbox-hub -m 700 "$home" /srv/schoolbox-copies
install -d -o schoolbox-hub -g schoolbox-hub -m 2750 /srv/schoolbox-shelf
install -d -o schoolbox-hub -g schoolbox-hub -m 2770 /srv/schoolbox-couriers

# A new program brings the records to its form as soon as it opens them: no older one may serve them then.
running=""
if [ -d /run/systemd/system ]; then
    running=$(systemctl list-units --plain --no-legend --state=active schoolbox-hub.service 'schoolbox-hub@*.service' | cut -d ' ' -f 1)
fi
if [ -n "$running" ]; then
    # shellcheck disable=SC2064,SC2086  # the list as it is now, split
    trap "systemctl start $(echo $running)" EXIT
    # shellcheck disable=SC2086
    systemctl stop $running
fi

# What lies in the hub's folder is the hub's: root follows no link that stands there.
as_hub() { runuser -u schoolbox-hub -- "$@"; }
if [ -z "$(as_hub schoolbox-hub admin list 2>/dev/null)" ]; then
    [ ! -e "$home/hub.toml" ] || chown -h schoolbox-hub: "$home/hub.toml"
    setting() {
        as_hub grep -qs "^$1 *=" "$home/hub.toml" || printf '%s = %s\n' "$1" "$2" | as_hub tee -a "$home/hub.toml" >/dev/null
    }
    setting title "\"$title\""
    setting public_url "\"https://$name\""
    setting https true
    setting trusted_proxy '"127.0.0.1"'
    setting shelf '"/srv/schoolbox-shelf"'
    setting accel_prefix '"/_shelf"'
    [ -t 0 ] && from="" || from="--password-file -"
    # shellcheck disable=SC2086  # no word, or two
    schoolbox-hub init --admin "$person" $from || fail "The hub was not made. Mend what is said above, then run this again."
fi

install -d -m 700 /etc/ssl/schoolbox
if [ ! -e /etc/ssl/schoolbox/hub.crt ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$name" \
        -addext "subjectAltName=DNS:$name" -keyout /etc/ssl/schoolbox/hub.key -out /etc/ssl/schoolbox/hub.crt 2>/dev/null
    say "A certificate for $name was made here: nobody knows it yet. Put one that is known in its place (docs/hub.md), or give"
    say "/etc/ssl/schoolbox/hub.crt to every box."
fi
site=/etc/nginx/conf.d/schoolbox-hub.conf
made=""
if [ ! -s "$site" ]; then
    sed "s/server_name hub\.example;/server_name $name;/" "$here/nginx.conf" > "$site"
    made=$site
fi
# Debian's 768 connections are few: one address that dribbles into all of them would keep every box out.
main=/etc/nginx/nginx.conf
if grep -q '^[[:space:]]*worker_connections 768;' "$main" && ! grep -q '^[[:space:]]*worker_rlimit_nofile' "$main"; then
    sed -i -e 's/^\([[:space:]]*worker_connections\) 768;/\1 8192;/' -e '1i worker_rlimit_nofile 32768;' "$main"
fi
install -d -m 755 /etc/schoolbox
[ -e /etc/schoolbox/schoolbox-hub.nft ] || cp "$here/limits.nft" /etc/schoolbox/schoolbox-hub.nft
if ! nginx -t -q; then
    [ -z "$made" ] || mv "$made" "$made.refused"  # what is not understood would keep nginx from its next start
    fail "nginx does not understand ${made:-$site}${made:+, which is called $made.refused now}. The hub itself is ready; mend that, then run this again."
fi

cp "$here"/schoolbox-hub*.service "$here"/schoolbox-hub*.timer /etc/systemd/system/
timers="schoolbox-hub-backup.timer schoolbox-hub-check.timer schoolbox-hub-upkeep.timer"
[ -d /run/systemd/system ] || { say "All is in place. This computer does not run systemd: nothing was started."; exit 0; }
systemctl daemon-reload
# shellcheck disable=SC2086  # the list is meant to be split
systemctl enable -q --now schoolbox-hub nginx $timers
systemctl enable -q schoolbox-hub-limits
systemctl restart schoolbox-hub-limits || say "One address may hold all connections to nginx here: journalctl -u schoolbox-hub-limits"
# shellcheck disable=SC2086
[ -z "$running" ] || systemctl start $running
systemctl reload nginx
port=$(as_hub sed -n 's/^port *= *\([0-9]*\).*/\1/p' "$home/hub.toml")
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    if python3 -c 'import urllib.request as u; u.urlopen("http://127.0.0.1:'"${port:-8081}"'/health", timeout=5)' 2>/dev/null; then
        say "The hub runs: https://$name"
        exit 0
    fi
    sleep 1
done
fail "The hub does not answer yet. What it says: journalctl -u schoolbox-hub"
