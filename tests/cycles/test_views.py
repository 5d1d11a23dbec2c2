from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Cycle, CycleNote, Driver, Prediction
from milestones.models import Milestone
from nic_platform import clock
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def milestone_of(session: Session, world: World) -> Milestone:
    return session.scalars(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])).one()


def cycle_of(session: Session, world: World, **columns: object) -> Cycle:
    ramp = make.make_ramp(session, world.school)
    return make.make_cycle(
        session, world.school, milestone=milestone_of(session, world), ramp=ramp, **columns
    )


def plan_of(session: Session, cycle: Cycle, **fields: str) -> dict[str, str]:
    return {
        "version": str(cycle.version),
        "aim": "Tickets in short blocks",
        "change": "One item",
        "who": "Three teachers",
        "scale": "teachers",
        "starts_on": "2026-02-09",
        "ends_on": "2026-02-24",
        "p0_question": "On how many days?",
        "p0_number": "75%",
        "p0_low": "70",
        "p0_high": "80",
        "p0_unit": "%",
        "p0_because": "tight, but the timer helps",
        **fields,
    }


PAGES = ("/cycles", "/log", "/log/test", "/cycles/new", "/drivers", "/ideas/new")


@pytest.mark.parametrize("page", PAGES)
def test_a_member_opens_every_page(session: Session, world: World, browse: Browse, page: str) -> None:
    assert browse(world.people["member"]).get(page).status_code == 200


@pytest.mark.parametrize("stage", ["plan", "do", "study", "act", "closed"])
@pytest.mark.parametrize("role", ["member", "coach", "hub"])
def test_a_cycle_is_shown_in_every_stage(
    session: Session, world: World, browse: Browse, stage: str, role: str
) -> None:
    cycle = cycle_of(session, world, stage=stage, is_draft=False, scale="teacher", observations="Seen")
    make.make_prediction(session, cycle, number=75, low=70, high=80, unit="%", result_number=26, result_of=33)

    page = browse(world.people[role]).get(f"/cycles/{cycle.public_id}")

    assert page.status_code == 200
    assert ('name="action"' in page.text) is (role == "member" and stage != "closed")


# ---------------------------------------------------------------- the staged form


def test_a_draft_is_saved_with_nothing_in_it(session: Session, world: World, browse: Browse) -> None:
    cycle = cycle_of(session, world)
    client = browse(world.people["member"])

    response = client.post(
        f"/cycles/{cycle.public_id}/plan", data={"version": cycle.version, "action": "save"}
    )

    assert response.status_code == 303
    session.refresh(cycle)
    assert cycle.stage == "plan"
    assert cycle.is_draft


def test_finishing_a_plan_says_what_is_missing_and_keeps_the_words(
    session: Session, world: World, browse: Browse
) -> None:
    cycle = cycle_of(session, world)
    fields = plan_of(session, cycle, who="", action="finish", milestones=str(world.ids["milestone_id"]))

    response = browse(world.people["member"]).post(f"/cycles/{cycle.public_id}/plan", data=fields)

    assert response.status_code == 422
    assert 'href="#who"' in response.text
    session.refresh(cycle)
    assert (cycle.stage, cycle.aim) == ("plan", "Tickets in short blocks")
    [prediction] = session.scalars(select(Prediction).where(Prediction.cycle_id == cycle.id))
    assert (prediction.number, prediction.low, prediction.high) == (75, 70, 80)
    assert str(prediction.public_id) in response.text


def test_a_plan_becomes_a_closed_cycle_and_opens_the_next(
    session: Session, world: World, browse: Browse
) -> None:
    cycle = cycle_of(session, world)
    client = browse(world.people["member"])
    address = f"/cycles/{cycle.public_id}"
    milestone = str(world.ids["milestone_id"])

    fields = plan_of(session, cycle, action="finish", milestones=milestone)
    assert client.post(f"{address}/plan", data=fields).status_code == 303
    session.expire_all()
    assert (cycle.stage, cycle.is_draft) == ("do", False)
    [prediction] = session.scalars(select(Prediction).where(Prediction.cycle_id == cycle.id))
    assert prediction.locked_at is not None

    seen = {"version": cycle.version, "carried_out": "planned", "observations": "It fit.", "action": "finish"}
    assert client.post(f"{address}/do", data=seen).status_code == 303
    session.expire_all()
    assert cycle.stage == "study"

    studied = {
        "version": cycle.version,
        "p0_id": str(prediction.public_id),
        "p0_result_number": "26",
        "p0_result_of": "33",
        "learned": "The time fits.",
        "decision": "adapt",
        "next_step": "Stem inside the box",
        "action": "decide",
    }
    response = client.post(f"{address}/study", data=studied)
    session.expire_all()
    following = session.scalars(select(Cycle).where(Cycle.parent_id == cycle.id)).one()
    assert response.location == f"/cycles/{following.public_id}"
    assert (cycle.stage, cycle.outcome, cycle.decision) == ("closed", "done", "adapt")
    assert session.get_one(Prediction, prediction.id).verdict == "held"
    assert (following.number, following.change) == (cycle.number + 1, "Stem inside the box")
    assert "The time fits." in following.learning_so_far
    assert "On how many days?" in client.get(response.location).text


