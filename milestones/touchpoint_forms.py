"""What visitors may send about touchpoints."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from milestones.touchpoints import rhythm_fault
from nic_platform.fields import DayField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class ClockField(TimeField):
    """A time of day. An empty one is none; one that was not sent stays as it was."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the time, or say how one is written."""
        if valuelist and not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata([value[:5] for value in valuelist])
        except ValueError:
            raise ValueError(_("Write the time as hours and minutes, such as 15:15.")) from None


def _minutes() -> IntegerField:
    between = NumberRange(5, 600, _("From 5 to 600 minutes."))
    return IntegerField(_("How long, in minutes"), validators=[Optional(), between], default=45)


class TouchpointForm(PlatformForm):
    """A planned step-back."""

    held_on = DayField(_("Day"), validators=[InputRequired(_("Give the day, such as 2026-03-05."))])
    starts_at = ClockField(_("Begins at"), validators=[Optional()])
    minutes = _minutes()
    title = short(_("What it is called"))
    place = short(_("Where"), 120)
    people = short(_("Who comes"), 500)
    notes = long(_("Notes"))

    def columns(self) -> dict[str, Any]:
        """Return the columns of the touchpoint as typed; without minutes it takes 45."""
        found = self.values()
        found["minutes"] = found["minutes"] or 45
        return found


class SeriesForm(PlatformForm):
    """Touchpoints at a rhythm: from a day, every so many weeks, until a day."""

    first = DayField(_("First day"), validators=[InputRequired(_("Give the day, such as 2026-03-05."))])
    weeks = SelectField(_("How often"), default="2", validate_choice=True)
    until = DayField(_("Until"), validators=[InputRequired(_("Give the last day, such as 2026-05-29."))])
    skips_breaks = BooleanField(_("Leave out breaks"), default=True)
    starts_at = ClockField(_("Begins at"), validators=[Optional()])
    minutes = _minutes()
    title = short(_("What it is called"))
    place = short(_("Where"), 120)
    people = short(_("Who comes"), 500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the rhythms."""
        super().__init__(*args, **kwargs)
        self.weeks.choices = [
            SelectChoice("1", _("Every week")),
            SelectChoice("2", _("Every two weeks")),
            SelectChoice("3", _("Every three weeks")),
            SelectChoice("4", _("Every four weeks")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check that the last day comes after the first, and not years later."""
        is_valid = bool(super().validate(extra_validators))
        first, until = self.first.data, self.until.data
        fault = rhythm_fault(first, until) if first and until else ""
        if fault:
            self.until.errors = [*self.until.errors, fault]
        return is_valid and not fault

    def columns(self) -> dict[str, Any]:
        """Return the columns that all touchpoints of the rhythm share."""
        return {
            "starts_at": self.starts_at.data,
            "minutes": self.minutes.data or 45,
            "title": self.title.data or "",
            "place": self.place.data or "",
            "people": self.people.data or "",
        }


def day_of(text: str) -> date | None:
    """Return the day that a tick names; none where it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class DecisionForm(PlatformForm):
    """A decision at a touchpoint."""

    text = long(_("What was decided"), needed=_("Write the decision."), length=1000)
