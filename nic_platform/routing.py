"""Addresses whose builders are compiled when they are first needed.

Werkzeug compiles two functions for each address as the application is made: a third of a second for the
hundreds that there are, of which one command or one page needs a few.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


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
