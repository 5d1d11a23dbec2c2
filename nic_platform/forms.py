"""What every form of the platform has: CSRF, the version it was opened at, and the page for two savers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel import support
from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import HiddenField, IntegerField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.i18n import messages_path
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from nic_platform import clock
from nic_platform.controls import written
from nic_platform.text import Said, _, can_be_said_again, said
from nic_platform.words import says_otherwise


@lru_cache(maxsize=16)
def _words_of_fields(language: str) -> support.NullTranslations:
    """Return the library's own messages in a language, read once and not for each request."""
    return support.Translations.load(messages_path(), [language], domain="wtforms")


class _WordsOfFields:
    """The library's own messages in the reader's language."""

    def gettext(self, words: str) -> str:
        language = get_locale()
        return _words_of_fields(str(language)).ugettext(words) if language else words

    def ngettext(self, one: str, many: str, number: int) -> str:
        language = get_locale()
        if not language:
            return one if number == 1 else many
        return _words_of_fields(str(language)).ungettext(one, many, number)


_WORDS_OF_FIELDS = _WordsOfFields()


class PlatformForm(FlaskForm):
    """Parent of every form. ``version`` is the thing's when the form was opened; empty for a new thing.

    Labels, choices and messages are written in the class, before there is a reader; each form says them in
    its reader's language.
    """

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    merged = HiddenField()

    class Meta(FlaskForm.Meta):
        """How the fields of our forms are shown, and what their library says."""

        def get_translations(self, form: Any) -> _WordsOfFields:
            """Return what says the library's own messages."""
            return _WORDS_OF_FIELDS

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Markup:
            """Return a field's control with its own attributes and those that a template gives."""
            return written(field, {**(getattr(field, "render_kw", None) or {}), **render_kw})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what was sent, and say labels and choices in the reader's language."""
        super().__init__(*args, **kwargs)
        if not says_otherwise():
            return
        for field in self:
            field.label.text = _said(field.label.text)
            if isinstance(getattr(field, "choices", None), list):
                field.choices = [_said_choice(each) for each in field.choices]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what was sent. A text that was not sent at all is an empty one: no rule meets None."""
        for field in self:
            if isinstance(field, StringField) and field.data is None:
                field.data = ""
        is_valid = bool(super().validate(extra_validators=extra_validators))
        for field in self:
            field.errors = [_said(error) for error in field.errors]
            if isinstance(field.data, date) and not clock.is_usable(field.data):
                field.errors = [*field.errors, _("Is the year right? Give a day from 1900 to 2199.")]
                is_valid = False
        return is_valid

    def is_stale(self, version: int) -> bool:
        """Say whether somebody saved the thing since this form was opened."""
        return self.version.data is not None and self.version.data != version

    def values(self) -> dict[str, Any]:
        """Return what was typed, without the fields of the form's own."""
        return {
            name: value
            for name, value in self.data.items()
            if name not in {"csrf_token", "version", "merged"}
        }


def _said(words: Any) -> Any:
    """Return a text in the reader's language; what is no text, or said already, as it is."""
    if not isinstance(words, str) or not words or isinstance(words, Said):
        return words
    return said(words) if can_be_said_again(words) else _(words)


def _said_choice(choice: Any) -> Any:
    if isinstance(choice, SelectChoice):
        return replace(choice, label=_said(choice.label), optgroup=_said(choice.optgroup))
    return choice


@dataclass(frozen=True)
class Side:
    """One field of which the two savers wrote something different."""

    name: str
    label: str
    yours: str
    saved: str


def differing(form: PlatformForm, saved: Mapping[str, Any]) -> list[Side]:
    """Return the visible fields in which the form and what was *saved* meanwhile differ, in form order."""
    sides = []
    for field in form:
        if field.name in saved and field.type not in {"HiddenField", "CSRFTokenField", "SubmitField"}:
            yours, theirs = shown(_named(field, field.data)), shown(_named(field, saved[field.name]))
            if yours != theirs:
                sides.append(Side(field.name, str(field.label.text), yours, theirs))
    return sides


def _named(field: Any, value: object) -> object:
    """Return a choice, or several, as the field's reader knows them."""
    choices = getattr(field, "choices", None)
    if not isinstance(choices, list):
        return value
    words = {each.value: each.label for each in choices if isinstance(each, SelectChoice)}
    if isinstance(value, list | tuple | set | frozenset):
        return [words.get(each, each) for each in value]
    return words.get(value, value) if isinstance(value, str) else value


def shown(value: object) -> str:
    """Return a field's value as a reader compares it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(shown(each) for each in value))
    return str(getattr(value, "value", value)).replace("\r\n", "\n").strip()


def conflict_page(
    form: PlatformForm, title: str, saved: Mapping[str, Any], *, version: int, by: str, at: datetime | None
) -> ResponseReturnValue:
    """Show both versions side by side, the visitor's own ready to be edited and saved on top of the other.

    Args:
        form: what the visitor sent.
        title: what it is about, as a heading.
        saved: what is in the database now, by field name.
        version: the version that the merged text will replace.
        by: who saved it.
        at: when, UTC.
    """
    sides = differing(form, saved)
    form.version.data = version
    page = render_template("conflicts/merge.html", form=form, title=title, sides=sides, by=by, at=at)
    return page, 409
