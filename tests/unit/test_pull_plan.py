"""What the box takes by itself (FORMAT 8.13): a function of catalogues, installed packs and wishes."""

import pytest

from content_packs.library import InstalledPack
from content_packs.trust import Catalogue, Listing
from schoolbox.services.pull_plan import plan
from schoolbox.services.subscriptions import Wishes

A, B = "mash:algjebra", "mash:biologji"


def listing(pack_id: str, version: int) -> Listing:
    return Listing(pack_id, version, f"{version:064x}", 100)


def catalogue(*listings: Listing) -> Catalogue:
    publisher = listings[0].pack_id.partition(":")[0]
    return Catalogue(publisher, 1, None, listings, b"", b"")


def installed(pack_id: str, version: int, *, missing: int = 0, held_back: int = 0, sha256: str = "") -> InstalledPack:
    return InstalledPack(pack_id, version, sha256 or f"{version:064x}", missing=missing, held_back=held_back)


def versions(catalogues: list[Catalogue], packs: list[InstalledPack], **patterns: bool) -> dict[str, list[int]]:
    found = plan(
        {each.publisher: each for each in catalogues},
        {pack.pack_id: pack for pack in packs},
        Wishes({name.replace("__", ":*").replace("_ALL", "*").replace("_", ":"): on for name, on in patterns.items()}),
    )
    return {each.pack_id: [one.version for one in each.listings] for each in found}


CATALOGUE = catalogue(listing(A, 1), listing(A, 2), listing(A, 3), listing(B, 1))


def test_nothing_new_is_wanted_without_a_wish() -> None:
    assert versions([CATALOGUE], []) == {}


def test_what_is_installed_gets_newer_versions_the_newest_first() -> None:
    assert versions([CATALOGUE], [installed(A, 1)]) == {A: [3, 2]}


def test_what_is_installed_and_newest_is_left_alone() -> None:
    assert versions([CATALOGUE], [installed(A, 3), installed(B, 1)], _ALL=True) == {}


def test_what_is_incomplete_is_completed_and_comes_first() -> None:
    found = plan({"mash": CATALOGUE}, {A: installed(A, 1), B: installed(B, 1, missing=2)}, Wishes())

    assert [(each.pack_id, each.version) for each in found] == [(B, 1), (A, 3)]


def test_what_is_incomplete_under_another_manifest_is_not_completed_by_this_one() -> None:
    assert versions([CATALOGUE], [installed(B, 1, missing=2, sha256="f" * 64)]) == {}


def test_a_newer_version_is_wanted_more_than_completing_the_old_one() -> None:
    assert versions([CATALOGUE], [installed(A, 2, missing=1)]) == {A: [3, 2]}


@pytest.mark.parametrize(("held_back", "wanted"), [(0, [3, 2]), (2, [3]), (3, [])])
def test_what_was_gone_back_from_and_what_came_before_it_is_not_wanted(held_back: int, wanted: list[int]) -> None:
    assert versions([CATALOGUE], [installed(A, 1, held_back=held_back)]) == ({A: wanted} if wanted else {})


def test_the_narrowest_wish_decides() -> None:
    other = catalogue(listing("tetra:kimi", 1), listing("tetra:art", 1))
    both = [CATALOGUE, other]

    assert versions(both, [], _ALL=True) == {A: [3, 2, 1], B: [1], "tetra:kimi": [1], "tetra:art": [1]}
    assert versions(both, [], mash__=True) == {A: [3, 2, 1], B: [1]}
    assert versions(both, [], _ALL=True, mash__=False) == {"tetra:kimi": [1], "tetra:art": [1]}
    assert versions(both, [], mash__=False, mash_biologji=True) == {B: [1]}
    assert versions(both, [], _ALL=True, mash_algjebra=False, tetra__=False) == {B: [1]}


def test_leaving_a_publisher_alone_does_not_stop_what_is_installed_but_leaving_a_pack_alone_does() -> None:
    assert versions([CATALOGUE], [installed(A, 1)], mash__=False) == {A: [3, 2]}
    assert versions([CATALOGUE], [installed(A, 1)], mash_algjebra=False) == {}


def test_a_publisher_without_a_trusted_catalogue_offers_nothing() -> None:
    assert versions([], [installed(A, 1)], _ALL=True) == {}
