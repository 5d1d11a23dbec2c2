"""What the network's tests of a change idea come to: decisions, changes seen after, for whom. Pure.

The changes are :mod:`variation.effects`' for every team that tested an idea and has at least three points on
each side of the day it began. From five teams on they are pooled by random effects; by each attribute of the
sites the same again. Failures count like everything else. Numbers are in the measure's own unit as people
read it: points for a share.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from measures.engine.problems import AnalysisError
from variation.beside import Beside, beside, drawn, shuffled
from variation.context import label_of, words_of
from variation.effects import LEAST_TEAMS, ends_in_bad_point
from variation.evidence_rows import (
    ConditionPart,
    Found,
    Judged,
    KindLine,
    Seen,
    Tally,
    TeamContext,
    Tested,
)
from variation.expecting import scaled, slopes
from variation.many_effects import Changes, Panel
from variation.pooling import Pool, pool
from variation.rungs import Facts, rung

MOST_KINDS = 12


def tally(tests: Sequence[Tested]) -> Tally:
    """Return how teams decided on an idea."""
    fates = Counter(test.fate for test in tests)
    return Tally(
        len(tests), sum(test.cycles for test in tests), fates["adopted"], fates["adapted"],
        fates["abandoned"], sum(test.running > 0 for test in tests),
    )  # fmt: skip


@dataclass(frozen=True)
class Others:
    """The comparable teams of one idea: by kind, and between which ordinal days their points matter."""

    teams: Mapping[str, Sequence[int]]
    span: tuple[int, int]

    @property
    def numbers(self) -> set[int]:
        """The teams of all kinds."""
        return {team for teams in self.teams.values() for team in teams}


def kinds_of_teams(contexts: Mapping[int, TeamContext]) -> dict[str, list[int]]:
    """Return the teams of each kind that is compared within: one level, one span of grades; shuffled."""
    found: dict[str, list[int]] = {}
    for team, context in contexts.items():
        found.setdefault(_alike(context), []).append(team)
    return {kind: shuffled(teams) for kind, teams in found.items()}


def _alike(context: TeamContext | None) -> str:
    return f"{context.level} {context.context.grades}" if context else ""


def others_of(
    tests: Sequence[Tested],
    panel: Panel | None,
    contexts: Mapping[int, TeamContext],
    kinds: Mapping[str, Sequence[int]],
    testers: Collection[int] = (),
) -> Others | None:
    """Return whose points stand beside an idea's changes; ``None`` where fewer than five teams have one.

    Args:
        testers: further teams that tested the idea, so that they are compared with none.
    """
    changes = _changes(tests, panel)
    if changes is None or int(changes.known.sum()) < LEAST_TEAMS:
        return None
    known = np.flatnonzero(changes.known).tolist()
    wanted = {_alike(contexts.get(tests[at].team_id)) for at in known}
    teams = drawn(
        {kind: kinds.get(kind, ()) for kind in sorted(wanted)}, {*testers, *(test.team_id for test in tests)}
    )
    span = int(changes.since[known].min()), int(changes.until[known].max())
    return Others(teams, span)


def summary(
    tests: Sequence[Tested],
    judged: Judged | None,
    panel: Panel | None,
    contexts: Mapping[int, TeamContext],
    others: tuple[Others, Panel] | None = None,
) -> Found:
    """Return what a list needs of an idea: decisions, the pooled change and the rung.

    Args:
        panel: the points of the teams that tested it.
        others: the comparable teams, and their points.
    """
    found = tally(tests)
    changes = _changes(tests, panel)
    pooled = _pooled(changes, np.ones(len(tests), bool), judged)
    known = int(changes.known.sum()) if changes is not None else 0
    extra = None
    if pooled is not None and changes is not None and others is not None and judged is not None:
        extra = _beside(tests, changes, others, judged, contexts)
    facts = Facts(
        found.teams, found.adopted + found.adapted, _most_kinds(tests, contexts), pooled,
        extra.pooled if extra else None, judged is None or judged.is_up,
    )  # fmt: skip
    return Found(found, judged, (), known, pooled, rung(facts), beside=extra)


def full(
    tests: Sequence[Tested],
    judged: Judged | None,
    panel: Panel | None,
    contexts: Mapping[int, TeamContext],
    *,
    chosen: Mapping[int, int],
    others: Sequence[tuple[int, str, int, int | None]],
    comparable: tuple[Others, Panel] | None = None,
) -> Found:
    """Return everything that is known of an idea, as it is for all (:mod:`variation.for_reader`).

    Args:
        chosen: ordinal day on which each team chose the milestone it works on.
        others: other ideas of these teams: team, title, first and last ordinal day.
        comparable: teams that did not test it, and their points.
    """
    short = summary(tests, judged, panel, contexts, comparable)
    changes = _changes(tests, panel)
    if judged is None or panel is None or changes is None:
        return short
    seen, flagged, listed = _told_apart(tests, changes, panel, judged, chosen, others)
    return replace(
        short, seen=seen, conditions=_by_condition(tests, changes, judged, contexts),
        slopes=slopes(tests, changes, contexts, judged), flagged=flagged,
        overlapping=tuple(sorted(listed.items(), key=lambda each: (-each[1], each[0]))),
    )  # fmt: skip


def seen_at(
    tests: Sequence[Tested],
    judged: Judged,
    panel: Panel,
    chosen: Mapping[int, int],
    others: Sequence[tuple[int, str, int, int | None]],
) -> tuple[Seen, ...]:
    """Return the change seen after at some of the teams, each by itself; arguments as of :func:`full`."""
    changes = _changes(tests, panel)
    return _told_apart(tests, changes, panel, judged, chosen, others)[0] if changes else ()


def _told_apart(
    tests: Sequence[Tested],
    changes: Changes,
    panel: Panel,
    judged: Judged,
    chosen: Mapping[int, int],
    others: Sequence[tuple[int, str, int, int | None]],
) -> tuple[tuple[Seen, ...], int, Counter[str]]:
    """Return each team's change, how many chose after a bad point, and how often what else was tested."""
    overlaps = _overlaps(tests, changes, others)
    flags = _flags(tests, changes, panel, chosen, judged)
    listed = Counter(title for titles in overlaps.values() for title in set(titles))
    return _seen(tests, changes, judged, overlaps, flags), len(flags), listed


