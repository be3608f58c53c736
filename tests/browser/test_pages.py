"""Every page on a phone: nothing scrolls sideways at any text size, one heading, menus and PIN work from a keyboard."""

import pytest
from playwright.sync_api import Page, expect

from sync.languages import LANGUAGES
from tests.browser.conftest import Demo, Devices
from tests.browser.reading import signed_in
from tests.browser.test_a_school_day import short, sign_in

pytestmark = pytest.mark.xdist_group("demo")
LESSON = "/items/mash:thyesat-e-barabarta"
EVERYBODY = [
    "/", "/subjects", "/subjects/math", "/grades/6", "/courses/mash:thyesat-6", LESSON, "/search?q=thyes",
    "/search?q=xyzzy",
    "/quizzes/mash:kuiz-cka-eshte-thyesa", "/items/mash:flete-pune-thyesat", "/sign-in", "/sign-in/1", "/sign-in/staff",
    "/no-such-page",
]  # fmt: skip
SAYS_NO = "Failed to load resource"
WIDTH = "() => [document.documentElement.scrollWidth, window.innerWidth]"
TWICE = "() => { document.documentElement.style.fontSize = '200%' }"
MENUS_OPEN = "details.menu[open]"


def look(page: Page, addresses: list[str]) -> None:
    """Open each page and hold it to the width of the phone, with text as it is and twice as large."""
    for address in addresses:
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        assert page.locator("html").get_attribute("lang") in LANGUAGES, address
        for size in ("once", "twice"):
            if size == "twice":
                page.evaluate(TWICE)
            wide, room = page.evaluate(WIDTH)
            assert wide <= room, f"{address}: {wide} of {room} at {size} the size"


def staff(page: Page, demo: Demo, who: str) -> None:
    account = demo.facts[who]
    page.goto(f"{demo.box_url}/sign-in/staff")
    page.locator("input[name=login]").fill(account["login"])
    page.locator("input[name=password]").fill(account["password"])
    page.locator("main form button").click()
    signed_in(page)


@pytest.mark.parametrize("language", ["sq", "en"])
def test_no_page_for_everybody_scrolls_sideways(demo: Demo, devices: Devices, language: str) -> None:
    phone = devices.phone()
    phone.goto(f"{demo.box_url}/?lang={language}")
    look(phone, [f"{demo.box_url}{path}" for path in EVERYBODY])
    devices.complaints[:] = [said for said in devices.complaints if SAYS_NO not in said]


def test_no_language_is_too_long_for_a_phone(demo: Demo, devices: Devices) -> None:
    """Pages with many words in each language, and bars with many places; the menu of languages opens whole."""
    people = {who: devices.phone() for who in ("guest", "technician", "teacher")}
    for who in ("technician", "teacher"):
        staff(people[who], demo, who)
    for language in LANGUAGES:
        for who, path in (("guest", LESSON), ("technician", "/school"), ("teacher", "/classes/1")):
            look(people[who], [f"{demo.box_url}{path}?lang={language}"])
            assert people[who].locator("html").get_attribute("lang") == language
        look(people["guest"], [f"{demo.hub_url}/check?lang={language}"])
    people["guest"].goto(f"{demo.box_url}/")
    menu = people["guest"].locator("details.menu").first
    menu.locator("summary").click()
    expect(menu.locator("li").last).to_be_visible()
    foot = menu.locator("li").last.bounding_box()
    assert foot is not None
    assert foot["y"] + foot["height"] < 640, "the whole menu is on the screen"


def test_no_page_of_a_pupil_scrolls_sideways(demo: Demo, devices: Devices) -> None:
    phone = devices.phone()
    sign_in(phone, demo)
    look(phone, [f"{demo.box_url}{path}" for path in ("/", "/my-progress", "/courses/mash:thyesat-6", LESSON)])


def test_no_page_of_the_staff_scrolls_sideways(demo: Demo, devices: Devices) -> None:
    teacher = devices.phone()
    staff(teacher, demo, "teacher")
    teacher.goto(f"{demo.box_url}/classes/1")
    pupil = str(teacher.locator(".heat tbody a").first.get_attribute("href"))
    look(teacher, [f"{demo.box_url}{path}" for path in ("/classes", "/classes/1", pupil, "/sticks?all=1", "/uploads")])
    technician = devices.phone()
    staff(technician, demo, "technician")
    look(technician, [f"{demo.box_url}{path}" for path in ("/status", "/rosters", "/help/list")])


def test_no_page_of_the_hub_scrolls_sideways(demo: Demo, devices: Devices) -> None:
    phone = devices.phone()
    admin = demo.facts["hub_admin"]
    phone.goto(f"{demo.hub_url}/")
    phone.locator("input[name=name]").fill(admin["name"])
    phone.locator("input[name=password]").fill(admin["password"])
    phone.locator("main form button").click()
    phone.wait_for_url(f"{demo.hub_url}/")
    first = [phone.locator(f"main a[href^='/{kind}/']").first for kind in ("boxes", "schools")]
    links = [str(link.get_attribute("href")) for link in first]
    look(phone, [f"{demo.hub_url}{path}" for path in ("/", "/boxes", "/check", *links)])


def test_a_menu_closes_with_escape_and_with_a_tap_elsewhere(demo: Demo, devices: Devices) -> None:
    laptop = devices.laptop()
    laptop.goto(f"{demo.box_url}/")
    summary = laptop.locator("details.menu summary")
    summary.focus()
    laptop.keyboard.press("Enter")
    expect(laptop.locator(MENUS_OPEN)).to_have_count(1)
    laptop.keyboard.press("Tab")
    laptop.keyboard.press("Escape")
    expect(laptop.locator(MENUS_OPEN)).to_have_count(0)
    expect(summary).to_be_focused()
    laptop.keyboard.press("Enter")
    laptop.locator("h1").click()
    expect(laptop.locator(MENUS_OPEN)).to_have_count(0)


def test_a_pin_is_typed_on_a_keyboard_and_said_as_it_is_typed(demo: Demo, devices: Devices) -> None:
    laptop = devices.laptop()
    slip = demo.facts["pupil"]
    laptop.goto(f"{demo.box_url}/sign-in")
    laptop.get_by_role("link", name=slip["class"]).click()
    laptop.get_by_role("link", name=short(slip["name"])).click()
    expect(laptop.locator(".pad .buttons")).to_be_visible()
    said = laptop.locator(".pad [role=status]")
    laptop.keyboard.type("12")
    expect(said).to_have_text("2 nga 4 shifra të shkruara")
    laptop.keyboard.press("Backspace")
    laptop.keyboard.press("Backspace")
    expect(said).to_have_text("0 nga 4 shifra të shkruara")
    laptop.keyboard.type(slip["pin"])
    expect(laptop.get_by_role("heading", level=1)).to_contain_text("Mirë se erdhe")
