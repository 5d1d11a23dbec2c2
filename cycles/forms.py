"""What visitors may send about cycles. Saving a draft needs nothing; forms check only that words and
numbers fit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from cycles.choice_queries import MilestoneChoice
from cycles.predictions import Verdict
from cycles.row_forms import point_fields, task_fields, uuid_or_none
from cycles.rules import CarriedOut, Decision, Stage
from cycles.scale import Degree, Scale
from cycles.services import Written
from measures.queries import MeasureRow
from measures.rules import MeasureType
from measures.words import rhythm_words
from nic_platform.fields import DayField, NumberField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import SOURCE, _, in_language
from nic_platform.words import speaking


class WholeField(IntegerField):
    """A whole number from 0 to a million; an empty one is none."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number, or say what is wanted."""
        if not valuelist:
            return
        text = valuelist[0].strip()
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
        if text and (self.data is None or self.data > 10**6):
            self.data = None
            raise ValueError(_("Write a whole number."))


class CheckboxesField(SelectMultipleField):
    """Several choices as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def number(label: str, **keywords: Any) -> NumberField:
    """Return a field for a number that may be left empty."""
    return NumberField(label, validators=[Optional()], **keywords)


def at_least_one(_form: Any, field: Any) -> None:
    """Refuse nobody, as a number of people."""
    if field.data == 0:
        raise ValidationError(_("Write a whole number from 1 up, or leave it empty."))


def one_of(label: str, options: Sequence[tuple[str, str]], field: Any = RadioField) -> Any:
    """Return a choice that may be left open."""
    values = {value for value, _words in options}

    def known(_form: Any, chosen: Any) -> None:
        if chosen.data and chosen.data not in values:
            raise ValidationError(_("Choose one of the list."))

    choices = [SelectChoice(value, words) for value, words in options]
    return field(label, choices=choices, validators=[known], validate_choice=False)


def words_of(kind: Any) -> list[tuple[str, str]]:
    """Return the choices of an enumeration, in its order."""
    return [(each.value, each.words) for each in kind]


# ---------------------------------------------------------------- the four stages


class StageForm(PlatformForm):
    """Parent of the four stages: holds one flat group of fields per prediction, ``p0_question`` and so on.

    Tasks of the plan (``t0_text``) and data points of Do (``d0_count``) are rows as well. Data points are
    written down by a button only, never while one types: a measurement is not changed, but corrected.
    """

    rows = 0
    task_rows = 0
    point_rows = 0

    def offer(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        """Give the field *name* these choices: they are this cycle's own, and no part of the form's class."""
        self._fields[name].choices = [SelectChoice(value, words) for value, words in options]

    def written(self) -> list[Written]:
        """Return the predictions as they were typed."""
        found = []
        for index in range(self.rows):
            prefix = f"p{index}_"
            values = {
                name.removeprefix(prefix): field.data
                for name, field in self._fields.items()
                if name.startswith(prefix)
            }
            public_id = values.pop("id", "")
            values.pop("take", None)
            found.append(Written(id=uuid_or_none(public_id), **values))
        return found

    def lay_errors(self, errors: Mapping[str, str]) -> None:
        """Put what a step still lacks beside the fields it is about."""
        for name, message in errors.items():
            place = self._fields.get(name) or self._fields.get(self.stands_for(name))
            if place is None:
                self.form_errors.append(message)
            else:
                place.errors = [*place.errors, message]

    def stands_for(self, name: str) -> str:
        """Return the field at which a lack of *name* is shown: that of results at the first without one."""
        parts = ("result_number", "result", "verdict")
        rows = range(self.rows) if name == "results" else ()
        empty = (i for i in rows if all(self._fields[f"p{i}_{part}"].data in {None, ""} for part in parts))
        names = {"predictions": "p0_question", "results": f"p{next(empty, 0)}_result_number"}
        return names.get(name, name)

    def takes(self) -> list[str]:
        """Return for each prediction which result of the data it takes over; empty for none."""
        names = [f"p{index}_take" for index in range(self.rows)]
        return [self._fields[name].data or "" if name in self._fields else "" for name in names]


_RHYTHMS = [(rhythm.value, words) for rhythm, words in rhythm_words().items()]


class PlanForm(StageForm):
    """The three questions, the predictions, and who, where, when, how large."""

    title = short(_("Name of this cycle"))
    milestones = CheckboxesField(_("Which milestones does this serve?"), coerce=str, validate_choice=False)
    aim = long(_("What are we trying to accomplish?"))
    how_known = long(_("How will we know that a change is an improvement?"))
    change = long(_("What change can we make?"))
    learning_so_far = long(_("What we learned before"))
    what = long(_("What exactly will be done?"))
    who = short(_("Who tries it?"))
    where = short(_("Where?"))
    scale = one_of(_("How large is this test?"), [("", _("Choose one")), *words_of(Scale)], SelectField)
    scale_size = WholeField(_("How many people try it?"), validators=[Optional(), at_least_one])
    starts_on = DayField(_("Starts"), validators=[Optional()])
    ends_on = DayField(_("We look at it on"), validators=[Optional()])
    data_to_collect = long(_("What will be counted, and how?"))
    data_who = short(_("Who counts it?"))
    data_rhythm = one_of(_("How often?"), [("", _("Choose one")), *_RHYTHMS], SelectField)
    measure = SelectField(_("Which measure is it?"), coerce=str, validate_choice=False)
    who_helped = long(_("Who is helped by this change?"))
    who_left_out = long(_("Who may be left out?"))


class DoForm(StageForm):
    """What was carried out and what was seen."""

    carried_out = one_of(_("Did it run as planned?"), words_of(CarriedOut))
    departures = long(_("What was different from the plan, and why?"))
    observations = long(_("What did you see?"))
    surprises = long(_("What surprised you?"))
    began_on = DayField(_("Began"), validators=[Optional()])
    ended_on = DayField(_("Ended"), validators=[Optional()])


class ActForm(StageForm):
    """The decision, what is next, and what the advice on the next scale needs."""

    decision = one_of(_("Decision"), words_of(Decision))
    next_step = long(_("What will you change in the next cycle?"))
    belief = one_of(_("How sure are you that the change helps?"), words_of(Degree))
    cost_of_failure = one_of(_("What would it cost if it failed?"), words_of(Degree))
    readiness = one_of(_("How ready are people for it?"), words_of(Degree))


class StudyForm(ActForm):
    """Every prediction beside what happened, what was learned, and the decision if it is clear already."""

    learned = long(_("What did you learn? One sentence is enough."))
    worked_for = long(_("For whom did it work?"))
    not_for = long(_("For whom did it not work?"))


FORMS: Mapping[Stage, type[StageForm]] = {
    Stage.PLAN: PlanForm,
    Stage.DO: DoForm,
    Stage.STUDY: StudyForm,
    Stage.ACT: ActForm,
}


@dataclass(frozen=True)
class Rows:
    """How many rows a stage's form has besides its predictions, and of which measure the points are."""

    tasks: int = 0
    points: int = 0
    kind: MeasureType | None = None
    groups: Sequence[tuple[str, str]] = ()
    offers: Sequence[Sequence[tuple[str, str]]] = ()  # of each prediction: what it may take over


