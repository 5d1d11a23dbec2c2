"""Short ways to make valid things. Say only what your test is about; everything else has a sensible value.

Every function takes the session first, adds one thing, flushes, and returns it. Columns go as keywords.
"""

import secrets
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from itertools import count
from typing import Any, TypeVar

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import SignIn, User
from accounts.rules import hashed
from cycles.models import ChangeIdea, Cycle, CycleMilestone, CycleTask, Driver, Prediction, Ramp
from feedback.models import (
    ActBatch,
    Answer,
    AnswerTemplate,
    FeedbackItem,
    FeedbackMessage,
    FeedbackStep,
    PolicyNotice,
    Theme,
)
from measures.models import ChartMark, Measure, Measurement, ObservationTool
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from milestones.models import (
    ActionStep,
    AgencyGoal,
    BackwardsPlan,
    Checkpoint,
    CommonMilestone,
    Decision,
    InterimTarget,
    Milestone,
    MilestoneChange,
    Plan,
    Priority,
    RootCause,
    Strand,
    Strategy,
    StrategyTemplate,
)
from nic_platform import clock
from nic_platform.actor import Actor, Level, NetworkRole, TeamRole
from nic_platform.database import Base
from nic_platform.storage import storage
from nic_platform.tables import Attachment, ImportRun
from teams.models import (
    Exchange,
    Link,
    Membership,
    Network,
    NetworkMember,
    SchoolYear,
    Site,
    SiteClosure,
    SpreadLink,
    Team,
)
from teams.queries import standing_of
from teams.services import rebuild_reach
from variation.models import (
    Asking,
    IdeaStory,
    Initiative,
    InitiativePair,
    InitiativePlace,
    Practice,
    PracticeSite,
    PrincipleStep,
    Rating,
    StageEntry,
    Support,
)

NOON = datetime(2026, 2, 25, 19, 0, tzinfo=UTC)  # a Wednesday, noon in Denver
TODAY = date(2026, 2, 25)
_numbers = count(1)
KEPT = "a" * 32  # where the bytes of a made attachment lie
BYTES = b"%PDF-1.7"


Thing = TypeVar("Thing", bound=Base)


def _add(session: Session, thing: Thing) -> Thing:
    session.add(thing)
    session.flush()
    return thing


# ---------------------------------------------------------------- people


def make_user(session: Session, *teams: Team, role: TeamRole = TeamRole.MEMBER, **columns: Any) -> User:
    """Add a person who has *role* in each of *teams*."""
    number = next(_numbers)
    columns = {"email": f"person{number}@example.org", "name": f"Person {number}", **columns}
    user = _add(session, User(**columns))
    for team in teams:
        make_membership(session, team, user, role)
    return user


def sign_in(session: Session, client: FlaskClient, user: Any, *, team: Team | None = None) -> SignIn:
    """Sign *user* in in *client* through a real row, in *team* if it is given."""
    secret, at = secrets.token_urlsafe(24), clock.now()
    row = SignIn(secret_hash=hashed(secret), user_id=user.id, created_at=at, last_seen_at=at)
    row.team_id = team.id if team else None
    _add(session, row)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret
        cookie["_fresh"] = True
    return row


def actor_of(session: Session, user: User, team: Team | None = None) -> Actor:
    """Return *user* as policies and services see them."""
    return standing_of(session, user, team.id if team else None).actor


# ---------------------------------------------------------------- networks, sites, teams


def make_network(session: Session, **columns: Any) -> Network:
    """Add a network."""
    return _add(session, Network(**{"name": f"Network {next(_numbers)}", **columns}))


def make_site(
    session: Session,
    network: Network | None = None,
    *,
    parent: Site | None = None,
    level: Level = Level.SCHOOL,
    **columns: Any,
) -> Site:
    """Add a site with its rows in the closure table."""
    network_id = network.id if network else parent.network_id if parent else make_network(session).id
    columns = {"name": f"Site {next(_numbers)}", **columns}
    site = _add(
        session, Site(network_id=network_id, parent_id=parent.id if parent else None, level=level, **columns)
    )
    above = select(SiteClosure.above_id, SiteClosure.depth).where(
        SiteClosure.below_id == (parent.id if parent else 0)
    )
    session.add(SiteClosure(above_id=site.id, below_id=site.id, depth=0))
    session.add_all(
        SiteClosure(above_id=above_id, below_id=site.id, depth=depth + 1)
        for above_id, depth in session.execute(above).all()
    )
    session.flush()
    return site


