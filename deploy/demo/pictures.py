"""Takes the pictures of README and help from a running demo: `make pictures`, beside a `make demo` elsewhere.

A few pupils first learn something through the pages themselves, so that the teacher's map has something to show.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from content_packs.quiz import Question, Quiz, decode_quiz
from deploy.demo.help_pictures import take_help_pictures
from deploy.demo.school import Demo
from deploy.demo.shelf import SAMPLES

PHONE = {"width": 360, "height": 640}
LAPTOP = {"width": 1280, "height": 800}
OUT = Path("docs/pictures")
COURSE = "mash:thyesat-6"
VIDEOS = ("pjeset-e-nje-te-tere", "numeruesi-dhe-emeruesi", "thyesat-e-barabarta", "mbledhja-me-emerues-te-njejte")
WATCHED = "([url, form]) => fetch(url, {method: 'POST', body: new URLSearchParams(form), credentials: 'same-origin'})"
CLASS = (
    (4, "right", "right"), (3, "right", ""), (4, "mostly", "right"), (2, "wrong", ""), (4, "right", "mostly"),
    (1, "", ""), (3, "mostly", ""), (2, "right", ""), (4, "right", "wrong"),
)  # fmt: skip
"""What each pupil of the class does: lessons watched, then how the two quizzes go."""


def main() -> None:
    """Learn a little, then take every picture."""
    folder = Path(os.environ.get("DEMO_FOLDER", ".demo")).resolve()
    demo = Demo(folder=folder, box_port=0, hub_port=0)
    facts = demo.facts()
    url = str(facts["box_url"])
    slips = json.loads(demo.accounts_file.read_text(encoding="utf-8"))["slips"]
    pupils = [slip for slip in slips if slip["role"] == "pupil" and slip["class"] == "6/2"]
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        for pupil, deeds in zip(pupils[1:], CLASS, strict=False):
            _learn(_signed_in(browser, url, pupil), url, deeds)
        _phone_pictures(_signed_in(browser, url, pupils[0]), url)
        _laptop_pictures(browser, url, facts["teacher"])
        take_help_pictures(browser, demo)
        browser.close()


def _signed_in(browser: Browser, url: str, pupil: dict[str, str]) -> Page:
    """A phone on which a pupil has signed in."""
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2, locale="sq")  # type: ignore[arg-type]  # a viewport is two numbers
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    page.get_by_role("link", name=pupil["class"]).click()
    given, _, surname = pupil["name"].partition(" ")
    page.get_by_role("link", name=f"{given} {surname[0]}.").click()
    for digit in pupil["pin"]:
        page.get_by_role("button", name=digit, exact=True).click()
    page.wait_for_url(f"{url}/")
    return page


def _learn(page: Page, url: str, deeds: tuple[int, str, str]) -> None:
    videos, *quizzes = deeds
    for slug in VIDEOS[:videos]:
        _watch(page, f"{url}/items/mash:{slug}")
    page.goto(f"{url}/courses/{COURSE}")
    addresses = page.locator("li.item a[href*='/quizzes/']").evaluate_all("links => links.map(link => link.href)")
    tests = [address for address in addresses if _quiz(address).mode == "quiz"]
    for address, manner in zip(tests, quizzes, strict=True):
        if manner:
            _answer(page, address, manner)
    page.context.close()


def _watch(page: Page, address: str) -> None:
    """Report a lesson as watched to its end, as the player does."""
    page.goto(address)
    player = page.locator("#player")
    length = player.get_attribute("data-length") or "0"
    form = {
        "csrf_token": player.get_attribute("data-csrf"), "position_s": length, "duration_s": length,
        "segments": f"0-{length}", "ended": "1", "left": "1",
    }  # fmt: skip
    page.evaluate(WATCHED, [f"{address}/watched", form])


def _answer(page: Page, address: str, manner: str) -> None:
    """Answer a quiz: `right` all of it, `mostly` all but the first two, `wrong` all but the first."""
    page.goto(address)
    for number, question in enumerate(_quiz(address).questions):
        right = {"right": True, "mostly": number >= 2, "wrong": number == 0}[manner]
        _give(page, question, _responses(question, right=right))
        page.locator(".dock button").click()
        page.locator(".dock a").click()


def _quiz(address: str) -> Quiz:
    slug = address.rpartition(":")[2]
    return decode_quiz(next(file.read_bytes() for file in SAMPLES.glob(f"*/*/{slug}.json")))


def _responses(question: Question, *, right: bool) -> Sequence[str]:
    if right:
        return question.correct
    return [choice.id for choice in question.choices if choice.id not in question.correct][:1] or ["0"]


def _give(page: Page, question: Question, responses: Sequence[str]) -> None:
    if question.type in ("number", "text"):
        page.locator("input#answer").fill(responses[0])
        return
    for place, choice in enumerate(question.choices):
        if choice.id in responses:
            page.locator("input[name=answer]").nth(place).check()


def _phone_pictures(page: Page, url: str) -> None:
    for slug in VIDEOS[:2]:
        _watch(page, f"{url}/items/mash:{slug}")
    page.goto(f"{url}/items/mash:{VIDEOS[3]}")
    page.locator("#go").click()
    page.evaluate("document.querySelector('video').currentTime = 14")
    page.wait_for_function("() => document.querySelector('video').currentTime > 17")
    page.screenshot(path=OUT / "item-phone.png")
    page.goto(url)
    page.screenshot(path=OUT / "home-phone.png")
    page.goto(f"{url}/courses/{COURSE}")
    page.screenshot(path=OUT / "course-phone.png")
    page.locator("li.item a[href*='/quizzes/']").first.evaluate("link => { location.href = link.href }")
    page.locator("label.opt").nth(1).click()
    page.screenshot(path=OUT / "quiz-phone.png")


def _laptop_pictures(browser: Browser, url: str, teacher: Mapping[str, object]) -> None:
    page = browser.new_context(viewport=LAPTOP, locale="sq").new_page()  # type: ignore[arg-type]  # two numbers
    page.goto(f"{url}/sign-in/staff")
    page.locator("input[name=login]").fill(str(teacher["login"]))
    page.locator("input[name=password]").fill(str(teacher["password"]))
    page.locator("main form button").click()
    page.get_by_role("link", name="6/2").first.click()
    page.screenshot(path=OUT / "class-laptop.png")


if __name__ == "__main__":
    main()
