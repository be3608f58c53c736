"""Why a box could not speak on the network, as a code that a page can translate.

    reason_of(OSError(errno.EADDRINUSE, ""))   # Reason.PORT_BUSY
"""

import errno

from sync.discovery.announcement import Reason

_REASONS = {
    errno.EADDRINUSE: Reason.PORT_BUSY,
    errno.EPERM: Reason.NOT_PERMITTED,
    errno.EACCES: Reason.NOT_PERMITTED,
    errno.EAFNOSUPPORT: Reason.NOT_PERMITTED,
}


def reason_of(trouble: OSError) -> Reason:
    """Name the reason; an address family that is missing has been forbidden to the program."""
    return _REASONS.get(trouble.errno or 0, Reason.FAILED)
