"""The places of a pull as one, over lines that break: who is asked next, when all are tried again, who is given up.

Rules: when a place breaks off, the next one that has the file goes on where it stopped; when none has it, there is a
pause, and all are tried again; a place that stays away is given up, and what the others have is taken.

    supply = Supply(SeveralShelves(...), pace, gone=print)
    while supply.may_try_again(error): ...
"""

from collections.abc import Callable

from content_packs.errors import PackError, ShelfError, TamperedError, UnreadableOnShelfError
from content_packs.shelf.several import SeveralShelves
from schoolbox.services.pull_pace import Pace

_DAMAGED = (TamperedError, UnreadableOnShelfError)


class Supply:
    """All places of one pull."""

    def __init__(self, shelf: SeveralShelves, pace: Pace, *, gone: Callable[[int, ShelfError], None]) -> None:
        """Take the places together.

        Args:
            shelf: The places as one shelf.
            pace: How stubbornly they are tried.
            gone: Told which place was given up, and why.
        """
        self.shelf = shelf
        self._pace = pace
        self._gone = gone
        self._given_up: ShelfError | None = None
        self._known_lost = 0
        self._tries_elsewhere = 0

    def begin(self) -> None:
        """A pack begins: files of it that come damaged may be asked for at each other place once."""
        self._tries_elsewhere = self.shelf.in_reach - 1

    def out_of_reach(self) -> ShelfError | None:
        """Why what nobody in reach has may still be somewhere."""
        return next((error for _, error in self.shelf.lost), self._given_up)

    def may_try_again(self, error: PackError) -> bool:
        """Say whether another try may help after an error, and make it possible; this may wait.

        Raises:
            StoppedError: The program is told to stop.
        """
        lost = self.shelf.lost
        newly_lost, self._known_lost = len(lost) > self._known_lost, len(lost)
        if not lost:
            return self.is_worth_asking_elsewhere(error)
        if newly_lost and self.shelf.in_reach:
            return True
        self._known_lost = 0
        if all(each.transient for _, each in lost) and self._pace.may_try_again():
            self.shelf.try_again()
            return True
        for number, each in lost:
            self._given_up = each
            self.shelf.give_up(number)
            self._gone(number, each)
        return self.shelf.in_reach > 0

    def is_worth_asking_elsewhere(self, error: PackError) -> bool:
        """Say whether a file came damaged, and there is a place that was not asked for it."""
        if not isinstance(error, _DAMAGED) or self._tries_elsewhere <= 0:
            return False
        self._tries_elsewhere -= 1
        return True
