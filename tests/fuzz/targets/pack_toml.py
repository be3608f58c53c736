"""The source of a pack: any pack.toml either builds a pack that can be read, or says what is wrong (FORMAT 9)."""

import shutil

from content_packs.build import build_pack, read_built
from content_packs.durable import Disk
from content_packs.errors import DiskError, SourceError
from content_packs.source import SOURCE_NAME
from tests.fuzz.material import format_example, lesson_source, scratch, small_source
from tests.fuzz.target import Target
from tests.fuzz.toml_mutations import mutate_toml


def run(data: bytes) -> None:
    source, out = scratch("pack-toml") / "source", scratch("pack-toml") / "out"
    if not source.exists():
        shutil.copytree(lesson_source(), source)
    (source / SOURCE_NAME).write_bytes(data)
    shutil.rmtree(out, ignore_errors=True)
    built = build_pack(source, out, Disk())
    assert read_built(out)[0] == built.manifest


TARGET = Target(
    run=run,
    allowed=(SourceError, DiskError),
    seeds=lambda: [
        (lesson_source() / SOURCE_NAME).read_bytes(),
        (small_source() / SOURCE_NAME).read_bytes().replace(b"hyrje.mp4", b"pjeset.mp4"),
        format_example("toml pack"),
    ],
    mutate=mutate_toml,
    max_bytes=16_384,
    runs=60,
)
