"""The format: what a pack is, who signed it, how it gets onto a disk. Usable alone by an author."""
