"""What visitors may send from a meeting: decisions, notes, its end."""

from collections.abc import Sequence

from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from nic_platform.fields import DayField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _

NOTHING = "nothing"
ADJUST = "adjust"


class DecideForm(PlatformForm):
    """One decision: what, about what, who, by when, and what follows from it at once."""

    text = long(_("What you decided"), needed=_("Write the decision in a sentence."), length=1000)
    about = SelectField(_("About"), validate_choice=False, default=NOTHING)
    owner = short(_("Who sees to it"), 120)
    due_on = DayField(_("By when"), validators=[Optional()])
    then = RadioField(_("What follows"), validate_choice=False, default="")

    def offer(self, points: Sequence[tuple[str, str]], at: str = "", *, moves: bool = True) -> None:
        """Fill the choices.

        Args:
            points: what the agenda holds: key and title.
            at: the point that is looked at now.
            moves: whether a milestone is at hand whose date or target can be changed.
        """
        self.about.choices = [
            SelectChoice(NOTHING, _("Nothing on the agenda")),
            *(SelectChoice(key, name) for key, name in points),
        ]
        if not self.is_submitted() and at in {key for key, _name in points}:
            self.about.data = at
        self.then.choices = [
            SelectChoice(kind, words) for kind, words in follow_words().items() if moves or kind != ADJUST
        ]


def follow_words() -> dict[str, str]:
    """Return what may follow from a decision, in words."""
    return {
        "": _("Nothing more: it is kept with what it is about"),
        "step": _("An action step, with who and by when"),
        "touchpoint": _("A further touchpoint, on the day above"),
        "feedback_item": _("A barrier to send up, as a draft"),
        ADJUST: _("A new date or target for the milestone"),
    }


class NotesForm(PlatformForm):
    """The notes of a meeting."""

    notes = long(_("Notes of the meeting"))


class CloseForm(PlatformForm):
    """The end of a meeting."""

    tell = BooleanField(_("Mail the minutes to the team"))


class DecisionForm(PlatformForm):
    """A decision that was kept, to be put right."""

    text = long(_("What you decided"), needed=_("Write the decision in a sentence."), length=1000)
    owner = short(_("Who sees to it"), 120)
    due_on = DayField(_("By when"), validators=[Optional()])
