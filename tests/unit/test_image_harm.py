"""What an image on trial suffers: how often where, and what is newer than it."""

import pytest

from content_packs.programs.manifest import version_number
from deploy.raspberrypi.image.check.harm import shares
from deploy.raspberrypi.image.check.updates import later


@pytest.mark.parametrize("times", [0, 1, 2, 3, 7, 20, 100])
def test_the_plug_is_pulled_as_often_as_was_asked_and_at_the_first_start_before_all(times: int) -> None:
    first, idle, copying = shares(times)
    assert first + idle + copying == times
    assert min(first, idle, copying) >= 0
    assert first or not times


def test_the_programs_that_are_taken_are_newer_than_the_image_whatever_it_is() -> None:
    for version in ("0.1.0", "0.9.4", "1.0.0", "2.31.7"):
        assert version_number(version) < version_number(later(version, 1)) < version_number(later(version, 2))
