"""`content-packs send` brings an archive to a hub over lines that break; `catalogue drop` takes a pack back."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from content_packs.archive import write_archive
from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.errors import CodeNeededError, LineLostError, NotOfferedError, SourceError
from content_packs.send import Desk, Patience, read_desk, send_archive
from content_packs.sign.catalogue import drop_pack
from sync.hub.publishing.desk import working
from tests.simulators.hub import CuttingLine
from tests.simulators.media import free_box, mp4
from tests.simulators.programs import command
from tests.simulators.proposals import Scene, publishing_hub

AT_ONCE = Patience(lambda _seconds: None)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with publishing_hub(tmp_path_factory.mktemp("send")) as scene, working(scene.desk):
        yield scene


def archived(scene: Scene) -> Path:
    path = scene.folder / "to-send.zip"
    write_archive(scene.ministry.shelf, path, (), disk=Disk())
    return path


def test_an_archive_goes_by_command_and_what_is_wrong_is_said(scene: Scene) -> None:
    scene.ministry.publish("mash:thyesat")
    words = ("credential", "add", "--publisher", "mash", "--label", "build server", "--data", scene.hub.folder)
    issued = scene.folder / "credential"
    issued.write_text(command("schoolbox-hub", *words).stdout)
    given = ("--to", f"{scene.hub.url}/", "--credential", issued)
    done = command("content-packs", "send", archived(scene), *given)
    assert (done.returncode, done.stdout) == (0, "Number 1 is right, and waits for the ministry.\n")
    again = command("content-packs", "send", archived(scene), *given)
    assert (again.returncode, again.stdout) == (0, done.stdout)
    assert scene.hub.hub.publishing is not None
    assert scene.hub.hub.publishing.proposals.one(1).steps[0].who == "build server"
    cut = scene.folder / "cut.zip"
    cut.write_bytes(archived(scene).read_bytes()[:-9])
    refused = command("content-packs", "send", cut, *given)
    assert (refused.returncode, "no whole archive" in refused.stdout) == (5, True)
    (scene.folder / "nothing").write_text("key: only\n")
    lacking = command("content-packs", "send", cut, "--to", scene.hub.url, "--credential", scene.folder / "nothing")
    assert (lacking.returncode, "secret" in lacking.stderr) == (4, True)


def test_a_line_that_swallows_answers_costs_no_byte_that_arrived(scene: Scene) -> None:
    scene.ministry.publish("mash:film", files={"a": mp4() + free_box(bytes(3_000_000))})
    credentials, archive = scene.credentials(), archived(scene)
    seen: list[int] = []
    parts = urlsplit(scene.hub.url)
    line = CuttingLine(lambda: (parts.hostname or "", parts.port or 0), cuts=2, cut_at=b"PUT /publish/v1/uploads/")
    with line.open() as url:
        desk = Desk(url, credentials.key, credentials.secret)
        told = send_archive(archive, desk, Patience(lambda _seconds: None, seen.append))
    assert told.state == "waiting"
    assert seen == sorted(set(seen))
    assert seen[-1] == archive.stat().st_size


def test_nobody_and_strangers_are_told_apart(scene: Scene, tmp_path: Path) -> None:
    scene.ministry.publish("mash:other")
    archive, program = archived(scene), scene.hub.program()
    with pytest.raises(CodeNeededError):
        send_archive(archive, Desk(scene.hub.url, program.key, program.secret), AT_ONCE)
    with pytest.raises(LineLostError):
        send_archive(archive, Desk("http://127.0.0.1:9", "k", "s"), AT_ONCE)
    with pytest.raises(SourceError):
        send_archive(tmp_path / "none.zip", Desk(scene.hub.url, "k", "s"), AT_ONCE)
    (tmp_path / "credential").write_text("endpoint: x\nkey: a\nsecret: b:c\n")
    assert read_desk("https://h/", tmp_path / "credential") == Desk("https://h", "a", "b:c")


def test_a_pack_is_taken_back_by_a_list_without_it(tmp_path: Path) -> None:
    with publishing_hub(tmp_path) as scene:
        for pack in ("mash:thyesat", "mash:gone"):
            scene.ministry.publish(pack)
        scene.publish(scene.archive())
        signer = scene.ministry.signers["mash"]
        left = drop_pack(scene.ministry.folder, "mash:gone", [signer], disk=Disk(), clock=SystemClock())
        assert [one.pack_id for one in left.listings] == ["mash:thyesat"]
        with pytest.raises(NotOfferedError):
            drop_pack(scene.ministry.folder, "mash:gone", [signer], disk=Disk(), clock=SystemClock())
        scene.publish(scene.archive())
        assert [one.pack for one in scene.desk.published("mash")] == ["mash:thyesat"]
