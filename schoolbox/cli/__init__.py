"""The command `schoolbox`."""