def test_the_second_of_two_savers_sees_both_versions(session: Session, world: World, browse: Browse) -> None:
    cycle = cycle_of(session, world)
    first, second = browse(world.people["member"]), browse(world.people["lead"])
    opened = plan_of(session, cycle)
    first.post(f"/cycles/{cycle.public_id}/plan", data={**opened, "aim": "Theirs"})

    response = second.post(f"/cycles/{cycle.public_id}/plan", data={**opened, "aim": "Mine"})

    assert response.status_code == 409
    assert "Theirs" in response.text
    assert "Mine" in response.text
    session.refresh(cycle)
    assert cycle.aim == "Theirs"


def test_what_was_predicted_is_locked_once_do_began(session: Session, world: World, browse: Browse) -> None:
    cycle = cycle_of(session, world, stage="do", began_on=make.TODAY)
    prediction = make.make_prediction(session, cycle, number=75.0)
    fields = {
        "version": cycle.version,
        "p0_id": str(prediction.public_id),
        "p0_number": "10",
        "p0_later": "Too high",
    }
    client = browse(world.people["member"])

    client.post(f"/cycles/{cycle.public_id}/plan", data=fields)
    session.expire_all()
    client.post(f"/cycles/{cycle.public_id}/do", data={**fields, "version": cycle.version})
    session.expire_all()

    assert (prediction.number, prediction.later) == (75.0, "Too high")


@pytest.mark.parametrize(
    ("name", "value"),
    [("p0_number", "many"), ("starts_on", "tomorrow"), ("where", "x" * 300), ("scale", "galaxy")],
)
def test_what_does_not_fit_is_refused_beside_its_field(
    session: Session, world: World, browse: Browse, name: str, value: str
) -> None:
    cycle = cycle_of(session, world)
    fields = plan_of(session, cycle, **{name: value})

    response = browse(world.people["member"]).post(f"/cycles/{cycle.public_id}/plan", data=fields)

    assert response.status_code == 422
    assert f'id="{name}-error"' in response.text
    session.refresh(cycle)
    assert cycle.version == int(fields["version"])


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize(
    ("role", "draft", "running", "change"),
    [
        ("member", 200, 200, 303),
        ("coach", 200, 200, 403),
        ("observer", 404, 200, 403),
        ("hub", 404, 200, 403),
        ("reviewer", 404, 200, 403),
        ("network_lead", 404, 200, 403),
        ("peer", 404, 404, 404),
        ("analyst", 404, 404, 404),
        ("admin", 404, 404, 404),
        ("other_network", 404, 404, 404),
    ],
)
def test_drafts_stay_with_the_team_and_only_the_team_changes(
    session: Session, world: World, browse: Browse, role: str, draft: int, running: int, change: int
) -> None:
    client = browse(world.people[role])
    planned = cycle_of(session, world, change="Canary in a draft")
    begun = cycle_of(session, world, stage="do", began_on=make.TODAY)

    assert client.get(f"/cycles/{planned.public_id}").status_code == draft
    assert client.get(f"/cycles/{begun.public_id}").status_code == running
    response = client.post(f"/cycles/{begun.public_id}/do", data={"observations": "Forged"})
    assert response.status_code == change
    session.refresh(begun)
    assert (begun.observations == "Forged") is (change == 303)
    if draft == 404:
        shown = "".join(
            client.get(page).text for page in ("/cycles", f"/ramps/{planned.ramp_id}", "/drivers")
        )
        assert "Canary" not in shown


def test_a_shared_cycle_is_read_by_peers_and_changed_by_none(
    session: Session, world: World, browse: Browse
) -> None:
    cycle = cycle_of(session, world, stage="do", is_shared=True)
    client = browse(world.people["peer"])

    assert client.get(f"/cycles/{cycle.public_id}").status_code == 200
    assert client.post(f"/cycles/{cycle.public_id}/share", data={}).status_code == 403
    assert browse(world.people["analyst"]).get(f"/cycles/{cycle.public_id}").status_code == 404


