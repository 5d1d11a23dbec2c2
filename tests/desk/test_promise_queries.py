"""The dated targets that a week is read from: of which plans, of whom, in which order."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from desk.promise_queries import promises_of
from milestones.models import InterimTarget
from tests import factories as make


def test_targets_come_in_the_order_of_the_board_and_interim_ones_of_the_own_team_only(
    session: Session,
) -> None:
    network = make.make_network(session)
    school, other = (make.make_team(session, network, name=name) for name in ("Alder", "Birch"))
    measure = make.make_measure(session, school, unit="people")
    for team in (school, other):
        plan = make.make_plan(session, team, school_year="2025-26")
        for name, due_on in (("Late", date(2026, 4, 1)), ("Early", date(2026, 2, 1)), ("Open", None)):
            make.make_milestone(session, team, plan=plan, measure=measure, name=name, due_on=due_on)
        session.add(InterimTarget(
            network_id=network.id, team_id=team.id, plan_id=plan.id, measure_id=measure.id, name="Reading",
            due_on=date(2026, 1, 1), target=60,
        ))  # fmt: skip
    session.flush()
    actor = make.actor_of(session, make.make_user(session, school))

    found = promises_of(session, actor, [school.id, other.id], make.TODAY)

    own, others = found[school.id, measure.id], found[other.id, measure.id]
    assert [each.name for each in own.dated] == ["Early", "Late", "Open", "Reading"]
    assert [each.is_outcome for each in own.dated] == [False, False, False, True]
    assert [each.name for each in others.dated] == ["Early", "Late", "Open"]
    assert (own.measure, own.kind, own.unit) == (measure.name, measure.type, "people")


@pytest.mark.parametrize(
    ("today", "in_force"), [(date(2026, 5, 20), "2025-26"), (date(2026, 9, 1), "2026-27")]
)
@pytest.mark.parametrize("has_calendar", [True, False])
def test_next_years_plan_waits_for_its_year(
    session: Session, today: date, in_force: str, has_calendar: bool
) -> None:
    network = make.make_network(session)
    school = make.make_team(session, network)
    names = {}
    for year in ("2024-25", "2025-26", "2026-27"):
        plan = make.make_plan(session, school, school_year=year)
        names[make.make_milestone(session, school, plan=plan).public_id] = year
        if has_calendar:
            make.make_school_year(session, network, year)
    actor = make.actor_of(session, make.make_user(session, school))

    found = promises_of(session, actor, [school.id], today)

    assert [names[each.id] for series in found.values() for each in series.dated] == [in_force]
