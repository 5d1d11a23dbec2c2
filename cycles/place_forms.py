"""What visitors may send about where a cycle hangs."""

from wtforms import SelectField

from cycles.forms import CheckboxesField
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class PlaceForm(PlatformForm):
    """The milestones that a cycle serves and the ramp it stands on."""

    milestones = CheckboxesField(_("Which milestones does it serve?"), coerce=str, validate_choice=False)
    ramp = SelectField(_("On which ramp is it?"), coerce=str, validate_choice=False)


class HangForm(PlatformForm):
    """The cycles that serve a milestone."""

    cycles = CheckboxesField(_("Which cycles serve it?"), coerce=str, validate_choice=False)
