"""What visitors may send about their second factor."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from accounts.forms import ConfirmedForm
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