def stage_form(step: Stage, rows: int, more: Rows = Rows(), **prefill: Any) -> StageForm:
    """Return the form of a stage with fields for *rows* predictions, filled from *prefill* or from the
    request."""
    takes = tuple(index for index, offers in enumerate(more.offers[:rows]) if offers)
    form = _class_of(step, rows, more.tasks, more.points, more.kind, bool(more.groups), takes)(**prefill)
    for index in takes:
        form.offer(f"p{index}_take", [("", _("Type it")), *more.offers[index]])
    for index in range(form.point_rows if more.groups else 0):
        form.offer(f"d{index}_group", more.groups)
    return form


@lru_cache(maxsize=64)
def _class_of(
    step: Stage, rows: int, tasks: int, points: int, kind: MeasureType | None, is_grouped: bool,
    takes: tuple[int, ...],
) -> type[StageForm]:  # fmt: skip
    """Return the form of a stage with so many rows: dear to make, and the same for everybody.

    Its labels are in the language of the source, as those of any form; each reader has them said anew.
    """
    groups = {Stage.PLAN: _plan_row, Stage.DO: _do_row, Stage.STUDY: _study_row}
    members: dict[str, Any] = {"rows": rows if step in groups else 0}
    with speaking({}), in_language(SOURCE):
        for index in range(members["rows"]):
            members[f"p{index}_id"] = HiddenField()
            for name, field in groups[step](index + 1).items():
                members[f"p{index}_{name}"] = field
            if step is Stage.STUDY and index in takes:
                members[f"p{index}_take"] = _take(index + 1)
        if step is Stage.PLAN:
            members |= {"task_rows": tasks, **_many("t", tasks, task_fields)}
        if step is Stage.DO and kind is not None:
            fields = partial(point_fields, kind=kind, is_grouped=is_grouped)
            members |= {"point_rows": points, **_many("d", points, fields)}
    return type(f"{FORMS[step].__name__}Of{rows}", (FORMS[step],), members)


