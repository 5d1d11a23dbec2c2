"""One small network with somebody in every role, for tests that walk the whole platform."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import ApiToken, IdentityProvider, OneTimeLink, Passkey, SignIn, User, UserIdentity
from desk import taking_services
from desk.models import CalendarFeed
from interchange.models import Webhook, WebhookDelivery
from milestones.models import Touchpoint
from nic_platform import clock
from nic_platform.actor import Actor, Level, NetworkRole, TeamRole
from nic_platform.database import Base
from nic_platform.tables import Deletion, ImportRun, Job, Notice
from rosters.models import RosterGroup, RosterSource
from teams.models import CalendarSpan, Network, Program, SchoolYear, Site, Team
from tests import factories as make

ROLES = (
    "anonymous", "other_network", "peer", "observer", "member", "lead", "linking", "coach", "hub",
    "network_lead", "reviewer", "analyst", "admin",
)  # fmt: skip
TEAMS = ("state", "hub", "school", "peer", "stranger")
ROLE_LINE = UUID("11111111-1111-4111-8111-111111111111")  # a line of the mapping of the network's sign-in


@dataclass
class World:
    """A state team, a hub, a school of its own and a peer school, and a school of another network."""

    network: Network
    state: Team
    hub: Team
    school: Team
    peer: Team
    stranger: Team
    people: dict[str, User]
    ids: dict[str, UUID] = field(default_factory=dict)  # URL parameter -> what belongs to the own school


@dataclass(frozen=True)
class Built:
    """What writes the rows of a world, in the order of their references, and which of them it names."""

    writes: list[str]
    teams: dict[str, int]
    people: dict[str, int]
    ids: dict[str, UUID]


_built: dict[tuple[str, date], Built] = {}  # by database and day: fixed clocks get worlds of their own


def make_world(session: Session) -> World:
    """Give the network and its people; nothing in it is shared with peers.

    The factories build it once for each database. After that its rows are put back into the empty tables,
    with the same ids, which takes a fraction of the time.
    """
    if session.scalar(select(Network.id).limit(1)) or session.scalar(select(User.id).limit(1)):
        return build_world(session)
    key = (str(_engine(session).url), clock.now().date())
    if key not in _built:
        world = build_world(session)
        _built[key] = _written_down(session, world)
        return world
    return _put_back(session, _built[key])


def _engine(session: Session) -> sa.Engine:
    return session.connection().engine


def _written_down(session: Session, world: World) -> Built:
    """Return what writes all rows of the database again, in the spelling of the database itself."""
    session.flush()
    is_sqlite = _engine(session).dialect.name == "sqlite"
    writes = [said for table in Base.metadata.sorted_tables if (said := _spelled(session, table, is_sqlite))]
    teams = {name: getattr(world, name).id for name in TEAMS}
    people = {name: user.id for name, user in world.people.items()}
    return Built(writes if is_sqlite else [";".join(writes)], teams, people, dict(world.ids))


def _spelled(session: Session, table: sa.Table, is_sqlite: bool) -> str:
    """Return the statement that writes the rows of a table; nothing if it has none."""
    columns = [column for column in table.columns if column.computed is None]
    values = [
        sa.func.quote(column) if is_sqlite else sa.func.quote_nullable(sa.cast(column, sa.Text))
        for column in columns
    ]
    found = session.execute(select(*values).order_by(*table.primary_key.columns)).all()
    names = ", ".join(f'"{column.name}"' for column in columns)
    rows = ", ".join(f"({', '.join(row)})" for row in found)
    return f'INSERT INTO "{table.name}" ({names}) VALUES {rows}' if found else ""


def _put_back(session: Session, built: Built) -> World:
    """Write the rows of a world that was built before, and read what it names.

    The statements go straight to the driver: thousands of tests begin with them.
    """
    cursor = session.connection().connection.cursor()
    for statement in built.writes:
        cursor.execute(statement)
    cursor.close()
    held = select(Team).where(Team.id.in_(built.teams.values()))
    teams = {team.id: team for team in session.scalars(held)}
    known = select(User).where(User.id.in_(built.people.values()))
    users = {user.id: user for user in session.scalars(known)}
    own = {name: teams[number] for name, number in built.teams.items()}
    network = session.get_one(Network, own["school"].network_id)
    people = {name: users[number] for name, number in built.people.items()}
    return World(network, **own, people=people, ids=dict(built.ids))


def build_world(session: Session) -> World:
    """Build the world with the factories, beside whatever stands."""
    network, other = make.make_network(session), make.make_network(session)
    state_site = make.make_site(session, network, level=Level.STATE)
    district = make.make_site(session, parent=state_site, level=Level.DISTRICT)
    site, peer_site = (make.make_site(session, parent=district) for _ in range(2))
    state = make.make_team(session, site=state_site, level=Level.STATE, name="State team")
    hub = make.make_team(session, site=district, level=Level.DISTRICT, name="Hub")
    school = make.make_team(session, site=site, name="Own school")
    peer = make.make_team(session, site=peer_site, name="Peer school")
    stranger = make.make_team(session, other, name="Other network's school")
    for lower, upper in ((school, hub), (peer, hub), (hub, state)):
        make.make_link(session, lower, upper)
    people = {
        "other_network": make.make_user(session, stranger, role=TeamRole.LEAD),
        "peer": make.make_user(session, peer, role=TeamRole.LEAD),
        "hub": make.make_user(session, hub, role=TeamRole.LEAD),
        "network_lead": make.make_user(session),
        "reviewer": make.make_user(session, state),
        "analyst": make.make_user(session),
        "admin": make.make_user(session, is_admin=True),
    }
    for role in TeamRole:
        people[role.value] = make.make_user(session, school, role=role)
    make.make_network_member(session, network, people["network_lead"], NetworkRole.LEAD)
    make.make_network_member(session, network, people["reviewer"], NetworkRole.REVIEWER, Level.STATE)
    analyst = make.make_network_member(session, network, people["analyst"], NetworkRole.ANALYST)
    world = World(network, state, hub, school, peer, stranger, people)
    world.ids = _belongings(session, world, site) | {"network_member_id": analyst.public_id}
    world.ids |= {"provider_role_id": ROLE_LINE}
    return world


def _belongings(session: Session, world: World, site: Site) -> dict[str, UUID]:
    """Give the own school one of everything that an address can name; nothing of it is a draft or shared."""
    team = world.school
    plan = make.make_plan(session, team)
    priority = make.make_priority(session, plan)
    cause = make.make_root_cause(session, priority)
    strategy = make.make_strategy(session, plan, root_cause_id=cause.id)
    strand = make.make_strand(session, strategy)
    measure = make.make_measure(session, team)
    milestone = make.make_milestone(session, team, plan=plan, measure=measure, strand_id=strand.id)
    measurement = make.make_measurement(session, measure, team, count=12, population=24)
    idea = make.make_idea(session, team)
    ramp = make.make_ramp(session, team, idea)
    cycle = make.make_cycle(session, team, milestone=milestone, ramp=ramp, stage="do")
    item = make.make_item(session, team, state="waiting", holder_id=world.hub.id, highest_rank=2)
    make.make_step(session, item, world.hub)
    theme = make.make_theme(session, world.hub)
    answer_template = make.make_answer_template(session, world.hub)
    batch = make.make_batch(session, world.hub)
    answer = make.make_answer(session, world.hub, theme_id=theme.id)
    link = make.make_link(session, make.make_team(session, site=site, level=Level.PRACTICE), team)
    exchange = make.make_exchange(session, link)
    policy = make.make_policy_notice(session, world.hub)
    target = make.make_interim_target(session, plan)
    template = make.make_template(session, world.network)
    common = make.make_common(session, template)
    things: dict[str, Any] = {
        "template_id": template, "common_id": common,
        "team_id": team, "site_id": site, "network_id": world.network, "plan_id": plan,
        "priority_id": priority, "cause_id": cause, "root_cause_id": cause, "strategy_id": strategy,
        "strand_id": strand, "series_id": strand, "milestone_id": milestone,
        "move_id": make.make_change(session, milestone),
        "measurement_id": measurement, "measure_id": measure,
        "mark_id": make.make_mark(session, measure, team), "idea_id": idea, "ramp_id": ramp,
        "cycle_id": cycle, "item_id": item, "theme_id": theme, "link_id": link,
        "message_id": make.make_message(session, item, world.people["member"]),
        "exchange_id": exchange,
        "spread_link_id": make.make_spread_link(session, team, world.peer),
        "principle_step_id": make.make_principle_step(session, world.network),
        "answer_id": answer,
        "answer_template_id": answer_template, "batch_id": batch,
        "user_id": world.people["member"],
        "policy_notice_id": policy, "person_id": world.people["member"],
        "target_id": target, "interim_target_id": target,
        "checkpoint_id": make.make_checkpoint(session, target),
        "backwards_plan_id": make.make_backwards_plan(session, strand),
        "tool_id": make.make_tool(session, team), "run_id": make.make_count_run(session, plan),
        "save_id": make.make_count_run(
            session, plan, kind="figures", state="done", mapping={"on": "2026-02-24"}
        ),
        "step_id": make.make_action_step(session, plan),
        "goal_id": make.make_goal(session, plan),
        "prediction_id": make.make_prediction(session, cycle),
        "task_id": make.make_task(session, cycle),
        "point_id": make.make_measurement(
            session, measure, team, count=3, population=24, on=date(2026, 2, 1), cycle_id=cycle.id
        ),
        "driver_id": make.make_driver(session, world.network),
        "asking_id": make.make_asking(session, world.peer, team, idea_id=idea.id),
        "story_id": make.make_story(session, idea, team),
        "decision_id": make.make_decision(session, team, milestone_id=milestone.id),
    }  # fmt: skip
    things |= _in_place(session, world)
    things |= _roster(session, world.network)
    things |= _calendar(session, world.network) | {"peer_id": world.peer}
    things |= _personal(session, world) | {"object_id": milestone}
    things["decision_id"].touchpoint_id = things["touchpoint_id"].id
    things["attachment_id"] = make.make_attachment(session, milestone)
    return {name: thing.public_id for name, thing in things.items()}


def _in_place(session: Session, world: World) -> dict[str, Any]:
    """Give the own school two initiatives with a note on them, and a practice with a stage and a rating."""
    team, network = world.school, world.network
    first, second = make.make_initiative(session, network), make.make_initiative(session, network)
    practice = make.make_practice(session, network, team)
    place = make.make_practice_site(session, practice, team)
    make.make_in_place(session, second, team)
    return {
        "initiative_id": first,
        "initiative_place_id": make.make_in_place(session, first, team, outcome="same"),
        "initiative_pair_id": make.make_initiative_pair(
            session, first, second, team.site_id, team_id=team.id
        ),
        "practice_id": practice,
        "practice_site_id": place,
        "stage_entry_id": make.make_stage(session, place, "installation", date(2026, 1, 12)),
        "support_id": make.make_support(session, place),
        "rating_id": make.make_rating(session, practice, team),
    }


def _roster(session: Session, network: Network) -> dict[str, Any]:
    """Give the network a roster with a group and an import that was looked at."""
    now = clock.now()
    source = RosterSource(network_id=network.id, name="Staff", kind="oneroster", domains=["staff.example"])
    session.add(source)
    session.flush()
    group = RosterGroup(
        network_id=network.id, source_id=source.id, name="Office", created_at=now, changed_at=now
    )
    run = ImportRun(network_id=network.id, kind="roster", file_name="staff.zip", created_at=now)
    run.mapping = {"source": str(source.public_id)}
    session.add_all([group, run])
    session.flush()
    return {"roster_id": source, "roster_group_id": group, "roster_run_id": run}


def _calendar(session: Session, network: Network) -> dict[str, Any]:
    """Give the network a school year with a break."""
    year = SchoolYear(network_id=network.id, name="2025-26")
    year.starts_on, year.ends_on = date(2025, 8, 18), date(2026, 5, 29)
    session.add(year)
    session.flush()
    days = {"starts_on": date(2025, 12, 20), "ends_on": date(2026, 1, 4)}
    span = CalendarSpan(network_id=network.id, school_year_id=year.id, kind="break", name="Winter", **days)
    session.add(span)
    session.flush()
    return {"year_id": year, "span_id": span}


def _personal(session: Session, world: World) -> dict[str, Any]:
    """Give the member a token, a sign-in and a notice, the lead an invitation, the network an import."""
    user, lead, now = world.people["member"], world.people["lead"], clock.now()
    later = now + timedelta(days=7)
    things: dict[str, Any] = {
        "token_id": ApiToken(token_hash="t" * 64, user_id=user.id, name="Reports", created_at=now),
        "feed_id": CalendarFeed(
            network_id=world.network.id, user_id=user.id, token_hash="f" * 64, created_at=now
        ),
        "sign_in_id": SignIn(secret_hash="s" * 64, user_id=user.id, created_at=now, last_seen_at=now),
        "notice_id": Notice(user_id=user.id, kind="test", subject="News", created_at=now, mail_after=now),
        "invitation_id": OneTimeLink(
            token_hash="i" * 64, purpose="invitation", email="new@example.org", network_id=world.network.id,
            payload={"team": str(world.school.public_id), "role": "member"}, created_at=now,
            created_by_id=lead.id, expires_at=later,
        ),
        "import_id": ImportRun(network_id=world.network.id, kind="sites", file_name="a.csv", created_at=now),
        "file_id": ImportRun(
            network_id=world.network.id, kind="state figures", file_name="a.csv", created_at=now
        ),
        "plan_import_id": ImportRun(
            network_id=world.network.id, team_id=world.school.id, kind="plan", file_name="a.xlsx",
            created_at=now,
        ),
        "initiative_import_id": ImportRun(
            network_id=world.network.id, kind="initiatives", file_name="initiatives.csv", created_at=now,
            created_by_id=user.id,
        ),
        "team_import_id": ImportRun(
            network_id=world.network.id, kind="teams", file_name="teams.csv", created_at=now
        ),
        "handover_id": ImportRun(
            network_id=world.network.id, team_id=world.school.id, kind="handover", file_name="Person",
            state="done", undo={"done": []}, created_at=now,
        ),
        "touchpoint_id": Touchpoint(
            network_id=world.network.id, team_id=world.school.id, held_on=date(2026, 2, 12)
        ),
    }  # fmt: skip
    session.add_all(things.values())
    session.flush()
    things |= _to_be_deleted(session, world)
    return things | _organisation(session, world) | _other_system(session, world)


def _to_be_deleted(session: Session, world: World) -> dict[str, Any]:
    """Let the network's lead have asked that it be deleted, and the member that their account be."""
    now = clock.now()
    told = {"asked_at": now, "network_id": world.network.id}
    asked = Deletion(kind="network", object_id=world.network.public_id, name=world.network.name, **told)
    member = Deletion(kind="person", object_id=world.people["member"].public_id, name="Member", **told)
    session.add_all([asked, member])
    session.flush()
    return {"deletion_id": asked}


