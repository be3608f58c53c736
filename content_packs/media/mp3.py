"""How long an MP3 plays, from its first frame.

Source: ISO/IEC 11172-3 (frame header), 13818-3 (lower rates); the `Xing`/`Info` frame written by every encoder of
files with a changing bit rate.
"""

import os
import struct
from typing import BinaryIO

_KBITS_V1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_V2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_HEAD_BYTES = 64 * 1024


def read_duration_s(file: BinaryIO) -> float:
    """Say how many seconds an MP3 plays.

    Raises:
        ValueError: It is no MP3.
    """
    total = file.seek(0, os.SEEK_END)
    file.seek(0)
    start = _after_tag(file.read(10))
    file.seek(start)
    head = file.read(_HEAD_BYTES)
    frame = _first_frame(head)
    version, bits, rate_index, mono = head[frame + 1] >> 3 & 3, head[frame + 2] >> 4, head[frame + 2] >> 2 & 3, head[
        frame + 3
    ] >> 6 == 3
    kbits = (_KBITS_V1 if version == 3 else _KBITS_V2)[bits]
    rate = _RATES[version][rate_index]
    side_bytes = (17 if mono else 32) if version == 3 else (9 if mono else 17)
    info = head[frame + 4 + side_bytes : frame + 4 + side_bytes + 12]
    if info[:4] in (b"Xing", b"Info") and len(info) == 12 and info[7] & 1:
        frames = struct.unpack_from(">I", info, 8)[0]
        return round(float(frames) * (1152 if version == 3 else 576) / rate, 3)
    if not kbits:
        raise ValueError("its bit rate is not written down")
    return round((total - start - frame) * 8 / (kbits * 1000), 3)


def _after_tag(head: bytes) -> int:
    """Where the sound starts: behind an ID3v2 tag, whose length has seven bits a byte."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    length = 0
    for byte in head[6:10]:
        length = length << 7 | byte & 0x7F
    return 10 + length


def _first_frame(head: bytes) -> int:
    """Find the first frame header of layer III with a bit rate and sample rate that exist."""
    for offset in range(len(head) - 4):
        if head[offset] != 0xFF or head[offset + 1] & 0xE6 != 0xE2 or head[offset + 1] >> 3 & 3 == 1:
            continue
        if head[offset + 2] >> 4 != 15 and head[offset + 2] >> 2 & 3 != 3:
            return offset
    raise ValueError("it is not an MP3")
