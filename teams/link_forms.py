"""What visitors may send about links, what passed on them, peers, and a team's place between the links."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange

from nic_platform.fields import DayField, long
from nic_platform.forms import PlatformForm
from nic_platform.text import _
from teams import linking, rules
from teams.forms import as_uuid, choices, needed, tidy
from teams.team_queries import Choice, Person


class TopicsField(StringField):
    """Topics between commas; empty means that everything goes this way."""

    data: list[str]

    def process_data(self, value: Any) -> None:
        """Take the saved topics."""
        self.data = list(value or [])

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the topics that were typed."""
        if valuelist:
            self.data = linking.topics_of(valuelist[0])

    def _value(self) -> str:
        return ", ".join(self.data or [])


class LinkForm(PlatformForm):
    """A link's communication protocol, in NIRN's order; ``upper`` only when it is made."""

    upper = SelectField(_("Lifts to"), coerce=as_uuid)
    why = TextAreaField(_("Why"), validators=[Length(max=2000)], filters=[tidy])
    what = TextAreaField(_("What is communicated"), validators=[Length(max=2000)], filters=[tidy])
    topics = TopicsField(_("Topics that go this way"))
    sender = SelectField(_("Who sends"), coerce=as_uuid)
    receiver = SelectField(_("Who receives"), coerce=as_uuid)
    rhythm_days = SelectField(_("How often"), coerce=int)
    duration = StringField(_("How long"), validators=[Length(max=80)], filters=[tidy])
    form = StringField(_("In what form"), validators=[Length(max=200)], filters=[tidy])
    promised_days = IntegerField(
        _("An answer is promised within (days)"),
        validators=[needed(_("Write a number of days.")), NumberRange(1, 365, _("Choose 1 to 365 days."))],
        default=14,
    )
    answer_form = StringField(
        _("In what form the answer comes"), validators=[Length(max=200)], filters=[tidy]
    )

    def offer(
        self,
        uppers: Sequence[Choice] | None,
        senders: Sequence[Person],
        receivers: Sequence[Person],
        days: int,
    ) -> "LinkForm":
        """Offer teams above (None when the link is there already) and the people of both ends."""
        if uppers is None:
            del self.upper
        else:
            self.upper.choices = [SelectChoice(str(team.id), team.name) for team in uppers]
        nobody = [SelectChoice("", _("Nobody named yet"))]
        self.sender.choices = nobody + [SelectChoice(str(one.id), one.name) for one in senders]
        self.receiver.choices = nobody + [SelectChoice(str(one.id), one.name) for one in receivers]
        usual = {**rules.rhythm_names(), days: rules.rhythm_words(days)}
        self.rhythm_days.choices = choices(dict(sorted(usual.items())))
        return self


class PeerForm(PlatformForm):
    """A team to learn together with."""

    other = SelectField(_("Team"), coerce=as_uuid)
    purpose = StringField(_("What for"), validators=[Length(max=300)], filters=[tidy])

    def offer(self, teams: Iterable[Choice]) -> "PeerForm":
        """Offer these teams."""
        self.other.choices = [SelectChoice(str(team.id), team.name) for team in teams]
        return self


class ExchangeForm(PlatformForm):
    """A meeting or a message that passed on a link."""

    kind = RadioField(_("What was it?"), default=linking.ExchangeKind.MEETING.value)
    on = DayField(_("On which day?"), validators=[needed(_("Give the day."))])
    words = long(_("What came of it?"), 2000)

    def offer(self, today: date) -> "ExchangeForm":
        """Offer the kinds, and today for a day; later days are refused."""
        self.kind.choices = choices(linking.exchange_names())
        self.today = today
        if not self.is_submitted() and self.on.data is None:
            self.on.data = today
        return self

    def validate_on(self, field: DayField) -> None:
        """Refuse a day that has not come, or that lies more than a year back."""
        if field.data and not linking.may_have_passed(field.data, self.today):
            raise ValidationError(_("Give a day of the last twelve months, up to today."))


class PlaceForm(PlatformForm):
    """The level and place that a team works at."""

    level = SelectField(_("Level"))
    site = SelectField(_("Place"), coerce=as_uuid)

    def offer(self, sites: Iterable[Choice]) -> "PlaceForm":
        """Offer all levels and these places."""
        self.level.choices = choices(rules.level_names())
        self.site.choices = [SelectChoice(str(site.id), site.name) for site in sites]
        return self
