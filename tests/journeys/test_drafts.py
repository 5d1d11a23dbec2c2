"""Words typed on a phone are never lost: the network goes, another tab saves, the page is killed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect

from tests.drill import drill_only, lighter_database
from tests.journeys.axe import ask_axe
from tests.journeys.conftest import Demo
from tests.journeys.test_page_frame import sign_in

pytestmark = pytest.mark.browser
SAVED = re.compile(r"^Saved \d{1,2}:\d\d [ap]m$")
WAITS = "Not sent yet: kept on this phone"


@pytest.fixture
def phone(browser: Browser, demo: Demo) -> Iterator[BrowserContext]:
    """A phone on which a school lead is signed in."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, demo)
    page.close()
    yield context
    context.close()


def plan(phone: BrowserContext, demo: Demo) -> Page:
    """Start a cycle and open its plan."""
    page = phone.new_page()
    page.goto(demo.address + "/cycles/new")
    page.get_by_label("A new idea: what will you try?").fill("A timer on the board")
    page.locator("main form button.primary").click()
    page.wait_for_url(re.compile(r"/cycles/[0-9a-f-]{36}$"))
    return page


def say(page: Page) -> str:
    return page.locator("[data-draft-say]").inner_text()


def reads(page: Page, selector: str, words: str) -> None:
    """What the server holds now, read by a page of its own."""
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(selector)).to_have_value(words)
    other.close()


@lighter_database
def test_words_are_saved_while_one_types_and_through_a_lost_connection(
    phone: BrowserContext, demo: Demo
) -> None:
    page = plan(phone, demo)
    status = page.locator("[data-draft-say]")
    expect(status).to_have_attribute("role", "status")
    page.locator("#aim").press_sequentially("Fewer blanks")
    expect(status).to_have_text(SAVED)
    reads(page, "#aim", "Fewer blanks")

    phone.set_offline(True)
    page.locator("#aim").press_sequentially(" on tickets")
    page.locator("#p0_question").press_sequentially("How many?")
    expect(status).to_have_text(WAITS)
    page.get_by_role("button", name="Save draft").click()  # no page of the browser's own takes the words away
    expect(status).to_have_text(WAITS)
    assert page.locator("#aim").input_value() == "Fewer blanks on tickets"

    phone.set_offline(False)
    expect(status).to_have_text(SAVED, timeout=60_000)
    reads(page, "#aim", "Fewer blanks on tickets")
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('nic-draft'))") == []
    page.get_by_role("button", name="Save draft").click()  # the version went along
    expect(page.locator("main")).to_contain_text("Saved. You can go on whenever you like.")
    page.close()


@drill_only
def test_a_page_that_was_killed_without_a_connection_brings_its_words_back(
    phone: BrowserContext, demo: Demo
) -> None:
    page = plan(phone, demo)
    address = page.url
    phone.set_offline(True)
    page.locator("#aim").press_sequentially("Words of a killed page")
    page.close()
    phone.set_offline(False)

    home = phone.new_page()
    home.goto(demo.address + "/log")  # it says that something waits, and where
    expect(home.locator("[data-draft-waiting]")).to_be_visible()
    home.locator("[data-draft-waiting] a").click()
    home.wait_for_url(address)
    expect(home.locator("#aim")).to_have_value("Words of a killed page")
    expect(home.locator("[data-draft-say]")).to_have_text(SAVED)
    reads(home, "#aim", "Words of a killed page")
    home.close()


@lighter_database
def test_a_second_tab_that_saved_meanwhile_is_not_overwritten(phone: BrowserContext, demo: Demo) -> None:
    first = plan(phone, demo)
    second = phone.new_page()
    second.goto(first.url)
    second.locator("#aim").fill("Aim of the second tab")
    second.locator("#who").fill("Ms Lee")
    expect(second.locator("[data-draft-say]")).to_have_text(SAVED)

    first.locator("#aim").fill("Aim of the first tab")
    both = first.get_by_role("alert").filter(has_text="Two versions")
    expect(both).to_contain_text("You saved this in another window")
    expect(both).to_contain_text("Aim of the second tab")
    assert ask_axe(first).violations_count == 0
    reads(first, "#aim", "Aim of the second tab")
    first.get_by_role("button", name="Save what I chose").click()
    expect(both).to_contain_text("One choice is open")
    both.get_by_role("group", name="What are we trying to accomplish?").get_by_text(
        "What you typed here"
    ).click()
    first.get_by_role("button", name="Save what I chose").click()
    expect(both).to_have_count(0)
    expect(first.locator("[data-draft-say]")).to_have_text(SAVED)
    expect(first.locator("#who")).to_have_value("Ms Lee")  # what only the other had changed came along
    reads(first, "#aim", "Aim of the first tab")
    reads(first, "#who", "Ms Lee")
    first.close()
    second.close()


