"""A team's report on one page, in sentences that come from the records. Pure.

The sentences follow Colorado's guide to Implementation Milestones: a milestone is read against its date and
target, and beside the students' results that it is for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from measures.charts import run_chart, signal_span
from measures.rules import Direction, MeasureType
from measures.svg import Dot, Target, mini_run, scale_for, tone_of
from milestones.advice import suggest
from milestones.board import number_words
from milestones.points import points_on
from milestones.rows import MilestoneRow, TargetRow
from milestones.rules import HELD, Reading, Standing, Status
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext

SIZE = (220.0, 84.0)
SHOWN = 6  # series on one page


@dataclass(frozen=True)
class Series:
    """The milestones of one measure, each by date, how they stand, and what was counted by the day."""

    rows: Sequence[MilestoneRow]
    standings: Sequence[Standing]
    readings: Sequence[Reading]
    is_hidden: bool = False

    @property
    def name(self) -> str:
        """Return what the series is called: its strand, else its first milestone."""
        row = self.rows[-1]
        return row.strand_name or row.title

    def now(self, day: date) -> int:
        """Return the place of the milestone that counts now: the last that came due, else the first."""
        past = [at for at, row in enumerate(self.rows) if row.date and row.date <= day]
        return past[-1] if past else 0


@dataclass(frozen=True)
class Line:
    """One series as the page shows it."""

    name: str
    picture: Markup | None
    status: str
    sentence: str
    advice: str
    tone: str


def make_line(series: Series, span: tuple[date, date], day: date) -> Line:
    """Return a series with its small chart, its status and a sentence on a day."""
    place = series.now(day)
    row, standing = series.rows[place], series.standings[place]
    dots = _dots(series.readings, span, day, row.type)
    tone, tail = _tail(dots, row.direction)
    words = sentence(series, day)
    picture = None
    if not row.is_deliverable and (dots or any(each.target is not None for each in series.rows)):
        targets = [Target(r.date, r.target) for r in series.rows if r.date and r.target is not None]
        values = [dot.value for dot in dots] + [target.value for target in targets]
        picture = mini_run(
            dots, targets, span, label=f"{series.name}: {words}", tone=tone, tail=tail,
            scale=scale_for(values, row.type.value == "proportion"), size=SIZE,
        )  # fmt: skip
    advice = suggest(standing, row.direction)
    return Line(
        series.name, picture, standing.status.value, words,
        f"{advice.say} {advice.reason}" if advice and not series.is_hidden else "", tone,
    )  # fmt: skip


def _dots(readings: Sequence[Reading], span: tuple[date, date], day: date, kind: MeasureType) -> list[Dot]:
    known = points_on(readings, day, kind)
    return [Dot(r.on, r.value) for r in known if r.value is not None and span[0] <= r.on <= span[1]]


def _tail(dots: Sequence[Dot], direction: Direction) -> tuple[str, int]:
    if len(dots) < 2:
        return "", 0
    chart = run_chart([dot.value for dot in dots])
    found, tone = signal_span(chart), tone_of(chart, direction)
    if found is None or not tone or found[1] != len(dots):
        return "", 0
    return tone, len(dots) - found[0] + 1


def sentence(series: Series, day: date) -> str:
    """Return a series on a day: "79% on Feb 15 against 90%. 83% on Feb 23. Next: 90% by Apr 30."."""
    place = series.now(day)
    row, standing = series.rows[place], series.standings[place]
    if series.is_hidden and standing.latest is None:
        return _("Fewer people than may be told of: no count is shown.")
    parts = [part for part in (_due_words(row, standing), _latest_words(row, standing)) if part]
    coming = next((r for r in series.rows[place:] if r.date and r.date > day), None)
    if coming is not None and coming.date is not None:
        target = coming.target_words or _("in place")
        parts.append(_("Next: %(target)s by %(day)s.", target=target, day=day_words(coming.date)))
    return " ".join(parts) or _("Nothing is counted yet.")


def _due_words(row: MilestoneRow, standing: Standing) -> str:
    if row.date is None or standing.status is Status.DRAFT:
        return ""
    if standing.reached_on is not None:
        words = _("Met %(target)s on %(day)s.", target=row.target_words, day=day_words(standing.reached_on))
        return " ".join(words.split())
    due = standing.due_value
    if due is None or due.value is None:
        if standing.status is Status.NOT_MEASURED:
            return _("Nobody counted by %(day)s.", day=day_words(row.date))
        return ""
    return _("%(value)s on %(day)s against %(target)s.", value=number_words(due.value, row.type, row.unit),
             day=day_words(due.on), target=row.target_words or _("a deliverable"))  # fmt: skip


def _latest_words(row: MilestoneRow, standing: Standing) -> str:
    latest, due = standing.latest, standing.due_value
    if latest is None or latest.value is None or row.is_deliverable:
        return ""
    if standing.reached_on == latest.on or (
        due is not None and due.on == latest.on and not standing.reached_on
    ):
        return ""
    value = number_words(latest.value, row.type, row.unit)
    return _("%(value)s on %(day)s.", value=value, day=day_words(latest.on))


# ---------------------------------------------------------------- the headline


_LOUD = (Status.SLIPPED, Status.MISSED, Status.NOT_MEASURED, Status.AT_RISK, Status.CHECK_AGAIN)


def headline(lines: Sequence[tuple[str, Status, str]]) -> str:
    """Return the finding over the page, of the two series that ask for most.

    Args:
        lines: for each series its name, the status of its present milestone, and the tone of a signal that
            still runs ("up" improves).
    """
    if not lines:
        return _("The plan has no milestone on the board yet")
    loud = sorted(
        (line for line in lines if line[1] in _LOUD), key=lambda line: (_LOUD.index(line[1]), line[0])
    )
    if loud:
        said = [_finding(*line) for line in loud[:2]]
        more = len(loud) - 2
        if more > 0:
            said.append(ngettext("%(count)s more is off its path", "%(count)s more are off their path", more))
        return "; ".join([said[0], *(words[:1] + words[1:] for words in said[1:])])
    if all(line[1] in HELD for line in lines):
        return _("Every milestone due so far is met or holding")
    met = sum(line[1] in HELD for line in lines)
    if met:
        return _("%(met)s of %(all)s lines are met, the others are on their way", met=met, all=len(lines))
    return _("The plan is on its way; nothing has come due that was missed")


def _finding(name: str, status: Status, tone: str) -> str:
    if status is Status.SLIPPED:
        return _("%(name)s: slipped back", name=name)
    if status is Status.NOT_MEASURED:
        return _("%(name)s: not measured", name=name)
    if status is Status.AT_RISK:
        return _("%(name)s: at risk", name=name)
    if status is Status.CHECK_AGAIN:
        return _("%(name)s: one check below, look again", name=name)
    return _("%(name)s: climbing, but late", name=name) if tone == "up" else _("%(name)s: missed", name=name)


# ---------------------------------------------------------------- students, weeks


def target_sentence(row: TargetRow, standing: Standing, *, is_hidden: bool, minimum: int) -> str:
    """Return an interim target in a sentence; a group that is too small is said to be so."""
    who = row.name or row.measure_name or _("Students")
    latest = standing.latest
    target = row.target_words
    by = day_words(row.due_on) if row.due_on else ""
    goal = _("target %(target)s by %(day)s", target=target, day=by) if target and by else target
    if latest is None or latest.value is None:
        why = (
            _("too few students to show (fewer than %(minimum)s)", minimum=minimum)
            if is_hidden
            else _("not counted yet")
        )
        return _("%(who)s: %(why)s; %(goal)s.", who=who, why=why, goal=goal).replace("; .", ".")
    value = number_words(latest.value, row.type, row.unit)
    if latest.count is not None and latest.population:
        value = _("%(count)s of %(all)s (%(value)s)", count=f"{latest.count:g}",
                  all=f"{latest.population:g}", value=value)  # fmt: skip
    words = _("%(who)s: %(value)s on %(day)s; %(goal)s.", who=who, value=value, day=day_words(latest.on),
              goal=goal)  # fmt: skip
    verdict = {
        Status.MISSED: _("Missed."), Status.MET: _("Met."), Status.MET_LATE: _("Met late."),
        Status.SUSTAINED: _("Holding."), Status.SLIPPED: _("Slipped back."),
    }.get(standing.status, "")  # fmt: skip
    return f"{words} {verdict}".strip()


def week_words(span: tuple[date, date], day: date) -> str:
    """Return "week 25 of 38"; empty outside the school year."""
    first, last = span
    if not first <= day <= last:
        return ""
    return _("week %(week)s of %(all)s", week=(day - first).days // 7 + 1, all=(last - first).days // 7 + 1)
