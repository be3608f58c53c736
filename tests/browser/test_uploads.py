"""A teacher's laptop brings new versions of sample courses: slow line, page left in the middle, no line, wrong file."""

import re
import shutil
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import CDPSession, Page, Route, expect

from deploy.demo.shelf import SAMPLES
from schoolbox.services.uploads import PIECE_BYTES_MAX
from tests.browser.conftest import REPOSITORY, Demo, Devices
from tests.browser.test_pages import SAYS_NO, staff
from tests.simulators.browser import Browser
from tests.simulators.programs import command
from tests.simulators.waiting import eventually

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(300)]


ENGLISH, PYTHON = "Dita ime, viti 2027", "Python, viti 2027"


@pytest.fixture(scope="module")
def shelf(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's shelf on which a publisher has signed new versions of two courses."""
    work = tmp_path_factory.mktemp("qendra")
    shelf = Path(shutil.copytree(demo.folder / "shelf", work / "MASHT 2027"))
    for course, title in (("english-6", ENGLISH), ("python-8", PYTHON)):
        publish(demo, shelf, work / course, title)
    return shelf


def publish(demo: Demo, shelf: Path, work: Path, title: str) -> None:
    """Sign the next version of a course, under another title."""
    source = Path(shutil.copytree(REPOSITORY / SAMPLES / "qendra" / work.name, work / "source"))
    toml = source / "pack.toml"
    text = toml.read_text(encoding="utf-8").replace("\nversion = 1\n", "\nversion = 9\n", 1)
    head, _, rest = text.partition("\ntitle = ")
    toml.write_text(f'{head}\ntitle = {{ sq = "{title}" }}\n{rest.partition(chr(10))[2]}', encoding="utf-8")
    for words in (
        ("build", source, "--out", work / "built"),
        ("sign", work / "built", "--key", demo.folder / "keys" / "qendra", "--shelf", shelf),
    ):
        done = command("content-packs", *words)
        assert done.returncode == 0, done.stderr


def archive_of(shelf: Path, course: str, path: Path) -> Path:
    """One course of the shelf in a zip file."""
    done = command("content-packs", "archive", shelf, path, f"qendra:{course}")
    assert done.returncode == 0, done.stderr
    return path


def page_of(demo: Demo, devices: Devices) -> Page:
    laptop = devices.laptop()
    staff(laptop, demo, "teacher")
    laptop.goto(f"{demo.box_url}/sticks?all=1")
    laptop.get_by_role("link", name="Nga ky kompjuter").click()
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Paketa nga ky kompjuter")
    expect(laptop.get_by_role("button", name="Zgjidh një skedar zip")).to_be_visible()  # its script makes it so
    return laptop


def line_of(page: Page) -> CDPSession:
    """The line between this computer and the box."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    return line


def let(line: CDPSession, *, bytes_s: int = -1, gone: bool = False) -> None:
    """Let no more than so many bytes a second leave this computer; -1 for as many as can."""
    conditions = {"offline": gone, "latency": 5, "downloadThroughput": -1, "uploadThroughput": bytes_s}
    line.send("Network.emulateNetworkConditions", conditions)


def at(page: Page) -> float:
    return float(page.locator("[data-at=bar]").evaluate("bar => bar.value"))


def half(page: Page) -> bool:
    return at(page) > 0.3 * float(page.locator("[data-at=bar]").evaluate("bar => bar.max"))


def install(page: Page, title: str) -> None:
    page.wait_for_url("**/sticks/*")
    expect(page.locator("li.pack").filter(has_text=title)).to_contain_text("Version më i ri")
    page.locator(".dock button").click()
    page.wait_for_url("**/jobs/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gjithçka është në kuti")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_a_zip_file_over_a_slow_line_is_left_in_the_middle_gone_on_with_installed_and_seen(
    demo: Demo, devices: Devices, shelf: Path, tmp_path: Path
) -> None:
    archive = archive_of(shelf, "english-6", tmp_path / "Dita ime 2027.zip")
    laptop = page_of(demo, devices)
    line = line_of(laptop)
    let(line, bytes_s=400_000)
    laptop.locator("input[name=zip]").set_input_files(archive)
    eventually(lambda: half(laptop), saying="it did not get on")
    expect(laptop.locator("[data-at=arrived]")).to_contain_text(" nga ")
    laptop.locator("[data-at=pause]").click()
    expect(laptop.locator("[data-at=said]")).to_contain_text("U ndal për pak.")
    laptop.locator("[data-at=go-on]").click()
    laptop.reload()
    there = laptop.locator("main ul.list > li").filter(has_text="Dita ime 2027.zip")
    expect(there).to_contain_text("Zgjidheni përsëri të njëjtin, dhe vazhdon.")
    before = float(there.locator("progress").evaluate("bar => bar.value"))
    assert 25 <= before < 100
    laptop.locator("input[name=zip]").set_input_files(archive)
    eventually(lambda: at(laptop) > 0)
    assert at(laptop) > 0.25 * archive.stat().st_size
    let(line)
    install(laptop, ENGLISH)
    laptop.goto(f"{demo.box_url}/uploads")
    expect(laptop.locator("main ul.list")).to_have_count(0)


def test_a_folder_goes_on_by_itself_when_the_line_is_back_and_sends_only_what_is_new(
    demo: Demo, devices: Devices, shelf: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "Python 2027"
    zipfile.ZipFile(archive_of(shelf, "python-8", tmp_path / "python.zip")).extractall(folder)
    (folder / "thumbs.db").write_bytes(bytes(5000))
    laptop = page_of(demo, devices)
    line = line_of(laptop)
    sent: list[int] = []
    laptop.on("request", lambda asked: sent.append(len(asked.post_data_buffer or b"")))
    let(line, bytes_s=2_000)
    with laptop.expect_file_chooser() as chooser:
        laptop.get_by_role("button", name="Zgjidh një dosje").click()
    with laptop.expect_request("**/piece?*"):
        chooser.value.set_files(folder)
    let(line, gone=True)
    said = laptop.locator("[data-at=said]")
    expect(said).to_contain_text("Kutia nuk përgjigjet: ndoshta iku Wi-Fi.")
    expect(said).to_contain_text("Lëreni këtë faqe të hapur: vazhdon vetë.")
    let(line)
    install(laptop, PYTHON)
    blobs = sum(file.stat().st_size for file in (folder / "blobs").rglob("*.*"))
    assert sum(sent) < blobs / 4
    devices.complaints[:] = [heard for heard in devices.complaints if SAYS_NO not in heard]


def test_a_folder_that_another_page_ended_while_the_line_was_gone_leads_to_what_is_in_it(
    demo: Demo, devices: Devices, shelf: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "Python 2028"
    zipfile.ZipFile(archive_of(shelf, "python-8", tmp_path / "python.zip")).extractall(folder)
    files = sorted((path for path in folder.rglob("*") if path.is_file()), key=str)
    files = [path for path in files if path.relative_to(folder).parts[0] in ("meta", "manifests", "blobs")]
    account, gone = demo.facts["teacher"], iter((True, True, False))

    def faster(asked: Route) -> None:
        if next(gone, False):
            asked.abort()
            return
        address = urlsplit(asked.request.url).path
        with Browser(demo.box_url) as another:
            another.sign_in_staff(account["login"], account["password"])
            another.load_form("/uploads")
            lines = another.get(address).json()["wanted"]
            content, at = b"".join(files[line].read_bytes() for line in lines), 0
            while at < len(content):
                at = another.send(f"{address}/piece?at={at}", content[at : at + PIECE_BYTES_MAX]).json()["at"]
        asked.continue_()

    laptop = page_of(demo, devices)
    laptop.route(re.compile(r"/uploads/[0-9a-f]{32}$"), faster)
    with laptop.expect_file_chooser() as chooser:
        laptop.get_by_role("button", name="Zgjidh një dosje").click()
    chooser.value.set_files(folder)
    laptop.wait_for_url("**/sticks/*")
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Çfarë ka në „Python 2028”")
    devices.complaints[:] = [heard for heard in devices.complaints if SAYS_NO not in heard]


def test_a_wrong_file_is_told_at_once(demo: Demo, devices: Devices, tmp_path: Path) -> None:
    photo = tmp_path / "foto.zip"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    laptop = page_of(demo, devices)
    laptop.locator("input[name=zip]").set_input_files(photo)
    said = laptop.locator("[data-at=said]")
    expect(said).to_contain_text("„foto.zip” nuk është skedar zip.")
    expect(said).to_contain_text("nxënësit vazhdojnë me mësimet që kishin")
    expect(laptop.locator("[data-pick=zip]")).to_be_enabled()
    expect(laptop.locator("[data-at=going]")).to_be_hidden()
    devices.complaints[:] = [heard for heard in devices.complaints if SAYS_NO not in heard]
