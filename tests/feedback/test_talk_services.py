from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import history_queries
from feedback import answer_services, services, talk_queries, talk_services
from feedback.audiences import Audience
from feedback.models import FeedbackItem, FeedbackMessage
from feedback.queries import tracks
from nic_platform import audit_trail
from nic_platform.actor import TeamRole
from nic_platform.errors import InputError
from nic_platform.tables import AuditEntry, Notice
from teams.models import Membership
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place

EVERYONE = ("school", "coach", "observer", "hub", "state", "network_lead", "reviewer")


def lifted(place: Place, words: str = "Six schools", audience: str = "track") -> FeedbackItem:
    item = place.sent()
    answer_services.lift(
        place.session, item, place.further, words, by=place.actor("hub"), at=NOON, day=TODAY,
        audience=audience,
    )  # fmt: skip
    return item


def readers(place: Place, item: FeedbackItem, text: str) -> set[str]:
    return {
        who
        for who in EVERYONE
        if text in {row.text for row in talk_queries.messages_of(place.session, place.actor(who), item)}
    }


def test_words_kept_to_a_hop_are_read_by_its_two_teams_alone(session: Session, place: Place) -> None:
    item = lifted(place, audience="hop")

    seen = {who: tracks(session, [item.id], place.actor(who))[item.id][1] for who in EVERYONE}

    assert {who for who, leg in seen.items() if leg.words} == {"hub", "state", "reviewer"}
    assert {who for who, leg in seen.items() if leg.is_kept} == {
        "school",
        "coach",
        "observer",
        "network_lead",
    }
    assert all(leg.act == "lifted" for leg in seen.values())
    assert tracks(session, [item.id])[item.id][1].words == ""


def test_the_notice_of_kept_words_brings_them_to_the_two_teams_alone(session: Session, place: Place) -> None:
    lifted(place, audience="hop")

    told = session.execute(select(Notice.user_id, Notice.body).where(Notice.kind == "feedback.lifted"))

    assert {row[0]: row[1] for row in told} == {
        place.people["school"].id: "",
        place.people["state"].id: "Six schools",
    }


def test_a_declined_item_keeps_its_reason_between_the_two(session: Session, place: Place) -> None:
    item = lifted(place)
    answer_services.decline(
        session, item, "Not a rule of ours", by=place.actor("state"), at=NOON, day=TODAY, audience="hop"
    )

    told = session.execute(select(Notice.user_id, Notice.body).where(Notice.kind == "feedback.declined"))

    assert {row[0]: row[1] for row in told}[place.people["hub"].id] == ""
    assert tracks(session, [item.id], place.actor("hub"))[item.id][2].words == ""
    assert tracks(session, [item.id], place.actor("school"))[item.id][2].words == "Not a rule of ours"


@pytest.mark.parametrize(
    ("audience", "who", "read_by"),
    [
        (Audience.TRACK, "hub", set(EVERYONE)),
        (Audience.HOP, "hub", {"hub", "state", "reviewer"}),
        (Audience.TEAM, "school", {"school", "coach", "observer"}),
    ],
)
def test_who_reads_a_message(
    session: Session, place: Place, audience: Audience, who: str, read_by: set[str]
) -> None:
    item = lifted(place)

    talk_services.say(session, item, "Between us", by=place.actor(who), at=NOON, audience=audience)
    answer_services.decline(session, item, "No", by=place.actor("state"), at=NOON, day=TODAY)

    assert readers(place, item, "Between us") == read_by
    told = {place.people[name].id for name in ("school", "hub", "state") if name in read_by and name != who}
    notices = session.scalars(select(Notice.user_id).where(Notice.kind == "feedback.message"))
    assert set(notices) == told - ({place.people["hub"].id} if audience is Audience.TRACK else set())


def test_a_team_has_no_part_in_a_step_between_two_others(session: Session, place: Place) -> None:
    item = lifted(place)

    with pytest.raises(InputError) as refusal:
        talk_services.say(session, item, "Us", by=place.actor("school"), at=NOON, audience=Audience.HOP)

    assert set(refusal.value.fields) == {"audience"}


def test_what_was_said_on_a_draft_stays_with_its_team(session: Session, place: Place) -> None:
    item = place.draft()
    talk_services.say(session, item, "Shall we name the coach?", by=place.actor("school"), at=NOON)
    services.send(session, item, place.up, by=place.actor("school"), at=NOON, day=TODAY)

    assert readers(place, item, "Shall we name the coach?") == {"school", "coach", "observer"}


