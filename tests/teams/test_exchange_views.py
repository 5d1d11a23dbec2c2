"""A link's page: what passed, the form for more, who may; a team's place; peers."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform import clock
from nic_platform.actor import Level
from teams.models import Exchange, Link
from tests import factories as make
from tests.world import World, make_world

As = Callable[[str], FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def as_role(browse: Callable[..., FlaskClient], world: World) -> As:
    return lambda role: browse(world.people[role])


@pytest.fixture
def link(session: Session, world: World) -> Link:
    ends = (Link.lower_id == world.school.id, Link.upper_id == world.hub.id)
    return session.scalars(select(Link).where(*ends)).one()


def today() -> str:
    return clock.today("America/Denver").isoformat()


def test_a_member_writes_down_a_meeting_corrects_it_and_takes_it_back(
    session: Session, as_role: As, link: Link
) -> None:
    client, page = as_role("member"), f"/links/{link.public_id}"
    sent = {"kind": "meeting", "on": today(), "words": "Who covers testing"}
    assert client.post(f"{page}/exchanges", data=sent).status_code == 303
    shown = client.get(page).get_data(as_text=True)
    assert "Who covers testing" in shown
    assert "Last used today." in shown
    exchange = session.scalars(select(Exchange).where(Exchange.link_id == link.id)).one()

    edit = f"/exchanges/{exchange.public_id}"
    assert "Who covers testing" in client.get(f"{edit}/edit").get_data(as_text=True)
    changed = sent | {"words": "Cover is agreed", "version": exchange.version}
    assert client.post(f"{edit}/edit", data=changed).status_code == 303
    stale = client.post(f"{edit}/edit", data=changed | {"words": "Another"})
    assert stale.status_code == 409
    assert "Cover is agreed" in stale.get_data(as_text=True)

    assert "Undo" in client.post(f"{edit}/remove").get_data(as_text=True)
    assert "Cover is agreed" not in client.get(page).get_data(as_text=True)
    assert client.post(f"{edit}/return").status_code == 303
    assert "Cover is agreed" in client.get(page).get_data(as_text=True)


def test_a_day_to_come_is_refused_and_what_was_typed_stays(as_role: As, link: Link, session: Session) -> None:
    day = (clock.today("America/Denver") + timedelta(days=2)).isoformat()
    sent = {"kind": "message", "on": day, "words": "We will talk"}
    answer = as_role("member").post(f"/links/{link.public_id}/exchanges", data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "up to today" in page
    assert "We will talk" in page
    assert session.scalars(select(Exchange).where(Exchange.link_id == link.id)).all() == []


@pytest.mark.parametrize("role", ["observer", "peer", "analyst", "reviewer"])
def test_others_read_the_link_and_write_nothing(as_role: As, link: Link, role: str) -> None:
    page = as_role(role).get(f"/links/{link.public_id}").get_data(as_text=True)
    assert "Write it down" not in page
    sent = {"kind": "meeting", "on": today()}
    assert as_role(role).post(f"/links/{link.public_id}/exchanges", data=sent).status_code == 403


def test_a_peer_sees_that_something_passed_and_not_what(session: Session, as_role: As, link: Link) -> None:
    make.make_exchange(session, link, words="About a person")
    item = session.get_one(Link, link.id)
    barrier = make.make_item(session, item.lower, state="waiting", holder_id=item.upper_id, title="No cover")
    make.make_step(session, barrier, item.upper, from_id=item.lower_id)
    page = as_role("peer").get(f"/links/{link.public_id}").get_data(as_text=True)
    assert "About a person" not in page
    assert "No cover" not in page
    assert "Went up to Hub." in page


def test_a_link_that_nobody_carries_asks_for_people(session: Session, as_role: As, link: Link) -> None:
    client, page = as_role("lead"), f"/links/{link.public_id}"
    assert "sits on both teams" in client.get(page).get_data(as_text=True)  # the world's linking member
    state = session.scalars(select(Link).where(Link.lower_id == link.upper_id)).one()
    assert "Nobody sits on both teams" in client.get(f"/links/{state.public_id}").get_data(as_text=True)


def test_topics_are_written_on_the_link(session: Session, as_role: As, link: Link) -> None:
    sent = {
        "topics": "Testing, staffing",
        "rhythm_days": "30",
        "promised_days": "14",
        "version": link.version,
    }
    answer = as_role("lead").post(f"/links/{link.public_id}/edit", data=sent)
    assert answer.status_code == 303
    session.refresh(link)
    assert link.topics == ["Testing", "staffing"]
    assert "Testing, staffing" in as_role("peer").get(f"/links/{link.public_id}").get_data(as_text=True)


def test_the_page_costs_the_same_with_many_exchanges_and_pages_by_day(
    session: Session,
    as_role: As,
    link: Link,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client, page = as_role("member"), f"/links/{link.public_id}"
    client.get(page)
    costs = []
    for count in (1, 30):
        for number in range(count):
            on = clock.today("America/Denver") - timedelta(days=number)
            make.make_exchange(session, link, on=on, words=f"Meeting {count}.{number}!")
        with count_queries() as seen:
            shown = client.get(page).get_data(as_text=True)
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 12
    assert "Meeting 30.18!" in shown
    assert "Meeting 30.19!" not in shown
    before = (clock.today("America/Denver") - timedelta(days=18)).isoformat()
    assert f"before={before}" in shown
    assert "Meeting 30.19!" in client.get(f"{page}?before={before}").get_data(as_text=True)
    assert client.get(f"{page}?before=never").status_code == 200


def test_a_network_lead_moves_a_team_and_is_refused_where_a_link_would_lead_down(
    session: Session, as_role: As, world: World
) -> None:
    client, address = as_role("network_lead"), f"/teams/{world.hub.public_id}/place"
    assert "Where does Hub work?" in client.get(address).get_data(as_text=True)
    region = make.make_site(session, world.network, level=Level.REGION)
    sent: dict[str, Any] = {"site": str(region.public_id), "level": "region", "version": world.hub.version}
    assert client.post(address, data=sent).status_code == 303
    session.refresh(world.hub)
    assert world.hub.level is Level.REGION
    again = sent | {"site": str(world.school.site.public_id), "level": "school", "version": world.hub.version}
    answer = client.post(address, data=again)
    assert answer.status_code == 422
    assert "would not lead upward" in answer.get_data(as_text=True)
    assert as_role("lead").get(address).status_code == 403
