"""What visitors may send about a suggestion: what they decide, why, and what it is to open."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from nic_platform.fields import DayField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _

CYCLE, TOUCHPOINT, BARRIER, STEP, ADJUST = "cycle", "touchpoint", "feedback_item", "step", "adjust"


class DecideForm(PlatformForm):
    """What a team decides about a suggestion, and what it opens at once."""

    choice = RadioField(_("Our decision"), validate_choice=False)
    text = long(_("Why, or what instead"), length=1000)
    follow_up = RadioField(_("And at once"), validate_choice=False, default="")
    what = short(_("What exactly"))
    owner = short(_("Who sees to it"), 120)
    due_on = DayField(_("By or on"), validators=[Optional()])

    def offer(self, *, may_adjust: bool = False) -> "DecideForm":
        """Fill the choices.

        Args:
            may_adjust: there is a date that could be moved: it is about a milestone.
        """
        self.choice.choices = [
            SelectChoice("accept", _("Accept")),
            SelectChoice("adapt", _("Do it differently")),
            SelectChoice("decline", _("Decline")),
        ]
        self.follow_up.choices = [
            SelectChoice("", _("Nothing more")),
            SelectChoice(TOUCHPOINT, _("Plan a touchpoint")),
            SelectChoice(CYCLE, _("Test a change")),
            SelectChoice(STEP, _("Add an action step")),
            SelectChoice(BARRIER, _("Raise a barrier")),
        ]
        if may_adjust:
            self.follow_up.choices.append(SelectChoice(ADJUST, _("Move the dates")))
        return self

    def validate(self, extra_validators: object = None) -> bool:
        """Check what was sent: what is declined opens nothing."""
        is_valid = super().validate(extra_validators)
        chosen = self.follow_up.data or ""
        if chosen not in {choice.value for choice in self.follow_up.choices}:
            self.follow_up.errors = [*self.follow_up.errors, _("Choose one of the list.")]
            is_valid = False
        if chosen and self.choice.data == "decline":
            words = _("Declined: nothing is opened. Choose “Do it differently”, or nothing more.")
            self.follow_up.errors = [*self.follow_up.errors, words]
            is_valid = False
        return is_valid