def _organisation(session: Session, world: World) -> dict[str, Any]:
    """Give the network an organisation's sign-in, switched off, that the member is connected with."""
    line = {
        "id": str(ROLE_LINE),
        "value": "Teachers",
        "role": "member",
        "team": str(world.school.public_id),
    }
    provider = IdentityProvider(
        network_id=world.network.id, name="District", issuer="https://127.0.0.1/", client_id="switchback",
        domains=["district.example"], asked_domains=["second.example"], roles=[line], is_enabled=False,
    )  # fmt: skip
    session.add(provider)
    session.flush()
    identity = UserIdentity(provider_id=provider.id, user_id=world.people["member"].id, subject="member")
    session.add(identity)
    session.flush()
    passkey = Passkey(
        user_id=world.people["member"].id, name="Phone", credential_id="AAAA", public_key="AAAA",
        created_at=clock.now(),
    )  # fmt: skip
    session.add(passkey)
    session.flush()
    made = {"provider_id": provider, "identity_id": identity, "passkey_id": passkey}
    return made | _program(session, world)


def _program(session: Session, world: World) -> dict[str, Any]:
    """Give the network a program with a token."""
    now = clock.now()
    user = User(email="program@programs.invalid", name="Nightly export", is_service=True, mail_notices=False)
    session.add(user)
    session.flush()
    session.add(Program(network_id=world.network.id, user_id=user.id, created_at=now))
    token = ApiToken(token_hash="p" * 64, user_id=user.id, name="Export", created_at=now)
    session.add(token)
    session.flush()
    return {"program_id": user, "program_token_id": token}


