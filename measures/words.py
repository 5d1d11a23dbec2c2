"""What a measure is for, what its numbers are and how often they come, as people say it. Pure."""

from measures.rules import MeasureKind, MeasureType, Rhythm
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
        Rhythm.DAILY: _("Every day"),
    }
