"""What every form has: its reader's language, and both versions where two people saved."""

from collections.abc import Iterator

import pytest
from flask import Flask
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from nic_platform import text
from nic_platform.forms import PlatformForm, differing, shown


class WishForm(PlatformForm):
    """A form as domains write them."""

    name = StringField("Name", validators=[DataRequired("Write a name.")])
    often = SelectField("How often", choices=[SelectChoice("weekly", "Every week")])


@pytest.fixture
def spanish() -> Iterator[None]:
    words = {"Name": "Nombre", "Write a name.": "Escriba un nombre.", "Every week": "Cada semana"}
    before = text._Lookup.single, text._Lookup.plural
    text.translate_with(lambda message: words.get(message, message), before[1])
    with text.in_language("es"):
        yield
    text.translate_with(*before)


def test_labels_choices_and_messages_are_said_in_the_readers_language(app: Flask, spanish: None) -> None:
    with app.test_request_context(method="POST", data={"often": "weekly"}):
        form = WishForm()

        assert not form.validate()
        assert form.name.label.text == "Nombre"
        assert form.often.choices[0].label == "Cada semana"
        assert form.name.errors == ["Escriba un nombre."]


def test_the_next_reader_has_the_class_as_it_was_written(app: Flask) -> None:
    with app.test_request_context():
        assert WishForm().often.choices[0].label == "Every week"


def test_a_form_is_stale_when_somebody_saved_since(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"version": "1"}):
        form = WishForm()

        assert form.is_stale(2)
        assert not form.is_stale(1)


def test_only_fields_that_differ_are_set_side_by_side(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"name": "Mine", "often": "weekly"}):
        sides = differing(WishForm(), {"name": "Theirs", "often": "weekly"})

    assert [(side.label, side.yours, side.saved) for side in sides] == [("Name", "Mine", "Theirs")]


def test_values_are_shown_as_one_compares_them() -> None:
    assert [shown(value) for value in (None, True, ["b", "a"], " x\r\ny ")] == ["", "yes", "a, b", "x\ny"]
