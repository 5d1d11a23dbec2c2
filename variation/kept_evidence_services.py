"""Working the evidence of a large network's ideas out once for all readers, and keeping it.

Reading it takes as long as there are tests: seconds in a state. Worked out beside the requests it costs each
reader a row an idea. Small networks are worked out for each reader, so that they see what they just wrote.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Cycle, Prediction, Ramp
from measures.models import Measurement
from nic_platform.actor import Actor
from nic_platform.tables import AuditEntry
from teams.models import Network
from variation import evidence, evidence_queries, window_queries
from variation.evidence import Others
from variation.evidence_rows import Found, Judged, TeamContext, Tested
from variation.kept_evidence import IdeaPage, kind_key, written
from variation.kept_library_queries import in_library
from variation.many_effects import Panel
from variation.models import LibraryEvidence, LibraryMaking
from variation.tested_queries import begun

FROM = 200
"""Tests of ideas from which on a network's evidence is kept: below, it is worked out in no time."""
UNSETTLED = timedelta(minutes=10)
"""For how long a transaction may hold a row back whose number is lower than others' that are there."""
AT_ONCE = 8
"""Ideas whose points are read together: a state's all at once would take too much room."""
LONGEST_KEY = 300


@dataclass(frozen=True)
class Made:
    """The evidence of a network's ideas, ready to be kept."""

    network_id: int
    making: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class _Ground:
    """What the evidence of every idea of a network stands on."""

    actor: Actor
    contexts: Mapping[int, TeamContext]
    kinds: Mapping[str, Sequence[int]]
    attributes: Mapping[str, Collection[str]]
    verdicts: Mapping[int, Mapping[str, int]]


def _large() -> Select[int]:
    """Return the statement of the networks whose evidence is kept, by number."""
    return (
        select(Ramp.network_id)
        .where(Ramp.deleted_at.is_(None))
        .group_by(Ramp.network_id)
        .having(func.count() >= FROM)
    )


