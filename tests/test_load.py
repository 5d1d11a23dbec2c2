"""The load benchmark: its browser fills forms in as a person's would; a small load loses nothing."""

from benchmarks.load.browser import Answer, filled
from benchmarks.load.ledger import reconcile
from benchmarks.load.play import play
from benchmarks.load.report import exponent
from benchmarks.load.stage import on_stage
from nic_platform.database import db, session
from tests.drill import drill_only

PAGE = b"""<form method="get" action="/search"><input name="q"></form>
<form method="post" action="/log"><input type="hidden" name="csrf_token" value="a&amp;b">
<input name="day" value="">
<select name="to"><option value="x">X</option><option value="y" selected>Y</option></select>
<input type="radio" name="how" value="well" checked><input type="radio" name="how" value="badly">
<textarea name="words">
Said &lt;so&gt;</textarea><button name="save" value="draft">Keep</button></form>"""


def test_a_form_is_sent_as_it_stands_with_what_was_typed() -> None:
    ((where, fields),) = Answer(200, {}, PAGE, 0.0).forms()

    assert where == "/log"
    assert filled(fields, day="2026-02-25", save="send") == [
        ("csrf_token", "a&b"), ("to", "y"), ("how", "well"), ("words", "Said <so>"),
        ("day", "2026-02-25"), ("save", "send"),
    ]  # fmt: skip


def test_the_exponent_is_the_power_of_the_size() -> None:
    assert exponent([100, 1000, 10_000], [1.0, 10.0, 100.0]) == 1.0
    assert exponent([100, 1000, 10_000], [3.0, 3.0, 3.0]) == 0.0


@drill_only
def test_a_small_load_errs_nowhere_and_loses_nothing() -> None:
    with on_stage(40) as stage:
        played = play(stage, sessions=20, seconds=12, rate=8)
        with stage.app.app_context():
            found = reconcile(session(), played.ledger)
            db.session.remove()

    assert played.ledger.faults == {}
    assert played.ledger.count() > 20
    assert [(each.lost, each.twice) for each in found] == [(0, 0)] * len(found)
