"""Under which condition a person may know of a thing: one entry for every kind, for search and for histories.

The conditions are the domains' own; here they are only brought together and handed down to a thing's parts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, or_, select, true

from cycles.idea_queries import may_read_idea
from cycles.models import ChangeIdea, Cycle, CycleNote, CycleTask, Driver, Prediction, Ramp
from cycles.queries import may_read, may_read_ramp
from feedback import notice_queries
from feedback.models import Acknowledgement as Said
from feedback.models import Answer, AnswerTemplate, FeedbackItem, FeedbackMessage, PolicyNotice, Theme
from feedback.queries import sent_words
from feedback.talk_queries import reads_message
from measures.models import ChartMark, Measure, ObservationTool
from measures.tool_queries import tool_visible_to
from milestones.models import (
    ActionStep,
    AgencyGoal,
    BackwardsPlan,
    Checkpoint,
    CommonMilestone,
    Decision,
    InterimTarget,
    Milestone,
    Plan,
    Priority,
    RootCause,
    Strand,
    Strategy,
    StrategyTemplate,
    Touchpoint,
)
from milestones.template_queries import reads_template
from nic_platform.actor import Actor
from teams.models import (
    CalendarSpan,
    Exchange,
    Link,
    Membership,
    Network,
    NetworkMember,
    PeerLink,
    SchoolYear,
    Site,
    SpreadLink,
    Team,
    TeamReach,
)
from teams.queries import in_network, reads_drafts, reads_team
from variation import history_queries, initiative_queries, practice_queries, rating_queries
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

Condition = Callable[[Actor], ColumnElement[bool]]
_ALWAYS = true()


def is_member(actor: Actor) -> bool:
    """Say whether the person takes part by name: in a team of the network, or with a role that reads all."""
    return bool(actor.team_ids) or actor.sees_network


def reads_plan(actor: Actor) -> ColumnElement[bool]:
    """Plans: own team, teams above, network leads and reviewers; every member if the team shares it."""
    shared = Plan.is_shared.is_(True) if is_member(actor) else false()
    return and_(
        in_network(actor, Plan.network_id),
        Plan.deleted_at.is_(None),
        or_(reads_team(actor, Plan.team_id), shared),
    )


def reads_milestone(actor: Actor) -> ColumnElement[bool]:
    """Milestones: as their plan; drafts only for those who read the team's drafts."""
    plans = select(Plan.id).where(reads_plan(actor))
    return and_(
        in_network(actor, Milestone.network_id),
        Milestone.deleted_at.is_(None),
        Milestone.plan_id.in_(plans),
        or_(Milestone.is_draft.is_(False), reads_drafts(actor, Milestone.team_id)),
    )


def reads_track(actor: Actor) -> ColumnElement[bool]:
    """Feedback with its track and conversation: not what is only shared, of which only the page is."""
    draft = and_(FeedbackItem.state == "draft", reads_drafts(actor, FeedbackItem.team_id))
    here = and_(in_network(actor, FeedbackItem.network_id), FeedbackItem.deleted_at.is_(None))
    return and_(here, or_(draft, sent_words(actor)))


def _by_team(model: Any) -> Condition:
    """Return the condition for a team's own things that are never drafts."""
    return lambda actor: and_(in_network(actor, model.network_id), reads_team(actor, model.team_id))


def _of_network(model: Any) -> Condition:
    """Return the condition for what every member of the network may know."""

    def condition(actor: Actor) -> ColumnElement[bool]:
        return in_network(actor, model.network_id) if is_member(actor) or actor.is_analyst else false()

    return condition


def _part_of(key: Any, parent: Any, whole: Condition) -> Condition:
    """Return the condition for a part that may be known of with its whole."""
    return lambda actor: key.in_(select(parent.id).where(whole(actor)))


def _measure(actor: Actor) -> ColumnElement[bool]:
    common = Measure.team_id.is_(None) if is_member(actor) or actor.is_analyst else false()
    return and_(in_network(actor, Measure.network_id), or_(common, reads_team(actor, Measure.team_id)))


