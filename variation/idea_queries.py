"""Reading one idea of the library: what all tests come to, and what teams let be known of theirs by name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Cycle, Prediction, Ramp
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.tables import Attachment
from nic_platform.text import _
from teams.models import SpreadLink, Team
from teams.queries import in_network
from variation import evidence, evidence_queries, for_reader, kept_evidence_queries, window_queries
from variation.evidence_rows import Found, Judged, Seen, Tested
from variation.idea_page import MOST_LINES
from variation.models import Asking, IdeaStory
from variation.tested_queries import begun

VERDICTS = ("held", "partly", "not_held", "unclear")


@dataclass(frozen=True)
class StoryFile:
    """A file that belongs to a material."""

    id: UUID
    name: str


@dataclass(frozen=True)
class StoryRow:
    """What a team added to an idea. ``team`` is empty where it does not want to be named."""

    id: int
    public_id: UUID
    version: int
    kind: str
    words: str
    address: str
    team: str
    is_own: bool
    files: tuple[StoryFile, ...] = ()


@dataclass(frozen=True)
class SharedAnswer:
    """A question that a team answered and lets others read; ``team`` is empty where it stays unnamed."""

    words: str
    answer: str
    team: str
    at: datetime


@dataclass(frozen=True)
class Version:
    """An idea that a team made out of this one, or the one it was made of."""

    public_id: UUID
    title: str
    adapted: str
    teams: int


@dataclass(frozen=True)
class Own:
    """The reader's own team with this idea: a plan that waits, and whether it was taken over from a team.

    ``verdicts`` says how many predictions of all tests held, held partly, did not, or could not be told.
    """

    draft_id: UUID | None
    spread_id: UUID | None
    verdicts: Mapping[str, int]


@dataclass(frozen=True)
class Known:
    """All that is known of an idea's effect, told to a reader.

    ``named`` are tests of teams whose work the reader reads by name (others may be among them, unnamed);
    ``began`` is the day of each team's first cycle; ``verdicts`` says how the predictions of all tests came
    out, and ``made_at`` when it was worked out, where it was kept.
    """

    found: Found
    named: Sequence[Tested]
    began: Sequence[date]
    verdicts: Mapping[str, int] | None = None
    made_at: datetime | None = None


def found_of(session: Session, actor: Actor, idea: ChangeIdea) -> Known:
    """Return everything that is known of an idea's effect; seven statements.

    What is kept of a large network is told as it was when it was made. Where single results are told
    unnamed, under five teams, they are worked out now.
    """
    making = kept_evidence_queries.making(session, actor)
    page = kept_evidence_queries.page_of(session, idea.id) if making else None
    if making is None or page is None or (page.found.known and page.found.pooled is None):
        return _found_now(session, actor, idea)
    named = evidence_queries.trials(session, actor, [idea.id], named=True, most_named=MOST_LINES)
    mine = evidence_queries.contexts(session, actor, [actor.team_id or 0]).get(actor.team_id or 0)
    found = replace(for_reader.told_to(page.found, mine), seen=_seen(session, actor, idea, page.found, named))
    return Known(found, named, page.began_days, dict(page.verdicts), making.made_at)


def _seen(
    session: Session, actor: Actor, idea: ChangeIdea, found: Found, tests: Sequence[Tested]
) -> tuple[Seen, ...]:
    """Return the change seen after at some of the teams that tested an idea; two statements."""
    judged, teams = found.judged, [test.team_id for test in tests]
    if judged is None or not teams:
        return ()
    panel = window_queries.around(session, actor, {idea.id: judged}, chosen=True, teams=teams)[judged.id]
    chosen, others = _beside_tests(session, actor, idea, judged, teams)
    return evidence.seen_at(tests, judged, panel, chosen, others)


def _beside_tests(
    session: Session, actor: Actor, idea: ChangeIdea, judged: Judged, teams: Sequence[int] | None = None
) -> tuple[dict[int, int], list[tuple[int, str, int, int | None]]]:
    """Return :func:`variation.evidence_queries.beside_tests` with days as numbers."""
    chosen, others = evidence_queries.beside_tests(session, actor, idea.id, judged.id, teams)
    days = {team: on.toordinal() for team, on in chosen.items()}
    return days, [
        (team, title, first.toordinal(), last.toordinal() if last else None)
        for team, title, first, last in others
    ]


def _found_now(session: Session, actor: Actor, idea: ChangeIdea) -> Known:
    """Return everything that is known of an idea's effect, from its tests as they stand; six statements."""
    tests = evidence_queries.trials(session, actor, [idea.id], named=True)
    contexts = evidence_queries.contexts(session, actor)
    judged = evidence_queries.judged_by(session, actor, [idea.id]).get(idea.id)
    began, mine = [test.began for test in tests], contexts.get(actor.team_id or 0)
    if judged is None:
        return Known(evidence.full(tests, None, None, contexts, chosen={}, others=[]), tests, began)
    panel = window_queries.around(session, actor, {idea.id: judged}, chosen=True)[judged.id]
    beside = evidence.others_of(tests, panel, contexts, evidence.kinds_of_teams(contexts))
    theirs = window_queries.of_others(session, actor, {idea.id: judged}, {idea.id: beside} if beside else {})
    chosen, others = _beside_tests(session, actor, idea, judged)
    found = evidence.full(
        tests, judged, panel, contexts, chosen=chosen, others=others,
        comparable=(beside, theirs[judged.id]) if beside else None,
    )  # fmt: skip
    return Known(for_reader.told_to(found, mine), tests, began)


