"""What a box says of itself and reads of others on the network: one line, whole letters, never too long (RFC 6763 6.1).

The lines are the school, the version, the id and the host name.
"""

import unicodedata

from sync.discovery.announcement import TXT_STRING_BYTES_MAX, Announcement, fit, plain
from sync.discovery.names import LABEL_BYTES_MAX, host_label, instance_label, next_host, next_instance, start_host
from tests.fuzz.target import Target


def run(data: bytes) -> None:
    lines = [*data.decode("utf-8", "surrogateescape").split("\n"), "", "", "", ""]
    said = Announcement(school=lines[0], version=lines[1], box_id=lines[2], port=80, host=lines[3])
    for key, value in said.properties().items():
        assert len(key) + 1 + len(value) <= TXT_STRING_BYTES_MAX
        value.decode()
    line = plain(fit(lines[0], TXT_STRING_BYTES_MAX))
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in line)
    assert plain(line) == line
    instance, host = instance_label(lines[0]), host_label(lines[3])
    for _ in range(3):
        assert 0 < len(instance.encode()) <= LABEL_BYTES_MAX
        assert "." not in instance
        assert 0 < len(host) <= LABEL_BYTES_MAX
        assert host.isascii()
        assert host_label(host) == host or len(host) > LABEL_BYTES_MAX - 6
        instance, host = next_instance(instance), next_host(host)
    assert start_host(lines[3], lines[2])


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        text.encode()
        for text in (
            "Shkolla „Agimi”\n0.1.0\nb7f3\nschoolbox", "Agimi (2)\n\nschoolbox-3\nschoolbox", "..\n\n\n.local",
            "_a.b\n\n\nA-9",
        )
    ],
    words=(
        b"(999999999)", b"-999999999", b".local", b".", b"_", b"\xcc\x81\xcc\xa3", b"\xe2\x80\xa8", "İ".encode(),
        "٣".encode(),
    ),
    max_bytes=2048,
    runs=2000,
)  # fmt: skip
