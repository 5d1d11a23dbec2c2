"""Statements that are put together once show each reader their own network, whoever asked before."""

from collections.abc import Callable
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform.actor import Level, TeamRole
from teams.models import PeerLink
from tests import factories as make

Browse = Callable[..., FlaskClient]


@dataclass(frozen=True)
class Place:
    """A network, its two people, and the pages of its school; *words* stand on them, by page."""

    lead: User
    hub: User
    pages: dict[str, tuple[str, ...]]


def make_place(session: Session, name: str) -> Place:
    """Return a network whose things all carry its *name*: a school that lifts to a hub, with a plan."""
    network = make.make_network(session)
    make.make_school_year(session, network, "2025-26")
    hub = make.make_team(session, network, level=Level.DISTRICT, name=f"{name} hub")
    school, peer = (make.make_team(session, network, name=f"{name} {kind}") for kind in ("school", "peer"))
    make.make_link(session, school, hub)
    session.add(
        PeerLink(network_id=network.id, first_id=school.id, second_id=peer.id, purpose=f"{name} talk")
    )
    lead = make.make_user(session, school, role=TeamRole.LEAD, name=f"{name} Lead")
    above = make.make_user(session, hub, role=TeamRole.LEAD, name=f"{name} Above")
    plan = make.make_plan(session, school, title=f"{name} plan")
    strategy = make.make_strategy(session, plan, name=f"{name} strategy")
    strand = make.make_strand(session, strategy, name=f"{name} strand")
    measure = make.make_measure(session, school, name=f"{name} measure")
    tool = make.make_tool(session, school, name=f"{name} tool")
    milestone = make.make_milestone(
        session, school, plan=plan, measure=measure, name=f"{name} milestone", strand_id=strand.id,
        tool_id=tool.id,
    )  # fmt: skip
    make.make_milestone(session, school, plan=plan, name=f"{name} draft", is_draft=True)
    make.make_change(session, milestone, why=f"{name} moved")
    make.make_interim_target(session, plan, name=f"{name} target")
    step = make.make_action_step(session, plan, text=f"{name} step")
    make.make_measurement(session, measure, school, count=8, population=20, note=f"{name} counted")
    make.make_mark(session, measure, school, words=f"{name} bell")
    cycle = make.make_cycle(session, school, milestone=milestone, stage="do", title=f"{name} cycle")
    make.make_decision(
        session, school, milestone_id=milestone.id, text=f"{name} reason", follow_up_kind="step",
        follow_up_id=step.public_id,
    )  # fmt: skip
    make.make_step(session, make.make_item(session, school, state="waiting"), hub, from_id=school.id)
    session.flush()
    return Place(
        lead,
        above,
        {
            f"/teams/{school.public_id}": (
                f"{name} Lead", f"{name} hub", f"{name} peer", f"{name} talk",
            ),
            f"/teams/{hub.public_id}": (f"{name} Above", f"{name} school"),
            f"/plans/{plan.public_id}": (
                f"{name} plan", f"{name} strategy", f"{name} strand", f"{name} target", f"{name} step",
            ),
            f"/milestones/{milestone.public_id}": (
                f"{name} milestone", f"{name} measure", f"{name} counted", f"{name} tool", f"{name} moved",
                f"{name} reason", f"{name} step", cycle.title,
            ),
        },
    )  # fmt: skip


def test_pages_show_their_own_network_whoever_asked_before(session: Session, browse: Browse) -> None:
    places = {name: make_place(session, name) for name in ("Alder", "Birch")}

    for name, other in (("Alder", "Birch"), ("Birch", "Alder"), ("Alder", "Birch")):
        for who in (places[name].lead, places[name].hub):
            client = browse(who)
            for address, words in places[name].pages.items():
                page = client.get(address).text
                assert [each for each in words if each not in page] == [], address
                assert other not in page, address
            assert {client.get(address).status_code for address in places[other].pages} == {404}
