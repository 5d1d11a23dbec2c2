"""What visitors send to move a milestone's date or target."""

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from milestones.forms import AdjustForm
from nic_platform.text import _

ONLY, LATER = "only", "later"


class RedateForm(AdjustForm):
    """A new date or target of a milestone, why, and whether the later ones move along.

    ``seen`` is the mark of the effects that the visitor was shown; others are shown before they are saved.
    """

    move = RadioField(_("The milestones after it"), validate_choice=False)
    seen = HiddenField()

    def offer(self, days: str) -> None:
        """Fill the choices; *days* says by how much the later ones would move: "10 school days later"."""
        self.move.choices = [
            SelectChoice(ONLY, _("Move only this one")),
            SelectChoice(LATER, _("Move the later ones as well, %(days)s", days=days)),
        ]
        if self.move.data not in {ONLY, LATER}:
            self.move.data = ONLY
