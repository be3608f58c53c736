"""Runs a program as a unit with `RestrictSUIDSGID=yes` does: the kernel refuses whatever would set setuid or setgid.

    python no_setgid.py systemd-tmpfiles --create
"""

import ctypes
import os
import sys

ALLOW, REFUSE = 0x7FFF0000, 0x00050001  # SCMP_ACT_ALLOW, SCMP_ACT_ERRNO(EPERM)
MASKED = 7  # SCMP_CMP_MASKED_EQ
CALLS = {b"chmod": 1, b"fchmod": 1, b"fchmodat": 2, b"fchmodat2": 2, b"mkdir": 1, b"mkdirat": 2}
"""What sets a mode, and which argument that is. Source: systemd, src/shared/seccomp-util.c."""


class Comparison(ctypes.Structure):
    """One argument, and the bits that it may not have."""

    _fields_ = (
        ("arg", ctypes.c_uint), ("op", ctypes.c_int), ("mask", ctypes.c_uint64), ("value", ctypes.c_uint64),
    )  # fmt: skip


def refuse() -> None:
    """Let the kernel refuse it to this process and to whatever it becomes."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(ALLOW)))
    for name, argument in CALLS.items():
        number = library.seccomp_syscall_resolve_name(name)
        for bit in (0o4000, 0o2000):
            asked = ctypes.byref(Comparison(argument, MASKED, bit, bit))
            added = library.seccomp_rule_add_array(rules, ctypes.c_uint32(REFUSE), number, 1, asked)
            assert added == 0 or number == -1, name  # an older library does not know the newest call
    assert library.seccomp_load(rules) == 0


if __name__ == "__main__":
    refuse()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - a program and its words, no shell
