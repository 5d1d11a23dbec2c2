"""What is sent about a team that nobody leads, or somebody only for now."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from nic_platform.fields import DayField
from nic_platform.forms import PlatformForm
from nic_platform.text import _
from teams.forms import as_uuid
from teams.lead_queries import Candidate, Leading

USUAL = timedelta(weeks=6)
"""How long somebody leads a team for now where nobody says otherwise."""


def proposed(leads: Sequence[Leading], today: date) -> dict[str, Any]:
    """Return what the form shows first: who leads the team for now with their day, or a day six weeks on."""
    now = next((one for one in leads if one.until is not None), None)
    return {"person": now.id, "until": now.until} if now else {"until": today + USUAL}


class LeadForm(PlatformForm):
    """Who leads a team for now, and until when."""

    person = RadioField(_("Who leads it for now?"), coerce=as_uuid)
    until = DayField(_("Until"), validators=[Optional()])

    def offer(self, found: Sequence[Candidate]) -> "LeadForm":
        """Offer these people."""
        self.person.choices = [
            SelectChoice(str(one.id), _("%(name)s, %(place)s", name=one.name, place=one.place))
            for one in found
        ]
        return self
