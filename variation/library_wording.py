"""How the library tells numbers: points, intervals on one axis, sentences of caution. Pure.

It says "change seen after" and never what caused it, names how many teams stand behind each number, and says
in words where there are too few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from markupsafe import Markup

from nic_platform.svg import amount, rnd
from nic_platform.text import _, ngettext
from variation import svg
from variation.effects import LEAST_TEAMS
from variation.evidence_rows import Expected, Found, Judged, KindLine
from variation.pooling import Pool, Span
from variation.rungs import names as rung_names


@dataclass(frozen=True)
class Axis:
    """One axis under rows of intervals: its span and the ticks that are written."""

    span: tuple[float, float]
    ticks: tuple[float, ...]


def signed(value: float, judged: Judged | None = None) -> str:
    """Return a change as people read it: "+18", "−1", "0"; with a decimal where the unit is small."""
    is_share = judged is None or judged.factor == 100
    text = str(abs(rnd(abs(value)))) if is_share or abs(value) >= 20 else amount(abs(value), 2)
    if text == "0":
        return "0"
    return f"+{text}" if value > 0 else f"−{text}"


def unit_of(judged: Judged | None) -> str:
    """Return what a change is counted in: points for a share, else the measure's own unit."""
    if judged is None or judged.factor == 100:
        return _("points")
    return judged.unit or _("units")


def axis_of(spans: Sequence[Span]) -> Axis:
    """Return an axis that holds all intervals and zero, with few round ticks."""
    low, high = min([0.0, *(span.low for span in spans)]), max([0.0, *(span.high for span in spans)])
    far = max(high - low, 1e-9)
    step = next((s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 25, 50, 100) if far / s <= 4), far / 3)
    first, last = floor(low / step) * step, ceil(high / step) * step
    count = round((last - first) / step)
    return Axis((first, last), tuple(round(first + at * step, 6) for at in range(count + 1)))


def tone(span: Span, *, is_up: bool) -> str:
    """Return "up" where the whole interval is better, "down" where it is worse, "" where it may be none."""
    if span.low > 0:
        return "up" if is_up else "down"
    if span.high < 0:
        return "down" if is_up else "up"
    return ""


def row(
    pooled: Pool, axis: Axis, judged: Judged | None, *, wide: int = 230, beyond: Pool | None = None
) -> Markup:
    """Return the interval of a pooled change on its axis; a ring for what is left beyond comparable teams."""
    is_up = judged is None or judged.is_up
    mean = pooled.mean
    label = _("Change %(value)s, between %(low)s and %(high)s", value=signed(mean.value, judged),
              low=signed(mean.low, judged), high=signed(mean.high, judged))  # fmt: skip
    return svg.interval(
        mean.low, mean.value, mean.high, axis.span, 0.0, label=label, css=tone(mean, is_up=is_up),
        ticks=axis.ticks, size=(wide, 31), raw=beyond.mean.value if beyond else None,
    )  # fmt: skip


def head_row(axis: Axis, wide: int = 230) -> Markup:
    """Return the axis over such rows."""
    return svg.axis_row(axis.span, axis.ticks, unit="", plus=True, size=(wide, 20))


def teams(count: int) -> str:
    """Return a count of teams in words."""
    return ngettext("%(count)s team", "%(count)s teams", count)


def lede(found: Found) -> str:
    """Return what all tests of an idea come to, in a sentence or two."""
    told = found.tally
    if not told.teams:
        return _("Nobody in the network has tested this yet.")
    cycles = ngettext("%(count)s cycle", "%(count)s cycles", told.cycles)
    first = _("%(teams)s, %(cycles)s: %(a)s adopted it, %(b)s adapted it, %(c)s abandoned it.",
              teams=teams(told.teams), cycles=cycles, a=told.adopted, b=told.adapted,
              c=told.abandoned)  # fmt: skip
    return f"{first} {effect(found)}"


def effect(found: Found) -> str:
    """Return the sentence of the pooled change, or why there is none."""
    judged = found.judged
    if judged is None:
        return _("No measure says yet what came of it.")
    if found.pooled is None:
        return ngettext(
            "One team has enough points on both sides of its first cycle: too few to estimate (under "
            "%(least)s).",
            "%(count)s teams have enough points on both sides of their first cycle: too few to estimate "
            "(under "
            "%(least)s).", found.known, least=LEAST_TEAMS,
        ) if found.known else _("No team has three points on each side of its first cycle yet.")  # fmt: skip
    mean = found.pooled.mean
    said = _("Change seen after at %(teams)s: %(value)s %(unit)s on average (95%% interval %(low)s to "
             "%(high)s).",
             teams=teams(found.known), value=signed(mean.value, judged), unit=unit_of(judged),
             low=signed(mean.low, judged), high=signed(mean.high, judged))  # fmt: skip
    return f"{said} {compared(found)}".strip()


