"""The statements of the queue are kept: each is shown what waits with their own teams, narrowed as asked."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from feedback import batch_queries, queue_item_queries, queue_queries
from feedback.models import ActBatch, FeedbackItem, Theme
from feedback.queue_item_queries import Filters
from nic_platform.actor import Actor, Level
from teams.models import Team
from tests import factories as make

TODAY = make.TODAY


@dataclass
class Queue:
    """A hub with reports: one in a theme and late, one given to its person, one without a day."""

    hub: Team
    person: Actor
    theme: Theme
    batch: ActBatch
    items: list[FeedbackItem]


def a_queue(session: Session) -> Queue:
    network = make.make_network(session)
    hub = make.make_team(session, network, level=Level.DISTRICT)
    district = make.make_site(session, network, level=Level.DISTRICT, name="Cottonwood")
    school = make.make_team(session, network, site=make.make_site(session, network, name="Alder Creek"))
    user = make.make_user(session, hub)
    theme = make.make_theme(session, hub)
    other = make.make_team(session, network)
    items = [
        make.make_item(session, team, state="waiting", holder_id=hub.id, **values)
        for team, values in (
            (school, {"theme_id": theme.id, "due_on": TODAY - timedelta(days=2), "kind": "question"}),
            (other, {"owner_id": user.id, "due_on": TODAY, "district_id": district.id}),
            (other, {"title": "50% of buses are late"}),
        )
    ]
    batch = ActBatch(
        network_id=network.id, team_id=hub.id, user_id=user.id, act="join", words="", at=make.NOON
    )
    session.add(batch)
    session.flush()
    return Queue(hub, make.actor_of(session, user), theme, batch, items)


@pytest.fixture
def queues(session: Session) -> list[Queue]:
    return [a_queue(session), a_queue(session)]


NARROW: list[tuple[Filters, list[int]]] = [
    (Filters(), [0, 1, 2]),
    (Filters(unsorted=True), [1, 2]),
    (Filters(district="Cottonwood"), [1]),
    (Filters(site="Alder Creek"), [0]),
    (Filters(late_on=TODAY), [0]),
    (Filters(unowned=True), [0, 2]),
    (Filters(unowned=True, unsorted=True), [2]),
    (Filters(kind="question"), [0]),
    (Filters(words="50%"), [2]),
    (Filters(words="0_"), []),
]


def test_each_reads_their_own_queue_narrowed(session: Session, queues: list[Queue]) -> None:
    for wanted, places in NARROW:
        for each in queues:
            found = queue_item_queries.list_waiting(session, each.person, [each.hub.id], wanted)
            assert [row.id for row in found] == [each.items[place].id for place in places], wanted


def test_a_theme_and_an_owner_are_asked_for_by_number(session: Session, queues: list[Queue]) -> None:
    for each in queues:
        by_theme, by_owner = (
            [row.id for row in queue_item_queries.list_waiting(session, each.person, [each.hub.id], wanted)]
            for wanted in (Filters(theme_id=each.theme.id), Filters(owner_id=each.person.user_id))
        )
        assert (by_theme, by_owner) == ([each.items[0].id], [each.items[1].id])


def test_a_page_begins_after_the_last_with_a_day_or_without(session: Session, queues: list[Queue]) -> None:
    for each in queues:
        pages = [
            queue_item_queries.list_waiting(
                session, each.person, [each.hub.id], after=(last.due_on, last.id), limit=1
            )
            for last in each.items
        ]
        numbers = [item.id for item in each.items]
        assert [[row.id for row in page] for page in pages] == [numbers[1:], numbers[2:], []]


def test_teams_themes_people_and_acts_are_those_of_who_asks(session: Session, queues: list[Queue]) -> None:
    for each in queues:
        own = [each.hub.id]
        assert [team.id for team in queue_queries.queue_teams(session, each.person)] == own
        assert [row.id for row in queue_queries.theme_choices(session, each.person)] == [each.theme.id]
        assert [row.id for row in queue_queries.list_themes(session, each.person)] == [each.theme.id]
        assert queue_queries.theme_row(session, each.person, each.theme.public_id).id == each.theme.id
        assert [row.id for row in queue_queries.themes_by_id(session, each.person, [each.theme.id])] == [
            each.theme.id
        ]
        assert [row.id for row in queue_item_queries.people_for(session, own)] == [each.person.user_id]
        assert [row.id for row in batch_queries.batch_rows(session, each.person, team_ids=own)] == [
            each.batch.id
        ]


def test_what_is_anothers_is_not_found_by_its_name(session: Session, queues: list[Queue]) -> None:
    one, other = queues
    assert batch_queries.batch_rows(session, one.person, batch_id=other.batch.public_id) == []
    assert queue_queries.themes_by_id(session, one.person, [other.theme.id]) == []
    stranger = replace(one.person, network_id=other.person.network_id, team_id=None, roles={})
    assert queue_queries.theme_choices(session, stranger) == []
