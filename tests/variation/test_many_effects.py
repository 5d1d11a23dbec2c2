"""Changes of many teams in columns: the same as one team after the other."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.engine.problems import AnalysisError
from variation import beside as besides
from variation.effects import Kind, Reading, compared, effect_of_change
from variation.many_effects import Panel

DAY = date(2026, 1, 5)
KINDS = st.sampled_from([Kind.PROPORTION, Kind.RATE, Kind.COUNT, Kind.CONTINUOUS])
POINTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(0, 20), st.integers(20, 40)),
    min_size=4, max_size=60, unique_by=lambda row: (row[0], row[1]),
)  # fmt: skip


def _panel(rows: list[tuple[int, int, int, int]], kind: Kind) -> Panel:
    base = [row[3] if kind in (Kind.PROPORTION, Kind.RATE) else 1 for row in rows]
    return Panel(
        [row[0] for row in rows], [DAY.toordinal() + 7 * row[1] for row in rows], [row[2] for row in rows],
        base, kind,
    )  # fmt: skip


def _readings(rows: list[tuple[int, int, int, int]], team: int, kind: Kind) -> list[Reading]:
    return [
        Reading(DAY + timedelta(weeks=week), count, base if kind in (Kind.PROPORTION, Kind.RATE) else 1)
        for who, week, count, base in rows if who == team
    ]  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(rows=POINTS, kind=KINDS, week=st.integers(0, 40))
def test_many_changes_are_each_the_change_of_one(
    rows: list[tuple[int, int, int, int]], kind: Kind, week: int
) -> None:
    began = DAY + timedelta(weeks=week)

    found = _panel(rows, kind).around(range(4), [began.toordinal()] * 4)

    for team in range(4):
        try:
            one = effect_of_change(str(team), _readings(rows, team, kind), began, kind)
        except AnalysisError:
            assert np.isnan(found.effect[team])
            continue
        assert found.effect[team] == pytest.approx(one.effect, abs=1e-9)
        assert found.variance[team] == pytest.approx(one.variance, rel=1e-6, abs=1e-9)
        assert (found.since[team], found.until[team]) == (one.since.toordinal(), one.until.toordinal())


def test_a_team_without_points_has_no_change() -> None:
    found = Panel([], [], [], [], Kind.PROPORTION).around([7], [DAY.toordinal()])

    assert not found.known.any()


def test_what_is_beyond_comparable_teams_is_near_the_one_by_one_comparison() -> None:
    rng = np.random.default_rng(4)
    rows = [(team, week, int(rng.integers(4, 18)), 24) for team in range(12) for week in range(14)]
    panel, began = _panel(rows, Kind.PROPORTION), DAY + timedelta(weeks=7)
    tested = list(range(6))
    changes = panel.around(tested, [began.toordinal()] * 6)

    found = besides.beside(panel, changes, [began.toordinal()] * 6, [""] * 6, {"": list(range(6, 12))})

    one = effect_of_change("0", _readings(rows, 0, Kind.PROPORTION), began, Kind.PROPORTION)
    others = {str(team): _readings(rows, team, Kind.PROPORTION) for team in range(6, 12)}
    alone = compared(one, others, Kind.PROPORTION, began)
    assert alone is not None
    assert found.pooled is not None
    assert (found.teams, found.others) == (6, 6)
    windows = besides._windows(panel, changes, [began.toordinal()] * 6, [""] * 6, {"": list(range(6, 12))})
    assert besides._means(windows[0])[0][1] == pytest.approx(alone.theirs, abs=0.02)


def test_four_comparable_teams_are_too_few() -> None:
    rows = [(team, week, 5 + week % 3, 24) for team in range(9) for week in range(14)]
    panel, began = _panel(rows, Kind.PROPORTION), (DAY + timedelta(weeks=7)).toordinal()
    changes = panel.around(range(5), [began] * 5)

    found = besides.beside(panel, changes, [began] * 5, [""] * 5, {"": [5, 6, 7, 8]})

    assert found.pooled is None