def compared(found: Found) -> str:
    """Return how the change stands beside that of comparable teams, or that none can be looked at."""
    extra, judged = found.beside, found.judged
    if extra is None or extra.pooled is None:
        return _("There are too few comparable teams that did not test it to look at beside them.")
    mean = extra.pooled.mean
    values = {"value": signed(mean.value, judged), "unit": unit_of(judged), "low": signed(mean.low, judged),
              "high": signed(mean.high, judged)}  # fmt: skip
    if mean.low <= 0 <= mean.high:
        return _("Comparable teams that did not test it changed about as much over the same dates: the "
                 "difference "
                 "is %(value)s %(unit)s (%(low)s to %(high)s), which may be none.", **values)  # fmt: skip
    return _("Beyond comparable teams that did not test it, over the same dates: %(value)s %(unit)s "
             "(%(low)s to "
             "%(high)s).", **values)  # fmt: skip


def spread(found: Found) -> str:
    """Return how much teams differ in the change they saw, with the figures behind it."""
    if found.pooled is None:
        return ""
    pooled, judged = found.pooled, found.judged
    figures = _("τ² = %(tau2)s, I² = %(i2)s%%", tau2=amount(pooled.tau2.value, 3), i2=rnd(pooled.i2))
    ahead = pooled.next_site
    reach = ""
    if ahead is not None:
        reach = _("One more team’s change would lie between %(low)s and %(high)s in 95 of 100 such cases.",
                  low=signed(ahead.low, judged), high=signed(ahead.high, judged))  # fmt: skip
    first = (
        _("Teams differ by more than chance (%(figures)s).", figures=figures)
        if pooled.differs
        else _("The differences between teams may be chance (%(figures)s).", figures=figures)
    )
    return f"{first} {reach}".strip()


def finding(found: Found) -> str:
    """Return the title over the conditions: where it is stronger and where weaker, if that can be told."""
    if found.pooled is None:
        return _("Too few teams to tell for whom")
    lines = [(part, line) for part in found.conditions for line in part.lines if line.pooled is not None]
    apart = []
    for part in found.conditions:
        told = [line for line in part.lines if line.pooled is not None]
        for high in told:
            for low in told:
                if high.pooled and low.pooled and high.pooled.mean.low > low.pooled.mean.high:
                    apart.append((part, high, low))
    if not lines:
        return _("No kind of school has five teams yet")
    if not apart:
        return _("No kind of school stands apart from the others by more than chance")
    part, high, low = apart[0]
    if not found.is_up:
        high, low = low, high
    return _("Stronger where: %(label)s %(high)s; weaker: %(low)s", label=part.label.lower(),
             high=high.words, low=low.words)  # fmt: skip


def kind_words(line: KindLine) -> str:
    """Return why a kind has no estimate."""
    return _("Too few to estimate: under %(least)s teams", least=LEAST_TEAMS)


def expected(told: Expected, judged: Judged | None) -> str:
    """Return on what the expectation stands, and between what it likely lies."""
    reach = told.reach or told.span
    between = _("likely between %(low)s and %(high)s", low=signed(reach.low, judged),
                high=signed(reach.high, judged))  # fmt: skip
    if told.by == "regression":
        on = _("By the regression on lunch and English learners over %(teams)s", teams=teams(told.teams))
    elif told.by == "kind":
        on = _("As at %(teams)s like yours (%(kind)s)", teams=teams(told.teams), kind=told.kind)
    else:
        on = _("As at all %(teams)s together: too few are like yours", teams=teams(told.teams))
    return _("%(unit)s, %(between)s. %(on)s.", unit=unit_of(judged), between=between, on=on)


def prediction(told: Expected, judged: Judged | None) -> dict[str, object]:
    """Return a prediction to begin a plan with, from what is to be expected here."""
    reach = told.reach or told.span
    return {
        "question": _("How much does “%(measure)s” change after it?", measure=judged.name if judged else ""),
        "expected": _("%(value)s %(unit)s", value=signed(told.span.value, judged), unit=unit_of(judged)),
        "because": _("%(on)s: other teams of the network saw this after they began.",
                     on=teams(told.teams)),
        "number": round(told.span.value, 1), "low": round(reach.low, 1), "high": round(reach.high, 1),
        "unit": unit_of(judged),
    }  # fmt: skip


def cautions(found: Found) -> list[str]:
    """Return what speaks for caution with an idea's pooled change."""
    told = []
    if found.flagged:
        told.append(ngettext(
            "One team chose its milestone after a single bad point: part of its change would have come by "
            "itself.",
            "%(count)s teams chose their milestone after a single bad point: part of their change would "
            "have come "
            "by itself.", found.flagged))  # fmt: skip
    if found.overlapping:
        named = [title for title, _count in found.overlapping if title][:3]
        most = sum(count for _title, count in found.overlapping)
        told.append(_("Other changes were tested over the same dates (%(count)s times), among them: "
                      "%(titles)s.",
                      count=most, titles="; ".join(named) or _("teams’ own changes")))  # fmt: skip
    missing = found.tally.teams - found.known
    if missing and found.pooled is not None:
        told.append(ngettext(
            "One team that tested it has too few points, or groups too small to be shown, and is not in "
            "the estimate.",
            "%(count)s teams that tested it have too few points, or groups too small to be shown, and are "
            "not in the "
            "estimate.", missing))  # fmt: skip
    return told


def rung_words(found: Found) -> str:
    """Return the name of an idea's rung."""
    return rung_names()[found.rung]
