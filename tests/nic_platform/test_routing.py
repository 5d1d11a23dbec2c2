"""Addresses are built as Werkzeug builds them; only later."""

from collections.abc import Callable

import pytest
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
