"""What visitors may send about an organisation's goals."""

from wtforms.validators import Optional

from nic_platform.fields import DayField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class GoalForm(PlatformForm):
    """An agency goal: what will be different, for whom, by how much, by when."""

    title = short(_("Short name"))
    statement = long(_("The goal: what will be different, for whom, by how much, by when"))
    impact = long(_("Projected impact: what that changes for schools and students"))
    leader = short(_("Who answers for it"), 120)
    starts_on = DayField(_("From"), validators=[Optional()])
    ends_on = DayField(_("Until"), validators=[Optional()])
