"""What a week reads: the plan in force, what was counted, first steps, meetings, imports."""

from datetime import timedelta

from sqlalchemy.orm import Session

from desk import import_queries, week_queries
from milestones.models import Touchpoint
from nic_platform import clock
from nic_platform.actor import Level, NetworkRole
from nic_platform.tables import ImportRun
from teams.models import Network, Team
from tests import factories as make
from tests.desk.scenes import a_busy_team

TODAY = make.TODAY


def test_drafts_deleted_and_last_years_plans_are_no_lines(session: Session) -> None:
    team = make.make_team(session)
    old = make.make_plan(session, team, school_year="2024-25")
    now = make.make_plan(session, team, school_year="2025-26")
    make.make_milestone(session, team, plan=old)
    make.make_milestone(session, team, plan=now, is_draft=True)
    make.make_milestone(session, team, plan=now, deleted_at=clock.now())
    kept = make.make_milestone(session, team, plan=now)

    lines = week_queries.lines_of(session, make.actor_of(session, make.make_user(session, team)), TODAY)

    assert [[promise.id for promise in line.promises] for line in lines.own] == [[kept.public_id]]


def test_a_correction_stands_in_for_what_it_corrects(session: Session) -> None:
    team = make.make_team(session)
    measure = make.make_measure(session, team)
    make.make_milestone(session, team, measure=measure)
    first = make.make_measurement(session, measure, team, TODAY, count=10, population=20)
    make.make_measurement(session, measure, team, TODAY, count=15, population=20, supersedes_id=first.id)
    make.make_measurement(session, measure, team, TODAY, count=1, population=2, subgroup="newcomers")

    lines = week_queries.lines_of(session, make.actor_of(session, make.make_user(session, team)), TODAY)

    assert [reading.value for reading in lines.own[0].known(TODAY)] == [75.0]


def test_only_teams_directly_below_are_looked_at(session: Session) -> None:
    school, hub = a_busy_team(session)
    state = make.make_team(session, session.get_one(Network, hub.network_id), level=Level.STATE)
    make.make_link(session, hub, state)
    actor = make.actor_of(session, make.make_user(session, state))
    hub_actor = make.actor_of(session, make.make_user(session, hub))
    today = clock.today("America/Denver")

    assert week_queries.lines_of(session, actor, today).below == []
    assert [team.name for team, _lines in week_queries.lines_of(session, hub_actor, today).below] == [
        school.name
    ]


def test_first_steps_are_found_done(session: Session) -> None:
    school, hub = a_busy_team(session)
    alone = make.actor_of(session, make.make_user(session, school))
    steps = week_queries.first_steps(session, alone)
    make.make_user(session, school)

    assert (steps.above, steps.left, steps.minutes) == (hub.name, 1, 1)
    assert week_queries.first_steps(session, alone).left == 0


def test_a_new_team_has_sixteen_minutes_before_it(session: Session) -> None:
    steps = week_queries.first_steps(
        session, make.actor_of(session, make.make_user(session, make.make_team(session)))
    )

    assert (steps.above, steps.left, steps.minutes) == ("", 3, 16)


def test_the_last_and_the_next_meeting_are_told_apart(session: Session) -> None:
    team = make.make_team(session, meeting="Thursdays")
    for days in (-30, -9, 0, 12):
        touchpoint = Touchpoint(
            network_id=team.network_id, team_id=team.id, held_on=TODAY + timedelta(days=days)
        )
        session.add(touchpoint)
    session.flush()

    meeting = week_queries.meeting_of(session, make.actor_of(session, make.make_user(session, team)), TODAY)

    assert (meeting.last_on, meeting.next_on, meeting.words) == (
        TODAY - timedelta(days=9),
        TODAY,
        "Thursdays",
    )


def test_a_stated_date_serves_where_no_meeting_is_planned_unless_it_is_past(session: Session) -> None:
    soon, past = TODAY + timedelta(days=3), TODAY - timedelta(days=3)
    found = []
    for day in (soon, past):
        actor = make.actor_of(session, make.make_user(session, make.make_team(session, next_meeting_on=day)))
        found.append(week_queries.meeting_of(session, actor, TODAY).next_on)

    assert found == [soon, None]


def an_import(session: Session, team: Team, name: str, *, of_team: bool) -> None:
    run = ImportRun(network_id=team.network_id, kind="sites", file_name=name, created_at=clock.now())
    run.team_id = team.id if of_team else None
    session.add(run)
    session.flush()


def test_imports_are_for_their_team_and_the_network_lead(session: Session) -> None:
    network = make.make_network(session)
    team, other = make.make_team(session, network), make.make_team(session, network)
    an_import(session, team, "ours.csv", of_team=True)
    an_import(session, team, "network.csv", of_team=False)
    lead = make.make_user(session, other)
    make.make_network_member(session, network, lead, NetworkRole.LEAD)

    def names(actor_of: object) -> list[str]:
        actor = make.actor_of(session, actor_of)  # type: ignore[arg-type]  # a user
        return [run.file_name for run in import_queries.list_imports(session, actor)]

    assert names(make.make_user(session, team)) == ["ours.csv"]
    assert names(make.make_user(session, other)) == []
    assert names(lead) == ["network.csv", "ours.csv"]
