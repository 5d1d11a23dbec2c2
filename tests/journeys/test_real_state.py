"""The main job on a real state: the directory of Colorado, imported, and its people at the pages."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cycles.models import Cycle
from feedback.models import FeedbackItem
from measures.models import Measurement
from milestones.models import Milestone, Plan
from nic_platform import clock, importing, tabular
from nic_platform.actor import Level, NetworkRole
from nic_platform.tables import ImportRun
from teams import site_importing, site_table
from teams.models import Network, Site, Team
from tests import factories as make

Browse = Callable[..., FlaskClient]


def import_colorado(session: Session, network: Network, file: Path) -> None:
    """Import the directory as the command does."""
    with file.open("rb") as stream:
        table = tabular.read_table(stream, file.name)
    mapping = importing.propose(table.header, site_table.targets())
    plan = site_importing.make_plan(session, network.id, table, mapping, state="CO")
    at = clock.now()
    run = ImportRun(network_id=network.id, kind="sites", file_name=file.name, created_at=at)
    session.add(run)
    session.flush()
    site_importing.write(session, run, plan, by=None, at=at)


def found_team(session: Session, network: Network, level: Level, *, site: Site) -> Team:
    """Give a site its team, with a lead called like the level."""
    return make.make_team(session, network, site=site, level=level, name=f"{site.name} team")


def test_the_main_job_on_colorado(app: Flask, session: Session, browse: Browse, shared: Path) -> None:
    network = make.make_network(session, name="Colorado reads")
    with app.app_context():
        import_colorado(session, network, shared / "data/directory/co_schools_cde_2024_25.csv")
    count = select(func.count()).select_from(Site).where(Site.network_id == network.id)
    assert session.scalar(count.where(Site.level == Level.SCHOOL)) == 1903
    mapleton = session.scalars(
        select(Site).where(Site.network_id == network.id, Site.state_code == "0010")
    ).one()
    children = select(Site).where(Site.parent_id == mapleton.id).order_by(Site.name).limit(2)
    schools = [found_team(session, network, Level.SCHOOL, site=site) for site in session.scalars(children)]
    hub = found_team(session, network, Level.DISTRICT, site=mapleton)
    agency = session.scalars(
        select(Site).where(Site.network_id == network.id, Site.level == Level.STATE)
    ).one()
    state = found_team(session, network, Level.STATE, site=agency)
    for lower, upper in ((schools[0], hub), (schools[1], hub), (hub, state)):
        make.make_link(session, lower, upper)
    school_lead, hub_lead, state_lead = (make.make_user(session, team) for team in (schools[0], hub, state))
    make.make_network_member(session, network, state_lead, NetworkRole.LEAD)
    today = clock.today(network.time_zone)

    at_school = browse(school_lead)
    assert at_school.post("/plans", data={}).status_code == 303
    plan = session.scalars(select(Plan).where(Plan.team_id == schools[0].id)).one()
    measure = make.make_measure(session, network_id=network.id)
    milestone = make.make_milestone(
        session, schools[0], plan=plan, measure=measure, due_on=today + timedelta(30)
    )
    counted = {"count": "18", "population": "24", "observed_on": today.isoformat()}
    assert at_school.post(f"/milestones/{milestone.public_id}/measure", data=counted).status_code == 303
    small = {"milestone": str(milestone.public_id), "change": "One stem", "prediction": "Most answer"}
    small |= {
        "happened": "18 of 24 did",
        "verdict": "held",
        "decision": "adopt",
        "happened_on": today.isoformat(),
    }
    assert at_school.post("/log/test", data=small).status_code == 303
    raised = {"kind": "barrier", "title": "No substitute", "happens": "Twice a week.", "save": "send"}
    page = at_school.get("/feedback/new").text
    raised["link"] = re.findall(r'<select[^>]*name="link".*?value="([0-9a-f-]{36})"', page, re.S)[0]
    assert at_school.post("/feedback/new", data=raised).status_code == 303
    item = session.scalars(select(FeedbackItem).where(FeedbackItem.team_id == schools[0].id)).one()

    at_hub, at_state = browse(hub_lead), browse(state_lead)
    page = at_hub.get(f"/feedback/{item.public_id}").text
    link = re.findall(r'<select[^>]*name="link".*?value="([0-9a-f-]{36})"', page, re.S)[0]
    session.refresh(item)
    lifted = {"link": link, "words": "All our schools.", "version": str(item.version)}
    assert at_hub.post(f"/feedback/{item.public_id}/lift", data=lifted).status_code == 303
    session.refresh(item)
    answer = {"changes": "resource", "text": "Title II may pay for it.", "version": str(item.version)}
    assert at_state.post(f"/feedback/{item.public_id}/answer", data=answer).status_code == 303
    session.refresh(item)
    confirmed = {"lifted": "yes", "words": "It works.", "version": str(item.version)}
    assert at_school.post(f"/feedback/{item.public_id}/confirm", data=confirmed).status_code == 303

    session.refresh(item)
    assert (item.state, item.lifted) == ("closed", "yes")
    assert session.scalars(select(Measurement.count).where(Measurement.measure_id == measure.id)).all() == [
        18.0
    ]
    assert session.scalars(select(Cycle.decision).where(Cycle.team_id == schools[0].id)).all() == ["adopt"]
    assert (
        session.scalar(select(func.count()).select_from(Milestone).where(Milestone.plan_id == plan.id)) == 1
    )
    compared = at_hub.get("/compare")
    assert compared.status_code == 200
    assert measure.name in compared.text
    assert at_state.get("/network").status_code == 200
