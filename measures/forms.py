"""What visitors may send about measures."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Field, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from measures.definition import breakdown_of, charts_for
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from measures.tool_queries import ToolRow
from measures.words import direction_words, kind_words, rhythm_words, type_words
from nic_platform.fields import DayField, NumberField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _


class MeasureForm(PlatformForm):
    """What is measured and how, by which groups, with which target. Once there are numbers its type stays."""

    name = short(_("Name"), 200, needed=_("Give it a name."))
    definition = long(_("Definition: what counts, and what does not"), 5000)
    kind = SelectField(_("What it is for"), coerce=MeasureKind)
    type = SelectField(_("What its numbers are"), coerce=MeasureType)
    direction = SelectField(_("Which way is better"), coerce=Direction)
    rhythm = SelectField(_("How often"), coerce=Rhythm)
    unit = short(_("Who or what is counted, such as teachers"), 60)
    counts_students = BooleanField(_("It counts students: small groups are hidden outside the team"))
    tool = short(_("With what it is measured"), 200)
    observation_tool = SelectField(_("Observation tool"), validate_choice=False, default="")
    source = short(_("Where the numbers come from"), 200)
    breakdown = long(_("Broken down by"), 4000)
    target = NumberField(_("Target"))
    target_on = DayField(_("To be reached by"))
    chart = SelectField(_("Chart shown first"), default="")
    is_common = BooleanField(_("Common to the whole network"))

    def offer(self, tools: Sequence[ToolRow] = (), fixed: MeasureType | None = None) -> None:
        """Fill the choices; of charts only those that fit, where the type is *fixed* by what was counted."""
        self.observation_tool.choices = [
            SelectChoice("", _("None, or not described yet")),
            *(SelectChoice(str(tool.public_id), tool.name) for tool in tools),
        ]
        for field, words in (
            (self.kind, kind_words()),
            (self.type, type_words()),
            (self.direction, direction_words()),
            (self.rhythm, rhythm_words()),
        ):
            field.choices = [SelectChoice(value.value, text) for value, text in words.items()]
        self.chart.choices = [SelectChoice(code, text) for code, text in charts_for(fixed).items()]

    def validate_breakdown(self, field: Field) -> None:
        """Read the lines of the breakdown, or say which of them to mend."""
        _found, faults = breakdown_of(field.data or "")
        if faults:
            raise ValidationError(" ".join(faults))

    def measure_values(self) -> dict[str, Any]:
        """Return the columns of the measure as typed."""
        values = {
            name: value
            for name, value in self.values().items()
            if name not in {"is_common", "observation_tool"}
        }
        return values | {"breakdown": breakdown_of(self.breakdown.data or "")[0]}
