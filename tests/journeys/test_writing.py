"""A team writes a milestone in one line, and the coach answers while it types."""

import pytest
from playwright.sync_api import Browser, expect

from tests.drill import lighter_database
from tests.journeys.conftest import Demo

pytestmark = pytest.mark.browser
LINE = (
    "By April 30, the coaching log will show that 95% of teachers are successfully analyzing exit tickets "
    "with a coach"
)
OUTCOME = "By May 15, iReady results will show that 45% of students have reached proficiency in reading."


@lighter_database
def test_the_coach_fills_the_blanks_and_offers_what_it_really_is(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page, trouble = context.new_page(), list[str]()
    page.on("console", lambda m: trouble.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    person = demo.manifest["users"]["lead"]
    page.goto(demo.address + "/sign-in")
    page.get_by_label("Work email").fill(person["login"])
    page.get_by_label("Password", exact=True).fill(person["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(demo.address + "/")
    page.goto(demo.address + "/milestones/new")
    verdict = page.locator("[data-verdict]")

    page.locator("#purpose").fill("help every student speak")
    page.locator("#who").fill("lead teachers")
    top = page.locator("#what").evaluate("it => it.getBoundingClientRect().top + scrollY")
    page.locator("#line").press_sequentially(LINE)
    expect(verdict).to_contain_text("A strong milestone")
    expect(page.locator("#what")).to_have_value("analyzing exit tickets with a coach")
    expect(page.locator("#target")).to_have_value("95")
    expect(page.locator("#who")).to_have_value("lead teachers")  # what was typed stays
    now = page.locator("#what").evaluate("it => it.getBoundingClientRect().top + scrollY")
    assert now == top  # nothing jumped under the hand

    page.locator("#line").fill(OUTCOME)
    expect(verdict).to_contain_text("This reads like an interim target")
    page.get_by_role("button", name="Save it as an interim target").click()
    expect(page.locator("#name")).to_have_value(OUTCOME)
    expect(page.locator("main")).to_contain_text("Your words are there")
    assert trouble == []
    context.close()
