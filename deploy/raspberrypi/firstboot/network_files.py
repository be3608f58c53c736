"""The two Wi-Fi networks of a box as files for NetworkManager: its own, and one that it joins.

    own_network("Schoolbox Agimi", "three good words")      # the bytes of schoolbox-own.nmconnection

Source: NetworkManager's nm-settings-keyfile(5): strings escape a backslash, and a blank at the beginning.
"""

import re

OWN, JOIN = "schoolbox-own.nmconnection", "schoolbox-join.nmconnection"
OWN_NAME = "Schoolbox"
OWN_ADDRESS = "10.42.0.1"
_OWN_ID, _JOIN_ID = "5c001b0c-0001-4000-8000-000000000001", "5c001b0c-0002-4000-8000-000000000002"


def own_network(name: str, password: str) -> bytes:
    """The box's own access point; without a password it is open."""
    return _file(
        ("connection", ("id", "schoolbox-own"), ("uuid", _OWN_ID), ("type", "wifi"), ("autoconnect", "true"),
         ("autoconnect-priority", "-10")),
        ("wifi", ("mode", "ap"), ("ssid", _ssid(name)), ("band", "bg"), ("ap-isolation", "0"), ("powersave", "2")),
        *_protected(password, "wpa-psk", own=True),
        ("ipv4", ("method", "shared"), ("address1", f"{OWN_ADDRESS}/24")),
        ("ipv6", ("method", "disabled")),
    )  # fmt: skip


def join_network(name: str, password: str, security: str = "", *, hidden: bool = False) -> bytes:
    """A network that the box joins."""
    wifi = (("mode", "infrastructure"), ("ssid", _ssid(name)), *((("hidden", "true"),) if hidden else ()))
    return _file(
        ("connection", ("id", "schoolbox-join"), ("uuid", _JOIN_ID), ("type", "wifi"), ("autoconnect", "true"),
         ("autoconnect-priority", "10")),
        ("wifi", *wifi),
        *_protected(password, security),
        ("ipv4", ("method", "auto")),
        ("ipv6", ("method", "auto")),
    )  # fmt: skip


def password_in(raw: bytes) -> str:
    """The password of one of our files, to keep it while a name changes."""
    for line in raw.decode("utf-8", errors="replace").splitlines():
        if line.startswith("psk="):
            return re.sub(r"\\(.)", lambda found: " " if found[1] == "s" else found[1], line.removeprefix("psk="))
    return ""


def _protected(password: str, security: str, *, own: bool = False) -> tuple[tuple[object, ...], ...]:
    if security == "owe" and not password:
        return (("wifi-security", ("key-mgmt", "owe")),)
    if not password or security == "open":
        return ()
    manner = (("proto", "rsn"), ("pairwise", "ccmp")) if own else ()
    kind = security if security == "sae" else "wpa-psk"
    return (("wifi-security", ("key-mgmt", kind), *manner, ("psk", _said(password))),)


def _ssid(name: str) -> str:
    """A name as its bytes: then no sign in it means anything to the reader of the file."""
    return "".join(f"{byte};" for byte in name.encode())


def _said(text: str) -> str:
    escaped = text.replace("\\", "\\\\")
    return escaped.replace(" ", "\\s") if text != text.strip() else escaped


def _file(*sections: tuple[object, ...]) -> bytes:
    parts = []
    for name, *pairs in sections:
        lines = [f"{pair[0]}={pair[1]}" for pair in pairs if isinstance(pair, tuple)]
        parts.append("\n".join([f"[{name}]", *lines]))
    return ("\n\n".join(parts) + "\n").encode()
