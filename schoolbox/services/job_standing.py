"""How an order stands, for a page: what is done of all that was asked, how fast it goes and how long it still takes.

    standing(job, progress.state()).share        # 47, of a hundred
"""

import msgspec

from schoolbox.services.job_progress import Running, left_s
from schoolbox.services.shelf_jobs import Job, JobPack
from schoolbox.services.stick_listing import Need


class Standing(msgspec.Struct, frozen=True):
    """An order as its page shows it; `pack` is the one that is copied, or the next; `stamp` changes with the words."""

    job: Job
    pack: JobPack | None
    number: int
    done: Need
    need: Need
    speed_bytes_s: float | None
    left_s: float | None

    @property
    def share(self) -> int:
        """How much of it is done, of a hundred; a hundred only when it has ended."""
        if not self.job.open:
            return 100
        return min(99, 100 * self.done.bytes // self.need.bytes) if self.need.bytes else 0

    @property
    def stamp(self) -> str:
        """What else than numbers there is to say."""
        return ".".join((self.job.state, *(pack.state for pack in self.job.packs)))


def standing(job: Job, running: Running | None) -> Standing:
    """Put together what the disk and the memory know."""
    mine = running if running and running.job_id == job.id else None
    done = [_done(pack, mine) for pack in job.packs]
    total = Need(sum(each.bytes for each in done), sum(each.files for each in done))
    if mine and not mine.pack_id:
        total = mine.done
    going = [pack for pack in job.packs if not pack.ended]
    pack = next((each for each in going if mine and each.wish.pack_id == mine.pack_id), going[0] if going else None)
    speed = mine.speed_bytes_s if mine else None
    return Standing(
        job, pack, job.packs.index(pack) + 1 if pack else 0, total, job.need, speed, left_s(job.need, total, speed)
    )


def _done(pack: JobPack, running: Running | None) -> Need:
    if running and running.pack_id == pack.wish.pack_id and not pack.ended:
        return running.done
    return pack.done
