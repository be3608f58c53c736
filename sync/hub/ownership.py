"""Root works on a data folder as its owner: a file that root makes there is one that the service cannot use.

    become_owner(Path("/var/lib/schoolbox-hub"))      # uid 0 is the hub's user from here on
"""

import os
import pwd
from pathlib import Path

from sync.hub.errors import DataError


def become_owner(data: Path) -> None:
    """Let root become whom the folder belongs to, for good; nothing changes where it is root's own, or not there yet.

    Raises:
        DataError: Somebody who is not root may not look into it.
    """
    if os.path.isdir(data) and not os.access(data, os.R_OK | os.X_OK):  # noqa: PTH112 - Path.is_dir raises below closed ones
        raise DataError(f"Only {_owner(data)} and root may work with {data}. Run this as one of them.")
    if os.geteuid() != 0 or not data.exists() or (owner := data.stat()).st_uid == 0:
        return
    known = [one for one in pwd.getpwall() if one.pw_uid == owner.st_uid]
    if known:
        os.initgroups(known[0].pw_name, owner.st_gid)
        os.environ["HOME"] = known[0].pw_dir  # where libpq looks for certificates
    else:
        os.setgroups([])
    os.setgid(owner.st_gid)
    os.setuid(owner.st_uid)


def _owner(data: Path) -> str:
    try:
        return data.owner()
    except KeyError:
        return f"the user with number {data.stat().st_uid}"
