"""What visitors may send once an answer is given: what was found when it was looked at again; notices."""

from wtforms.validators import Optional

from nic_platform.fields import DayField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class LookForm(PlatformForm):
    """What a team found when it looked at its answer again, and when it does so once more."""

    found = long(_("What you found"))
    look_again_on = DayField(_("Look at it once more on"), validators=[Optional()])


class PolicyNoticeForm(PlatformForm):
    """A policy notice."""

    title = short(_("What changes, in one line"))
    text = long(_("What it says, and what teams may do now"))
    applies_from = DayField(_("From when"), validators=[Optional()])
    acknowledge_by = DayField(_("To be acknowledged by"), validators=[Optional()])


class AcknowledgeForm(PlatformForm):
    """What a policy means for a team."""

    enables = long(_("What it makes possible for us"))
    hinders = long(_("What it makes harder"))
