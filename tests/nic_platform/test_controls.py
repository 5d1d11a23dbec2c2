"""Controls are written as wtforms' own widgets write them, sign for sign."""

from typing import Any

import pytest
from flask import Flask
from flask_wtf.file import FileField
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    FloatField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import NumberInput

from cycles.forms import CheckboxesField
from nic_platform.controls import written
from nic_platform.fields import DayField
from nic_platform.forms import PlatformForm

SIGNS = "a “b” <b> & \"c\" 'd'\r\n"
CHOICES = [SelectChoice("", "None"), SelectChoice("a\"<'", SIGNS, {"data-x": "1"}), SelectChoice("b", "B")]
GROUPED = [SelectChoice("a", "A", optgroup="one"), SelectChoice("b", "B", optgroup="two")]


class Many(PlatformForm):
    """A field of every kind, with rules that tell the browser something."""

    line = StringField(
        SIGNS, validators=[InputRequired(), Length(min=2, max=9)], render_kw={"autofocus": True}
    )
    mail = EmailField("Mail")
    hidden = HiddenField()
    secret = PasswordField("Secret")
    text = TextAreaField("Text", validators=[Length(max=20)], render_kw={"rows": 2})
    whole = IntegerField("Whole", validators=[NumberRange(1, 5)])
    stepped = FloatField("Stepped", widget=NumberInput(step="any", min=0))
    number = FloatField("Number")
    day = DayField("Day")
    bounded = DateField("Bounded", render_kw={"min": "2026-01-01"})
    yes = BooleanField("Yes")
    one = SelectField("One", choices=CHOICES)
    grouped = SelectField("Grouped", choices=GROUPED)
    several = SelectMultipleField("Several", choices=CHOICES)
    boxes = CheckboxesField("Boxes", choices=CHOICES)
    either = RadioField("Either", choices=CHOICES)
    file = FileField("File")


SENT: list[tuple[str, str]] = [
    ("line", SIGNS), ("text", SIGNS), ("whole", "x"), ("stepped", "1.5"), ("number", "2"),
    ("day", "2026-02-24"), ("yes", "y"), ("one", "a\"<'"), ("grouped", "b"),
    ("several", "b"), ("several", ""), ("boxes", "b"), ("either", "b"),
    ("mail", "a@b.example"), ("hidden", "<"),
]  # fmt: skip


@pytest.mark.parametrize("sent", [[], SENT])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"aria-describedby": "a b", "value": Markup('"&amp;"'), "rows": 3, "id": "other", "disabled": False},
        {"class_": "wide", "aria_label": "Said", "data_two_words": "x"},
    ],
)
def test_every_kind_is_as_it_was(app: Flask, sent: list[tuple[str, str]], given: dict[str, Any]) -> None:
    with app.test_request_context():
        form = Many(formdata=MultiDict(sent))
        fields = [field for field in form if not isinstance(field, CheckboxesField | RadioField)]
        boxes: list[Field] = [*form.boxes, *form.either]

        for field in [*fields, *boxes]:
            own = {**(field.render_kw or {}), **given}
            assert written(field, own) == field.widget(field, **own), field.name
            assert field(**given) == field.widget(field, **own)
        for field in (form.boxes, form.either):
            assert field() == field.widget(field)


def test_what_a_form_shows_is_no_text_to_escape(app: Flask) -> None:
    with app.test_request_context():
        shown = Many(formdata=MultiDict([("line", "<b>")])).line()

    assert isinstance(shown, Markup)
    assert 'value="&lt;b&gt;"' in shown
