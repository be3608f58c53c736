"""Where an rsync shelf is, and what opens it: texts of people, checked before any program sees a part of them.

Promises: nothing that passes can be taken for an option, a pattern, a command or another place; host names are never
given to rsync or ssh at all, because both are sent to a relay on this machine.

    parse_address("rsync://hub.example:8873/packs/gjilan").path     # 'packs/gjilan'
    parse_address("box@hub.example:/srv/shelf").user                # 'box'
"""

import re
from pathlib import Path

import msgspec

from content_packs.errors import CodeNeededError, NotAShelfError

DAEMON_PORT, SSH_PORT = 873, 22
_USER = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?=.{{1,253}}(?:[:/]|$)){_LABEL}(?:\.{_LABEL})*|\[[0-9a-fA-F:.]{{2,45}}\]"
_PART = r"[A-Za-z0-9_.+@][A-Za-z0-9_.+@-]{0,127}"
_DAEMON = re.compile(rf"rsync://(?:(?P<user>{_USER})@)?(?P<host>{_HOST})(?::(?P<port>[0-9]{{1,5}}))?/(?P<path>.+?)/?")
_SSH = re.compile(rf"(?P<user>{_USER})@(?P<host>{_HOST}):(?P<path>/?[^:/].*?)/?")
_PATH = re.compile(rf"/?{_PART}(?:/{_PART})*")


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """What opens a shelf: a file with the password of a daemon; a key and the known key of the server for ssh."""

    password_file: Path | None = None
    key_file: Path | None = None
    known_hosts: Path | None = None
    ssh_port: int = SSH_PORT


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A checked place; `path` begins with the module of a daemon, or is a folder behind ssh."""

    text: str
    ssh: bool
    user: str
    host: str
    port: int
    path: str

    @property
    def known_as(self) -> str:
        """How the server is called in a file of known hosts."""
        return self.host if self.port == SSH_PORT else f"[{self.host}]:{self.port}"


def parse_address(text: str, access: Access) -> Address:
    """Read an address.

    Raises:
        NotAShelfError: It is none, or one with characters that mean something to a program.
        CodeNeededError: It leads through ssh, and there is no key, or nothing that the server is known by.
    """
    found = _DAEMON.fullmatch(text) or _SSH.fullmatch(text)
    if found is None or not _PATH.fullmatch(found["path"]) or {".", ".."} & set(found["path"].split("/")):
        raise NotAShelfError(shelf=text)
    ssh = not text.startswith("rsync://")
    port = access.ssh_port if ssh else int(found["port"] or DAEMON_PORT)
    if not 0 < port <= 65_535:
        raise NotAShelfError(shelf=text)
    if ssh and not (access.key_file and access.known_hosts):
        raise CodeNeededError(shelf=text, problem="a key and the file of known hosts must be set")
    host = found["host"].strip("[]")
    return Address(text=text, ssh=ssh, user=found["user"] or "", host=host, port=port, path=found["path"])


def ssh_command(address: Address, access: Access, *, relay_port: int) -> str:
    """Write the command with which ssh asks nobody, knows one server (as `shelf`), and does nothing but this.

    Every setting stands in it and none in a file: two shelves may share a folder, and nothing is written for a look.

    Raises:
        CodeNeededError: A key file has a name that ssh would read as something else.
    """
    quoted = []
    for path in (access.key_file, access.known_hosts):
        if path is None or re.search(r'["%$\\\x00-\x1f~]', str(path)):
            raise CodeNeededError(shelf=address.text, problem="the name of the key file cannot be used")
        quoted.append(f'"{path.absolute()}"')
    settings = (
        "HostName=127.0.0.1", f"Port={relay_port}", f"User={address.user}",
        f"HostKeyAlias={address.known_as}", f"IdentityFile={quoted[0]}", f"UserKnownHostsFile={quoted[1]}",
        "GlobalKnownHostsFile=none", "StrictHostKeyChecking=yes", "CheckHostIP=no", "UpdateHostKeys=no",
        "IdentitiesOnly=yes", "IdentityAgent=none", "BatchMode=yes", "PreferredAuthentications=publickey",
        "ControlMaster=no", "ControlPath=none", "ClearAllForwardings=yes", "ForwardAgent=no", "ForwardX11=no",
        "PermitLocalCommand=no", "ProxyCommand=none", "RequestTTY=no", "Compression=no", "LogLevel=ERROR",
        "ConnectTimeout=30", "ServerAliveInterval=15", "ServerAliveCountMax=4",
    )  # fmt: skip
    # rsync divides the command at spaces; between single quotes it takes all as it is, and two of them for one.
    return " ".join(("ssh -F none", *("'-o{}'".format(each.replace("'", "''")) for each in settings)))