def _answer(actor: Actor) -> ColumnElement[bool]:
    told = select(FeedbackItem.answer_id).where(reads_track(actor), FeedbackItem.answer_id.is_not(None))
    own = Answer.team_id.in_(sorted(actor.team_ids))
    return and_(in_network(actor, Answer.network_id), or_(own, Answer.id.in_(told)))


def _theme(actor: Actor) -> ColumnElement[bool]:
    told = select(FeedbackItem.theme_id).where(reads_track(actor), FeedbackItem.theme_id.is_not(None))
    own = Theme.team_id.in_(sorted(actor.team_ids))
    return and_(in_network(actor, Theme.network_id), or_(own, Theme.id.in_(told)))


def reads_policy_notice(actor: Actor) -> ColumnElement[bool]:
    """Policy notices: the team that sends, and once sent every team below it on the links."""
    teams = actor.teams
    above = select(TeamReach.above_id).where(TeamReach.below_id.in_(teams))
    sent = and_(PolicyNotice.sent_at.is_not(None), or_(PolicyNotice.team_id.in_(above), _all(actor)))
    return and_(
        in_network(actor, PolicyNotice.network_id),
        PolicyNotice.deleted_at.is_(None),
        or_(PolicyNotice.team_id.in_(teams), sent),
    )


def _all(actor: Actor) -> ColumnElement[bool]:
    return reads_team(actor, PolicyNotice.team_id) if actor.sees_network else false()


def _link(actor: Actor) -> ColumnElement[bool]:
    return in_network(actor, Link.network_id) if is_member(actor) else false()


def _exchange(actor: Actor) -> ColumnElement[bool]:
    """Exchanges: who reads one of the two teams between which something passed."""
    either = or_(reads_team(actor, Link.lower_id), reads_team(actor, Link.upper_id))
    return and_(in_network(actor, Exchange.network_id), Exchange.link_id.in_(select(Link.id).where(either)))


def _role(actor: Actor) -> ColumnElement[bool]:
    return in_network(actor, NetworkMember.network_id) if actor.sees_network else false()


def _network(actor: Actor) -> ColumnElement[bool]:
    return in_network(actor, Network.id)


@dataclass(frozen=True)
class Own:
    """What of a thing's history only its own team reads, because it tells of a small group of students.

    ``sizes`` are the fields that hold how many the group has, ``beside`` those that give its students away
    where it is small. Where there are no ``sizes``, what stands ``beside`` is the team's own in any case.
    ``counts_students`` is a column that says whether the group is one of students.
    """

    team: Any
    sizes: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    counts_students: Any = _ALWAYS


@dataclass(frozen=True)
class Whole:
    """What a part without a page of its own belongs to: the kind of that, and its public id."""

    kind: str
    id: Any


@dataclass(frozen=True)
class Known:
    """How one kind of thing is found: its table, the column that names it, who may know of it.

    ``team`` is the column of the team whose drafts it may hold; none for kinds that are never drafts.
    ``own`` says what of its history the team keeps to itself. ``whole`` is what a part belongs to.
    """

    model: Any
    title: Any
    condition: Condition
    team: Any = None
    own: Own | None = None
    whole: Whole | None = None


def _students(key: Any) -> Any:
    """Return whether the measure under *key* counts students."""
    return (
        select(Measure.counts_students).where(Measure.id == key).correlate_except(Measure).scalar_subquery()
    )


def _name_of(model: Any, key: Any) -> Any:
    """Return the name of what a part hangs on, for parts that have none of their own."""
    return select(model.name).where(model.id == key).correlate_except(model).scalar_subquery()


def _mark(actor: Actor) -> ColumnElement[bool]:
    """Marks: who reads the team; those on students' counts, and on a group, tell of few and are its own."""
    everybody = and_(ChartMark.subgroup == "", _students(ChartMark.measure_id).is_(False))
    return and_(_by_team(ChartMark)(actor), or_(ChartMark.team_id.in_(sorted(actor.team_ids)), everybody))


def _id_of(model: Any, key: Any) -> Any:
    """Return the public id of what a part hangs on."""
    return select(model.public_id).where(model.id == key).correlate_except(model).scalar_subquery()


