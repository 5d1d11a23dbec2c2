"""What visitors may send about their second factor."""

from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from accounts.forms import ConfirmedForm
from accounts.forms import _tidy as tidy
from nic_platform.forms import PlatformForm
from nic_platform.text import _

_CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class SecondForm(PlatformForm):
    """The code that is asked for after the password."""

    code = StringField(
        _("Code"),
        validators=[DataRequired(_("Write the six digits, or one of your recovery codes.")), Length(max=100)],
        render_kw={**_CODE, "autofocus": True},
    )


class GeneratorForm(ConfirmedForm):
    """The first code of a new generator."""

    first = StringField(
        _("The six digits it shows now"),
        validators=[DataRequired(_("Write the six digits that your device shows.")), Length(max=100)],
        render_kw={**_CODE, "inputmode": "numeric"},
    )


class PasskeyForm(PlatformForm):
    """What a passkey signed, to sign in with or as the second step, and where its person goes on."""

    passkey = HiddenField()
    next = HiddenField()


class NewPasskeyForm(ConfirmedForm):
    """A new passkey: what the browser made, and how its owner calls it."""

    name = StringField(
        _("What you call it"),
        filters=[tidy],
        validators=[DataRequired(_("Write a name, such as “My phone”.")), Length(max=80)],
        render_kw={"autocomplete": "off"},
    )
    made = HiddenField()
