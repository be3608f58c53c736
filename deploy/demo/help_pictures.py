"""Takes the pictures of the help pages from a running, fresh demo, in every language that has its own: `make pictures`.

A stick with a course of more than a gigabyte is put in, installed, pulled out in the middle and put back, as a teacher
would see it on a phone. Afterwards the demo is no longer fresh.
"""

import io
import shutil
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from deploy.demo.commands import run
from deploy.demo.school import Demo
from deploy.demo.stick import copy_shelf, sign_new
from schoolbox.web.help_pages import PICTURED

OUT = Path("schoolbox/static")
LARGE = 900_000_000
"""Bytes of each film: long enough for two pictures while it is copied."""
COLOURS = 96
NEW = "mash:forca-perseritje-8"
UPDATED = "qendra:english-6"
WITHIN_MS = 120_000


class Camera:
    """A teacher's phone, and the pictures it takes."""

    def __init__(self, browser: Browser, url: str, teacher: Mapping[str, object]) -> None:
        context = browser.new_context(
            viewport={"width": 360, "height": 640}, is_mobile=True, has_touch=True, device_scale_factor=2, locale="sq"
        )
        self.page: Page = context.new_page()
        self._url = url
        self.page.goto(f"{url}/sign-in/staff")
        self.page.locator("input[name=login]").fill(str(teacher["login"]))
        self.page.locator("input[name=password]").fill(str(teacher["password"]))
        self.page.locator("main form button").click()

    def open(self, path: str) -> None:
        """Open a page of the box."""
        self.page.goto(f"{self._url}{path}")

    def take(self, name: str, *, show: str = "", press: str = "") -> None:
        """Take a picture of this page in every language.

        Args:
            name: Of the picture.
            show: What is scrolled into view, as a selector.
            press: What is pressed before, as a selector.
        """
        address = self.page.url.partition("?")[0]
        for language in PICTURED:
            self.page.goto(f"{address}?lang={language}")
            if press:
                self.page.locator(press).first.click()
            if show:
                self.page.locator(show).first.evaluate("one => one.scrollIntoView({block: 'center'})")
            raw = self.page.screenshot()
            picture = Image.open(io.BytesIO(raw)).convert("RGB").quantize(COLOURS)
            picture.save(OUT / f"help-{name}-{language}.png", optimize=True)


def take_help_pictures(browser: Browser, demo: Demo) -> None:
    """Take them all."""
    facts = demo.facts()
    box, stick = ("schoolbox", "--data", demo.box_data), demo.folder / "USB"
    sign_new(demo.folder, version=2, padding=LARGE)
    shutil.rmtree(stick, ignore_errors=True)
    copy_shelf(demo.folder, stick)
    run(*box, "stick", "scan", stick)
    camera = Camera(browser, str(facts["box_url"]), facts["teacher"])
    camera.open("/sticks")
    camera.page.locator(".dock button").wait_for()
    camera.take("found")
    camera.take("units", show="details.units[open], details[open] .tick", press="main details summary")
    camera.page.locator(".dock button").click()
    camera.page.wait_for_function(_BAR_AT, arg=10, timeout=WITHIN_MS)
    camera.take("installing")
    stick.rename(stick.with_name("USB-pulled"))
    camera.page.locator(".m-warn").wait_for(timeout=WITHIN_MS)
    camera.take("pulled")
    stick.with_name("USB-pulled").rename(stick)
    run(*box, "stick", "scan", stick)
    camera.page.wait_for_function("() => !document.querySelector('progress')", timeout=WITHIN_MS)
    camera.take("done")
    camera.open("/packs")
    camera.take("packs")
    camera.open(f"/packs/{UPDATED}")
    camera.take("pack")
    camera.open("/uploads")
    camera.take("upload")


_BAR_AT = """
percent => { const bar = document.querySelector('progress'); return bar && 100 * bar.value / bar.max > percent }
"""
