"""Reading who else works on the same: by measure, words, idea or context; and the sites that stand out.

A team is named only to who may read its work; everybody else may ask it through the platform, unnamed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from cycles.idea_queries import may_read_idea
from cycles.models import ChangeIdea
from feedback.models import FeedbackItem
from feedback.queries import may_read
from measures.models import Measure, MonthSum
from measures.pooled_queries import stands_alone
from measures.queries import MeasureRow
from measures.rules import COUNTED, Direction, MeasureType
from measures.year_queries import names_place
from milestones.milestone_queries import reads_milestone
from milestones.models import Milestone, Plan
from nic_platform import looks
from nic_platform.actor import Actor, Level
from teams.models import Site, Team
from teams.queries import in_network, reads_team
from variation import asking_queries, evidence, evidence_queries, spots
from variation.asking_queries import Whom
from variation.context import Context
from variation.evidence_rows import TeamContext
from variation.unnamed import token_of

MOST = 40
MOST_TEXTS = 2_000


@dataclass(frozen=True)
class Text:
    """Something that another team wrote and the reader may read: a milestone or a barrier."""

    id: UUID
    title: str
    team: str
    team_public_id: UUID


@dataclass(frozen=True)
class LikeTeam:
    """A team that counts by the same measures; ``name`` and ``public_id`` only where the reader reads it.

    ``kinds`` of its context are also the reader's. ``key`` stands for it in addresses where it has no name.
    """

    team_id: int
    name: str
    public_id: UUID | None
    measures: tuple[str, ...]
    kinds: tuple[str, ...]
    key: str


@dataclass(frozen=True)
class ToAsk:
    """Whom a question goes to, and what about."""

    whom: Whom
    about: str
    measure_id: int | None = None


def own_measures(session: Session, actor: Actor, milestone_id: UUID | None = None) -> dict[int, str]:
    """Return the common measures by which the chosen team's milestones (or one of them) are judged; one
    statement."""
    query = (
        select(Measure.id, Measure.name)
        .join(Milestone, Milestone.measure_id == Measure.id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(reads_milestone(actor), Measure.team_id.is_(None), in_network(actor, Milestone.network_id))
        .distinct()
    )
    if milestone_id is not None:
        query = query.where(Milestone.public_id == milestone_id)
    else:
        query = query.where(Milestone.team_id == actor.team_id)
    return {row[0]: row[1] for row in session.execute(query)}


def same_measure(
    session: Session, actor: Actor, measures: dict[int, str], secret: str, contexts: dict[int, TeamContext]
) -> list[LikeTeam]:
    """Return the teams whose milestones are judged by the same measures, most alike first; one statement."""
    if not measures or actor.team_id is None:
        return []
    known = case((or_(reads_team(actor, Team.id), Plan.is_shared.is_(True)), 1), else_=0)
    query = (
        select(Milestone.team_id, Team.public_id, Team.name, func.max(known), Milestone.measure_id)
        .join(Team, Team.id == Milestone.team_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(in_network(actor, Milestone.network_id), Milestone.measure_id.in_(sorted(measures)))
        .where(Milestone.deleted_at.is_(None), Milestone.is_draft.is_(False), Plan.deleted_at.is_(None))
        .where(Milestone.team_id != actor.team_id, Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .group_by(Milestone.team_id, Team.public_id, Team.name, Milestone.measure_id)
    )
    found: dict[int, list[Any]] = {}
    for team, public_id, name, is_known, measure in session.execute(query):
        row = found.setdefault(team, [public_id, name, 0, []])
        row[2] = max(row[2], is_known)
        row[3].append(measures[measure])
    mine = set(evidence.kinds_at(contexts.get(actor.team_id)))
    teams = []
    for team, (public_id, name, is_known, shared) in found.items():
        kinds = [words for *_key, words in evidence.kinds_at(contexts.get(team)) if (*_key, words) in mine]
        teams.append(LikeTeam(
            team, name if is_known else "", public_id if is_known else None, tuple(sorted(shared)),
            tuple(kinds) if is_known else (), token_of(secret, actor.user_id, team),
        ))  # fmt: skip
    teams.sort(key=lambda each: (-len(each.measures), -len(each.kinds), not each.name, each.name, each.key))
    return teams


def milestone_texts(session: Session, actor: Actor, but: Collection[int] = ()) -> list[Text]:
    """Return other teams' milestones that the actor may read, the newest; one statement.

    Args:
        but: measures whose milestones are left out, since they are told of already.
    """
    query = (
        select(Milestone.public_id, func.coalesce(func.nullif(Milestone.name, ""), Milestone.what), Team.name,
               Team.public_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .join(Team, Team.id == Milestone.team_id)
        .where(in_network(actor, Milestone.network_id), reads_milestone(actor), Milestone.is_draft.is_(False))
        .where(Milestone.team_id != (actor.team_id or 0))
        .order_by(Milestone.id.desc())
        .limit(MOST_TEXTS)
    )  # fmt: skip
    if but:
        query = query.where(or_(Milestone.measure_id.is_(None), Milestone.measure_id.not_in(sorted(but))))
    return [Text(*row) for row in session.execute(query)]


def barrier_texts(session: Session, actor: Actor) -> list[Text]:
    """Return other teams' barriers that the actor may read, the newest; one statement."""
    query = (
        select(FeedbackItem.public_id, FeedbackItem.title, Team.name, Team.public_id)
        .join(Team, Team.id == FeedbackItem.team_id)
        .where(in_network(actor, FeedbackItem.network_id), may_read(actor), FeedbackItem.state != "draft")
        .where(FeedbackItem.team_id != (actor.team_id or 0), FeedbackItem.kind == "barrier")
        .order_by(FeedbackItem.id.desc())
        .limit(MOST_TEXTS)
    )
    return [Text(*row) for row in session.execute(query)]


