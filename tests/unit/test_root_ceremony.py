"""Root holders at different places make a root together (FORMAT 5.7, 6.1, 6.2)."""

from datetime import timedelta
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.durable import Disk
from content_packs.errors import (
    ForkedMetadataError,
    NotSignedError,
    NotYourKeyError,
    SourceError,
    StillUnsignedError,
)
from content_packs.sign import (
    Draft,
    KeyChange,
    RootChange,
    draft_root,
    publish_root,
    read_draft,
    read_drafts,
    write_draft,
)
from content_packs.sign.reading import read_standing
from content_packs.trust import Root
from tests.simulators.cut_disk import CutDisk, Left, PowerCut
from tests.simulators.publisher import Ministry

NEW = CryptoSigner.generate_ed25519()


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry whose two root keys must both sign, with one publisher."""
    return Ministry(tmp_path)


def newest(ministry: Ministry) -> Root:
    """The newest root on the shelf."""
    return read_standing(ministry.shelf).root


def swap(ministry: Ministry) -> Draft:
    """A draft in which a new holder takes the place of the second one."""
    leaving = ministry.root_signers[1].public_key.keyid
    change = RootChange(root=KeyChange(add=[NEW.public_key], drop=[leaving]))
    return draft_root(newest(ministry), change, signed_at=ministry.clock.now())


def wanting(draft: Draft) -> dict[str, int]:
    """How many signatures each group still owes."""
    return {need.group: need.missing for need in draft.needs()}


def test_a_first_root_needs_only_its_own_keys(tmp_path: Path, ministry: Ministry) -> None:
    first, second = ministry.root_signers
    keys = KeyChange(add=[first.public_key, second.public_key], threshold=2)
    change = RootChange(keys, KeyChange(add=[ministry.registry_signer.public_key]))
    draft = draft_root(None, change, signed_at=ministry.clock.now())
    assert wanting(draft) == {"root": 2}
    with pytest.raises(StillUnsignedError):
        publish_root(tmp_path / "new", draft.signed_by(first), disk=Disk())
    assert not (tmp_path / "new").exists()
    done = publish_root(tmp_path / "new", draft.signed_by(first).signed_by(second), disk=Disk())
    assert (done.version, done.changed, done.is_current) == (1, True, False)


def test_the_next_root_needs_the_thresholds_of_the_old_and_of_the_new_one(ministry: Ministry) -> None:
    draft, (first, second) = swap(ministry), ministry.root_signers
    assert wanting(draft) == {"root before": 2, "root": 2}
    draft = draft.signed_by(first)
    assert wanting(draft) == {"root before": 1, "root": 1}
    for signers, group in (([second], "root"), ([NEW], "root before")):
        half = draft
        for signer in signers:
            half = half.signed_by(signer)
        with pytest.raises(StillUnsignedError) as caught:
            publish_root(ministry.folder, half, disk=Disk())
        assert (caught.value.role, caught.value.missing) == (group, 1)
    assert newest(ministry).version == 1
    done = publish_root(ministry.folder, draft.signed_by(second).signed_by(NEW), disk=Disk())
    assert (done.version, done.changed, done.is_current) == (2, True, True)


def test_copies_that_were_signed_apart_are_put_together(tmp_path: Path, ministry: Ministry) -> None:
    draft = swap(ministry)
    paths = []
    for number, signer in enumerate([*ministry.root_signers, NEW]):
        paths.append(tmp_path / f"{number}.draft")
        write_draft(draft.signed_by(signer), paths[-1], Disk())
    whole = read_drafts(paths, "root")
    assert wanting(whole) == {"root before": 0, "root": 0}
    assert publish_root(ministry.folder, whole, disk=Disk()).version == 2


def test_copies_of_different_drafts_are_not_put_together(tmp_path: Path, ministry: Ministry) -> None:
    write_draft(swap(ministry), tmp_path / "a", Disk())
    ministry.clock.at += timedelta(days=1)
    write_draft(swap(ministry), tmp_path / "b", Disk())
    with pytest.raises(SourceError, match="different things"):
        read_drafts([tmp_path / "a", tmp_path / "b"], "root")
    with pytest.raises(SourceError, match="draft of a root"):
        read_drafts([tmp_path / "a"], "registry")


def test_a_stranger_s_key_does_not_sign_and_signing_twice_changes_nothing(ministry: Ministry) -> None:
    draft = swap(ministry)
    with pytest.raises(NotYourKeyError):
        draft.signed_by(CryptoSigner.generate_ed25519())
    signed = draft.signed_by(NEW)
    assert signed.signed_by(NEW) is signed


def test_a_signature_that_is_wrong_counts_for_nobody(tmp_path: Path, ministry: Ministry) -> None:
    signed = swap(ministry).signed_by(NEW)
    write_draft(signed, tmp_path / "a", Disk())
    raw = (tmp_path / "a").read_bytes()
    right = signed.metadata.signatures[NEW.public_key.keyid].signature
    (tmp_path / "a").write_bytes(raw.replace(right.encode(), right[::-1].encode()))
    assert wanting(read_draft(tmp_path / "a")) == {"root before": 2, "root": 2}
    assert wanting(read_draft(tmp_path / "a").joined(signed)) == {"root before": 2, "root": 1}
    assert wanting(signed.joined(read_draft(tmp_path / "a"))) == {"root before": 2, "root": 1}


def test_a_draft_is_never_written_over_a_file(tmp_path: Path, ministry: Ministry) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(SourceError, match="a file already"):
        write_draft(swap(ministry), tmp_path / "a", Disk())
    assert (tmp_path / "a").read_text() == "mine"


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"draft":"root","metadata":{}}', b"\xff", b"x" * 2_000_000, b'{"draft":' * 9000],
)
def test_what_is_no_draft_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(SourceError):
        read_draft(tmp_path / "a")
    with pytest.raises(SourceError):
        read_draft(tmp_path / "none")


def test_a_draft_that_the_shelf_has_overtaken_is_refused(ministry: Ministry) -> None:
    late = swap(ministry)
    ministry.clock.at += timedelta(days=1)
    early = swap(ministry)
    for signer in (*ministry.root_signers, NEW):
        late, early = late.signed_by(signer), early.signed_by(signer)
    publish_root(ministry.folder, early, disk=Disk())
    with pytest.raises(ForkedMetadataError):
        publish_root(ministry.folder, late, disk=Disk())
    assert not publish_root(ministry.folder, early, disk=Disk()).changed


def test_a_draft_of_another_ministry_is_refused(tmp_path: Path, ministry: Ministry) -> None:
    other = Ministry(tmp_path / "abroad")
    draft = swap(other)
    for signer in (*other.root_signers, NEW):
        draft = draft.signed_by(signer)
    with pytest.raises(ForkedMetadataError):
        publish_root(ministry.folder, draft, disk=Disk())
    with pytest.raises(SourceError, match="no first root"):
        publish_root(tmp_path / "empty", draft, disk=Disk())


def test_a_new_registry_key_asks_for_the_registry_to_be_signed_again(ministry: Ministry) -> None:
    change = RootChange(
        registry=KeyChange(add=[NEW.public_key], drop=[ministry.registry_signer.public_key.keyid]),
        registry_min_version=7,
    )
    draft = draft_root(newest(ministry), change, signed_at=ministry.clock.now())
    for signer in ministry.root_signers:
        draft = draft.signed_by(signer)
    assert not publish_root(ministry.folder, draft, disk=Disk()).is_current
    with pytest.raises(NotYourKeyError):
        ministry.desk().renew()
    ministry.registry_signer = NEW
    for attempt in (ministry.desk().begin, lambda: ministry.revoke("mash")):
        with pytest.raises(SourceError, match="signed again"):
            attempt()
    assert ministry.desk().renew() == "published"
    standing = read_standing(ministry.shelf)
    assert standing.is_current
    assert standing.registry
    assert (standing.registry.version, list(standing.registry.publishers)) == (7, ["mash"])


def test_a_registry_that_no_root_of_the_shelf_knows_is_not_signed_again(ministry: Ministry) -> None:
    """A thief who put a list of his own on the master shelf does not get it signed by the new key."""
    honest, ministry.registry_signer = ministry.registry_signer, NEW
    ministry.write_registry(9, "mash", names={"sq": "Hajni"})
    ministry.registry_signer = honest
    with pytest.raises(NotSignedError):
        ministry.desk().renew()


@pytest.mark.parametrize("left", ["lost", "kept", "torn"])
def test_power_that_goes_while_publishing_leaves_the_old_root_or_the_new_one(tmp_path: Path, left: Left) -> None:
    cut_at = steps = 0
    while cut_at <= steps:
        ministry = Ministry(tmp_path / f"{left}-{cut_at}")
        draft = swap(ministry)
        for signer in (*ministry.root_signers, NEW):
            draft = draft.signed_by(signer)
        disk = CutDisk(cut_at, left, tmp_path / f"attic-{left}-{cut_at}")
        try:
            publish_root(ministry.folder, draft, disk=disk)
            break
        except PowerCut:
            assert newest(ministry).version in (1, 2)
        assert publish_root(ministry.folder, draft, disk=Disk()).version == 2
        assert newest(ministry).version == 2
        cut_at, steps = cut_at + 1, disk.steps
    assert cut_at > 3
