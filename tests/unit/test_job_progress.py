"""How far, how fast, how long still: counts of what has to be copied, and speeds of the last half minute."""

import pytest

from content_packs.copying import Progress
from schoolbox.services.job_progress import JobProgress, done_of, left_s, speed
from schoolbox.services.job_standing import standing
from schoolbox.services.shelf_jobs import Job, JobPack, PackPart, Wish, end_state
from schoolbox.services.stick_listing import Need
from tests.simulators.clock import HandClock

PACK = "mash:thyesat-6"
MB = 1_000_000


def told(done_mb: float, *, of_mb: float = 100, files: int = 0, of_files: int = 10) -> Progress:
    return Progress(PACK, files, of_files, int(done_mb * MB), int(of_mb * MB))


def test_what_was_there_before_does_not_count_as_copied() -> None:
    assert done_of(told(99, files=9), Need(MB, 1)) == Need(0, 0)
    assert done_of(told(99.5, files=9), Need(MB, 1)) == Need(MB // 2, 0)
    assert done_of(told(100, files=10), Need(MB, 1)) == Need(MB, 1)


def test_a_need_that_was_too_small_or_too_large_never_leaves_its_bounds() -> None:
    assert done_of(told(10, of_mb=10), Need(4 * MB, 2)).bytes == 4 * MB
    assert done_of(told(0, of_mb=10), Need(4 * MB, 2)).bytes == 0
    assert done_of(told(3, of_mb=2), Need(5 * MB, 2)).bytes == 5 * MB


@pytest.mark.parametrize(
    ("samples", "expected"),
    [([], None), ([(0.0, 0)], None), ([(0.0, 0), (1.0, 9)], None), ([(0.0, 0), (2.0, 40), (4.0, 60)], 15.0)],
)
def test_a_speed_is_told_only_when_there_is_enough_to_measure(
    samples: list[tuple[float, int]], expected: float | None
) -> None:
    assert speed(samples) == expected


def test_time_that_is_left_is_unknown_without_a_speed() -> None:
    assert left_s(Need(100, 1), Need(40, 0), 20.0) == 3.0
    assert left_s(Need(100, 1), Need(40, 0), None) is None
    assert left_s(Need(100, 1), Need(40, 0), 0.0) is None


def test_only_the_last_half_minute_makes_the_speed() -> None:
    clock = HandClock()
    progress = JobProgress(clock)
    progress.begin(job_id=1, pack_id=PACK, need=Need(100 * MB, 10), done=Need(0, 0))
    for second in range(61):
        progress.tell(told(second if second <= 30 else 30 + (second - 30) / 10))
        clock.tick(1)
    state = progress.state()
    assert state is not None
    assert state.speed_bytes_s == pytest.approx(MB / 10, rel=0.05)


def test_bytes_of_an_earlier_day_are_no_speed() -> None:
    clock = HandClock()
    progress = JobProgress(clock)
    progress.begin(job_id=1, pack_id=PACK, need=Need(100 * MB, 10), done=Need(60 * MB, 6))
    for done_mb in (60, 61, 62, 63):
        progress.tell(told(done_mb))
        clock.tick(1)
    state = progress.state()
    assert state is not None
    assert state.done.bytes == 63 * MB
    assert state.speed_bytes_s == pytest.approx(MB)


def test_nothing_runs_after_the_end() -> None:
    progress = JobProgress(HandClock())
    progress.begin(job_id=1, pack_id=PACK, need=Need(1, 1), done=Need(0, 0))
    progress.end()
    assert progress.state() is None


def part(position: int, state: PackPart, done: Need) -> JobPack:
    wish = Wish(f"mash:p{position}", 1, "0" * 64, {"sq": "P"}, Need(50, 5))
    return JobPack(1, position, wish, state, None, 0, done)


def test_the_whole_order_is_one_bar_that_is_full_only_at_the_end() -> None:
    clock = HandClock()
    packs = (part(0, "done", Need(50, 5)), part(1, "running", Need(10, 1)), part(2, "waiting", Need(0, 0)))
    job = Job(1, "install", "stick", "MASHT", "running", None, clock.now(), None, seen=False, packs=packs)
    progress = JobProgress(clock)
    progress.begin(job_id=1, pack_id="mash:p1", need=Need(50, 5), done=Need(10, 1))
    progress.tell(Progress("mash:p1", 4, 5, 40, 50))
    now = standing(job, progress.state())
    assert (now.number, now.done, now.need, now.share) == (2, Need(90, 9), Need(150, 15), 60)
    assert now.stamp == "running.done.running.waiting"
    assert standing(job, None).done == Need(60, 6)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [(("done", "done"), "done"), (("done", "failed"), "partly"), (("partly",), "partly"), (("failed",), "failed")],
)
def test_how_an_order_ends_follows_from_its_packs(parts: tuple[PackPart, ...], expected: str) -> None:
    assert end_state(parts) == expected
