"""Keys and passphrases as those who hold them use them: files, descriptors, a terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.sign import load_signer, new_key
from tests.simulators.packs_command import Run, packs_command
from tests.simulators.terminal import typed

SECRET, OTHER = "gur i kuq në lumë", "dymbedhjete qershi"
TOOL = Path(sys.executable).parent / "content-packs"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the program with these arguments."""
    return packs_command(capsys)


def first_root(folder: Path, run: Run, *names: str) -> Path:
    """A draft of a first root that all the named public keys must sign."""
    keys = [word for name in names for word in ("--root-key", folder / f"{name}.pub")]
    draft = folder / "root.draft"
    public = ["--root-threshold", str(len(names)), "--registry-key", folder / f"{names[0]}.pub"]
    assert run("root", "draft", draft, *keys, *public).code == 0
    return draft


def through(descriptors: dict[int, bytes], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program with these descriptors open to what a secret store would hand over."""
    pipes = {}
    for number, content in descriptors.items():
        reading, writing = os.pipe()
        os.write(writing, content)
        os.close(writing)
        pipes[number] = reading
    opened = " ".join(f"{number}<&{reading}" for number, reading in pipes.items())
    command = ["bash", "-c", f'exec "$@" {opened}', "bash", TOOL, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, pass_fds=tuple(pipes.values()))
    for reading in pipes.values():
        os.close(reading)
    return done


def test_a_key_without_a_passphrase_is_only_made_when_that_is_said(tmp_path: Path, run: Run) -> None:
    said = run("key", "new", tmp_path / "k")
    assert (said.code, list(tmp_path.iterdir())) == (4, [])
    assert "--passphrase-file" in said.err
    assert run("key", "new", tmp_path / "k", "--no-passphrase", "--json").facts["locked"] is False
    assert run("key", "new", tmp_path / "k", "--no-passphrase").code == 4


def test_a_person_types_the_passphrase_twice_and_later_once(tmp_path: Path) -> None:
    new = ("content-packs", "key", "new", tmp_path / "k")
    code, shown = typed(new, [("New passphrase", SECRET), ("again", OTHER)])
    assert (code, list(tmp_path.iterdir())) == (4, [])
    assert SECRET not in shown
    code, shown = typed(new, [("New passphrase", SECRET), ("again", SECRET)])
    assert code == 0, shown
    assert "locked by your passphrase" in shown
    code, shown = typed(("content-packs", "key", "show", tmp_path / "k"), [("Passphrase of", SECRET)])
    assert code == 0, shown
    assert load_signer(tmp_path / "k", passphrase=SECRET.encode()).public_key.keyid in shown


def test_locked_keys_are_opened_by_files_each_with_its_own(tmp_path: Path, run: Run) -> None:
    words = []
    for name, secret in (("anna", SECRET), ("besa", OTHER)):
        (tmp_path / f"{name}.txt").write_text(f"{secret}\nsecond line\n")
        lock = ["--passphrase-file", tmp_path / f"{name}.txt"]
        assert run("key", "new", tmp_path / name, *lock).code == 0
        words += lock
    draft = first_root(tmp_path, run, "anna", "besa")
    for name in ("anna", "besa"):
        assert run("root", "sign", draft, "--key", tmp_path / name).code == 4
        assert run("root", "sign", draft, "--key", tmp_path / name, *words).code == 0
    assert run("root", "publish", tmp_path / "shelf", draft).code == 0


def test_a_passphrase_file_that_is_empty_or_gone_is_told(tmp_path: Path, run: Run) -> None:
    (tmp_path / "empty").write_text("\n")
    for name in ("empty", "none"):
        assert run("key", "new", tmp_path / "k", "--passphrase-file", tmp_path / name).code == 4
    assert run("key", "new", tmp_path / "k", "--passphrase-fd", "199").code == 4
    assert not (tmp_path / "k").exists()


def test_key_and_passphrase_come_from_descriptors_and_never_lie_on_the_disk(tmp_path: Path, run: Run) -> None:
    new_key(tmp_path / "anna", Disk(), passphrase=SECRET.encode())
    draft = first_root(tmp_path, run, "anna")
    pem = (tmp_path / "anna").read_bytes()
    (tmp_path / "anna").unlink()
    sign = ("root", "sign", draft, "--key", "fd:3")
    assert through({3: pem}, *sign).returncode == 4
    done = through({3: pem, 4: f"{SECRET}\n".encode()}, *sign, "--passphrase-fd", "4")
    assert (done.returncode, done.stderr) == (0, "")
    assert run("root", "publish", tmp_path / "shelf", draft).code == 0


@pytest.mark.parametrize("place", ["fd:", "fd:x", "fd:199"])
def test_what_is_no_descriptor_is_told(tmp_path: Path, run: Run, place: str) -> None:
    new_key(tmp_path / "anna", Disk(), passphrase=None)
    assert run("root", "sign", first_root(tmp_path, run, "anna"), "--key", place).code == 4


def test_a_passphrase_is_set_changed_and_removed(tmp_path: Path, run: Run) -> None:
    for name, secret in (("one", SECRET), ("two", OTHER)):
        (tmp_path / name).write_text(secret)
    key = tmp_path / "k"
    run("key", "new", key, "--no-passphrase")
    assert run("key", "lock", key).code == 4
    old, new = ["--passphrase-file", tmp_path / "one"], ["--new-passphrase-file", tmp_path / "two"]
    assert run("key", "lock", key, "--new-passphrase-file", tmp_path / "one", "--json").facts["locked"] is True
    assert run("key", "lock", key, *new).code == 4
    assert run("key", "lock", key, *old, *new).code == 0
    assert run("key", "lock", key, *old, "--no-passphrase").code == 4
    assert run("key", "lock", key, "--passphrase-file", tmp_path / "two", "--no-passphrase").code == 0
    assert load_signer(key)


def test_a_key_is_shown_the_same_from_both_halves(tmp_path: Path, run: Run) -> None:
    run("key", "new", tmp_path / "k", "--no-passphrase")
    private = run("key", "show", tmp_path / "k", "--json").facts
    public = run("key", "show", tmp_path / "k.pub", "--json").facts
    assert (private["keyid"], private["public"]) == (public["keyid"], public["public"])
    assert run("key", "show", tmp_path / "none").code == 4


def test_show_says_by_name_who_must_still_sign(tmp_path: Path, run: Run) -> None:
    for name in ("anna", "besa"):
        run("key", "new", tmp_path / name, "--no-passphrase")
    draft = first_root(tmp_path, run, "anna", "besa")
    said = run("root", "sign", draft, "--key", tmp_path / "anna", "--keys", tmp_path)
    assert "signed: anna (" in said.out
    assert "still to sign: 1 of besa (" in said.out
    shown = json.loads(run("root", "show", draft, "--json").out)
    assert [(need["group"], need["missing"]) for need in shown["needs"]] == [("root", 1)]
    said = run("root", "publish", tmp_path / "shelf", draft)
    assert said.code == 4
    assert "Keys of the root that must still sign: 1" in said.err


def test_roots_and_registries_on_a_shelf_are_shown(tmp_path: Path, run: Run) -> None:
    run("key", "new", tmp_path / "anna", "--no-passphrase")
    draft, shelf, key = first_root(tmp_path, run, "anna"), tmp_path / "shelf", ["--registry-key", tmp_path / "anna"]
    run("root", "sign", draft, "--key", tmp_path / "anna")
    run("root", "publish", shelf, draft)
    assert "The registry is not signed under this root" in run("root", "show", shelf).out
    assert run("registry", "show", shelf).code == 7
    assert run("registry", "init", shelf, *key).code == 0
    assert "not signed" not in run("root", "show", shelf, "--keys", tmp_path).out
    run("publisher", "add", shelf, "mash", "--name", "sq=Ministria", "--key", tmp_path / "anna.pub", *key)
    for listing in (("registry", "show"), ("publisher", "list")):
        assert "mash: Ministria" in run(*listing, shelf, "--keys", tmp_path).out
    list_draft = tmp_path / "list.draft"
    assert run("publisher", "remove", shelf, "mash", "--draft", list_draft).code == 0
    assert json.loads(run("registry", "show", list_draft, "--json").out)["needs"][0]["missing"] == 1
    assert run("registry", "sign", list_draft, *key).code == 0
    assert run("registry", "publish", shelf, list_draft, "--json").facts["changed"] is True
    assert json.loads(run("registry", "show", shelf, "--json").out)["publishers"] == []
