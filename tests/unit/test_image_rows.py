from pathlib import Path

import pytest

from deploy.raspberrypi.image import accounts, rows, units
from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.tree import Tree

DEBIAN = {
    "etc/passwd": b"root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n",
    "etc/group": b"root:x:0:\nwww-data:x:33:\nshadow:x:42:\n",
    "etc/shadow": b"root::20000:0:99999:7:::\nwww-data:$6$salt$hash:20000:0:99999:7:::\n",
}


def root() -> Tree:
    tree = Tree()
    for place, content in DEBIAN.items():
        tree.file(place, content)
    return tree


def test_every_row_of_the_table_names_files_that_are_there() -> None:
    table = rows.read(rows.TABLE.read_text())

    assert {"/usr/lib/schoolbox/run", "/usr/lib/systemd/system/schoolbox.service"} <= {
        file.place for file in table.files
    }
    assert len({file.place for file in table.files}) == len(table.files), "two rows put different files in one place"
    assert table.links["/usr/bin/schoolbox"] == "/usr/lib/schoolbox/run"


def test_every_unit_of_ours_is_in_the_table() -> None:
    named = {file.source for file in rows.read(rows.TABLE.read_text()).files}

    assert not set(rows.HOME.glob("systemd/*.*")) - named


@pytest.mark.parametrize(
    "line",
    [
        "file here",
        "file none/*.x /a/ 644",
        "folder /a 755",
        "put a b c",
        "file system/* /one 755",
        "folder /a 755 root",
    ],
)
def test_a_row_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(ImageError, match=r"files\.txt"):
        rows.read(line)


def test_rows_of_the_image_only_are_rows_too(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("1")
    table = rows.read(
        "image file one /etc/one 600  # a reason\nimage folder /b 750 root:root\noff x.service\n", tmp_path
    )

    assert table.files == [rows.File("/etc/one", tmp_path / "one", 0o600)]
    assert (table.folders, table.off) == ([rows.Folder("/b", 0o750, "root", "root")], ["x.service"])


def test_units_are_enabled_as_systemd_would() -> None:
    text = "[Unit]\nAfter=a\nAfter=b\n[Install]\nWantedBy=multi-user.target paths.target\nAlias=other.service\n"

    assert units.enabled("x.service", text) == {
        "/etc/systemd/system/multi-user.target.wants/x.service": "/usr/lib/systemd/system/x.service",
        "/etc/systemd/system/paths.target.wants/x.service": "/usr/lib/systemd/system/x.service",
        "/etc/systemd/system/other.service": "/usr/lib/systemd/system/x.service",
    }
    assert units.enabled("x@.service", text) == {}
    assert units.enabled("x.service", "[Unit]\nAfter=a\n") == {}


def test_nobody_has_a_password_and_no_day_tells_when_it_was_built() -> None:
    tree = root()
    accounts.write(
        accounts.added(accounts.read(tree), 'u schoolbox 850 "Schoolbox" /x -\nm www-data schoolbox\n'),
        tree,
        epoch=86400 * 7,
    )

    assert tree.content("etc/shadow") == b"root:*:7:0:99999:7:::\nwww-data:!*:7:0:99999:7:::\nschoolbox:!*:7::::::\n"
    assert b"schoolbox:x:850:www-data\n" in tree.content("etc/group")
    assert accounts.read(tree).ids("schoolbox", "schoolbox") == (850, 850)


def test_a_user_without_a_number_of_its_own_is_refused() -> None:
    with pytest.raises(ImageError, match="number"):
        accounts.added(accounts.read(root()), "u schoolbox -\n")
    with pytest.raises(ImageError, match="sysusers"):
        accounts.read(root()).ids("schoolbox", "schoolbox")


def test_the_box_has_the_same_number_on_every_box() -> None:
    text = (rows.HOME / "sysusers/schoolbox.conf").read_text()

    assert accounts.added(accounts.read(root()), text).ids("schoolbox", "schoolbox") == (850, 850)
