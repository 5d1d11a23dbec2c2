from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cycles import theory, theory_queries, theory_services
from cycles.models import Driver, IdeaDriver, TheoryChange, TheoryMeasure
from cycles.theory_services import Cell
from nic_platform.actor import Actor, NetworkRole
from nic_platform.errors import InputError, RuleError
from teams.models import Network, Team
from tests import factories as make
from tests.factories import NOON


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session)


@pytest.fixture
def lead(session: Session, team: Team) -> Actor:
    user = make.make_user(session, team)
    make.make_network_member(session, session.get_one(Network, team.network_id), user, NetworkRole.LEAD)
    return make.actor_of(session, user, team)


def driver(
    session: Session, lead: Actor, name: str, parent: Driver | None = None, old: Driver | None = None
) -> Driver:
    return theory_services.save_driver(
        session, old, name=name, description="", parent=parent, why="Because", by=lead, at=NOON
    )


def told(session: Session, lead: Actor) -> list[str]:
    return [each.sentence for each in reversed(theory_queries.history(session, lead))]


def names(session: Session, lead: Actor) -> list[str]:
    return [node.name for node in theory_queries.diagram(session, lead).walk()]


def test_a_diagram_has_two_levels(session: Session, lead: Actor) -> None:
    primary = driver(session, lead, "Frequent checks")
    secondary = driver(session, lead, "Minutes at the end", primary)
    with pytest.raises(RuleError):
        driver(session, lead, "Too deep", secondary)
    with pytest.raises(InputError):
        driver(session, lead, " ")

    [node] = theory_queries.diagram(session, lead).drivers
    assert (node.name, [each.name for each in node.below]) == ("Frequent checks", ["Minutes at the end"])


def test_a_driver_with_others_under_it_stays_primary(session: Session, lead: Actor) -> None:
    primary, other = driver(session, lead, "One"), driver(session, lead, "Two")
    driver(session, lead, "Under one", primary)
    with pytest.raises(RuleError):
        driver(session, lead, "One", other, primary)
    with pytest.raises(RuleError):
        driver(session, lead, "Two", other, other)


def test_a_driver_comes_back_with_those_under_it(session: Session, lead: Actor) -> None:
    primary = driver(session, lead, "One")
    driver(session, lead, "Under one", primary)
    with pytest.raises(InputError):
        theory_services.delete_driver(session, primary, why=" ", by=lead, at=NOON)
    theory_services.delete_driver(session, primary, why="Never moved", by=lead, at=NOON)
    assert names(session, lead) == ["Under one"]

    theory_services.restore_driver(session, primary, by=lead, at=NOON)

    found = theory_queries.diagram(session, lead).drivers
    assert [(node.name, [each.name for each in node.below]) for node in found] == [("One", ["Under one"])]
    assert told(session, lead)[-2:] == ["The driver “One” was deleted.", "The driver “One” was brought back."]


def test_each_revision_of_a_driver_is_told(session: Session, lead: Actor) -> None:
    one = driver(session, lead, "One")
    two = driver(session, lead, "Two")
    driver(session, lead, "Second", one, two)
    with pytest.raises(InputError):
        theory_services.save_driver(
            session, two, name="Third", description="", parent=one, why="", by=lead, at=NOON
        )
    session.refresh(two)
    driver(session, lead, "Second", one, two)  # nothing changes: nothing is told

    assert told(session, lead) == [
        "“One” was added as a primary driver.",
        "“Two” was added as a primary driver.",
        "The driver “Two” is now called “Second”. “Second” now hangs under “One”.",
    ]


def test_drivers_move_among_those_beside_them(session: Session, lead: Actor) -> None:
    one, two = driver(session, lead, "One"), driver(session, lead, "Two")
    below = [driver(session, lead, name, one) for name in ("a", "b", "c")]

    def move(each: Driver, *, up: bool) -> bool:
        return theory_services.move_driver(session, each, up=up, by=lead, at=NOON)

    assert move(below[2], up=True)
    assert names(session, lead) == ["One", "a", "c", "b", "Two"]
    assert move(two, up=True)
    assert names(session, lead) == ["Two", "One", "a", "c", "b"]
    assert not move(two, up=True)
    assert not move(below[1], up=False)
    assert names(session, lead) == ["Two", "One", "a", "c", "b"]
    assert session.scalar(select(func.count(TheoryChange.id))) == 5


def links(session: Session) -> set[tuple[int, int, bool]]:
    query = select(IdeaDriver.idea_id, IdeaDriver.driver_id, IdeaDriver.is_strong)
    return {(row[0], row[1], row[2]) for row in session.execute(query)}


def test_an_idea_works_on_exactly_the_drivers_chosen(session: Session, team: Team, lead: Actor) -> None:
    idea = make.make_idea(session, team, title="A timer")
    one, two = driver(session, lead, "One"), driver(session, lead, "Two")
    for chosen in ({one.id: True, two.id: False}, {two.id: True}):
        theory_services.set_links(session, idea, chosen, why="Seen", by=lead, at=NOON)
    assert links(session) == {(idea.id, two.id, True)}
    assert told(session, lead)[2:] == [
        "The idea “A timer” was linked to “One”, strongly.",
        "The idea “A timer” was linked to “Two”, weakly.",
        "The idea “A timer” was taken off “One”.",
        "The link from “A timer” to “Two” is strong now.",
    ]
    theory_services.set_links(session, idea, {two.id: True}, why="", by=lead, at=NOON)
    with pytest.raises(InputError):
        theory_services.set_links(session, idea, {}, why="", by=lead, at=NOON)


