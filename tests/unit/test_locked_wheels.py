"""A box has no compiler: of every locked package there is a wheel that its processor and its Python can take.

`requirements/box-wheels.txt` is written with the lock; what it names is a file that the lock accepts, by its hash.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

REQUIREMENTS = Path(__file__).parents[2] / "requirements"
PLATFORMS = [f"manylinux_2_{minor}_aarch64" for minor in range(36, 16, -1)] + ["manylinux2014_aarch64"]
"""What the glibc of Raspberry Pi OS takes: 2.36 comes with Python 3.11; the one with Python 3.13 takes more."""
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def locked() -> list[tuple[Requirement, set[str]]]:
    """Each package of the lock, and the hashes of the files that may be taken for it."""
    entries = re.split(r"\n(?=\S)", (REQUIREMENTS / "box.txt").read_text(encoding="ascii").strip())
    return [(Requirement(entry.partition("\\\n")[0]), set(HASH.findall(entry))) for entry in entries]


def wheels() -> list[tuple[str, str]]:
    """The name and the hash of each wheel that was found when the lock was made."""
    lines = (REQUIREMENTS / "box-wheels.txt").read_text(encoding="ascii").splitlines()
    return [(name, sha256) for name, sha256 in (line.split(" ") for line in lines)]


def is_taken(requirement: Requirement, python: tuple[int, int]) -> bool:
    """Whether a Raspberry Pi with this Python installs the package."""
    version = ".".join(map(str, python))
    machine = {
        "implementation_name": "cpython", "implementation_version": f"{version}.0", "os_name": "posix",
        "platform_machine": "aarch64", "platform_python_implementation": "CPython", "platform_release": "",
        "platform_system": "Linux", "platform_version": "", "python_full_version": f"{version}.0",
        "python_version": version, "sys_platform": "linux",
    }  # fmt: skip
    return requirement.marker is None or requirement.marker.evaluate(machine)


def tags(python: tuple[int, int]) -> set[Tag]:
    interpreter = f"cp{python[0]}{python[1]}"
    found = {*cpython_tags(python, platforms=PLATFORMS), *compatible_tags(python, interpreter, PLATFORMS)}
    assert Tag(interpreter, interpreter, "manylinux2014_aarch64") in found
    return found


@pytest.mark.parametrize("python", [(3, 11), (3, 13)])
def test_there_is_a_wheel_for_a_raspberry_pi_of_everything_that_a_box_installs(python: tuple[int, int]) -> None:
    fitting = tags(python)
    there: dict[tuple[NormalizedName, str], set[str]] = {}
    for name, sha256 in wheels():
        package, version, _build, made_for = parse_wheel_filename(name)
        if made_for & fitting:
            there.setdefault((package, str(version)), set()).add(sha256)
    missing = [
        str(requirement)
        for requirement, hashes in locked()
        if is_taken(requirement, python)
        and not there.get((canonicalize_name(requirement.name), str(requirement.specifier)[2:]), set()) & hashes
    ]
    assert missing == []


def test_what_was_found_belongs_to_the_lock_and_the_lock_is_whole() -> None:
    hashes = {(canonicalize_name(each.name), str(each.specifier)[2:]): accepted for each, accepted in locked()}
    strange = [
        name
        for name, sha256 in wheels()
        if sha256 not in hashes.get((parse_wheel_filename(name)[0], str(parse_wheel_filename(name)[1])), set())
    ]
    assert strange == []
    assert len(hashes) > 30
    assert all(hashes.values())
