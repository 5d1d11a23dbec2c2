"""What visitors may send about the parts of a plan: strategies, strands, targets, checkpoints, steps."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from milestones.forms import ChoiceField
from nic_platform.fields import DayField, NumberField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _

Choices = Sequence[tuple[UUID, str]]
_ANSWERS = {"yes": True, "no": False}


def _list(choices: Choices, none: str) -> list[SelectChoice]:
    return [SelectChoice("", none), *(SelectChoice(str(key), words) for key, words in choices)]


class StrategyForm(PlatformForm):
    """A major improvement strategy, with the two questions of Colorado's guide in plain words."""

    name = short(_("Name"), needed=_("Give it a name."))
    description = long(_("What it is"))
    is_focused = RadioField(
        _("Is it one clear thing, that everybody on the team could name in a sentence?"),
        validate_choice=False,
    )
    is_in_control = RadioField(
        _("Can the team carry it out with what it decides itself?"), validate_choice=False
    )

    def offer(self, part: Any = None) -> None:
        """Fill the answers, and choose those that were given."""
        for name in ("is_focused", "is_in_control"):
            field = self[name]
            field.choices = [
                SelectChoice("yes", _("Yes")), SelectChoice("no", _("No")),
                SelectChoice("", _("Not talked about yet")),
            ]  # fmt: skip
            if not self.is_submitted():
                said = getattr(part, name, None)
                field.data = {True: "yes", False: "no"}.get(said, "") if said is not None else ""

    def columns(self) -> dict[str, Any]:
        """Return the columns as answered; a question that was not asked stays as it was."""
        found: dict[str, Any] = {"name": self.name.data, "description": self.description.data or ""}
        for name in ("is_focused", "is_in_control"):
            if self[name].raw_data:
                found[name] = _ANSWERS.get(self[name].data)
        return found


class StrandForm(PlatformForm):
    """One line of a strategy's roll-out, and the strand it waits for."""

    name = short(_("Name"), needed=_("Give it a name."))
    follows = ChoiceField(_("When it runs"))

    def offer(self, others: Choices) -> None:
        """Fill the strands that it may come after."""
        self.follows.choices = _list(
            [(key, _("After “%(strand)s”", strand=name)) for key, name in others],
            _("Side by side with the others"),
        )


class StepForm(PlatformForm):
    """An action step."""

    text = short(_("What has to be done"), 500, needed=_("Say what has to be done."))
    owner = short(_("Who does it"), 120)
    due_on = DayField(_("By when"), validators=[Optional()])
    milestone = ChoiceField(_("Prepares"))

    def offer(self, milestones: Choices) -> None:
        """Fill the milestones that it may prepare."""
        self.milestone.choices = _list(milestones, _("No milestone in particular"))


class TargetForm(PlatformForm):
    """An interim target: a student outcome of a group, from where to where, by when."""

    name = short(_("What students will show"), 300, needed=_("Say what students will show."))
    student_group = short(_("Which students"))
    target = NumberField(_("Target, percent"), validators=[Optional()])
    baseline = NumberField(_("Where they are now, percent"), validators=[Optional()])
    due_on = DayField(_("By when"), validators=[Optional()])
    expected_n = IntegerField(
        _("How many students the group has"),
        validators=[Optional(), NumberRange(1, 10_000_000, _("1 or more."))],
    )
    strategy = ChoiceField(_("Strategy that serves it"))
    measure = ChoiceField(_("Measured by"))
    subgroup_set = short(_("Breakdown in the results, such as EL status"), 60)
    subgroup = short(_("Group in that breakdown, such as Newcomers"), 80)

    def offer(self, strategies: Choices, measures: Choices, *, is_share: bool = True) -> None:
        """Fill the choices; a measure that is no share takes other numbers than percents."""
        self.strategy.choices = _list(strategies, _("No strategy in particular"))
        self.measure.choices = _list(measures, _("A new one that counts students"))
        if not is_share:
            self.target.label.text, self.baseline.label.text = _("Target"), _("Where they are now")

    def columns(self) -> dict[str, Any]:
        """Return the columns as typed; strategy and measure are the view's."""
        words = {
            name: self[name].data or "" for name in ("name", "student_group", "subgroup_set", "subgroup")
        }
        numbers = {name: self[name].data for name in ("target", "baseline", "due_on", "expected_n")}
        return words | numbers


class CheckpointForm(PlatformForm):
    """A value that an interim target should have reached by a day on its way."""

    due_on = DayField(_("By when"), validators=[Optional()])
    target = NumberField(_("Value to reach"), validators=[Optional()])
