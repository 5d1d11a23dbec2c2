"""The page frame in a real browser: menus, theme, projector, search, the full chart; no script needed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.drill import lighter_database
from tests.journeys.conftest import Demo

pytestmark = pytest.mark.browser


def sign_in(page: Page, demo: Demo, role: str = "lead") -> None:
    """Sign in as one of the people whom the demo names."""
    person = demo.manifest["users"][role]
    page.goto(demo.address + "/sign-in")
    page.get_by_label("Work email").fill(person["login"])
    page.get_by_label("Password", exact=True).fill(person["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(demo.address + "/")


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    """A signed-in school lead at a desk; whatever the console complains of fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda m: trouble.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    sign_in(page, demo)
    yield page
    context.close()
    assert [words for words in trouble if "422" not in words] == []


@lighter_database
def test_escape_closes_a_menu_and_gives_the_focus_back(page: Page) -> None:
    account = page.locator("details.me > summary")
    account.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(account).to_be_focused()


@lighter_database
def test_the_theme_is_kept_from_page_to_page(page: Page, demo: Demo) -> None:
    page.locator("details.me > summary").click()
    page.get_by_role("button", name="Use dark theme").click()
    page.goto(demo.address + "/help")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("[data-theme-toggle]")).to_have_text("Use light theme")


@lighter_database
def test_the_projector_view_is_left_with_escape(page: Page, demo: Demo) -> None:
    page.goto(demo.address + "/?present=1")
    expect(page.locator(".nav")).to_be_hidden()

    page.keyboard.press("Escape")

    expect(page.locator(".nav")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/$"))


@lighter_database
def test_the_first_tab_offers_to_skip_to_the_content(page: Page) -> None:
    page.reload()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()

    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("#main$"))


@lighter_database
def test_a_search_goes_from_the_masthead_to_its_results(page: Page) -> None:
    page.get_by_role("searchbox").fill("exit ticket")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Cycles")).to_be_visible()
    expect(page.get_by_role("status").last).to_contain_text("for “exit ticket”")


@lighter_database
def test_the_full_chart_is_drawn_under_the_content_policy(page: Page) -> None:
    page.locator("section[aria-labelledby=mil] .what a").first.click()
    page.goto(page.url.split("?")[0] + "/chart")

    expect(page.locator(".full-chart")).to_have_attribute("data-ready", "true")
    expect(page.locator(".full-chart svg").first).to_be_visible()


@lighter_database
def test_every_page_works_without_a_script(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, demo)
    page.locator("nav.tabbar details.more > summary").click()

    page.get_by_role("link", name="Library").last.click()

    expect(page).to_have_url(re.compile("/library$"))
    context.close()
