"""The command line as an author and a registry use it, from keys to a verified shelf."""

import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs import errors
from content_packs.cli.messages import MESSAGES, failure
from tests.simulators.media import mp4
from tests.simulators.packs_command import Run, packs_command
from tests.simulators.publisher import Ministry, write_source


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the program with these arguments."""
    return packs_command(capsys)


@pytest.fixture
def desk(tmp_path: Path, run: Run) -> Path:
    """A folder with keys, a registry with one publisher on `shelf`, and the source of a pack."""
    for name in ("root-1", "root-2", "registry", "mash"):
        assert run("key", "new", tmp_path / f"{name}.key", "--no-passphrase").code == 0
    draft, shelf, registry = tmp_path / "root.draft", tmp_path / "shelf", ["--registry-key", tmp_path / "registry.key"]
    roots = ["--root-key", tmp_path / "root-1.key.pub", "--root-key", tmp_path / "root-2.key.pub"]
    public = ["--root-threshold", "2", "--registry-key", tmp_path / "registry.key.pub"]
    assert run("root", "draft", draft, *roots, *public).code == 0
    for name in ("root-1", "root-2"):
        assert run("root", "sign", draft, "--key", tmp_path / f"{name}.key").code == 0
    assert run("root", "publish", shelf, draft).code == 0
    assert run("registry", "init", shelf, *registry).code == 0
    names = ["--name", "sq=Ministria e Arsimit", "--name", "en=Ministry of Education"]
    key = ["--key", tmp_path / "mash.key.pub"]
    assert run("publisher", "add", shelf, "mash", *key, *names, *registry).code == 0
    write_source(tmp_path / "source", "mash:thyesat", 1, {"hyrje": mp4()})
    return tmp_path


def signed(desk: Path, run: Run) -> Path:
    """Build and sign the pack; give the shelf."""
    assert run("build", desk / "source", "--out", desk / "built").code == 0
    assert run("sign", desk / "built", "--key", desk / "mash.key", "--shelf", desk / "shelf").code == 0
    return desk / "shelf"


def test_from_source_to_a_verified_shelf(desk: Path, run: Run) -> None:
    shelf = signed(desk, run)
    verified = run("verify", shelf, "--root", shelf / "meta" / "1.root.json", "--json")
    assert (verified.code, verified.facts) == (0, {"files": 1, "packs": 1, "problems": [], "shelf": str(shelf)})
    shown = run("show", shelf)
    assert "mash:thyesat version 1: Paketa thyesat" in shown.out
    assert "signed by Ministria e Arsimit" in shown.out


def test_every_step_again_changes_nothing_and_says_so(desk: Path, run: Run) -> None:
    shelf = signed(desk, run)
    before = {path: path.stat().st_mtime_ns for path in shelf.rglob("*.json")}
    again = run("build", desk / "source", "--out", desk / "built", "--json")
    assert again.facts["changed"] is False
    again = run("sign", desk / "built", "--key", desk / "mash.key", "--shelf", shelf, "--json")
    assert (again.code, again.facts["changed"], again.facts["catalogue_version"]) == (0, False, 1)
    registry = ["--registry-key", desk / "registry.key", "--json"]
    for again in (
        run("root", "publish", shelf, desk / "root.draft", "--json"),
        run("registry", "init", shelf, *registry),
        run("publisher", "change", shelf, "mash", "--name", "en=Ministry of Education", *registry),
    ):
        assert (again.code, again.facts["changed"]) == (0, False)
    metadata = {path: stamp for path, stamp in before.items() if "meta" in path.parts}
    assert {path: path.stat().st_mtime_ns for path in metadata} == metadata


def test_sources_and_built_packs_can_be_looked_at(desk: Path, run: Run) -> None:
    signed(desk, run)
    for target in ("source", "built"):
        shown = run("show", desk / target, "--json")
        assert shown.code == 0
        (pack,) = json.loads(shown.out)["packs"]
        assert (pack["pack"], pack["units"][0]["items"]) == ("mash:thyesat", [{"sq": "hyrje"}])


def test_changed_content_under_an_unchanged_version_is_refused_with_the_next_step(desk: Path, run: Run) -> None:
    shelf = signed(desk, run)
    (desk / "source" / "hyrje.mp4").write_bytes(mp4(seconds=9))
    run("build", desk / "source", "--out", desk / "built")
    said = run("sign", desk / "built", "--key", desk / "mash.key", "--shelf", shelf)
    assert (said.code, said.out) == (4, "")
    assert "Raise version in pack.toml above 1" in said.err


def test_a_bad_video_is_refused_with_the_command_that_mends_it(desk: Path, run: Run) -> None:
    (desk / "source" / "hyrje.mp4").write_bytes(mp4(index_first=False))
    said = run("build", desk / "source", "--out", desk / "built")
    assert said.code == 4
    assert "ffmpeg -i hyrje.mp4 -c copy -movflags +faststart hyrje.mended.mp4" in said.err
    said = run("build", desk / "source", "--out", desk / "built", "--json")
    assert (said.facts["error"], said.err) == ("MediaError", "")


@pytest.mark.parametrize(("pattern", "code"), [("blobs/*/*", 6), ("manifests/*", 6), ("meta/cat/*", 6)])
def test_verify_finds_a_cut_file_of_every_kind(desk: Path, run: Run, pattern: str, code: int) -> None:
    shelf = signed(desk, run)
    (path,) = shelf.glob(pattern)
    path.write_bytes(path.read_bytes()[:-1])
    said = run("verify", shelf, "--json")
    assert said.code == code
    assert len(json.loads(said.out)["problems"]) == 1


def test_verify_against_another_root_finds_that_the_shelf_is_somebody_else_s(
    desk: Path, run: Run, tmp_path: Path
) -> None:
    shelf = signed(desk, run)
    (tmp_path / "other.json").write_bytes(Ministry(tmp_path / "abroad").root)
    assert run("verify", shelf, "--root", tmp_path / "other.json").code == 5
    assert run("verify", shelf, "--root", tmp_path / "none.json").code == 4


def test_the_wrong_key_does_not_sign(desk: Path, run: Run) -> None:
    run("build", desk / "source", "--out", desk / "built")
    said = run("sign", desk / "built", "--key", desk / "registry.key", "--shelf", desk / "shelf")
    assert said.code == 4
    assert "may not sign for mash" in said.err


def test_a_revoked_publisher_signs_nothing_more(desk: Path, run: Run) -> None:
    shelf = signed(desk, run)
    registry = ["--registry-key", desk / "registry.key"]
    assert run("publisher", "remove", shelf, "mash", *registry).code == 0
    assert run("sign", desk / "built", "--key", desk / "mash.key", "--shelf", shelf).code == 5
    assert run("publisher", "remove", shelf, "mash", *registry).code == 5


@pytest.mark.parametrize("target", ["nowhere", "empty"])
def test_what_is_no_shelf_is_told_apart(tmp_path: Path, run: Run, target: str) -> None:
    (tmp_path / "empty").mkdir()
    said = run("verify", tmp_path / target)
    assert (said.code, said.out) == (7, "")
    assert len(said.err.splitlines()) == 2


@pytest.mark.parametrize("name", ["Ministria", "sq=", "=Ministria"])
def test_a_name_needs_a_language(desk: Path, run: Run, name: str) -> None:
    key = ["--key", desk / "mash.key.pub", "--registry-key", desk / "registry.key"]
    assert run("publisher", "add", desk / "shelf", "qendra", *key, "--name", name).code == 4


@pytest.mark.parametrize("arguments", [[], ["build"], ["fly"], ["registry"], ["sign", "x"]])
def test_wrong_usage_ends_with_two(run: Run, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(*arguments)
    assert caught.value.code == 2


def test_the_unexpected_ends_with_one_and_is_logged_once(
    run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder where pack.toml's folder should be unreadable in a way nobody foresaw: a name with a zero byte."""
    assert run("show", f"{tmp_path}/\0").code == 1
    assert [record.levelname for record in caplog.records if record.name.startswith("content_packs")] == ["ERROR"]


