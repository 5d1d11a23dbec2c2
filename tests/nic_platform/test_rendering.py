"""Templates say the same as Jinja's own; only sooner."""

from flask import Flask
from flask.templating import Environment
from jinja2 import DictLoader, pass_context, pass_environment, pass_eval_context
from markupsafe import Markup

from nic_platform.rendering import PageEnvironment

PAGE = """
{% from "part" import shown, closed %}{% import "part" as part %}
{{ shown("a < b") }}{{ part.shown(safe) }}{{ plain("&") }}{{ whole("section") }}{{ how("<i>") }}{{ where() }}
{% for each in ["<", 1, none, 2.5] %}{{ each }}{{ inner(each) }}{{ missing_name }}{% endfor %}
{% call closed(x=1) %}{{ section }}{% endcall %}{{ "%s" | format(safe) }}{{ stops() }}{{ thing("&") }}
"""
PART = (
    "{% macro shown(it) %}<p>{{ it }}</p>{{ section }}{% endmacro %}"
    "{% macro closed(x) %}{{ caller() }}{{ x }}{% endmacro %}"
)


class Thing:
    """Something else that can be called."""

    def __call__(self, it: str) -> str:
        return it


def _stops() -> str:
    raise StopIteration


def test_a_page_reads_as_it_would(app: Flask) -> None:
    pages = []
    for each in (PageEnvironment, Environment):
        here = each(app, loader=DictLoader({"page": PAGE, "part": PART}), autoescape=True)
        here.globals.update(
            plain=lambda it: it,
            inner=lambda it: Markup("<b>%s</b>") % it,
            whole=pass_context(lambda context, name: context[name]),
            how=pass_eval_context(lambda how, it: Markup(it) if how.autoescape else it),
            where=pass_environment(lambda found: len(found.loader.mapping)),
            stops=_stops,
            thing=Thing(),
        )
        pages.append(here.get_template("page").render(section="<week>", safe=Markup("<b>bold</b>")))

    assert pages[0] == pages[1]
    assert "<p>a &lt; b</p>" in pages[0]
    assert "<p><b>bold</b></p>" in pages[0]
