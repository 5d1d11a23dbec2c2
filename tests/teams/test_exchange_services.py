"""What passed on a link: who may write it down, and that silence follows from all of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import notice_services, passing_queries
from nic_platform.actor import Actor, Level
from nic_platform.errors import InputError, RuleError
from teams import exchange_queries, exchange_services, link_services, team_queries
from teams.models import Exchange, Link, Membership, Network, Site
from tests import factories as make
from tests.factories import NOON, TODAY

BY = Actor(1)
EARLIER = TODAY - timedelta(days=20)


class Pair:
    """A school that lifts to a hub, which lifts to the state."""

    def __init__(self, session: Session) -> None:
        network = make.make_network(session)
        levels = (Level.SCHOOL, Level.DISTRICT, Level.STATE)
        self.low, self.hub, self.state = (make.make_team(session, network, level=level) for level in levels)
        self.link = make.make_link(session, self.low, self.hub)
        self.upper = make.make_link(session, self.hub, self.state)
        self.session = session

    def last(self, link: Link | None = None) -> datetime | None:
        wanted = (link or self.link).id
        return self.session.scalars(select(Link.last_exchange_at).where(Link.id == wanted)).one()

    def record(self, on: Any = EARLIER, **more: Any) -> Exchange:
        elsewhere = passing_queries.last_passed(self.session, self.low.id, self.hub.id)
        sent = {"kind": "meeting", "on": on, "words": "Testing"} | more
        return exchange_services.record(self.session, self.link, sent, by=BY, at=NOON, elsewhere=elsewhere)


@pytest.fixture
def pair(session: Session) -> Pair:
    return Pair(session)


def test_a_meeting_counts_for_the_day_it_was_on(pair: Pair) -> None:
    pair.record()
    last = pair.last()
    assert last is not None
    assert last.date() == EARLIER


def test_an_older_meeting_written_down_late_changes_nothing(pair: Pair) -> None:
    pair.record(TODAY)
    pair.record(EARLIER)
    assert pair.last() == NOON


def test_corrected_taken_back_and_brought_back(pair: Pair, session: Session) -> None:
    exchange = pair.record(TODAY)
    when: dict[str, Any] = {"by": BY, "at": NOON}
    exchange_services.change(session, exchange, pair.link, {"on": EARLIER}, **when)
    last = pair.last()
    assert last is not None
    assert last.date() == EARLIER
    exchange_services.remove(session, exchange, pair.link, **when)
    assert pair.last() is None
    exchange_services.bring_back(session, exchange, pair.link, **when)
    assert pair.last() == last


def test_a_meeting_taken_back_leaves_the_item_that_passed(pair: Pair, session: Session) -> None:
    item = make.make_item(session, pair.low, state="waiting", holder_id=pair.hub.id)
    make.make_step(session, item, pair.hub, from_id=pair.low.id, reached_at=NOON - timedelta(days=3))
    exchange = pair.record(TODAY)
    elsewhere = passing_queries.last_passed(session, pair.low.id, pair.hub.id)
    exchange_services.remove(session, exchange, pair.link, by=BY, at=NOON, elsewhere=elsewhere)
    assert pair.last() == NOON - timedelta(days=3)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"on": TODAY - timedelta(days=400)}, "on"),
        ({"kind": "item"}, "kind"),
    ],
)
def test_what_can_not_have_passed_is_refused(
    pair: Pair, session: Session, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as refused:
        pair.record(**wrong)
    assert set(refused.value.fields) == {field}
    assert pair.last() is None


def test_a_policy_notice_counts_on_its_senders_own_links(pair: Pair, session: Session) -> None:
    values = {"title": "Coaching", "text": "Days are kept"}
    notice = notice_services.write(session, pair.low.network_id, pair.state.id, values, by=BY, at=NOON)
    notice_services.send_notice(session, notice, by=BY, at=NOON)
    assert (pair.last(), pair.last(pair.upper)) == (None, NOON)
    assert passing_queries.last_passed(session, pair.hub.id, pair.state.id) == NOON
    assert passing_queries.last_passed(session, pair.low.id, pair.hub.id) is None


def test_what_passed_is_read_by_those_who_read_a_team(pair: Pair, session: Session) -> None:
    pair.record()
    item = make.make_item(session, pair.low, state="waiting", holder_id=pair.hub.id, title="No cover")
    make.make_step(session, item, pair.hub, from_id=pair.low.id)
    stranger = make.make_team(session, site=pair.low.site)
    seen = {}
    for name, team in (("low", pair.low), ("hub", pair.hub), ("state", pair.state), ("peer", stranger)):
        actor = make.actor_of(session, make.make_user(session, team), team)
        exchanges = exchange_queries.exchanges_of(session, actor, pair.link.id)
        items = passing_queries.items_passed(session, actor, pair.low.id, pair.hub.id)
        seen[name] = ([row.words for row in exchanges], [(one.way, one.title) for one in items])
    assert seen == {
        "low": (["Testing"], [("up", "No cover")]),
        "hub": (["Testing"], [("up", "No cover")]),
        "state": (["Testing"], [("up", None)]),
        "peer": ([], [("up", None)]),
    }


def ends(session: Session, actor: Actor, link: Link) -> tuple[str | None, str | None]:
    row = team_queries.link_row(session, actor, link.public_id)
    return row.sender, row.receiver


def test_links_that_nobody_carries_are_found(pair: Pair, session: Session) -> None:
    actor = Actor(1, network_id=pair.low.network_id)
    both = make.make_user(session, pair.low)
    make.make_membership(session, pair.hub, both)
    found = exchange_queries.uncarried_links(session, actor)
    assert [(row.lower, row.upper) for row in found] == [(pair.hub.name, pair.state.name)]
    sender, receiver = make.make_user(session, pair.hub), make.make_user(session, pair.state)
    values = {"sender": sender.public_id, "receiver": receiver.public_id}
    link_services.save_link(session, pair.upper, values, by=BY, at=NOON)
    assert exchange_queries.uncarried_links(session, actor) == []
    assert ends(session, actor, pair.upper) == (sender.name, receiver.name)
    place = session.scalars(select(Membership).where(Membership.user_id == sender.id)).one()
    place.deleted_at = NOON  # who left the team carries nothing any more
    session.flush()
    assert [row.upper for row in exchange_queries.uncarried_links(session, actor)] == [pair.state.name]
    assert ends(session, actor, pair.upper) == (None, receiver.name)
    both.disabled_at = receiver.disabled_at = NOON  # nor who can sign in no more
    session.flush()
    assert len(exchange_queries.uncarried_links(session, actor)) == 2
    assert ends(session, actor, pair.upper) == (None, None)
    assert team_queries.people_linking(session, pair.low.id, pair.hub.id) == []


def test_topics_of_links_are_kept_and_read_for_the_rule(pair: Pair, session: Session) -> None:
    link_services.save_link(session, pair.link, {"topics": ["Testing", " testing "]}, by=BY, at=NOON)
    up = exchange_queries.links_up(session, pair.low.id)
    assert [(link.upper, link.topics) for link in up] == [(pair.hub.name, ["Testing"])]


def test_a_team_moves_only_where_its_links_still_lead_upward(pair: Pair, session: Session) -> None:
    network = session.get_one(Network, pair.low.network_id)
    region, school = (make.make_site(session, network, level=level) for level in (Level.REGION, Level.SCHOOL))
    link_services.move_team(session, pair.hub, region, Level.REGION, by=BY, at=NOON)
    assert (pair.hub.level, pair.hub.rank, pair.hub.site) == (Level.REGION, 3, region)
    for site, level, field in ((school, Level.SCHOOL, "level"), (school, Level.STATE, "level")):
        with pytest.raises(InputError) as refused:
            link_services.move_team(session, pair.hub, site, level, by=BY, at=NOON)
        assert set(refused.value.fields) == {field}
    assert pair.low.name in str(_refusal(session, pair, school))
    assert (pair.hub.level, pair.hub.site) == (Level.REGION, region)


def _refusal(session: Session, pair: Pair, school: Site) -> InputError:
    with pytest.raises(InputError, match="would not lead upward") as refused:
        link_services.move_team(session, pair.hub, school, Level.SCHOOL, by=BY, at=NOON)
    return refused.value


def test_a_team_that_was_put_away_is_not_linked(pair: Pair, session: Session) -> None:
    pair.state.archived_at = NOON
    session.flush()
    with pytest.raises(RuleError, match="put away"):
        link_services.create_link(session, pair.low, pair.state, {}, by=BY, at=NOON)
