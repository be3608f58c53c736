"""Benchmarks: they print figures and never assert a time. `python -m tests.bench.media`."""