def test_sharing_is_an_explicit_act(session: Session, world: World, browse: Browse) -> None:
    cycle = cycle_of(session, world, stage="do", began_on=make.TODAY)
    client = browse(world.people["member"])
    address = f"/cycles/{cycle.public_id}/share"

    assert client.post(address, data={"version": cycle.version, "shared": "y"}).status_code == 422
    session.refresh(cycle)
    assert not cycle.is_shared
    assert client.post(address, data={"shared": "y", "checked": "y"}).status_code == 303
    session.refresh(cycle)
    assert cycle.is_shared
    client.post(address, data={})
    session.refresh(cycle)
    assert not cycle.is_shared


def test_the_milestones_counts_stand_beside_the_cycle(session: Session, world: World, browse: Browse) -> None:
    cycle = cycle_of(session, world, stage="do", is_shared=True)
    address = f"/cycles/{cycle.public_id}"

    assert all("12 of 24 (50%)" in browse(world.people[role]).get(address).text for role in ("member", "hub"))
    assert "12 of 24" not in browse(world.people["peer"]).get(address).text


def test_the_log_takes_a_count_in_one_line(session: Session, world: World, browse: Browse) -> None:
    measure = milestone_of(session, world).measure
    assert measure is not None
    make.make_measurement(session, measure, world.school, count=18, population=24)
    client = browse(world.people["member"])
    measuring = f"/milestones/{world.ids['milestone_id']}/measure"

    assert f'action="{measuring}"' in client.get("/log").text
    sent = {"count": "19", "population": "24", "observed_on": "2026-02-26"}
    assert client.post(measuring, data=sent).status_code == 303


# ---------------------------------------------------------------- beside the steps


@pytest.mark.parametrize(("path", "outcome"), [("not-run", "not_run"), ("abandon", "abandoned")])
def test_an_end_needs_a_reason(
    session: Session, world: World, browse: Browse, path: str, outcome: str
) -> None:
    cycle = cycle_of(session, world)
    client = browse(world.people["member"])

    assert client.post(f"/cycles/{cycle.public_id}/{path}", data={"why": " "}).status_code == 422
    session.refresh(cycle)
    assert cycle.stage == "plan"
    assert (
        client.post(f"/cycles/{cycle.public_id}/{path}", data={"why": "The test window"}).status_code == 303
    )
    session.refresh(cycle)
    assert (cycle.stage, cycle.outcome, cycle.reason) == ("closed", outcome, "The test window")
    assert "The test window" in client.get(f"/cycles/{cycle.public_id}").text


def test_going_back_keeps_its_reason_and_lets_nobody_rewrite_predictions(
    session: Session, world: World, browse: Browse
) -> None:
    cycle = cycle_of(session, world, stage="study", began_on=make.TODAY)
    client = browse(world.people["member"])

    client.post(f"/cycles/{cycle.public_id}/back", data={"to": "plan", "why": "Wrong class"})

    session.refresh(cycle)
    assert (cycle.stage, cycle.is_draft) == ("plan", False)
    assert "Wrong class" in client.get(f"/cycles/{cycle.public_id}").text


def test_a_coach_comments_and_changes_nothing(session: Session, world: World, browse: Browse) -> None:
    cycle = cycle_of(session, world, stage="do")
    client = browse(world.people["coach"])

    assert (
        client.post(f"/cycles/{cycle.public_id}/notes", data={"text": "What did you count?"}).status_code
        == 303
    )
    assert "What did you count?" in client.get(f"/cycles/{cycle.public_id}").text
    assert client.post(f"/cycles/{cycle.public_id}/abandon", data={"why": "x"}).status_code == 403
    refused = browse(world.people["hub"]).post(f"/cycles/{cycle.public_id}/notes", data={"text": "No"})
    assert refused.status_code == 403
    assert session.scalars(select(CycleNote.text)).all() == ["What did you count?"]


def test_a_deleted_draft_can_be_brought_back(session: Session, world: World, browse: Browse) -> None:
    cycle = cycle_of(session, world)
    client = browse(world.people["member"])

    response = client.post(f"/cycles/{cycle.public_id}/delete")

    assert client.get(f"/cycles/{cycle.public_id}").status_code == 404
    assert f"/cycles/{cycle.public_id}/restore" in client.get(response.location).text
    assert browse(world.people["peer"]).post(f"/cycles/{cycle.public_id}/restore").status_code == 404
    client.post(f"/cycles/{cycle.public_id}/restore")
    assert client.get(f"/cycles/{cycle.public_id}").status_code == 200


