"""What needs the coverage-guided engine is collected where the engine exists, and what stands in for it elsewhere."""

from tests.fuzz.supported import COVERAGE_GUIDED

collect_ignore = ["test_seeds.py" if COVERAGE_GUIDED else "test_short_hunt.py"]
