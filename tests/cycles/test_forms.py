import pytest
from flask import Flask

from cycles import forms
from cycles.rules import Stage
from cycles.services import Written


def sent(app: Flask, step: Stage, rows: int, data: dict[str, str]) -> forms.StageForm:
    with app.test_request_context("/", method="POST", data=data):
        form = forms.stage_form(step, rows)
        form.validate()
        return form


def test_every_prediction_has_fields_of_its_own(app: Flask) -> None:
    form = sent(app, Stage.PLAN, 2, {"p0_question": "How many?", "p1_number": "75 %", "p1_low": "1,200.5"})
    first, second = form.written()
    assert (first.question, first.number) == ("How many?", None)
    assert (second.number, second.low) == (75.0, 1200.5)


def test_an_id_that_is_none_is_a_new_prediction(app: Flask) -> None:
    [line] = sent(app, Stage.PLAN, 1, {"p0_id": "nonsense"}).written()
    assert line.id is None
    assert line == Written(question="", expected="", because="", unit="")


@pytest.mark.parametrize("number", ["many", "nan", "inf", "1e400", "1 2"])
def test_what_is_no_number_says_how_one_is_written(app: Flask, number: str) -> None:
    form = sent(app, Stage.STUDY, 1, {"p0_result_number": number})
    assert form.errors == {"p0_result_number": ["Write a number, such as 75."]}


def test_what_is_no_date_says_how_one_is_written(app: Flask) -> None:
    assert "year-month-day" in sent(app, Stage.PLAN, 0, {"ends_on": "soon"}).errors["ends_on"][0]


def test_null_signs_are_taken_out(app: Flask) -> None:
    assert sent(app, Stage.DO, 0, {"observations": "a\x00b"}).values()["observations"] == "ab"


@pytest.mark.parametrize("step", [Stage.PLAN, Stage.DO, Stage.STUDY, Stage.ACT])
def test_an_empty_form_may_be_saved(app: Flask, step: Stage) -> None:
    assert sent(app, step, 1, {}).errors == {}


def test_what_a_step_lacks_stands_beside_its_field(app: Flask) -> None:
    form = sent(app, Stage.PLAN, 1, {})
    form.lay_errors({"who": "Say who.", "predictions": "Write one.", "nowhere": "Mend it."})
    assert form.errors == {"who": ["Say who."], "p0_question": ["Write one."], "": ["Mend it."]}


@pytest.mark.parametrize("count", ["a few", "2.5", "-1"])
def test_people_are_counted_in_whole_numbers(app: Flask, count: str) -> None:
    assert sent(app, Stage.PLAN, 0, {"scale_size": count}).errors == {"scale_size": ["Write a whole number."]}
