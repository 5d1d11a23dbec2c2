"""What those who set up organisations' sign-ins may send."""

import re
from typing import Any

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from accounts.forms import ConfirmedForm, _lower, is_mail_address, network_role_names, role_names
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.fields import clean, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class OrganisationForm(PlatformForm):
    """The address that says which organisation's sign-in somebody wants."""

    email = EmailField(
        _("Work email"),
        filters=[_lower],
        validators=[DataRequired(_("Write your work address.")), is_mail_address],
        render_kw={"autocomplete": "username"},
    )
    next = HiddenField()


class ProviderForm(ConfirmedForm):
    """An organisation's sign-in. The secret is only written: an empty field keeps the one there is."""

    network = SelectField(_("Who it is for"))
    name = short(
        _("Name"), 120, needed=_("Write what people call it, such as “Altamont School District 12”.")
    )
    issuer = short(_("Issuer"), 300, needed=_("Write the issuer’s address; the provider’s settings show it."))
    client_id = short(_("Client ID"), 200, needed=_("Write the client ID that the provider gave you."))
    client_secret = PasswordField(
        _("Client secret"), validators=[Optional(), Length(max=500)], filters=[clean],
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip
    domains = TextAreaField(_("Mail domains"), validators=[Optional(), Length(max=10_000)], filters=[clean])
    claim = short(
        _("Claim with the groups"),
        80,
        needed=_("Write the claim’s name; “groups” is usual."),
        default="groups",
    )
    makes_people = BooleanField(_("Whoever comes from one of these domains gets an account"))
    has_second = BooleanField(_("It asks for a second factor itself, so we need not"))

    def __init__(self, *args: Any, networks: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if networks is None:
            del self.network
        else:
            self.network.choices = [SelectChoice(*each) for each in networks]

    def wanted(self) -> dict[str, Any]:
        """Return what was typed, as the service takes it."""
        values = {name: value for name, value in self.values().items() if name not in {"confirm", "network"}}
        return values | {"domains": split_domains(self.domains.data or "")}


def split_domains(text: str) -> list[str]:
    """Return the domains of a field: one a line, or with commas or blanks between."""
    return [part for part in re.split(r"[\s,;]+", text) if part]


class ProviderRoleForm(PlatformForm):
    """One line of the mapping: whoever has this value gets this role there."""

    value = short(_("Group or value"), 200, needed=_("Write it exactly as the provider sends it."))
    role = SelectField(_("Gets the role"))
    team = short(_("In the team"), 160)
    level = SelectField(_("Whose escalations a reviewer works"), default="state")
    network = SelectField(_("In the network"))

    def __init__(self, *args: Any, networks: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wide, narrow = network_role_names(), role_names()
        self.role.choices = [
            *(SelectChoice(role.value, narrow[role]) for role in TeamRole),
            *(
                SelectChoice(role.value, wide[role], optgroup=_("In the whole network"))
                for role in NetworkRole
            ),
        ]
        levels = {Level.STATE: _("State"), Level.REGION: _("Region"), Level.DISTRICT: _("District")}
        self.level.choices = [SelectChoice(level.value, words) for level, words in levels.items()]
        if networks is None:
            del self.network
        else:
            self.network.choices = [SelectChoice(*each) for each in networks]

    @property
    def is_wide(self) -> bool:
        """Say whether the role is one in a whole network."""
        return self.role.data in {role.value for role in NetworkRole}
