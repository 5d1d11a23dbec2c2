"""What people type about initiatives."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from nic_platform.fields import DayField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _
from teams.rules import level_names
from variation import initiatives


def choices(words: Mapping[str, str]) -> list[Any]:
    """Return choices from words by key."""
    return [SelectChoice(key, word) for key, word in words.items()]


class InitiativeForm(PlatformForm):
    """What is known of an initiative, wherever it is in place. Selects of drivers are added."""

    name = short(_("Name"), needed=_("Write the name people use."))
    aim = long(_("What it aims at"))
    owner = short(_("Who answers for it"))
    data_collected = long(_("Which data it gathers"))
    requires = long(_("Law, grant or directive behind it"))
    starts_on = DayField(_("Begins"))
    ends_on = DayField(_("Ends"))

    def facts(self) -> dict[str, Any]:
        """Return what was typed, without drivers."""
        return {key: value for key, value in self.values().items() if not key.startswith("driver_")}

    def drivers(self) -> dict[str, bool]:
        """Return the chosen drivers: strongly or not, by public id."""
        chosen = {key[7:]: value for key, value in self.values().items() if key.startswith("driver_")}
        return {key: value == "strong" for key, value in chosen.items() if value in {"strong", "weak"}}


def initiative_form(drivers: Iterable[tuple[Any, str]], **given: Any) -> InitiativeForm:
    """Return the form with a select for each driver of the network's theory."""
    options = {"": _("Not this one"), "strong": _("Strongly"), "weak": _("A little")}
    fields: dict[str, Any] = {
        f"driver_{public_id}": SelectField(name, choices=choices(options)) for public_id, name in drivers
    }
    form: InitiativeForm = type("OwnInitiativeForm", (InitiativeForm,), fields)(**given)
    return form


class PlaceForm(PlatformForm):
    """One initiative at one place: five lines and what came of it."""

    level = RadioField(_("Whose work is described"), validators=[])
    owner = short(_("Who answers for it here"))
    teams = long(_("Which groups of people carry it here"), 2000)
    starts_on = DayField(_("In place from"))
    ends_on = DayField(_("Until"))
    planned = long(_("How it is planned"), 2000)
    implemented = long(_("How it is put in place"), 2000)
    tracked = long(_("How it is tracked"), 2000)
    monitored = long(_("How it is monitored"), 2000)
    evaluated = long(_("How it is evaluated"), 2000)
    outcome = RadioField(_("What came of it here"))
    evidence = long(_("How one knows"), 4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the levels and outcomes."""
        super().__init__(*args, **kwargs)
        words = level_names()
        self.level.choices = choices({level: words[level] for level in initiatives.LEVELS})
        self.outcome.choices = choices({"": _("Not said yet")} | initiatives.outcome_names())


class NewPlaceForm(PlaceForm):
    """The same, with the initiative: one of the list, or a new name."""

    initiative = SelectField(_("Initiative"), validate_choice=False)
    new_name = short(_("Or the name of a new one"))


class ChoiceForm(PlatformForm):
    """Keep, stop or reallocate."""

    decision = RadioField(_("What is decided"))
    decision_why = long(_("Why"), 4000)
    reallocate_to = short(_("What its time or money goes to"), 300)
    decided_on = DayField(_("Decided on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what can be decided."""
        super().__init__(*args, **kwargs)
        self.decision.choices = choices({"": _("Nothing yet")} | initiatives.decision_names())


class PairForm(PlatformForm):
    """What two initiatives are to each other at a place."""

    kind = RadioField(_("At this place"), validate_choice=False)
    words = long(_("What you see"), 4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the three kinds."""
        super().__init__(*args, **kwargs)
        self.kind.choices = choices(initiatives.pair_names())


class NewPairForm(PairForm):
    """The same, with the two initiatives of the place's inventory."""

    first = SelectField(_("One"), validate_choice=False)
    second = SelectField(_("The other"), validate_choice=False)
