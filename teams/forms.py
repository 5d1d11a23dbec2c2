"""What visitors may send about networks, sites, teams and links."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from wtforms import (
    DateField,
    DecimalField,
    Field,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from nic_platform import import_forms
from nic_platform.actor import TeamRole
from nic_platform.forms import PlatformForm
from nic_platform.import_forms import ColumnsForm, FileForm
from nic_platform.text import _
from teams import roles, rules
from teams.school_calendar import LONGEST_SPAN_NAME, YEAR_NAME, SpanKind, month_names
from teams.site_table import targets
from teams.states import POSTAL
from teams.team_queries import Choice

Check = Callable[[Form, Field], None]


def needed(message: str) -> DataRequired:
    """Return a validator that asks for something to be filled in, with the mend."""
    return DataRequired(message)


def tidy(text: str | None) -> str:
    """Take white space off the ends of what was typed."""
    return (text or "").replace("\r\n", "\n").strip()


def as_uuid(text: str | UUID) -> UUID | None:
    """Return the id that a choice stands for; none for the empty one."""
    return UUID(str(text)) if text else None


def _month(text: str | int | None) -> int:
    written = str(text)
    return int(written) if written.isdecimal() else 0


def _yes_no(value: str | bool | None) -> bool | None:
    return value if isinstance(value, bool) else {"yes": True, "no": False}.get(value or "")


class YesNo(SelectField):
    """Yes, no or unknown."""

    def __init__(self, words: str, **more: Any) -> None:
        answers = [SelectChoice("", _("Unknown")), SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))]
        super().__init__(words, choices=answers, coerce=_yes_no, **more)


def choices(pairs: Mapping[Any, str]) -> list[SelectChoice]:
    """Return choices from values and words."""
    return [SelectChoice(str(value), label) for value, label in pairs.items()]


class CheckList(SelectMultipleField):
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NetworkForm(PlatformForm):
    """A network's settings; its own words are on a page of their own."""

    name = StringField(validators=[needed(_("Write the network's name.")), Length(max=160)], filters=[tidy])
    aim = TextAreaField(validators=[Length(max=4000)], filters=[tidy])
    why = TextAreaField(validators=[Length(max=2000)], filters=[tidy])
    time_zone = StringField(validators=[needed(_("Choose a time zone."))], filters=[tidy])
    minimum_cell = IntegerField(
        validators=[
            needed(_("Write a whole number.")),
            NumberRange(3, 100, _("Choose a number from 3 to 100.")),
        ]
    )
    help_name = StringField(validators=[Length(max=120)], filters=[tidy])
    help_phone = StringField(validators=[Length(max=40)], filters=[tidy])
    fiscal_month = SelectField(coerce=_month, validate_choice=False)

    def validate_fiscal_month(self, field: Field) -> None:
        """Take only a month; one that was not sent leaves it as it is."""
        if field.data not in range(1, 13):
            raise ValidationError(_("Choose a month of the list."))

    def validate_time_zone(self, field: Field) -> None:
        """Take only a zone that is known."""
        if field.data not in available_timezones():
            raise ValidationError(_("Write a time zone as America/Denver or America/Chicago."))


def network_form(**data: Any) -> NetworkForm:
    """Return the settings form with its labels in the reader's language."""
    form = NetworkForm(data=data)
    labels = {
        "name": _("Name of the network"), "aim": _("Aim: what, for whom, how much, by when"),
        "why": _("Why is the aim changed?"),
        "time_zone": _("Time zone"), "minimum_cell": _("Hide groups smaller than"),
        "help_name": _("Who helps: name"), "help_phone": _("Who helps: phone"),
        "fiscal_month": _("Month in which the fiscal year begins"),
    }  # fmt: skip
    label(form, labels)
    form.fiscal_month.choices = choices(month_names())
    return form


def label(form: Any, labels: Mapping[str, str]) -> None:
    """Give fields their words, in the reader's language."""
    for name, text in labels.items():
        form[name].label.text = text


class YearForm(PlatformForm):
    """A school year."""

    name = StringField(
        _("Name"),
        validators=[
            needed(_("Write the year as 2025-26.")),
            Regexp(YEAR_NAME, message=_("Write it as 2025-26.")),
        ],
        filters=[tidy],
    )
    starts_on = DateField(_("First day"), validators=[needed(_("Choose the first day."))])
    ends_on = DateField(_("Last day"), validators=[needed(_("Choose the last day."))])


class SpanForm(PlatformForm):
    """A break, a testing window or a quarter."""

    kind = RadioField(
        _("Kind"),
        choices=[
            SelectChoice(SpanKind.BREAK.value, _("Break")),
            SelectChoice(SpanKind.TESTING.value, _("Testing window")),
            SelectChoice(SpanKind.QUARTER.value, _("Quarter or other grading period")),
        ],
        default=SpanKind.BREAK.value,
    )
    name = StringField(
        _("Name"),
        validators=[needed(_("Write its name.")), Length(max=LONGEST_SPAN_NAME)],
        filters=[tidy],
    )
    starts_on = DateField(_("First day"), validators=[needed(_("Choose the first day."))])
    ends_on = DateField(_("Last day"), validators=[needed(_("Choose the last day."))])


class TeamForm(PlatformForm):
    """A new team."""

    name = StringField(
        _("Name of the team"),
        validators=[needed(_("Write the team's name.")), Length(max=160)],
        filters=[tidy],
    )
    level = SelectField(_("Level"))
    site = SelectField(_("Place"), coerce=as_uuid)

    def offer(self, sites: Iterable[Choice]) -> "TeamForm":
        """Offer the levels and these places."""
        self.level.choices = choices(rules.level_names())
        self.site.choices = [SelectChoice(str(site.id), site.name) for site in sites]
        return self