@drill_only
def test_an_answer_that_was_lost_on_the_way_is_no_conflict(phone: BrowserContext, demo: Demo) -> None:
    page = plan(phone, demo)
    lost = {"answers": 1}

    def lose(route: Route) -> None:
        if lost["answers"]:
            lost["answers"] -= 1
            route.fetch()  # the server saves, and the phone never hears
            route.abort()
        else:
            route.continue_()

    page.route("**/typed", lose)
    page.locator("#aim").press_sequentially("One")
    expect(page.locator("[data-draft-say]")).to_have_text(WAITS)
    page.locator("#aim").press_sequentially(" two")
    expect(page.locator("[data-draft-say]")).to_have_text(SAVED)
    reads(page, "#aim", "One two")
    page.close()


@drill_only
def test_another_account_on_the_same_phone_never_sees_the_words(phone: BrowserContext, demo: Demo) -> None:
    page = plan(phone, demo)
    phone.set_offline(True)
    page.locator("#aim").press_sequentially("Only for Rosa")
    expect(page.locator("[data-draft-say]")).to_have_text(WAITS)
    address = page.url
    page.close()
    phone.set_offline(False)
    phone.clear_cookies()
    other = phone.new_page()
    sign_in(other, demo, "district")
    other.goto(demo.address + "/log")
    expect(other.locator("[data-draft-waiting]")).to_be_hidden()
    other.goto(address)
    assert "Only for Rosa" not in other.content()

    phone.clear_cookies()
    sign_in(other, demo)
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    other.on("dialog", agree)
    other.locator("details.me > summary").click()
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url(re.compile("/sign-in"))
    assert "not sent yet" in asked[0]
    assert other.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('nic-draft'))") == []
    other.close()


@drill_only
def test_counts_that_a_button_saved_wait_no_longer_and_differ_from_nothing(
    phone: BrowserContext, demo: Demo
) -> None:
    page = plan(phone, demo)
    page.locator("#milestones-0").check()
    for name, words in {
        "aim": "Less noise", "who": "One class", "starts_on": "2025-11-03", "ends_on": "2025-11-07",
        "p0_question": "How many leave early?", "p0_expected": "Few",
    }.items():  # fmt: skip
        page.locator(f"#{name}").fill(words)
    page.locator("#scale").select_option("teacher")
    page.get_by_text("The data: what is counted, by whom, how often").click()
    page.locator("#measure").select_option(label="Students on trips or at testing")
    page.get_by_role("button", name="Finish the plan and begin").click()
    page.get_by_text("As planned", exact=True).click()
    page.locator("#observations").fill("It was quiet")
    page.locator("#d0_on").fill("2025-11-04")
    page.locator("#d0_count").fill("3")

    page.get_by_role("button", name="Finish, go to study").click()

    expect(page.get_by_role("button", name="Save study and decide")).to_be_visible()
    expect(page.locator("[data-draft-waiting]")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('nic-draft'))") == []
    page.close()


@lighter_database
def test_a_quick_log_is_kept_as_it_is_typed_and_logged_once(phone: BrowserContext, demo: Demo) -> None:
    page = phone.new_page()
    page.goto(demo.address + "/log/test")
    page.get_by_label("What did you change?").press_sequentially("One question instead of three")
    expect(page.locator("[data-draft-say]")).to_have_text(SAVED)
    page.close()

    page = phone.new_page()
    page.goto(demo.address + "/log/test")
    page.get_by_role("link", name="Go on with “One question instead of three”").click()
    page.get_by_label("What did you expect?").fill("Most answer")
    page.get_by_label("What happened?").fill("19 of 24 did")
    page.get_by_text("Held", exact=True).click()
    page.get_by_text("Adopt", exact=True).click()
    page.get_by_label("Which milestone does it serve?").select_option(index=1)
    page.get_by_role("button", name="Log it").click()
    page.wait_for_url(re.compile(r"/cycles/[0-9a-f-]{36}$"))
    expect(page.locator("main")).to_contain_text("Logged. You can add to it at any time.")
    page.goto(demo.address + "/log/test")
    expect(page.get_by_role("link", name="Go on with")).to_have_count(0)
    page.close()
