"""What a team may send about the marks on its charts."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from measures.charting import MARKS
from measures.words import mark_words
from nic_platform.fields import DayField, long
from nic_platform.forms import PlatformForm
from nic_platform.text import _

LONGEST = 2000


class MarkForm(PlatformForm):
    """A mark that is there already: its day and its words."""

    on = DayField(_("Day"))
    words = long(_("In words"), LONGEST)


class NewMarkForm(MarkForm):
    """A new mark of a kind."""

    kind = RadioField(_("What to mark"), choices=[], validate_choice=False, default="change")

    def offer(self) -> "NewMarkForm":
        """Fill the choices."""
        words = mark_words()
        self.kind.choices = [SelectChoice(kind, words[kind]) for kind in MARKS]
        return self