@pytest.mark.parametrize("query", ["after=1_2026-02-25_99999999999999", "after=x", "stage=galaxy"])
def test_an_address_that_was_tampered_with_does_no_harm(
    session: Session, world: World, browse: Browse, query: str
) -> None:
    assert browse(world.people["member"]).get(f"/cycles?{query}").status_code == 200


def test_only_ones_own_step_is_yellow(session: Session, world: World, browse: Browse) -> None:
    today = clock.today("America/Denver")
    cycle = cycle_of(session, world, stage="study", starts_on=today, ends_on=today)
    assert cycle.ramp is not None
    for page in (f"/cycles?team={world.school.public_id}", f"/ramps/{cycle.ramp.public_id}"):
        assert 'class="turn"' in browse(world.people["member"]).get(page).text
        assert 'class="turn"' not in browse(world.people["hub"]).get(page).text


# ---------------------------------------------------------------- starting and logging


def test_a_cycle_starts_with_a_few_words(session: Session, world: World, browse: Browse) -> None:
    client = browse(world.people["member"])

    assert client.post("/cycles/new", data={}).status_code == 422
    response = client.post(
        "/cycles/new", data={"milestone": str(world.ids["milestone_id"]), "change": "A timer on the board"}
    )

    cycle = session.scalars(select(Cycle).where(Cycle.change == "A timer on the board")).one()
    assert response.location == f"/cycles/{cycle.public_id}"
    assert cycle.ramp is not None
    assert cycle.ramp.idea.title == "A timer on the board"
    again = client.post("/cycles/new", data={"known": f"ramp {cycle.ramp.public_id}"})
    assert session.scalars(select(Cycle).where(Cycle.ramp_id == cycle.ramp_id, Cycle.number == 2)).one()
    assert again.status_code == 303


def test_a_whole_small_test_is_logged_at_once(session: Session, world: World, browse: Browse) -> None:
    client = browse(world.people["member"])
    fields = {
        "milestone": str(world.ids["milestone_id"]),
        "change": "One question, not three",
        "prediction": "Most answer",
        "happened": "19 of 24 answered",
        "verdict": "held",
        "decision": "adopt",
    }

    assert client.post("/log/test", data={**fields, "milestone": ""}).status_code == 422
    response = client.post("/log/test", data=fields)

    cycle = session.scalars(select(Cycle).where(Cycle.is_quick)).one()
    assert response.location == f"/cycles/{cycle.public_id}"
    assert (cycle.stage, cycle.outcome, cycle.decision) == ("closed", "done", "adopt")
    plan = client.get(f"/cycles/{cycle.public_id}/do").text
    assert "19 of 24 answered" in plan


def test_the_log_offers_the_step_that_is_due(session: Session, world: World, browse: Browse) -> None:
    cycle = cycle_of(session, world, stage="study", title="One-item ticket")

    page = browse(world.people["member"]).get("/log").text

    assert "One-item ticket" in page
    assert f"/cycles/{cycle.public_id}" in page


def test_only_members_start_and_log(session: Session, world: World, browse: Browse) -> None:
    client = browse(world.people["observer"])
    assert [client.get(page).status_code for page in ("/cycles/new", "/log/test", "/log")] == [403, 403, 200]


# ---------------------------------------------------------------- ramps, ideas, drivers


def test_a_ramp_shows_its_cycles_and_is_judged(session: Session, world: World, browse: Browse) -> None:
    cycle = cycle_of(
        session, world, stage="closed", outcome="done", decision="adapt", scale="grade", learned="Fits"
    )
    assert cycle.ramp is not None
    client = browse(world.people["member"])
    address = f"/ramps/{cycle.ramp.public_id}"

    assert "Fits" in client.get(address).text
    judged = {"title": "Ticket", "belief": "high", "cost_of_failure": "low", "readiness": "high"}
    assert client.post(address, data={**judged, "version": cycle.ramp.version}).status_code == 303
    assert "Make it routine at this scale: one grade or team." in client.get(address).text
    assert client.post(address, data={**judged, "version": 1}).status_code == 409
    assert client.post(address, data={**judged, "title": ""}).status_code == 422
    assert browse(world.people["hub"]).post(address, data=judged).status_code == 403
    assert browse(world.people["peer"]).get(address).status_code == 404