def all_errors(kind: type[errors.PackError]) -> Iterator[type[errors.PackError]]:
    """Every error class of the package that can be raised."""
    if not kind.__name__.startswith("_"):
        yield kind
    for below in kind.__subclasses__():
        yield from all_errors(below)


def test_every_error_has_an_exit_code_a_sentence_and_a_next_step() -> None:
    ours = [kind for kind in all_errors(errors.PackError) if kind.__module__.startswith("content_packs")]
    assert [kind for kind in ours if kind not in MESSAGES] == []
    assert all(message.exit_code not in (0, 2, 3) for message in MESSAGES.values())
    assert all(message.what and message.next_step for message in MESSAGES.values())


def test_every_error_stands_in_the_tree_of_its_module() -> None:
    ours = [kind for kind in all_errors(errors.PackError) if kind.__module__.startswith("content_packs")]
    assert [kind for kind in ours if kind.__name__ not in (sys.modules[kind.__module__].__doc__ or "")] == []


def test_sentences_name_only_facts_their_error_has() -> None:
    facts = {
        "problem": "p", "path": Path("x"), "name": "n", "cap_bytes": 1, "version": 1, "floor": 2, "signed_at": None,
        "publisher": "mash", "pack_id": "mash:a", "sha256": "ab", "folder": Path("f"), "needs_bytes": 1,
        "free_bytes": 0, "installed_version": 2, "command": "ffmpeg", "newest": 1, "item_id": "mash:i", "role": "mash",
        "shelf": "s", "unit": "u", "missing": 1, "stick": "/media/stick", "size_bytes": 5, "detail": "d",
        "code": "c", "lesson": 1, "item": 1, "line": 1, "said": "s", "machine": "aarch64", "needs": "3.13",
        "has": "3.11",
    }  # fmt: skip
    for kind in MESSAGES:
        takes_facts = any("__init__" in vars(above) for above in kind.__mro__ if issubclass(above, errors.PackError))
        wanted = list(inspect.signature(kind).parameters) if takes_facts else []
        outcome = failure(kind(**{name: facts[name] for name in wanted}))
        assert all(line and "{" not in line for line in outcome.lines), kind
