"""What a network lead may send about the problem and the next steps."""

from typing import Any

from wtforms.validators import Optional

from nic_platform.fields import DayField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class ProblemForm(PlatformForm):
    """The problem and those who live with it."""

    problem = long(_("The problem"), 4000)
    problem_users = long(_("Who lives with it, and what they said"), 4000)


class StepForm(PlatformForm):
    """What the network does next on one principle, and what came of it."""

    words = long(_("What the network does next"), 2000, needed=_("Say in a sentence what is done next."))
    owner = short(_("Who sees to it"), 120)
    due_on = DayField(_("By when"), validators=[Optional()])
    done_on = DayField(_("Done on"), validators=[Optional()])
    outcome = long(_("What came of it"), 4000)


def step_form(**data: Any) -> StepForm:
    """Return the form of a step; a new one has nothing to say yet of how it ended."""
    form = StepForm(data=data)
    if "version" not in data:
        del form.done_on
        del form.outcome
    return form
