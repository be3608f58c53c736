"""Tries an image as far as a machine without a Raspberry Pi can: `make image-check`.

It is built twice and compared, looked into without mounting, and started in an emulated machine with a larger disk.
What needs the real board is a list in docs/technician.md.
"""
