"""The fields that the forms of every part share: a line, a text, a day, a number, each with its mend."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import DateField, FloatField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from nic_platform.cells import without_thousands
from nic_platform.text import _

LONG = 10_000


def clean(value: Any) -> Any:
    """Take out what no text holds and a database refuses, the null sign, and space around the words."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else "" if value is None else value


def _checks(length: int, needed: str) -> list[Any]:
    fits = Length(max=length, message=_("Shorten this to %(count)s signs.", count=length))
    return [InputRequired(needed), fits] if needed else [fits]


def short(label: str, length: int = 200, *, needed: str = "", **more: Any) -> StringField:
    """Return a field of one line; *needed* says what to type where it may not be empty."""
    return StringField(label, validators=_checks(length, needed), filters=[clean], **more)


def long(label: str, length: int = LONG, *, needed: str = "", **more: Any) -> TextAreaField:
    """Return a field of several lines; *needed* says what to type where it may not be empty."""
    return TextAreaField(label, validators=_checks(length, needed), filters=[clean], **more)


class DayField(DateField):
    """A civil day. An empty one is none; one that was not sent at all stays as it was."""

    data: date | None

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the day, or say how one is written."""
        if valuelist and not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(list(valuelist))
        except ValueError:
            raise ValueError(_("Write the date as year-month-day, such as 2026-02-24.")) from None


class NumberField(FloatField):
    """A number, with or without a per cent sign and thousands' commas. An empty one is none.

    Beyond *most*, on either side of zero, it is a slip of the finger.
    """

    def __init__(self, *args: Any, most: float = 1e9, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.most = most

    def _value(self) -> str:
        if self.raw_data and self.raw_data[0] is not None:
            return str(self.raw_data[0])
        return plain(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number, or say how one is written."""
        if not valuelist:
            return
        text = valuelist[0].strip().rstrip("%").strip()
        self.data = None
        if not text:
            return
        text = without_thousands(text)
        try:
            number = float(text)
        except ValueError:
            raise ValueError(_("Write a number, such as 75.")) from None
        if not abs(number) <= self.most:  # also what is no number at all
            raise ValueError(_("Write a number, such as 75."))
        self.data = number


def plain(value: float | None) -> str:
    """Return a number as people type it, without ".0"."""
    return "" if value is None else f"{value:.10g}"
