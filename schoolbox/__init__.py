"""The box: the server in a school."""

__version__ = "0.1.0"
