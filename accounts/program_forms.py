"""Forms of programs' accounts."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from accounts.forms import TokenForm, network_role_names, role_names
from nic_platform import api_scopes, fields
from nic_platform.actor import NetworkRole, TeamRole
from nic_platform.forms import PlatformForm
from nic_platform.text import _

_IN_TEAM = "team:"


class RoleForm(PlatformForm):
    """A role, in the whole network or in one team."""

    role = SelectField(_("What it may do"))
    team = StringField(_("Team"), filters=[fields.clean], validators=[Length(max=200)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wide = [SelectChoice(role.value, words) for role, words in network_role_names().items()]
        inside = [
            SelectChoice(_IN_TEAM + role.value, _("%(role)s of one team", role=words))
            for role, words in role_names().items()
        ]
        self.role.choices = [*wide, *inside]

    def chosen(self) -> NetworkRole | TeamRole:
        """Return the role that was chosen."""
        said = str(self.role.data)
        if said.startswith(_IN_TEAM):
            return TeamRole(said.removeprefix(_IN_TEAM))
        return NetworkRole(said)


class ProgramForm(RoleForm):
    """A program, what it is for, and its first role."""

    name = fields.short(_("What it is called"), 120, needed=_("Say what it is, such as “Nightly export”."))
    purpose = fields.long(_("What it is for"), 2000)


class ScopedTokenForm(TokenForm):
    """A new token and what it is good for."""

    scopes = SelectMultipleField(_("What it is good for"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes.choices = [SelectChoice(scope, scope) for scope in api_scopes.SCOPES]


def scope_rows(form: FlaskForm) -> list[tuple[str, str, list[tuple[str, bool]]]]:
    """Return the scopes as a table: area, its words, and for reading and writing whether it is ticked."""
    ticked = set(form["scopes"].data or ())
    rows = [("", _("Everything"))] + [(area, words) for area, words in api_scopes.area_words().items()]
    return [
        (area, words, [(name, name in ticked) for name in _names(area)]) for area, words in rows
    ]  # fmt: skip


def _names(area: str) -> list[str]:
    return [f"{area}:{kind}" if area else kind for kind in api_scopes.EVERYTHING]
