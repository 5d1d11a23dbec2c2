"""No team is without a lead unseen: those above are told, and somebody leads it for now."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import services
from accounts.models import User
from nic_platform.actor import TeamRole
from nic_platform.errors import RuleError
from nic_platform.jobs import work_named
from nic_platform.tables import Notice
from teams import jobs, lead_queries, lead_services, team_services
from teams.models import Membership, Team
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def place_of(session: Session, team: Team, user: User) -> Membership:
    return session.scalars(
        select(Membership).where(Membership.team_id == team.id, Membership.user_id == user.id)
    ).one()


def told(session: Session, kind: str) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for notice in session.scalars(select(Notice).where(Notice.kind == kind)):
        found.setdefault(notice.path, set()).add(notice.user_id or 0)
    return found


def test_a_closed_account_leads_nothing_and_those_above_hear_of_it_at_once(
    session: Session, browse: Browse, world: World
) -> None:
    lead, admin = world.people["lead"], browse(world.people["admin"])
    assert admin.post(f"/admin/people/{lead.public_id}/disable").status_code == 303
    assert not lead_queries.has_lead(session, world.school.id)
    heard = {world.people["hub"].id, world.people["network_lead"].id}
    assert told(session, lead_services.NO_LEAD) == {f"/teams/{world.school.public_id}/lead": heard}


def test_of_two_leads_the_last_who_can_sign_in_can_not_leave(session: Session, world: World) -> None:
    other = make.make_user(session, world.school, role=TeamRole.LEAD)
    services.disable(session, other, by=None, at=make.NOON)
    place = place_of(session, world.school, world.people["lead"])
    by = make.actor_of(session, world.people["lead"])
    with pytest.raises(RuleError):
        team_services.remove_person(session, place, by=by, at=make.NOON)
    team_services.remove_person(session, place_of(session, world.school, other), by=by, at=make.NOON)
    assert place.deleted_at is None


def test_the_job_tells_each_team_once_a_week(session: Session, world: World) -> None:
    alone = make.make_team(session, site=world.school.site, name="Alone")
    make.make_link(session, alone, world.hub)
    make.make_user(session, alone)
    make.make_user(session, world.state, role=TeamRole.LEAD)
    path = f"/teams/{alone.public_id}/lead"
    rows = lead_queries.unled_since(session, only=[alone.id, world.school.id])
    assert [(row.id, row.people) for row in rows] == [(alone.id, 1)]
    assert lead_services.tell_unled(session, rows, at=make.NOON) == 1
    assert lead_services.tell_unled(session, rows, at=make.NOON + timedelta(days=6)) == 0
    assert lead_services.tell_unled(session, rows, at=make.NOON + timedelta(days=8)) == 1
    assert set(told(session, lead_services.NO_LEAD)) == {path}


def test_a_new_team_has_time_to_find_its_lead(session: Session, world: World) -> None:
    team = make.make_team(session, site=world.school.site, name="Just made")
    begun = team.created_at
    found = lead_queries.unled_since(session, before=begun, only=[team.id])
    later = lead_queries.unled_since(session, before=begun + timedelta(seconds=1), only=[team.id])
    assert ([row.id for row in found], [row.id for row in later]) == ([], [team.id])


def test_the_job_runs_and_tells_nothing_twice(app: Flask, session: Session, world: World) -> None:
    services.disable(session, world.people["lead"], by=None, at=make.NOON)
    world.school.created_at = make.NOON - timedelta(days=30)
    session.flush()
    with app.app_context():
        first, second = (work_named(jobs.LEADS)({}, lambda _done: None) for _each in range(2))
    assert (first and first["told"] >= 1, second) == (True, {"ended": 0, "reminded": 0, "told": 0})
