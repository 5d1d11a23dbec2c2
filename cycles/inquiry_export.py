"""The health of inquiry and calibration as a table to take away; what the page hides is hidden here. Pure."""

from collections.abc import Sequence

from cycles import inquiry_words
from cycles.inquiry_page import ALL, Line, Page
from nic_platform.exporting import Cell
from nic_platform.text import _


def table(page: Page) -> tuple[list[str], list[Sequence[Cell]]]:
    """Return header and rows: the five shares of all years and of each, then calibration over time."""
    header = [
        _("What"), _("When"), _("Count"), _("Of"), _("Percent"), _("Interval from"), _("Interval to"),
        _("Published percent"), _("Published of"), _("Hidden because"),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for name in (ALL, *page.years):
        rows += [_share(name or _("All school years"), line) for line in page.lines[name]]
    found = page.judgements
    if found is None or found.calibration.share is None:
        return header, rows
    what = _("Results within their predicted range")
    rows.append(_plain(what, _("All school years"), found.calibration.inside, found.calibration.total))
    if page.view.by_name:
        rows += [_plain(what, inquiry_words.days(each), each.inside, each.total) for each in found.stretches]
    return header, rows


def _share(when: str, line: Line) -> Sequence[Cell]:
    share = line.shown
    what, yardstick = inquiry_words.title(line.key), (line.share.published_percent, line.share.published_of)
    if share is None:
        return (what, when, None, None, None, None, None, *yardstick, line.why_hidden)
    low, high = share.interval or (None, None)
    edges = (None if low is None else round(low, 1), None if high is None else round(high, 1))
    percent = round(100 * share.count / share.of, 1) if share.of else None
    return (what, when, share.count, share.of, percent, *edges, *yardstick, "")


def _plain(what: str, when: str, count: int, of: int) -> Sequence[Cell]:
    return (what, when, count, of, round(100 * count / of, 1), None, None, 80, None, "")