def due(session: Session) -> list[tuple[int, int]]:
    """Return the large networks in which anything changed since: number and smallest count that is shown."""
    newer = or_(
        LibraryMaking.network_id.is_(None), LibraryMaking.minimum_cell != Network.minimum_cell,
        exists().where(AuditEntry.id > LibraryMaking.last_entry, AuditEntry.network_id == Network.id),
        exists().where(
            Measurement.id > LibraryMaking.last_measurement, Measurement.network_id == Network.id
        ),
    )  # fmt: skip
    query = (
        select(Network.id, Network.minimum_cell)
        .outerjoin(LibraryMaking, LibraryMaking.network_id == Network.id)
        .where(Network.id.in_(_large()), newer)
        .order_by(Network.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def drop_small(session: Session) -> None:
    """Forget what is kept of networks that are not large any more: they are worked out for each reader."""
    for model in (LibraryEvidence, LibraryMaking):
        session.execute(delete(model).where(model.network_id.not_in(_large())))


def make(session: Session, network_id: int, minimum_cell: int, at: datetime) -> Made:
    """Work the evidence of all ideas of a network's library out; reads only."""
    making = {
        "network_id": network_id, "made_at": at, "minimum_cell": minimum_cell,
        "last_entry": _newest(session, AuditEntry, AuditEntry.at, network_id, at),
        "last_measurement": _newest(session, Measurement, Measurement.recorded_at, network_id, at),
    }  # fmt: skip
    actor = Actor(0, network_id=network_id, minimum_cell=minimum_cell)
    ideas = sorted(session.scalars(select(ChangeIdea.id).where(*in_library(actor))))
    tests: dict[int, list[Tested]] = {idea: [] for idea in ideas}
    for each in evidence_queries.trials(session, actor, None):
        if each.idea_id in tests:
            tests[each.idea_id].append(each)
    ground = _ground(session, actor)
    rows = [
        row
        for first in range(0, len(ideas), AT_ONCE)
        for row in _rows(session, ground, {idea: tests[idea] for idea in ideas[first : first + AT_ONCE]})
    ]
    return Made(network_id, {**making, "attributes": sorted(ground.attributes)}, rows)


def keep(session: Session, made: Made) -> None:
    """Put what was worked out in the place of what was kept before."""
    session.execute(delete(LibraryEvidence).where(LibraryEvidence.network_id == made.network_id))
    session.execute(delete(LibraryMaking).where(LibraryMaking.network_id == made.network_id))
    there = set(session.scalars(select(ChangeIdea.id).where(ChangeIdea.network_id == made.network_id)))
    rows = [row for row in made.rows if row["idea_id"] in there]
    if rows:
        session.execute(insert(LibraryEvidence), rows)
    session.execute(insert(LibraryMaking), [dict(made.making)])


def _newest(session: Session, model: Any, written_at: Any, network_id: int, at: datetime) -> int:
    """Return the newest row before which none can be missing.

    A row gets its number before it is committed: one of a lower number may still come. So what was written
    just now counts as not read yet, and the evidence is made once more when it is.
    """
    settled = (model.network_id == network_id, written_at <= at - UNSETTLED)
    query = select(model.id).where(*settled).order_by(model.id.desc()).limit(1)
    return session.scalar(query) or 0


def _ground(session: Session, actor: Actor) -> _Ground:
    contexts = evidence_queries.contexts(session, actor)
    kinds: dict[str, set[str]] = {}
    for context in contexts.values():
        for name, kind in context.kinds.items():
            kinds.setdefault(name, set()).add(kind)
    few = {
        name: there for name, there in kinds.items()
        if len(there) <= evidence.MOST_KINDS and ":" not in name  # which ends a name where it is kept
        and all(len(kind_key((name, kind))) <= LONGEST_KEY for kind in there)
    }  # fmt: skip
    return _Ground(actor, contexts, evidence.kinds_of_teams(contexts), few, _verdicts(session, actor))


def _verdicts(session: Session, actor: Actor) -> dict[int, dict[str, int]]:
    """Return how the predictions of each idea's tests came out."""
    query = (
        select(Ramp.idea_id, Prediction.verdict, func.count())
        .select_from(Prediction)
        .join(Cycle, Cycle.id == Prediction.cycle_id)
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .where(begun(actor), Prediction.deleted_at.is_(None), Prediction.verdict != "")
        .group_by(Ramp.idea_id, Prediction.verdict)
    )
    found: dict[int, dict[str, int]] = {}
    for idea, verdict, count in session.execute(query):
        found.setdefault(idea, {})[verdict] = count
    return found


@dataclass(frozen=True)
class _Idea:
    """One idea with its tests, the measure it is judged by, and the points that its evidence rests on.

    ``beside`` holds the comparable teams of all its tests and of those of each kind.
    """

    id: int
    tests: Sequence[Tested]
    of_kind: Mapping[tuple[str, str], Sequence[Tested]]
    judged: Judged | None
    panel: Panel | None
    beside: Mapping[tuple[str, str] | None, Others]


def _rows(
    session: Session, ground: _Ground, tests: Mapping[int, Sequence[Tested]]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of some ideas: each idea's at all teams, then at those of each kind."""
    judged = evidence_queries.judged_by(session, ground.actor, tests)
    panels = window_queries.around(session, ground.actor, judged, chosen=True)
    ideas = [_idea(ground, idea, each, judged.get(idea), panels) for idea, each in tests.items()]
    others = {each.id: _all_of(each.beside.values()) for each in ideas if each.beside}
    theirs = window_queries.of_others(session, ground.actor, judged, others)
    for idea in ideas:
        panel = theirs.get(idea.judged.id) if idea.judged else None
        yield _row(ground, idea, None, _whole(session, ground, idea, panel))
        for like, some in idea.of_kind.items():
            found = evidence.summary(
                some, idea.judged, idea.panel, ground.contexts, _comparable(idea, like, panel)
            )
            yield _row(ground, idea, like, found)


def _idea(
    ground: _Ground, idea: int, tests: Sequence[Tested], judged: Judged | None, panels: Mapping[int, Panel]
) -> _Idea:
    panel = panels.get(judged.id) if judged else None
    likes = [(name, kind) for name, kinds in ground.attributes.items() for kind in sorted(kinds)]
    of_kind = {like: some for like in likes if (some := evidence.of_kind(tests, ground.contexts, like))}
    testers = {test.team_id for test in tests}
    beside = {
        like: found for like, some in ((None, tests), *of_kind.items())
        if (found := evidence.others_of(some, panel, ground.contexts, ground.kinds, testers)) is not None
    }  # fmt: skip
    return _Idea(idea, tests, of_kind, judged, panel, beside)


def _all_of(others: Collection[Others]) -> Others:
    """Return the comparable teams of several sets of tests together, between the first day and the last."""
    teams = sorted(set().union(*(each.numbers for each in others)))
    spans = [each.span for each in others]
    return Others({"": teams}, (min(first for first, _last in spans), max(last for _first, last in spans)))


def _comparable(
    idea: _Idea, like: tuple[str, str] | None, panel: Panel | None
) -> tuple[Others, Panel] | None:
    others = idea.beside.get(like)
    return (others, panel) if others is not None and panel is not None else None


def _whole(session: Session, ground: _Ground, idea: _Idea, panel: Panel | None) -> Found:
    """Return everything that is known of an idea."""
    chosen, others = (
        evidence_queries.beside_tests(session, ground.actor, idea.id, idea.judged.id)
        if idea.judged and idea.tests
        else ({}, [])
    )
    return evidence.full(
        idea.tests, idea.judged, idea.panel, ground.contexts,
        chosen={team: on.toordinal() for team, on in chosen.items()},
        others=[
            (team, title, first.toordinal(), last.toordinal() if last else None)
            for team, title, first, last in others
        ],
        comparable=_comparable(idea, None, panel),
    )  # fmt: skip


def _row(ground: _Ground, idea: _Idea, like: tuple[str, str] | None, found: Found) -> dict[str, Any]:
    """Return a row to be kept: no team's own change is in it."""
    page = replace(found, seen=())
    short = replace(page, conditions=(), slopes=None, flagged=0, overlapping=())
    return {
        "idea_id": idea.id, "network_id": ground.actor.network_id, "kind": kind_key(like),
        "teams": found.tally.teams, "found": written(short),
        "page": "" if like else written(_page(ground, idea, page)),
    }  # fmt: skip


def _page(ground: _Ground, idea: _Idea, found: Found) -> IdeaPage:
    began = Counter(test.began.toordinal() for test in idea.tests)
    verdicts = ground.verdicts.get(idea.id, {})
    return IdeaPage(found, tuple(sorted(began.items())), tuple(sorted(verdicts.items())))
