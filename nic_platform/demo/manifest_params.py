"""Every parameter that an address can hold, with a value of Alder Creek's and one of another's."""

from typing import Any

from sqlalchemy import Select, not_, or_, select

from accounts.models import ApiToken, IdentityProvider, OneTimeLink, SignIn, User, UserIdentity
from cycles.models import ChangeIdea, Cycle, CycleNote, CycleTask, Driver, Prediction, Ramp
from desk import handover, taking_services
from desk.models import CalendarFeed
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
from interchange import archive_job_services
from interchange.models import Webhook, WebhookDelivery
from measures import save_queries, state_import_queries
from measures.models import ChartMark, Measure, Measurement, ObservationTool
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
    Touchpoint,
)
from nic_platform.demo.builder import Builder, DemoTeam
from nic_platform.demo.names import SCHOOL
from nic_platform.demo.people import PEER
from nic_platform.tables import Attachment, Deletion, ImportRun, Job, Notice
from rosters.models import RosterGroup, RosterSource
from teams.models import (
    CalendarSpan,
    Exchange,
    Link,
    Membership,
    Network,
    NetworkMember,
    PeerLink,
    Program,
    SchoolYear,
    Site,
    SpreadLink,
    Team,
)
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

# Tables whose rows belong to a team directly, by the names their numbers have in addresses.
_OF_TEAM: dict[str, Any] = {
    "plan_id": Plan, "milestone_id": Milestone, "target_id": InterimTarget,
    "interim_target_id": InterimTarget,
    "measurement_id": Measurement, "touchpoint_id": Touchpoint, "decision_id": Decision, "cycle_id": Cycle,
    "ramp_id": Ramp, "item_id": FeedbackItem, "feedback_id": FeedbackItem, "membership_id": Membership,
    "attachment_id": Attachment, "tool_id": ObservationTool, "run_id": ImportRun, "mark_id": ChartMark,
    "initiative_place_id": InitiativePlace, "practice_site_id": PracticeSite, "rating_id": Rating,
}  # fmt: skip
# Tables whose rows belong to a plan or a cycle of a team.
_OF_PLAN: dict[str, Any] = {
    "priority_id": Priority,
    "strategy_id": Strategy,
    "step_id": ActionStep,
    "action_step_id": ActionStep,
    "goal_id": AgencyGoal,
}
_OF_CYCLE: dict[str, Any] = {
    "prediction_id": Prediction, "note_id": CycleNote, "task_id": CycleTask, "point_id": Measurement,
}  # fmt: skip
# Tables whose rows belong to the whole network, or to nobody yet.
_OF_NETWORK: dict[str, Any] = {
    "measure_id": Measure, "template_id": StrategyTemplate, "common_milestone_id": CommonMilestone,
    "common_id": CommonMilestone,
    "driver_id": Driver, "idea_id": ChangeIdea, "theme_id": Theme, "answer_id": Answer,
    "year_id": SchoolYear, "span_id": CalendarSpan, "job_id": Job, "import_id": ImportRun,
    "spread_link_id": SpreadLink, "network_member_id": NetworkMember,
    "message_id": FeedbackMessage, "invitation_id": OneTimeLink,
    "answer_template_id": AnswerTemplate, "batch_id": ActBatch,
    "principle_step_id": PrincipleStep, "initiative_id": Initiative,
}  # fmt: skip
_ABSENT = "00000000-0000-4000-8000-000000000000"


def params(b: Builder) -> dict[str, dict[str, str]]:
    """Return each parameter's name with ``own`` (Alder Creek's member may read it) and ``other`` (may not).

    Where there is no row, the value is an identifier that nothing has.
    """
    own, other = b.teams[SCHOOL], b.teams[PEER]
    found: dict[str, dict[str, str]] = {}
    for name, model in _OF_TEAM.items():
        found[name] = _both(b, *(_of_team(model, team) for team in (own, other)))
    for name, model in _OF_PLAN.items():
        found[name] = _both(b, *(_under(model, Plan, model.plan_id, team) for team in (own, other)))
    for name, model in _OF_CYCLE.items():
        found[name] = _both(b, *(_under(model, Cycle, model.cycle_id, team) for team in (own, other)))
    for name, model in _OF_NETWORK.items():
        found[name] = _both(b, *_networks(b, model))
    return found | _deeper(b, own, other) | _people(b) | _places(b, own, other) | _files(found)


