"""What a lead sends in the first steps of a team: one small form a step."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import HiddenInput

from accounts.rules import normal_email
from nic_platform.actor import TeamRole
from nic_platform.fields import long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _
from teams import roles, rules
from teams.first_step_services import Brings
from teams.forms import CheckList, as_uuid, choices, needed, tidy
from teams.team_queries import Choice, Person

MOST_INVITED = 20


class PurposeStep(PlatformForm):
    """What the team is there for."""

    purpose = long(_("Purpose"), 4000, needed=_("Write what the team is there for, in a sentence."))
    serves = long(_("Whom the place serves"), 2000)
    decision_rights = long(_("What it may decide"), 4000)


class PeopleStep(PlatformForm):
    """Addresses of people to invite, one a line, and what they will be."""

    emails = long(_("Their work email, one address a line"), 4000)
    role = RadioField(_("What they will be"), default=TeamRole.MEMBER.value)

    def offer(self, *, needs_lead: bool) -> "PeopleStep":
        """Offer the roles; the lead first where there is none yet."""
        self.role.choices = choices({role.value: name for role, name in roles.role_names().items()})
        if needs_lead and not self.is_submitted():
            self.role.data = TeamRole.LEAD.value
        return self

    def validate_emails(self, field: StringField) -> None:
        """Refuse what can't be an address, naming it."""
        lines = _lines(field.data)
        wrong = [line for line in lines if normal_email(line) is None]
        if wrong:
            text = _("Write each as name@school.org, on a line of its own. Mend: %(what)s")
            raise ValidationError(text % {"what": ", ".join(wrong[:3])})
        if len(lines) > MOST_INVITED:
            raise ValidationError(_("At most %(count)s at once.", count=MOST_INVITED))

    def addresses(self) -> list[str]:
        """Return the addresses, each once."""
        return list(dict.fromkeys(normal_email(line) or line for line in _lines(self.emails.data)))


def _lines(text: str | None) -> list[str]:
    return [
        part.strip()
        for part in (text or "").replace(",", "\n").replace(";", "\n").split("\n")
        if part.strip()
    ]


class FunctionsStep(PlatformForm):
    """What the team does."""

    functions = CheckList(_("What it does"))

    def offer(self) -> "FunctionsStep":
        """Offer the nine functions."""
        self.functions.choices = choices(rules.function_names())
        return self

    def validate_functions(self, field: Any) -> None:
        """Ask for one at least; who doesn't know yet skips the step."""
        if not field.data:
            raise ValidationError(_("Tick what this team does, or skip the step for now."))


class RhythmStep(PlatformForm):
    """How often the team meets."""

    rhythm_days = SelectField(_("How often it meets"), coerce=int)
    meeting = short(_("When and where"), 200, needed=_("Write when and where it meets."))
    next_meeting_on = DateField(_("Next meeting"), validators=[Optional()])

    def offer(self, rhythm_days: int) -> "RhythmStep":
        """Offer the usual rhythms, and the team's own."""
        usual = {**rules.rhythm_names(), rhythm_days: rules.rhythm_words(rhythm_days)}
        self.rhythm_days.choices = choices(dict(sorted(usual.items())))
        return self


class LinkStep(PlatformForm):
    """A first link up; the rest of its protocol is written on its own page."""

    upper = SelectField(_("Lifts to"), coerce=as_uuid)
    sender = SelectField(_("Who sends"), coerce=as_uuid)
    rhythm_days = SelectField(_("How often"), coerce=int, default=rules.MONTHLY)
    promised_days = IntegerField(
        _("An answer is promised within (days)"),
        validators=[needed(_("Write a number of days.")), NumberRange(1, 365, _("Choose 1 to 365 days."))],
        default=14,
    )
    what = StringField(_("What is communicated"), filters=[tidy])

    def offer(self, uppers: Sequence[Choice], people: Iterable[Person]) -> "LinkStep":
        """Offer the teams above that are near, and who may send."""
        self.upper.choices = [SelectChoice(str(team.id), team.name) for team in uppers]
        nobody = [SelectChoice("", _("Nobody named yet"))]
        self.sender.choices = nobody + [SelectChoice(str(one.id), one.name) for one in people]
        self.rhythm_days.choices = choices(rules.rhythm_names())
        return self


class StrengthsStep(PlatformForm):
    """What each person brings; fields for each are added by :func:`strengths_form`."""

    people: tuple[Person, ...] = ()

    def of(self, person: Person) -> tuple[Any, Any, Any]:
        """Return the fields of one person: competencies, perspectives, version."""
        key = person.id.hex
        return self[f"skills_{key}"], self[f"voices_{key}"], self[f"version_{key}"]

    def brings(self) -> dict[UUID, Brings]:
        """Return what was ticked, by person."""
        return {
            person.id: Brings(skills.data or [], voices.data or [], version.data)
            for person in self.people
            for skills, voices, version in [self.of(person)]
        }

    def renew(self, people: Iterable[Person]) -> None:
        """Go on from what stands now: the next save is meant."""
        for person in people:
            field = self._fields.get(f"version_{person.id.hex}")
            if field is not None:
                field.data, field.raw_data = person.version, None


def strengths_form(people: Sequence[Person]) -> StrengthsStep:
    """Return the form with ticks for each person, as they stand."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    skills = [SelectChoice(key, words) for key, words in rules.competency_names().items()]
    voices = [SelectChoice(key, words) for key, words in rules.perspective_names().items()]
    for person in people:
        key = person.id.hex
        fields[f"voices_{key}"] = CheckList(_("%(name)s speaks as", name=person.name), choices=voices)
        fields[f"skills_{key}"] = CheckList(_("%(name)s brings", name=person.name), choices=skills)
        fields[f"version_{key}"] = IntegerField(widget=HiddenInput(), validators=[Optional()])
        data |= {
            f"skills_{key}": person.competencies, f"voices_{key}": person.perspectives,
            f"version_{key}": person.version,
        }  # fmt: skip
    form: StrengthsStep = type("OwnStrengthsStep", (StrengthsStep,), fields)(data=data)
    form.people = tuple(people)
    return form
