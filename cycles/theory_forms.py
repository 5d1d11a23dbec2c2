"""What visitors may send about the theory: a driver, the aim, a reason, and the cells of the grid."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from cycles.forms import CheckboxesField
from measures.queries import MeasureRow
from nic_platform.fields import long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class WhyForm(PlatformForm):
    """A reason."""

    why = long(_("Why?"))


class DriverForm(PlatformForm):
    """A driver of the network's aim."""

    name = short(_("Driver"))
    description = long(_("Why we think so"))
    parent = SelectField(_("Under which primary driver?"), coerce=str, validate_choice=False)
    measures = CheckboxesField(_("Measures that tell whether it moves"), coerce=str, validate_choice=False)
    why = long(_("Why is it changed?"))


class AimForm(PlatformForm):
    """The aim and its measures."""

    aim = long(_("Aim: what, for whom, how much, by when"))
    measures = CheckboxesField(
        _("Measures that tell whether it comes nearer"), coerce=str, validate_choice=False
    )
    why = long(_("Why is it changed?"))


def offer_measures(form: Any, rows: Sequence[MeasureRow]) -> None:
    """Give a form the common measures to choose from."""
    form.measures.choices = [SelectChoice(str(row.public_id), row.name) for row in rows]