def _both(b: Builder, own: Select[Any], other: Select[Any]) -> dict[str, str]:
    first, second = (b.session.scalar(query.limit(1)) for query in (own, other))
    return {"own": str(first or _ABSENT), "other": str(second or _ABSENT)}


def _of_team(model: Any, team: DemoTeam) -> Select[Any]:
    query = select(model.public_id).where(model.team_id == team.id).order_by(model.id)
    if team.name == PEER and hasattr(model, "is_shared"):
        query = query.where(model.is_shared.is_(False))
    return query


def _under(model: Any, parent: Any, key: Any, team: DemoTeam) -> Select[Any]:
    return (
        select(model.public_id)
        .join(parent, parent.id == key)
        .where(parent.team_id == team.id)
        .order_by(model.id)
    )


def _deeper(b: Builder, own: DemoTeam, other: DemoTeam) -> dict[str, dict[str, str]]:
    """Return what lies two steps under a plan, and the State's notices, of which one is a draft."""
    causes = (
        select(RootCause.public_id).join(Priority, Priority.id == RootCause.priority_id)
        .join(Plan, Plan.id == Priority.plan_id).where(Plan.team_id == team.id) for team in (own, other)
    )  # fmt: skip
    strands = (
        select(Strand.public_id).join(Strategy, Strategy.id == Strand.strategy_id)
        .join(Plan, Plan.id == Strategy.plan_id).where(Plan.team_id == team.id) for team in (own, other)
    )  # fmt: skip
    moves = (
        select(MilestoneChange.public_id)
        .join(Milestone, Milestone.id == MilestoneChange.milestone_id)
        .where(Milestone.team_id == team.id)
        .order_by(MilestoneChange.id)
        for team in (own, other)
    )
    sent = select(PolicyNotice.public_id).where(PolicyNotice.sent_at.is_not(None))
    draft = select(PolicyNotice.public_id).where(PolicyNotice.sent_at.is_(None))
    return {
        "cause_id": _both(b, *causes),
        "strand_id": (found := _both(b, *strands)),
        "series_id": found,
        "move_id": _both(b, *moves),
        "policy_notice_id": _both(b, sent, draft),
        "plan_import_id": _both(b, *(_runs(team, "plan", "carry") for team in (own, other))),
        "roster_id": _both(b, *_networks(b, RosterSource)),
        "roster_group_id": _both(b, *_networks(b, RosterGroup)),
        "roster_run_id": _both(b, *_rosters(b)),
        "scim_id": {"own": _ABSENT, "other": _ABSENT},
        "rest": {"own": "Nothing", "other": "Nothing"},
        "team_import_id": {"own": _ABSENT, "other": _ABSENT},
        "initiative_import_id": {"own": _ABSENT, "other": _ABSENT},
        "initiative_pair_id": _both(b, *_at_site(InitiativePair, own, other)),
        "practice_id": _both(b, *_practices(own, other)),
        "stage_entry_id": _both(b, *_entries(StageEntry, own, other)),
        "support_id": _both(b, *_entries(Support, own, other)),
        "file_id": _both(b, *_published(b)),
        "handover_id": _both(b, *(_runs(team, handover.KIND) for team in (own, other))),
        "save_id": _both(b, *(_runs(team, save_queries.KIND) for team in (own, other))),
        "checkpoint_id": _both(b, *(_checkpoints(team) for team in (own, other))),
        "backwards_plan_id": _both(b, *(_backwards_plans(team) for team in (own, other))),
        "asking_id": _both(b, *_askings(own)),
        "story_id": _both(b, *_networks(b, IdeaStory)),
    }


def _at_site(model: Any, *teams: DemoTeam) -> list[Select[Any]]:
    return [select(model.public_id).where(model.site_id == team.site_id).order_by(model.id) for team in teams]


def _practices(own: DemoTeam, other: DemoTeam) -> tuple[Select[Any], Select[Any]]:
    """Return a practice of the own school, and one that only the other has."""
    query = select(Practice.public_id).order_by(Practice.id)
    return query.where(Practice.team_id == own.id), query.where(Practice.team_id == other.id)


def _entries(model: Any, *teams: DemoTeam) -> list[Select[Any]]:
    query = select(model.public_id).join(PracticeSite, PracticeSite.id == model.place_id).order_by(model.id)
    return [query.where(PracticeSite.site_id == team.site_id) for team in teams]