def _changes(tests: Sequence[Tested], panel: Panel | None) -> Changes | None:
    if panel is None or not tests:
        return None
    return panel.around([test.team_id for test in tests], [test.began.toordinal() for test in tests])


def _pooled(changes: Changes | None, which: Any, judged: Judged | None) -> Pool | None:
    """Return the pooled change of some of the teams, as people read it; ``None`` under five."""
    if changes is None or judged is None:
        return None
    kept = changes.known & which
    if int(kept.sum()) < LEAST_TEAMS:
        return None
    factor = judged.factor
    try:
        return pool(changes.effect[kept] * factor, changes.variance[kept] * factor**2, each=False)
    except AnalysisError:
        return None


def _kinds(context: TeamContext | None) -> Mapping[str, str]:
    return context.kinds if context else {}


def _most_kinds(tests: Sequence[Tested], contexts: Mapping[int, TeamContext]) -> int:
    """Return of how many kinds the teams are that kept the idea, by the attribute that tells most apart."""
    kinds: dict[str, set[str]] = {}
    for test in tests:
        if test.fate in ("adopted", "adapted"):
            for name, kind in _kinds(contexts.get(test.team_id)).items():
                kinds.setdefault(name, set()).add(kind)
    return max((len(found) for found in kinds.values()), default=0)


def _by_condition(
    tests: Sequence[Tested], changes: Changes, judged: Judged, contexts: Mapping[int, TeamContext]
) -> tuple[ConditionPart, ...]:
    """Return by each attribute what the change comes to at teams of each kind; of few kinds only."""
    kinds = [_kinds(contexts.get(test.team_id)) for test in tests]
    names = sorted({name for each in kinds for name in each}, key=by_name)
    parts = []
    for name in names:
        values = np.array([each.get(name, "") for each in kinds])
        there = {*values[changes.known].tolist()} - {""}
        if len(there) > MOST_KINDS:
            continue
        lines = (
            KindLine(
                kind, int((changes.known & (values == kind)).sum()), _pooled(changes, values == kind, judged)
            )
            for kind in sorted(there, key=by_number)
        )
        parts.append(ConditionPart(name, tuple(lines)))
    return tuple(parts)


