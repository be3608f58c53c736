"""What can be wrong with a program that is offered (UPDATES 5.2).

PackError
└── ProgramError
    ├── ProgramBrokenError    what was signed is no program, or what was copied is not what was signed
    ├── OlderProgramError     the box has a newer one; quiet
    ├── OtherMachineError     there is nothing in it for this kind of processor
    ├── BaseTooOldError       it needs a newer system than the one on the card
    └── UpdateGoingOnError    another update is going on (transient)
"""

from content_packs.errors import PackError


class ProgramError(PackError):
    """Something is wrong with a program that is offered."""


class ProgramBrokenError(ProgramError):
    """Not what UPDATES.md says, or not what was signed; `problem` says where, for a log."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class OlderProgramError(ProgramError):
    """It is older than what the box has had; or it is the very version that runs, when `version` equals `floor`."""

    def __init__(self, *, version: str, floor: str) -> None:
        super().__init__(f"{version} is older than {floor}")
        self.version = version
        self.floor = floor


class OtherMachineError(ProgramError):
    """There is no part for this machine in it."""

    def __init__(self, *, version: str, machine: str) -> None:
        super().__init__(f"{version} has nothing for {machine}")
        self.version = version
        self.machine = machine


class BaseTooOldError(ProgramError):
    """It needs another system under it: `needs` and `has` are numbers of the base image, or versions of Python."""

    def __init__(self, *, version: str, needs: str, has: str) -> None:
        super().__init__(f"{version} needs {needs}, here is {has}")
        self.version = version
        self.needs = needs
        self.has = has


class UpdateGoingOnError(ProgramError):
    """Another update is going on."""

    transient = True
