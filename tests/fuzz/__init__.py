"""Fuzzing every parser of bytes that come from outside.

    python -m tests.fuzz manifest --seconds 600            # hunt: coverage-guided, one target
    python -m tests.fuzz all --seconds 600                 # each target, one after the other; `make fuzz` is this
    python -m tests.fuzz manifest --replay FILE            # one input again, without the engine

A target is one small module in `targets/`, found by its file name. It holds `TARGET`: inputs to begin with, the
function under test together with what must hold afterwards, and the exceptions that are allowed because they are
documented. An input is a failure if anything else is raised, if it takes more than two seconds of CPU, or more than
512 MB.

Whoever mends a bug found here puts its input into `tests/data/fuzz/<target>/`; the tests replay all of these.
"""
