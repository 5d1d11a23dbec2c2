"""What somebody may not read any more is in no mail that goes out later."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from desk import digest_queries, digest_services, reader_queries
from desk.reader_queries import Kept
from nic_platform import clock, letters, mail, notices
from nic_platform.tables import Notice, NoticeChoice
from teams.models import Link, Membership
from teams.services import rebuild_reach
from tests import factories as make
from tests.world import World, make_world

AT = make.NOON


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def paths(session: Session, world: World) -> dict[str, str]:
    """A report of the school with the hub, a cycle of the school, and a page of the team."""
    item = make.make_item(session, world.school, state="waiting", holder_id=world.hub.id, sent_at=AT)
    make.make_step(session, item, world.hub)
    cycle = make.make_cycle(session, world.school, stage="do")
    return {
        "feedback.message": f"/feedback/{item.public_id}", "cycle.note": f"/cycles/{cycle.public_id}",
        "team.handed_over": f"/teams/{world.school.public_id}/people",
    }  # fmt: skip


def hidden(session: Session, world: World, user: User, paths: dict[str, str]) -> set[str]:
    kinds = list(paths)
    kept = [Kept(place, world.network.id, kind, paths[kind]) for place, kind in enumerate(kinds)]
    session.expire_all()
    return {kinds[number] for number in reader_queries.no_longer_read(session, user.id, kept)}


def leave(session: Session, user: User, **where: Any) -> None:
    for place in session.scalars(select(Membership).where(Membership.user_id == user.id)):
        place.deleted_at = AT
    session.flush()


def test_each_reads_what_their_page_shows_them(session: Session, world: World, paths: dict[str, str]) -> None:
    reads = {who: hidden(session, world, world.people[who], paths) for who in ("member", "hub", "peer")}
    assert reads == {"member": set(), "hub": set(), "peer": {"feedback.message", "cycle.note"}}
    assert hidden(session, world, world.people["other_network"], paths) == set(paths)


def test_who_left_reads_nothing_of_it(session: Session, world: World, paths: dict[str, str]) -> None:
    member = world.people["member"]
    leave(session, member)
    assert hidden(session, world, member, paths) == set(paths)


def test_a_link_that_is_cut_hides_what_it_showed(
    session: Session, world: World, paths: dict[str, str]
) -> None:
    for link in session.scalars(select(Link).where(Link.lower_id == world.school.id)):
        link.deleted_at = AT
    session.flush()
    rebuild_reach(session, world.network.id)
    assert hidden(session, world, world.people["hub"], paths) == {"cycle.note"}


def test_that_something_was_taken_back_is_told_and_what_is_shared_reaches_peers(
    session: Session, world: World, paths: dict[str, str]
) -> None:
    shared = make.make_item(
        session, world.school, kind="success", state="closed", is_shared=True, holder_id=None, sent_at=AT
    )
    told = {
        "feedback.withdrawn": paths["feedback.message"], "feedback.cheer": f"/feedback/{shared.public_id}",
        "feedback.message": f"/feedback/{shared.public_id}",
    }  # fmt: skip
    assert hidden(session, world, world.people["peer"], told) == {"feedback.message"}


def test_a_digest_leaves_it_out_and_there_is_none_where_nothing_is_left(
    session: Session, world: World, paths: dict[str, str]
) -> None:
    member, hub = world.people["member"], world.people["hub"]
    for user in (member, hub):
        session.add(NoticeChoice(user_id=user.id, kind="feedback.messages", by_mail="digest"))
    session.flush()
    notices.notify(
        session, [member.id, hub.id], kind="feedback.message", subject="A message on: Secret title",
        path=paths["feedback.message"], network_id=world.network.id, at=AT,
    )  # fmt: skip
    leave(session, member)
    sent = {
        each.user_id: digest_services.send_digest(session, each, base_url="", at=AT + timedelta(days=2))
        for each in digest_queries.waiting(session)
    }
    assert sent == {member.id: False, hub.id: True}
    bodies = session.scalars(select(Notice.body).where(Notice.user_id == member.id, Notice.kind == "digest"))
    assert list(bodies) == []
    states = select(Notice.mail_state).where(Notice.user_id == member.id, Notice.kind == "feedback.message")
    assert session.scalars(states).all() == ["none"]


def test_a_mail_that_waited_for_the_morning_is_asked_about_again(
    app: Flask, session: Session, world: World, paths: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    member, hub = world.people["member"], world.people["hub"]
    now: datetime = clock.now()
    notices.notify(
        session, [member.id, hub.id], kind="feedback.message", subject="A message on: Secret title",
        path=paths["feedback.message"], network_id=world.network.id, at=now - timedelta(hours=9),
    )  # fmt: skip
    leave(session, member)
    handed: list[letters.Letter] = []
    monkeypatch.setattr(mail, "_hand_over", lambda some, _at, _counts: handed.extend(some))
    with app.app_context():
        mail.send_due(now)
    assert [each.address for each in handed if each.kind == "feedback.message"] == [hub.email]
