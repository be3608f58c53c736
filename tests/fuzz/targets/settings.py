"""The settings of the box, from its file and from the environment: read, or refused by name.

What stands behind a line `ENVIRONMENT` is given as settings of the environment, one a line.
"""

import ipaddress

from schoolbox.config import load_config
from schoolbox.errors import ConfigError
from sync.languages import LANGUAGES
from tests.fuzz.material import BEHIND, given_as_settings, scratch
from tests.fuzz.target import Target
from tests.fuzz.toml_mutations import mutate_toml

_FILE = b"""data = "/srv/box"
port = 8080
threads = 8
name = "schoolbox"
language = "sq"
announce = true
trusted_proxy = "10.0.0.1"
accel_prefix = "/files"
reserve_mb = 512
idle_minutes = 20
sync = false
log_level = "info"
"""


def run(data: bytes) -> None:
    path = scratch("settings") / "box.toml"
    environment = given_as_settings(data, path, "SCHOOLBOX_")
    config = load_config(file=path, environment=environment, arguments={})
    assert 0 <= config.port <= 65_535
    assert config.language in LANGUAGES
    assert config.name.isascii()
    assert "\0" not in str(config.data)
    assert "\0" not in config.host
    assert not config.trusted_proxy or ipaddress.ip_address(config.trusted_proxy)


TARGET = Target(
    run=run,
    allowed=(ConfigError,),
    seeds=lambda: [
        _FILE, b"" + BEHIND + b"PORT=80\nNAME=schoolbox-2\nSYNC=no", _FILE[:40] + BEHIND + b"THREADS=" + b"9" * 30,
    ],
    mutate=mutate_toml,
    words=(
        b"port = ", b"data = ", b"[", b"{", b"]", b"}", b'"""', b"\\u0000", b"1e9", b"nan", b"0x", b"9" * 20,
        "²".encode(),
        b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", b"\nENVIRONMENT\n", b"a.a.a.a.a.a.a.a.",
    ),
    max_bytes=16_384,
    runs=250,
)  # fmt: skip
