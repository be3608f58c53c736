"""A real demo (hub, box, packs, school) and a real Chromium, once for all tests of a day at school."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.accessibility import Accessibility
from tests.simulators.programs import free_port
from tests.simulators.waiting import eventually

PHONE = {"width": 360, "height": 640}
LAPTOP = {"width": 1280, "height": 800}
REPOSITORY = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium-headless-shell"
"""Chromium without the windows around its pages: a quarter less work for each page, the same engine and codecs."""
expect.set_options(timeout=60_000)


@dataclass
class Demo:
    """The running demo and what its demo.json says."""

    folder: Path
    facts: dict[str, dict[str, str]]
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def box_url(self) -> str:
        return str(self.facts["box_url"])

    @property
    def hub_url(self) -> str:
        return str(self.facts["hub_url"])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    environment = {
        **os.environ,
        "DEMO_FOLDER": str(folder),
        "BOX_PORT": str(free_port()),
        "HUB_PORT": str(free_port()),
    }
    log = (folder / "demo.log").open("wb")
    words = [sys.executable, "-m", "deploy.demo"]
    process = subprocess.Popen(words, cwd=REPOSITORY, env=environment, stdout=log, stderr=log)
    try:
        ready = folder / "demo.json"
        eventually(lambda: ready.exists() or process.poll() is not None, within_s=240, saying="the demo did not start")
        assert ready.exists(), (folder / "demo.log").read_text()
        yield Demo(folder, json.loads((folder / "demo.json").read_text()), environment, process)
    finally:
        process.send_signal(signal.SIGINT)
        ended = process.wait(90)
        log.close()
    assert ended == 0, (folder / "demo.log").read_text()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--disable-background-networking"],
        )
        yield browser
        browser.close()


class Devices:
    """Makes browser contexts, each a device of its own.

    Anything on a console is remembered as a failure, and what axe-core finds serious in any page.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.expected = ""
        """What an address has in it of which the browser may complain, also while its page ends."""
        self.accessibility = Accessibility()

    def phone(self, **options: object) -> Page:
        return self._page(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2, **options)

    def laptop(self, **options: object) -> Page:
        return self._page(viewport=LAPTOP, **options)

    def _page(self, **options: object) -> Page:
        context = self._browser.new_context(locale="sq-AL", **options)  # type: ignore[arg-type]  # checked by playwright
        self._contexts.append(context)
        if options.get("java_script_enabled", True):
            self.accessibility.begin(context, size="phone" if options["viewport"] == PHONE else "laptop")
        context.on("console", self._heard)
        context.on("weberror", lambda wrong: self.complaints.append(str(wrong.error)))
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        address = str(message.location.get("url"))
        if message.type in ("error", "warning") and not (self.expected and self.expected in address):
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def close(self) -> None:
        for context in self._contexts:
            for page in context.pages:
                self.accessibility.finish(page)
            context.close()


@pytest.fixture
def devices(chromium: Browser) -> Iterator[Devices]:
    made = Devices(chromium)
    yield made
    made.close()
    assert made.complaints == []
    assert made.accessibility.found == []
