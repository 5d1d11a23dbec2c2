"""A lead goes and nothing is orphaned: what hung on them hangs on others, and one press takes it back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from desk import handover_queries, handover_services
from desk.handover_services import Wanted
from desk.models import CalendarFeed
from nic_platform.actor import TeamRole
from nic_platform.errors import InputError, RuleError
from nic_platform.tables import ImportRun, Notice
from teams.models import Link, Membership
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


class Hung:
    """One of each kind that hangs on the lead of the own school, and one that does not."""

    def __init__(self, session: Session, world: World) -> None:
        self.lead, self.member = world.people["lead"], world.people["member"]
        self.up = session.scalars(select(Link).where(Link.lower_id == world.school.id)).one()
        self.down = session.scalars(select(Link).where(Link.upper_id == world.school.id)).one()
        self.up.sender_id = self.down.receiver_id = self.lead.id
        self.item = make.make_item(
            session, world.peer, state="waiting", holder_id=world.school.id, owner_id=self.lead.id
        )
        self.theme = make.make_theme(session, world.school, owner_id=self.lead.id)
        plan = make.make_plan(session, world.school, school_year="2031-32")
        name = self.lead.name
        self.step = make.make_action_step(session, plan, owner=name.upper())
        self.done = make.make_action_step(session, plan, owner=name, done_on=make.TODAY)
        self.milestone = make.make_milestone(session, world.school, plan=plan, collector=name)
        cycle = make.make_cycle(session, world.school, stage="do")
        self.task = make.make_task(session, cycle, owner=name)
        self.decision = make.make_decision(session, world.school, owner=name, due_on=date(2100, 1, 1))
        self.feed = CalendarFeed(
            network_id=world.network.id, user_id=self.lead.id, team_id=world.school.id, token_hash="h" * 64,
            created_at=make.NOON,
        )  # fmt: skip
        session.add(self.feed)
        session.flush()

    def owners(self) -> list[object]:
        """Return on whom each thing hangs now."""
        return [
            self.up.sender_id, self.down.receiver_id, self.item.owner_id, self.theme.owner_id,
            self.step.owner.lower(), self.milestone.collector.lower(), self.task.owner.lower(),
            self.decision.owner.lower(),
        ]  # fmt: skip


KINDS = ("sender", "receiver", "item", "theme", "step", "milestone", "task", "decision")


@pytest.fixture
def hung(session: Session, world: World) -> Hung:
    return Hung(session, world)


def on(user: User) -> list[object]:
    return [user.id] * 4 + [user.name.lower()] * 4


def test_one_of_each_kind_is_found_and_what_is_done_is_not(
    session: Session, world: World, hung: Hung
) -> None:
    found = handover_queries.things_of(session, world.school.id, hung.lead, make.TODAY)
    assert tuple(thing.kind for thing in found) == KINDS


def test_everything_goes_over_the_person_goes_and_one_undo_brings_it_back(
    session: Session, world: World, hung: Hung
) -> None:
    by = make.actor_of(session, hung.lead)
    to = dict.fromkeys(KINDS, hung.member.public_id)
    wanted = Wanted(to, lead=hung.member.public_id, end_feeds=True, take_out=True)
    run = handover_services.hand_over(
        session, world.school, hung.lead, wanted, on=make.TODAY, by=by, at=make.NOON
    )
    places = {
        place.user_id: place
        for place in session.scalars(select(Membership).where(Membership.team_id == world.school.id))
    }
    assert hung.owners() == on(hung.member)
    assert hung.done.owner == hung.lead.name
    assert places[hung.member.id].role is TeamRole.LEAD
    assert places[hung.lead.id].deleted_at == make.NOON
    assert hung.feed.revoked_at == make.NOON
    told = session.scalars(select(Notice).where(Notice.kind == handover_services.HANDED)).one()
    assert (told.user_id, "8 things are yours now" in told.subject) == (hung.member.id, True)

    assert handover_services.undo(session, run, by=by, at=make.NOON) == (10, 0)
    assert hung.owners() == on(hung.lead)
    assert places[hung.member.id].role is TeamRole.MEMBER
    assert places[hung.lead.id].deleted_at is None
    with pytest.raises(RuleError):
        handover_services.undo(session, run, by=by, at=make.NOON)


def test_an_undo_leaves_what_somebody_changed_since(session: Session, world: World, hung: Hung) -> None:
    by = make.actor_of(session, hung.lead)
    to = {"theme": hung.member.public_id, "task": hung.member.public_id}
    run = handover_services.hand_over(
        session, world.school, hung.lead, Wanted(to), on=make.TODAY, by=by, at=make.NOON
    )
    hung.task.owner = "The whole team"
    session.flush()
    assert handover_services.undo(session, run, by=by, at=make.NOON) == (1, 1)
    assert (hung.theme.owner_id, hung.task.owner) == (hung.lead.id, "The whole team")


def test_the_only_lead_does_not_go_without_another(session: Session, world: World, hung: Hung) -> None:
    by = make.actor_of(session, hung.lead)
    with pytest.raises(RuleError):
        handover_services.hand_over(
            session, world.school, hung.lead, Wanted(take_out=True), on=make.TODAY, by=by, at=make.NOON
        )


@pytest.mark.parametrize("role", ["coach", "observer", "hub", "peer", "lead"])
def test_only_who_works_in_the_team_gets_something(
    session: Session, world: World, hung: Hung, role: str
) -> None:
    by, before = make.actor_of(session, hung.lead), hung.owners()
    to = {"theme": world.people[role].public_id}
    with pytest.raises(InputError):
        handover_services.hand_over(
            session, world.school, hung.lead, Wanted(to), on=make.TODAY, by=by, at=make.NOON
        )
    assert hung.owners() == before


def test_what_may_be_somebody_elses_goes_over_only_when_it_is_said(
    session: Session, world: World, hung: Hung
) -> None:
    by, school = make.actor_of(session, hung.lead), world.school
    make.make_user(session, school, name=hung.lead.name.upper())
    hung.task.owner = f"{hung.lead.name} and Tom"
    session.flush()
    found = handover_queries.things_of(session, school.id, hung.lead, make.TODAY)
    assert [thing.kind for thing in found if not thing.is_sure] == ["step", "milestone", "task", "decision"]
    to = dict.fromkeys(KINDS, hung.member.public_id)
    wanted = Wanted(to, also=frozenset({hung.task.public_id}))
    handover_services.hand_over(session, school, hung.lead, wanted, on=make.TODAY, by=by, at=make.NOON)
    name = hung.lead.name.lower()
    assert hung.owners() == [hung.member.id] * 4 + [
        name, name, f"{hung.member.name} and Tom".lower(), name
    ]  # fmt: skip


def test_what_came_since_the_page_was_opened_is_not_handed_over_unseen(
    session: Session, browse: Browse, world: World, hung: Hung
) -> None:
    client = browse(hung.lead)
    address = f"/teams/{world.school.public_id}/people/{hung.lead.public_id}/hand-over"
    hung.task.owner = f"{hung.lead.name} and Tom"
    session.flush()
    page = client.get(address).text
    assert f"It says “{hung.lead.name} and Tom”" in page
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    sent = {"everything": str(hung.member.public_id), "seen": seen, "also_task": [str(hung.task.public_id)]}
    make.make_theme(session, world.school, owner_id=hung.lead.id)
    refused = client.post(address, data=sent)
    assert (refused.status_code, "changed since this page was opened" in refused.text) == (422, True)
    session.expire_all()
    assert hung.owners()[3] == hung.lead.id
    again = refused.text.split('name="seen"')[1].split('value="')[1].split('"')[0]
    assert client.post(address, data=sent | {"seen": again}).status_code == 303
    session.expire_all()
    assert hung.task.owner == f"{hung.member.name} and Tom"


def test_who_is_gone_is_named_for_what_names_them_in_words_alone(session: Session, world: World) -> None:
    gone = make.make_user(session, name="Ines Novak")
    place = make.make_membership(session, world.school, gone, deleted_at=make.NOON)
    plan = make.make_plan(session, world.school, school_year="2031-32")
    make.make_action_step(session, plan, owner="ines  NOVAK")
    found = handover_queries.loose_people(session, world.school.id, make.TODAY)
    assert found == [(gone.public_id, "Ines Novak")]
    place.deleted_at, place.role = None, TeamRole.COACH
    session.flush()
    assert handover_queries.loose_people(session, world.school.id, make.TODAY) == []


def test_who_left_before_is_named_until_it_is_handed_over(session: Session, world: World, hung: Hung) -> None:
    assert handover_queries.loose_people(session, world.school.id, make.TODAY) == []
    hung.lead.disabled_at = make.NOON
    session.flush()
    loose = [(hung.lead.public_id, hung.lead.name)]
    assert handover_queries.loose_people(session, world.school.id, make.TODAY) == loose
    by = make.actor_of(session, world.people["network_lead"])
    to = dict.fromkeys(KINDS, hung.member.public_id)
    handover_services.hand_over(
        session, world.school, hung.lead, Wanted(to), on=make.TODAY, by=by, at=make.NOON
    )
    assert handover_queries.loose_people(session, world.school.id, make.TODAY) == []


# ---------------------------------------------------------------- the pages


def test_a_lead_hands_over_in_one_form_and_undoes_it(
    session: Session, browse: Browse, world: World, hung: Hung
) -> None:
    client, team = browse(hung.lead), f"/teams/{world.school.public_id}"
    address = f"{team}/people/{hung.lead.public_id}/hand-over"
    assert "8 things hang on" in client.get(address).text
    refused = client.post(address, data={"take_out": "y"})
    assert (refused.status_code, "Make somebody else a lead first" in refused.text) == (422, True)
    linking = world.people["linking"]
    sent = {"everything": str(hung.member.public_id), "to_theme": str(linking.public_id)}
    answer = client.post(address, data=sent)
    assert answer.status_code == 303
    session.expire_all()
    assert (hung.theme.owner_id, hung.item.owner_id) == (linking.id, hung.member.id)
    shown = client.get(answer.headers["Location"])
    assert "can be taken back as one piece" in shown.text
    run = session.scalars(
        select(ImportRun).where(ImportRun.kind == "handover").order_by(ImportRun.id.desc())
    ).first()
    assert run is not None
    assert client.post(f"{team}/hand-overs/{run.public_id}/undo").status_code == 303
    session.expire_all()
    assert hung.owners() == on(hung.lead)


def test_a_person_hands_over_their_own_and_nobody_elses(browse: Browse, world: World, hung: Hung) -> None:
    client, people = browse(hung.member), f"/teams/{world.school.public_id}/people"
    assert client.get(f"{people}/{hung.member.public_id}/hand-over").status_code == 200
    assert client.get(f"{people}/{hung.lead.public_id}/hand-over").status_code == 403
    assert client.get(f"{people}/{world.people['peer'].public_id}/hand-over").status_code == 404


def test_the_page_takes_as_many_statements_for_many_things(
    session: Session, browse: Browse, world: World, hung: Hung, count_queries: Counter
) -> None:
    client = browse(hung.lead)
    address = f"/teams/{world.school.public_id}/people/{hung.lead.public_id}/hand-over"

    def count() -> int:
        session.expire_all()
        with count_queries() as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    before = count()
    for _each in range(8):
        make.make_theme(session, world.school, owner_id=hung.lead.id)
        make.make_user(session, world.school)
    assert (count(), before <= 12) == (before, True)


def test_a_hand_over_is_no_import(browse: Browse, world: World, hung: Hung) -> None:
    client = browse(hung.lead)
    address = f"/teams/{world.school.public_id}/people/{hung.member.public_id}/hand-over"
    assert client.post(address, data={}).status_code == 303
    assert f'<th scope="row">{hung.member.name}' not in client.get("/network/imports").text
