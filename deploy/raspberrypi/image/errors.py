"""What can go wrong while an image is built. The words are read by whoever typed `make image`."""


class ImageError(Exception):
    """What happened, and what to do next, in one or two sentences."""
