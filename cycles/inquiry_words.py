"""The health of inquiry and the calibration of predictions in sentences. Pure."""

from collections.abc import Sequence
from statistics import median

from cycles.calibration import Foretold, Judgements, Stretch
from cycles.health import FEW, Period, Share, Spread
from cycles.predictions import bounds, expected_words, result_words, span_words
from measures.charts import RunChart, rises
from nic_platform.svg import day, rnd
from nic_platform.text import _, ngettext

# ---------------------------------------------------------------- health of inquiry


def title(key: str) -> str:
    """Return what a share is about, as a heading."""
    return {
        "act": _("Documented through act"),
        "prediction": _("A written prediction"),
        "series": _("Part of a series"),
        "grown": _("Series that grew in scale"),
        "monthly": _("Data at least monthly"),
    }[key]


def sentence(share: Share) -> str:
    """Return a share as a sentence with its count, its n and its 95 % interval."""
    if share.interval is None:
        return _nothing(share.key)
    low, high = share.interval
    numbers = {
        "count": share.count, "of": share.of, "percent": rnd(100 * share.count / share.of), "low": rnd(low),
        "high": rnd(high),
    }  # fmt: skip
    said = _said(share.key) % numbers
    return f"{said} " + _("With so many, the true share may lie between %(low)s%% and %(high)s%%.", **numbers)


def _said(key: str) -> str:
    return {
        "act": _("%(count)s of %(of)s cycles that ended (%(percent)s%%) are documented through act."),
        "prediction": _("%(count)s of %(of)s cycles (%(percent)s%%) carry a written prediction."),
        "series": _("%(count)s of %(of)s cycles (%(percent)s%%) belong to a series."),
        "grown": _("%(count)s of %(of)s series (%(percent)s%%) grew in scale."),
        "monthly": _(
            "%(count)s of %(of)s cycles with data to collect (%(percent)s%%) were measured at least monthly."
        ),
    }[key]


def _nothing(key: str) -> str:
    return {
        "act": _("No cycle has ended yet."),
        "prediction": _("No cycle has begun yet."),
        "series": _("No cycle has begun yet."),
        "grown": _("There is no series yet: it takes two cycles of one idea."),
        "monthly": _("No cycle that meant to collect data has ended yet."),
    }[key]


def published(share: Share) -> str:
    """Return the published rate with its n and its source."""
    return _(
        "Published: %(percent)s%% of %(of)s (McNicholas et al. 2019).",
        percent=share.published_percent,
        of=share.published_of,
    )


def stand(share: Share) -> str:
    """Return how the share stands to the published one, or that there are too few to say."""
    if share.is_few:
        return ngettext(
            "Only %(count)s to count: too few to say much.",
            "Only %(count)s to count: too few to say much.",
            share.of,
        )
    return {
        "above": _("More often than published."),
        "below": _("Less often than published."),
        "near": _("No clear difference from the published rate."),
        "": "",
    }[share.stand]


def how(key: str) -> str:
    """Return how a share is counted."""
    return {
        "act": _(
            "A cycle counts when what was tried, what was seen, what was learned and the decision are all "
            "written down. Looked at: cycles that are closed, also those given up, and those still open 60 "
            "days after their planned end. A cycle that never ran, or is a draft, is left out, here and "
            "below."
        ),
        "prediction": _(
            "A cycle counts when at least one question has an expectation, in words or as a number. Looked "
            "at: every cycle that began."
        ),
        "series": _(
            "A cycle counts when its ramp holds two or more cycles that began, or when one grew out of "
            "another. Looked at: every cycle that began."
        ),
        "grown": _(
            "A series counts when a later cycle was larger than its first: a higher rung of the ladder, or "
            "more people on the same rung. Where no scale was written, it does not count. Looked at: every "
            "series."
        ),
        "monthly": _(
            "A cycle counts when no more than 31 days passed without a measurement, from its start to its "
            "end: its own data, or its team’s measurements of its measure. Looked at: cycles whose time is "
            "over and which named a measure or data to collect, or have any."
        ),
    }[key]


def advice(key: str) -> str:
    """Return what would raise a share."""
    return {
        "act": _(
            "Close the cycle at the next meeting: one sentence each for what was seen and learned, and the "
            "decision. A cycle that won’t run is closed as not run."
        ),
        "prediction": _("Write what you expect before you begin: a number and a range, or one sentence."),
        "series": _(
            "When you decide to adapt or to test again, open the next cycle from Act: it carries the "
            "learning forward."
        ),
        "grown": _(
            "Say at which scale you test, and let the next cycle be one rung larger when the last one held."
        ),
        "monthly": _(
            "Choose a measure in the plan and count at least once a month, in short tests at least once."
        ),
    }[key]


