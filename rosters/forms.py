"""Forms of rosters: where one comes from, its files, its token, what a group stands for."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from nic_platform.actor import TeamRole
from nic_platform.fields import long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _
from rosters import columns, rules


def role_choices() -> list[SelectChoice]:
    """Return the roles in a team that a role of a roster can stand for, and none first."""
    words = {
        TeamRole.LEAD: _("Lead"), TeamRole.MEMBER: _("Member"), TeamRole.LINKING: _("Linking member"),
        TeamRole.COACH: _("Coach"), TeamRole.OBSERVER: _("Observer"),
    }  # fmt: skip
    return [
        SelectChoice("", _("No place here")),
        *(SelectChoice(role.value, name) for role, name in words.items()),
    ]


class SourceForm(PlatformForm):
    """Where a roster comes from and whom it answers for. The function below adds a select for each role."""

    kind = RadioField(_("Where it comes from"), validators=[Optional()])
    name = short(_("Name"), 120, needed=_("Give it a name, such as the district’s."))
    site = short(_("Place it answers for"), 200)
    domains = long(_("Domains of their addresses"), 2000)
    makes_people = BooleanField(_("People it lists with a role here get an account"))
    ends_access = BooleanField(_("Whom it lists no more loses access the same night"))

    def roles(self) -> dict[str, str]:
        """Return which role of the roster stands for which role here."""
        return {field.name[5:]: field.data for field in self if field.name.startswith("role_") and field.data}


def source_form(kind: str, values: Mapping[str, Any], roles: Mapping[str, str]) -> SourceForm:
    """Return the form of a source; one of files asks for roles, a directory has groups instead."""
    extra: dict[str, Any] = {}
    if kind != rules.SCIM:
        extra = {
            f"role_{key}": SelectField(words, choices=role_choices())
            for key, words in rules.role_words().items()
        }
    given = {f"role_{key}": roles.get(key, "") for key in rules.role_words()}
    form: SourceForm = type("OwnSourceForm", (SourceForm,), extra)(data={**given, **values})
    form.kind.choices = [SelectChoice(key, words) for key, words in rules.kind_words().items()]
    return form


class FilesForm(PlatformForm):
    """The files of a roster."""

    file = FileField(_("Roster"), validators=[FileRequired(_("Choose a file."))])
    mode = RadioField(_("Where it has no manifest, its people are"), default="delta")

    def offer(self) -> "FilesForm":
        """Offer both meanings."""
        self.mode.choices = [
            SelectChoice("delta", _("changes since the last time")),
            SelectChoice("bulk", _("everybody there is: whoever is not in it has left")),
        ]
        return self


class TokenForm(PlatformForm):
    """Asks for the password before a directory gets a token."""

    confirm = PasswordField(
        _("Your password now"), validators=[Optional()], render_kw={"autocomplete": "current-password"}
    )
    code = StringField(
        _("Your code now"),
        validators=[Optional(), Length(max=100)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )
    passkey = HiddenField()  # what a passkey signed stands for both


class GroupForm(PlatformForm):
    """Which team and role a directory's group stands for."""

    team = SelectField(_("Team"))
    role = SelectField(_("Role"))

    def offer(self, teams: Sequence[tuple[str, str]]) -> "GroupForm":
        """Offer the teams that the directory answers for."""
        self.team.choices = [
            SelectChoice("", _("No team")),
            *(SelectChoice(key, name) for key, name in teams),
        ]
        self.role.choices = role_choices()
        return self


class ColumnsForm(PlatformForm):
    """Which column holds what, file by file. A select for each is added by the function below."""

    def chosen(self) -> dict[str, dict[str, str]]:
        """Return the columns: file → what is kept → column."""
        found: dict[str, dict[str, str]] = {}
        for field in self:
            if field.name.startswith("map_") and field.data:
                file, _sep, key = field.name[4:].partition("-")
                found.setdefault(file, {})[key] = field.data
        return found


def columns_form(
    headers: Mapping[str, Sequence[str]], chosen: Mapping[str, Mapping[str, str]]
) -> ColumnsForm:
    """Return a form with a select for each thing that is kept of each file that was there."""
    extra: dict[str, Any] = {}
    given: dict[str, str] = {}
    for file, header in headers.items():
        options = [
            SelectChoice("", _("Not in the file")),
            *(SelectChoice(one, one) for one in dict.fromkeys(header) if one),
        ]
        for target in columns.targets(file):
            name = f"map_{file}-{target.key}"
            extra[name] = SelectField(f"{file}: {target.label}", choices=options)
            given[name] = chosen.get(file, {}).get(target.key, "")
    form: ColumnsForm = type("OwnColumnsForm", (ColumnsForm,), extra)(data=given)
    return form
