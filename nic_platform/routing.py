"""Addresses: built when they are needed, and those of pages in a third of the time.

Werkzeug compiles two functions for each address as the application is made: a third of a second for the
hundreds that there are, of which one command or one page needs a few. And it looks through methods, hosts and
schemes for each address on a page, of which there are forty to hundreds.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, has_request_context
from flask.globals import request_ctx
from werkzeug.routing import Rule

from nic_platform.rendering import PageEnvironment


class LazyRule(Rule):
    """A rule that compiles what builds its address the first time that somebody asks for one."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []
        compile_now = super()._compile_builder

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not made:  # two threads may both compile it: the second list entry is never read
                made.append(compile_now(append_unknown))
            return made[0](rule, **values)

        return build


class Platform(Flask):
    """Flask, with a short way to the addresses of its own pages."""

    url_rule_class = LazyRule
    jinja_environment = PageEnvironment

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._only_rules: dict[str, Rule | None] = {}  # by endpoint; none where there are several or no rules
        self._plain_paths: dict[str, str] = {}  # of endpoints that need no values

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """Return an address as Flask does."""
        if not (_anchor or _method or _scheme or _external) and has_request_context():
            built = self._inside(endpoint, values)
            if built is not None:
                return built
        return super().url_for(
            endpoint, _anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external, **values
        )

    def _inside(self, endpoint: str, values: Mapping[str, Any]) -> str | None:
        """Return an address of this very site, where the endpoint has one rule that *values* suffice for."""
        here = request_ctx._get_current_object()  # type: ignore[attr-defined]  # Werkzeug's proxy
        if endpoint[:1] == ".":
            endpoint = f"{here.request.blueprint}{endpoint}"
        path = None if values else self._plain_paths.get(endpoint)
        if path is None:
            path = self._path(endpoint, values, here.url_adapter.subdomain)
            if path is None:
                return None
            if not values:
                self._plain_paths[endpoint] = path
        return f"{here.url_adapter.script_name.rstrip('/')}{path}"

    def _path(self, endpoint: str, values: Mapping[str, Any], subdomain: str | None) -> str | None:
        if self.url_default_functions:
            return None
        if endpoint not in self._only_rules:
            rules = list(self.url_map.iter_rules(endpoint)) if endpoint in self.view_functions else []
            self._only_rules[endpoint] = rules[0] if len(rules) == 1 and not rules[0].defaults else None
        rule = self._only_rules[endpoint]
        given = {name: value for name, value in values.items() if value is not None}
        if rule is None or not given.keys() >= rule.arguments:
            return None
        domain, path = rule.build(given) or (None, "")
        return f"/{path.lstrip('/')}" if domain == subdomain else None