def _of_place(model: Any, title: Any) -> Known:
    """Return how an entry of a practice at a site is found: as the place it belongs to."""
    condition = _part_of(model.place_id, PracticeSite, practice_queries.place_visible_to)
    return Known(model, title, condition, whole=Whole("practice_site", _id_of(PracticeSite, model.place_id)))


_TEAM_OF_TASK = select(Cycle.team_id).where(Cycle.id == CycleTask.cycle_id).scalar_subquery()
_TEAM_OF_PREDICTION = select(Cycle.team_id).where(Cycle.id == Prediction.cycle_id).scalar_subquery()

KINDS: Mapping[str, Known] = {
    "network": Known(Network, Network.name, _network),
    "school_year": Known(SchoolYear, SchoolYear.name, _of_network(SchoolYear)),
    "calendar_span": Known(CalendarSpan, CalendarSpan.name, _of_network(CalendarSpan)),
    "site": Known(Site, Site.name, _of_network(Site)),
    "team": Known(Team, Team.name, _of_network(Team)),
    "membership": Known(Membership, Membership.role, _by_team(Membership)),
    "network_member": Known(NetworkMember, NetworkMember.role, _role),
    "link": Known(Link, Link.what, _link),
    "exchange": Known(Exchange, Exchange.words, _exchange),
    "peer_link": Known(PeerLink, PeerLink.purpose, _of_network(PeerLink)),
    "spread_link": Known(SpreadLink, SpreadLink.what, _of_network(SpreadLink)),
    "measure": Known(Measure, Measure.name, _measure),
    "chart_mark": Known(ChartMark, ChartMark.words, _mark),
    "observation_tool": Known(ObservationTool, ObservationTool.name, tool_visible_to),
    "plan": Known(Plan, Plan.title, reads_plan),
    "priority": Known(Priority, Priority.text, _part_of(Priority.plan_id, Plan, reads_plan)),
    "root_cause": Known(
        RootCause,
        RootCause.text,
        _part_of(RootCause.priority_id, Priority, _part_of(Priority.plan_id, Plan, reads_plan)),
    ),
    "strategy": Known(Strategy, Strategy.name, _part_of(Strategy.plan_id, Plan, reads_plan)),
    "strand": Known(
        Strand,
        Strand.name,
        _part_of(Strand.strategy_id, Strategy, _part_of(Strategy.plan_id, Plan, reads_plan)),
    ),
    "backwards_plan": Known(
        BackwardsPlan,
        _name_of(Strand, BackwardsPlan.strand_id),
        _part_of(
            BackwardsPlan.strand_id,
            Strand,
            _part_of(Strand.strategy_id, Strategy, _part_of(Strategy.plan_id, Plan, reads_plan)),
        ),
    ),
    "agency_goal": Known(AgencyGoal, AgencyGoal.title, _part_of(AgencyGoal.plan_id, Plan, reads_plan)),
    "strategy_template": Known(StrategyTemplate, StrategyTemplate.name, reads_template),
    "common_milestone": Known(
        CommonMilestone,
        CommonMilestone.what,
        _part_of(CommonMilestone.template_id, StrategyTemplate, reads_template),
    ),
    "milestone": Known(
        Milestone,
        Milestone.name,
        reads_milestone,
        Milestone.team_id,
        own=Own(
            Milestone.team_id,
            sizes=frozenset({"population"}),
            counts_students=_students(Milestone.measure_id),
        ),
    ),
    "interim_target": Known(
        InterimTarget,
        InterimTarget.name,
        _part_of(InterimTarget.plan_id, Plan, reads_plan),
        own=Own(InterimTarget.team_id, sizes=frozenset({"expected_n"}), beside=frozenset({"baseline"})),
    ),
    "checkpoint": Known(
        Checkpoint,
        _name_of(InterimTarget, Checkpoint.interim_target_id),
        _part_of(
            Checkpoint.interim_target_id, InterimTarget, _part_of(InterimTarget.plan_id, Plan, reads_plan)
        ),
    ),
    "action_step": Known(ActionStep, ActionStep.text, _part_of(ActionStep.plan_id, Plan, reads_plan)),
    "touchpoint": Known(Touchpoint, Touchpoint.place, _by_team(Touchpoint)),
    "decision": Known(
        Decision,
        Decision.text,
        _by_team(Decision),
        own=Own(Decision.team_id, beside=frozenset({"details"})),  # they hold counts as the team saw them
    ),
    "driver": Known(Driver, Driver.name, _of_network(Driver)),
    "change_idea": Known(ChangeIdea, ChangeIdea.title, may_read_idea),
    "ramp": Known(Ramp, Ramp.title, may_read_ramp),
    "cycle": Known(Cycle, Cycle.title, may_read, Cycle.team_id),
    "prediction": Known(
        Prediction,
        Prediction.question,
        _part_of(Prediction.cycle_id, Cycle, may_read),
        _TEAM_OF_PREDICTION,
        own=Own(
            _TEAM_OF_PREDICTION,  # a result may be a count of few students
            beside=frozenset({"result", "result_number", "result_of", "verdict"}),
        ),
        whole=Whole("cycle", _id_of(Cycle, Prediction.cycle_id)),
    ),
    "cycle_task": Known(
        CycleTask,
        CycleTask.text,
        _part_of(CycleTask.cycle_id, Cycle, may_read),
        _TEAM_OF_TASK,
        whole=Whole("cycle", _id_of(Cycle, CycleTask.cycle_id)),
    ),
    "cycle_note": Known(
        CycleNote,
        CycleNote.text,
        _part_of(CycleNote.cycle_id, Cycle, may_read),
        whole=Whole("cycle", _id_of(Cycle, CycleNote.cycle_id)),
    ),
    "theme": Known(Theme, Theme.title, _theme),
    "feedback_item": Known(
        FeedbackItem,
        FeedbackItem.title,
        reads_track,
        FeedbackItem.team_id,
        own=Own(FeedbackItem.team_id, beside=frozenset({"affects_count"})),
    ),
    "answer": Known(Answer, Answer.text, _answer),
    "answer_template": Known(AnswerTemplate, AnswerTemplate.title, _by_team(AnswerTemplate)),
    "feedback_message": Known(
        FeedbackMessage,
        case((FeedbackMessage.deleted_at.is_(None), FeedbackMessage.text), else_=""),
        lambda actor: and_(
            _part_of(FeedbackMessage.item_id, FeedbackItem, reads_track)(actor), reads_message(actor)
        ),
        whole=Whole("feedback_item", _id_of(FeedbackItem, FeedbackMessage.item_id)),
    ),
    "initiative": Known(Initiative, Initiative.name, initiative_queries.visible_to),
    "initiative_place": Known(
        InitiativePlace,
        _name_of(Initiative, InitiativePlace.initiative_id),
        initiative_queries.place_visible_to,
    ),
    "initiative_pair": Known(InitiativePair, InitiativePair.words, initiative_queries.pair_visible_to),
    "practice": Known(Practice, Practice.name, practice_queries.visible_to),
    "practice_site": Known(
        PracticeSite, _name_of(Practice, PracticeSite.practice_id), practice_queries.place_visible_to
    ),
    "stage_entry": _of_place(StageEntry, StageEntry.stage),
    "support": _of_place(Support, Support.kind),
    "rating": Known(Rating, _name_of(Practice, Rating.practice_id), rating_queries.rating_visible_to),
    "asking": Known(Asking, Asking.about, history_queries.reads_asking_history),
    "idea_story": Known(IdeaStory, IdeaStory.words, history_queries.reads_story_history),
    "principle_step": Known(PrincipleStep, PrincipleStep.words, _of_network(PrincipleStep)),
    "policy_notice": Known(PolicyNotice, PolicyNotice.title, reads_policy_notice),
    "acknowledgement": Known(
        Said,
        _name_of(Team, Said.team_id),
        notice_queries.reads_said,
        whole=Whole("policy_notice", _id_of(PolicyNotice, Said.notice_id)),
    ),
}
