"""What a measure is for, what its numbers are and how often they come, as people say it. Pure."""

from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from nic_platform.text import _


def kind_words() -> dict[MeasureKind, str]:
    """Return what a measure is for, in words."""
    return {
        MeasureKind.PROCESS: _("Process: is it done as meant?"),
        MeasureKind.OUTCOME: _("Outcome: what students show"),
        MeasureKind.CAPACITY: _("Capacity: who can do it"),
        MeasureKind.BALANCING: _("Balancing: what might get worse"),
        MeasureKind.CONTEXT: _("Context: what is around it"),
        MeasureKind.VOICE: _("Voice: what people say of it"),
    }


def type_words() -> dict[MeasureType, str]:
    """Return what a measure's numbers are, in words."""
    return {
        MeasureType.PROPORTION: _("A share: so many of so many"),
        MeasureType.COUNT: _("A count"),
        MeasureType.RATE: _("A rate: so many in so much"),
        MeasureType.CONTINUOUS: _("A number on a scale"),
        MeasureType.TIME_BETWEEN: _("Days between events"),
    }


def rhythm_words() -> dict[Rhythm, str]:
    """Return how often something is measured, in words."""
    return {
        Rhythm.WEEKLY: _("Every week"),
        Rhythm.TWO_WEEKS: _("Every two weeks"),
        Rhythm.MONTHLY: _("Every month"),
        Rhythm.QUARTERLY: _("Every quarter"),
        Rhythm.YEARLY: _("Every year"),
        Rhythm.DAILY: _("Every day"),
    }


def direction_words() -> dict[Direction, str]:
    """Return which way is better, in words."""
    return {Direction.UP: _("Higher is better"), Direction.DOWN: _("Lower is better")}


def chart_kind_words() -> dict[str, str]:
    """Return the kinds of chart in words, by their codes: its name, then after a colon what it is for."""
    return {
        "run": _("Run chart: median and runs"),
        "p": _("p chart: shares with limits"),
        "pp": _("p\u2032 chart: shares of large groups"),
        "u": _("u chart: rates with limits"),
        "up": _("u\u2032 chart: rates over large bases"),
        "c": _("c chart: counts with limits"),
        "g": _("g chart: how many between rare events"),
        "t": _("t chart: time between rare events"),
        "i": _("I chart: single values with limits"),
        "mr": _("MR chart: from one point to the next"),
        "xbar": _("X̄ chart: means of the values of a day"),
        "xmr": _("XmR chart with NHS flags: from 13 points"),
    }


def chart_name(kind: str) -> str:
    """Return the name of a kind of chart alone, as “p chart”; the code of one that is not known."""
    return chart_kind_words().get(kind, kind).split(":", maxsplit=1)[0]


def mark_words() -> dict[str, str]:
    """Return what can be set on a chart, in words."""
    return {
        "change": _("Something changed"),
        "story": _("What people saw"),
        "phase": _("A new phase begins"),
        "freeze": _("The baseline ends"),
        "exclude": _("A point is left out"),
    }
