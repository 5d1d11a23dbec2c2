"""What visitors may send about accounts."""

from typing import Any

from wtforms import EmailField, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from accounts import rules
from nic_platform import speech
from nic_platform.actor import NetworkRole, TeamRole
from nic_platform.forms import PlatformForm
from nic_platform.text import _

TOKEN_DAYS = (("30", "30 days"), ("90", "90 days"), ("365", "A year"))


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())


def _lower(text: str | None) -> str:
    return (text or "").strip().lower()


def is_mail_address(_form: Any, field: Any) -> None:
    """Refuse what can't be a mail address."""
    if rules.normal_email(field.data or "") is None:
        raise ValidationError(_("Write a mail address like name@school.org."))


class SignInForm(PlatformForm):
    """A mail address and a password."""

    email = EmailField(
        _("Work email"),
        filters=[_lower],
        validators=[DataRequired(_("Write the address you were invited at."))],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _("Password"),
        validators=[DataRequired(_("Write your password, or press “Email me a link”."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class MailForm(PlatformForm):
    """An address that a link is to be sent to."""

    email = EmailField(
        _("Work email"),
        filters=[_lower],
        validators=[DataRequired(_("Write the address you were invited at.")), is_mail_address],
        render_kw={"autocomplete": "username"},
    )
    next = HiddenField()


class NewPasswordForm(PlatformForm):
    """A new password, once: the box can be shown as text, so that a second one only slows people down."""

    password = PasswordField(
        _("New password"),
        validators=[DataRequired(_("Write the password you want."))],
        render_kw={"autocomplete": "new-password"},
    )


class AcceptForm(PlatformForm):
    """What somebody new says of themselves when they accept an invitation."""

    name = StringField(
        _("Your name"),
        filters=[_tidy],
        validators=[DataRequired(_("Write your first and last name.")), Length(max=120)],
        render_kw={"autocomplete": "name"},
    )
    password = PasswordField(
        _("Password"), validators=[Optional()], render_kw={"autocomplete": "new-password"}
    )


class ConfirmedForm(PlatformForm):
    """A form that asks for the password again. Who has none signs in anew instead.

    Who has a second factor and gave it more than ten minutes ago gives a ``code`` too. What a ``passkey``
    signed stands for both.
    """

    confirm = PasswordField(
        _("Your password now"), validators=[Optional()], render_kw={"autocomplete": "current-password"}
    )
    code = StringField(
        _("Your code now"),
        validators=[Optional(), Length(max=100)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )
    passkey = HiddenField()


class EndForm(ConfirmedForm):
    """What is said when a network or an account is to be deleted: why, and the password again."""

    why = StringField(_("Why?"), filters=[_tidy], validators=[Length(max=300)])


class ProfileForm(PlatformForm):
    """What people say of themselves."""

    name = StringField(
        _("Name"),
        filters=[_tidy],
        validators=[DataRequired(_("Write your first and last name.")), Length(max=120)],
        render_kw={"autocomplete": "name"},
    )
    title = StringField(_("What you do"), filters=[_tidy], validators=[Length(max=120)])
    phone = StringField(
        _("Phone"), filters=[_tidy], validators=[Length(max=40)], render_kw={"autocomplete": "tel"}
    )
    locale = SelectField(_("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale.choices = [SelectChoice(code, name) for code, name in languages()]


def languages() -> list[tuple[str, str]]:
    """Return the languages that the platform speaks, each by its own name, after the browser's choice."""
    return [("", _("As my browser asks")), *((code, speech.own_name(code)) for code in speech.LANGUAGES)]


class PasswordForm(ConfirmedForm):
    """The old password and a new one."""

    password = PasswordField(
        _("New password"),
        validators=[DataRequired(_("Write the password you want."))],
        render_kw={"autocomplete": "new-password"},
    )


class AddressForm(ConfirmedForm):
    """A new mail address."""

    email = EmailField(
        _("New address"),
        filters=[_lower],
        validators=[DataRequired(_("Write the new address.")), is_mail_address],
        render_kw={"autocomplete": "email"},
    )


class TokenForm(ConfirmedForm):
    """A new API token."""

    name = StringField(
        _("What it is for"),
        filters=[_tidy],
        validators=[DataRequired(_("Say what will use it, such as “Attendance export”.")), Length(max=80)],
        render_kw={"autocomplete": "off"},
    )
    days = SelectField(_("It works for"), choices=[SelectChoice(*each) for each in TOKEN_DAYS], default="90")


class TeamInvitationForm(PlatformForm):
    """Somebody to invite to a team."""

    email = EmailField(
        _("Their work email"),
        filters=[_lower],
        validators=[DataRequired(_("Write their address.")), is_mail_address],
        render_kw={"autocomplete": "off"},
    )
    role = RadioField(_("What they will be"), default=TeamRole.MEMBER.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(role.value, words) for role, words in role_names().items()]


class NetworkInvitationForm(PlatformForm):
    """Somebody to invite to a role in a whole network."""

    email = EmailField(
        _("Their work email"),
        filters=[_lower],
        validators=[DataRequired(_("Write their address.")), is_mail_address],
        render_kw={"autocomplete": "off"},
    )
    role = RadioField(_("What they will be"), default=NetworkRole.REVIEWER.value)
    level = SelectField(_("Which level’s escalations a reviewer works"), default="state")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(role.value, words) for role, words in network_role_names().items()]
        self.level.choices = [
            SelectChoice("state", _("State")),
            SelectChoice("region", _("Region")),
            SelectChoice("district", _("District")),
        ]


def role_names() -> dict[TeamRole, str]:
    """Return the roles in a team in a reader's words."""
    return {
        TeamRole.MEMBER: _("Member"),
        TeamRole.LEAD: _("Lead"),
        TeamRole.LINKING: _("Linking member"),
        TeamRole.COACH: _("Coach"),
        TeamRole.OBSERVER: _("Observer"),
    }


def role_notes() -> dict[str, str]:
    """Return what each role may do."""
    return {
        "member": _("Edits the team’s plan, cycles and feedback."),
        "lead": _("A member who also keeps the charter and invites people."),
        "linking": _("A member who also sits on the team above."),
        "coach": _("Reads all of the team’s work and comments on it."),
        "observer": _("Reads what is not in draft."),
        "network_lead": _("Runs the network: its teams, calendar and words."),
        "reviewer": _("Works the escalations of a level."),
        "analyst": _("Works with pooled numbers only."),
    }


def network_role_names() -> dict[NetworkRole, str]:
    """Return the roles in a network in a reader's words."""
    return {
        NetworkRole.REVIEWER: _("Reviewer"),
        NetworkRole.LEAD: _("Network lead"),
        NetworkRole.ANALYST: _("Analyst"),
    }
