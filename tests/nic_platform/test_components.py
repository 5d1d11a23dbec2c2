"""The macros that every page is made of, rendered and looked at as a screen reader would."""

import re

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from nic_platform.forms import PlatformForm, conflict_page
from nic_platform.paths import resource


class TicketForm(PlatformForm):
    """A form with one of each kind of field."""

    name = StringField("Name", [DataRequired("Name it.")])
    words = TextAreaField("What happened")
    decision = RadioField(
        "Decision",
        [DataRequired("Choose one.")],
        choices=[SelectChoice("adopt", "Adopt"), SelectChoice("adapt", "Adapt")],
    )
    strand = SelectField("Strand", choices=[SelectChoice("a", "A")])
    shared = BooleanField("Share it")


def render(app: Flask, source: str, data: dict[str, str] | None = None, **names: object) -> str:
    """Return *source* rendered with the form macros and a form that was sent *data*."""
    with app.test_request_context("/", method="POST", data=data or {}):
        form = TicketForm(MultiDict(data or {}), meta={"csrf": False})
        if data is not None:
            form.validate()
        start = '{% import "components/forms.html" as forms %}{% import "components/status.html" as marks %}'
        start += (
            '{% import "components/figure.html" as figure %}{% import "components/lists.html" as lists %}'
        )
        return render_template_string(start + source, form=form, **names)


def test_a_field_ties_label_hint_and_control_together(app: Flask) -> None:
    html = render(app, '{{ forms.field(form.words, hint="One sentence.", rows=3) }}')

    assert '<label for="words">What happened</label>' in html
    assert '<p class="hint" id="words-hint">One sentence.</p>' in html
    assert 'aria-describedby="words-hint"' in html
    assert 'rows="3"' in html
    assert "aria-invalid" not in html


def test_a_refused_field_names_the_mend_beside_it(app: Flask) -> None:
    html = render(app, "{{ forms.field(form.name) }}", {"strand": "a"})

    assert '<p class="err" id="name-error">Name it.</p>' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="name-error"' in html


def test_the_summary_links_to_each_field(app: Flask) -> None:
    html = render(app, "{{ forms.errors(form) }}", {"strand": "a"})

    assert "2 things to mend before this can be saved" in html
    assert '<a href="#name">Name</a>: Name it.' in html
    assert '<a href="#decision-0">Decision</a>: Choose one.' in html


def test_choices_are_a_group_with_its_notes(app: Flask) -> None:
    html = render(app, '{{ forms.field(form.decision, notes={"adopt": "Keep it."}) }}')

    assert "<legend>Decision</legend>" in html
    assert "<b>Adopt</b><span>Keep it.</span>" in html
    assert html.count('type="radio"') == 2


def test_a_yes_or_no_is_a_box_with_its_label(app: Flask) -> None:
    assert "<span>Share it</span></label>" in render(app, "{{ forms.field(form.shared) }}")


def test_a_form_carries_its_version(app: Flask) -> None:
    html = render(app, "{% call forms.form(form) %}inside{% endcall %}", {"version": "3", "name": "x"})

    assert '<input type="hidden" name="version" value="3">' in html
    assert "inside" in html
    assert "novalidate" in html


def test_two_savers_see_both_versions_and_the_new_number(app: Flask) -> None:
    data = {"name": "Mine <b>", "words": "same", "version": "1", "decision": "adopt", "save": "draft"}
    with app.test_request_context("/", method="POST", data=data):
        form = TicketForm(MultiDict(data), meta={"csrf": False})
        saved = {"name": "Theirs", "words": "same"}
        answer = app.make_response(conflict_page(form, "Ticket", saved, version=2, by="Rosa", at=None))
        page, status = answer.get_data(as_text=True), answer.status_code

    assert status == 409
    assert "Theirs" in page
    assert 'value="Mine &lt;b&gt;"' in page
    assert '<input type="hidden" name="version" value="2">' in page
    assert 'name="version" value="1"' not in page
    assert '<input type="hidden" name="save" value="draft">' in page


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("planned", "Not due yet"), ("on_track", "On track"), ("at_risk", "At risk"), ("met", "Met"),
        ("met_late", "Met late"), ("missed", "Missed"), ("not_measured", "Not measured"),
        ("slipped", "Slipped back"), ("sustained", "Holding"), ("check_again", "Check again"),
    ],
)  # fmt: skip
def test_every_status_is_an_icon_and_a_word(app: Flask, kind: str, word: str) -> None:
    html = render(app, "{{ marks.status(kind) }}", kind=kind)

    assert "<use href=" in html
    assert word in html


def test_the_stage_is_said_and_marked(app: Flask) -> None:
    html = render(app, '{{ marks.stages("study", turn=true) }}')

    assert 'aria-label="Stage: Study"' in html
    assert 'class="now turn" aria-current="step"' in html
    assert html.count('class="done"') == 2


def test_a_wait_has_a_clock(app: Flask) -> None:
    html = render(app, "{{ marks.wait(11, 21) }}|{{ marks.wait(24, 21) }}|{{ marks.wait(4, none) }}")

    assert [part.strip() for part in html.replace("</span>", "").split("|")] == [
        "Day 11 of 21", '<span class="status missed">3 days past promise', "4 days",
    ]  # fmt: skip


def test_a_figure_carries_its_numbers(app: Flask) -> None:
    html = render(
        app, '{% call figure.fig("Finding", "n = 24", wide="W", narrow="N") %}<table></table>{% endcall %}'
    )

    assert '<p class="fig-title">Finding</p>' in html
    assert "<summary>Show the numbers</summary>" in html
    assert "<table></table>" in html


def test_a_full_figure_is_data_and_no_script(app: Flask) -> None:
    html = render(app, '{{ figure.full("f", "Finding", figure={"data": ["</script><b>"]}) }}')

    assert '<script type="application/json" id="f-data">' in html
    assert html.count("</script>") == 1


def test_an_empty_list_says_how_to_begin(app: Flask) -> None:
    html = render(app, '{{ lists.empty("No cycles yet.", "/log", "Log a step") }}')

    assert '<a class="btn" href="/log">Log a step</a>' in html


def test_every_form_that_is_written_into_is_refused_in_our_words() -> None:
    asked_by_the_browser = [
        f"{page.parent.name}/{page.name}"
        for page in sorted(resource("templates").rglob("*.html"))
        for form in re.findall(r'<form method="post"[^>]*class="[^"]*\bstack\b[^>]*>', page.read_text())
        if "novalidate" not in form
    ]

    assert asked_by_the_browser == []
