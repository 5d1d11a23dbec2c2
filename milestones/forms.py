"""What visitors may send about plans, milestones and measurements."""

from typing import Any

from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from measures.entry_services import BOTH, CORRECT
from milestones.rules import Shape
from nic_platform.fields import DayField, NumberField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class ChoiceField(SelectField):
    """A choice of one; what was not sent stays as it was, what is not in the list is answered with
    the mend.
    """

    def pre_validate(self, form: Any) -> None:
        """Refuse what the list does not have."""
        if not self.raw_data:
            return
        if not any(str(self.data) == str(choice.value) for choice in self.choices):
            raise ValidationError(_("Choose one of the list."))


class PlanForm(PlatformForm):
    """The plan's own words."""

    title = short(_("Title of the plan"))


class ShareForm(PlatformForm):
    """Whether the network may read the plan by name."""

    is_shared = BooleanField(_("Share with the network"))


class TextForm(PlatformForm):
    """A priority or a root cause."""

    text = long(_("In one or two sentences"), needed=_("Write a sentence; it can be changed later."))


def shape_words() -> dict[Shape, str]:
    """Return the ways to climb, in words."""
    return {
        Shape.STAIRS: _("In stairs, from target to target"),
        Shape.LINEAR: _("Evenly"),
        Shape.QUICK: _("Quickly at first: the first half is easier"),
        Shape.SLOW: _("Slowly at first: the last half is easier"),
    }


class AdjustForm(PlatformForm):
    """A new date or target of a milestone, and why."""

    due_on = DayField(_("New date"), validators=[Optional()])
    target = NumberField(_("New target"), validators=[Optional()])
    why = short(_("Why"), 500)


class MeasureForm(PlatformForm):
    """One measurement: two taps and a number."""

    count = NumberField(_("How many are there"), validators=[Optional()])
    population = NumberField(_("Out of"), validators=[Optional()])
    value = NumberField(_("Value"), validators=[Optional()])
    observed_on = DayField(_("Counted on"), validators=[Optional()])
    collector = short(_("Who counted"), 120)
    tool = short(_("With what"))
    note = long(_("Note"), length=1000)
    same_day = RadioField(_("Counted that day already"), validate_choice=False, default="")

    def offer(self) -> None:
        """Fill the choice of what becomes of an earlier count of the same day."""
        self.same_day.choices = [
            SelectChoice(CORRECT, _("Correct the earlier count to these numbers")),
            SelectChoice(BOTH, _("Keep both: it was counted twice that day")),
        ]


class DecideForm(PlatformForm):
    """What a team decides about a suggestion."""

    choice = RadioField(_("Our decision"), validate_choice=False)
    text = long(_("Why, or what instead"), length=1000)

    def offer(self) -> None:
        """Fill the choices."""
        self.choice.choices = [
            SelectChoice("accept", _("Accept")),
            SelectChoice("adapt", _("Do it differently")),
            SelectChoice("decline", _("Decline")),
        ]
