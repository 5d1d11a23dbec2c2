"""A round tells other systems which milestones were met or missed: each once, none of drafts, no words."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from interchange import jobs
from interchange.milestone_telling_services import tell_of_milestones
from interchange.models import WebhookDelivery
from nic_platform import clock
from nic_platform.tables import Schedule
from teams.models import Team
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.interchange.test_telling_services import make_hook

ZONE = "America/Denver"
Round = Callable[[datetime], list[str]]


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session, make.make_network(session, time_zone=ZONE))


@pytest.fixture
def go_round(session: Session, team: Team, monkeypatch: pytest.MonkeyPatch) -> Round:
    """Make a round at a moment, and return what was told in it: event and milestone."""

    def go(at: datetime) -> list[str]:
        monkeypatch.setattr(clock, "now", lambda: at)
        last = session.scalar(select(WebhookDelivery.id).order_by(WebhookDelivery.id.desc()).limit(1)) or 0
        session.info["at"] = at
        tell_of_milestones(session, team.network_id, ZONE, at)
        session.flush()
        session.info.pop("at")
        fresh = select(WebhookDelivery).where(WebhookDelivery.id > last).order_by(WebhookDelivery.id)
        return [f"{each.event} {each.object_id}" for each in session.scalars(fresh)]

    return go


def test_each_is_told_of_once_when_it_comes_to_stand_so(
    session: Session, team: Team, go_round: Round
) -> None:
    make_hook(session, team.network_id, events=["milestones"])
    make_hook(session, make.make_network(session).id, events=["milestones"])
    plan, words = make.make_plan(session, team), "Canary words"
    measure = make.make_measure(session, team)
    met = make.make_milestone(session, plan=plan, measure=measure, name=words)
    missed = make.make_milestone(session, plan=plan, due_on=TODAY, name=words)
    draft = make.make_milestone(session, plan=plan, due_on=TODAY, is_draft=True)
    gone = make.make_milestone(session, plan=plan, due_on=TODAY, deleted_at=NOON)

    rounds = [go_round(NOON), go_round(NOON + timedelta(minutes=30))]
    make.make_measurement(session, measure, team, TODAY, count=9, population=10)
    rounds += [go_round(NOON + timedelta(hours=1)), go_round(NOON + timedelta(hours=2))]
    rounds += [go_round(NOON + timedelta(hours=hours)) for hours in (13, 14, 48, 480)]

    told = [line for each in rounds for line in each]
    assert rounds[:2] == [[], []]
    assert rounds[2:4] == [[f"milestone.met {met.public_id}"], []]
    assert rounds[4] == [f"milestone.missed {missed.public_id}"], "once its day is over, in Denver"
    assert sorted(told) == sorted({f"milestone.met {met.public_id}", f"milestone.missed {missed.public_id}"})
    assert all(str(each.public_id) not in " ".join(told) for each in (draft, gone))
    sent = json.dumps([each.payload for each in session.scalars(select(WebhookDelivery))])
    assert words not in sent
    assert str(team.public_id) in sent


def test_where_nobody_asks_nothing_is_told_and_the_round_is_noted(
    session: Session, team: Team, go_round: Round
) -> None:
    make.make_milestone(session, team, due_on=TODAY - timedelta(days=1))
    make_hook(session, team.network_id, events=["cycles"])
    assert go_round(NOON) == []
    make_hook(session, team.network_id, events=["milestones"])
    assert go_round(NOON + timedelta(days=40)) == [], "what was missed before anybody asked is old news"


def test_the_job_goes_through_all_networks(app: Flask, session: Session, team: Team) -> None:
    make_hook(session, team.network_id, events=["milestones"])
    make.make_milestone(session, team, due_on=clock.today(ZONE) - timedelta(days=1))
    before = clock.now() - timedelta(days=2)
    session.add(Schedule(name=f"webhook milestones {team.network_id}", last_run_at=before))
    session.flush()
    with app.app_context():
        assert jobs.tell_of_milestones({}, lambda _done: None) == {"told": 1}
        assert jobs.tell_of_milestones({}, lambda _done: None) == {"told": 0}
