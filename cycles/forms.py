"""What visitors may send about cycles. Saving a draft needs nothing; forms check only that words and
numbers fit."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

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

from cycles.predictions import Verdict
from cycles.queries import MilestoneChoice
from cycles.rules import CarriedOut, Decision, Stage
from cycles.scale import Degree, Scale
from cycles.services import Written
from nic_platform.fields import DayField, NumberField, long, short
from nic_platform.forms import PlatformForm
from nic_platform.text import _


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
    """Parent of the four stages: holds one flat group of fields per prediction, ``p0_question`` and so on."""

    rows = 0

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
            found.append(Written(id=_uuid(public_id), **values))
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
        """Return the field at which a lack of *name* is shown."""
        return {"predictions": "p0_question", "results": "p0_result_number"}.get(name, name)


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None


class PlanForm(StageForm):
    """The three questions, the predictions, and who, where, when, how large."""

    title = short(_("Name of this cycle"))
    milestones = CheckboxesField(_("Which milestones does this serve?"), coerce=str, validate_choice=False)
    aim = long(_("What are we trying to accomplish?"))
    how_known = long(_("How will we know that a change is an improvement?"))
    change = long(_("What change will we make?"))
    learning_so_far = long(_("What we learned before"))
    what = long(_("What exactly will be done?"))
    who = short(_("Who tries it?"))
    where = short(_("Where?"))
    scale = one_of(_("How large is this test?"), [("", _("Choose one")), *words_of(Scale)], SelectField)
    scale_size = WholeField(_("How many people try it?"), validators=[Optional()])
    starts_on = DayField(_("Starts"), validators=[Optional()])
    ends_on = DayField(_("We look at it on"), validators=[Optional()])
    data_to_collect = long(_("What will be counted, by whom and how?"))
    measure = SelectField(_("Its measure"), coerce=str, validate_choice=False)
    who_helped = long(_("Who is helped by this change?"))
    who_left_out = long(_("Who may be left out?"))


class DoForm(StageForm):
    """What was carried out and what was seen."""

    carried_out = one_of(_("Did it run as planned?"), words_of(CarriedOut))
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


def stage_form(step: Stage, rows: int, **prefill: Any) -> StageForm:
    """Return the form of a stage with fields for *rows* predictions, filled from *prefill* or from the
    request."""
    groups = {Stage.PLAN: _plan_row, Stage.DO: _do_row, Stage.STUDY: _study_row}
    members: dict[str, Any] = {"rows": rows if step in groups else 0}
    for index in range(members["rows"]):
        members[f"p{index}_id"] = HiddenField()
        for name, field in groups[step](index + 1).items():
            members[f"p{index}_{name}"] = field
    kind = type(f"{FORMS[step].__name__}Of{rows}", (FORMS[step],), members)
    form: StageForm = kind(**prefill)
    return form


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


def offer_milestones(form: Any, milestones: Sequence[MilestoneChoice]) -> None:
    """Give a plan's form the team's milestones, and the measures behind them, to choose from."""
    form.milestones.choices = [SelectChoice(str(each.public_id), each.line) for each in milestones]
    measures = {str(each.measure_public_id): each.measure for each in milestones if each.measure_public_id}
    options = [("", _("None of them")), *measures.items()]
    form.measure.choices = [SelectChoice(value, words) for value, words in options]


# ---------------------------------------------------------------- starting, ending, beside


class StartForm(PlatformForm):
    """A new cycle: which milestone, and a new idea or one that is known."""

    milestone = SelectField(_("Which milestone does it serve?"), coerce=str, validate_choice=False)
    known = SelectField(_("Which idea?"), coerce=str, validate_choice=False)
    change = long(_("A new idea: what will you try?"))


class QuickForm(PlatformForm):
    """A whole small test on one short form."""

    milestone = SelectField(_("Which milestone does it serve?"), coerce=str, validate_choice=False)
    ramp = SelectField(_("Is it part of something you tested before?"), coerce=str, validate_choice=False)
    change = long(_("What did you change?"))
    prediction = short(_("What did you expect?"), 500)
    happened = long(_("What happened?"))
    verdict = one_of(_("Did what you expected happen?"), words_of(Verdict))
    decision = one_of(_("What do you do with it?"), words_of(Decision))
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
    is_shared = BooleanField(_("Share with the network"))
    strong = CheckboxesField(_("Drivers it works on strongly"), coerce=str, validate_choice=False)
    weak = CheckboxesField(_("Drivers it works on a little"), coerce=str, validate_choice=False)


class DriverForm(PlatformForm):
    """A driver of the network's aim."""

    name = short(_("Driver"))
    description = long(_("Why we think so"))
    parent = SelectField(_("Under which primary driver?"), coerce=str, validate_choice=False)
