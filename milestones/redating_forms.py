"""What visitors send to move a milestone's date or target."""

from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from milestones.forms import AdjustForm
from nic_platform.text import _

ONLY, LATER = "only", "later"


class RedateForm(AdjustForm):
    """A new date or target of a milestone, why, and whether the later ones move along.

    ``seen`` is the mark of the effects that the visitor was shown; others are shown before they are saved.
    ``has_day``: the milestone is due on a day, so that it needs another one.
    """

    has_day = False

    move = RadioField(_("The milestones after it"), validate_choice=False)
    seen = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what would take a milestone's day away: it would be due when it begins, or never."""
        is_valid = bool(super().validate(extra_validators))
        if self.has_day and self.due_on.data is None and not self.due_on.errors:
            self.due_on.errors = [_("Give the day by which it is due now.")]
            return False
        return is_valid

    def offer(self, days: str) -> None:
        """Fill the choices; *days* says by how much the later ones would move: "10 school days later"."""
        self.move.choices = [
            SelectChoice(ONLY, _("Move only this one")),
            SelectChoice(LATER, _("Move the later ones as well, %(days)s", days=days)),
        ]
        if self.move.data not in {ONLY, LATER}:
            self.move.data = ONLY
