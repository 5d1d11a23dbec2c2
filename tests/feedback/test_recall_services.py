"""Teams that have not acknowledged a policy notice are reminded before its day and once after."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import notice_services, recall_services
from feedback.models import PolicyNotice
from nic_platform.tables import Notice
from tests.factories import NOON, make_policy_notice
from tests.feedback.conftest import Place, later, make_break


@pytest.fixture
def policy(session: Session, place: Place) -> PolicyNotice:
    """A notice of the state to all below it, to be acknowledged in ten days; the hub has done so."""
    made = make_policy_notice(session, place.state, sent_at=NOON, acknowledge_by=later(10), title="Dates")
    notice_services.acknowledge(session, made, place.hub.id, "", "", by=place.actor("hub"), at=NOON)
    return made


def run(session: Session, place: Place, day: date) -> list[int]:
    found = recall_services.wanting(session, place.network.id, day)
    return [recall_services.recall(session, each, today=day, at=place.at(day)) for each in found]


def told(session: Session, kind: str) -> list[Any]:
    return list(session.scalars(select(Notice.user_id).where(Notice.kind == f"feedback.{kind}")))


def test_silent_teams_are_reminded_three_days_before_and_once_after(
    session: Session, place: Place, policy: PolicyNotice
) -> None:
    done = [run(session, place, later(day)) for day in (6, 7, 8, 10, 11, 12)]

    assert done == [[], [2], [], [], [2], []]
    schools = [place.people["school"].id, place.people["peer"].id]
    assert sorted(told(session, "recall")) == sorted(schools * 2)


def test_the_sender_hears_how_many_are_silent_once_the_day_has_passed(
    session: Session, place: Place, policy: PolicyNotice
) -> None:
    run(session, place, later(8))
    assert told(session, "recalled") == []

    run(session, place, later(11))

    assert told(session, "recalled") == [place.people["state"].id]
    subject = session.scalar(select(Notice.subject).where(Notice.kind == "feedback.recalled"))
    assert subject == "2 of 3 teams have not acknowledged: Dates"


def test_a_team_that_is_no_more_is_counted_neither_as_silent_nor_as_asked(
    session: Session, place: Place, policy: PolicyNotice
) -> None:
    place.peer.archived_at = NOON
    session.flush()

    assert run(session, place, later(11)) == [1]

    subject = session.scalar(select(Notice.subject).where(Notice.kind == "feedback.recalled"))
    assert subject == "1 of 2 teams has not acknowledged: Dates"


def test_a_break_puts_reminders_off(session: Session, place: Place, policy: PolicyNotice) -> None:
    make_break(session, place.network, later(8), later(14))

    assert [run(session, place, later(day)) for day in (3, 4, 12, 15)] == [[], [2], [], [2]]


def test_nobody_is_reminded_of_what_all_acknowledged_or_what_was_not_sent(
    session: Session, place: Place, policy: PolicyNotice
) -> None:
    for team, who in ((place.school, "school"), (place.peer, "peer")):
        notice_services.acknowledge(session, policy, team.id, "", "", by=place.actor(who), at=NOON)
    make_policy_notice(session, place.state, sent_at=None, acknowledge_by=later(10))

    assert run(session, place, later(9)) == [0]
    assert told(session, "recall") == []


def test_a_second_worker_finds_it_done(session: Session, place: Place, policy: PolicyNotice) -> None:
    found = recall_services.wanting(session, place.network.id, later(9))

    done = [recall_services.recall(session, found[0], today=later(9), at=NOON) for _ in range(2)]

    assert done == [2, 0]
