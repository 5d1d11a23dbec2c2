"""What the page of the six principles, its sheet, table and API answer are made of: one reading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from cycles import inquiry_loading, inquiry_queries, inquiry_words
from cycles.health import Share, shares
from cycles.inquiry_page import Line as InquiryLine
from cycles.inquiry_queries import Scope
from cycles.policies import can_pool_network
from measures.engine.problems import AnalysisError
from measures.published_queries import Asked
from measures.publishing import UNNAMED_FROM
from measures.rules import Direction, MeasureKind
from measures.school_years import name_of, year_of
from nic_platform.actor import Actor
from variation import judging, levels, place_sum_queries, principle_queries
from variation.judging import Scale
from variation.principle_queries import MeasureRow, Tally
from variation.principle_words import lede, tell
from variation.principles import (
    Facts,
    InquiryFacts,
    Principle,
    ShareFact,
    Spread,
    StepRow,
    Told,
    VariationFacts,
)


@dataclass(frozen=True)
class Page:
    """The six principles of a network with its own next steps."""

    tally: Tally
    today: date
    lede: str
    principles: tuple[Told, ...]
    steps: Mapping[Principle, tuple[StepRow, ...]]

    def open_steps(self, principle: Principle) -> tuple[StepRow, ...]:
        """Return what the network means to do next, by its day."""
        return tuple(step for step in self.steps[principle] if step.done_on is None)

    def done_steps(self, principle: Principle) -> tuple[StepRow, ...]:
        """Return what it did, newest first."""
        return tuple(step for step in self.steps[principle] if step.done_on is not None)


def read(session: Session, actor: Actor, today: date) -> Page:
    """Return the page for this reader; its statements don't grow with the network.

    Raises:
        AbsentError: the reader is in no network.
    """
    tally = principle_queries.tally(session, actor, today)
    as_of = tally.break_began - timedelta(days=1) if tally.break_began else today
    measures = principle_queries.list_measures(session, actor, today, as_of)
    theory = principle_queries.theory_of(session, actor, tally.aim)
    voices = sum(row.kind is MeasureKind.VOICE for row in measures)
    lacks = principle_queries.aim_lacks(theory)
    told = tell(
        Facts(
            today,
            principle_queries.problem(session, actor, tally, lacks, voices),
            _variation(session, actor, tally, measures, today),
            principle_queries.system(session, actor, tally, theory, today),
            principle_queries.measure_facts(measures),
            _inquiry(session, actor, today),
            tally.learning,
            as_of,
        )
    )
    steps = principle_queries.list_steps(session, actor)
    return Page(tally, today, lede(told), tuple(told), _by_principle(steps))


def _by_principle(steps: Iterable[StepRow]) -> dict[Principle, tuple[StepRow, ...]]:
    found: dict[Principle, list[StepRow]] = {each: [] for each in Principle}
    for step in steps:
        found[Principle(step.principle)].append(step)
    return {each: tuple(some) for each, some in found.items()}


# ---------------------------------------------------------------- variation


def _variation(
    session: Session, actor: Actor, tally: Tally, measures: Sequence[MeasureRow], today: date
) -> VariationFacts:
    """Return what is known of differences. Where no school has a team of its own, all are meant."""
    has_teams = tally.schools_with_team > 0
    newest = [row.newest_on for row in measures if row.newest_on is not None]
    return VariationFacts(
        len(measures),
        tally.schools_with_team if has_teams else tally.schools,
        tally.measured_with_team if has_teams else tally.measured,
        max(newest, default=None),
        _spread(session, actor, tally, leading(measures), today),
    )


def leading(measures: Sequence[MeasureRow]) -> MeasureRow | None:
    """Return the measure on which differences are told: one of the aim before others, outcomes before
    others, then the one that most schools count; none where fewer than five do.
    """
    counted = [row for row in measures if row.schools >= UNNAMED_FROM]
    return max(
        counted,
        key=lambda row: (row.is_on_aim, row.kind is MeasureKind.OUTCOME, row.schools),
        default=None,
    )


def _spread(
    session: Session, actor: Actor, tally: Tally, row: MeasureRow | None, today: date
) -> Spread | None:
    """Return how far schools lie apart, from those whose own figure may be shown; three statements."""
    if row is None or tally.top_id is None:
        return None
    year = year_of(today)
    asked = Asked(row.id, row.type, row.counts_students, actor.minimum_cell)
    counting = place_sum_queries.read_years(session, actor, tally.top_id, asked, (year,), year)[year]
    sums = counting.sums.only(counting.shown)
    if len(sums) < UNNAMED_FROM:
        return None
    judged = judging.judge(row.type, sums)
    is_share = judged.scale is Scale.SHARE
    try:
        told = levels.spread_of(levels.SiteSums.of(sums.n, sums.y, sums.d, sums.yyd), is_share=is_share)
    except AnalysisError:
        return None
    by = 100.0 if is_share else 1.0
    zones = judged.spread if judged.is_overdispersed else judged.chance
    up, down = int(np.sum(zones == 2)), int(np.sum(zones == -2))
    better, worse = (up, down) if row.direction is Direction.UP else (down, up)
    unit = "%" if is_share else row.unit
    return Spread(
        row.name, unit, name_of(year), len(sums), by * told.mean, by * told.sd, better, worse,
        is_judged=judged.silent is None,
    )  # fmt: skip


# ---------------------------------------------------------------- inquiry


def _inquiry(session: Session, actor: Actor, today: date) -> InquiryFacts:
    """Return the health of inquiry as its own page tells it: whole, or with small sums hidden."""
    if not can_pool_network(actor):
        return InquiryFacts(is_read=False)
    if actor.sees_network:
        inquiries = inquiry_queries.list_inquiries(session, actor, Scope(is_pooled=True))
        return InquiryFacts(True, tuple(_fact(each) for each in shares(inquiries, today)), len(inquiries))
    page = inquiry_loading.network_page(session, actor, Scope(is_pooled=True), today)
    return InquiryFacts(True, tuple(_fact(each) for each in _shown(page.current)), page.began)


def _shown(lines: Sequence[InquiryLine]) -> list[Share]:
    return [line.shown for line in lines if line.shown is not None]


def _fact(share: Share) -> ShareFact:
    return ShareFact(
        share.key, inquiry_words.sentence(share), inquiry_words.published(share),
        inquiry_words.advice(share.key), share.stand, share.count, share.of,
    )  # fmt: skip