def own_words(session: Session, actor: Actor) -> tuple[str, str]:
    """Return the words of the chosen team's milestones, and of its open barriers; two statements."""
    milestones = session.scalars(
        select(Milestone.what).join(Plan, Plan.id == Milestone.plan_id)
        .where(Milestone.team_id == actor.team_id, reads_milestone(actor)).limit(60)
    ).all()  # fmt: skip
    barriers = session.scalars(
        select(FeedbackItem.title)
        .where(FeedbackItem.team_id == actor.team_id, may_read(actor), FeedbackItem.kind == "barrier")
        .limit(40)
    ).all()  # fmt: skip
    return " ".join(milestones), " ".join(barriers)


def words_of(
    session: Session, actor: Actor, *, milestone_id: UUID | None, item_id: UUID | None, idea_id: UUID | None
) -> tuple[str, str] | None:
    """Return the title and words of what an address asks about; ``None`` where the actor may not know of
    it."""
    if milestone_id is not None:
        query: Any = (
            select(func.coalesce(func.nullif(Milestone.name, ""), Milestone.what), Milestone.what)
            .join(Plan, Plan.id == Milestone.plan_id)
            .where(Milestone.public_id == milestone_id, in_network(actor, Milestone.network_id))
            .where(reads_milestone(actor))
        )
    elif item_id is not None:
        query = select(FeedbackItem.title, FeedbackItem.title).where(
            FeedbackItem.public_id == item_id, may_read(actor), in_network(actor, FeedbackItem.network_id)
        )
    else:
        query = select(ChangeIdea.title, ChangeIdea.description).where(
            ChangeIdea.public_id == idea_id, may_read_idea(actor)
        )
    row = session.execute(query).first()
    return (row[0], f"{row[0]} {row[1]}") if row else None


def best_to_ask(session: Session, actor: Actor, idea_id: int) -> Whom | None:
    """Return a team to ask about an idea: one that kept it, in a place most like the actor's team's.

    It is named only to who reads its work. Three statements.
    """
    tests = [
        test for test in evidence_queries.trials(session, actor, [idea_id]) if test.team_id != actor.team_id
    ]
    contexts = evidence_queries.contexts(session, actor)
    tests = [test for test in tests if test.team_id in contexts]
    if not tests:
        return None
    mine = set(evidence.kinds_at(contexts.get(actor.team_id or 0)))
    rank = {"adopted": 0, "adapted": 1, "": 2, "abandoned": 3}

    def order(test: Any) -> tuple[int, int, date, int]:
        shared = len(mine & set(evidence.kinds_at(contexts[test.team_id])))
        return rank[test.fate], -shared, test.began, test.team_id

    chosen = min(tests, key=order).team_id
    row = session.execute(
        select(Team.name).where(Team.id == chosen, reads_team(actor, Team.id))
    ).first()  # fmt: skip
    return Whom(chosen, row[0] if row else "")


