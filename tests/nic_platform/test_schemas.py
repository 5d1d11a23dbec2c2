"""The fields that every part of the API shares refuse what no part can keep."""

from typing import Any

import marshmallow as ma
import pytest
from marshmallow import fields

from nic_platform import schemas
from nic_platform.actor import Level
from nic_platform.api import Schema
from nic_platform.api import page_of as one_page


class Sent(Schema):
    name = schemas.words(5)
    size = schemas.numeric(100.0)
    level = schemas.one_of(Level, "")
    version = schemas.version()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "sixsix"),
        ("name", "a\x00b"),
        ("size", 100.5),
        ("size", -101),
        ("size", "NaN"),
        ("level", "galaxy"),
        ("version", "1"),
        ("version", None),
        ("unknown", 1),
    ],
)
def test_what_does_not_fit_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(ma.ValidationError) as refused:
        Sent().load({"version": 1, field: value})
    assert isinstance(refused.value.messages, dict)
    assert list(refused.value.messages) == [field]


def test_what_fits_is_taken() -> None:
    sent = {"name": "five5", "size": None, "level": "", "version": 3}
    assert Sent().load(sent) == sent
    assert Sent().load({"level": "school", "size": -100, "version": 1})["size"] == -100.0


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 201}, {"after": "here"}])
def test_a_page_is_one_to_two_hundred_rows_after_a_key(asked: dict[str, Any]) -> None:
    with pytest.raises(ma.ValidationError):
        schemas.PageQuery().load(asked)
    assert schemas.PageQuery().load({}) == {"limit": 50}


def test_the_last_page_names_no_next_one() -> None:
    class Thing(Schema):
        number = fields.Integer()

    page = schemas.page_of(Thing, "ThingPage", fields.Integer)()
    rows = [{"number": 1}, {"number": 2}, {"number": 3}]

    first = page.dump(one_page(rows, 2, lambda row: row["number"]))
    last = page.dump(one_page(rows[2:], 2, lambda row: row["number"]))

    assert first == {"items": rows[:2], "next": 2}
    assert last == {"items": rows[2:], "next": None}
