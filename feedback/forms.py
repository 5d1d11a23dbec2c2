"""What visitors may send about feedback."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from feedback.audiences import Audience
from feedback.rules import Change, Kind, Lifted, Severity
from nic_platform.fields import DayField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _
from nic_platform.words import heading


def kind_choices() -> list[SelectChoice]:
    """Return the four kinds in words."""
    return [SelectChoice(kind.value, heading(kind.value)) for kind in Kind]


def change_choices() -> list[SelectChoice]:
    """Return what an answer may change, in words."""
    names = {
        Change.POLICY: _("A policy or procedure"), Change.RESOURCE: _("Time, people or money"),
        Change.GUIDANCE: _("Guidance"), Change.WAIVER: _("A waiver"),
        Change.NONE: _("Nothing, and here is why"),
    }  # fmt: skip
    return [SelectChoice(change.value, names[change]) for change in Change]


class ItemForm(PlatformForm):
    """Raise something; a draft may be empty. ``key`` is the name it gets, so that it is raised but once."""

    key = HiddenField()
    notice = HiddenField()
    kind = RadioField(_("What is it?"), default=Kind.BARRIER.value)
    title = short(_("In one sentence"))
    happens = long(_("What happens, and how often"))
    milestone = SelectField(_("The milestone it stops"), validate_choice=False)
    cycle = SelectField(_("The cycle it stops"), validate_choice=False)
    stops = long(_("What else it stops"))
    since = DayField(_("Since when"), validators=[Optional()])
    affects = short(_("Whom it affects"))
    affects_count = IntegerField(
        _("How many"),
        validators=[
            Optional(),
            NumberRange(0, 1_000_000, _("Write a count, such as 24, or leave this empty.")),
        ],
    )
    severity = RadioField(_("How badly"), default="")
    tried = long(_("What you tried"))
    asked_for = long(_("What would help"))
    topic = short(_("Topic"), 60)
    link = SelectField(_("Send it to"), validate_choice=False)

    def offer(self, milestones: Sequence[Any], cycles: Sequence[Any], ways: Sequence[Any]) -> "ItemForm":
        """Fill the choices, and return the form."""
        none = SelectChoice("", _("None"))
        self.kind.choices = kind_choices()
        self.severity.choices = [
            SelectChoice("", _("Not said")),
            SelectChoice(Severity.SLOWS.value, _("It slows us")),
            SelectChoice(Severity.STOPS.value, _("It stops us")),
            SelectChoice(Severity.HARMS.value, _("It does harm")),
        ]
        self.milestone.choices = [none, *(SelectChoice(str(each.id), each.name) for each in milestones)]
        self.cycle.choices = [none, *(SelectChoice(str(each.id), each.name) for each in cycles)]
        self.link.choices = way_choices(ways)
        return self


def way_choices(ways: Sequence[Any]) -> list[SelectChoice]:
    """Return the links up as choices; where there are several, the one for the topic comes first."""
    choices = [
        SelectChoice(str(way.id), _("%(team)s, answer promised in %(days)s days", team=way.team,
                                    days=way.promised_days))
        for way in ways
    ]  # fmt: skip
    return [SelectChoice("", _("The team that takes its topic")), *choices] if len(choices) > 1 else choices


class ActForm(PlatformForm):
    """An act that needs nothing to be said."""


class WordsForm(PlatformForm):
    """An act with words."""

    words = long(_("Your words"))


class HopForm(PlatformForm):
    """An act whose words are for everyone on the track, or only for the two teams of this step."""

    audience = RadioField(_("Who reads your words"), default=Audience.TRACK.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience.choices = [
            SelectChoice(Audience.TRACK.value, _("Every team on its path")),
            SelectChoice(Audience.HOP.value, _("Only these two teams")),
        ]
        if self.audience.data is None:
            self.audience.data = Audience.TRACK.value

    def name_teams(self, first: str, second: str) -> None:
        """Say which two teams read what is kept to them; *second* is empty while it is being chosen."""
        both = _("Only %(first)s and %(second)s", first=first, second=second or _("the team you choose"))
        self.audience.choices = [self.audience.choices[0], SelectChoice(Audience.HOP.value, both)]


class HopWordsForm(HopForm):
    """An act with words that may be kept to its two teams."""

    words = long(_("Your words"))


class SendForm(PlatformForm):
    """Send up a link; none chosen means the one for its topic."""

    link = SelectField(_("To"), validate_choice=False)


class LinkForm(HopForm):
    """Lift further."""

    link = SelectField(_("To"), validate_choice=False)
    words = long(_("Your words, for those above"))


class PassForm(HopForm):
    """Pass to a better place."""

    team = SelectField(_("The better place"), validate_choice=False)
    words = long(_("Why there"))


class AnswerForm(PlatformForm):
    """What changes, from when, for whom, and when the decision is looked at again."""

    changes = RadioField(_("What changes?"), validate_choice=False)
    text = long(_("The answer, in words a school can act on"))
    why = long(_("Why"))
    applies_from = DayField(_("From when"), validators=[Optional()])
    applies_to = short(_("For whom"))
    look_again_on = DayField(_("Looked at again on"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes.choices = change_choices()
        if self.changes.data not in {change.value for change in Change}:
            self.changes.data = None


class ConfirmForm(PlatformForm):
    """Is it lifted?"""

    lifted = RadioField(_("Your team’s answer"), validators=[InputRequired(_("Choose one of these."))])
    words = long(_("Say what changed, or what is still in the way"))
    look_again_on = DayField(_("If partly: look again on"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lifted.choices = [
            SelectChoice(Lifted.YES.value, _("Solved")),
            SelectChoice(Lifted.PARTLY.value, _("Partly")),
            SelectChoice(Lifted.NO.value, _("Not solved")),
        ]

    def of_declined(self) -> None:
        """Leave "partly" out: who declined changed nothing that could have helped in part."""
        self.lifted.choices = [each for each in self.lifted.choices if each.value != Lifted.PARTLY.value]
        del self.look_again_on


class CheckList(SelectMultipleField):
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MessageForm(PlatformForm):
    """A line of the conversation: who reads it, and who is told of it by name."""

    key = HiddenField()
    text = long(_("Your message"), needed=_("Write something first."))
    audience = RadioField(_("Who reads it"), default=Audience.TRACK.value)
    people = CheckList(_("Tell by name"), validate_choice=False)

    def offer(self, readers: Mapping[str, str], people: Sequence[Any]) -> "MessageForm":
        """Fill the choices, and return the form.

        Args:
            readers: who may read it, by audience, in words.
            people: who can be told.
        """
        self.audience.choices = [SelectChoice(value, words) for value, words in readers.items()]
        if self.audience.data is None:
            self.audience.data = next(iter(readers), Audience.TRACK.value)
        self.people.choices = [
            SelectChoice(str(person.id), f"{person.name}, {person.team}") for person in people
        ]
        return self


class SortForm(PlatformForm):
    """Which theme an item belongs to."""

    theme = RadioField(_("Which theme?"), validate_choice=False)
    title = short(_("Title of the new theme"))
    give_answer = BooleanField(_("Give it the theme’s answer too"))


class ThemeForm(PlatformForm):
    """The words of a theme and who works on it."""

    title = short(_("Title"))
    summary = long(_("What it is about"))
    owner = short(_("An office, by name"), 160)
    power = short(_("In whose power it is"), 160)


def typed(form: PlatformForm) -> list[tuple[str, str]]:
    """Return what somebody typed or chose in a form that can't be sent any more: labels and words."""
    found = []
    for field in form:
        if isinstance(field, RadioField | SelectField) and not isinstance(field, SelectMultipleField):
            words = _chosen(field) if field.name != "audience" else ""
        elif isinstance(field, StringField) and field.type != "HiddenField":
            words = str(field.data or "").strip()
        else:
            raw = getattr(field, "raw_data", None) or [""]
            words = str(raw[0]).strip() if field.type in {"DayField", "IntegerField"} else ""
        if words and field.name not in {"version", "csrf_token"}:
            found.append((str(field.label.text), words))
    return found


def _chosen(field: Any) -> str:
    choices = field.choices or []
    words = {each.value: each.label for each in choices if isinstance(each, SelectChoice)}
    return str(words.get(field.data, ""))
