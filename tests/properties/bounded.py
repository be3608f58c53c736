"""How many values a property is tried with; chance is the same in every run (see tests/conftest.py).

    @bounded(50)
    @given(text())
    def test_folding_twice_changes_nothing(words: str) -> None: ...
"""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, settings

Test = TypeVar("Test", bound=Callable[..., None])


def bounded(examples: int) -> Callable[[Test], Test]:
    """Try a property with so many values; a machine that is busy is no failure."""
    return settings(
        max_examples=examples, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
    )
