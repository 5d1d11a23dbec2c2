"""What visitors may send about calendar feeds."""

from collections.abc import Sequence
from uuid import UUID

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from nic_platform.forms import PlatformForm
from nic_platform.text import _


class FeedForm(PlatformForm):
    """Whose dates the new address gives."""

    team = SelectField(_("Whose dates"), validate_choice=True, default="")

    def offer(self, teams: Sequence[tuple[UUID, str]]) -> None:
        """Fill the choices with the person's teams."""
        self.team.choices = [
            SelectChoice("", _("Mine: those of all my teams")),
            *(SelectChoice(str(key), name) for key, name in teams),
        ]
