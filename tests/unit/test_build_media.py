"""Looking at media before it goes into a pack (FORMAT 9.2, 9.3)."""

import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from content_packs.errors import MediaError
from content_packs.manifest import Role
from content_packs.media.examine import Facts, examine
from tests.simulators import media

QUIZ = b'{"format":1,"questions":[{"id":"a","type":"number","prompt":{"sq":"2"},"correct":["2"]}]}'


def look(folder: Path, name: str, content: bytes, role: Role) -> Facts:
    """Write a file and look at it."""
    (folder / name).write_bytes(content)
    return examine(folder / name, name, role)


@pytest.mark.parametrize(
    ("name", "content", "role", "facts"),
    [
        ("a.mp4", media.mp4(seconds=42), "video", Facts(0, duration_s=42.0)),
        ("a.mp4", media.mp4(profile=media.BASELINE), "video", Facts(0, duration_s=30.0)),
        ("a.mp4", media.mp4(profile=media.HIGH), "video", Facts(0, duration_s=30.0)),
        ("a.m4a", media.mp4(codec=b""), "audio", Facts(0, duration_s=30.0)),
        ("a.mp3", media.mp3(), "audio", Facts(0, duration_s=2.606)),
        ("a.pdf", media.pdf(pages=3), "document", Facts(0, pages=3)),
        ("a.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nPo\n", "captions", Facts(0)),
        ("a.vtt", b"\xef\xbb\xbfWEBVTT - sq\r\n", "captions", Facts(0)),
        ("a.txt", "Çfarë".encode(), "document", Facts(0)),
        ("a.jpg", media.jpeg(), "thumbnail", Facts(0)),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(9), "thumbnail", Facts(0)),
        ("a.webp", b"RIFF\x09\0\0\0WEBPVP8 ", "thumbnail", Facts(0)),
        ("a.json", QUIZ, "quiz", Facts(0, questions=1)),
    ],
)
def test_good_files_are_measured(tmp_path: Path, name: str, content: bytes, role: Role, facts: Facts) -> None:
    assert look(tmp_path, name, content, role) == replace(facts, size_bytes=len(content))


@pytest.mark.parametrize(
    ("name", "content", "role", "problem", "command"),
    [
        ("a.mp4", media.mp4(index_first=False), "video", "index stands at the end", "-c copy -movflags +faststart"),
        ("a.mp4", media.mp4(profile=110), "video", "H.264 profile 110", "-profile:v main"),
        ("a.mp4", media.mp4(codec=b"hvc1"), "video", "hvc1", "libx264"),
        ("a.mp4", media.mp4(codec=b""), "video", "no picture", "libx264"),
        ("a.mp4", media.mp4(sound=b""), "video", "no sound", "anullsrc"),
        ("a.mp4", media.mp4(sound=b"Opus"), "video", "Opus, not AAC", "-c:a aac"),
        ("a.mp4", media.mp4(seconds=0), "video", "how long", "ffmpeg"),
        ("a.mp4", media.mp4()[:200], "video", "middle of a box", "ffmpeg"),
        ("a.mp4", b"not a video", "video", "", "ffmpeg"),
        ("a.m4a", media.mp4(sound=b"alac"), "audio", "alac", "-c:a aac"),
        ("a.mp3", bytes(5000), "audio", "not an MP3", "libmp3lame"),
        ("a.pdf", b"hello", "document", "not a PDF", ""),
        ("a.pdf", media.pdf() + b"/Encrypt 9 0 R", "document", "password", ""),
        ("a.pdf", media.pdf(pages=0), "document", "0 pages", ""),
        ("a.vtt", b"1\n00:00:00,000 --> 00:00:01,000\nPo\n", "captions", "WEBVTT", ""),
        ("a.vtt", b"WEBVTT\n\xe7far\xeb", "captions", "UTF-8", ""),
        ("a.jpg", b"\x89PNG\r\n\x1a\n", "thumbnail", "not a JPEG", ""),
        ("a.webp", b"RIFF\x09\0\0\0WAVEfmt ", "thumbnail", "not a WebP", ""),
        ("a.json", b"{}", "quiz", "format", ""),
        ("a.mp4", b"", "video", "empty", ""),
        ("a.gif", b"GIF89a", "thumbnail", "jpg, png, webp", ""),
        ("a.json", QUIZ, "document", "pdf, txt, jpg, png, webp", ""),
    ],
)
def test_bad_files_are_refused_with_what_is_wrong_and_what_mends_it(
    tmp_path: Path, name: str, content: bytes, role: Role, problem: str, command: str
) -> None:
    with pytest.raises(MediaError) as caught:
        look(tmp_path, name, content, role)
    assert caught.value.path == name
    assert problem in caught.value.problem
    assert command in caught.value.command


def test_pages_of_a_pdf_that_a_real_writer_made_are_counted(tmp_path: Path) -> None:
    paper = FPDF()
    for _ in range(4):
        paper.add_page()
    assert look(tmp_path, "a.pdf", bytes(paper.output()), "document").pages == 4


def test_apps_begin_with_an_index_and_keep_inside(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    for names, problem in (
        (["index.html", "x/y.js"], None),
        (["x/index.html"], "index.html"),
        (["index.html", "../x"], "leads out"),
        (["index.html", "/x"], "leads out"),
    ):
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "")
        if problem is None:
            assert examine(path, "a.zip", "app").size_bytes
            continue
        with pytest.raises(MediaError, match=problem):
            examine(path, "a.zip", "app")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(media.mp4()) - 1), st.integers(1, 255))
def test_no_changed_byte_of_a_video_causes_another_error(tmp_path: Path, at: int, flip: int) -> None:
    content = bytearray(media.mp4())
    content[at] ^= flip
    with suppress(MediaError):
        look(tmp_path, "a.mp4", bytes(content), "video")