def _askings(own: DemoTeam) -> tuple[Select[Any], Select[Any]]:
    """Return the questions that the own team asked or was asked, and those between others."""
    ours = or_(Asking.from_id == own.id, Asking.to_id == own.id)
    query = select(Asking.public_id).where(Asking.deleted_at.is_(None)).order_by(Asking.id)
    return query.where(ours), query.where(not_(ours))


def _checkpoints(team: DemoTeam) -> Select[Any]:
    query = select(Checkpoint.public_id).join(InterimTarget, InterimTarget.id == Checkpoint.interim_target_id)
    return query.where(InterimTarget.team_id == team.id).order_by(Checkpoint.id)


def _backwards_plans(team: DemoTeam) -> Select[Any]:
    query = select(BackwardsPlan.public_id).join(Strand, Strand.id == BackwardsPlan.strand_id)
    query = query.join(Strategy, Strategy.id == Strand.strategy_id).join(Plan, Plan.id == Strategy.plan_id)
    return query.where(Plan.team_id == team.id).order_by(BackwardsPlan.id)


def _runs(team: DemoTeam, *kinds: str) -> Select[Any]:
    query = select(ImportRun.public_id).where(ImportRun.team_id == team.id, ImportRun.kind.in_(kinds))
    return query.order_by(ImportRun.id)


def _published(b: Builder) -> tuple[Select[Any], Select[Any]]:
    """Return the files of published figures that the network's lead alone opens."""
    query = select(ImportRun.public_id).where(ImportRun.kind == state_import_queries.KIND)
    other = query.where(ImportRun.network_id != b.network_id)
    return query.where(ImportRun.network_id == b.network_id).order_by(ImportRun.id), other


def _rosters(b: Builder) -> tuple[Select[Any], Select[Any]]:
    """Return the imports of rosters that the network's lead alone opens."""
    query = select(ImportRun.public_id).where(ImportRun.kind == "roster").order_by(ImportRun.id)
    own = ImportRun.network_id == b.network_id
    return query.where(own), query.where(~own)


def _networks(b: Builder, model: Any) -> tuple[Select[Any], Select[Any]]:
    if not hasattr(model, "network_id"):
        return select(model.public_id), select(model.public_id).where(model.id < 0)
    query = select(model.public_id).order_by(model.id)
    return query.where(model.network_id == b.network_id), query.where(model.network_id != b.network_id)


def _people(b: Builder) -> dict[str, dict[str, str]]:
    member, stranger = b.people["member"], b.people["other_network"]
    person = _both(b, *(select(User.public_id).where(User.id == user) for user in (member, stranger)))
    token = _both(
        b, *(select(ApiToken.public_id).where(ApiToken.user_id == user) for user in (member, stranger))
    )
    sign_in = _both(
        b, *(select(SignIn.public_id).where(SignIn.user_id == user) for user in (member, stranger))
    )
    notice = _both(
        b, *(select(Notice.public_id).where(Notice.user_id == b.people[role]) for role in ("lead", "state"))
    )
    feed = _both(
        b,
        *(
            select(CalendarFeed.public_id).where(CalendarFeed.user_id == user)
            for user in (b.people["lead"], stranger)
        ),
    )
    return {
        "feed_id": feed,
        "user_id": person,
        "person_id": person,
        "token_id": token,
        "sign_in_id": sign_in,
        "notice_id": notice,
        **_organisations(b, member, stranger),
        **_other_systems(b),
        **_programs(b),
    }


def _programs(b: Builder) -> dict[str, dict[str, str]]:
    """Return the programs of both networks, and a token of each."""
    own = Program.network_id == b.network_id
    account = select(User.public_id).join(Program, Program.user_id == User.id)
    token = select(ApiToken.public_id).join(Program, Program.user_id == ApiToken.user_id)
    return {
        "program_id": _both(b, *(account.where(where) for where in (own, ~own))),
        "program_token_id": _both(b, *(token.where(where) for where in (own, ~own))),
    }


def _organisations(b: Builder, member: int, stranger: int) -> dict[str, dict[str, str]]:
    """Return the sign-ins of both networks' organisations, who is connected, and a line of each mapping."""
    linked = (
        select(UserIdentity.public_id).where(UserIdentity.user_id == user) for user in (member, stranger)
    )
    query = select(IdentityProvider.public_id, IdentityProvider.roles).order_by(IdentityProvider.id)
    own = IdentityProvider.network_id == b.network_id
    rows = [b.session.execute(query.where(where)).one() for where in (own, ~own)]
    lines = {name: str(row.roles[0]["id"]) for name, row in zip(("own", "other"), rows, strict=True)}
    return {
        "provider_id": _both(b, *(select(IdentityProvider.public_id).where(where) for where in (own, ~own))),
        "identity_id": _both(b, *linked),
        "provider_role_id": lines,
    }


