"""The main job of the three people, from sign-in to the confirmed loop, by hand in a real browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.drill import IS_DRILL, small_form
from tests.journeys.axe import ask_axe
from tests.journeys.conftest import Demo

pytestmark = pytest.mark.browser
WIDTH_OF = {"lead": 320, "district": 390, "state": 1280}  # the small form looks at each with one person

_seen_dark: set[str] = set()


class Visitor:
    """Somebody at a browser, whose every page is looked over."""

    def __init__(self, page: Page, demo: Demo, *, asks_axe: bool) -> None:
        self.page, self.demo, self.asks_axe = page, demo, asks_axe
        self.trouble: list[str] = []
        self.seen: set[str] = set()
        page.on("console", lambda m: self.trouble.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("request", lambda r: self._note_address(r.url))
        page.on("response", lambda r: self.trouble.append(r.url) if r.status >= 400 else None)

    def _note_address(self, url: str) -> None:
        if not url.startswith((self.demo.address, "data:", "blob:")):
            self.trouble.append(f"asked another host: {url}")

    def go(self, path: str) -> None:
        """Open an address and look the page over."""
        self.page.goto(self.demo.address + path)
        self.look()

    def look(self) -> None:
        """Find nothing for axe to say in either theme, nothing wider than the window, and few statements."""
        where = re.sub(r"[0-9a-f-]{36}", "…", self.page.url.removeprefix(self.demo.address))
        if where in self.seen:
            return
        self.seen.add(where)
        for theme in ("light", "dark") if self.asks_axe else ():
            self.page.emulate_media(color_scheme=theme)
            # What a theme changes is colour, whoever looks and however wide; the drill asks all rules again.
            rules: dict[str, Any] = {"resultTypes": ["violations"]}
            if theme == "dark" and not IS_DRILL:
                if where in _seen_dark:
                    continue
                _seen_dark.add(where)
                rules["runOnly"] = ["cat.color"]
            found = ask_axe(self.page, rules)
            assert found.violations_count == 0, f"{where} ({theme}): {found.generate_report()}"
        self.page.emulate_media(color_scheme="light")
        root = self.page.locator("html")
        wide = root.evaluate("page => page.scrollWidth - page.clientWidth")
        assert wide <= 0, f"{where} is {wide} px wider than the window"

    def sign_in(self, role: str) -> None:
        """Sign in as one of the people whom the demo names."""
        person = self.demo.manifest["users"][role]
        self.page.context.clear_cookies()
        self.go("/sign-in")
        self.page.get_by_label("Work email").fill(person["login"])
        self.page.get_by_label("Password", exact=True).fill(person["password"])
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(self.demo.address + "/")
        self.look()

    def press(self, name: str) -> None:
        """Press a button and look over the page that comes."""
        self.page.get_by_role("button", name=re.compile(f"^{name}")).first.click()
        self.page.wait_for_load_state()
        self.look()


@pytest.fixture(params=[320, 390, 1280])
def visitor(request: pytest.FixtureRequest, browser: Browser, database: str, demo: Demo) -> Iterator[Visitor]:
    """Somebody at a window of this width; pages look the same to axe whatever database is beneath."""
    context = browser.new_context(viewport={"width": request.param, "height": 844}, reduced_motion="reduce")
    visitor = Visitor(context.new_page(), demo, asks_axe=database == "sqlite" or IS_DRILL)
    yield visitor
    context.close()
    assert visitor.trouble == []


def open_form(page: Page, button: str) -> None:
    """Unfold the form that holds the button, if it is folded."""
    target = page.get_by_role("button", name=button, exact=True).first
    if not target.is_visible():
        inside = page.get_by_role("button", name=button, exact=True, include_hidden=True)
        page.locator("details", has=inside).last.locator("summary").first.click()
    expect(target).to_be_visible()


WALKED = {("sqlite", 1280), ("postgresql", 390)}


@small_form(lambda p: p["asked"] != "both" or (p["database"], p["visitor"]) in WALKED)
def test_a_barrier_climbs_is_answered_and_is_confirmed(
    visitor: Visitor, request: pytest.FixtureRequest
) -> None:
    page = visitor.page
    width = page.viewport_size["width"] if page.viewport_size else 0
    title = f"No substitute on coaching days, seen at {width} px"

    # A school team, between lessons: a count, a small test, and what stands in the way.
    visitor.sign_in("lead")
    visitor.go("/log")
    once = [320, 390, 1280].index(
        width
    )  # each width counts something else: a second count of a day is asked about
    page.locator("input[name=count]").nth(once).fill("21")
    page.get_by_role("button", name=re.compile("^Save count")).nth(once).click()
    page.wait_for_load_state()
    visitor.look()
    expect(page.locator("main")).to_contain_text("21 of 24")
    visitor.go("/log/test")
    page.locator("#milestone").select_option(index=1)
    page.locator("#change").fill("One question on the last slide instead of three")
    page.locator("#prediction").fill("Most will answer in a full sentence")
    page.locator("#happened").fill("19 of 24 answered in a full sentence")
    page.locator("label[for=verdict-0]").click()
    page.locator("label[for=decision-1]").click()
    visitor.press("Log it")
    expect(page.locator("main")).to_contain_text("19 of 24 answered in a full sentence")
    visitor.go("/feedback/new")
    page.locator("#title").fill(title)
    page.locator("#happens").fill("Twice a week a coach covers a class instead of coaching.")
    page.locator("#asked_for").fill("A substitute for two hours a week.")
    visitor.press("Send it up")
    expect(page.locator("h1")).to_have_text(title)
    item = page.url.removeprefix(visitor.demo.address)

    # The hub, in its huddle: compares its schools, and lifts what it can't lift itself.
    visitor.sign_in("district")
    visitor.go("/compare")
    expect(page.get_by_role("heading", name=re.compile("more than chance"))).to_be_visible()
    visitor.go(item)
    open_form(page, "Lift it")
    page.locator("#lift-words").fill("Five of our fourteen schools say the same.")
    visitor.press("Lift it")
    expect(page.locator("main")).to_contain_text("Five of our fourteen schools say the same.")

    # The state works its queue and answers once.
    visitor.sign_in("state")
    visitor.go("/feedback/queue")
    visitor.go(item)
    open_form(page, "Send the answer")
    page.locator("label[for=answer-changes-1]").click()
    page.locator("#answer-text").fill("Title II funds may pay a substitute on coaching days.")
    visitor.press("Send the answer")
    expect(page.locator("main")).to_contain_text("Title II funds may pay a substitute on coaching days.")

    # Only the school says whether it helped.
    visitor.sign_in("lead")
    visitor.go(item)
    page.locator("label[for=confirm-lifted-0]").click()
    page.locator("#confirm-words").fill("Our coach coached both days.")
    visitor.press("Send our answer")
    expect(page.locator("main")).to_contain_text("Our coach coached both days.")
    expect(page.locator("main")).to_contain_text(re.compile("lifted", re.IGNORECASE))


@small_form(lambda p: p["database"] == "sqlite" and WIDTH_OF[p["role"]] == p["visitor"])
@pytest.mark.parametrize("role", ["lead", "district", "state"])
def test_every_section_is_clean_for_everyone(visitor: Visitor, role: str) -> None:
    visitor.sign_in(role)
    for path in (
        "/plan",
        "/cycles",
        "/feedback",
        "/compare",
        "/library",
        "/network",
        "/drivers",
        "/search?q=exit",
    ):
        visitor.go(path)
    for path in ("/notices", "/account", "/help", "/welcome"):
        visitor.go(path)