def _many(letter: str, count: int, fields: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    return {
        f"{letter}{index}_{name}": field
        for index in range(count)
        for name, field in fields(index + 1).items()
    }


def _take(place: int) -> SelectField:
    label = _("From what was counted (question %(number)s)", number=place)
    return SelectField(label, choices=[], validate_choice=False)


def _plan_row(place: int) -> dict[str, Any]:
    return {
        "question": short(_("Question %(number)s", number=place), 500),
        "expected": short(_("What do you expect? (question %(number)s)", number=place), 500),
        "because": long(_("Because (question %(number)s)", number=place)),
        "number": number(_("As a number (question %(number)s)", number=place)),
        "low": number(_("From (question %(number)s)", number=place)),
        "high": number(_("To (question %(number)s)", number=place)),
        "out_of": number(_("Out of (question %(number)s)", number=place)),
        "unit": short(_("Unit (question %(number)s)", number=place), 30),
    }


def _do_row(place: int) -> dict[str, Any]:
    return {"later": long(_("Second thoughts on question %(number)s", number=place))}


def _study_row(place: int) -> dict[str, Any]:
    open_choice = [("", _("Work it out from the number")), *words_of(Verdict)]
    return {
        "result_number": number(_("Result of question %(number)s", number=place)),
        "result_of": number(_("Out of (question %(number)s)", number=place)),
        "result": short(_("In words (question %(number)s)", number=place), 500),
        "verdict": one_of(_("Did prediction %(number)s hold?", number=place), open_choice, SelectField),
    }


def offer_milestones(
    form: Any, milestones: Sequence[MilestoneChoice], measures: Sequence[MeasureRow] = ()
) -> None:
    """Give a plan's form the team's milestones, and the measures it can count with, to choose from.

    The measures behind its milestones come first.
    """
    form.milestones.choices = [SelectChoice(str(each.public_id), each.line) for each in milestones]
    first = {str(each.measure_public_id): each.measure for each in milestones if each.measure_public_id}
    options = {"": _("None of them"), **first, **{str(each.public_id): each.name for each in measures}}
    form.measure.choices = [SelectChoice(value, words) for value, words in options.items()]


# ---------------------------------------------------------------- starting, ending, beside


class StartForm(PlatformForm):
    """A new cycle: which milestone, and a new idea or one that is known."""

    milestone = SelectField(_("Which milestone does it serve?"), coerce=str, validate_choice=False)
    known = SelectField(_("Which idea?"), coerce=str, validate_choice=False)
    change = long(_("A new idea: what will you try?"))


class QuickForm(PlatformForm):
    """A whole small test on one short form. ``draft`` is the name that it is kept under while it is typed."""

    draft = HiddenField()
    milestone = SelectField(_("Which milestone does it serve?"), coerce=str, validate_choice=False)
    ramp = SelectField(_("Is it part of something you tested before?"), coerce=str, validate_choice=False)
    change = long(_("What did you change?"))
    prediction = short(_("What did you expect?"), 500)
    happened = long(_("What happened?"))
    verdict = one_of(_("Did what you expected happen?"), words_of(Verdict))
    decision = one_of(_("What do you do with it?"), words_of(Decision))
    scale = one_of(_("How large was this test?"), [("", _("Choose one")), *words_of(Scale)], SelectField)
    happened_on = DayField(_("On which day?"), validators=[Optional()])


class ReasonForm(PlatformForm):
    """A reason, and for going back the stage to go to."""

    why = long(_("Why?"))
    to = one_of(_("Back to"), words_of([Stage.PLAN, Stage.DO, Stage.STUDY, Stage.ACT]), SelectField)


class ShareForm(PlatformForm):
    """Share with the network, once somebody has read the words again."""

    shared = BooleanField(_("Share with the network"))
    checked = BooleanField(_("We read it again: no student and no teacher is named."))


class NoteForm(PlatformForm):
    """A comment."""

    text = long(_("Comment"))


class RampForm(PlatformForm):
    """The name of a ramp and what the advice on its next scale needs."""

    title = short(_("Name of this ramp"))
    belief = one_of(_("How sure are you that the change helps?"), words_of(Degree))
    cost_of_failure = one_of(_("What would it cost if it failed?"), words_of(Degree))
    readiness = one_of(_("How ready are people for it?"), words_of(Degree))


class IdeaForm(PlatformForm):
    """A change idea and the drivers that it works on."""

    title = short(_("Name of the idea"))
    description = long(_("What is done, and why it should help"))
    core_parts = long(_("What must stay as it is"))
    adaptable_parts = long(_("What may be changed"))
    measure = SelectField(_("The measure it is judged by"), choices=[], validate_choice=False)
    external_evidence = long(_("Studies from elsewhere, with their addresses"))
    adapted = long(_("What this version changed"))
    is_shared = BooleanField(_("Share with the network"))
    strong = CheckboxesField(_("Drivers it works on strongly"), coerce=str, validate_choice=False)
    weak = CheckboxesField(_("Drivers it works on a little"), coerce=str, validate_choice=False)
    why = long(_("Why does it work on these drivers?"))
