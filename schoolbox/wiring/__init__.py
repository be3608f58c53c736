"""Puts the box together: the only module that knows every concrete class.

    box = open_box(config)
    box.learning.watch(...)
    box.close()

In the data folder: `box.db`, `keys/` (0700: keys of this box, what the hub gave it, codes of neighbours), `packs/`
(files of packs by their hash), `trust/` (signed metadata), `academy/` (what the school signs itself), `uploads/` (what
teachers bring from their computers), `cache/` (what can be made again: what sticks offer, what was fetched of shelves),
`pictures/` (of questions that teachers write), `snapshots/` (copies of the database), `damaged/` (databases that had to
be replaced), lock files, and `spare`, which is given up when the disk is full, so that the box can start and packs be
removed.
"""

from schoolbox.wiring.box import Box
from schoolbox.wiring.build import open_box

__all__ = ["Box", "open_box"]
