"""What the chart of a measure says, in sentences: every kind of chart, every phase, the target. Pure.

A signal is told with since when and why it counts; under the fewest points the words are "no signal yet".
Variation and target are two separate readings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from measures.charting import XMR, Chart, Lack, Phase, Point, assurance
from measures.charts import FEWEST, Number, last_run
from measures.reading import Kind, Variation
from measures.rules import Direction
from measures.words import chart_name, mark_words
from nic_platform.svg import amount, rnd
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext

_MANY = 330  # days from which on a day is told with its year


def rules_words(chart: Chart) -> str:
    """Return the one rule set that a chart uses, by its name."""
    if chart.kind == "run":
        return _("Run chart with Anhøj’s rules: longest run and crossings of the median. No trend rule.")
    if chart.kind == XMR:
        return _(
            "XmR chart with the NHS “making data count” flags: outside the limits, trend of 7, two of three "
            "close to a limit, shift of 7."
        )
    if chart.kind == "mr":
        return _("Moving ranges with a limit at three sigma.")
    return _("Limits at three sigma, and Anhøj’s rules for runs around the centre line.")


def lack_words(lack: Lack) -> str:
    """Return why the chart that was asked for is not shown, and the run chart stands in its place."""
    why = {
        "points": _("It needs %(needed)s points; there are %(there)s.", needed=lack.needed, there=lack.there),
        "base": _("It needs every count with its “out of how many”."),
        "values": _("It needs days with more than one value."),
        "zero": _("It takes no number of 0 or below."),
    }.get(lack.code, _("It does not fit what this measure’s numbers are."))
    return _("%(name)s can’t be drawn. %(why)s The run chart is shown.", name=chart_name(lack.kind), why=why)


def line_name(kind: str) -> str:
    """Return what the centre line of a kind of chart is."""
    return _("median") if kind in {"run", "g"} else _("centre line") if kind == "t" else _("mean")


def value_words(chart: Chart, value: Number) -> str:
    """Return a number of a chart as people read it; a dash for none."""
    if value is None:
        return "–"
    return f"{rnd(value)}%" if chart.is_percent else amount(value)


def day_of(chart: Chart, on: date) -> str:
    """Return a day of a chart; with its year where the chart is longer than a school year."""
    days = (chart.points[-1].on - chart.points[0].on).days if chart.points else 0
    return day_words(on, year=days > _MANY)


# ---------------------------------------------------------------- variation


def read(chart: Chart) -> Variation:
    """Return whether the last phase shows more than chance: a word or two, and the sentence with numbers."""
    if not chart.phases or all(point.value is None for point in chart.points):
        return Variation(Kind.NOTHING, _("No counts yet."), _("The first count starts the chart."))
    phase = chart.phases[-1]
    if phase.is_provisional:
        return Variation(Kind.TOO_EARLY, _("No signal yet."), _too_early(chart, phase))
    found = _points_of(chart, phase)
    told = _xmr_words(chart, found) if chart.kind == XMR else _signal_words(chart, phase, found)
    if not told.words:
        title = _("No signal: ordinary variation.")
        return Variation(Kind.ORDINARY, title, _ordinary(chart, phase))
    kind, title = _title(told.tone)
    return Variation(kind, title, told.words, told.first, told.last)


def _title(tone: str) -> tuple[Kind, str]:
    return {
        "up": (Kind.IMPROVING, _("Improving, not chance.")),
        "down": (Kind.CONCERN, _("Getting worse, not chance.")),
    }.get(tone, (Kind.UNUSUAL, _("Something unusual, not chance.")))


@dataclass(frozen=True)
class _Told:
    """A signal in words: its tone, and the points that carry it."""

    words: str = ""
    tone: str = ""
    first: int = 0
    last: int = 0


def _points_of(chart: Chart, phase: Phase) -> Sequence[Point]:
    return chart.points[phase.first - 1 : phase.last]


def _too_early(chart: Chart, phase: Phase) -> str:
    line = line_name(chart.kind)
    if phase.number > 1:
        return _(
            "The phase since %(start)s has %(there)s of %(needed)s points: its %(line)s is provisional.",
            start=day_of(chart, phase.begins), there=phase.there, needed=phase.fewest, line=line,
        )  # fmt: skip
    return _(
        "%(there)s of %(needed)s points: the %(line)s is provisional.",
        there=phase.there, needed=phase.fewest, line=line,
    )  # fmt: skip


def _ordinary(chart: Chart, phase: Phase) -> str:
    line, centre = line_name(chart.kind), value_words(chart, phase.centre)
    flagged = sum(bool(point.rule) for point in _points_of(chart, phase))
    if flagged:
        return ngettext(
            "The latest point is what chance alone gives; %(count)s earlier point is flagged.",
            "The latest point is what chance alone gives; %(count)s earlier points are flagged.",
            flagged,
        )
    within = _("Every point lies within the limits.") if chart.kind != "run" else ""
    part = phase.runs.parts[-1] if phase.runs else None
    if part is None or part.longest_run is None:
        same = _("The points lie on the %(line)s of %(centre)s.", line=line, centre=centre)
        return within or same
    words = ngettext(
        "The longest run is %(longest)s of at most %(most)s, and the line crosses its %(line)s of %(centre)s "
        "once: what chance alone gives.",
        "The longest run is %(longest)s of at most %(most)s, and the line crosses its %(line)s of %(centre)s "
        "%(count)s times: what chance alone gives.",
        part.n_crossings or 0,
        longest=part.longest_run, most=part.longest_run_max, line=line, centre=centre,
    )  # fmt: skip
    return f"{within} {words}".strip()


def _signal_words(chart: Chart, phase: Phase, found: Sequence[Point]) -> _Told:
    beyond = [point for point in found if point.rule == "beyond"]
    run = _run_told(chart, phase, found) if phase.span else _Told()
    outside = _beyond_words(chart, beyond)
    if not run.words:
        if not beyond:
            return _Told()
        last = beyond[-1]
        return _Told(outside, last.tone if _is_latest(last, found) else "", last.at, last.at)
    return _Told(f"{run.words} {outside}".strip(), run.tone, run.first, run.last)


def _is_latest(point: Point, found: Sequence[Point]) -> bool:
    """Say whether no later point counts: what points inside the limits followed tells no direction now."""
    return not any(each.at > point.at and not each.is_excluded and each.value is not None for each in found)


def _beyond_words(chart: Chart, beyond: Sequence[Point]) -> str:
    if not beyond:
        return ""
    last = beyond[-1]
    is_high = last.upper is not None and last.value is not None and last.value > last.upper
    edge = _("above its upper limit") if is_high else _("below its lower limit")
    return ngettext(
        "The point of %(day)s, %(value)s, lies %(edge)s of %(limit)s: chance alone hardly ever gives that.",
        "%(count)s points lie outside their limits; the last, of %(day)s with %(value)s, lies %(edge)s of "
        "%(limit)s: chance alone hardly ever gives that.",
        len(beyond),
        day=day_of(chart, last.on), value=value_words(chart, last.value), edge=edge,
        limit=value_words(chart, last.upper if is_high else last.lower),
    )  # fmt: skip


def _run_told(chart: Chart, phase: Phase, found: Sequence[Point]) -> _Told:
    span, runs = phase.span, phase.runs
    if span is None or runs is None:
        return _Told()
    part = runs.parts[-1]
    tone = "up" if phase.is_rising is (chart.direction is Direction.UP) else "down"
    longest, most = part.longest_run or 0, part.longest_run_max or 0
    if longest <= most:
        words = _crossing_words(chart, phase, part.n_crossings or 0, part.n_crossings_min or 0)
        return _Told(words, tone, *span)
    carry = [
        point for point in found
        if span[0] <= point.at <= span[1]
        and not point.is_excluded
        and point.value not in (None, phase.centre)
    ]  # fmt: skip
    count = last_run(runs) if _goes_on(phase, found) else len(carry)
    side = _side(carry, phase)
    values = {
        "start": day_of(chart, carry[0].on), "end": day_of(chart, carry[-1].on), "count": count, "side": side,
        "line": line_name(chart.kind), "centre": value_words(chart, phase.centre), "most": most,
    }  # fmt: skip
    if _goes_on(phase, found) and phase is chart.phases[-1]:
        words = _(
            "Since %(start)s the last %(count)s points are %(side)s the %(line)s of %(centre)s: that is "
            "unlikely to be chance, which rarely gives more than %(most)s in a row.",
            **values,
        )
    else:
        words = _(
            "From %(start)s to %(end)s, %(count)s points in a row are %(side)s the %(line)s of %(centre)s: "
            "that is unlikely to be chance, which rarely gives more than %(most)s.",
            **values,
        )
    return _Told(words, tone, *span)


def _goes_on(phase: Phase, found: Sequence[Point]) -> bool:
    """Say whether the run that carries the signal reaches the end of its phase."""
    end = phase.span[1] if phase.span else 0
    after = [point for point in found if point.at > end and not point.is_excluded]
    return all(point.value in (None, phase.centre) for point in after)


def _side(carry: Sequence[Point], phase: Phase) -> str:
    centre = phase.centre or 0.0
    above = sum((point.value or 0.0) > centre for point in carry) * 2 > len(carry)
    return _("above") if above else _("below")


def _crossing_words(chart: Chart, phase: Phase, crossings: int, fewest: int) -> str:
    return ngettext(
        "Since %(start)s the points cross the %(line)s of %(centre)s only once: that is unlikely to be "
        "chance, which rarely gives fewer than %(fewest)s crossings.",
        "Since %(start)s the points cross the %(line)s of %(centre)s only %(count)s times: that is "
        "unlikely to be chance, which rarely gives fewer than %(fewest)s crossings.",
        crossings,
        start=day_of(chart, phase.begins), line=line_name(chart.kind),
        centre=value_words(chart, phase.centre), fewest=fewest,
    )  # fmt: skip


def _xmr_words(chart: Chart, found: Sequence[Point]) -> _Told:
    """Return what the latest point of an XmR chart says: its flag stands for the variation now."""
    kept = [point for point in found if not point.is_excluded and point.value is not None]
    if not kept or not kept[-1].rule:
        return _Told()
    last = kept[-1]
    same: list[Point] = []
    for point in reversed(kept):
        if (point.rule, point.tone) != (last.rule, last.tone):
            break
        same.insert(0, point)
    is_high = (last.tone == "up") is (chart.direction is Direction.UP)
    return _Told(_xmr_rule(chart, last, same, is_high=is_high), last.tone, same[0].at, last.at)


def _xmr_rule(chart: Chart, last: Point, same: Sequence[Point], *, is_high: bool) -> str:
    start, centre = day_of(chart, same[0].on), value_words(chart, last.centre)
    if last.rule == "outside":
        return _beyond_words(chart, [last])
    if last.rule == "trend":
        way = _("rise") if is_high else _("fall")
        return _(
            "The last %(count)s points, since %(start)s, %(way)s one after the other: a trend of 7 is "
            "unlikely to be chance.",
            count=len(same), start=start, way=way,
        )  # fmt: skip
    side = _("above") if is_high else _("below")
    if last.rule == "two":
        return _(
            "Since %(start)s two of three points in a row lie close to the limit, %(side)s the mean of "
            "%(centre)s: that is unlikely to be chance.",
            start=start, side=side, centre=centre,
        )  # fmt: skip
    return _(
        "Since %(start)s the last %(count)s points are %(side)s the mean of %(centre)s: a shift of 7 is "
        "unlikely to be chance.",
        start=start, count=len(same), side=side, centre=centre,
    )  # fmt: skip


# ---------------------------------------------------------------- points, phases, target


def rule_words(chart: Chart, point: Point) -> str:
    """Return why a point stands out, for the table; empty where it does not."""
    if point.is_excluded:
        return _("Left out: %(why)s", why=point.why) if point.why else _("Left out")
    if not point.rule:
        return ""
    rule = {
        "run": _("Part of a signal"),
        "beyond": _("Outside the limits"),
        "outside": _("Outside the limits"),
        "trend": _("Trend of 7"),
        "two": _("Two of three close to a limit"),
        "shift": _("Shift of 7"),
    }[point.rule]
    tone = {"up": _("improving"), "down": _("concern")}.get(point.tone, "")
    return f"{rule}: {tone}" if tone else rule


def phase_words(chart: Chart, phase: Phase) -> str:
    """Return one phase as a sentence or two: since when and why, its line, what it shows."""
    points = ngettext("%(count)s point", "%(count)s points", phase.n)
    head = _(
        "From %(start)s: %(line)s %(centre)s of %(points)s.",
        start=day_of(chart, phase.begins), line=line_name(chart.kind),
        centre=value_words(chart, phase.centre), points=points,
    )  # fmt: skip
    if phase.frozen is not None:
        frozen = _("The line is frozen at its baseline up to %(day)s.", day=day_of(chart, phase.frozen.on))
        head = f"{head} {frozen}"
    if phase.is_provisional:
        return f"{head} {_('No signal yet: it has fewer than %(n)s points.', n=phase.fewest)}"
    told = _signal_words(chart, phase, _points_of(chart, phase)) if chart.kind != XMR else _Told()
    return f"{head} {told.words}".strip()


def idle_words(chart: Chart) -> list[str]:
    """Return which marks change nothing yet, and why."""
    why = {
        "freeze": _("the baseline has fewer than %(n)s points", n=FEWEST),
        "phase": _("no point has come since"),
        "exclude": _("nothing was counted on that day"),
    }
    names = mark_words()
    return [
        _(
            "%(what)s, %(day)s: %(why)s.",
            what=names[each.kind],
            day=day_of(chart, each.on),
            why=why[each.kind],
        )
        for each in chart.idle
    ]


@dataclass(frozen=True)
class TargetWords:
    """How the latest point stands to the target, apart from the variation."""

    title: str
    sentence: str
    is_reached: bool


def target_words(chart: Chart) -> TargetWords | None:
    """Return the reading of the target; ``None`` where there is none, or ranges are charted."""
    kept = [point for point in chart.points if point.value is not None and not point.is_excluded]
    if chart.target is None or not kept or chart.kind == "mr":
        return None
    value = kept[-1].value or 0.0
    is_reached = value >= chart.target if chart.direction is Direction.UP else value <= chart.target
    goal = value_words(chart, chart.target)
    due = _(" by %(day)s", day=day_words(chart.target_on, year=True)) if chart.target_on else ""
    latest = _(
        "Latest %(value)s on %(day)s; target %(goal)s%(due)s.",
        value=value_words(chart, value), day=day_of(chart, kept[-1].on), goal=goal, due=due,
    )  # fmt: skip
    title = _("Reached.") if is_reached else _("Not reached yet.")
    return TargetWords(title, f"{latest} {assurance_words(chart)}".strip(), is_reached)


def assurance_words(chart: Chart) -> str:
    """Return what an XmR chart's limits say of the target; empty for every other chart."""
    return {
        "pass": _("As it works now it will be reached every time: even the worse limit is past it."),
        "fail": _("As it works now it will not be reached: even the better limit falls short of it."),
        "inconsistent": _(
            "It lies between the limits: chance alone will reach it sometimes and miss it sometimes."
        ),
    }.get(assurance(chart), "")


def label(chart: Chart, name: str) -> str:
    """Return the sentence for those who don't see the picture."""
    told = read(chart)
    kept = [point for point in chart.points if point.value is not None]
    latest = (
        _(
            "Latest %(value)s on %(day)s.",
            value=value_words(chart, kept[-1].value),
            day=day_of(chart, kept[-1].on),
        )
        if kept
        else ""
    )
    return f"{chart_name(chart.kind)}, {name}. {told.title} {told.sentence} {latest}".strip()
