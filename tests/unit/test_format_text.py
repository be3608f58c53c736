"""The examples and test vectors in FORMAT.md are true."""

import hashlib
import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from content_packs.build import build_pack
from content_packs.durable import Disk
from content_packs.manifest import MANIFEST_BYTES_MAX, MEDIA_TYPES, decode_manifest, encode_manifest
from content_packs.paths import blob_name
from content_packs.quiz import QUIZ_BYTES_MAX, decode_quiz
from content_packs.shelf.index import INDEX_BYTES_MAX
from content_packs.trust.json_text import canonical, read_json
from content_packs.trust.metadata import (
    CATALOGUE_BYTES_MAX,
    CATALOGUES_MAX,
    REGISTRY_BYTES_MAX,
    ROOT_BYTES_MAX,
    ROOTS_MAX,
)
from tests.simulators.second_reader import key_id as second_key_id
from tests.simulators.second_verifier import SecondBox
from tests.simulators.two_boxes import FirstBox
from tests.simulators.vector_keys import KEYS, SEEDS, academy

TEXT = (Path(__file__).parents[2] / "content_packs" / "FORMAT.md").read_text()


def example(label: str) -> bytes:
    """A fenced example by its label, without the last end of line."""
    match = re.search(rf"```{label}\n(.*?)\n```", TEXT, re.DOTALL)
    assert match, label
    return match[1].encode()


def clause(number: str) -> str:
    """The text of one clause."""
    match = re.search(rf"\*\*{re.escape(number)}\*\* (.*?)(?=\n- \*\*|\n\n|\n##|\Z)", TEXT, re.DOTALL)
    assert match, number
    return match[1]


def test_the_vector_of_a_blob_is_its_name() -> None:
    assert blob_name(hashlib.sha256(b"Agimi").hexdigest(), "txt") in clause("10.1")


def test_the_vector_of_a_manifest_decodes_and_encodes_to_the_same_bytes() -> None:
    raw = example("json manifest")
    assert encode_manifest(decode_manifest(raw)) == raw
    assert f"of {len(raw)} bytes" in clause("10.2")
    assert hashlib.sha256(raw).hexdigest() in clause("10.2")


def test_the_source_in_the_text_builds_the_manifest_of_the_vector(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "pack.toml").write_bytes(example("toml pack"))
    (source / "kuizi.json").write_bytes(example("json quiz"))
    (source / "fleta.txt").write_bytes(b"Agimi")
    built = build_pack(source, tmp_path / "built", Disk())
    assert built.manifest_sha256 in clause("10.3")


def test_the_test_keys_in_the_text_are_those_of_the_seeds() -> None:
    row = r"^\| `([a-z0-9-]+)` \| `([0-9a-f]{2})` \| `([0-9a-f]{64})` \| `([0-9a-f]{64})` \|$"
    rows = re.findall(row, TEXT, re.MULTILINE)
    assert {name: int(seed, 16) for name, seed, _, _ in rows} == SEEDS
    for name, seed, public, key_id in rows:
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed) * 32).public_key()
        assert key.public_bytes_raw().hex() == public == KEYS[name].public_key.keyval["public"]
        assert key_id == KEYS[name].public_key.keyid == second_key_id(public)
    assert f"`{academy('school')}`" in TEXT


def test_the_metadata_in_the_text_is_accepted_by_both_programs(tmp_path: Path) -> None:
    for box in (FirstBox(tmp_path), SecondBox()):
        box.pin(example("json root"))
        report = box.apply({"registry.json": example("json registry"), "cat/mash.json": example("json catalogue")})
        assert (report.root, report.registry, report.catalogues, report.refused) == (1, 1, {"mash": 1}, {})


def test_the_example_of_canonical_json_is_true() -> None:
    match = re.search(r"`(\{\"b\".*?\})` becomes\s+`(.*?)`", clause("5.10"))
    assert match
    assert canonical(read_json(match[1].encode())) == match[2].replace("⏎", "\n").encode()


def test_the_quiz_in_the_text_is_a_quiz() -> None:
    assert [question.id for question in decode_quiz(example("json quiz")).questions] == ["shuma", "gjysma"]
    kinds = decode_quiz(example("json quiz kinds"))
    assert [question.type for question in kinds.questions] == ["true_false", "order", "match", "gaps"]
    assert kinds.asked == 3


def test_the_extensions_in_the_text_are_those_of_the_code() -> None:
    listed = re.findall(r"`([a-z0-9]+)`", clause("2.3").partition(".")[0])
    assert listed == list(MEDIA_TYPES)


def test_the_caps_in_the_text_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| .* \| ([\d,]+)(?: bytes)? \|$", TEXT, re.MULTILINE)
    numbers = [int(number.replace(",", "")) for number in rows]
    caps = [ROOT_BYTES_MAX, REGISTRY_BYTES_MAX, CATALOGUE_BYTES_MAX, MANIFEST_BYTES_MAX, QUIZ_BYTES_MAX]
    assert numbers == [*caps, INDEX_BYTES_MAX, ROOTS_MAX, CATALOGUES_MAX]


def test_every_clause_the_code_cites_exists() -> None:
    root = Path(__file__).parents[2]
    files = [*root.glob("content_packs/**/*.py"), *root.glob("tests/**/*.py"), *root.glob("schoolbox/**/*.py")]
    cited = {
        (number, path.name)
        for path in files
        if "samples" not in path.parts
        for number in re.findall(r"FORMAT (\d+\.\d+)", path.read_text())
    }
    assert cited
    assert not [where for where in cited if f"**{where[0]}**" not in TEXT]
