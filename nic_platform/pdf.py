"""A printed page as a PDF, where WeasyPrint is installed (the extra ``pdf``); a sentence where it is not.

Nothing is fetched while a page is drawn: what it needs, its style sheet and its icons, is put into it here,
and any address in it is refused. OWASP ASVS 1.3.6 asks for no less where a server draws what people typed.
"""

import importlib.util
import logging
import re
from functools import cache
from pathlib import Path

from nic_platform.paths import resource
from nic_platform.text import _

LARGEST = 2_000_000  # letters of a page that is drawn; ours have some twenty thousand
SIZES = {"letter": "letter", "a4": "A4"}
_STYLES = Path(__file__).with_name("static") / "css"
_ICON = re.compile(r'<svg class="(?P<css>i[^"]*)"[^>]*><use href="#(?P<id>i-[a-z]+)"/></svg>')
_CHART = re.compile(r'(<svg class="chart[^>]*>)')
_SYMBOL = re.compile(r'<symbol id="(i-[a-z]+)" viewBox="([^"]+)">(.*?)</symbol>', re.DOTALL)


class DrawingError(RuntimeError):
    """A page can't be made a PDF here; the text says why and what to do."""


@cache
def lack() -> str:
    """Return why no PDF can be made here, in a sentence for whoever runs the platform; empty if it can."""
    if importlib.util.find_spec("weasyprint") is None:
        return "WeasyPrint is not installed: pip install 'nic-platform[pdf]'."
    try:
        import weasyprint  # noqa: F401  # only those who take a PDF wait for it, and it may lack its libraries
    except OSError as error:
        return f"WeasyPrint lacks parts of the system ({error}): install Pango and HarfBuzz."
    return ""


def can_draw() -> bool:
    """Say whether PDFs can be made here."""
    return not lack()


def advice() -> str:
    """Return what a visitor reads where no PDF can be made."""
    return _(
        "This installation makes no PDF. Print this page from your browser, and choose “Save as PDF” there."
    )


def draw(page: str, size: str = "letter") -> bytes:
    """Return a page as a PDF that screen readers can follow.

    Args:
        page: whole HTML; links in it stay links, but nothing they lead to is read.
        size: letter or a4.

    Raises:
        DrawingError: no PDF can be made here, or the page is far too long.
    """
    if not can_draw():
        raise DrawingError(advice())
    if len(page) > LARGEST:
        raise DrawingError(_("This is too long for a PDF. Print it from your browser."))
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    nothing = URLFetcher(allowed_protocols=frozenset(), allow_redirects=False)
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    paper = f"@page {{ size: {SIZES.get(size, 'letter')}; margin: 14mm 15mm; }}"
    styles = [CSS(string=paper), CSS(string=_style("paper.css"))]
    html = HTML(string=_self_contained(page), url_fetcher=nothing)
    made: bytes = html.write_pdf(stylesheets=styles, pdf_variant="pdf/ua-1")
    return made


def _self_contained(page: str) -> str:
    """Return a page with its icons and the style of its charts inside: neither is inherited by a drawing."""
    page = _ICON.sub(lambda found: _icon(found["id"]), page)
    style = f"<style>{_style('paper-chart.css')}</style>"
    return _CHART.sub(lambda found: found[1] + style, page)


def _icon(name: str) -> str:
    view, inner = _symbols().get(name, ("0 0 16 16", ""))
    line = "fill:none;stroke-width:1.8;stroke"
    style = f"<style>.st{{{line}:#14211d}} .cut{{{line}:#fff}}</style>"
    inner = inner.replace("currentColor", "#14211d")
    return f'<svg class="i" viewBox="{view}" width="11" height="11" aria-hidden="true">{style}{inner}</svg>'


@cache
def _symbols() -> dict[str, tuple[str, str]]:
    text = (resource("templates") / "components" / "_sprite.html").read_text(encoding="utf-8")
    return {found[0]: (found[1], found[2]) for found in _SYMBOL.findall(text)}


@cache
def _style(name: str) -> str:
    return (_STYLES / name).read_text(encoding="utf-8")