# Nobody has a passkey in the demo: a device has its other half.
_NOT_MADE = {
    "own": "00000000-0000-4000-8000-000000000001", "other": "00000000-0000-4000-8000-000000000002",
}  # fmt: skip


def _other_systems(b: Builder) -> dict[str, dict[str, str]]:
    """Return the webhooks of both networks, and a message of each."""
    own = Webhook.network_id == b.network_id
    mine = WebhookDelivery.network_id == b.network_id
    return {
        "webhook_id": _both(b, *(select(Webhook.public_id).where(where) for where in (own, ~own))),
        "delivery_id": _both(b, *(select(WebhookDelivery.public_id).where(where) for where in (mine, ~mine))),
        "deletion_id": _both(b, *_deletions(b.network_id)),
        "archive_id": _both(b, *_jobs(archive_job_services.JOB, b.network_id)),
        "made_file_id": _both(b, *_jobs(taking_services.JOB, b.network_id)),
        "passkey_id": _NOT_MADE,
    }


def _deletions(network_id: int) -> tuple[Select[Any], Select[Any]]:
    """Return how what is asked to be deleted is found: of the network, and of another."""
    of = select(Deletion.public_id).order_by(Deletion.id)
    return of.where(Deletion.network_id == network_id), of.where(Deletion.network_id != network_id)


def _jobs(name: str, network_id: int) -> tuple[Select[Any], Select[Any]]:
    """Return how the newest work of a kind is found: of the network, and of another."""
    made = select(Job.public_id).where(Job.name == name).order_by(Job.id.desc())
    return made.where(Job.network_id == network_id), made.where(Job.network_id != network_id)


def _places(b: Builder, own: DemoTeam, other: DemoTeam) -> dict[str, dict[str, str]]:
    sites = (select(Site.public_id).where(Site.id == team.site_id) for team in (own, other))
    teams = (select(Team.public_id).where(Team.id == team.id) for team in (own, other))
    links = (select(Link.public_id).where(Link.lower_id == team.id) for team in (own, other))
    exchanges = (
        select(Exchange.public_id).join(Link, Link.id == Exchange.link_id).where(Link.lower_id == team.id)
        for team in (own, other)
    )
    peers = select(PeerLink.public_id).where(PeerLink.network_id == b.network_id)
    networks = (select(Network.public_id).where(Network.id == b.network_id),
                select(Network.public_id).where(Network.id != b.network_id))  # fmt: skip
    steps = (select(FeedbackStep.public_id).where(FeedbackStep.team_id == team.id) for team in (own, other))
    return {
        "site_id": _both(b, *sites),
        "team_id": _both(b, *teams),
        "link_id": _both(b, *links),
        "exchange_id": _both(b, *exchanges),
        "peer_id": _both(b, peers, peers.where(PeerLink.id < 0)),
        "network_id": _both(b, *networks),
        "feedback_step_id": _both(b, *steps),
    }


def _files(found: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return the parameters that are no row's number: secrets of links, kinds, steps, names of files."""
    return {
        "object_id": found["cycle_id"],
        "code": {"own": "es", "other": "en"},
        "kind": {"own": "cycle", "other": "nothing"},
        "operation": {"own": "list_teams", "other": "nothing"},
        "question": {"own": "unheard", "other": "nothing"},
        "principle": {"own": "measure", "other": "nothing"},
        "table": {"own": "teams", "other": "nothing"},
        "first_step": {"own": "purpose", "other": "nothing"},
        "step": {"own": "study", "other": "nothing"},
        "format": {"own": "csv", "other": "nothing"},
        "ending": {"own": "csv", "other": "nothing"},
        "what": {"own": "themes", "other": "nothing"},
        "token": {"own": "not-a-token", "other": "not-a-token-either"},
        "digest": {"own": "0000000000000000", "other": "1111111111111111"},
        "name": {"own": "plotly.js", "other": "nothing.js"},
        "filename": {"own": "css/switchback.css", "other": "css/nothing.css"},
    }
