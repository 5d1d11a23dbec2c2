from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measurement
from milestones.models import (
    ActionStep,
    Decision,
    Milestone,
    MilestoneChange,
    Plan,
    Priority,
    RootCause,
    Strand,
)
from nic_platform import clock
from nic_platform.actor import TeamRole
from teams.models import Team
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def day(offset: int) -> date:
    return clock.today("America/Denver") + timedelta(days=offset)


def thing(session: Session, world: World, model: Any, name: str) -> Any:
    return session.scalar(select(model).where(model.public_id == world.ids[name]))


READ_PAGES = [
    "/plans/{plan_id}",
    "/plans/{plan_id}/outline",
    "/milestones/{milestone_id}",
    "/milestones/{milestone_id}/chart",
    "/targets/{target_id}",
    "/touchpoints",
]
WRITE_PAGES = [
    "/plans/{plan_id}/edit",
    "/plans/{plan_id}/priorities/new",
    "/plans/{plan_id}/causes/new?under={priority_id}",
    "/plans/{plan_id}/strategies/new?under={cause_id}",
    "/plans/{plan_id}/strands/new?under={strategy_id}",
    "/plans/{plan_id}/targets/new",
    "/plans/{plan_id}/steps/new",
    "/priorities/{priority_id}/edit",
    "/causes/{cause_id}/edit",
    "/strategies/{strategy_id}/edit",
    "/strands/{strand_id}/edit",
    "/targets/{target_id}/edit",
    "/steps/{step_id}/edit",
    "/milestones/new?plan={plan_id}",
    "/milestones/{milestone_id}/edit",
    "/milestones/{milestone_id}/adjust",
    "/milestones/{milestone_id}/measure",
    "/measurements/{measurement_id}/correct",
]


def answers(client: FlaskClient, world: World, paths: list[str]) -> dict[str, int]:
    return {path: client.get(path.format(**world.ids)).status_code for path in paths}


def test_a_member_opens_every_page(world: World, member: FlaskClient) -> None:
    paths = READ_PAGES + WRITE_PAGES
    assert answers(member, world, paths) == dict.fromkeys(paths, 200)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("coach", 200), ("observer", 200), ("hub", 200), ("network_lead", 200), ("reviewer", 200),
        ("peer", 404), ("other_network", 404), ("analyst", 404), ("admin", 404),
    ],
)  # fmt: skip
def test_who_reads_a_plan(world: World, browse: Browse, role: str, status: int) -> None:
    paths = READ_PAGES[:5]
    assert answers(browse(world.people[role]), world, paths) == dict.fromkeys(paths, status)


@pytest.mark.parametrize(("role", "status"), [("coach", 403), ("hub", 403), ("peer", 404)])
def test_who_may_not_change_a_plan(world: World, browse: Browse, role: str, status: int) -> None:
    assert answers(browse(world.people[role]), world, WRITE_PAGES) == dict.fromkeys(WRITE_PAGES, status)


