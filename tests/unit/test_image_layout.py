import itertools

import pytest

from deploy.raspberrypi.image import layout, settings


def chosen(**given: str) -> settings.Settings:
    return settings.read(given, version="1", epoch=1_790_000_000)


def test_partitions_follow_each_other_without_gap_or_overlap_and_the_image_ends_with_data() -> None:
    found = layout.partitions(chosen())

    assert [each.label for each in found] == ["SCHOOLBOX", "SCHOOLROOT", "SCHOOLDATA"]
    assert all(one.start + one.size == next_one.start for one, next_one in itertools.pairwise(found))
    assert all(each.start % layout.BEFORE == 0 for each in found)
    assert layout.size(found) == found[2].start + found[2].size


def test_where_data_begins_is_the_same_in_every_version() -> None:
    # A card is written anew up to here, and data is kept: changing this number loses the data of every school.
    assert layout.partitions(chosen())[2].start == 1_614_807_040


def test_sfdisk_is_told_sectors() -> None:
    assert layout.script(layout.partitions(chosen(IMAGE_BOOT_MIB="64"))).splitlines()[4:] == [
        "start=8192, size=131072, type=c, bootable",
        "start=139264, size=2621440, type=83",
        "start=2760704, size=393216, type=83",
    ]


@pytest.mark.parametrize("label", ["SCHOOLBOX", "SCHOOLROOT", "SCHOOLDATA"])
def test_labels_fit_into_what_fat_and_ext4_have_for_them(label: str) -> None:
    assert len(label) <= 11
    assert layout.number(label) == layout.number(label)
