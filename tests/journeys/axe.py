"""axe, read by a page once, however often it is asked: half a megabyte of script is slower than its rules."""

from typing import Any

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ONLY_VIOLATIONS = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2, which axe leaves out unless asked
}
_STOCK = Axe()


def ask_axe(page: Page, options: dict[str, Any] | None = None) -> AxeResults:
    """Return what axe finds on the page as it is now."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(_STOCK.axe_script)
    return AxeResults(page.evaluate("options => axe.run(options)", options or ONLY_VIOLATIONS))
