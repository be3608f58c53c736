"""Which files of somebody's folder travel to the box: only a shelf's, never what the box has, and no name is a path."""

import pytest

from schoolbox.errors import BadInputError, NoPacksInUploadError
from schoolbox.services.upload_plan import LIST_BYTES_MAX, Plan, plan_folder

ROOT = "meta/1.root.json"
SHA, OTHER = "ab" * 32, "cd" * 32
BLOB, MANIFEST = f"blobs/ab/{SHA}.mp4", f"manifests/{OTHER}.json"


def listed(*names: str, size_bytes: int = 7) -> bytes:
    return "".join(f"{size_bytes} {name}\n" for name in names).encode()


def plan(*names: str, here: str = "") -> Plan:
    return plan_folder(listed(*names), has=lambda sha256, _ext, _size: sha256 == here, name="my stick")


def names(found: Plan) -> list[str]:
    return [file.name for file in found.files]


def test_what_says_whose_the_packs_are_travels_first() -> None:
    found = plan(BLOB, MANIFEST, "meta/registry.json", "meta/cat/mash.json", ROOT)

    assert names(found) == [ROOT, "meta/cat/mash.json", "meta/registry.json", MANIFEST, BLOB]
    assert [file.line for file in found.files] == [4, 3, 2, 1, 0]


@pytest.mark.parametrize("top", ["", "stick/", "USB e shkollës/"])
def test_one_folder_may_be_around_the_shelf(top: str) -> None:
    assert names(plan(top + ROOT, top + BLOB)) == [ROOT, BLOB]


@pytest.mark.parametrize(
    "strange",
    [
        "CONTENTS.html", "thumbs.db", ".DS_Store", "meta/.DS_Store", "meta/index.json", "meta/0.root.json", "",
        "../meta/1.root.json", "/etc/passwd", "meta/../../x", f"blobs/cd/{SHA}.mp4", f"blobs/ab/{SHA}.exe",
        f"blobs/ab/{SHA.upper()}.mp4", f"manifests/{SHA}.json.bak", "meta/cat/..json", f"blobs/ab/{SHA}.mp4/x",
        "meta\\registry.json", "pages/a.html", "a/b/" + ROOT, f"blobs/ab/._{SHA}.mp4",
    ],
)  # fmt: skip
def test_what_does_not_belong_on_a_shelf_is_passed_over(strange: str) -> None:
    assert names(plan(ROOT, strange)) == [ROOT]


def test_what_the_box_has_stays_where_it_is() -> None:
    found = plan(ROOT, MANIFEST, BLOB, here=SHA)

    assert names(found) == [ROOT, MANIFEST]
    assert (found.size_bytes, found.spared_bytes) == (14, 7)


def test_it_is_known_where_each_file_will_be() -> None:
    found = plan_folder(f"5 {ROOT}\n0 {MANIFEST}\n9 {BLOB}\n".encode(), has=lambda *_: False)
    places = {name: (stretch.start, stretch.length) for name, stretch in found.stretches().items()}

    assert places == {ROOT: (0, 5), MANIFEST: (5, 0), BLOB: (5, 9)}


@pytest.mark.parametrize("wrong", [(), ("photo.jpg",), ("a/" + ROOT, "b/" + ROOT), ("meta/registry.json",)])
def test_a_folder_without_one_shelf_is_told_by_its_name(wrong: tuple[str, ...]) -> None:
    with pytest.raises(NoPacksInUploadError) as caught:
        plan(*wrong)
    assert caught.value.name == "my stick"


@pytest.mark.parametrize(
    "raw",
    [b"x\n", b"-1 a\n", b"1\n", b"99999999999 a\n", b"4294967296 a\n", b"1.5 a\n", b" a\n", bytes(LIST_BYTES_MAX + 1)],
)
def test_what_is_no_list_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInputError):
        plan_folder(raw, has=lambda *_: False)


def test_the_last_line_counts_only_if_it_is_whole() -> None:
    assert names(plan_folder(f"5 {ROOT}\n5 {BLOB}".encode(), has=lambda *_: False)) == [ROOT]


def test_names_in_any_bytes_do_no_harm() -> None:
    assert names(plan_folder(b"5 " + ROOT.encode() + b"\n5 \xff\xfe\x00\n", has=lambda *_: False)) == [ROOT]