class CharterForm(PlatformForm):
    """A team's charter."""

    name = StringField(
        _("Name"), validators=[needed(_("Write the team's name.")), Length(max=160)], filters=[tidy]
    )
    purpose = TextAreaField(_("Purpose"), validators=[Length(max=4000)], filters=[tidy])
    serves = TextAreaField(_("Whom the place serves"), validators=[Length(max=2000)], filters=[tidy])
    decision_rights = TextAreaField(_("What it may decide"), validators=[Length(max=4000)], filters=[tidy])
    rhythm_days = SelectField(_("How often it meets"), coerce=int)
    meeting = StringField(_("When and where"), validators=[Length(max=200)], filters=[tidy])
    next_meeting_on = DateField(_("Next meeting"), validators=[Optional()])
    functions = CheckList(_("What it does"))

    def offer(self, rhythm_days: int) -> "CharterForm":
        """Offer the rhythms and the nine functions."""
        usual = {**rules.rhythm_names(), rhythm_days: rules.rhythm_words(rhythm_days)}
        self.rhythm_days.choices = choices(dict(sorted(usual.items())))
        self.functions.choices = choices(rules.function_names())
        return self


class PlaceForm(PlatformForm):
    """What a person is in a team, and what they bring."""

    role = SelectField(_("Role"), coerce=TeamRole)
    competencies = CheckList(_("Brings"))
    perspectives = CheckList(_("Speaks as"))

    def offer(self) -> "PlaceForm":
        """Offer roles, competencies and perspectives."""
        self.role.choices = choices({role.value: name for role, name in roles.role_names().items()})
        self.competencies.choices = choices(rules.competency_names())
        self.perspectives.choices = choices(rules.perspective_names())
        return self


def _percent(name: str) -> DecimalField:
    return DecimalField(
        name, validators=[Optional(), NumberRange(0, 100, _("A percentage lies between 0 and 100."))]
    )


class SiteForm(PlatformForm):
    """What is known of a place. ``level`` and ``parent`` only when it is made."""

    name = StringField(_("Name"), validators=[needed(_("Write its name.")), Length(max=160)], filters=[tidy])
    level = SelectField(_("Level"))
    parent = SelectField(_("Lies in"), coerce=as_uuid)
    nces_id = StringField(
        _("NCES id"),
        validators=[
            Optional(),
            Regexp(r"^(\d{2}|\d{7}|\d{12})$", message=_("An NCES id has 2, 7 or 12 digits.")),
        ],
        filters=[tidy],
    )
    state_code = StringField(_("State code"), validators=[Length(max=24)], filters=[tidy])
    city = StringField(_("City"), validators=[Length(max=80)], filters=[tidy])
    state = StringField(_("State"), validators=[Length(max=2)], filters=[tidy, str.upper])
    locale = StringField(_("Locale"), validators=[Length(max=40)], filters=[tidy])
    grades = StringField(_("Grades"), validators=[Length(max=40)], filters=[tidy])
    enrolment = IntegerField(
        _("Students"), validators=[Optional(), NumberRange(0, 1_000_000, _("Write 0 or more."))]
    )
    lunch_percent = _percent(_("Free or reduced lunch, %"))
    english_learner_percent = _percent(_("English learners, %"))
    is_title_one = YesNo(_("Title I"))
    is_charter = YesNo(_("Charter school"))
    more = TextAreaField(_("Other attributes"), validators=[Length(max=4000)], filters=[tidy])

    def validate_more(self, field: Field) -> None:
        """Take one attribute a line, its name before a colon."""
        if any(line.strip() and ":" not in line for line in (field.data or "").splitlines()):
            raise ValidationError(_("Write one attribute a line, as “Calendar: year-round”."))

    def columns(self) -> dict[str, Any]:
        """Return what was typed as columns of a site."""
        values = self.values()
        for name in ("level", "parent"):
            values.pop(name, None)
        lines = (line.partition(":") for line in values.pop("more").splitlines() if line.strip())
        values["attributes"] = {name.strip(): value.strip() for name, _sign, value in lines}
        for name in ("nces_id", "state_code"):
            values[name] = values[name] or None
        for name in ("lunch_percent", "english_learner_percent"):
            values[name] = float(values[name]) if values[name] is not None else None
        return values


class UploadForm(FileForm):
    """A file with a table of schools."""

    state = SelectField(_("State, where the file does not say"))

    def offer(self) -> "UploadForm":
        """Offer the states."""
        self.state.choices = state_choices()
        return self


def state_choices() -> list[SelectChoice]:
    """Return the states by name, and none first."""
    states = sorted((name, postal) for postal, (_fips, name) in POSTAL.items())
    return [
        SelectChoice("", _("The file says, or none")),
        *(SelectChoice(postal, name) for name, postal in states),
    ]


class SiteColumnsForm(ColumnsForm):
    """Which column of a table of schools holds what, and whose schools they are."""

    state = SelectField(_("State, where the file does not say"))


def mapping_form(header: Sequence[str], mapping: Mapping[str, str], state: str) -> SiteColumnsForm:
    """Return a form with a select for each target, set to what was proposed."""
    form = import_forms.mapping_form(header, mapping, targets(), SiteColumnsForm, state=state)
    form.state.choices = state_choices()
    return form