def make_team(
    session: Session,
    network: Network | None = None,
    *,
    site: Site | None = None,
    level: Level = Level.SCHOOL,
    **columns: Any,
) -> Team:
    """Add a team, with a site and a network of its own unless they are given."""
    site = site or make_site(session, network, level=Level.SCHOOL if level is Level.PRACTICE else level)
    columns = {"name": f"Team {next(_numbers)}", **columns}
    team = Team(network_id=site.network_id, site_id=site.id, level=level, rank=level.rank, **columns)
    return _add(session, team)


def make_membership(
    session: Session, team: Team, user: User, role: TeamRole = TeamRole.MEMBER, **columns: Any
) -> Membership:
    """Give a person a place in a team."""
    place = Membership(network_id=team.network_id, team_id=team.id, user_id=user.id, role=role, **columns)
    return _add(session, place)


def make_network_member(
    session: Session, network: Network, user: User, role: NetworkRole, level: Level | None = None
) -> NetworkMember:
    """Give a person a role in a whole network."""
    return _add(session, NetworkMember(network_id=network.id, user_id=user.id, role=role, level=level))


def make_link(session: Session, lower: Team, upper: Team, **columns: Any) -> Link:
    """Let *lower* lift to *upper*, and bring the closure of the links up to date."""
    link = _add(session, Link(network_id=lower.network_id, lower_id=lower.id, upper_id=upper.id, **columns))
    rebuild_reach(session, lower.network_id)
    return link


def make_exchange(session: Session, link: Link, **columns: Any) -> Exchange:
    """Add a meeting that somebody wrote down; the link's own last day stays as it was."""
    columns = {"kind": "meeting", "on": TODAY, "words": "Who covers testing", **columns}
    return _add(session, Exchange(network_id=link.network_id, link_id=link.id, **columns))


def make_spread_link(session: Session, giver: Team, taker: Team, **columns: Any) -> SpreadLink:
    """Let *taker* take a change over from *giver*."""
    columns = {"what": "Exit tickets at the door", **columns}
    return _add(session, SpreadLink(network_id=giver.network_id, from_id=giver.id, to_id=taker.id, **columns))


# ---------------------------------------------------------------- measures and plans


def make_measure(session: Session, team: Team | None = None, **columns: Any) -> Measure:
    """Add a weekly proportion, better upwards: the team's own, or with ``network_id`` common to a network."""
    columns = {
        "network_id": columns.get("network_id") or (team or make_team(session)).network_id,
        "team_id": team.id if team else None,
        "name": f"Measure {next(_numbers)}",
        "kind": MeasureKind.PROCESS,
        "type": MeasureType.PROPORTION,
        "direction": Direction.UP,
        "rhythm": Rhythm.WEEKLY,
        "unit": "teachers",
        **columns,
    }
    return _add(session, Measure(**columns))


def make_tool(session: Session, team: Team | None = None, **columns: Any) -> ObservationTool:
    """Add an observation tool: the team's own, or with ``network_id`` common to a network."""
    columns = {
        "network_id": columns.get("network_id") or (team or make_team(session)).network_id,
        "team_id": team.id if team else None,
        "name": f"Walkthrough {next(_numbers)}",
        "definition": "Five minutes in each room.",
        "items": ["The objective is on the board", "Pupils can say it"],
        "counts_when": "both are seen",
        **columns,
    }
    return _add(session, ObservationTool(**columns))


def make_count_run(session: Session, plan: Plan, **columns: Any) -> ImportRun:
    """Add a table of counts that was read, and not written yet; its file is not kept."""
    columns = {
        "kind": "measurements", "file_name": "counts.csv", "mapping": {"plan": str(plan.public_id)},
        "created_at": NOON, **columns,
    }  # fmt: skip
    return _add(session, ImportRun(network_id=plan.network_id, team_id=plan.team_id, **columns))


def make_measurement(
    session: Session,
    measure: Measure,
    team: Team,
    on: date = TODAY,
    *,
    count: float | None = None,
    population: float | None = None,
    **columns: Any,
) -> Measurement:
    """Add what was counted on one day; the sums by month are not kept up to date by this."""
    columns = {"recorded_at": datetime(on.year, on.month, on.day, 19, tzinfo=UTC), **columns}
    row = Measurement(
        network_id=team.network_id,
        measure_id=measure.id,
        team_id=team.id,
        site_id=team.site_id,
        observed_on=on,
        count=count,
        population=population,
        **columns,
    )
    return _add(session, row)


