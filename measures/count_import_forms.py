"""What visitors may send to bring a table of counts in."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from measures.count_table import Line, Options, targets
from nic_platform.day_cells import Order
from nic_platform.fields import long
from nic_platform.forms import PlatformForm
from nic_platform.text import _

LONGEST = 400_000  # characters of a pasted table


class BringInForm(PlatformForm):
    """A table, pasted from a spreadsheet or as a file."""

    text = long(_("Paste the table"), LONGEST)
    file = FileField(_("Or choose a file"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for one of the two."""
        is_valid = super().validate(extra_validators)
        if not (self.text.data or "").strip() and not self.has_file:
            self.text.errors = [*self.text.errors, _("Paste a table with its header row, or choose a file.")]
            return False
        return is_valid

    @property
    def has_file(self) -> bool:
        """Say whether a file was sent."""
        return bool(self.file.data and getattr(self.file.data, "filename", ""))


class ColumnsForm(PlatformForm):
    """Which column holds what, and what is chosen beside. A select for each target is added on the way."""

    order = SelectField(_("Days such as 02/03/26"), validate_choice=False, default="")
    only = SelectField(_("Every row is about"), validate_choice=False, default="")
    corrects = BooleanField(_("Correct the counts that differ"))
    is_steady_known = BooleanField(_("The groups that changed are right"))
    is_earlier_right = BooleanField(_("Days before this school year are right"))

    def mapping(self) -> dict[str, str]:
        """Return target key → column, without the targets that have none."""
        return {
            target.key: self[f"map_{target.key}"].data
            for target in targets()
            if self[f"map_{target.key}"].data
        }

    def options(self) -> Options:
        """Return what is chosen beside the columns."""
        order = Order(self.order.data) if self.order.data in set(Order) else Order.UNKNOWN
        return Options(
            order, self.only.data or "", bool(self.corrects.data), bool(self.is_steady_known.data),
            bool(self.is_earlier_right.data),
        )  # fmt: skip


def columns_form(
    header: Sequence[str], mapping: Mapping[str, str], options: Options, lines: Sequence[Line]
) -> ColumnsForm:
    """Return a form with a select for each target, set to what was chosen."""
    columns = [
        SelectChoice("", _("Not in the table")),
        *(SelectChoice(name, name) for name in dict.fromkeys(header) if name),
    ]
    extra: dict[str, Any] = {
        f"map_{target.key}": SelectField(target.label, choices=columns, validate_choice=False)
        for target in targets()
    }
    given: dict[str, Any] = {f"map_{target.key}": mapping.get(target.key, "") for target in targets()}
    given |= {
        "order": options.order.value,
        "only": options.only,
        "corrects": options.corrects,
        "is_steady_known": options.is_steady_known,
        "is_earlier_right": options.is_earlier_right,
    }
    form: ColumnsForm = type("OwnColumnsForm", (ColumnsForm,), extra)(data=given)
    form.order.choices = [
        SelectChoice("", _("The other days tell")),
        SelectChoice(Order.MONTH_FIRST.value, _("Month first: February 3")),
        SelectChoice(Order.DAY_FIRST.value, _("Day first: March 2")),
    ]
    form.only.choices = [
        SelectChoice("", _("What its column says")),
        *(SelectChoice(line.key, line.title) for line in lines),
    ]
    return form