def lede(shares: Sequence[Share], began: int) -> str:
    """Return what the five shares say together."""
    if not began:
        return _(
            "No cycle has begun yet. What follows fills itself from the cycles as they are written down."
        )
    if began < FEW:
        return ngettext(
            "%(count)s cycle has begun so far: too few to say much. What there is stands below.",
            "%(count)s cycles have begun so far: too few to say much. What there is stands below.",
            began,
        )
    said = [ngettext("%(count)s cycle has begun.", "%(count)s cycles have begun.", began)]
    for stand, words in (
        ("above", _("More often than published: %(what)s.")),
        ("below", _("Less often than published: %(what)s.")),
        ("near", _("No clear difference: %(what)s.")),
    ):
        named = [title(share.key).lower() for share in shares if share.stand == stand]
        if named:
            said.append(words % {"what": ", ".join(named)})
    return " ".join(said)


def trend(periods: Sequence[Period], chart: RunChart, by: str) -> str:
    """Return what a share's small run chart shows."""
    numbers: dict[str, int] = {"count": len(periods), "value": rnd(median(each.percent for each in periods))}
    if by == "month":
        said = ngettext(
            "%(count)s month, median %(value)s%%.", "%(count)s months, median %(value)s%%.", **numbers
        )
    else:
        said = ngettext(
            "%(count)s quarter, median %(value)s%%.", "%(count)s quarters, median %(value)s%%.", **numbers
        )
    if chart.is_provisional:
        return f"{said} " + _("Fewer than 10 points: provisional, no signal yet.")
    if not chart.is_signal:
        return f"{said} " + _("No signal yet: what goes up and down here is what chance does.")
    if rises(chart):
        return f"{said} " + _("A signal: it went up more than chance explains.")
    return f"{said} " + _("A signal: it went down more than chance explains.")


def spread(spread: Spread) -> str:
    """Return how the teams are spread over one share; no team is named, and none is placed before another."""
    if not spread.total:
        return _("No team has five or more to count yet.")
    half = sum(spread.teams[3:])
    return ngettext(
        "%(count)s team has five or more to count; in %(most)s it is 60%% or more.",
        "%(count)s teams have five or more to count; in %(most)s of them it is 60%% or more.",
        spread.total,
        most=half,
    )


# ---------------------------------------------------------------- calibration


def width(found: Judgements, ours: bool) -> str:
    """Return how wide the ranges were; empty where too few can be compared."""
    if found.width is None:
        return ""
    words = (
        _("Half of your ranges were narrower than %(width)s points of 100.")
        if ours
        else _("Half of the ranges were narrower than %(width)s points of 100.")
    )
    said = words % {"width": rnd(found.width)}
    return f"{said} " + _(
        "(%(count)s ranges of a share or out of a total can be compared.)", count=found.widths
    )


def sides(found: Judgements) -> str:
    """Return on which side the results outside their ranges lay; empty where all are inside."""
    if not found.above and not found.below:
        return ""
    above = ngettext(
        "%(count)s result came out above its range",
        "%(count)s results came out above their range",
        found.above,
    )
    below = ngettext("%(count)s below", "%(count)s below", found.below)
    return _("%(above)s, %(below)s.", above=above, below=below)


def days(stretch: Stretch) -> str:
    """Return the days of a stretch, as "Oct 6, 2025 to Jan 30, 2026"."""
    if stretch.first is None or stretch.last is None:
        return _("not dated")
    if stretch.first == stretch.last:
        return day(stretch.first, year=True)
    first, last = day(stretch.first, year=True), day(stretch.last, year=True)
    return _("%(first)s to %(last)s", first=first, last=last)


def over_time(stretches: Sequence[Stretch]) -> str:
    """Return how the share within the ranges went, from the first stretch to the last."""
    if not stretches:
        return _("From 20 predictions up this page shows how it went over time.")
    first, last = stretches[0], stretches[-1]
    return _(
        "%(a)s of the first %(b)s results were within their range, %(c)s of the latest %(d)s.",
        a=first.inside,
        b=first.total,
        c=last.inside,
        d=last.total,
    )


def side(off: float | None) -> str:
    """Return where a result lies, in words."""
    if off is None or abs(off) <= 1:
        return _("Within the range")
    return _("Above the range") if off > 1 else _("Below the range")


def tally(newest: Sequence[Foretold]) -> list[tuple[str, int]]:
    """Return how many results lie below, within and above their range, in words."""
    found = [side(each.off) for each in newest]
    return [(side(off), found.count(side(off))) for off in (-2.0, 0.0, 2.0)]


def drawn(newest: Sequence[Foretold]) -> str:
    """Return what the drawing of the newest ranges shows."""
    inside = sum(bool(each.is_inside) for each in newest)
    return ngettext(
        "The newest prediction: %(inside)s of %(count)s result lies within its range.",
        "The newest %(count)s predictions: %(inside)s of %(count)s results lie within their range.",
        len(newest),
        inside=inside,
    )


def row(each: Foretold) -> tuple[str, str, str, str, str]:
    """Return one prediction for the table: day, question, what was expected, what happened, where it lies."""
    low, high, _assumed = bounds(each.expectation)
    expected = expected_words(each.expectation, each.out_of) or span_words(low, high, each.expectation)
    happened = result_words(each.result, each.result_of or each.out_of, each.expectation)
    return day(each.on, year=True) if each.on else "", each.question, expected, happened, side(each.off)
