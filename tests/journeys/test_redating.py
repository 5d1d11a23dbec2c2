"""A milestone is moved on the board by dragging its mark, and by keys alone; both ways lead to one form."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.drill import lighter_database
from tests.journeys.axe import ask_axe
from tests.journeys.conftest import Demo
from tests.journeys.test_page_frame import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    """The board of the school lead's plan; whatever the console complains of fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda m: trouble.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    sign_in(page, demo)
    page.goto(f"{demo.address}/plans/{demo.manifest['params']['plan_id']['own']}")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()
    assert trouble == []


@lighter_database
def test_a_mark_is_dragged_to_another_day_and_brought_back(page: Page) -> None:
    board = page.url
    grip = page.locator(".wide .grip").last
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=4)
    expect(page.locator(".drag-say")).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()
    assert page.url == board

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile(r"/adjust\?to=\d{4}-\d\d-\d\d$"))
    expect(page.get_by_role("heading", name="What follows")).to_be_visible()
    assert page.locator("#due_on").input_value() == page.url.split("to=")[1]
    assert ask_axe(page).violations_count == 0

    page.get_by_label("Why").fill("Coaching days moved")
    page.get_by_role("button", name="Save the adjustment").click()
    page.wait_for_url(re.compile("undo=move"))
    expect(page.locator("main")).to_contain_text("first planned:")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".flashes")).to_contain_text("The date is back as it was.")


@lighter_database
def test_the_same_is_done_by_keys_alone(page: Page) -> None:
    link = page.locator(".ms-move").last
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/adjust$"))
    page.get_by_label("Why").focus()
    page.keyboard.type("A test window")
    page.get_by_label("New target").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("85")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text(re.compile("Nothing is saved yet|Adjusted"))
    if page.get_by_text("Nothing is saved yet.").is_visible():
        page.get_by_role("button", name="Save the adjustment").press("Enter")
    page.wait_for_url(re.compile("undo=move"))
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".flashes")).to_contain_text("The date is back as it was.")


@lighter_database
def test_the_planner_says_nothing_to_axe_and_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 844})
    page.goto(page.url + "/backwards")
    for link in ("Analyzing tickets in weekly coaching", ""):
        found = ask_axe(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        if link:
            page.get_by_role("link", name=link, exact=True).click()
            page.wait_for_url(re.compile("/strands/"))
    expect(page.get_by_role("heading", name="Proposed steps")).to_be_visible()
