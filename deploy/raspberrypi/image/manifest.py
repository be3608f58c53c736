"""The list that Raspberry Pi Imager reads, so that the image is one of its choices: `.rpi-imager-manifest`.

With `init_format` Imager 2 offers its own settings and writes them as `rpi-preseed.toml`, which the first boot reads
(deploy/raspberrypi/firstboot/preseed.py).

Source: github.com/raspberrypi/rpi-imager, doc/json-schema/os-list-schema.json and doc/compatibility.md.
"""

import datetime

import msgspec

from deploy.raspberrypi.image.boards import IMAGER_TAGS


class Written(msgspec.Struct, frozen=True):
    """A file as it is downloaded and as it lies on the card."""

    packed_size: int
    packed_sha256: str
    size: int
    sha256: str


def url_of(file: str, *, address: str) -> str:
    """Where an image can be had, as far as that is known when it is built."""
    return f"{address.rstrip('/')}/{file}" if address else file


def manifest(written: Written, *, url: str, version: str, epoch: int) -> bytes:
    """The manifest of one image.

    Args:
        written: The image.
        url: Where it can be had. Imager takes it as it stands: the bare name of a file is found nowhere, and a
            technician writes the place before it (docs/technician.md).
        version: Of the image.
        epoch: Seconds since 1970 that stand for "when".
    """
    day = datetime.datetime.fromtimestamp(epoch, datetime.UTC).date().isoformat()
    entry = {
        "name": f"Schoolbox {version}",
        "description": "A school server that works without internet",
        "icon": "",
        "url": url,
        "extract_size": written.size,
        "extract_sha256": written.sha256,
        "image_download_size": written.packed_size,
        "image_download_sha256": written.packed_sha256,
        "release_date": day,
        "init_format": "rpi-preseed",
        "devices": list(IMAGER_TAGS),
        "architecture": "armv8",
    }
    return msgspec.json.format(msgspec.json.encode({"os_list": [entry]}), indent=2) + b"\n"
