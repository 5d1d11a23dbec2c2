"""The network offers a strategy; teams adopt it with their own dates, and what they count pools."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from measures.models import Measure
from milestones.models import CommonMilestone, Milestone, Plan, Strand, Strategy, StrategyTemplate
from nic_platform import clock
from nic_platform.tables import Notice
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def lead(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["network_lead"])


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


@pytest.fixture
def template(session: Session, world: World) -> StrategyTemplate:
    """Two strands: tickets twice with one measure, and a thing to have in place."""
    made = make.make_template(session, world.network, name="Exit tickets for all")
    measure = make.make_measure(session, network_id=world.network.id, name="Tickets")
    make.make_common(session, made, measure, strand="Tickets", target=60.0, week=6, position=1)
    make.make_common(session, made, measure, strand="Tickets", target=90.0, week=18, position=2)
    make.make_common(
        session, made, strand="Bank", what="a bank of exemplars", is_deliverable=True, target=None,
        acceptance_test="Three are used", week=None, position=3,
    )  # fmt: skip
    return made


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def commons(session: Session, template: StrategyTemplate) -> list[CommonMilestone]:
    query = select(CommonMilestone).where(CommonMilestone.template_id == template.id)
    return list(session.scalars(query.order_by(CommonMilestone.position)))


def choice(session: Session, template: StrategyTemplate, **more: str) -> dict[str, str]:
    """Return what the form sends when everything is taken, with dates and targets of our own."""
    sent = {"cause": ""}
    for at, each in enumerate(commons(session, template)):
        key = each.public_id.hex
        sent |= {f"take_{key}": "y", f"due_{key}": f"2026-0{at + 1}-15", f"target_{key}": f"{70 + at}"}
    return sent | more


def adopted(session: Session, team_id: int) -> list[Strategy]:
    query = (
        select(Strategy)
        .join(Plan, Plan.id == Strategy.plan_id)
        .where(Plan.team_id == team_id, Strategy.template_id.is_not(None), Strategy.deleted_at.is_(None))
    )
    return list(session.scalars(query.order_by(Strategy.id)))


def milestones_of(session: Session, strategy: Strategy) -> list[Milestone]:
    query = (
        select(Milestone)
        .join(Strand, Strand.id == Milestone.strand_id)
        .where(Strand.strategy_id == strategy.id, Milestone.deleted_at.is_(None))
    )
    return list(session.scalars(query.order_by(Milestone.id)))


def adopt(session: Session, client: FlaskClient, template: StrategyTemplate, **more: str) -> Any:
    return client.post(f"/templates/{template.public_id}/adopt", data=choice(session, template, **more))


# ---------------------------------------------------------------- writing and offering


def test_a_network_lead_writes_offers_and_withdraws_a_template(
    session: Session, world: World, lead: FlaskClient, member: FlaskClient
) -> None:
    answer = lead.post("/templates/new", data={"name": "Calls on the day", "description": "Of every absence"})
    assert answer.status_code == 303
    address = answer.location
    assert page(member, address, 404)
    assert lead.post(f"{address}/offer", data={"is_offered": "y"}).status_code == 409  # nothing in it yet

    sent = {"strand": "Calls", "what": "calling home the same day", "who": "advisors", "target": "80",
            "week": "4", "kind": "process", "rhythm": "weekly"}  # fmt: skip
    assert lead.post(f"{address}/milestones/new", data=sent).status_code == 303
    assert (
        lead.post(f"{address}/milestones/new", data=sent | {"target": "95", "week": "12"}).status_code == 303
    )
    made = session.scalar(select(StrategyTemplate).where(StrategyTemplate.name == "Calls on the day"))
    assert made is not None
    first, second = commons(session, made)
    assert first.measure_id == second.measure_id
    measure = session.get_one(Measure, first.measure_id)
    assert (measure.team_id, measure.name) == (None, "Calls")

    assert lead.post(f"{address}/offer", data={"is_offered": "y"}).status_code == 303
    shown = page(member, address)
    assert "80% of advisors are successfully calling home the same day" in shown
    assert "Edit" not in shown
    assert "Calls on the day" in page(member, "/templates")

    lead.post(f"{address}/offer")
    assert "Calls on the day" not in page(member, "/templates")
    assert page(member, address, 404)
    assert "not offered" in page(lead, "/templates")


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"what": ""}, "Say what people will be doing"),
        ({"what": "calling", "target": "120"}, "Give a percent from 0 to 100"),
        ({"what": "calling", "week": "80"}, "From 0 to 60 weeks"),
        ({"what": "calling", "week": "soon"}, "week"),
        ({"what": "calling", "kind": "wishing"}, "Choose one of the list"),
    ],
)
def test_a_common_milestone_that_can_not_be_is_told_beside_the_field(
    session: Session, template: StrategyTemplate, lead: FlaskClient, sent: dict[str, str], says: str
) -> None:
    answer = lead.post(f"/templates/{template.public_id}/milestones/new", data=sent)

    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert len(commons(session, template)) == 3


def test_two_leads_at_once_see_both_versions_and_a_slip_is_undone(
    session: Session, template: StrategyTemplate, lead: FlaskClient
) -> None:
    edit = f"/templates/{template.public_id}/edit"
    version = template.version
    assert lead.post(edit, data={"name": "First", "version": version}).status_code == 303
    assert lead.post(edit, data={"name": "Second", "version": version}).status_code == 409
    one = commons(session, template)[0]
    sent = {"what": "collecting", "target": "50", "version": one.version}
    assert lead.post(f"/common/{one.public_id}/edit", data=sent).status_code == 303
    assert lead.post(f"/common/{one.public_id}/edit", data=sent | {"what": "other"}).status_code == 409
    assert page(lead, f"/common/{one.public_id}/edit")

    gone = lead.post(f"/common/{one.public_id}/delete")
    assert f"/common/{one.public_id}/restore" in page(lead, gone.location)
    lead.post(f"/common/{one.public_id}/restore")
    lead.post(f"/common/{one.public_id}/move", data={"way": "down"})
    assert [each.id == one.id for each in commons(session, template)] == [False, True, False]
    gone = lead.post(f"/templates/{template.public_id}/delete")
    assert f"/templates/{template.public_id}/restore" in page(lead, gone.location)
    assert page(lead, f"/templates/{template.public_id}", 404)
    lead.post(f"/templates/{template.public_id}/restore")
    assert page(lead, f"/templates/{template.public_id}")


def test_a_strategy_that_works_becomes_a_template_with_common_measures(
    session: Session, world: World, lead: FlaskClient, member: FlaskClient
) -> None:
    assert member.post(f"/strategies/{world.ids['strategy_id']}/template").status_code == 403

    answer = lead.post(f"/strategies/{world.ids['strategy_id']}/template")

    assert answer.status_code == 303
    made = session.scalars(select(StrategyTemplate).order_by(StrategyTemplate.id.desc())).first()
    assert made is not None
    (common,) = commons(session, made)
    own = session.scalars(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])).one()
    assert own.due_on is not None
    assert (made.is_offered, common.target, common.what) == (False, own.target, own.what)
    assert common.week == (own.due_on - date(2025, 8, 18)).days // 7
    measure = session.get_one(Measure, common.measure_id)
    assert measure.team_id is None
    assert own.measure_id != measure.id


# ---------------------------------------------------------------- adopting


def test_dates_are_proposed_from_the_calendar_and_targets_from_the_template(
    world: World, template: StrategyTemplate, member: FlaskClient
) -> None:
    shown = page(member, f"/templates/{template.public_id}/adopt")

    assert 'value="2025-09-29"' in shown  # six weeks after August 18
    assert 'value="2026-01-05"' in shown  # week 18 lies in the winter break
    assert 'value="60"' in shown


def test_a_team_adopts_with_its_own_dates_and_targets_and_the_common_measure(
    session: Session, world: World, template: StrategyTemplate, member: FlaskClient
) -> None:
    answer = adopt(session, member, template)

    assert answer.status_code == 303
    (strategy,) = adopted(session, world.school.id)
    assert strategy.name == "Exit tickets for all"
    names = session.scalars(select(Strand.name).where(Strand.strategy_id == strategy.id).order_by(Strand.id))
    assert list(names) == ["Tickets", "Bank"]
    made = milestones_of(session, strategy)
    first, second, bank = commons(session, template)
    assert [(m.due_on, m.target, m.measure_id, m.common_milestone_id, m.is_draft) for m in made] == [
        (date(2026, 1, 15), 70.0, first.measure_id, first.id, False),
        (date(2026, 2, 15), 71.0, first.measure_id, second.id, False),
        (date(2026, 3, 15), None, bank.measure_id, bank.id, False),
    ]
    assert "Exit tickets for all" in page(member, f"/plans/{world.ids['plan_id']}")


def test_what_is_left_out_or_has_no_date_is_left_out_or_a_draft(
    session: Session, world: World, template: StrategyTemplate, member: FlaskClient
) -> None:
    first, second, _bank = commons(session, template)
    sent = choice(session, template)
    sent.pop(f"take_{second.public_id.hex}")
    sent[f"due_{first.public_id.hex}"] = ""

    member.post(f"/templates/{template.public_id}/adopt", data=sent)

    (strategy,) = adopted(session, world.school.id)
    assert [m.is_draft for m in milestones_of(session, strategy)] == [True, False]


def test_a_target_that_can_not_be_is_told_and_nothing_is_made(
    session: Session, world: World, template: StrategyTemplate, member: FlaskClient
) -> None:
    key = commons(session, template)[0].public_id.hex
    answer = adopt(session, member, template, **{f"target_{key}": "150"})
    nothing = member.post(f"/templates/{template.public_id}/adopt", data={"cause": ""})

    assert (answer.status_code, nothing.status_code) == (422, 422)
    assert "Give a percent from 0 to 100" in answer.get_data(as_text=True)
    assert "at least one" in nothing.get_data(as_text=True)
    assert adopted(session, world.school.id) == []


def test_adopting_twice_is_told_and_done_only_on_purpose(
    session: Session, world: World, template: StrategyTemplate, member: FlaskClient
) -> None:
    adopt(session, member, template)
    assert "Your plan has this strategy already" in page(member, f"/templates/{template.public_id}/adopt")
    assert adopt(session, member, template).status_code == 422
    assert len(adopted(session, world.school.id)) == 1

    assert adopt(session, member, template, again="y").status_code == 303
    assert len(adopted(session, world.school.id)) == 2


def test_an_adoption_is_taken_back_until_something_was_counted(
    session: Session, world: World, template: StrategyTemplate, member: FlaskClient
) -> None:
    outline = adopt(session, member, template).location
    (strategy,) = adopted(session, world.school.id)
    assert f"/strategies/{strategy.public_id}/take-back" in page(member, outline)
    assert "It can be taken out of the plan again." in page(member, outline)
    assert member.post(f"/strategies/{strategy.public_id}/take-back").status_code == 303
    assert adopted(session, world.school.id) == []
    assert milestones_of(session, strategy) == []

    adopt(session, member, template)
    (strategy,) = adopted(session, world.school.id)
    measure = session.get_one(Measure, commons(session, template)[0].measure_id)
    make.make_measurement(
        session,
        measure,
        world.school,
        count=12,
        population=24,
        recorded_at=clock.now() + timedelta(minutes=1),
    )
    assert member.post(f"/strategies/{strategy.public_id}/take-back").status_code == 409
    assert adopted(session, world.school.id) == [strategy]


def test_a_team_without_a_plan_is_told_to_begin_one(
    world: World, template: StrategyTemplate, browse: Browse
) -> None:
    client = browse(world.people["peer"])

    assert "Begin the plan" in page(client, f"/templates/{template.public_id}/adopt")
    assert client.post(f"/templates/{template.public_id}/adopt").status_code == 200


def test_what_two_adopting_schools_count_pools_in_the_comparison(
    session: Session, world: World, template: StrategyTemplate, browse: Browse, member: FlaskClient
) -> None:
    make.make_plan(session, world.peer)
    adopt(session, member, template)
    adopt(session, browse(world.people["peer"]), template)
    measure = session.get_one(Measure, commons(session, template)[0].measure_id)
    for team, count in ((world.school, 12), (world.peer, 30)):
        make.make_measurement(session, measure, team, date(2026, 2, 20), count=count, population=40)

    shown = page(browse(world.people["hub"]), f"/compare?measure={measure.public_id}")

    assert measure.name in shown
    assert "Own school" in shown
    assert "Peer school" in shown


# ---------------------------------------------------------------- what changed later


def test_adopters_are_shown_what_changed_and_take_it_over_or_not(
    session: Session, world: World, template: StrategyTemplate, lead: FlaskClient, member: FlaskClient
) -> None:
    adopt(session, member, template)
    (strategy,) = adopted(session, world.school.id)
    updates = f"/strategies/{strategy.public_id}/updates"
    assert "Nothing changed" in page(member, updates)

    first, second, bank = commons(session, template)
    change(lead, first, what="collecting tickets every day", target="65")
    change(lead, second, what="reading tickets together", target="92")
    add = {"strand": "Talk", "what": "talking about tickets", "target": "50", "week": "8"}
    lead.post(f"/templates/{template.public_id}/milestones/new", data=add)
    lead.post(f"/common/{bank.public_id}/delete")

    assert "Changed since you adopted it" in page(member, "/templates")
    shown = page(member, updates)
    assert "collecting tickets every day" in shown
    assert "new in the template" in shown
    assert "No longer in the template" in shown
    new = commons(session, template)[-1]
    take = [str(first.public_id), str(new.public_id), "no id"]
    sent = {"take": take, "seen_at": clock.now().isoformat()}
    assert member.post(updates, data=sent).status_code == 303

    one, two, thing, fresh = milestones_of(session, strategy)
    for each in (one, two, thing):
        session.refresh(each)
    assert (one.what, one.target, one.due_on) == ("collecting tickets every day", 70.0, date(2026, 1, 15))
    assert two.what == "collecting exit tickets"
    assert (fresh.what, fresh.common_milestone_id, fresh.due_on) == (
        "talking about tickets", new.id, date(2025, 10, 13)
    )  # fmt: skip
    assert "Nothing changed" in page(member, updates)
    assert "Changed since you adopted it" not in page(member, "/templates")


def change(lead: FlaskClient, common: CommonMilestone, **values: str) -> None:
    sent = {"strand": common.strand, "who": common.who, "tool": common.tool, "week": "6", **values}
    assert lead.post(f"/common/{common.public_id}/edit", data=sent).status_code == 303


def test_what_changes_while_somebody_reads_is_shown_again(
    session: Session, world: World, template: StrategyTemplate, lead: FlaskClient, member: FlaskClient
) -> None:
    adopt(session, member, template)
    (strategy,) = adopted(session, world.school.id)
    opened = clock.now().isoformat()
    change(lead, commons(session, template)[0], what="collecting tickets every day")

    member.post(f"/strategies/{strategy.public_id}/updates", data={"seen_at": opened})

    updates = f"/strategies/{strategy.public_id}/updates"
    assert "collecting tickets every day" in page(member, updates)
    for odd in ("9999-12-31T23:00:00-14:00", "0001-01-01T00:00:00+14:00", "2999-01-01T00:00:00+00:00"):
        assert member.post(updates, data={"seen_at": odd}).status_code == 303
    change(lead, commons(session, template)[0], what="reading tickets aloud")
    assert "reading tickets aloud" in page(member, updates)


def test_adopters_are_told_when_the_lead_says_so(
    session: Session, world: World, template: StrategyTemplate, lead: FlaskClient, member: FlaskClient
) -> None:
    adopt(session, member, template)

    assert lead.post(f"/templates/{template.public_id}/tell").status_code == 303

    told = session.scalars(select(Notice.user_id).where(Notice.kind == "milestones.template"))
    assert set(told) == {world.people[role].id for role in ("lead", "member", "linking")}


# ---------------------------------------------------------------- who sees what


def test_who_adopted_it_is_named_only_to_those_who_read_their_plans(
    session: Session, world: World, template: StrategyTemplate, browse: Browse, member: FlaskClient
) -> None:
    adopt(session, member, template)
    address = f"/templates/{template.public_id}"

    for role, is_named in (("hub", True), ("lead", True), ("network_lead", True), ("peer", False)):
        shown = page(browse(world.people[role]), address)
        assert "1 team adopted it" in shown, role
        assert (f"/plans/{world.ids['plan_id']}" in shown) == is_named, role
    peer = page(browse(world.people["peer"]), address)
    assert "1 team whose plan you don’t read" in peer


@pytest.mark.parametrize("path", ["/templates", "/templates/{}", "/templates/{}/adopt"])
def test_a_page_takes_as_many_statements_for_many_adopters_as_for_one(
    session: Session,
    world: World,
    template: StrategyTemplate,
    member: FlaskClient,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
    path: str,
) -> None:
    def count() -> int:
        with count_queries() as seen:
            assert member.get(path.format(template.public_id)).status_code == 200
        return len(seen)

    few = count()
    for _ in range(3):
        team = make.make_team(session, world.network)
        make.make_strategy(session, make.make_plan(session, team), template_id=template.id)
        make.make_template(session, world.network)
        make.make_common(session, template)

    assert count() == few
    assert few <= 12


def test_another_network_has_none_of_it(
    session: Session, world: World, template: StrategyTemplate, browse: Browse
) -> None:
    client = browse(world.people["other_network"])

    assert "Exit tickets for all" not in page(client, "/templates")
    assert page(client, f"/templates/{template.public_id}", 404)
    assert client.post(f"/templates/{template.public_id}/adopt").status_code == 404
    assert (
        session.scalar(select(func.count()).select_from(Strategy).where(Strategy.template_id.is_not(None)))
        == 0
    )