def stories(session: Session, actor: Actor, idea_id: int) -> list[StoryRow]:
    """Return what teams added to an idea with its files, oldest first; one statement."""
    query = (
        select(
            IdeaStory.id, IdeaStory.public_id, IdeaStory.version, IdeaStory.kind, IdeaStory.words,
            IdeaStory.address, IdeaStory.is_named, IdeaStory.team_id, func.coalesce(Team.name, ""),
            Attachment.public_id, Attachment.name,
        )
        .outerjoin(Team, Team.id == IdeaStory.team_id)
        .outerjoin(
            Attachment,
            and_(
                Attachment.object_kind == "idea_story", Attachment.object_id == IdeaStory.public_id,
                Attachment.deleted_at.is_(None),
            ),
        )
        .where(in_network(actor, IdeaStory.network_id), IdeaStory.idea_id == idea_id)
        .where(IdeaStory.deleted_at.is_(None))
        .order_by(IdeaStory.id, Attachment.id)
    )  # fmt: skip
    found: dict[int, StoryRow] = {}
    for row in session.execute(query):
        is_own = row[7] is not None and actor.edits(row[7])
        said = found.get(row[0]) or StoryRow(*row[:6], row[8] if row[6] or is_own else "", is_own)
        files = (*said.files, StoryFile(row[9], row[10])) if row[9] is not None else said.files
        found[row[0]] = replace(said, files=files)
    return list(found.values())


def get_story(session: Session, actor: Actor, story_id: UUID) -> IdeaStory:
    """Return what a team added to an idea, for writing; also what was taken away, to bring it back.

    Raises:
        AbsentError: there is none in the network.
    """
    story = session.scalars(
        select(IdeaStory).where(IdeaStory.public_id == story_id, in_network(actor, IdeaStory.network_id))
    ).one_or_none()
    if story is None:
        raise AbsentError(_("There is no such page."))
    return story


def shared_answers(session: Session, actor: Actor, idea_id: int) -> list[SharedAnswer]:
    """Return the questions about an idea whose answers teams let stand with it; one statement."""
    query = (
        select(
            Asking.words,
            Asking.answer,
            Team.name,
            Asking.answers_by_name,
            Asking.answered_at,
            Asking.created_at,
        )
        .join(Team, Team.id == Asking.to_id)
        .where(in_network(actor, Asking.network_id), Asking.idea_id == idea_id, Asking.is_shared.is_(True))
        .where(Asking.deleted_at.is_(None), Asking.answered_at.is_not(None))
        .order_by(Asking.answered_at.desc())
        .limit(20)
    )
    return [
        SharedAnswer(row[0], row[1], row[2] if row[3] else "", row[4] or row[5])
        for row in session.execute(query)
    ]


def versions(session: Session, actor: Actor, idea: ChangeIdea) -> list[Version]:
    """Return what teams made of an idea, and what it was made of, as far as it is shared; one statement."""
    teams = (
        select(func.count(func.distinct(Ramp.team_id)))
        .where(Ramp.idea_id == ChangeIdea.id, Ramp.deleted_at.is_(None))
        .scalar_subquery()
    )
    related = [ChangeIdea.adopted_from_id == idea.id]
    if idea.adopted_from_id is not None:
        related.append(ChangeIdea.id == idea.adopted_from_id)
    query = (
        select(ChangeIdea.public_id, ChangeIdea.title, ChangeIdea.adapted, teams)
        .where(in_network(actor, ChangeIdea.network_id), ChangeIdea.deleted_at.is_(None), or_(*related))
        .where(or_(ChangeIdea.is_shared.is_(True), ChangeIdea.team_id.is_(None)))
        .order_by(ChangeIdea.title)
        .limit(20)
    )
    return [Version(*row) for row in session.execute(query)]


def own_of(session: Session, actor: Actor, idea_id: int, verdicts: Mapping[str, int] | None = None) -> Own:
    """Return the own team's plan of an idea that waits to begin, its spread link, and how the predictions of
    all teams' tests came out; one statement.

    Args:
        verdicts: how they came out, where that is known.
    """
    own = actor.team_id or 0
    draft = (
        select(Cycle.public_id)
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .where(Ramp.idea_id == idea_id, Cycle.team_id == own, Cycle.is_draft.is_(True))
        .where(Cycle.deleted_at.is_(None))
        .order_by(Cycle.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    link = (
        select(SpreadLink.public_id)
        .where(SpreadLink.idea_id == idea_id, SpreadLink.to_id == own)
        .where(SpreadLink.deleted_at.is_(None))
        .order_by(SpreadLink.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query: Any = select(draft, link)
    if verdicts is None:
        told = [func.count().filter(Prediction.verdict == word) for word in VERDICTS]
        query = (
            query.add_columns(*told)
            .select_from(Prediction)
            .join(Cycle, Cycle.id == Prediction.cycle_id)
            .join(Ramp, Ramp.id == Cycle.ramp_id)
            .where(begun(actor), Ramp.idea_id == idea_id, Prediction.deleted_at.is_(None))
        )
    row = session.execute(query).one()
    plan = row[0] if actor.reads_drafts(own) else None
    return Own(plan, row[1], dict(zip(VERDICTS, row[2:], strict=True)) if verdicts is None else verdicts)


def began_days(tests: Collection[Tested]) -> list[date]:
    """Return the day of each team's first cycle."""
    return [test.began for test in tests]
