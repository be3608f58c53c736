"""Users of the root: nobody has a password, nobody's day of a last change tells when the image was built.

Our own users come from the same sysusers.d files that install.sh uses; on the image they are there before the first
start.
"""

import msgspec

from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.tree import Tree


class Accounts(msgspec.Struct, frozen=True):
    """Lines of passwd, group and shadow, by name."""

    users: dict[str, list[str]]
    groups: dict[str, list[str]]
    secrets: dict[str, list[str]]

    def ids(self, user: str, group: str) -> tuple[int, int]:
        """The numbers of a user and a group."""
        if user not in self.users or group not in self.groups:
            raise ImageError(f"files.txt names {user}:{group}, and no sysusers file makes them.")
        return int(self.users[user][2]), int(self.groups[group][2])


def read(tree: Tree) -> Accounts:
    """The accounts of a root."""
    return Accounts(*(_lines(tree.content(f"etc/{name}")) for name in ("passwd", "group", "shadow")))


def added(accounts: Accounts, sysusers: str) -> Accounts:
    """With those that lines of sysusers.d ask for: `u NAME NUMBER ...`, `g NAME NUMBER`, `m USER GROUP`.

    Raises:
        ImageError: A line of another kind, or a user without a number of its own: it would be another on every build.
    """
    users, groups, secrets = dict(accounts.users), dict(accounts.groups), dict(accounts.secrets)
    for line in sysusers.splitlines():
        match line.replace('"', " ").split():
            case [] | ["#", *_]:
                continue
            case [first, *_] if first.startswith("#"):
                continue
            case ["u" | "u!", name, number, *_] if number.isdigit():
                users[name] = [name, "x", number, number, "", "/var/lib/schoolbox", "/usr/sbin/nologin"]
                groups.setdefault(name, [name, "x", number, ""])
                secrets[name] = [name, "!*", "", "", "", "", "", "", ""]
            case ["g", name, number, *_] if number.isdigit():
                groups[name] = [name, "x", number, ""]
            case ["m", user, group]:
                members = [each for each in groups[group][3].split(",") if each]
                groups[group] = [*groups[group][:3], ",".join(sorted({*members, user}))]
            case _:
                raise ImageError(
                    f"The image cannot read this line of a sysusers file (give each user a number): {line}"
                )
    return Accounts(users, groups, secrets)


def write(accounts: Accounts, tree: Tree, *, epoch: int) -> None:
    """Put them into the root, every password locked."""
    day = str(epoch // 86400)
    secrets = {
        name: [name, "*" if name == "root" else "!*", day, *fields[3:]] for name, fields in accounts.secrets.items()
    }
    tree.file("etc/passwd", _text(accounts.users))
    tree.file("etc/group", _text(accounts.groups))
    tree.file("etc/shadow", _text(secrets), 0o640, (0, int(accounts.groups["shadow"][2])))
    tree.remove("etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow", "etc/gshadow-", "etc/subuid*", "etc/subgid*")


def _lines(content: bytes) -> dict[str, list[str]]:
    return {line.split(":", 1)[0]: line.split(":") for line in content.decode().splitlines() if line}


def _text(lines: dict[str, list[str]]) -> bytes:
    return "".join(":".join(fields) + "\n" for fields in lines.values()).encode()
