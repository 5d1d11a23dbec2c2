"""What a lead sends to hand over what hangs on somebody."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput

from desk.handover import Pile
from desk.handover_services import Wanted
from nic_platform.forms import PlatformForm
from nic_platform.text import _


def _as_uuid(text: str | UUID | None) -> UUID | None:
    return UUID(str(text)) if text else None


class HandoverForm(PlatformForm):
    """Who gets what; a select for each kind is added by :func:`handover_form`.

    ``seen`` says which things the page showed, so that nothing that came since is handed over unseen.
    """

    seen = HiddenField()
    everything = SelectField(_("Give everything to"), coerce=_as_uuid)
    lead = SelectField(_("Who leads the team from now on?"), coerce=_as_uuid)
    end_feeds = BooleanField(_("End the secret calendar addresses for this team"))
    take_out = BooleanField(_("Take them out of the team"))

    def wanted(self, kinds: Sequence[str]) -> Wanted:
        """Return what is to be done: a kind that is left empty goes with everything else."""
        chosen: Mapping[str, UUID | None] = {
            kind: self[f"to_{kind}"].data or self.everything.data for kind in kinds
        }
        return Wanted(
            to={kind: person for kind, person in chosen.items() if person},
            also=frozenset(UUID(each) for kind in kinds for each in self._ticked(kind)),
            lead=self.lead.data if "lead" in self else None,
            end_feeds=bool(self.end_feeds.data) if "end_feeds" in self else False,
            take_out=bool(self.take_out.data) if "take_out" in self else False,
        )

    def _ticked(self, kind: str) -> Sequence[str]:
        return self[f"also_{kind}"].data or () if f"also_{kind}" in self else ()


def handover_form(
    piles: Sequence[Pile], people: Sequence[tuple[UUID, str]], *, feeds: bool, leads: bool, is_here: bool
) -> HandoverForm:
    """Return the form: a select for each pile, those who work in the team to choose from.

    Args:
        feeds: the person has calendar addresses for this team.
        leads: the person leads it, so that somebody may be named to lead next.
        is_here: the person is in the team still.
    """
    somebody = [SelectChoice(str(person_id), name) for person_id, name in people]
    fields: dict[str, Any] = {
        f"to_{pile.kind}": SelectField(
            pile.asks, choices=[SelectChoice("", _("As chosen for everything")), *somebody], coerce=_as_uuid
        )
        for pile in piles
    }
    fields |= {
        f"also_{pile.kind}": SelectMultipleField(
            _("Perhaps theirs: tick what goes over too"),
            choices=[
                SelectChoice(str(thing.id), thing.title or _("Without a title")) for thing in pile.perhaps
            ],
            option_widget=CheckboxInput(),
        )
        for pile in piles
        if pile.perhaps
    }
    form: HandoverForm = type("OwnHandoverForm", (HandoverForm,), fields)()
    form.everything.choices = [SelectChoice("", _("Nobody yet: leave what is not chosen below")), *somebody]
    form.lead.choices = [SelectChoice("", _("Leave it as it is")), *somebody]
    for name, is_wanted in (("end_feeds", feeds), ("lead", leads), ("take_out", is_here)):
        if not is_wanted:
            del form[name]
    return form
