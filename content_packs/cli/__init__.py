"""The command `content-packs`."""