def make_mark(session: Session, measure: Measure, team: Team, **columns: Any) -> ChartMark:
    """Add a mark to the chart of a measure at a team: something changed today."""
    columns = {"kind": "change", "on": TODAY, "words": "A new bell schedule", **columns}
    own = {"network_id": team.network_id, "measure_id": measure.id, "team_id": team.id}
    return _add(session, ChartMark(**own, **columns))


def make_plan(session: Session, team: Team | None = None, **columns: Any) -> Plan:
    """Add a plan of one school year."""
    team = team or make_team(session)
    columns = {"school_year": "2025-26", "title": f"Plan {next(_numbers)}", **columns}
    return _add(session, Plan(network_id=team.network_id, team_id=team.id, **columns))


def make_school_year(session: Session, network: Network, name: str, **columns: Any) -> SchoolYear:
    """Add a school year, mid-August to the end of May unless said otherwise."""
    first = int(name[:4])
    columns = {"starts_on": date(first, 8, 17), "ends_on": date(first + 1, 5, 28), **columns}
    return _add(session, SchoolYear(network_id=network.id, name=name, **columns))


def make_priority(session: Session, plan: Plan, **columns: Any) -> Priority:
    """Add a performance priority."""
    columns = {"text": f"Priority {next(_numbers)}", **columns}
    return _add(session, Priority(network_id=plan.network_id, plan_id=plan.id, **columns))


def make_root_cause(session: Session, priority: Priority, **columns: Any) -> RootCause:
    """Add a root cause."""
    columns = {"text": f"Cause {next(_numbers)}", **columns}
    return _add(session, RootCause(network_id=priority.network_id, priority_id=priority.id, **columns))


def make_strategy(session: Session, plan: Plan | None = None, **columns: Any) -> Strategy:
    """Add a strategy."""
    plan = plan or make_plan(session)
    columns = {"name": f"Strategy {next(_numbers)}", **columns}
    return _add(session, Strategy(network_id=plan.network_id, plan_id=plan.id, **columns))


def make_strand(session: Session, strategy: Strategy | None = None, **columns: Any) -> Strand:
    """Add a strand."""
    strategy = strategy or make_strategy(session)
    columns = {"name": f"Strand {next(_numbers)}", **columns}
    return _add(session, Strand(network_id=strategy.network_id, strategy_id=strategy.id, **columns))


def make_milestone(
    session: Session,
    team: Team | None = None,
    *,
    plan: Plan | None = None,
    measure: Measure | None = None,
    **columns: Any,
) -> Milestone:
    """Add a milestone on the board: 80 % of teachers in four weeks, from 40 %, weekly."""
    if plan is None:
        plan = make_plan(session, team)
    owner = team or session.get_one(Team, plan.team_id)
    columns = {
        "name": f"Milestone {next(_numbers)}",
        "who": "grade 3 teachers",
        "what": "using language objectives",
        "tool": "walkthrough",
        "due_on": TODAY + timedelta(weeks=4),
        "target": 80.0,
        "baseline": 40.0,
        "is_draft": False,
        "measure_id": (measure or make_measure(session, owner)).id,
        **columns,
    }
    return _add(session, Milestone(network_id=owner.network_id, team_id=owner.id, plan_id=plan.id, **columns))


def make_change(session: Session, milestone: Milestone, **columns: Any) -> MilestoneChange:
    """Add an adjustment that brought a milestone to its present date, from two weeks before."""
    was = milestone.due_on - timedelta(weeks=2) if milestone.due_on else None
    columns = {
        "at": NOON, "why": "The test window moved", "old_due_on": was, "new_due_on": milestone.due_on,
        "old_target": milestone.target, "new_target": milestone.target, **columns,
    }  # fmt: skip
    return _add(
        session, MilestoneChange(network_id=milestone.network_id, milestone_id=milestone.id, **columns)
    )


def make_decision(session: Session, team: Team, **columns: Any) -> Decision:
    """Add what a team decided about a suggestion: coaching, accepted."""
    columns = {"choice": "accept", "suggestion": "coaching", "decided_on": TODAY, "details": {}, **columns}
    return _add(session, Decision(network_id=team.network_id, team_id=team.id, **columns))


