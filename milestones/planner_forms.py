"""What visitors answer to plan a strand's series backwards."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import BooleanField, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from milestones.forms import ChoiceField
from milestones.pacing import MOST_STEPS, Complexity
from milestones.rules import Shape
from nic_platform.fields import DayField, NumberField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _

WORDS = ("strands", "speed", "complexity", "shape", "calendar")
"""The guide's five questions; each is answered in the team's own words as well."""
SAID = ("who", "what", "tool")  # of the milestones to be made, where the strand has none yet


class PlannerForm(PlatformForm):
    """The five questions of Colorado's guide, and from where to where. Anything may be left open."""

    strands_words = long(_("In your words"), length=1000)
    follows = ChoiceField(_("When this strand runs"))
    speed_words = long(_("In your words"), length=1000)
    ends_on = DayField(_("In place by (final date)"), validators=[Optional()])
    complexity = RadioField(_("How complicated is it"), validate_choice=False)
    complexity_words = long(_("In your words"), length=1000)
    shape = RadioField(_("How will it go"), validate_choice=False)
    shape_words = long(_("In your words"), length=1000)
    skips_breaks = BooleanField(_("Nothing falls due in breaks"))
    skips_testing = BooleanField(_("Nothing falls due in testing windows"))
    calendar_words = long(_("In your words"), length=1000)
    starts_on = DayField(_("Start"), validators=[Optional()])
    baseline = NumberField(_("Where it stands at the start"), validators=[Optional()])
    target = NumberField(_("Final target"), validators=[Optional()])
    steps = IntegerField(
        _("Number of steps"),
        validators=[
            Optional(),
            NumberRange(1, MOST_STEPS, _("From 1 to 12. Leave it empty for a proposal.")),
        ],
    )
    who = short(_("Who does it"))
    what = short(_("Successfully doing what"), 500)
    tool = short(_("What will show it (tool)"))
    population = IntegerField(
        _("How many people in all"), validators=[Optional(), NumberRange(1, 10_000_000, _("1 or more."))]
    )

    def offer(self, strands: Sequence[tuple[UUID, str]]) -> None:
        """Fill the choices; *strands* are the others of the plan."""
        self.follows.choices = [SelectChoice("", _("Beside the others"))]
        self.follows.choices += [SelectChoice(str(key), _("After “%(name)s”", name=n)) for key, n in strands]
        self.complexity.choices = [
            SelectChoice(each.value, words) for each, words in complexity_words().items()
        ]
        self.shape.choices = [SelectChoice(each.value, words) for each, words in path_words().items()]

    def answers(self) -> dict[str, Any]:
        """Return what was said in words, by question, and of whom the milestones are."""
        said: dict[str, Any] = {name: self[f"{name}_words"].data or "" for name in WORDS}
        said |= {name: self[name].data or "" for name in SAID}
        return {**said, "population": self.population.data}

    def plan_values(self) -> dict[str, Any]:
        """Return the columns of the backwards plan."""
        shape, complexity = self.shape.data, self.complexity.data
        return {
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "baseline": self.baseline.data,
            "target": self.target.data,
            "steps": self.steps.data or 0,
            "shape": shape if shape in {each.value for each in path_words()} else Shape.LINEAR.value,
            "complexity": complexity if complexity in set(Complexity) else "",
            "skips_breaks": bool(self.skips_breaks.data),
            "skips_testing": bool(self.skips_testing.data),
        }


class NewStrandForm(PlatformForm):
    """The name of a strand to be planned."""

    name = short(_("Name"), needed=_("Give it a name."))


class StepsForm(PlatformForm):
    """Why milestones that are on the board already move; the steps themselves are lists beside it."""

    why = short(_("Why"), 500)


def complexity_words() -> dict[Complexity, str]:
    """Return how complicated a change is, in words."""
    return {
        Complexity.SIMPLE: _("Simple: people know how"),
        Complexity.SOME: _("Some learning: people need to be shown and to try"),
        Complexity.HARD: _("Hard: habits or roles change"),
    }


def path_words() -> dict[Shape, str]:
    """Return the shapes of a path, in words."""
    return {
        Shape.LINEAR: _("Evenly"),
        Shape.QUICK: _("Quick start: the first half is easier"),
        Shape.SLOW: _("Slow start: the last half is easier"),
    }
