"""Addresses are built as Werkzeug builds them; only later."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Map, Rule
from werkzeug.routing.exceptions import BuildError

from nic_platform.routing import LazyRule

RULES = (
    "/",
    "/things/<int:number>",
    "/rules/<int:rule>/<made>",
    "/things/<uuid:thing_id>/a b/<path:rest>",
    "/ends/",
)


@pytest.mark.parametrize("values", [{}, {"number": 7, "q": "ä b"}, {"more": [1, 2]}, {"rule": "x"}])
def test_an_address_is_the_same(values: dict[str, object]) -> None:
    def built(kind: type[Rule]) -> str:
        rules = [kind(text, endpoint="it") for text in RULES]
        return Map(rules).bind("host").build("it", values)

    assert built(LazyRule) == built(Rule)


def test_a_missing_value_is_refused() -> None:
    there = Map([LazyRule("/things/<int:number>", endpoint="it")]).bind("host")

    with pytest.raises(BuildError):
        there.build("it", {})


def test_nothing_is_compiled_until_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    stock = Rule._compile_builder

    def noted(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        asked.append(rule.rule)
        return stock(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", noted)
    there = Map([LazyRule("/a", endpoint="a"), LazyRule("/b", endpoint="b")]).bind("host")
    assert asked == []

    assert [there.build("a"), there.build("a")] == ["/a", "/a"]
    assert asked == ["/a"]


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("desk.week", {}),
        ("desk.week", {"left_out": None}),
        (".search", {"q": "ä b", "of": ["a", "b"]}),
        ("static", {"filename": "icon.svg"}),
        ("teams.team", {"team_id": UUID(int=7), "q": None, "on": "2026-02-24"}),
        ("desk.week", {"_external": True}),
        ("desk.week", {"_anchor": "main"}),
    ],
)
@pytest.mark.parametrize("mounted", ["", "/nic"])
def test_the_short_way_leads_where_flask_does(
    app: Flask, endpoint: str, values: dict[str, Any], mounted: str
) -> None:
    with app.test_request_context("/search", environ_overrides={"SCRIPT_NAME": mounted}):
        for _again in range(2):
            assert app.url_for(endpoint, **values) == Flask.url_for(app, endpoint, **values)


def test_what_the_short_way_can_not_is_refused_as_flask_does(app: Flask) -> None:
    with app.test_request_context("/"):
        for endpoint, values in (("teams.team", {}), ("teams.show", {"team_id": None}), ("nowhere", {})):
            with pytest.raises(BuildError):
                app.url_for(endpoint, **values)
    with app.app_context(), pytest.raises(RuntimeError):
        app.url_for("desk.week")