def make_interim_target(session: Session, plan: Plan, **columns: Any) -> InterimTarget:
    """Add a student outcome with target and date."""
    columns = {
        "name": f"Interim target {next(_numbers)}",
        "baseline": 40.0,
        "target": 60.0,
        "due_on": TODAY + timedelta(weeks=8),
        **columns,
    }
    return _add(
        session, InterimTarget(network_id=plan.network_id, team_id=plan.team_id, plan_id=plan.id, **columns)
    )


def make_checkpoint(session: Session, target: InterimTarget, **columns: Any) -> Checkpoint:
    """Add a value that an interim target should have reached on its way."""
    columns = {"due_on": TODAY + timedelta(weeks=4), "target": 50.0, **columns}
    checkpoint = Checkpoint(network_id=target.network_id, interim_target_id=target.id, **columns)
    return _add(session, checkpoint)


def make_backwards_plan(session: Session, strand: Strand, **columns: Any) -> BackwardsPlan:
    """Add how a strand's series was planned back from its final date."""
    columns = {"ends_on": TODAY + timedelta(weeks=12), "target": 90.0, **columns}
    return _add(session, BackwardsPlan(network_id=strand.network_id, strand_id=strand.id, **columns))


def make_action_step(session: Session, plan: Plan, **columns: Any) -> ActionStep:
    """Add a task."""
    columns = {"text": f"Step {next(_numbers)}", **columns}
    return _add(session, ActionStep(network_id=plan.network_id, plan_id=plan.id, **columns))


def make_goal(session: Session, plan: Plan, **columns: Any) -> AgencyGoal:
    """Add an organisation's goal."""
    columns = {"title": f"Goal {next(_numbers)}", **columns}
    return _add(
        session, AgencyGoal(network_id=plan.network_id, team_id=plan.team_id, plan_id=plan.id, **columns)
    )


def make_template(session: Session, network: Network, **columns: Any) -> StrategyTemplate:
    """Add a strategy that a network offers."""
    columns = {"name": f"Template {next(_numbers)}", **columns}
    return _add(session, StrategyTemplate(network_id=network.id, **columns))


def make_common(
    session: Session, template: StrategyTemplate, measure: Measure | None = None, **columns: Any
) -> CommonMilestone:
    """Add a common milestone of a template: 60 % of teachers by the tenth week."""
    measure = measure or make_measure(session, network_id=template.network_id)
    columns = {
        "strand": "Exit tickets",
        "who": "teachers",
        "what": "collecting exit tickets",
        "tool": "a count",
        "target": 60.0,
        "week": 10,
        **columns,
    }
    return _add(
        session,
        CommonMilestone(
            network_id=template.network_id, template_id=template.id, measure_id=measure.id, **columns
        ),
    )


# ---------------------------------------------------------------- cycles


def make_driver(session: Session, network: Network, parent: Driver | None = None, **columns: Any) -> Driver:
    """Add a driver."""
    columns = {"name": f"Driver {next(_numbers)}", **columns}
    return _add(session, Driver(network_id=network.id, parent_id=parent.id if parent else None, **columns))


def make_idea(session: Session, team: Team, **columns: Any) -> ChangeIdea:
    """Add a change idea of a team."""
    columns = {"title": f"Idea {next(_numbers)}", **columns}
    return _add(session, ChangeIdea(network_id=team.network_id, team_id=team.id, **columns))


def make_ramp(session: Session, team: Team, idea: ChangeIdea | None = None, **columns: Any) -> Ramp:
    """Add a ramp."""
    columns = {"title": f"Ramp {next(_numbers)}", **columns}
    idea_id = (idea or make_idea(session, team)).id
    return _add(session, Ramp(network_id=team.network_id, team_id=team.id, idea_id=idea_id, **columns))


def make_cycle(
    session: Session,
    team: Team | None = None,
    *,
    milestone: Milestone | None = None,
    ramp: Ramp | None = None,
    **columns: Any,
) -> Cycle:
    """Add a cycle: a draft in its plan stage, unless another ``stage`` is given."""
    team = team or make_team(session)
    columns = {
        "title": f"Cycle {next(_numbers)}",
        "change": "Sentence frames at the door",
        "is_draft": columns.get("stage", "plan") == "plan",
        "starts_on": TODAY - timedelta(days=7),
        "ends_on": TODAY + timedelta(days=7),
        **columns,
    }
    cycle = Cycle(network_id=team.network_id, team_id=team.id, ramp_id=ramp.id if ramp else None, **columns)
    _add(session, cycle)
    if milestone:
        serves = CycleMilestone(network_id=team.network_id, cycle_id=cycle.id, milestone_id=milestone.id)
        _add(session, serves)
    return cycle


