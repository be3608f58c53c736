"""A stick with signed packs in a file, as a publisher would make it, and a walk through a box's pages to a video."""

import re
from pathlib import Path
from urllib.parse import urljoin

import httpx

from deploy.demo.shelf import make_shelf
from deploy.raspberrypi.image.toolbox import Tools

LABEL = "MASH"
ROOM = 512 * 1024 * 1024
PAGES = 80
LINK, VIDEO = re.compile(r'href="(/[^"#?]*)"'), re.compile(r'src="(/[^"]+\.mp4[^"]*)"')


def shelf(folder: Path) -> Path:
    """The shelf of the samples, as a publisher makes it; kept."""
    folder.mkdir(parents=True, exist_ok=True)
    make_shelf(folder)
    return folder / "shelf"


def filled(tools: Tools, image: Path, sources: list[Path]) -> Path:
    """A file that is a FAT32 stick with these files and folders."""
    image.unlink(missing_ok=True)
    with image.open("wb") as file:
        file.truncate(ROOM)
    tools.run("mkfs.vfat", "-F", "32", "-n", LABEL, image)
    tools.run("mcopy", "-s", "-Q", "-i", image, *sources, "::/")
    return image


def empty_exfat(tools: Tools, image: Path) -> Path:
    """A file that is an exFAT stick with nothing on it, as it comes from a shop."""
    image.unlink(missing_ok=True)
    with image.open("wb") as file:
        file.truncate(ROOM)
    tools.run("mkfs.exfat", "-n", LABEL, image)
    return image


def video(home: str) -> str | None:
    """The address of a video that somebody finds who walks from the first page; None if there is none."""
    to_see, seen = ["/"], {"/"}
    with httpx.Client(base_url=home, timeout=120, follow_redirects=True) as pupil:
        while to_see and len(seen) < PAGES:
            text = pupil.get(to_see.pop(0)).text
            if found := VIDEO.search(text):
                return f"{urljoin(home, found[1])}"
            new = [path for path in LINK.findall(text) if path not in seen and not path.startswith("/static")]
            seen.update(new)
            to_see += new
    return None
