import pytest
from sqlalchemy.orm import Session

from cycles import quick_services, services
from cycles.models import Cycle
from cycles.rules import QuickLog, Stage
from nic_platform.actor import Actor
from teams.models import Team
from tests import factories as make
from tests.factories import NOON, TODAY

LOG = QuickLog("One question", "Most answer", "19 of 24 did", "", "adopt", "held")


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session)


@pytest.fixture
def member(session: Session, team: Team) -> Actor:
    return make.actor_of(session, make.make_user(session, team), team)


def logged(session: Session, team: Team, member: Actor, log: QuickLog) -> Cycle:
    milestone = make.make_milestone(session, team)
    return quick_services.quick_log(
        session, log, team_id=team.id, milestone_id=milestone.id, by=member, at=NOON
    )


def test_a_whole_test_lands_in_the_full_forms_columns(session: Session, team: Team, member: Actor) -> None:
    cycle = logged(session, team, member, LOG)
    [prediction] = services.live(cycle)

    assert (cycle.stage, cycle.outcome, cycle.is_quick, cycle.is_draft) == ("closed", "done", True, False)
    assert (cycle.change, cycle.observations, cycle.decision) == ("One question", "19 of 24 did", "adopt")
    assert (prediction.expected, prediction.result, prediction.verdict) == (
        "Most answer",
        "19 of 24 did",
        "held",
    )
    assert (cycle.began_on, prediction.locked_at) == (TODAY, NOON)


@pytest.mark.parametrize(
    ("log", "stage", "draft"),
    [
        (QuickLog("One question"), "plan", True),
        (QuickLog("One question", "Most answer"), "do", False),
        (QuickLog("One question", "Most answer", "19 did"), "act", False),
    ],
)
def test_an_unfinished_log_waits_at_its_step(
    session: Session, team: Team, member: Actor, log: QuickLog, stage: str, draft: bool
) -> None:
    cycle = logged(session, team, member, log)
    assert (cycle.stage, cycle.is_draft) == (stage, draft)


def test_it_grows_into_the_full_form(session: Session, team: Team, member: Actor) -> None:
    cycle = logged(session, team, member, LOG)
    values = {"aim": "Less copying", "who": "Grade 2", "scale": "teacher"}
    services.save(session, cycle, Stage.PLAN, values, by=member, at=NOON)

    assert not cycle.is_quick
    assert (cycle.change, cycle.observations, cycle.stage) == ("One question", "19 of 24 did", "closed")
