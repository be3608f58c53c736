"""Reads what Raspberry Pi Imager wrote onto the card, as far as a Schoolbox has a use for it.

Its keys are those of `rpi-preseed.toml`: system.hostname; ssh.enabled, ssh.authorized_keys; wlan.ssid, wlan.ssid_hex,
wlan.password, wlan.hidden, wlan.country, wlan.key_mgmt (none, owe, wpa-psk, sae); locale.timezone. Keys that Imager
writes for other systems (a user and a password, the keyboard) are no mistake: there are no users with passwords here.

Source: schema/rpi-preseed.schema and doc/rpi-preseed.5 of github.com/raspberrypi/rpi-preseed (config_version 1.x).
"""

from collections.abc import Mapping

from deploy.raspberrypi.firstboot.schema import Key
from deploy.raspberrypi.firstboot.toml_text import Text, Tree, value_at

FILE = "rpi-preseed.toml"
KEYS: Mapping[Key, Key] = {
    ("box", "name"): ("system", "hostname"), ("box", "time_zone"): ("locale", "timezone"),
    ("wifi", "country"): ("wlan", "country"), ("wifi", "join", "name"): ("wlan", "ssid"),
    ("wifi", "join", "password"): ("wlan", "password"), ("wifi", "join", "hidden"): ("wlan", "hidden"),
    ("wifi", "join", "security"): ("wlan", "key_mgmt"), ("ssh", "keys"): ("ssh", "authorized_keys"),
}  # fmt: skip
SECRETS: Mapping[Key, str] = {
    ("wlan", "password"): "wifi.join", ("user", "password"): "", ("connect", "token"): "",
}  # fmt: skip
"""What is made unreadable, also what we have no use for; an empty group has nothing that could be wrong."""


def as_ours(text: Text) -> Text:
    """Give what the file says under our keys; its text stays, for the numbers of lines."""
    tree: Tree = {}
    for ours, theirs in KEYS.items():
        value = value_at(text.tree, theirs)
        if ours == ("wifi", "join", "name") and value is None:
            value = _from_hex(value_at(text.tree, ("wlan", "ssid_hex")))
        if value is None or value in ("", []) or (ours[0] == "ssh" and not _ssh_wanted(text)):
            continue
        at = tree
        for part in ours[:-1]:
            at = _table(at, part)
        at[ours[-1]] = "open" if (ours[-1], value) == ("security", "none") else value
    return text._replace(tree=tree)


def _table(above: Tree, name: str) -> Tree:
    found = above.setdefault(name, {})
    assert isinstance(found, dict)  # noqa: S101 - made here
    return found


def _ssh_wanted(text: Text) -> bool:
    return value_at(text.tree, ("ssh", "enabled")) is not False


def _from_hex(value: object) -> object | None:
    """Read a name of a network that came as bytes; one that is no text stays as it is, and is refused."""
    try:
        return bytes.fromhex(value).decode() if isinstance(value, str) else None
    except ValueError:
        return value
