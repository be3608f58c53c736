"""The look at every page's accessibility is a real one: a page that is not accessible is found."""

from playwright.sync_api import Browser

from tests.browser.accessibility import Accessibility

BAD = (
    "data:text/html,<html lang=sq><title>x</title><main><h1>x</h1><img src='data:,'>"
    "<p style='color:silver'>Nobody reads this."
)


def test_a_picture_without_words_and_a_text_that_cannot_be_read_are_found(chromium: Browser) -> None:
    context = chromium.new_context()
    look = Accessibility()
    look.begin(context, size="test")
    page = context.new_page()
    page.goto(BAD)
    look.finish(page)
    context.close()
    assert {one.split(": ")[1].split(" ")[0] for one in look.found} == {"image-alt", "color-contrast"}
