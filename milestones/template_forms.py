"""What visitors may send about strategy templates, and what a team sends that adopts one."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import BooleanField, IntegerField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from measures.words import rhythm_words
from milestones.forms import ChoiceField
from milestones.templates import CommonRow, target_fault
from milestones.work_kinds import work_kinds
from nic_platform.fields import DayField, NumberField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class TemplateForm(PlatformForm):
    """A strategy that the network offers."""

    name = short(_("Name"), needed=_("Give it a name."))
    description = long(_("What it is, and for whom"))


class CommonForm(PlatformForm):
    """A common milestone: what is the same for every team; dates and targets are proposals."""

    strand = short(_("Strand"))
    who = short(_("Of whom"))
    what = short(_("What people will be doing, or what will be in place"), 500)
    tool = short(_("What will show it (tool)"))
    target = NumberField(_("Usual target"), validators=[Optional()])
    week = IntegerField(
        _("Usually due, in weeks after the first day of school"),
        validators=[Optional(), NumberRange(0, 60, _("From 0 to 60 weeks."))],
    )
    kind = ChoiceField(_("Kind of work"))
    purpose = short(_("In order to"), 500)
    rhythm = ChoiceField(_("Counted"))
    is_deliverable = BooleanField(_("It is a thing to have in place, not a share of people"))
    acceptance_test = long(_("How a team will know that it is good"))
    measure = ChoiceField(_("Common measure"))

    def offer(self, measures: Sequence[tuple[UUID, str]], chosen: UUID | None = None) -> None:
        """Fill the choices; *chosen* is the measure that the milestone has now."""
        self.measure.choices = [
            SelectChoice("", _("That of its strand, or a new one")),
            *(SelectChoice(str(key), name) for key, name in measures),
        ]
        self.kind.choices = [SelectChoice(kind.code, kind.word) for kind in work_kinds()]
        self.rhythm.choices = [SelectChoice(each.value, words) for each, words in rhythm_words().items()]
        if not self.is_submitted():
            self.measure.data = str(chosen) if chosen else ""
            self.kind.data = self.kind.data or "process"
            self.rhythm.data = self.rhythm.data or "weekly"

    def common_values(self) -> dict[str, Any]:
        """Return the columns of the common milestone as typed; its measure is the view's."""
        found = self.values()
        found.pop("measure")
        found["kind"] = found["kind"] or "process"
        found["rhythm"] = found["rhythm"] or "weekly"
        return found


class AdoptForm(PlatformForm):
    """A template on its way into a plan. Three fields for each milestone are added by :func:`adopt_form`."""

    cause = ChoiceField(_("Which cause it answers"))
    again = BooleanField(_("Adopt it once more"))

    def offer(self, causes: Sequence[tuple[UUID, str]]) -> None:
        """Fill the causes of the plan."""
        self.cause.choices = [
            SelectChoice("", _("None in particular")),
            *(SelectChoice(str(key), words) for key, words in causes),
        ]

    def own(self, common: CommonRow) -> tuple[bool, date | None, float | None]:
        """Return whether a milestone is taken, its date and its target."""
        key = common.public_id.hex
        target = self[f"target_{key}"].data if f"target_{key}" in self else None
        return bool(self[f"take_{key}"].data), self[f"due_{key}"].data, target


def adopt_form(commons: Sequence[CommonRow], proposed: Callable[[CommonRow], date | None]) -> AdoptForm:
    """Return the form with a tick, a date and a target for each milestone, filled with what is proposed."""
    extra: dict[str, Any] = {}
    for common in commons:
        key = common.public_id.hex
        extra[f"take_{key}"] = BooleanField(_("Take it"), default=True)
        extra[f"due_{key}"] = DayField(_("Our date"), validators=[Optional()], default=proposed(common))
        if not common.is_deliverable:
            extra[f"target_{key}"] = NumberField(
                _("Our target"), validators=_target_checks(common), default=common.target
            )
    form: AdoptForm = type("OwnAdoptForm", (AdoptForm,), extra)()
    fields = {field.name: field for field in form}
    for common in commons:
        for name in ("take", "due", "target"):
            field = fields.get(f"{name}_{common.public_id.hex}")
            if field is not None:
                field.label.text = _(
                    "%(field)s: %(milestone)s", field=field.label.text, milestone=common.title
                )
    return form


def _target_checks(common: CommonRow) -> list[Any]:
    def fits(_form: PlatformForm, field: NumberField) -> None:
        if fault := target_fault(common, field.data):
            raise ValidationError(fault)

    return [Optional(), fits]