def like_to_ask(session: Session, actor: Actor, key: str, secret: str) -> ToAsk | None:
    """Return the team behind a key of the list of like teams; ``None`` where there is none."""
    measures = own_measures(session, actor)
    teams = same_measure(session, actor, measures, secret, evidence_queries.contexts(session, actor))
    found = next((each for each in teams if each.key == key), None)
    return ToAsk(Whom(found.team_id, found.name), ", ".join(found.measures)) if found else None


# ---------------------------------------------------------------- bright spots


@dataclass(frozen=True)
class SpotRow:
    """A bright spot; ``name`` is empty to who may not know whose figures these are."""

    spot: spots.Spot
    name: str
    public_id: UUID | None
    key: str
    is_own: bool


@dataclass(frozen=True)
class SpotPage:
    """The bright spots of a measure, and the measures there are to choose from."""

    measure: MeasureRow | None
    found: spots.Found
    rows: tuple[SpotRow, ...]


def spot_page(session: Session, actor: Actor, measure: MeasureRow, since: date, secret: str) -> SpotPage:
    """Return the sites that stand out by a common measure; three statements.

    Only figures that may be shown by themselves are looked at (:func:`measures.pooled_queries.stands_alone`).
    """
    query = (
        select(MonthSum.site_id, MonthSum.month, MonthSum.n, MonthSum.sum_y, MonthSum.sum_d, MonthSum.sum_yyd)
        .join(Measure, Measure.id == MonthSum.measure_id)
        .join(Site, Site.id == MonthSum.site_id)
        .where(in_network(actor, MonthSum.network_id), MonthSum.measure_id == measure.id)
        .where(MonthSum.subgroup == "", MonthSum.subgroup_set == "", MonthSum.n > 0, MonthSum.month >= since)
        .where(Site.level == Level.SCHOOL, Site.deleted_at.is_(None), stands_alone(actor.minimum_cell))
    )
    months = [one for row in session.execute(query) if (one := _month(measure, *row)) is not None]
    places = session.execute(
        select(
            Site.id, Site.public_id, Site.name, Site.grades, Site.locale, Site.enrolment, Site.lunch_percent,
            Site.english_learner_percent, case((names_place(actor, Site.id), 1), else_=0),
        )
        .where(in_network(actor, Site.network_id), Site.level == Level.SCHOOL, Site.deleted_at.is_(None))
    ).all()  # fmt: skip
    known = {row[0]: row for row in places}
    contexts = {row[0]: Context(*row[3:8]) for row in places}
    found = spots.find(months, contexts, higher_is_better=measure.direction is Direction.UP)
    if measure.counts_students and found.spots:
        looks.note()
    own = _own_sites(session, actor)
    rows = []
    for spot in found.spots:
        place = known[spot.site_id]
        key = token_of(secret, actor.user_id, spot.site_id)
        rows.append(SpotRow(spot, place[2] if place[8] else "", place[1] if place[8] else None, key,
                            spot.site_id in own))  # fmt: skip
    rows.sort(key=lambda row: (not row.name, row.name, row.key))
    return SpotPage(measure, found, tuple(rows))


def _own_sites(session: Session, actor: Actor) -> set[int]:
    teams: Sequence[int] = sorted(actor.team_ids)
    return set(session.scalars(select(Team.site_id).where(Team.id.in_(teams)))) if teams else set()


def _month(
    measure: MeasureRow, site: int, on: date, n: int, y: float, d: float, yyd: float
) -> spots.Month | None:
    """Return a site's month as a value with the variance of chance; half a count added against none."""
    if not d:
        return None
    value = y / d
    if measure.type is MeasureType.PROPORTION:
        rare = (y + 0.5) / (d + 1)
        return spots.Month(site, on, 100 * value, 10_000 * rare * (1 - rare) / d)
    if measure.type in COUNTED or measure.type is MeasureType.COUNT:
        return spots.Month(site, on, value, (y + 0.5) / d**2)
    if n < 2:
        return None
    spread = max(yyd - y * y / d, 0.0) / (n - 1) / n
    return spots.Month(site, on, value, spread) if spread > 0 else None


def spot_to_ask(
    session: Session, actor: Actor, measure: MeasureRow, key: str, since: date, secret: str
) -> ToAsk | None:
    """Return the team at a bright spot behind a key; ``None`` where there is none."""
    page = spot_page(session, actor, measure, since, secret)
    row = next((each for each in page.rows if each.key == key), None)
    if row is None:
        return None
    whom = asking_queries.at_site(session, actor, row.spot.site_id, by_name=bool(row.name))
    return ToAsk(whom, measure.name, measure.id) if whom else None
