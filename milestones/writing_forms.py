"""The form of the milestone writer: the sentence in one line, the frame's blanks, and what hangs on them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from measures.rules import MeasureType
from measures.words import rhythm_words
from milestones.forms import ChoiceField, shape_words
from milestones.models import Milestone
from milestones.sentence import Frame
from milestones.work_kinds import work_kinds
from nic_platform.fields import DayField, NumberField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _

IN_PLACE = "deliverable"
BY, FROM = "by", "from"
COLUMNS = (
    "due_on", "tool", "target", "who", "what", "name", "acceptance_test", "baseline", "population",
    "begins_on", "frequency", "purpose", "rhythm", "shape", "collector", "monitor_until", "kind", "position",
)  # fmt: skip
_WORDS = frozenset(
    {"tool", "who", "what", "name", "acceptance_test", "frequency", "purpose", "shape", "collector"}
)


class MilestoneForm(PlatformForm):
    """A milestone in the frame: By [date], [tool] will show that [target] of [who] are successfully [what].

    ``timing`` says whether it is due by a date or begins on one with a rhythm; ``counts`` what its target is:
    a share in percent, a number, a rate, or a thing that is in place. ``line`` is a whole sentence, out of
    which the coach fills what is empty.
    """

    line = long(_("The milestone, in one sentence"), length=1000)
    timing = RadioField(_("When"), validate_choice=False)
    counts = RadioField(_("What the target is"), validate_choice=False)
    due_on = DayField(_("Date"), validators=[Optional()])
    begins_on = DayField(_("First day"), validators=[Optional()])
    frequency = short(_("How often"), 80)
    tool = short(_("Tool"))
    target = NumberField(_("How many"), validators=[Optional()])
    unit = short(_("Unit"), 60)
    who = short(_("Who"))
    what = short(_("Doing what"), 500)
    purpose = short(_("In order to"), 500)
    acceptance_test = long(_("You will know that it is good when"))
    strand = ChoiceField(_("Strand"))
    new_strand = short(_("Name of the new strand"))
    goal = ChoiceField(_("Agency goal"))
    position = IntegerField(
        _("Number in its series"), validators=[Optional(), NumberRange(1, 999, _("A number from 1 to 999."))]
    )
    name = short(_("Short name for the board"))
    kind = ChoiceField(_("Kind of work"))
    baseline = NumberField(_("Where it is now"), validators=[Optional()])
    population = IntegerField(
        _("How many people in all"), validators=[Optional(), NumberRange(1, 10_000_000, _("1 or more."))]
    )
    starts_on = DayField(_("The work begins on"), validators=[Optional()])
    measure = ChoiceField(_("Measure"))
    shape = ChoiceField(_("How it will climb"))
    rhythm = ChoiceField(_("Counted"))
    collector = short(_("Who counts"), 120)
    monitor_until = DayField(_("Watch until"), validators=[Optional()])

    def offer(
        self,
        strands: Sequence[tuple[UUID, str]],
        measures: Sequence[tuple[UUID, str]] = (),
        goals: Sequence[tuple[UUID, str]] = (),
    ) -> None:
        """Fill the choices. What belongs to an agency goal needs no strand."""
        none = SelectChoice("", _("None: it belongs to a strategy"))
        self.goal.choices = [none, *(SelectChoice(str(key), name) for key, name in goals)]
        self.measure.choices = [
            SelectChoice("", _("That of its strand, or a new one")),
            *(SelectChoice(str(key), name) for key, name in measures),
        ]
        self.strand.choices = [SelectChoice(str(key), name) for key, name in strands]
        self.strand.choices.append(SelectChoice("", _("A new strand")))
        self.rhythm.choices = [SelectChoice(each.value, words) for each, words in rhythm_words().items()]
        self.shape.choices = [SelectChoice(each.value, words) for each, words in shape_words().items()]
        self.kind.choices = [SelectChoice(each.code, each.word) for each in work_kinds()]
        self.timing.choices = [
            SelectChoice(BY, _("By a date")),
            SelectChoice(FROM, _("Beginning on a date, again and again")),
        ]
        self.counts.choices = [
            SelectChoice(MeasureType.PROPORTION.value, _("A share of people, in percent")),
            SelectChoice(MeasureType.COUNT.value, _("A number")),
            SelectChoice(MeasureType.RATE.value, _("A rate, such as visits per teacher")),
            SelectChoice(IN_PLACE, _("A thing to have in place, with a test")),
        ]

    def begin(self, kind: MeasureType, milestone: Milestone | None = None) -> None:
        """Choose what a page shows when it is opened: as the milestone is, else the usual."""
        self.timing.data, self.counts.data = BY, kind.value
        if milestone is None:
            self.kind.data = "process"
            return
        if milestone.is_deliverable:
            self.counts.data = IN_PLACE
        elif kind not in {MeasureType.PROPORTION, MeasureType.COUNT, MeasureType.RATE}:
            self.counts.data = MeasureType.COUNT.value
        if milestone.due_on is None and milestone.begins_on is not None:
            self.timing.data = FROM
        else:
            self.starts_on.data = milestone.begins_on
            self.begins_on.data = None

    @property
    def is_in_place(self) -> bool:
        """Say whether it is a thing to have in place."""
        return bool(self.counts.data == IN_PLACE)

    @property
    def is_recurring(self) -> bool:
        """Say whether it begins on a day and goes on in a rhythm, in place of being due by a date.

        Where the page did not ask, the days say it.
        """
        if self.timing.data in {BY, FROM}:
            return bool(self.timing.data == FROM)
        return self.due_on.data is None and self.begins_on.data is not None

    def type_of(self, measured: MeasureType | None = None) -> MeasureType:
        """Return how its target is counted: as chosen; without a choice as it is *measured*, else a share."""
        if self.is_in_place:
            return MeasureType.CONTINUOUS
        if self.counts.data in set(MeasureType):
            chosen = MeasureType(self.counts.data)
            plain = {MeasureType.PROPORTION, MeasureType.COUNT, MeasureType.RATE}
            return measured if measured and measured not in plain and chosen is MeasureType.COUNT else chosen
        return measured or MeasureType.PROPORTION

    def frame(self, kind: MeasureType | None = None, unit: str = "") -> Frame:
        """Return its parts as the sentence needs them."""
        days = self._days()
        return Frame(
            what=self.what.data or "", who=self.who.data or "", tool=self.tool.data or "",
            due_on=days["due_on"], begins_on=days["begins_on"], frequency=days["frequency"],
            target=self.target.data, type=self.type_of(kind), unit=self.unit.data or unit,
            is_deliverable=self.is_in_place, acceptance_test=self.acceptance_test.data or "",
            purpose=self.purpose.data or "",
        )  # fmt: skip

    def _days(self) -> dict[str, Any]:
        if self.is_recurring:
            return {"due_on": None, "begins_on": self.begins_on.data, "frequency": self.frequency.data or ""}
        starts_on = self.starts_on.data or self.begins_on.data
        return {"due_on": self.due_on.data, "begins_on": starts_on, "frequency": ""}

    def milestone_values(self) -> dict[str, Any]:
        """Return the columns of the milestone as typed; its strand and measure are the view's."""
        found: dict[str, Any] = {name: self[name].data for name in COLUMNS} | self._days()
        found["is_deliverable"] = self.is_in_place
        for name in ("rhythm", "kind", "position"):
            if not found[name]:
                found.pop(name)
        return {name: "" if value is None and name in _WORDS else value for name, value in found.items()}
