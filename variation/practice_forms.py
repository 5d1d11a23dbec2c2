"""What people type about practices, their stages, supports and ratings."""

from typing import Any

from wtforms import BooleanField, RadioField, SelectField

from nic_platform.fields import DayField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _
from variation import fit, stages, supports
from variation.initiative_forms import choices


class PracticeForm(PlatformForm):
    """What is known of a practice wherever it is."""

    name = short(_("What people do"), needed=_("Write what people do, in a few words."))
    idea = SelectField(_("From the change idea"), validate_choice=False)
    initiative = SelectField(_("Or from the initiative"), validate_choice=False)
    description = long(_("What it is, so that others know it when they see it"))
    helped = long(_("Who is helped by it"), 4000)
    left_out = long(_("Who may be left out, and what is done about it"), 4000)
    capacity = SelectField(_("Capacity is seen in"), validate_choice=False)
    fidelity = SelectField(_("Whether it is done as meant is seen in"), validate_choice=False)
    outcome = SelectField(_("The outcome is seen in"), validate_choice=False)
    is_common = BooleanField(_("It is the network’s, not one team’s"))


class StageForm(PlatformForm):
    """From which day a practice stands at a stage."""

    stage = RadioField(_("Stage"), validate_choice=False)
    on = DayField(_("Since"))
    evidence = long(_("How one knows"), 4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the four stages."""
        super().__init__(*args, **kwargs)
        self.stage.choices = choices(stages.stage_names())


class BeginForm(StageForm):
    """The first stage of a practice at a site."""

    site = SelectField(_("Site"), validate_choice=False)
    helped = long(_("Who is helped by it here"), 4000)
    left_out = long(_("Who may be left out here"), 4000)


class SupportForm(PlatformForm):
    """How a support stands at a site."""

    kind = SelectField(_("Support"), validate_choice=False)
    state = RadioField(_("How it stands"), validate_choice=False)
    on = DayField(_("Seen on"))
    evidence = long(_("How one knows"), 4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the supports and states."""
        super().__init__(*args, **kwargs)
        self.kind.choices = choices({"": _("Choose one")} | supports.support_names())
        self.state.choices = choices(supports.state_names())


class ZoneForm(PlatformForm):
    """The transformation zone of a practice at a site, and who is helped or left out there."""

    zone_from = DayField(_("Tried here from"))
    zone_to = DayField(_("Until"))
    zone_why = long(_("Why here first"), 4000)
    helped = long(_("Who is helped by it here"), 4000)
    left_out = long(_("Who may be left out here, and what is done about it"), 4000)


class RatingForm(PlatformForm):
    """One team's ratings of the sides of a practice for a site. Fields are added for each side."""

    on = DayField(_("Rated on"))

    def ratings(self) -> dict[str, tuple[int, str]]:
        """Return value and reason of each side that was rated."""
        found = {}
        for name, value in self.values().items():
            if name.startswith("value_") and value:
                side = name.removeprefix("value_")
                found[side] = (int(value), self[f"words_{side}"].data or "")
        return found


def rating_form(kind: str, **given: Any) -> RatingForm:
    """Return the form with 1 to 5 and a reason for each side."""
    names = fit.side_names(kind)
    values = {"": _("Not rated")} | {str(value): word for value, word in fit.value_words().items()}
    fields: dict[str, Any] = {}
    for side in fit.KINDS[kind]:
        fields[f"value_{side}"] = RadioField(names[side], choices=choices(values), default="")
        fields[f"words_{side}"] = long(_("Why"), 2000)
    form: RatingForm = type("OwnRatingForm", (RatingForm,), fields)(**given)
    return form
