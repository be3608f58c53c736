"""Reading a page when it is the one that was asked for, and all of it is there.

A click may return before the next page has come, a tap always does: what is read at once is of the page before, of an
empty one, or of half of it. So after whatever leads on, tests first `expect` what only the new page has, or wait for
its address or for the navigation; `tests/unit/test_browser_tests_wait.py` looks after that.

    page.get_by_role("link", name="Kartelat").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kartelat")
    assert fits(page)
"""

from playwright.sync_api import Page

FITS = "() => document.documentElement.scrollWidth <= window.innerWidth"


def fits(page: Page, how: str = FITS) -> bool:
    """Whether nothing scrolls sideways on the page that is open, when all of it is there."""
    page.wait_for_load_state()
    return bool(page.evaluate(how))


def note_time(page: Page) -> None:
    """Let a page with a video note from now on how far it is, until the moment in which it is left or dies."""
    page.evaluate("""() => {
        const video = document.querySelector("video");
        const note = () => localStorage.setItem("noted", video.currentTime);
        note();  // it may be left at once
        setInterval(note, 20);
    }""")


def noted_time(page: Page) -> float:
    """How far that page was; `page` is any of the same device."""
    return float(page.evaluate("() => localStorage.getItem('noted')"))


def first_moment(page: Page, start: str) -> float:
    """Touch what starts the video, and tell the second that is seen first."""
    page.evaluate("""() => {
        const video = document.querySelector("video");
        window.firstMoment = new Promise(tell => {
            video.addEventListener("playing", () => tell(video.currentTime), {once: true});
        });
    }""")
    page.locator(start).click()
    return float(page.evaluate("window.firstMoment"))


def signed_in(page: Page) -> None:
    """Wait until whoever signs in here is in: to go elsewhere before that would leave the form unsent."""
    page.wait_for_url(lambda address: "/sign-in" not in address)
