"""Programs adopt templates, take changes over, take adoptions back, and make templates from strategies."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import CommonMilestone, Milestone, Strand, Strategy, StrategyTemplate
from nic_platform.tables import Notice
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
API = "/api/v1"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


@pytest.fixture
def template(session: Session, world: World) -> StrategyTemplate:
    made = make.make_template(session, world.network, name="Exit tickets for all")
    measure = make.make_measure(session, network_id=world.network.id, name="Tickets")
    for at, target in enumerate((60.0, 90.0), 1):
        make.make_common(
            session, made, measure, strand="Tickets", target=target, week=6 * at, position=at,
            what=f"using tickets, part {at}",
        )  # fmt: skip
    return made


def commons(session: Session, template: StrategyTemplate) -> list[CommonMilestone]:
    query = select(CommonMilestone).where(CommonMilestone.template_id == template.id)
    return list(session.scalars(query.order_by(CommonMilestone.position)))


def milestones_of(session: Session, strategy_id: str) -> list[Milestone]:
    session.expire_all()
    query = select(Milestone).join(Strand, Strand.id == Milestone.strand_id)
    query = query.join(Strategy, Strategy.id == Strand.strategy_id)
    rows = session.scalars(query.where(Milestone.deleted_at.is_(None)).order_by(Milestone.id))
    return [row for row in rows if str(_strategy(session, row)) == strategy_id]


def _strategy(session: Session, milestone: Milestone) -> Any:
    strand = session.get_one(Strand, milestone.strand_id)
    return session.get_one(Strategy, strand.strategy_id).public_id


def test_a_template_is_adopted_as_proposed_once_and_taken_back(
    session: Session, world: World, template: StrategyTemplate, member: FlaskClient
) -> None:
    address = f"{API}/templates/{template.public_id}"
    offered = member.get(f"{address}/adoption").get_json()
    assert offered["plan_id"] == str(world.ids["plan_id"])
    assert [each["target"] for each in offered["milestones"]] == [60.0, 90.0]

    answer = member.post(f"{address}/adopt", json={"cause_id": str(world.ids["cause_id"])})
    assert answer.status_code == 201, answer.get_json()
    made = answer.get_json()
    rows = milestones_of(session, made["id"])
    assert [row.due_on.isoformat() for row in rows if row.due_on] == [
        each["due_on"] for each in offered["milestones"]
    ]
    assert (made["name"], made["root_cause_id"]) == ("Exit tickets for all", str(world.ids["cause_id"]))

    twice = member.post(f"{address}/adopt", json={})
    assert (twice.status_code, list(twice.get_json()["errors"])) == (422, ["again"])
    assert member.get(f"{address}/adoption").get_json()["strategies"] == [made["id"]]
    assert member.post(f"{API}/strategies/{made['id']}/take-back").status_code == 204
    assert milestones_of(session, made["id"]) == []
    assert member.post(f"{API}/strategies/{world.ids['strategy_id']}/take-back").status_code == 409


def test_what_is_named_is_taken_and_each_fault_has_its_place(
    session: Session, template: StrategyTemplate, member: FlaskClient
) -> None:
    address = f"{API}/templates/{template.public_id}/adopt"
    first, second = (str(each.public_id) for each in commons(session, template))
    one = {"common_id": first}

    refused = member.post(
        address, json={"milestones": [one | {"target": 150}, {"common_id": str(template.public_id)}, one]}
    )
    nothing = member.post(address, json={"milestones": []})

    assert set(refused.get_json()["errors"]) == {
        "milestones.0.target", "milestones.1.common_id", "milestones.2.common_id",
    }  # fmt: skip
    assert (refused.status_code, nothing.status_code) == (422, 422)
    mine = {"common_id": second, "due_on": "2026-03-06", "target": 75}
    made = member.post(address, json={"milestones": [mine]}).get_json()
    (row,) = milestones_of(session, made["id"])
    assert (str(row.due_on), row.target, row.is_draft) == ("2026-03-06", 75.0, False)


def test_changes_are_told_and_taken_over_once(
    session: Session, world: World, template: StrategyTemplate, member: FlaskClient, browse: Browse
) -> None:
    made = member.post(f"{API}/templates/{template.public_id}/adopt", json={}).get_json()
    first = commons(session, template)[0]
    lead = browse(world.people["network_lead"])
    tell = f"{API}/templates/{template.public_id}/tell"
    changed = lead.patch(
        f"{API}/common-milestones/{first.public_id}", json={"what": "using them daily", "version": 1}
    )
    assert changed.status_code == 200
    assert lead.post(tell).get_json() == {"teams": 1}
    assert session.scalars(select(Notice).where(Notice.kind == "milestones.template")).all()
    address = f"{API}/strategies/{made['id']}/updates"

    told = member.get(address).get_json()
    (change,) = told["changes"]
    assert change["common_id"] == str(first.public_id)
    assert {"name": "what", "yours": "using tickets, part 1", "now": "using them daily"} in (
        change["differences"]
    )
    far = {"take": [], "seen_at": "0001-01-01T00:00:00+14:00"}
    assert member.post(address, json=far).status_code == 422
    taken = member.post(address, json={"take": [change["common_id"]], "seen_at": told["seen_at"]})

    assert taken.get_json() == {"count": 1}
    assert milestones_of(session, made["id"])[0].what == "using them daily"
    assert member.get(address).get_json()["changes"] == []
    assert member.post(tell).status_code == 403


def test_a_network_lead_makes_a_template_from_a_strategy_and_puts_it_in_order(
    session: Session, world: World, browse: Browse, member: FlaskClient
) -> None:
    address = f"{API}/strategies/{world.ids['strategy_id']}/template"
    lead = browse(world.people["network_lead"])

    made = lead.post(address).get_json()
    sent = {"what": "calling home the same day", "target": 80}
    added = lead.post(f"{API}/templates/{made['id']}/milestones", json=sent).get_json()

    assert (made["is_offered"], member.post(address).status_code) == (False, 403)
    assert member.get(f"{API}/templates/{made['id']}").status_code == 404
    moved = lead.post(f"{API}/common-milestones/{added['id']}/move", json={"way": "up"}).get_json()
    assert (added["position"], moved["position"]) == (2, 1)
    assert lead.post(f"{API}/common-milestones/{added['id']}/move", json={"way": "left"}).status_code == 422
