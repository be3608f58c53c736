"""Where the coverage-guided engine can run: the one place that decides it.

`atheris` has wheels for x86_64 only (see the test extra in pyproject.toml). Elsewhere the property tests and the replay
of known inputs still run; what needs the engine is not collected.
"""

import platform

COVERAGE_GUIDED = platform.machine() == "x86_64"
