"""What visitors may send about plans, milestones and measurements."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from measures.entry_services import BOTH, CORRECT
from measures.rules import Rhythm
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


class StrategyForm(PlatformForm):
    """A major improvement strategy."""

    name = short(_("Name"), needed=_("Give it a name."))
    description = long(_("What it is"))


class StrandForm(PlatformForm):
    """One line of a strategy's roll-out."""

    name = short(_("Name"), needed=_("Give it a name."))


class StepForm(PlatformForm):
    """An action step."""

    text = short(_("What has to be done"), 500, needed=_("Say what has to be done."))
    owner = short(_("Who does it"), 120)
    due_on = DayField(_("By when"), validators=[Optional()])
    milestone = ChoiceField(_("Prepares"))


class TargetForm(PlatformForm):
    """An interim target: a student outcome."""

    name = short(_("What students will show"), 300, needed=_("Say what students will show."))
    student_group = short(_("Which students"))
    target = NumberField(
        _("Target, percent"), validators=[Optional(), NumberRange(0, 100, _("From 0 to 100."))]
    )
    baseline = NumberField(
        _("Where they are now, percent"), validators=[Optional(), NumberRange(0, 100, _("From 0 to 100."))]
    )
    due_on = DayField(_("By when"), validators=[Optional()])


class MilestoneForm(PlatformForm):
    """A milestone in the frame: By [date], [tool] will show that [target] of [who] are
    successfully [what].
    """

    due_on = DayField(_("By"), validators=[Optional()])
    tool = short(_("What will show it (tool)"))
    target = NumberField(_("How many, in percent"), validators=[Optional()])
    who = short(_("Of whom"))
    what = short(_("Are successfully doing what"), 500)
    name = short(_("Short name for the board"))
    strand = ChoiceField(_("Strand"))
    new_strand = short(_("Name of the new strand"))
    is_deliverable = BooleanField(_("It is a thing to have in place, not a share of people"))
    acceptance_test = long(_("How you will know that it is good"))
    baseline = NumberField(_("Where it is now, percent"), validators=[Optional()])
    population = IntegerField(
        _("How many people in all"), validators=[Optional(), NumberRange(1, 10_000_000, _("1 or more."))]
    )
    begins_on = DayField(_("Begins on"), validators=[Optional()])
    frequency = short(_("How often, in words"), 80)
    purpose = short(_("In order to"), 500)
    rhythm = ChoiceField(_("Counted"))
    shape = ChoiceField(_("How it will climb"))
    measure = ChoiceField(_("Measure"))
    collector = short(_("Who counts"), 120)
    monitor_until = DayField(_("Watch until"), validators=[Optional()])

    def offer(self, strands: Sequence[tuple[UUID, str]], measures: Sequence[tuple[UUID, str]] = ()) -> None:
        """Fill the choices."""
        self.measure.choices = [
            SelectChoice("", _("That of its strand, or a new one")),
            *(SelectChoice(str(key), name) for key, name in measures),
        ]
        self.strand.choices = [SelectChoice(str(key), name) for key, name in strands]
        self.strand.choices.append(SelectChoice("", _("A new strand")))
        self.rhythm.choices = [SelectChoice(each.value, words) for each, words in rhythm_words().items()]
        self.shape.choices = [SelectChoice(each.value, words) for each, words in shape_words().items()]

    def milestone_values(self) -> dict[str, Any]:
        """Return the columns of the milestone as typed; its strand is the view's."""
        found = self.values()
        for name in ("strand", "new_strand", "measure"):
            found.pop(name)
        if not found["rhythm"]:
            found.pop("rhythm")
        return {name: "" if value is None and name in _WORDS else value for name, value in found.items()}


_WORDS = {
    "tool", "who", "what", "name", "acceptance_test", "frequency", "purpose", "rhythm", "shape", "collector",
}  # fmt: skip


def rhythm_words() -> dict[Rhythm, str]:
    """Return how often, in words."""
    return {
        Rhythm.WEEKLY: _("Every week"),
        Rhythm.TWO_WEEKS: _("Every two weeks"),
        Rhythm.MONTHLY: _("Every month"),
        Rhythm.QUARTERLY: _("Every quarter"),
        Rhythm.DAILY: _("Every day"),
    }


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
