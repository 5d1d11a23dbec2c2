"""Loop measures as tables to take away. Pure."""

from collections.abc import Iterable, Sequence

from feedback.loop_charts import when_words
from feedback.loops import By, Measures, Stretch, age_words
from nic_platform.exporting import Cell
from nic_platform.text import _

Table = tuple[list[str], list[list[Cell]]]


def _header() -> list[str]:
    return [
        _("Sent"), _("Days to the first answer, median"), _("Days to the end, median"),
        _("Promises judged"), _("Promises kept"), _("Answered and over"), _("Confirmed lifted"),
        *[_("Open, %(age)s", age=words) for words in age_words()],
    ]  # fmt: skip


def _cells(found: Measures) -> list[Cell]:
    return [
        found.items, found.days_to_answer, found.days_to_close, found.within_promise.whole,
        found.within_promise.part, found.confirmed_lifted.whole, found.confirmed_lifted.part,
        *[count for _words, count in found.open_by_age],
    ]  # fmt: skip


def by_name(names: Sequence[str], rows: Iterable[tuple[Sequence[str], Measures]]) -> Table:
    """Return header and rows of loop measures by what they are told apart by; *names* head those columns."""
    return [*names, *_header()], [[*said, *_cells(found)] for said, found in rows]


def by_time(found: Sequence[Stretch], by: By) -> Table:
    """Return header and rows of loop measures by month or week."""
    header = [
        _("Begins on"), _("Month") if by is By.MONTH else _("Week"), _("First answers"),
        _("Days to the first answer, median"), _("Closed"), _("Days to the end, median"),
        _("Promises judged"), _("Promises kept"), _("Answered and over"), _("Confirmed lifted"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for stretch in found:
        tally, told = stretch.tally, stretch.tally.measures()
        rows.append([
            stretch.begins, when_words(stretch.begins, by), sum(tally.answers.values()),
            told.days_to_answer, sum(tally.closes.values()), told.days_to_close, tally.judged, tally.kept,
            tally.ended, tally.lifted,
        ])  # fmt: skip
    return header, rows
