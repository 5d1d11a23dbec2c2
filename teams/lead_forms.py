"""What a network lead sends about a team that nobody leads."""

from collections.abc import Sequence

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from nic_platform.forms import PlatformForm
from nic_platform.text import _
from teams.forms import as_uuid
from teams.lead_queries import Candidate


class LeadForm(PlatformForm):
    """Who leads a team for now."""

    person = RadioField(_("Who leads it for now?"), coerce=as_uuid)

    def offer(self, found: Sequence[Candidate]) -> "LeadForm":
        """Offer these people."""
        self.person.choices = [
            SelectChoice(str(one.id), _("%(name)s, %(place)s", name=one.name, place=one.place))
            for one in found
        ]
        return self