def test_peers_read_a_plan_once_it_is_shared(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    assert member.post(f"/plans/{world.ids['plan_id']}/share", data={"is_shared": "y"}).status_code == 303

    assert browse(world.people["peer"]).get(f"/plans/{world.ids['plan_id']}").status_code == 200
    member.post(f"/plans/{world.ids['plan_id']}/share", data={})
    assert browse(world.people["peer"]).get(f"/plans/{world.ids['plan_id']}").status_code == 404


def test_plan_leads_to_the_teams_present_plan(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    assert member.get("/plan").location == f"/plans/{world.ids['plan_id']}"
    assert member.get("/plan?present=1").location == f"/plans/{world.ids['plan_id']}?present=1"
    assert member.get("/plan?on=2026-01-15").location == f"/plans/{world.ids['plan_id']}?on=2026-01-15"
    empty = browse(make.make_user(session, make.make_team(session, world.network))).get("/plan")
    assert empty.status_code == 200
    assert "first count goes here" in empty.text


def test_a_team_begins_one_plan_a_year(session: Session, world: World, browse: Browse) -> None:
    team = make.make_team(session, world.network)
    client = browse(make.make_user(session, team))

    assert client.post("/plans", data={"title": "Language"}).status_code == 303
    assert client.post("/plans", data={"title": "Again"}).status_code == 409
    assert session.scalars(select(Plan.title).where(Plan.team_id == team.id)).all() == ["Language"]


# ---------------------------------------------------------------- parts


def test_parts_are_added_under_their_parent(session: Session, world: World, member: FlaskClient) -> None:
    path = f"/plans/{world.ids['plan_id']}/causes/new?under={world.ids['priority_id']}"

    response = member.post(path, data={"text": "Lessons rarely name the language students need"})

    assert response.status_code == 303
    made = session.scalars(select(RootCause).order_by(RootCause.id.desc())).first()
    assert made is not None
    assert made.text.startswith("Lessons rarely")
    assert made.priority_id == thing(session, world, Priority, "priority_id").id
    assert made.position == 1


def test_an_empty_part_is_sent_back_with_the_mend(world: World, member: FlaskClient) -> None:
    response = member.post(f"/plans/{world.ids['plan_id']}/priorities/new", data={"text": ""})

    assert response.status_code == 422
    assert 'href="#text"' in response.text


def test_a_part_moves_and_its_deletion_is_undone(session: Session, world: World, member: FlaskClient) -> None:
    strand = thing(session, world, Strand, "strand_id")
    plan = f"/plans/{world.ids['plan_id']}"
    member.post(f"{plan}/strands/new?under={world.ids['strategy_id']}", data={"name": "Second"})

    member.post(f"/strands/{strand.public_id}/move", data={"way": "down"})
    order = session.execute(
        select(Strand.name).where(Strand.strategy_id == strand.strategy_id).order_by(Strand.position)
    )
    assert [name for (name,) in order][-1] == strand.name

    gone = member.post(f"/strands/{strand.public_id}/delete")
    assert f"undo=strand.{strand.public_id}" in gone.location
    assert "Undo" in member.get(gone.location).text
    assert member.get(f"/strands/{strand.public_id}/edit").status_code == 404
    assert member.post(f"/strands/{strand.public_id}/restore").status_code == 303
    assert member.get(f"/strands/{strand.public_id}/edit").status_code == 200


def test_the_second_of_two_savers_sees_both_versions(
    session: Session, world: World, member: FlaskClient
) -> None:
    path = f"/priorities/{world.ids['priority_id']}/edit"
    assert member.post(path, data={"text": "First words", "version": 1}).status_code == 303

    response = member.post(path, data={"text": "Second words", "version": 1})

    assert response.status_code == 409
    assert "First words" in response.text
    assert "Second words" in response.text
    assert thing(session, world, Priority, "priority_id").text == "First words"
    assert member.post(path, data={"text": "Both words", "version": 2, "merged": "yes"}).status_code == 303


def test_a_step_is_ticked_and_opened_again(session: Session, world: World, member: FlaskClient) -> None:
    path = f"/steps/{world.ids['step_id']}/tick"

    member.post(path)
    assert thing(session, world, ActionStep, "step_id").done_on == day(0)
    member.post(path)
    session.expire_all()
    assert thing(session, world, ActionStep, "step_id").done_on is None


# ---------------------------------------------------------------- milestones

WORDS = {
    "what": "assessing daily language objectives in exit tickets",
    "who": "teachers",
    "tool": "the exit-ticket count",
    "due_on": "2026-02-15",
    "target": "90",
    "name": "Exit tickets",
    "rhythm": "weekly",
    "shape": "",
}


def newest(session: Session) -> Milestone:
    found = session.scalars(select(Milestone).order_by(Milestone.id.desc())).first()
    assert found is not None
    return found


def test_a_milestone_is_written_in_the_frame(session: Session, world: World, member: FlaskClient) -> None:
    data = {**WORDS, "strand": str(world.ids["strand_id"])}

    response = member.post(f"/milestones/new?plan={world.ids['plan_id']}", data=data)

    made = newest(session)
    first = thing(session, world, Milestone, "milestone_id")
    assert response.location == f"/milestones/{made.public_id}"
    assert not made.is_draft
    assert made.measure_id == first.measure_id  # its series'
    page = member.get(response.location).text
    assert (
        "By February 15, the exit-ticket count will show that 90% of teachers are successfully assessing "
        "daily language objectives in exit tickets" in page
    )


def test_a_draft_needs_nothing_and_stays_with_the_team(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    data = {"save": "draft", "strand": str(world.ids["strand_id"]), "rhythm": "weekly", "shape": ""}
    response = member.post(f"/milestones/new?plan={world.ids['plan_id']}", data=data)

    assert response.status_code == 303
    assert newest(session).is_draft
    assert member.get(response.location).status_code == 200
    assert browse(world.people["coach"]).get(response.location).status_code == 200
    for role in ("observer", "hub", "network_lead"):
        assert browse(world.people[role]).get(response.location).status_code == 404


def test_the_board_asks_for_date_and_target(session: Session, world: World, member: FlaskClient) -> None:
    before = newest(session).id
    data = {"what": "meeting weekly", "strand": "", "new_strand": "Coaching", "rhythm": "weekly", "shape": ""}

    response = member.post(f"/milestones/new?plan={world.ids['plan_id']}", data=data)

    assert response.status_code == 422
    assert 'href="#due_on"' in response.text
    assert 'href="#target"' in response.text
    assert "Missing" in response.text
    assert newest(session).id == before


def test_a_new_strand_gets_a_measure_of_its_own(session: Session, world: World, member: FlaskClient) -> None:
    data = {**WORDS, "strand": "", "new_strand": "Exit tickets"}

    member.post(f"/milestones/new?plan={world.ids['plan_id']}", data=data)

    made = newest(session)
    assert made.measure is not None
    assert made.measure.name == "Exit tickets"
    assert made.measure_id != thing(session, world, Milestone, "milestone_id").measure_id


def test_two_edits_of_a_milestone_meet_on_one_page(
    session: Session, world: World, member: FlaskClient
) -> None:
    milestone = thing(session, world, Milestone, "milestone_id")
    data = {**WORDS, "strand": str(world.ids["strand_id"]), "version": milestone.version}
    path = f"/milestones/{milestone.public_id}/edit"
    assert member.post(path, data={**data, "who": "all teachers"}).status_code == 303

    response = member.post(path, data={**data, "who": "grade 3 teachers"})

    assert response.status_code == 409
    assert "all teachers" in response.text
    assert "grade 3 teachers" in response.text


def test_an_adjustment_is_kept_with_its_reason(session: Session, world: World, member: FlaskClient) -> None:
    milestone = thing(session, world, Milestone, "milestone_id")
    path = f"/milestones/{milestone.public_id}/adjust"
    was = milestone.due_on
    data = {"due_on": "2026-05-01", "target": "80", "version": milestone.version}

    assert member.post(path, data={**data, "why": ""}).status_code == 422
    assert member.post(path, data={**data, "why": "Two teachers joined"}).status_code == 303

    kept = session.scalars(select(MilestoneChange).where(MilestoneChange.why.startswith("Two"))).one()
    assert (kept.old_due_on, kept.new_due_on, kept.why) == (was, date(2026, 5, 1), "Two teachers joined")
    assert "Two teachers joined" in member.get(f"/milestones/{milestone.public_id}").text


def test_a_deleted_milestone_is_brought_back(world: World, member: FlaskClient) -> None:
    path = f"/milestones/{world.ids['milestone_id']}"

    gone = member.post(f"{path}/delete")
    assert member.get(path).status_code == 404
    assert f"{path}/restore" in member.get(gone.location).text
    assert member.post(f"{path}/restore").status_code == 303
    assert member.get(path).status_code == 200


# ---------------------------------------------------------------- counting


def count(client: FlaskClient, world: World, **data: object) -> Any:
    values = {"count": "20", "population": "24", "observed_on": day(0).isoformat(), **data}
    return client.post(f"/milestones/{world.ids['milestone_id']}/measure", data=values)


def test_a_count_is_two_taps_and_a_number(session: Session, world: World, member: FlaskClient) -> None:
    page = member.get(f"/milestones/{world.ids['milestone_id']}/measure").text
    assert 'value="24"' in page
    assert f'value="{day(0).isoformat()}"' in page

    assert count(member, world).status_code == 303

    row = session.scalars(select(Measurement).order_by(Measurement.id.desc())).first()
    assert row is not None
    assert (row.count, row.population, row.recorded_by_id) == (20, 24, world.people["member"].id)
    assert "20 of 24" in member.get(f"/milestones/{world.ids['milestone_id']}").text


def test_more_than_there_are_is_refused_by_field(session: Session, world: World, member: FlaskClient) -> None:
    before = session.scalars(select(Measurement.id)).all()
    response = count(member, world, count="25")

    assert response.status_code == 422
    assert "25 is more than the 24 there are" in response.text
    assert 'href="#count"' in response.text
    assert session.scalars(select(Measurement.id)).all() == before


def test_a_coach_counts_nothing(session: Session, world: World, browse: Browse) -> None:
    before = session.scalars(select(Measurement.id)).all()

    assert count(browse(world.people["coach"]), world).status_code == 403
    assert session.scalars(select(Measurement.id)).all() == before


def test_a_correction_strikes_the_earlier_number(session: Session, world: World, member: FlaskClient) -> None:
    path = f"/measurements/{world.ids['measurement_id']}/correct"
    data = {"count": "14", "population": "24", "observed_on": make.TODAY.isoformat()}

    assert member.post(path, data=data).status_code == 303
    page = member.get(f"/milestones/{world.ids['milestone_id']}").text

    assert "<s>12 of 24</s>" in page
    assert "14 of 24" in page
    assert member.post(path, data=data).status_code == 409


def test_a_count_taken_back_can_be_brought_back(session: Session, world: World, member: FlaskClient) -> None:
    gone = member.post(f"/measurements/{world.ids['measurement_id']}/delete")
    row = session.scalars(select(Measurement).order_by(Measurement.id.desc())).first()
    assert row is not None
    assert row.is_withdrawn
    assert f"/measurements/{row.public_id}/restore" in member.get(gone.location).text

    assert member.post(f"/measurements/{row.public_id}/restore").status_code == 303


def test_small_student_groups_are_hidden_outside_the_team(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    milestone = thing(session, world, Milestone, "milestone_id")
    milestone.measure.counts_students = True
    session.flush()
    count(member, world, count="3", population="9", note="only those who were here")
    path = f"/milestones/{milestone.public_id}"

    assert "3 of 9" in member.get(path).text
    for role in ("hub", "network_lead"):
        page = browse(world.people[role]).get(path).text
        assert "3 of 9" not in page
        assert "33%" not in page
        assert "some counts are not shown" in page


def test_subgroups_are_hidden_outside_the_team_with_the_total_known(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    milestone = thing(session, world, Milestone, "milestone_id")
    milestone.measure.counts_students = True
    counts = {"": (96, 312), "Beginning": (8, 41), "Advanced": (88, 271)}
    for name, (some, of) in counts.items():
        row: dict[str, Any] = {
            "count": some,
            "population": of,
            "subgroup": name,
            "subgroup_set": "ACCESS" if name else "",
        }
        make.make_measurement(session, milestone.measure, world.school, day(0), **row)
    path = f"/milestones/{milestone.public_id}"

    assert "8 of 41" in member.get(path).text
    for role in ("hub", "network_lead"):
        page = browse(world.people[role]).get(path).text
        assert "96 of 312" in page
        assert "88 of 271" not in page  # with the total it would give the eight away
        assert "8 of 41" not in page


def test_small_adult_groups_are_hidden_only_from_outside_the_line(
    world: World, member: FlaskClient, browse: Browse
) -> None:
    count(member, world, count="3", population="9", note="only those who were here")
    path = f"/milestones/{world.ids['milestone_id']}"

    assert "3 of 9" in browse(world.people["hub"]).get(path).text
    assert "3 of 9" not in browse(world.people["network_lead"]).get(path).text


def test_a_decision_on_a_suggestion_is_kept(session: Session, world: World, member: FlaskClient) -> None:
    milestone = thing(session, world, Milestone, "milestone_id")
    milestone.due_on = day(-3)
    session.flush()
    count(member, world, count="10")
    path = f"/milestones/{milestone.public_id}"
    assert "Suggested course correction" in member.get(path).text

    assert member.post(f"{path}/decide", data={"choice": "decline", "text": ""}).status_code == 422
    assert (
        member.post(f"{path}/decide", data={"choice": "decline", "text": "New schedule first"}).status_code
        == 303
    )

    kept = session.scalars(select(Decision).where(Decision.choice == "decline")).one()
    assert (kept.choice, kept.text, kept.suggestion) == ("decline", "New schedule first", "training")


def test_reasons_stay_within_the_line_when_a_plan_is_shared(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    milestone = thing(session, world, Milestone, "milestone_id")
    member.post(f"/plans/{world.ids['plan_id']}/share", data={"is_shared": "y"})
    member.post(
        f"/milestones/{milestone.public_id}/decide", data={"choice": "decline", "text": "Our own reason"}
    )
    path = f"/milestones/{milestone.public_id}"

    assert "Our own reason" in browse(world.people["hub"]).get(path).text
    peer = browse(world.people["peer"]).get(path)
    assert peer.status_code == 200
    assert "Our own reason" not in peer.text


def test_a_chosen_measure_joins_the_common_series(
    session: Session, world: World, member: FlaskClient
) -> None:
    common = make.make_measure(session, network_id=world.network.id)
    data = {**WORDS, "strand": str(world.ids["strand_id"]), "measure": str(common.public_id)}

    member.post(f"/milestones/new?plan={world.ids['plan_id']}", data=data)

    assert newest(session).measure_id == common.id


def test_what_is_not_in_a_list_is_answered_with_the_mend(world: World, member: FlaskClient) -> None:
    data = {**WORDS, "strand": str(uuid4())}

    response = member.post(f"/milestones/new?plan={world.ids['plan_id']}", data=data)

    assert response.status_code == 422
    assert "Choose one of the list." in response.text


def test_a_hub_is_led_to_a_schools_plan(world: World, browse: Browse) -> None:
    path = f"/plan?team={world.ids['team_id']}"

    assert browse(world.people["hub"]).get(path).location == f"/plans/{world.ids['plan_id']}"
    assert browse(world.people["peer"]).get(path).status_code == 200


def test_what_is_not_there_is_a_404(member: FlaskClient) -> None:
    for path in ("plans", "milestones", "targets"):
        assert member.get(f"/{path}/{uuid4()}").status_code == 404


# ---------------------------------------------------------------- statements


def _fill(session: Session, world: World, times: int) -> None:
    team: Team = world.school
    plan = thing(session, world, Plan, "plan_id")
    strategy = make.make_strategy(session, plan)
    for _ in range(times):
        strand = make.make_strand(session, strategy)
        milestone = make.make_milestone(session, team, plan=plan, strand_id=strand.id)
        assert milestone.measure is not None
        make.make_measurement(session, milestone.measure, team, count=1, population=24)
        make.make_interim_target(session, plan, measure_id=make.make_measure(session, team).id)
        make.make_action_step(session, plan)
    first = thing(session, world, Milestone, "milestone_id")
    for at in range(times):
        on = make.TODAY - timedelta(days=at)
        make.make_measurement(session, first.measure, team, on, count=1, population=24, subgroup=f"g{at % 3}")
        make.make_cycle(session, team, milestone=first, stage="do")


@pytest.mark.parametrize("path", [*READ_PAGES, WRITE_PAGES[14], WRITE_PAGES[16]])
def test_pages_take_the_same_few_statements_however_much_there_is(
    session: Session, world: World, member: FlaskClient, count_queries: CountQueries, path: str
) -> None:
    found = []
    for times in (1, 10):
        _fill(session, world, times)
        with count_queries() as seen:
            assert member.get(path.format(**world.ids)).status_code == 200
        found.append(len(seen))

    assert found[0] == found[1]
    assert found[0] <= 12


@pytest.mark.parametrize("role", [TeamRole.LEAD, TeamRole.LINKING])
def test_leads_and_linking_members_count_too(world: World, browse: Browse, role: TeamRole) -> None:
    assert count(browse(world.people[role.value]), world).status_code == 303
