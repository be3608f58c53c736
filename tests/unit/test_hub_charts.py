"""Charts of the hub's pages: a language of few is seen to come and go like that of most."""

from datetime import date, timedelta

from sync.hub.reports.sources import Source, SourceWeek
from sync.hub.views import strips_chart

MONDAY = date(2026, 9, 7)


def source(name: str, *minutes: int) -> Source:
    weeks = tuple(SourceWeek(MONDAY + timedelta(weeks=at), many, many) for at, many in enumerate(minutes))
    return Source(
        name=name, courses=1, minutes=sum(minutes), statements=0, mastered_percent=None, weeks=weeks,
    )  # fmt: skip


def test_each_strip_has_a_scale_of_its_own_and_says_which() -> None:
    chart = strips_chart([source("sq", 4000, 0, 2000), source("tr", 0, 20, 5)])
    assert chart
    many, few = chart.strips
    assert (many.most, few.most) == (4000, 20)
    assert [bar.height for bar in many.bars] == [34, 17]
    assert [bar.height for bar in few.bars] == [34, 8.5]
    assert all(bar.y + bar.height == strip.base_y for strip in chart.strips for bar in strip.bars)


def test_what_was_not_watched_has_no_strip() -> None:
    chart = strips_chart([source("sq", 1), source("rom", 0)])
    assert chart
    assert [strip.source.name for strip in chart.strips] == ["sq"]
    assert strips_chart([source("rom", 0)]) is None
    assert strips_chart([]) is None