def test_an_idea_is_adopted_into_another_team(session: Session, world: World, browse: Browse) -> None:
    idea = make.make_idea(
        session, world.school, is_shared=True, title="Stem on the slide", core_parts="One stem"
    )
    client = browse(world.people["peer"])

    assert "Stem on the slide" in client.get(f"/ideas/{idea.public_id}").text
    response = client.post(f"/ideas/{idea.public_id}/adopt")

    cycle = session.scalars(select(Cycle).where(Cycle.team_id == world.peer.id)).one()
    assert response.location == f"/cycles/{cycle.public_id}"
    assert cycle.change == "Stem on the slide"
    assert "One stem" in cycle.what
    assert client.post(f"/ideas/{idea.public_id}/edit", data={"title": "Mine"}).status_code == 403


def test_an_idea_not_shared_stays_with_its_team(session: Session, world: World, browse: Browse) -> None:
    idea = make.make_idea(session, world.school)
    assert browse(world.people["peer"]).get(f"/ideas/{idea.public_id}").status_code == 404
    client = browse(world.people["member"])
    response = client.post(
        f"/ideas/{idea.public_id}/edit", data={"title": "Renamed", "version": idea.version}
    )
    assert response.status_code == 303
    session.refresh(idea)
    assert idea.title == "Renamed"


def test_the_network_lead_draws_the_drivers(session: Session, world: World, browse: Browse) -> None:
    lead = browse(world.people["network_lead"])

    assert lead.post("/drivers/new", data={"name": ""}).status_code == 422
    assert lead.post("/drivers/new", data={"name": "Frequent checks", "why": "Pilot."}).status_code == 303
    page = lead.get("/drivers").text
    driver = str(session.scalars(select(Driver.public_id).where(Driver.name == "Frequent checks")).one())
    assert "Frequent checks" in page
    lead.post("/drivers/new", data={"name": "Minutes at the end", "parent": driver, "why": "Short."})
    lead.post("/ideas/new", data={"title": "A timer", "strong": driver, "is_shared": "y"})
    assert session.scalars(select(ChangeIdea.team_id).where(ChangeIdea.title == "A timer")).one() is None
    shown = browse(world.people["member"]).get("/drivers").text
    assert all(words in shown for words in ("Frequent checks", "Minutes at the end", "A timer"))
    assert browse(world.people["lead"]).post("/drivers/new", data={"name": "Ours"}).status_code == 403
    assert browse(world.people["other_network"]).get(f"/drivers/{driver}").status_code == 404
    assert lead.post(f"/drivers/{driver}/delete", data={}).status_code == 422
    assert lead.post(f"/drivers/{driver}/delete", data={"why": "It never moved."}).status_code == 303
    assert "Frequent checks" not in lead.get("/drivers").text


# ---------------------------------------------------------------- how often the database is asked


def fill(session: Session, world: World, times: int) -> tuple[UUID, UUID, UUID]:
    idea = make.make_idea(session, world.school)
    ramp = make.make_ramp(session, world.school, idea)
    for number in range(times):
        ramp_of = make.make_ramp(session, world.school)
        extra = make.make_cycle(
            session, world.school, milestone=milestone_of(session, world), ramp=ramp_of, stage="study"
        )
        make.make_prediction(session, extra, number=3)
        cycle = make.make_cycle(
            session,
            world.school,
            milestone=milestone_of(session, world),
            ramp=ramp,
            stage="study",
            number=number,
        )
        make.make_prediction(session, cycle, number=3)
        driver = make.make_driver(session, world.network)
        make.make_driver(session, world.network, driver)
        session.add(CycleNote(network_id=world.network.id, cycle_id=cycle.id, text="A comment"))
    session.flush()
    return cycle.public_id, ramp.public_id, idea.public_id


@pytest.mark.parametrize("times", [1, 10])
def test_pages_ask_the_database_equally_often_however_much_there_is(
    session: Session, world: World, browse: Browse, count_queries: CountQueries, times: int
) -> None:
    cycle, ramp, idea = fill(session, world, times)
    client = browse(world.people["member"])
    found = {}
    for page in (*PAGES, f"/cycles/{cycle}", f"/cycles/{cycle}/plan", f"/ramps/{ramp}", f"/ideas/{idea}"):
        with count_queries() as queries:
            assert client.get(page).status_code == 200
        found[page] = len(queries)
        most = 20 if page.startswith("/ideas/") else 12  # an idea gathers what came of it everywhere
        assert len(queries) <= most, (page, len(queries))
