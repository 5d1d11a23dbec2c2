"""The JSON document follows its schema, and the schema in the documents is the code's."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings

from milestones import exchange, exchange_json, exchange_template
from milestones.exchange import Document
from milestones.exchange_reading import from_object
from nic_platform.errors import InputError
from tests.milestones.test_exchange import documents

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = exchange_json.schema()


def test_the_schema_in_the_documents_is_the_codes() -> None:
    written = json.loads((DOCS / "plan-format.schema.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(SCHEMA))


def test_every_part_and_field_is_described() -> None:
    text = (DOCS / "plan-format.md").read_text(encoding="utf-8")
    missing = [
        f"{part.key}.{each.name}"
        for part in exchange.PARTS
        for each in part.fields
        if f"`{each.name}`" not in text or f"`{part.key}`" not in text
    ]
    assert missing == []


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=documents())
def test_every_document_follows_the_schema(document: Document) -> None:
    jsonschema_rs.validate(SCHEMA, json.loads(exchange_json.as_bytes(document)), validate_formats=True)


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("priorities", {"text": 5}),
        ("priorities", {"words": "x"}),
        ("milestones", {"due_on": "soon"}),
        ("milestones", {"target": "many"}),
        ("milestones", {"rhythm": "sometimes"}),
        ("milestones", {"population": -1}),
        ("root_causes", {"text": "no priority"}),
        ("measures", {"definition": "no name"}),
        ("measurements", {"count": 3}),
    ],
)
def test_what_the_schema_refuses_the_import_refuses(part: str, values: dict[str, Any]) -> None:
    document: dict[str, Any] = {"format": exchange.FORMAT, "version": 1, "plan": {}, part: [values]}
    assert not jsonschema_rs.is_valid(SCHEMA, document, validate_formats=True)
    problems = from_object(document).problems
    if values.get("text") != 5:  # a number in a text field is read as its words
        assert [(problem.sheet, problem.row) for problem in problems][:1] == [(part, 1)]
        assert all(problem.sentence.endswith(".") for problem in problems)


def test_the_template_follows_the_schema() -> None:
    document = json.loads(exchange_json.as_bytes(exchange_template.document()))
    assert jsonschema_rs.is_valid(SCHEMA, document, validate_formats=True)


@pytest.mark.parametrize("version", [None, True, "1", 0, 2, 1.5])
def test_only_a_known_version_is_read(version: Any) -> None:
    with pytest.raises(InputError):
        exchange_json.frame({"format": exchange.FORMAT, "version": version})
