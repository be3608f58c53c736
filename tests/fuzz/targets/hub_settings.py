"""The settings of a hub, from its file, the environment and the command line: read, or refused by name.

What stands behind a line `ENVIRONMENT` is given as settings of the environment, one a line.
"""

from urllib.parse import urlsplit

from sync.hub.config import PREFIX, load_settings
from sync.hub.errors import ConfigError
from tests.fuzz.material import BEHIND, given_as_settings, scratch
from tests.fuzz.target import Target
from tests.fuzz.toml_mutations import mutate_toml

_FILE = b"""host = "0.0.0.0"
port = 8081
public_url = "https://hub.example/qendra"
title = "Komuna e Gjilanit"
https = true
threads = 16
trusted_proxy = "10.0.0.1"
shelf = "/srv/shelf"
silent_days = 30
"""


def run(data: bytes) -> None:
    path = scratch("hub-settings") / "hub.toml"
    environment = given_as_settings(data, path, PREFIX)
    settings = load_settings(path, environment, {})
    values = settings.values
    assert 0 <= values.port <= 65_535
    assert 1 <= values.threads <= 64
    assert 1 <= len(values.title) <= 80
    assert values.shelf == "" or values.shelf.startswith("/")
    assert "\0" not in values.shelf
    assert not values.public_url or urlsplit(settings.root_url).scheme in ("http", "https")
    assert settings.origin("port") in ("default", str(path), f"{PREFIX}PORT")


TARGET = Target(
    run=run,
    allowed=(ConfigError,),
    seeds=lambda: [
        _FILE, b"" + BEHIND + b"PORT=80\nTITLE=Qendra\nHTTPS=true", _FILE[:40] + BEHIND + b"THREADS=" + b"9" * 30,
        b'public_url = "http://[/"', b'shelf = "/a"' + BEHIND + b"SHELF=",
    ],
    mutate=mutate_toml,
    words=(
        b"port = ", b"public_url = ", b"http://", b"[", b"{", b"]", b"}", b'"""', b"\\u0000", b"1e9", b"nan", b"9" * 20,
        "²".encode(), b"\nENVIRONMENT\n", b"a.a.a.a.a.a.a.a.",
    ),
    max_bytes=16_384,
    runs=250,
)  # fmt: skip
