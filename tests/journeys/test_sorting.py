"""State staff sort what is new without touching the mouse, and take a slip back."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.drill import lighter_database
from tests.journeys.conftest import Demo

pytestmark = pytest.mark.browser


@lighter_database
def test_new_reports_are_sorted_with_arrow_keys_and_enter(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page, trouble = context.new_page(), list[str]()
    page.on("console", lambda m: trouble.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    person = demo.manifest["users"]["state"]
    page.goto(demo.address + "/sign-in")
    page.get_by_label("Work email").fill(person["login"])
    page.get_by_label("Password", exact=True).fill(person["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(demo.address + "/")

    page.goto(demo.address + "/feedback/queue#new")
    heading = page.locator("#new")
    many = int(re.findall(r"\d+", heading.inner_text())[0])
    sorted_now = page.locator("form[data-sort] .title-link").inner_text()
    page.locator("[data-new]").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Title of the new theme")).to_be_visible()
    page.keyboard.press("Enter")  # a new theme wants its title first
    expect(page.get_by_label("Title of the new theme")).to_be_focused()
    page.locator("[data-new]").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Title of the new theme")).to_be_hidden()
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"done="))
    expect(heading).to_have_text(f"{many - 1} new, to sort")
    assert page.locator("form[data-sort] .title-link").inner_text() != sorted_now
    radios = page.locator("form[data-sort] input[type=radio]")
    expect(page.locator("form[data-sort] input[type=radio]:focus")).to_have_count(1)  # ready for the next
    page.evaluate(
        "document.querySelectorAll('form[data-sort] input').forEach((box) => { box.checked = false; })"
    )
    radios.first.focus()
    page.keyboard.press("ArrowDown")  # where nothing stands chosen, the first arrow chooses the first
    expect(radios.first).to_be_checked()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("Taken back on")

    page.goto(demo.address + "/feedback/queue/items")
    page.locator("[data-pick] input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("[data-picked]")).to_have_text("2 chosen")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("main")).to_contain_text("2 reports are chosen.")
    assert trouble == []
    context.close()
