import io
import tarfile
from pathlib import Path

import pytest

from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.tree import Tree


def debian(folder: Path, *, mtime: int = 5) -> Path:
    path = folder / "root.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, kind, content in (
            ("./", tarfile.DIRTYPE, b""),
            ("./usr/", tarfile.DIRTYPE, b""),
            ("./usr/bin/", tarfile.DIRTYPE, b""),
            ("./usr/bin/perl", tarfile.REGTYPE, b"perl"),
            ("./usr/bin/perl5", tarfile.LNKTYPE, b""),
            ("./usr/bin/ping", tarfile.REGTYPE, b"ping"),
            ("./bin", tarfile.SYMTYPE, b""),
            ("./dev/null", tarfile.CHRTYPE, b""),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.size, info.mtime, info.uname, info.mode = kind, len(content), mtime, "builder", 0o755
            info.linkname = {"./usr/bin/perl5": "./usr/bin/perl", "./bin": "usr/bin"}.get(name, "")
            if name.endswith("ping"):
                info.pax_headers = {"SCHILY.xattr.security.capability": "power", "mtime": "5.25"}
            tar.addfile(info, io.BytesIO(content))
    return path


def test_a_tree_is_read_added_to_and_written_with_folders_before_what_is_in_them(tmp_path: Path) -> None:
    tree = Tree()
    tree.read_tar(debian(tmp_path))
    tree.file("/etc/schoolbox/here.conf", b"1", 0o600, (850, 850))
    tree.link("/etc/there", "schoolbox")
    tree.write_tar(tmp_path / "out.tar", epoch=7)

    with tarfile.open(tmp_path / "out.tar") as tar:
        members = {member.name: member for member in tar}
        assert list(members)[:3] == [".", "bin", "dev/null"]
        assert list(members).index("etc/schoolbox") < list(members).index("etc/schoolbox/here.conf")
        assert {(member.mtime, member.uname) for member in members.values()} == {(7, "")}
        held = tar.extractfile("usr/bin/perl5")
        assert held is not None
        assert held.read() == b"perl", "a second name is a file of its own"
    assert (members["etc/schoolbox/here.conf"].uid, members["etc/schoolbox/here.conf"].mode) == (850, 0o600)
    assert members["usr/bin/ping"].pax_headers == {"SCHILY.xattr.security.capability": "power"}
    assert members["dev/null"].ischr()


def test_when_the_root_was_made_changes_no_byte(tmp_path: Path) -> None:
    written = []
    for day in (5, 6):
        tree = Tree()
        tree.read_tar(debian(tmp_path, mtime=day))
        tree.write_tar(tmp_path / "out.tar", epoch=7)
        written.append((tmp_path / "out.tar").read_bytes())

    assert written[0] == written[1]


def test_what_is_taken_away_goes_with_all_below(tmp_path: Path) -> None:
    tree = Tree()
    tree.read_tar(debian(tmp_path))
    tree.remove("usr/bin", "dev/*")

    assert tree.paths() == [".", "bin", "usr"]


def test_nothing_is_put_behind_a_link_and_nothing_read_that_is_not_there(tmp_path: Path) -> None:
    tree = Tree()
    tree.read_tar(debian(tmp_path))

    with pytest.raises(ImageError, match="link"):
        tree.file("/bin/schoolbox", b"")
    with pytest.raises(ImageError, match="no file /usr/none"):
        tree.content("usr/none")
