"""CONTENTS.html on a laptop with nothing of ours: opened from a disk, without scripts, a lesson plays (FORMAT 2.16)."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from content_packs.build import build_pack
from content_packs.durable import Disk
from content_packs.export.writer import StickWriter
from content_packs.sign import sign_pack
from tests.browser.conftest import Devices
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox

SAMPLES = Path(__file__).parents[2] / "content_packs" / "samples"
PACKS = {"mash:thyesat-6": "mash/thyesat-6", "qendra:python-8": "qendra/python-8"}


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sample courses, signed, installed on a box, and written from there onto a stick with a space in its name."""
    folder = tmp_path_factory.mktemp("samples")
    ministry = Ministry(folder, publishers=("mash", "qendra"))
    box = SchoolBox(folder / "box", root=ministry.root)
    for pack_id, source in PACKS.items():
        built = folder / source.replace("/", "-")
        publisher = build_pack(SAMPLES / source, built, Disk()).manifest.publisher
        sign_pack(built, ministry.folder, [ministry.signers[publisher]], disk=Disk(), clock=ministry.clock)
        box.install(ministry.shelf, pack_id)
    stick = folder / "USB e Agimit"
    stick.mkdir()
    writer = StickWriter(store=box.store, trust=box.trust, disk=box.disk)
    assert writer.write(stick, box.library.installed().values(), progress=lambda _: None).whole
    return stick


def open_contents(page: Page, stick: Path) -> Page:
    page.goto((stick / "CONTENTS.html").as_uri())
    return page


def test_a_lesson_plays_from_the_stick_with_picture_and_captions(stick: Path, devices: Devices) -> None:
    page = open_contents(devices.laptop(), stick)
    page.get_by_role("link", name="Thyesat").click()
    expect(page.get_by_role("heading", name="Thyesat").first).to_be_visible()
    video = page.locator("video").first
    assert video.get_attribute("poster")
    cues, width = video.evaluate(
        """async (video) => {
            video.muted = true;
            const track = video.querySelector("track");
            const read = new Promise((resolve, reject) => { track.onload = resolve; track.onerror = reject; });
            video.textTracks[0].mode = "showing";
            await read;
            const plays = new Promise((resolve) => {
                video.ontimeupdate = () => video.currentTime > 0.5 && resolve();
            });
            await video.play();
            await plays;
            return [video.textTracks[0].cues.length, video.videoWidth];
        }"""
    )
    assert cues > 5
    assert width == 640


def test_everything_is_there_without_scripts_on_a_phone(stick: Path, devices: Devices) -> None:
    page = open_contents(devices.phone(java_script_enabled=False), stick)
    page.get_by_role("link", name="Hapat e parë në Python").click()
    expect(page.get_by_text("Akademia").or_(page.get_by_text("Botuesi qendra")).first).to_be_visible()
    said = page.locator("details").first
    expect(said.locator("p").first).to_be_hidden()
    said.locator("summary").click()
    expect(said.locator("p").first).to_be_visible()
    expect(page.get_by_text("Zgjidhet në kuti")).to_have_count(2)
    page.get_by_role("link", name="Çfarë ka në këtë USB").click()
    expect(page.get_by_role("link", name="Thyesat")).to_be_visible()


def addresses(page: Page) -> Iterator[str]:
    yield from page.eval_on_selector_all("a", "all => all.map(each => each.href)")
    yield from page.eval_on_selector_all("source", "all => all.map(each => each.src)")
    yield from page.eval_on_selector_all("video[poster]", "all => all.map(each => each.poster)")


def test_every_link_leads_to_a_file_of_the_stick_and_none_to_a_quiz(stick: Path, devices: Devices) -> None:
    page = devices.laptop()
    seen = 0
    for path in (stick / "CONTENTS.html", *sorted((stick / "contents").iterdir())):
        page.goto(path.as_uri())
        for address in addresses(page):
            target = Path(unquote(urlparse(address).path))
            assert urlparse(address).scheme == "file"
            assert target.is_file(), address
            assert target.is_relative_to(stick)
            assert target.suffix != ".json"
            seen += 1
    assert seen > 20


@pytest.mark.parametrize("device", ["phone", "laptop"])
def test_nothing_scrolls_sideways_and_the_page_is_seen(
    stick: Path, devices: Devices, device: str, tmp_path: Path
) -> None:
    page = getattr(devices, device)()
    for path in (stick / "CONTENTS.html", stick / "contents" / "mash.thyesat-6.html"):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.screenshot(path=tmp_path / f"{device}-{path.stem}.png")


def test_captions_beside_a_page_are_not_read_from_a_disk(stick: Path, chromium: Browser) -> None:
    """The reason why captions stand in the page itself; when this fails, they may become links."""
    captions = next((stick / "blobs").glob("*/*.vtt"))
    html = stick / "track.html"
    video = next((stick / "blobs").glob("*/*.mp4"))
    html.write_text(f'<video src="{video.relative_to(stick)}"><track src="{captions.relative_to(stick)}"></video>')
    page = chromium.new_page()
    try:
        page.goto(html.as_uri())
        state = page.evaluate(
            """async () => {
                const track = document.querySelector("track");
                const told = new Promise((resolve) => { track.onload = track.onerror = resolve; });
                track.track.mode = "showing";
                return (await told).type;
            }"""
        )
    finally:
        page.close()
        html.unlink()
    assert state == "error"


def test_what_an_author_wrote_never_runs(tmp_path: Path, devices: Devices) -> None:
    ministry = Ministry(tmp_path)

    source = ministry.source("mash:prova", 1, {"a": mp4()})
    evil = "<img src=x onerror=alert(1)><script>document.title='run'</script>"
    text = (source / "pack.toml").read_text().replace("Paketa prova", evil).replace('sq = "Hyrje"', f'sq = "{evil}"')
    (source / "pack.toml").write_text(text.replace("Provë", evil).replace("CC0-1.0", evil))
    build_pack(source, tmp_path / "built", Disk())
    sign_pack(tmp_path / "built", ministry.folder, [ministry.signers["mash"]], disk=Disk(), clock=ministry.clock)
    page = devices.laptop()
    page.on("dialog", lambda dialog: devices.complaints.append(dialog.message))
    for path in (ministry.folder / "CONTENTS.html", ministry.folder / "contents" / "mash.prova.html"):
        page.goto(path.as_uri())
        assert page.locator("img, script").count() == 0
        expect(page.get_by_text("onerror=alert").first).to_be_visible()
        assert page.title() != "run"
