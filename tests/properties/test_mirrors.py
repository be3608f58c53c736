"""What rsync may have left in a mirror of a shelf: whatever stands there is read, or is no reason but one of ours."""

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from content_packs.durable import Disk
from content_packs.errors import PackError
from content_packs.manifest import MANIFEST_BYTES_MAX
from content_packs.shelf.index import encode_index
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX
from sync.rsync.mirror import MANIFESTS_MAX, Mirror
from tests.fuzz.signed import catalogues, registries, roots
from tests.properties.bounded import bounded

_SHA = "ab" * 32
_META = (("1.root.json", roots()[0]), ("registry.json", registries()[0]), ("cat/mash.json", catalogues()[1]))
names = st.sampled_from(
    ("meta/1.root.json", "meta/registry.json", "meta/cat/mash.json", "meta/cat/qendra.json", "meta/index.json",
     "meta/cat", "meta/cat/con.json", "meta/cat/\udcff.json", "meta/x/y.json", "meta/0.root.json",
     f"manifests/{_SHA}.json", "manifests")
)  # fmt: skip
contents = st.one_of(
    st.none(), st.binary(max_size=40), st.sampled_from((*(raw for _, raw in _META), b"[" * 3000, b"{}", b"\xff")),
    st.builds(encode_index, st.just(_META), manifests=st.sampled_from(((), (_SHA,)))),
)  # fmt: skip
"""None stands for a folder."""


@bounded(60)
@given(st.lists(st.tuples(names, contents), max_size=6))
def test_whatever_rsync_left_is_read_or_refused(left: list[tuple[str, bytes | None]]) -> None:
    with tempfile.TemporaryDirectory(prefix="mirror-") as place:
        folder = Path(place) / "hub"
        mirror = Mirror(folder, Disk(), shelf="rsync://hub.example/packs")
        with mirror.changing():
            for name, content in left:
                _put(folder / name, content)
        _read(mirror)
        _read(Mirror(folder, Disk(), shelf="rsync://hub.example/packs"))


def _put(path: Path, content: bytes | None) -> None:
    """Write as rsync does: what is in the way wins."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir() if content is None else path.write_bytes(content)


def _read(mirror: Mirror) -> None:
    """Ask all that an installation asks."""
    with suppress(PackError):
        for name in mirror.meta_names():
            with suppress(PackError):
                assert len(mirror.read_meta(name, CATALOGUE_BYTES_MAX)) <= CATALOGUE_BYTES_MAX
    with suppress(PackError):
        lacking = mirror.lacking_manifests(first=_SHA, expected=None)
        assert lacking[0] == _SHA
        assert len(lacking) == len(set(lacking)) <= MANIFESTS_MAX
    raw = mirror.manifest(_SHA, checked=False)
    assert raw is None or len(raw) <= MANIFEST_BYTES_MAX + 1
    assert mirror.manifest(_SHA) is None, "what is there is not what its name says"
    assert mirror.seems_to_have(_SHA) in (True, False)