def test_who_is_named_is_told_once_by_a_notice_of_their_own(session: Session, place: Place) -> None:
    item = place.sent()
    colleague = make.make_user(session, place.hub, role=TeamRole.OBSERVER, name="Dee Ortiz")

    talk_services.say(session, item, "@Dee Ortiz knows the roster", by=place.actor("school"), at=NOON)

    told = session.execute(select(Notice.kind, Notice.user_id).where(Notice.kind != "feedback.arrived"))
    assert {(row[0], row[1]) for row in told} == {
        ("feedback.mention", colleague.id), ("feedback.message", place.people["hub"].id),
    }  # fmt: skip
    row = talk_queries.messages_of(session, place.actor("hub"), item)[0]
    assert row.told == ("Dee Ortiz",)


def test_nobody_is_named_who_would_not_read_it(session: Session, place: Place) -> None:
    item = place.sent()

    with pytest.raises(InputError) as refusal:
        talk_services.say(
            session, item, "Us", by=place.actor("school"), at=NOON, audience=Audience.TEAM,
            mentions={place.people["hub"].id},
        )  # fmt: skip

    assert set(refusal.value.fields) == {"people"}
    assert session.query(FeedbackMessage).count() == 0


def test_a_message_sent_twice_is_written_once(session: Session, place: Place) -> None:
    item, key = place.sent(), uuid4()
    session.info["user_id"] = place.people["hub"].id

    first, second = (
        talk_services.say(session, item, "Which days?", by=place.actor("hub"), at=NOON, key=key)
        for _time in range(2)
    )

    assert first is second
    session.info.pop("user_id")


def test_nobody_who_reads_no_drafts_is_told_of_one(place: Place) -> None:
    item, observer = place.draft(), place.people["observer"]

    with pytest.raises(InputError):
        talk_services.say(
            place.session, item, "Look", by=place.actor("school"), at=NOON, mentions=[observer.id]
        )
    talk_services.say(place.session, item, f"@{observer.name} look", by=place.actor("school"), at=NOON)

    assert place.session.scalars(select(Notice).where(Notice.user_id == observer.id)).all() == []
    assert observer.id not in {
        person.key for person in talk_queries.people_of(place.session, {place.school.id}, is_draft=True)
    }


def test_an_author_takes_a_message_back_and_puts_it_back(session: Session, place: Place) -> None:
    item, hub, school = place.sent(), place.actor("hub"), place.actor("school")
    made = talk_services.say(session, item, "Wrong school, sorry", by=hub, at=NOON)

    talk_services.take_back(session, made, True, by=hub, at=NOON)

    assert talk_queries.messages_of(session, school, item) == []
    [gone] = talk_queries.messages_of(session, school, item, with_taken_back=True)
    assert (gone.text, gone.taken_back, gone.is_own) == ("", True, False)
    told = session.scalars(select(Notice).where(Notice.kind == "feedback.message")).one()
    assert (told.body, told.mail_state) == ("", "none")
    talk_services.take_back(session, made, False, by=hub, at=NOON)
    assert [row.text for row in talk_queries.messages_of(session, school, item)] == ["Wrong school, sorry"]


def test_the_words_of_a_message_taken_back_are_in_no_history(session: Session, place: Place) -> None:
    item, hub = place.sent(), place.actor("hub")
    made = talk_services.say(session, item, "Wrong school, sorry", by=hub, at=NOON)
    gone = session.scalars(select(Membership).where(Membership.user_id == place.people["school"].id)).one()
    gone.deleted_at = NOON  # somebody who left since has the notice still

    talk_services.take_back(session, made, True, by=hub, at=NOON)
    session.flush()
    session.expire_all()

    story = history_queries.story_of(session, hub, "feedback_message", made.public_id)
    assert [event.action for event in story.events] == ["redacted", "deleted", "created"]
    assert "Wrong school" not in str(story)
    assert "Wrong school" not in str(list(session.scalars(select(AuditEntry.changes))))
    assert "Wrong school" not in str(list(session.scalars(select(Notice.body))))
    assert [fault for fault in audit_trail.verify(session) if fault.kind == "feedback_message"] == []
    talk_services.take_back(session, made, False, by=hub, at=NOON)
    told = history_queries.story_of(session, hub, "feedback_message", made.public_id)
    assert told.title == "Wrong school, sorry"
    assert told.events[0].lines[0].after == "Wrong school, sorry"
    assert [fault for fault in audit_trail.verify(session) if fault.kind == "feedback_message"] == []
