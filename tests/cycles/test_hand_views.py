from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles import finding_queries
from cycles.models import CycleMilestone, IdeaDriver
from milestones.models import Plan
from nic_platform import clock
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_each_finding_has_its_one_act(session: Session, world: World, browse: Browse) -> None:
    long_ago = clock.now().date() - timedelta(days=30)
    ramp = make.make_ramp(session, world.school)
    studied = make.make_cycle(
        session, world.school, ramp=ramp, stage="study", title="Waits", starts_on=long_ago, ends_on=long_ago
    )
    plan = make.make_cycle(session, world.school, title="Never began", starts_on=long_ago)
    ended = make.make_cycle(
        session, world.school, ramp=make.make_ramp(session, world.school), stage="closed", outcome="done",
        decision="adapt", title="Adapted", starts_on=long_ago,
    )  # fmt: skip
    for each in (studied, plan, ended):
        each.created_at = each.created_at - timedelta(days=60)
    session.flush()

    alone = make.make_cycle(session, world.school, stage="do", title="Alone", starts_on=clock.now().date())
    page = browse(world.people["member"]).get("/cycles/hand").text

    assert page.count(f"/cycles/{alone.public_id}/place") == 1  # one page mends both lacks
    assert "Say where it belongs" in page
    assert f"/cycles/{studied.public_id}/study" in page
    assert f"/cycles/{studied.public_id}/place" in page
    assert f"/cycles/{plan.public_id}/not-run" in page
    assert f"/cycles/{ended.public_id}/next" in page
    assert "Open the next cycle" in page
    coach = browse(world.people["coach"]).get("/cycles/hand").text
    assert "For the team: study it now" in coach
    assert "/not-run" not in coach
    hub = browse(world.people["hub"]).get("/cycles/hand").text
    assert "Waits" in hub
    assert "Never began" not in hub  # a draft
    assert "Waits" not in browse(world.people["peer"]).get("/cycles/hand").text


def test_the_page_takes_as_many_statements_for_many_cycles(
    session: Session,
    world: World,
    browse: Browse,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client, taken = browse(world.people["member"]), []
    for count in (2, 12):
        for _ in range(count):
            make.make_cycle(session, world.school, ramp=make.make_ramp(session, world.school), stage="do")
        session.expire_all()
        with count_queries() as seen:
            assert client.get("/cycles/hand").status_code == 200
        taken.append(len(seen))
    assert taken[0] == taken[1] <= 12


def test_a_lost_cycle_is_hung_up(session: Session, world: World, browse: Browse) -> None:
    lost = make.make_cycle(session, world.school, stage="do", title="Lost")
    ramp = make.make_ramp(session, world.school, title="The new ramp")
    milestone = world.ids["milestone_id"]
    client = browse(world.people["member"])

    answer = client.post(
        f"/cycles/{lost.public_id}/place",
        data={"milestones": str(milestone), "ramp": str(ramp.public_id), "version": lost.version},
    )

    assert answer.status_code == 303
    session.refresh(lost)
    assert (lost.ramp_id, lost.number) == (ramp.id, 1)
    assert session.scalars(select(CycleMilestone.cycle_id).where(CycleMilestone.cycle_id == lost.id)).all()
    assert client.post(f"/cycles/{lost.public_id}/place", data={"version": 1}).status_code == 409
    assert browse(world.people["hub"]).get(f"/cycles/{lost.public_id}/place").status_code == 403


def test_a_milestone_chooses_its_cycles(session: Session, world: World, browse: Browse) -> None:
    one = make.make_cycle(session, world.school, stage="do", title="One", starts_on=None)
    client, page = browse(world.people["member"]), f"/milestones/{world.ids['milestone_id']}/cycles"
    assert "One" in client.get(page).text

    assert client.post(page, data={"cycles": str(one.public_id)}).status_code == 303

    assert session.scalars(select(CycleMilestone.cycle_id)).all() == [one.id]
    shown = client.get(f"/milestones/{world.ids['milestone_id']}").text
    assert f"/cycles/{one.public_id}" in shown
    assert browse(world.people["coach"]).get(page).status_code == 403


def test_the_four_pages_lead_to_each_other(session: Session, world: World, browse: Browse) -> None:
    driver = make.make_driver(session, world.network, name="Frequent checks")
    milestone = world.ids["milestone_id"]
    plan = session.scalars(select(Plan).where(Plan.public_id == world.ids["plan_id"])).one()
    row = make.make_milestone(session, world.school, plan=plan)
    ramp = make.make_ramp(session, world.school, make.make_idea(session, world.school, title="A timer"))
    cycle = make.make_cycle(session, world.school, milestone=row, ramp=ramp, stage="do", title="Timer in 4a")
    session.add(IdeaDriver(network_id=world.network.id, idea_id=ramp.idea_id, driver_id=driver.id))
    session.flush()
    client = browse(world.people["member"])
    pages = {
        "cycle": f"/cycles/{cycle.public_id}", "milestone": f"/milestones/{row.public_id}",
        "idea": f"/ideas/{ramp.idea.public_id}", "driver": f"/drivers/{driver.public_id}",
    }  # fmt: skip
    assert milestone != row.public_id
    for name, address in pages.items():
        text = client.get(address).text
        if name != "milestone":
            assert "Frequent checks" in text
        for other in set(pages) - {name}:
            leads = pages[other] in text or (name, other) in {("milestone", "driver"), ("idea", "cycle")}
            assert leads, (name, other)
    assert "works on Frequent checks" in client.get(pages["milestone"]).text


def test_where_more_need_a_hand_than_are_looked_at_the_page_and_the_api_say_so(
    session: Session, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browse(world.people["member"])
    for number in range(2):
        make.make_cycle(session, world.school, is_draft=False, stage="do", title=f"Lost {number}")
    session.flush()
    whole = client.get("/api/v1/cycles/needing-a-hand").json

    monkeypatch.setattr(finding_queries, "MOST", 1)
    cut = client.get("/api/v1/cycles/needing-a-hand").json

    assert whole is not None
    assert cut is not None
    assert (whole["is_cut"], cut["is_cut"]) == (False, True)
    assert len({each["cycle_id"] for each in cut["items"]}) == 1
    assert "There is more." in client.get("/cycles/hand").text
