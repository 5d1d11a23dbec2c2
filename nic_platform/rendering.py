"""How templates are put together: what Jinja would do anew for each page, and need not."""

from collections.abc import MutableMapping
from types import FunctionType
from typing import Any

import markupsafe
from flask.templating import Environment
from jinja2 import Template, pass_eval_context
from jinja2.runtime import Context, Macro
from markupsafe import Markup


def escape(value: Any) -> Markup:
    """Return a value as a part of a page; what is one already stays the very same."""
    return value if type(value) is Markup else markupsafe.escape(value)


_MARK = "jinja_pass_arg"
_WITH_HOW = getattr(pass_eval_context(lambda: None), _MARK)  # the mark of what asks how values are escaped
_EASY = (None, _WITH_HOW)


class PageContext(Context):
    """Calls macros and functions, which is nearly all that is called, without asking twice what they are."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  # names no macro can have
        """Call something from a template; see Jinja's."""
        kind = type(__obj)
        if kind is Macro:
            args, plain = (__self.eval_ctx, *args), __obj.__call__
        elif kind is FunctionType and (mark := getattr(__obj, _MARK, None)) in _EASY:
            args, plain = ((__self.eval_ctx, *args) if mark else args), __obj
        else:
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        try:
            return plain(*args, **kwargs)
        except StopIteration:  # would end the page in the middle
            return __self.environment.undefined("value was undefined because a callable raised StopIteration")


class PageTemplate(Template):
    """A template whose finished parts are not escaped once more."""

    @classmethod
    def _from_namespace(cls, environment: Any, namespace: Any, globals: Any) -> Template:  # noqa: A002  # Jinja's
        namespace["escape"] = escape
        return super()._from_namespace(environment, namespace, globals)


class PageEnvironment(Environment):
    """All templates share the application's names; none is read with names of its own."""

    context_class = PageContext
    template_class = PageTemplate

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the shared names themselves, where Jinja lays an empty layer over them.

        It compares layers name by name for each import, which took a tenth of a page.
        """
        return super().make_globals(d) if d else self.globals
