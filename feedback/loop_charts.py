"""Loop measures over time as run charts with their sentences. Pure: tallies in, pictures and words out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from feedback.listing import share_words
from feedback.loops import By, Share, Stretch, Tally, median_of
from measures import chart_reading
from measures.chart_drawing import Frame, chart_svg
from measures.charting import Chart, chart_of
from measures.reading import Variation
from measures.rules import Direction, MeasureType
from nic_platform.days import month_year
from nic_platform.svg import amount, day
from nic_platform.text import _, ngettext

KEYS = ("answer", "close", "promise", "lifted")
WIDE, NARROW = (800.0, 250.0), (352.0, 240.0)


@dataclass(frozen=True)
class Seen:
    """What one month or week came to, as a chart takes it: a median of days, or a share."""

    on: date
    days: float | None = None
    count: float | None = None
    population: float | None = None
    note: str = ""

    def value(self, kind: MeasureType) -> float | None:
        """Return it in its measure's unit: per cent, or days."""
        if kind is MeasureType.PROPORTION:
            return 100 * self.count / self.population if self.population and self.count is not None else None
        return self.days


@dataclass(frozen=True)
class Line:
    """One row of the table behind a chart: when, of how many, and what it was, in words."""

    when: str
    many: int
    words: str


@dataclass(frozen=True)
class LoopChart:
    """One loop measure over time: the finding, the pictures, the reading, the table."""

    key: str
    title: str
    subtitle: str
    reading: Variation
    wide: Markup | str
    narrow: Markup | str
    lines: tuple[Line, ...]


def charts_of(found: Sequence[Stretch], whole: Tally, by: By, today: date) -> list[LoopChart]:
    """Return a run chart of each loop measure, those of time first; without a picture where nothing is.

    Args:
        found: the months or weeks.
        whole: all of them together, for the finding.
    """
    return [_chart(key, found, whole, by, today) for key in KEYS]


def _chart(key: str, found: Sequence[Stretch], whole: Tally, by: By, today: date) -> LoopChart:
    kind = MeasureType.CONTINUOUS if key in {"answer", "close"} else MeasureType.PROPORTION
    direction = Direction.DOWN if kind is MeasureType.CONTINUOUS else Direction.UP
    points = [point for stretch in found if (point := _seen(key, stretch))]
    chart = chart_of(points, kind, direction)
    reading, title = chart_reading.read(chart), finding(key, whole)
    drawn = bool(points)
    return LoopChart(
        key, title, _subtitle(key, by), reading,
        _picture(chart, by, today, f"{title} {reading.title}", narrow=False) if drawn else "",
        _picture(chart, by, today, f"{title} {reading.title}", narrow=True) if drawn else "",
        tuple(_line(key, stretch, by) for stretch in found if _seen(key, stretch)),
    )  # fmt: skip


def _picture(chart: Chart, by: By, today: date, label: str, *, narrow: bool) -> Markup:
    frame = Frame(today, rhythm_days=31 if by is By.MONTH else 7)
    return chart_svg(chart, frame, label=label, size=NARROW if narrow else WIDE, narrow=narrow)


def _seen(key: str, stretch: Stretch) -> Seen | None:
    """Return the point of a month or week; none where nothing happened in it."""
    tally = stretch.tally
    if key in {"answer", "close"}:
        days = median_of(tally.answers if key == "answer" else tally.closes)
        return None if days is None else Seen(stretch.begins, days)
    share = _share(key, tally)
    return Seen(stretch.begins, None, share.part, share.whole) if share.whole else None


def _share(key: str, tally: Tally) -> Share:
    found = tally.measures()
    return found.within_promise if key == "promise" else found.confirmed_lifted


def _line(key: str, stretch: Stretch, by: By) -> Line:
    when, tally = when_words(stretch.begins, by), stretch.tally
    if key in {"answer", "close"}:
        taken = tally.answers if key == "answer" else tally.closes
        return Line(when, sum(taken.values()), amount(median_of(taken) or 0))
    share = _share(key, tally)
    return Line(when, share.whole, share_words(share.part, share.whole))


def when_words(begins: date, by: By) -> str:
    """Return "Feb 2026", or the Monday of a week."""
    return month_year(begins) if by is By.MONTH else day(begins, year=True)


def finding(key: str, tally: Tally) -> str:
    """Return what a loop measure comes to over the whole time, as a sentence."""
    found = tally.measures()
    if key == "answer":
        return _days_words(
            found.days_to_answer,
            _("Half of the first answers came the same day."),
            ngettext("Half of the first answers came within one day.",
                     "Half of the first answers came within %(days)s days.", _many(found.days_to_answer),
                     days=amount(found.days_to_answer or 0)),
            _("No first answer yet."),
        )  # fmt: skip
    if key == "close":
        return _days_words(
            found.days_to_close,
            _("Half of those that closed took less than a day."),
            ngettext("Half of those that closed took one day or less.",
                     "Half of those that closed took %(days)s days or less.", _many(found.days_to_close),
                     days=amount(found.days_to_close or 0)),
            _("Nothing closed yet."),
        )  # fmt: skip
    share = _share(key, tally)
    if not share.whole:
        return _("No promise has come due yet.") if key == "promise" else _("Nothing answered is over yet.")
    words = share_words(share.part, share.whole)
    if key == "promise":
        return _("Teams acted within their promise in %(share)s.", share=words)
    return _("Confirmed as lifted: %(share)s.", share=words)


def _days_words(days: float | None, none: str, some: str, nothing: str) -> str:
    return nothing if days is None else none if days == 0 else some


def _many(days: float | None) -> int:
    return 1 if days == 1 else 2


def _subtitle(key: str, by: By) -> str:
    names = {
        "answer": _("Days to the first answer, median"), "close": _("Days to the end, median"),
        "promise": _("Acted by the promised day"),
        "lifted": _("Confirmed lifted, of those answered and over"),
    }  # fmt: skip
    time = {
        ("answer", By.MONTH): _("by the month of the answer"),
        ("close", By.MONTH): _("by the month in which it closed"),
        ("promise", By.MONTH): _("by the month in which it was kept or broken"),
        ("lifted", By.MONTH): _("by the month in which it closed"),
        ("answer", By.WEEK): _("by the week of the answer"),
        ("close", By.WEEK): _("by the week in which it closed"),
        ("promise", By.WEEK): _("by the week in which it was kept or broken"),
        ("lifted", By.WEEK): _("by the week in which it closed"),
    }[key, by]
    return f"{names[key]}, {time}"


def lede(tally: Tally, waiting: int) -> str:
    """Return the first sentences of a page of loops."""
    if not tally.items:
        return _("Nothing was sent in this time.")
    many = ngettext("%(count)s item was sent.", "%(count)s items were sent.", tally.items)
    still = ngettext("%(count)s of them is still open.", "%(count)s of them are still open.", waiting)
    parts = [many, still, finding("answer", tally)]
    return " ".join([*parts, finding("promise", tally)] if tally.judged else parts)
