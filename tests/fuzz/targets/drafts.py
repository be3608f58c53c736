"""Drafts of roots and registries that come by mail: one that can be signed, or a SourceError (FORMAT 5.7).

Whatever a draft says, a signature is only added by a key that counts, and nothing that it claims to be signed is.
"""

from content_packs.errors import NotYourKeyError, SourceError
from content_packs.sign.draft import make_draft, read_draft
from content_packs.sign.metadata import PublisherKeys, RootKeys, registry_bytes, root_bytes
from content_packs.trust import Publisher
from tests.fuzz.json_mutations import with_head
from tests.fuzz.material import scratch
from tests.fuzz.signed import ANA, BESA, CEN, MASH, NOW, REGISTRAR, root
from tests.fuzz.target import Target


def run(data: bytes) -> None:
    path = scratch("drafts") / "given.draft"
    path.write_bytes(data[1:])
    draft = read_draft(path)
    assert all(need.missing >= 0 and not set(need.signed) & set(need.unsigned) for need in draft.needs())
    keyid = ANA.public_key.keyid
    before = {need.group: need for need in draft.needs()}
    counts = any(keyid in need.signed or keyid in need.unsigned for need in before.values())
    try:
        signed = draft.signed_by(ANA)
    except NotYourKeyError:
        assert not counts
        return
    assert counts
    assert signed.signed_bytes == draft.signed_bytes
    path.write_bytes(signed.to_bytes())
    again = read_draft(path)
    assert again.needs() == signed.needs() == signed.joined(draft).needs()
    assert all(keyid not in need.unsigned for need in again.needs())


def _seeds() -> list[bytes]:
    keys = RootKeys([BESA.public_key, CEN.public_key], 2, [REGISTRAR.public_key])
    mash = PublisherKeys(Publisher("mash", {"sq": "Ministria"}, 1), [MASH.public_key])
    drafts = (
        make_draft("root", root_bytes(2, keys, [], signed_at=NOW), root()),
        make_draft("root", root_bytes(2, keys, [BESA], signed_at=NOW), root()),
        make_draft("registry", registry_bytes(4, [mash], [], signed_at=NOW), root()),
    )
    return [b"\0" + draft.to_bytes() for draft in drafts]


TARGET = Target(
    run=run, allowed=(SourceError,), seeds=_seeds, mutate=with_head(1), max_bytes=8192, runs=150
)  # fmt: skip