def _other_system(session: Session, world: World) -> dict[str, Any]:
    """Give the network a webhook, switched off, with a message that was sent."""
    hook = Webhook(
        network_id=world.network.id, name="Warehouse", url="https://127.0.0.1/", secret="", events=["items"],
        is_enabled=False,
    )  # fmt: skip
    session.add(hook)
    session.flush()
    sent = WebhookDelivery(
        network_id=world.network.id, webhook_id=hook.id, event="test", object_kind="webhook",
        object_id=hook.public_id, payload={"data": {"object": {"link": ""}}}, state="sent",
        next_at=clock.now(), created_at=clock.now(),
    )  # fmt: skip
    session.add(sent)
    session.flush()
    job = Job(network_id=world.network.id, name="import sites", state="failed", created_at=clock.now())
    kept = {"key": make.KEPT, "until": (clock.now() + timedelta(days=7)).isoformat()}
    archive = Job(
        network_id=world.network.id, name="interchange.archive_network", state="done",
        created_at=clock.now(), result=kept,
    )  # fmt: skip
    session.add_all([job, archive])
    session.flush()
    made = _made_file(world)
    session.add(made)
    session.flush()
    return {
        "webhook_id": hook, "delivery_id": sent, "job_id": job, "archive_id": archive, "made_file_id": made,
    }  # fmt: skip


def _made_file(world: World) -> Job:
    """Return a file that the lead asked for and that was made in the background."""
    lead, network = world.people["lead"], world.network
    actor = Actor(
        lead.id,
        network_id=network.id,
        roles={world.school.id: TeamRole.LEAD},
        minimum_cell=network.minimum_cell,
    )
    kept = {
        "key": make.KEPT, "until": (clock.now() + timedelta(days=1)).isoformat(), "type": "text/csv",
        "name": "table.csv", "size": 1, "rights": taking_services.rights_of(actor),
    }  # fmt: skip
    return Job(
        network_id=network.id, name=taking_services.JOB, state="done", created_at=clock.now(), result=kept,
        created_by_id=lead.id, payload={"path": "/network/people?take=csv", "title": "Who is who"},
    )  # fmt: skip


Visit = Callable[[str], int]