def make_task(session: Session, cycle: Cycle, **columns: Any) -> CycleTask:
    """Add a task to a cycle."""
    columns = {"text": "Copy the tickets", **columns}
    return _add(session, CycleTask(network_id=cycle.network_id, cycle_id=cycle.id, **columns))


def make_prediction(session: Session, cycle: Cycle, **columns: Any) -> Prediction:
    """Add a question with what the team expects."""
    columns = {
        "question": f"Question {next(_numbers)}?",
        "expected": "8 of 10",
        "because": "we saw it",
        **columns,
    }
    return _add(session, Prediction(network_id=cycle.network_id, cycle_id=cycle.id, **columns))


# ---------------------------------------------------------------- feedback


def make_item(session: Session, team: Team | None = None, **columns: Any) -> FeedbackItem:
    """Add a barrier: a draft of the team, unless a ``state`` is given."""
    team = team or make_team(session)
    number = next(_numbers)
    columns = {"kind": "barrier", "title": f"Barrier {number}", "number": number, **columns}
    return _add(session, FeedbackItem(network_id=team.network_id, team_id=team.id, **columns))


def make_message(
    session: Session, item: FeedbackItem, author: User | None = None, **columns: Any
) -> FeedbackMessage:
    """Add a line of the conversation that everyone on the path reads."""
    columns = {"text": "Which days?", "team_id": item.team_id, **columns}
    author_id = author.id if author else None
    return _add(
        session,
        FeedbackMessage(network_id=item.network_id, item_id=item.id, created_by_id=author_id, **columns),
    )


def make_step(
    session: Session, item: FeedbackItem, team: Team, position: int = 1, **columns: Any
) -> FeedbackStep:
    """Add one leg of an item's track."""
    columns = {"reached_at": NOON, **columns}
    columns.setdefault("reached_on", columns["reached_at"].date())
    if columns.get("left_at"):
        columns.setdefault("left_on", columns["left_at"].date())
        columns.setdefault("days", (columns["left_on"] - columns["reached_on"]).days)
    step = FeedbackStep(
        network_id=item.network_id, item_id=item.id, team_id=team.id, position=position, **columns
    )
    return _add(session, step)


def make_policy_notice(session: Session, team: Team, **columns: Any) -> PolicyNotice:
    """Add a policy notice that *team* has sent to the teams below it."""
    columns = {
        "title": f"Memo {next(_numbers)}",
        "text": "Coaching days are kept",
        "sent_at": NOON,
        **columns,
    }
    return _add(session, PolicyNotice(network_id=team.network_id, team_id=team.id, **columns))


def make_theme(session: Session, team: Team, **columns: Any) -> Theme:
    """Add a theme that *team* keeps."""
    number = next(_numbers)
    columns = {"title": f"Theme {number}", "number": number, **columns}
    return _add(session, Theme(network_id=team.network_id, team_id=team.id, **columns))


def make_answer(session: Session, team: Team, **columns: Any) -> Answer:
    """Add an answer that *team* gave."""
    columns = {"changes": "policy", "text": f"Memo {next(_numbers)}: coaching days are kept.", **columns}
    return _add(session, Answer(network_id=team.network_id, team_id=team.id, **columns))


def make_answer_template(session: Session, team: Team, **columns: Any) -> AnswerTemplate:
    """Add an answer that *team* begins from."""
    columns = {"title": f"Template {next(_numbers)}", "text": "Coaching days are protected.", **columns}
    return _add(session, AnswerTemplate(network_id=team.network_id, team_id=team.id, **columns))


def make_batch(session: Session, team: Team, **columns: Any) -> ActBatch:
    """Add an act of *team* on many reports, of which none is named."""
    columns = {"at": NOON, "act": "joined", **columns}
    return _add(session, ActBatch(network_id=team.network_id, team_id=team.id, **columns))


def make_principle_step(session: Session, network: Network, **columns: Any) -> PrincipleStep:
    """Add what *network* does next on one of the six principles."""
    columns = {"principle": "measure", "words": f"Count once more, {next(_numbers)}", **columns}
    return _add(session, PrincipleStep(network_id=network.id, **columns))