def test_a_cell_that_somebody_else_changed_stops_the_page(session: Session, team: Team, lead: Actor) -> None:
    idea = make.make_idea(session, team)
    one, two = driver(session, lead, "One"), driver(session, lead, "Two")

    def save(*cells: tuple[Driver, str, str]) -> list[tuple[str, str]]:
        sent = [Cell(idea, each, seen, wanted) for each, seen, wanted in cells]
        found = theory_services.save_links(session, sent, why="Seen", by=lead, at=NOON)
        return [(each.saved, each.wanted) for each in found]

    assert save((one, "", "strong")) == []
    assert save((one, "", "weak"), (two, "", "strong")) == [("strong", "weak")]
    assert links(session) == {(idea.id, one.id, True)}
    # what I left as I saw it stays as somebody else made it; what both of us want is no clash
    assert save((one, "", ""), (two, "", "weak")) == []
    assert save((one, "", "strong"), (two, "weak", "")) == []
    assert links(session) == {(idea.id, one.id, True)}


def test_measures_of_the_theory_are_common_ones(session: Session, team: Team, lead: Actor) -> None:
    common = make.make_measure(session, network_id=team.network_id, name="Exit tickets")
    own = make.make_measure(session, team)
    one = driver(session, lead, "One")

    def put(*measures: object, on: Driver | None, why: str = "Shows it") -> bool:
        return theory_services.set_measures(session, on, measures, why=why, by=lead, at=NOON)  # type: ignore[arg-type]  # any

    with pytest.raises(InputError):
        put(own, on=one)
    with pytest.raises(InputError):
        put(common, on=one, why="")
    assert put(common, on=one)
    assert not put(common, on=one, why="")
    assert put(common, on=None)
    assert put(on=one)
    assert session.scalars(select(TheoryMeasure.driver_id)).all() == [None]
    assert told(session, lead)[1:] == [
        "The measure “Exit tickets” now tells whether “One” moves.",
        "The measure “Exit tickets” now tells whether the aim moves.",
        "The measure “Exit tickets” was taken off “One”.",
    ]


def test_the_aim_needs_a_reason_where_it_changes(session: Session, team: Team, lead: Actor) -> None:
    network = session.get_one(Network, team.network_id)
    theory_services.save_aim(session, network, network.aim, why="", by=lead, at=NOON)
    assert told(session, lead) == []
    with pytest.raises(InputError):
        theory_services.save_aim(session, network, "All read by 2028", why=" ", by=lead, at=NOON)
    session.refresh(network)
    theory_services.save_aim(session, network, "All read by 2028", why="Vote", by=lead, at=NOON)
    theory_services.save_aim(session, network, "60% read by 2028", why="Too far", by=lead, at=NOON)
    assert told(session, lead) == [
        "The aim was set: “All read by 2028”.",
        "The aim was changed from “All read by 2028” to “60% read by 2028”.",
    ]


def test_the_diagram_of_an_earlier_day_comes_from_the_history(
    session: Session, team: Team, lead: Actor
) -> None:
    idea = make.make_idea(session, team, is_shared=True)
    network = session.get_one(Network, team.network_id)
    day = timedelta(days=1)
    one = driver(session, lead, "One")
    theory_services.set_links(session, idea, {one.id: True}, why="x", by=lead, at=NOON + day)
    theory_services.save_aim(session, network, "All by 2028", why="x", by=lead, at=NOON + 2 * day)
    theory_services.delete_driver(session, one, why="x", by=lead, at=NOON + 3 * day)

    def then(days: int) -> tuple[str, list[str], int]:
        found = theory_queries.diagram(session, lead, (NOON + days * day).date())
        return found.aim, [node.name for node in found.drivers], sum(len(n.ideas) for n in found.drivers)

    assert [then(days) for days in range(-1, 4)] == [
        ("", [], 0),
        ("", ["One"], 0),
        ("", ["One"], 1),
        ("All by 2028", ["One"], 1),
        ("All by 2028", [], 0),
    ]


def test_a_teams_own_idea_is_not_named_to_others(session: Session, team: Team, lead: Actor) -> None:
    peer = make.make_team(session, site=make.make_site(session, parent=team.site))
    idea = make.make_idea(session, team, title="Secret plan")
    one = driver(session, lead, "One")
    theory_services.set_links(session, idea, {one.id: True}, why="Our secret", by=lead, at=NOON)
    other = make.actor_of(session, make.make_user(session, peer), peer)

    [change] = [each for each in theory_queries.history(session, other) if each.change.what == "idea"]

    assert change.sentence == "The idea “a team’s own idea” was linked to “One”, strongly."
    assert change.change.why == ""
    assert not any(node.ideas for node in theory_queries.diagram(session, other).walk())
    assert theory.unpacked(change.change.after).get("idea", "")
