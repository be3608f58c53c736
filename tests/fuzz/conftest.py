"""What needs the coverage-guided engine is collected only where the engine exists."""

from tests.fuzz.supported import COVERAGE_GUIDED

collect_ignore = [] if COVERAGE_GUIDED else ["test_short_hunt.py"]
