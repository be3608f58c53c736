"""Builds the image that a technician flashes: `make image`, and tries it: `make image-check`.

Each file is one step. Decisions (layout, module choice, lists, settings) are functions of values; only `programs`
starts programs and only `building` knows the order. Nothing is mounted and no loop device is used.
"""
