"""Frames and a track into one small MP4 that the oldest phone plays: H.264 main, AAC mono, index in front.

Flat pictures are cheap: a minute takes half a megabyte, more than half of it for the voice. The same frames always
give the same bytes.
"""

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
from PIL import Image

from content_packs.samples.make.draw.canvas import HEIGHT, WIDTH
from content_packs.samples.make.draw.stage import FPS

_CLEAN = (
    "highpass=f=90,lowpass=f=6500,equalizer=f=2800:t=q:w=1.2:g=-3,"
    "acompressor=threshold=-20dB:ratio=2.5:attack=15:release=180,loudnorm=I=-19:TP=-3:LRA=7,alimiter=level=false:limit=0.63"
)
_VIDEO = (
    "-vf scale=out_color_matrix=bt601:out_range=tv,format=yuv420p -c:v libx264 -profile:v main -level 3.0 "
    "-preset slower -tune animation -crf 30 -g 200 -threads 2 "
    "-colorspace smpte170m -color_primaries smpte170m -color_trc smpte170m"
)
_SOUND = "-c:a aac -b:a 26k -ac 1 -ar 44100"


def encode(frames: Iterator[bytes], track: Path, out: Path) -> None:
    """Encode a video; it appears under its name only when it is whole."""
    half = out.with_suffix(".part.mp4")
    feed = f"-f rawvideo -pix_fmt rgb24 -s {WIDTH}x{HEIGHT} -r {FPS} -i -"
    tail = "-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -movflags +faststart -shortest"
    command = ["nice", "-n", "10", imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *feed.split()]
    command += ["-i", str(track), "-af", _CLEAN, *_VIDEO.split(), *_SOUND.split(), *tail.split(), str(half)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as ffmpeg:
        if ffmpeg.stdin is None:
            raise RuntimeError("ffmpeg takes no frames")
        for frame in frames:
            ffmpeg.stdin.write(frame)
        ffmpeg.stdin.close()
        if ffmpeg.wait():
            raise RuntimeError(f"ffmpeg could not make {out.name}")
    half.rename(out)


def thumbnail(picture: Image.Image, out: Path) -> None:
    """Write a picture of 320 x 180 in at most about 12 KB."""
    small = picture.resize((320, 180), Image.Resampling.LANCZOS)
    for quality in (88, 82, 76, 70, 62):
        buffer = io.BytesIO()
        small.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True, subsampling=0)
        if buffer.tell() <= 12_000:
            break
    out.write_bytes(buffer.getvalue())
