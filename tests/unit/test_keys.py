"""Signing keys and their passphrases."""

import subprocess
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.errors import KeyFileError, SourceError
from content_packs.sign import KeyChange, load_public, load_signer, lock_key, new_key

SECRET, OTHER = "gur i kuq në lumë".encode(), b"dymbedhjete qershi"


def test_a_key_is_only_for_its_owner_and_is_never_overwritten(tmp_path: Path) -> None:
    public = new_key(tmp_path / "mash.key", Disk(), passphrase=None)
    assert (tmp_path / "mash.key").stat().st_mode & 0o777 == 0o600
    assert load_public(public).keyid == load_signer(tmp_path / "mash.key").public_key.keyid
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(KeyFileError, match="a file already"):
        new_key(tmp_path / "mash.key", Disk(), passphrase=SECRET)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_locked_key_needs_its_passphrase(tmp_path: Path) -> None:
    public = new_key(tmp_path / "k", Disk(), passphrase=SECRET)
    assert load_signer(tmp_path / "k", passphrase=SECRET).public_key.keyid == load_public(public).keyid
    for wrong, problem in ((None, "is needed"), (OTHER, "is wrong"), (b"", "is needed")):
        with pytest.raises(KeyFileError, match=problem):
            load_signer(tmp_path / "k", passphrase=wrong)


def test_a_locked_key_can_be_opened_by_openssl_too(tmp_path: Path) -> None:
    public = new_key(tmp_path / "k", Disk(), passphrase=SECRET)
    (tmp_path / "pass").write_bytes(SECRET)
    command = ("openssl", "pkey", "-in", tmp_path / "k", "-passin", f"file:{tmp_path / 'pass'}", "-pubout")
    assert subprocess.run(command, capture_output=True, check=True).stdout == public.read_bytes()


def test_every_lock_is_different_and_tells_nothing_of_the_key(tmp_path: Path) -> None:
    new_key(tmp_path / "k", Disk(), passphrase=SECRET)
    first = (tmp_path / "k").read_bytes()
    lock_key(tmp_path / "k", Disk(), old=SECRET, new=SECRET)
    assert (tmp_path / "k").read_bytes() != first


def test_a_passphrase_is_set_changed_and_removed_and_the_key_stays_the_same(tmp_path: Path) -> None:
    key = tmp_path / "k"
    new_key(key, Disk(), passphrase=None)
    keyid = load_signer(key).public_key.keyid
    for old, new in ((None, SECRET), (SECRET, OTHER), (OTHER, None)):
        lock_key(key, Disk(), old=old, new=new)
        assert load_signer(key, passphrase=new).public_key.keyid == keyid
        assert key.stat().st_mode & 0o777 == 0o600


def test_a_passphrase_that_is_short_or_wrong_changes_nothing(tmp_path: Path) -> None:
    key = tmp_path / "k"
    new_key(key, Disk(), passphrase=SECRET)
    before = key.read_bytes()
    for old, new, problem in ((OTHER, SECRET, "wrong"), (SECRET, "shkurtër".encode(), "at least 12")):
        with pytest.raises(KeyFileError, match=problem):
            lock_key(key, Disk(), old=old, new=new)
        assert key.read_bytes() == before
    with pytest.raises(KeyFileError, match="at least 12"):
        new_key(tmp_path / "k2", Disk(), passphrase=b"short")
    assert not (tmp_path / "k2").exists()


def test_files_that_are_no_keys_are_told_apart(tmp_path: Path) -> None:
    public = new_key(tmp_path / "k", Disk(), passphrase=None)
    for attempt in (
        lambda: load_signer(public),
        lambda: load_public(tmp_path / "k"),
        lambda: load_signer(tmp_path / "none"),
        lambda: load_signer(tmp_path / "k", passphrase=b"x"),
    ):
        with pytest.raises(KeyFileError):
            attempt()


def test_keys_come_and_go_by_id_and_a_threshold_that_cannot_be_met_is_refused(tmp_path: Path) -> None:
    anna, besa, dita = (load_public(new_key(tmp_path / name, Disk(), passphrase=None)) for name in "abd")
    keys, threshold = KeyChange(add=[anna, besa], threshold=2).applied((), 1, whose="root")
    assert (keys, threshold) == ((anna, besa), 2)
    keys, threshold = KeyChange(add=[dita], drop=[besa.keyid[:8]]).applied(keys, threshold, whose="root")
    assert (keys, threshold) == ((anna, dita), 2)
    for wrong in (
        KeyChange(drop=[dita.keyid]),
        KeyChange(drop=[besa.keyid], add=[besa]),
        KeyChange(drop=[anna.keyid[:7]]),
        KeyChange(threshold=0),
        KeyChange(threshold=3),
    ):
        with pytest.raises(SourceError):
            wrong.applied(keys, threshold, whose="root")
    assert KeyChange(add=[anna]).applied(keys, threshold, whose="root") == (keys, threshold)
