"""`content-packs program`: made twice the same, signed by enough, shown; else refused with a sentence (UPDATES 3)."""

import json
from pathlib import Path

import pytest

from content_packs.cli.main import main
from content_packs.durable import Disk
from tests.simulators.program_publisher import ProgramPublisher
from tests.simulators.vector_keys import SEEDS


@pytest.fixture
def publisher(tmp_path: Path) -> ProgramPublisher:
    """A publisher with nothing on its shelf."""
    return ProgramPublisher(tmp_path / "publisher", machines=("aarch64", "x86_64"))


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    """Run a command with --json."""
    code = main([*words, "--json"])
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return code, found


def key_file(folder: Path, name: str) -> str:
    """A private key as a file."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = folder / f"{name}.key"
    key = Ed25519PrivateKey.from_private_bytes(bytes([SEEDS[name]]) * 32)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    Disk().write_file(path, pem, mode=0o600)
    return str(path)


def build(
    capsys: pytest.CaptureFixture[str], publisher: ProgramPublisher, out: Path, version: str = "0.2.0"
) -> dict[str, object]:
    """Build a program from two trees."""
    trees = [f"--tree={each}={publisher.tree(version, machine=each)}" for each in publisher.machines]
    code, found = run(
        capsys, "program", "build", *trees, "--version", version, "--released-at", "2026-09-01T08:00:00Z",
        "--news", "sq=Më shpejt.", "--base", "1", "--python", "3.13", "--out", str(out),
    )  # fmt: skip
    assert code == 0, found
    return found


def test_built_twice_it_is_the_same(
    capsys: pytest.CaptureFixture[str], publisher: ProgramPublisher, tmp_path: Path
) -> None:
    first, second = (build(capsys, publisher, tmp_path / name) for name in ("a", "b"))

    assert first == second
    names = [sorted(str(path.relative_to(tmp_path / top)) for path in (tmp_path / top).rglob("*")) for top in "ab"]
    assert names[0] == names[1]
    assert set(first["packed_bytes"]) == {"any", "aarch64", "x86_64"}  # type: ignore[call-overload]


def test_signed_by_both_keys_it_is_offered(
    capsys: pytest.CaptureFixture[str], publisher: ProgramPublisher, tmp_path: Path
) -> None:
    build(capsys, publisher, tmp_path / "a")
    keys = [f"--key={key_file(tmp_path, name)}" for name in ("mash", "mash-2")]
    shelf = str(publisher.shelf)

    code, refused = run(capsys, "program", "sign", str(tmp_path / "a"), keys[0], "--shelf", shelf)
    assert (code, refused["error"]) == (4, "NotYourKeyError")

    code, signed = run(capsys, "program", "sign", str(tmp_path / "a"), *keys, "--shelf", shelf)
    assert (code, signed["version"], signed["changed"]) == (0, "0.2.0", True)
    code, again = run(capsys, "program", "sign", str(tmp_path / "a"), *keys, "--shelf", shelf)
    assert (code, again["changed"], again["catalogue_version"]) == (0, False, 1)

    code, shown = run(capsys, "program", "show", shelf)
    assert (code, shown["version"], shown["news"]) == (0, "0.2.0", {"sq": "Më shpejt."})
    assert main(["program", "show", shelf]) == 0
    assert "0.2.0 of 2026-09-01T08:00:00Z: any, aarch64, x86_64" in capsys.readouterr().out


def test_a_version_that_is_not_raised_is_refused(
    capsys: pytest.CaptureFixture[str], publisher: ProgramPublisher, tmp_path: Path
) -> None:
    publisher.publish("0.3.0")
    build(capsys, publisher, tmp_path / "a")
    keys = [f"--key={key_file(tmp_path, name)}" for name in ("mash", "mash-2")]

    code, found = run(capsys, "program", "sign", str(tmp_path / "a"), *keys, "--shelf", str(publisher.shelf))

    assert (code, found["error"]) == (4, "VersionNotRaisedError")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--tree=aarch64"], "SourceError"),
        (["--tree=any={tree}"], "SourceError"),
        (["--tree=aarch64=/nowhere"], "SourceError"),
        (["--tree=aarch64={tree}", "--version=1.0"], "SourceError"),
        (["--tree=aarch64={tree}", "--news=hello"], "SourceError"),
    ],
    ids=str,
)
def test_what_cannot_be_a_program_is_refused(
    capsys: pytest.CaptureFixture[str], publisher: ProgramPublisher, tmp_path: Path, words: list[str], error: str
) -> None:
    tree = publisher.tree("0.2.0", machine="aarch64")
    given = [
        "--version=0.2.0", "--released-at=2026-09-01T08:00:00Z", "--news=sq=x", "--base=1", "--python=3.13",
        f"--out={tmp_path / 'a'}", *(word.format(tree=tree) for word in words),
    ]  # fmt: skip

    code, found = run(capsys, "program", "build", *given)

    assert (code, found["error"]) == (4, error)


def test_a_shelf_without_a_program_says_so(capsys: pytest.CaptureFixture[str], publisher: ProgramPublisher) -> None:
    code, found = run(capsys, "program", "show", str(publisher.shelf))

    assert (code, found["error"]) == (9, "NotOfferedError")
