"""A term's figures typed, pasted, undone and saved with the keys alone; on a phone one day at a time."""

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.drill import lighter_database
from tests.journeys.conftest import Demo

pytestmark = pytest.mark.browser
PASTE = """([selector, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.querySelector(selector).dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
MEASURE = "Language objectives in daily lesson plans"


def open_grid(page: Page, demo: Demo) -> None:
    person = demo.manifest["users"]["member"]
    page.goto(demo.address + "/sign-in")
    page.get_by_label("Work email").fill(person["login"])
    page.get_by_label("Password", exact=True).fill(person["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(demo.address + "/")
    page.goto(demo.address + "/measures")
    page.get_by_role("link", name=MEASURE, exact=True).first.click()
    page.get_by_role("link", name="Enter counts").click()
    page.get_by_role("link", name="School year").click()


@lighter_database
def test_keys_paste_and_undo_and_a_phone_shows_one_day(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page, trouble = context.new_page(), list[str]()
    page.on("console", lambda m: trouble.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    open_grid(page, demo)
    boxes = page.locator("td.gc input:not([type=hidden])")
    say = page.locator("[data-say]")
    names = [boxes.nth(at).get_attribute("name") or "" for at in range(4)]
    was = [boxes.nth(at).input_value() for at in range(4)]

    boxes.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(boxes.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(boxes.nth(3)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(boxes.nth(0)).to_be_focused()
    page.keyboard.press("Tab")
    expect(boxes.nth(1)).to_be_focused()
    page.keyboard.type("77")
    expect(say).to_contain_text("1 figure changed")
    expect(page.locator("td.gc").first).to_contain_text("changed")
    page.keyboard.press("Escape")
    expect(boxes.nth(1)).to_have_value(was[1])
    expect(say).to_have_text("")

    page.evaluate(PASTE, ["td.gc input", "20,5\t24\n21\t24\textra"])
    expect(say).to_contain_text("4 cells pasted. One value did not fit")
    expect(page.locator("[data-comma]")).to_contain_text("20,5. Is it meant as 20.5?")
    page.get_by_role("button", name="Yes, change them").click()
    expect(boxes.nth(0)).to_have_value("20.5")
    page.get_by_role("button", name="Undo the paste").click()
    assert [boxes.nth(at).input_value() for at in range(4)] == was
    page.evaluate(PASTE, ["td.gc input", "20\t24\n21\t24"])
    boxes.nth(0).focus()
    page.keyboard.press("Control+z")
    assert [boxes.nth(at).input_value() for at in range(4)] == was
    page.evaluate(PASTE, ["td.gc input", "20\t24\nmany\t24"])
    page.get_by_role("button", name="Save the figures").click()

    expect(page.locator("[data-problems]")).to_be_focused()
    expect(page.locator(f'[name="{names[2]}"]')).to_have_value("many")
    page.locator(f'[name="{names[2]}"]').fill("21")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("[data-pager]")).to_be_visible()
    expect(page.locator("tr[data-row]:visible")).to_have_count(1)
    expect(page.locator(f'[name="{names[2]}"]')).to_be_visible()  # the day that needs mending
    page.get_by_role("button", name="Earlier day").click()
    expect(page.locator(f'[name="{names[0]}"]')).to_have_value("20")
    page.get_by_role("button", name="Save the figures").click()
    expect(page.locator(".with-undo")).to_contain_text("2 figures are saved.")  # with the one before
    page.set_viewport_size({"width": 1280, "height": 900})

    page.locator("td.gc input").first.fill("5")
    messages = list[str]()

    def stay(dialog: Dialog) -> None:
        messages.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.evaluate("setTimeout(() => location.assign('/measures'), 0)")
    for _ in range(50):  # until it asks, at most five seconds
        if messages:
            break
        page.wait_for_timeout(100)
    assert messages == ["beforeunload"]
    assert [each for each in trouble if "422" not in each] == []
    context.close()
