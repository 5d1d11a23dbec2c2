"""The points around tests, picked by the database: the same changes as from every point there is."""

import random
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure, Measurement
from teams.models import Team
from tests import factories as make
from variation import evidence, evidence_queries, window_queries
from variation.evidence_rows import KINDS
from variation.many_effects import Panel

FIRST = date(2024, 8, 5)


def _count_for_years(session: Session, measure: Measure, team: Team, chance: random.Random) -> None:
    """Count now and then for two years: some days corrected, taken back, with groups."""
    for at in range(45):
        on, people = FIRST + timedelta(days=14 * at + chance.randint(0, 5)), chance.choice([8, 30, 60])
        row = make.make_measurement(
            session, measure, team, on=on, count=chance.randint(0, people), population=people
        )
        if at % 9 == 4:
            make.make_measurement(
                session, measure, team, on=on, count=chance.randint(0, people), population=people,
                supersedes_id=row.id, is_withdrawn=at % 2 == 0,
            )  # fmt: skip
        if at % 7 == 3:
            make.make_measurement(
                session, measure, team, on=on, count=2, population=chance.choice([5, people - 2]),
                subgroup_set="Grade", subgroup="6",
            )  # fmt: skip


def _plain_panel(session: Session, measure: Measure, minimum: int) -> Panel:
    """Return every point that may be published, picked out one by one."""
    rows = list(session.scalars(select(Measurement).where(Measurement.measure_id == measure.id)))
    gone = {row.supersedes_id for row in rows}
    kept = []
    for row in rows:
        if row.subgroup or row.is_withdrawn or row.id in gone:
            continue
        count, people = float(row.count or 0), float(row.population or 0)
        small = min(count, people - count) if measure.counts_students else minimum
        groups = [
            other.population or 0.0 for other in rows
            if other.subgroup and (other.team_id, other.observed_on) == (row.team_id, row.observed_on)
        ]  # fmt: skip
        tells = groups and not minimum - 1 <= sum(groups) <= people - (minimum - 1)
        if people >= minimum and small >= minimum and not (measure.counts_students and tells):
            kept.append((row.team_id, row.observed_on.toordinal(), count, people))
    columns = [list(column) for column in zip(*kept, strict=True)]
    return Panel(columns[0], columns[1], columns[2], columns[3], KINDS[measure.type])


@pytest.mark.parametrize("of_students", [False, True])
def test_points_near_the_tests_give_the_same_changes_as_all_points(
    session: Session, of_students: bool
) -> None:
    chance, network = random.Random(7), make.make_network(session)
    measure = make.make_measure(session, network_id=network.id, counts_students=of_students)
    teams = [make.make_team(session, network) for _each in range(4)]
    ideas = [make.make_idea(session, teams[0], measure_id=measure.id) for _each in range(2)]
    for team in teams:
        _count_for_years(session, measure, team, chance)
        for idea in ideas:
            began = FIRST + timedelta(days=chance.randint(100, 520))
            ramp = make.make_ramp(session, team, idea)
            make.make_cycle(session, team, ramp=ramp, stage="closed", outcome="done", began_on=began)
    actor = make.actor_of(session, make.make_user(session, teams[0]))
    judged = evidence_queries.judged_by(session, actor, [idea.id for idea in ideas])

    near = window_queries.around(session, actor, judged)[measure.id]

    whole = _plain_panel(session, measure, actor.minimum_cell)
    assert len(near.days) < len(whole.days)
    for idea in ideas:
        tests = evidence_queries.trials(session, actor, [idea.id])
        asked: Any = [test.team_id for test in tests], [test.began.toordinal() for test in tests]
        found, wanted = near.around(*asked), whole.around(*asked)
        assert wanted.known.any()
        for name in ("effect", "variance", "since", "until", "n_before", "n_after"):
            np.testing.assert_allclose(getattr(found, name), getattr(wanted, name), err_msg=name)


def test_who_stands_beside_an_idea_did_not_test_it_and_is_read_for_its_days_only(session: Session) -> None:
    network = make.make_network(session)
    measure = make.make_measure(session, network_id=network.id)
    teams = [make.make_team(session, network) for _each in range(11)]
    idea = make.make_idea(session, teams[0], measure_id=measure.id)
    for at, team in enumerate(teams):
        for week in range(60):
            make.make_measurement(
                session, measure, team, on=FIRST + timedelta(weeks=week), count=10 + week % 5, population=30
            )
        if at < 5:
            began = FIRST + timedelta(weeks=20, days=1)
            ramp = make.make_ramp(session, team, idea)
            make.make_cycle(session, team, ramp=ramp, stage="closed", outcome="done", began_on=began)
    actor = make.actor_of(session, make.make_user(session, teams[0]))
    judged = evidence_queries.judged_by(session, actor, [idea.id])
    near = window_queries.around(session, actor, judged)
    contexts = evidence_queries.contexts(session, actor)
    tests = evidence_queries.trials(session, actor, [idea.id])

    others = evidence.others_of(tests, near[measure.id], contexts, evidence.kinds_of_teams(contexts))
    assert others is not None
    theirs = window_queries.of_others(session, actor, judged, {idea.id: others})[measure.id]

    assert others.numbers == {team.id for team in teams[5:]}
    assert len(near[measure.id].days) == 5 * 12
    assert len(theirs.days) == 6 * 12
    found = evidence.summary(tests, judged[idea.id], near[measure.id], contexts, (others, theirs))
    assert found.beside is not None
    assert found.beside.pooled is not None
    assert found.beside.pooled.mean.value == pytest.approx(0, abs=1e-9)
