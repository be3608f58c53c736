"""How packs fare: copying beside the tools of the system, memory, and a national library on a real box.

    python -m tests.bench.packs      # prints figures, asserts nothing about time
"""

from tests.bench import pack_copying, pack_library


def main() -> None:
    """Measure and print, the copying first."""
    pack_copying.main()
    pack_library.main()


if __name__ == "__main__":
    main()
