"""Policy notices: a day to acknowledge by, drafts that can be deleted, what teams say."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import history_queries
from feedback import notice_queries, notice_services
from feedback.models import Acknowledgement, PolicyNotice
from nic_platform import audit_trail
from nic_platform.errors import AbsentError, InputError, RuleError
from nic_platform.tables import Notice
from tests.factories import NOON, TODAY, make_policy_notice
from tests.feedback.conftest import Place, later

WORDS = {"title": "Coaching days", "text": "They are kept.", "acknowledge_by": later(10)}


def draft(place: Place, **words: object) -> PolicyNotice:
    by = place.actor("state")
    values = WORDS | words
    return notice_services.write(place.session, place.network.id, place.state.id, values, by=by, at=NOON)


def test_a_notice_goes_to_every_team_below_and_says_by_when(session: Session, place: Place) -> None:
    many = notice_services.send_notice(session, draft(place), by=place.actor("state"), at=NOON)

    assert many == 3
    bodies = set(session.scalars(select(Notice.body).where(Notice.kind == "feedback.policy")))
    assert bodies == {f"They are kept.\n\nSay by {later(10):%b} {later(10).day}, {later(10).year} what it "
                      "enables or hinders at your team."}  # fmt: skip


@pytest.mark.parametrize("by", [TODAY, later(-3)])
def test_nobody_can_acknowledge_by_a_day_that_has_come(session: Session, place: Place, by: date) -> None:
    notice = draft(place, acknowledge_by=by)

    with pytest.raises(InputError) as refusal:
        notice_services.send_notice(session, notice, by=place.actor("state"), at=NOON)

    assert set(refusal.value.fields) == {"acknowledge_by"}
    assert notice.sent_at is None


def test_a_draft_is_deleted_and_comes_back_and_what_was_sent_stays(session: Session, place: Place) -> None:
    notice, state = draft(place), place.actor("state")
    notice_services.delete(session, notice, True, by=state, at=NOON)
    assert notice_queries.list_notices(session, state) == []

    notice_services.delete(session, notice, False, by=state, at=NOON)
    notice_services.send_notice(session, notice, by=state, at=NOON)
    with pytest.raises(RuleError):
        notice_services.delete(session, notice, True, by=state, at=NOON)
    assert [row.title for row in notice_queries.list_notices(session, state)] == ["Coaching days"]


def test_said_again_it_counts_and_what_was_said_before_stays_with_who_said_it(
    session: Session, place: Place
) -> None:
    notice, school = make_policy_notice(session, place.state), place.actor("school")
    for days, words in ((0, ("", "No substitutes")), (1, ("Coaching", "")), (2, ("Coaching", " "))):
        at = NOON + timedelta(days=days)
        notice_services.acknowledge(session, notice, place.school.id, *words, by=school, at=at)
    session.expire_all()

    assert session.scalar(select(func.count(Acknowledgement.id))) == 1
    state = place.actor("state")
    row = notice_queries.notice_row(session, state, notice.public_id)
    (said,) = notice_queries.said_of(session, state, row)
    assert (said.enables, said.hinders, said.at) == ("Coaching", "", NOON + timedelta(days=1))
    assert said.earlier == (notice_queries.Earlier(school.name, NOON, "", "No substitutes"),)
    assert said.id is not None
    story = history_queries.story_of(session, state, "acknowledgement", said.id)
    assert [(each.action, each.at, each.who) for each in story.events] == [
        ("changed", NOON + timedelta(days=1), school.name), ("created", NOON, school.name),
    ]  # fmt: skip
    assert [(line.field, line.before, line.after) for line in story.events[0].lines] == [
        ("enables", "", "Coaching"), ("hinders", "No substitutes", ""),
    ]  # fmt: skip
    with pytest.raises(AbsentError):
        history_queries.story_of(session, place.actor("peer"), "acknowledgement", said.id)
    assert [fault for fault in audit_trail.verify(session) if fault.kind == "acknowledgement"] == []


def test_the_sender_sees_all_the_hub_its_schools_and_a_school_itself(session: Session, place: Place) -> None:
    notice = make_policy_notice(session, place.state)
    for who, team in (("school", place.school), ("peer", place.peer)):
        by = place.actor(who)
        notice_services.acknowledge(session, notice, team.id, "", f"Hinders {who}", by=by, at=NOON)

    seen = {}
    for who in ("state", "hub", "school", "reviewer"):
        actor = place.actor(who)
        row = notice_queries.notice_row(session, actor, notice.public_id)
        said = notice_queries.said_of(session, actor, row, show="all")
        levels = notice_queries.overview(session, actor, row)
        seen[who] = (len(said), sum(each.hinders for each in levels), sum(each.told for each in levels))

    assert seen == {"state": (3, 2, 3), "hub": (3, 2, 3), "school": (1, 1, 1), "reviewer": (3, 2, 3)}


def test_teams_come_page_by_page_and_by_what_they_said(session: Session, place: Place) -> None:
    notice, state = make_policy_notice(session, place.state), place.actor("state")
    notice_services.acknowledge(
        session, notice, place.school.id, "", "No time", by=place.actor("school"), at=NOON
    )
    row = notice_queries.notice_row(session, state, notice.public_id)

    def names(**which: object) -> list[int]:
        return [each.team_id for each in notice_queries.said_of(session, state, row, **which)]  # type: ignore[arg-type]

    assert names(show="hinders") == [place.school.id]
    assert names(show="enables") == []
    assert set(names(show="silent")) == {place.peer.id, place.hub.id}
    first = notice_queries.said_of(session, state, row, show="all", limit=1)
    assert len(first) == 2
    assert names(show="all", after=first[0].team_public_id) == names(show="all")[1:]