def make_attachment(session: Session, thing: Any, **columns: Any) -> Attachment:
    """Attach a small file to *thing*; its bytes are there once :func:`keep_attached` was called."""
    columns = {
        "name": "tickets.pdf", "content_type": "application/pdf", "size": 8,
        "sha256": sha256(BYTES).hexdigest(),
        "key": KEPT, "created_at": clock.now(), **columns,
    }  # fmt: skip
    place = {"object_kind": thing.__audited__, "object_id": thing.public_id, "team_id": thing.team_id}
    return _add(session, Attachment(network_id=thing.network_id, **place, **columns))


def keep_attached(app: Flask) -> None:
    """Keep the bytes of every attachment that :func:`make_attachment` makes."""
    with app.app_context():
        storage().put_back(KEPT, BytesIO(BYTES))


def make_asking(session: Session, asker: Team, asked: Team, **columns: Any) -> Asking:
    """Let one team ask another how it does something."""
    columns = {"words": "How do you find the minutes?", "about": "Exit tickets", **columns}
    return _add(session, Asking(network_id=asker.network_id, from_id=asker.id, to_id=asked.id, **columns))


def make_story(session: Session, idea: ChangeIdea, team: Team, **columns: Any) -> IdeaStory:
    """Add a team's advice to an idea."""
    columns = {"kind": "advice", "words": "One stem, not three.", **columns}
    return _add(session, IdeaStory(network_id=team.network_id, idea_id=idea.id, team_id=team.id, **columns))


def make_initiative(session: Session, network: Network, **columns: Any) -> Initiative:
    """Add an initiative to the list of *network*."""
    columns = {"name": f"Family literacy nights {next(_numbers)}", **columns}
    return _add(session, Initiative(network_id=network.id, **columns))


def make_in_place(
    session: Session, initiative: Initiative, team: Team | None, **columns: Any
) -> InitiativePlace:
    """Let *team* write down that an initiative is in place at its site; another site goes as a column."""
    columns = {
        "level": Level.SCHOOL,
        "site_id": team.site_id if team else None,
        "team_id": team.id if team else None,
        **columns,
    }
    place = InitiativePlace(network_id=initiative.network_id, initiative_id=initiative.id, **columns)
    return _add(session, place)


def make_initiative_pair(
    session: Session, first: Initiative, second: Initiative, site_id: int, **columns: Any
) -> InitiativePair:
    """Note what two initiatives are to each other at a site."""
    columns = {"kind": "overlap", "words": "Both ask for a reading log", "team_id": None, **columns}
    pair = {"first_id": min(first.id, second.id), "second_id": max(first.id, second.id)}
    return _add(session, InitiativePair(network_id=first.network_id, site_id=site_id, **pair, **columns))


def make_practice(session: Session, network: Network, team: Team | None = None, **columns: Any) -> Practice:
    """Add a practice of *team*, or of the network."""
    columns = {"name": f"Exit tickets {next(_numbers)}", "team_id": team.id if team else None, **columns}
    return _add(session, Practice(network_id=network.id, **columns))


def make_practice_site(session: Session, practice: Practice, team: Team, **columns: Any) -> PracticeSite:
    """Begin a practice at the site of *team*."""
    columns = {"site_id": team.site_id, "team_id": team.id, **columns}
    return _add(session, PracticeSite(network_id=practice.network_id, practice_id=practice.id, **columns))


def make_stage(session: Session, place: PracticeSite, stage: str, on: date, **columns: Any) -> StageEntry:
    """Say from which day a practice stood at a stage."""
    return _add(
        session, StageEntry(network_id=place.network_id, place_id=place.id, stage=stage, on=on, **columns)
    )


def make_support(session: Session, place: PracticeSite, **columns: Any) -> Support:
    """Say how a support stood at a site."""
    columns = {"kind": "coaching", "state": "missing", "on": TODAY, **columns}
    return _add(session, Support(network_id=place.network_id, place_id=place.id, **columns))


def make_rating(session: Session, practice: Practice, team: Team, **columns: Any) -> Rating:
    """Let *team* rate a side of a practice for its site."""
    columns = {
        "kind": "fit", "side": "need", "value": 4, "on": TODAY, "site_id": team.site_id, "team_id": team.id,
        **columns,
    }  # fmt: skip
    return _add(session, Rating(network_id=practice.network_id, practice_id=practice.id, **columns))
