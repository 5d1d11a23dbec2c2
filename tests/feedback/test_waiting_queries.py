"""What waits with a team is counted by the database as it was row by row: the same, for each who asks."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from feedback import queries, waiting_queries
from feedback.models import FeedbackItem, FeedbackStep
from feedback.rules import OPEN, State, late_by
from nic_platform.actor import Actor, Level
from teams.breaks import breaks_from
from teams.models import Team
from tests import factories as make

TODAY = make.TODAY
BREAKS = breaks_from([(TODAY - timedelta(days=3), TODAY - timedelta(days=1))])
STATES = ["waiting"] * 5 + ["answered", "partly", "declined", "asked_back", "closed"]
TITLES = ["Coaches cover", " coaches COVER ", "Buses", "Mud", "Mud ", "A test window"]
Told = list[tuple[int, int]]


def told(waiting: waiting_queries.Waiting) -> tuple[Told, int, int, int]:
    """Return the nearest problems (number of the first report, teams), and the counts over all."""
    nearest = [(each.first.number, each.teams) for each in waiting.nearest]
    return nearest, waiting.problems, waiting.reports, waiting.late


def counted(session: Session, actor: Actor, limit: int) -> tuple[Told, int, int, int]:
    """Return the same, from all rows one by one."""
    team = actor.team_id or 0
    waiting = queries.waiting_for_team(session, actor, team, TODAY)
    rows = [row for row in waiting if row.team_id != team]
    groups: dict[object, list[queries.ItemRow]] = {}
    for row in sorted(rows, key=lambda row: (row.due_on or date.max, row.number)):
        groups.setdefault(row.theme_id or row.title.strip().lower(), []).append(row)
    nearest = [(each[0].number, len({row.team_id for row in each})) for each in groups.values()]
    late = sum(late_by(row.due_on, TODAY, BREAKS) > 0 for row in rows)
    return nearest[:limit], len(groups), len(rows), late


def a_heap(session: Session, network: Any, draw: Random) -> list[Actor]:
    """Return people of two hubs of a network, between which many reports of many kinds lie."""
    hubs = [make.make_team(session, network, level=Level.DISTRICT) for _hub in range(2)]
    schools = [make.make_team(session, network) for _school in range(4)]
    themes = [make.make_theme(session, hubs[0]) for _theme in range(2)]
    for _item in range(40):
        values: dict[str, Any] = {
            "state": draw.choice(STATES), "title": draw.choice(TITLES),
            "theme_id": draw.choice([None, None, *(theme.id for theme in themes)]),
            "due_on": draw.choice([None, *(TODAY + timedelta(days=days) for days in (-9, -2, 0, 0, 4))]),
            "look_again_on": draw.choice([None, TODAY, TODAY + timedelta(days=1)]),
            "offered_to_id": draw.choice([None, None, None, hubs[0].id]),
            "holder_id": draw.choice(hubs).id,
        }  # fmt: skip
        item = make.make_item(session, draw.choice([*schools, *hubs]), **values)
        make.make_step(session, item, session.get_one(Team, item.holder_id), 0)
    return [make.actor_of(session, make.make_user(session, hub)) for hub in hubs]


@pytest.fixture
def draw() -> Random:
    return Random(2026)


def test_the_database_counts_problems_as_they_were_counted_one_by_one(session: Session, draw: Random) -> None:
    people = [each for _network in range(2) for each in a_heap(session, make.make_network(session), draw)]

    for limit in (13, 3):
        seen = [
            told(waiting_queries.waiting_from_others(session, actor, TODAY, BREAKS.settled(TODAY), limit))
            for actor in people
        ]
        assert seen == [counted(session, actor, limit) for actor in people]
        assert len({str(each) for each in seen}) == len(people)
    found = waiting_queries.waiting_from_others(session, people[0], TODAY, TODAY, 3)
    assert [type(count) for count in (found.problems, found.reports, found.late)] == [int, int, int]


def test_what_a_team_raised_is_its_turn_or_among_the_newest(session: Session, draw: Random) -> None:
    people = [each for _network in range(2) for each in a_heap(session, make.make_network(session), draw)]

    for actor in people:
        team = actor.team_id or 0
        waiting = [
            row.number for row in queries.waiting_for_team(session, actor, team, TODAY) if row.team_id == team
        ]
        newest = [row.number for row in queries.open_for_team(session, actor, team)]
        found = waiting_queries.raised_by_team(session, actor, TODAY)
        assert [row.number for row in found.turn] == waiting
        assert [row.number for row in found.others] == [each for each in newest if each not in waiting]
        assert {row.team_id for row in [*found.turn, *found.others]} <= {team}


def test_turns_are_counted_and_what_is_open_around_a_team_is_found_as_row_by_row(
    session: Session, draw: Random
) -> None:
    for actor in [
        each for _network in range(2) for each in a_heap(session, make.make_network(session), draw)
    ]:
        team = actor.team_id or 0
        turns = queries.waiting_for_team(session, actor, team, TODAY)
        late = sum(late_by(row.due_on, TODAY, BREAKS) > 0 for row in turns)
        found = waiting_queries.count_turns(session, actor, TODAY, BREAKS.settled(TODAY))
        assert found == (len(turns), late)

        item = FeedbackItem
        through = item.id.in_(select(FeedbackStep.item_id).where(FeedbackStep.team_id == team))
        around = or_(item.team_id == team, item.offered_to_id == team, through)
        wanted = queries.visible_to(actor).where(around, item.state.in_([State.DRAFT, *OPEN]))
        rows = session.scalars(wanted.order_by(item.due_on.is_(None), item.due_on, item.number))
        numbers = [row.number for row in rows]
        assert [row.number for row in queries.open_at(session, actor, team)] == numbers
        assert [row.number for row in queries.open_at(session, actor, team, 5)] == numbers[:5]


def test_a_chosen_team_that_is_not_ones_own_shows_nothing(session: Session) -> None:
    hub = make.make_team(session, level=Level.DISTRICT)
    make.make_item(session, make.make_team(session), state="waiting", holder_id=hub.id)
    stranger = Actor(1, network_id=hub.network_id, team_id=hub.id)

    assert waiting_queries.waiting_from_others(session, stranger, TODAY, TODAY, 5).reports == 0
    assert waiting_queries.raised_by_team(session, stranger, TODAY).turn == []
    assert waiting_queries.count_turns(session, stranger, TODAY, TODAY) == (0, 0)


def test_the_ways_of_items_come_without_their_words(session: Session) -> None:
    school, hub = make.make_team(session), make.make_team(session, level=Level.DISTRICT)
    item = make.make_item(session, school, state="waiting", holder_id=hub.id)
    make.make_step(session, item, hub, 1)
    make.make_step(session, item, school, 0, act="sent", words="For the hub alone", left_at=make.NOON)

    ways = waiting_queries.legs_of(session, [item.id])

    assert [(leg.team, leg.act, leg.left_at) for leg in ways[item.id]] == [
        (school.name, "sent", make.NOON), (hub.name, "", None)
    ]  # fmt: skip
    assert waiting_queries.legs_of(session, []) == {}
