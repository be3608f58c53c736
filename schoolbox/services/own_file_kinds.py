"""What a file of a teacher is, and whether every phone can open it: looked at, never believed by its name.

    kind_of(Path("arriving"), "fleta.PDF")      # FileKind("document", "pdf")
"""

import contextlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from content_packs.errors import MediaError
from content_packs.manifest import Kind
from content_packs.media.examine import examine
from content_packs.media.mp4 import NEWER_CODECS, read_movie
from schoolbox.errors import BadInputError
from schoolbox.marks import N_
from schoolbox.services.quiz_pictures import without_extras

PICTURE_BYTES_MAX = 8_000_000
PICTURES = ("jpg", "png", "webp")
_SAME: Mapping[str, str] = {"jpeg": "jpg", "m4v": "mp4"}
_KINDS: Mapping[str, Kind] = {
    "mp4": "video", "m4a": "audio", "mp3": "audio", "pdf": "document",
    "jpg": "document", "png": "document", "webp": "document",
}  # fmt: skip
_WRONG: Mapping[str, str] = {
    "mp4": N_(
        "This video is damaged, cut short, or of a kind that phones do not play. Save it as MP4 with H.264 and AAC "
        "sound, and choose it again."
    ),
    "m4a": N_("This recording is damaged, cut short, or has no AAC sound. Save it again as M4A or MP3."),
    "mp3": N_("This is not an MP3 recording, or it is damaged. Save it again as MP3 or M4A."),
    "pdf": N_("This is not a PDF that can be opened: it is damaged, cut short, or locked by a password."),
}
_NEWER = N_(
    "This video is in a newer form (HEVC, AV1 or VP9) that old phones do not play. Choose “Most compatible” or H.264 "
    "in the settings of the camera and film again, or save it as MP4 with H.264."
)
_SILENT = N_(
    "This video has no sound, and some phones refuse that. Film again with sound, or save it with a silent soundtrack."
)
_UNKNOWN = N_("Choose a video (MP4), a recording (M4A or MP3), a PDF, or a picture (JPEG, PNG or WebP).")
EMPTY = N_("The file is empty. Copy it again from where it comes.")


class FileKind(msgspec.Struct, frozen=True):
    """What kind of item it becomes, and the extension it gets."""

    kind: Kind
    ext: str


def ext_of(name: str) -> str:
    """The extension a file will have.

    Raises:
        BadInputError: It is of no kind that can be added.
    """
    ext = name.rpartition(".")[2].lower()
    ext = _SAME.get(ext, ext)
    if ext not in _KINDS:
        raise BadInputError(field="file", problem=_UNKNOWN)
    return ext


def kind_of(path: Path, name: str) -> FileKind:
    """Look at a whole file.

    Raises:
        BadInputError: It is of no kind that can be added, or not what its name says, or damaged.
    """
    ext = ext_of(name)
    if not path.stat().st_size:
        raise BadInputError(field="file", problem=EMPTY)
    kind = _KINDS[ext]
    if ext in PICTURES:
        if without_extras(path.read_bytes())[1] != ext:
            raise BadInputError(field="file", problem=N_("This is not a JPEG, PNG or WebP picture, or it is damaged."))
        return FileKind("document", ext)
    try:
        examine(path, f"file.{ext}", kind, index_anywhere=True)
    except MediaError as exc:
        raise BadInputError(field="file", problem=_what_is_wrong(path, ext)) from exc
    return FileKind(kind, ext)


def _what_is_wrong(path: Path, ext: str) -> str:
    """Why a file cannot be added, as exactly as a teacher can use it."""
    if ext == "mp4":
        with contextlib.suppress(ValueError), path.open("rb") as file:
            movie = read_movie(file)
            if movie.video_codec in NEWER_CODECS:
                return _NEWER
            if movie.video_codec and not movie.audio_codec:
                return _SILENT
    return _WRONG[ext]