_ORDER = {
    name: at
    for at, name in enumerate(("grades", "locale", "english", "lunch", "enrolment", "title1", "charter"))
}


def by_name(name: str) -> tuple[int, str]:
    """Return where an attribute stands among others."""
    return _ORDER.get(name, 9), name


def by_number(kind: str) -> tuple[float, str]:
    """Return where a kind stands among those of its attribute: bands by their first number, then words."""
    start = kind.split("-")[0]
    return (float(start) if start.isdigit() else -1.0, kind)


def like(test_kinds: Mapping[str, str], wanted: tuple[str, str]) -> bool:
    """Say whether a team is of the wanted kind of an attribute."""
    return test_kinds.get(wanted[0]) == wanted[1]


def of_kind(
    tests: Sequence[Tested], contexts: Mapping[int, TeamContext], wanted: tuple[str, str] | None
) -> list[Tested]:
    """Return the tests of teams of one kind; all where none is wanted."""
    if wanted is None:
        return list(tests)
    return [test for test in tests if like(_kinds(contexts.get(test.team_id)), wanted)]


def kinds_at(context: TeamContext | None) -> list[tuple[str, str, str]]:
    """Return the kinds that a team is of, as a list to choose from: attribute, kind, words."""
    found = _kinds(context)
    names = sorted(found, key=by_name)
    return [(name, found[name], f"{label_of(name)}: {words_of(name, found[name])}") for name in names]


def _overlaps(
    tests: Sequence[Tested], changes: Changes, others: Sequence[tuple[int, str, int, int | None]]
) -> dict[int, tuple[str, ...]]:
    rows = {test.team_id: at for at, test in enumerate(tests) if changes.known[at]}
    found: dict[int, list[str]] = {}
    for team, title, began, ended in others:
        at = rows.get(team)
        if at is not None and began <= changes.until[at] and (ended is None or ended >= changes.since[at]):
            found.setdefault(team, []).append(title)
    return {team: tuple(titles) for team, titles in found.items()}


def _flags(
    tests: Sequence[Tested], changes: Changes, panel: Panel, chosen: Mapping[int, int], judged: Judged
) -> set[int]:
    return {
        test.team_id
        for at, test in enumerate(tests)
        if changes.known[at] and test.team_id in chosen
        and ends_in_bad_point(panel.up_to(test.team_id, chosen[test.team_id]).tolist(), judged.is_up)
    }  # fmt: skip


def _seen(
    tests: Sequence[Tested],
    changes: Changes,
    judged: Judged,
    overlaps: Mapping[int, tuple[str, ...]],
    flags: set[int],
) -> tuple[Seen, ...]:
    found = []
    for at, test in enumerate(tests):
        team = test.team_id
        sides = int(changes.n_before[at]), int(changes.n_after[at])
        if not changes.known[at]:
            found.append(Seen(team, None, None, None, *sides, test.fate))
            continue
        value = float(changes.effect[at]) * judged.factor
        far = 1.96 * float(np.sqrt(changes.variance[at])) * judged.factor
        found.append(
            Seen(
                team,
                value,
                value - far,
                value + far,
                *sides,
                test.fate,
                team in flags,
                overlaps.get(team, ()),
            )
        )
    return tuple(found)


def _beside(
    tests: Sequence[Tested],
    changes: Changes,
    others: tuple[Others, Panel],
    judged: Judged,
    contexts: Mapping[int, TeamContext],
) -> Beside:
    """Return the change beyond that of teams of the same level and grades that did not test the idea."""
    which, panel = others
    began = [test.began.toordinal() for test in tests]
    likes = [_alike(contexts.get(test.team_id)) for test in tests]
    found = beside(panel, changes, began, likes, which.teams)
    if found.pooled is None:
        return found
    return replace(found, pooled=scaled(found.pooled, judged.factor))
