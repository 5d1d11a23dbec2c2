"""Who may do what to measures. Pure: an actor and numbers in, yes or no out.

What lets figures of students through notes it (:mod:`nic_platform.looks`).
"""

from collections.abc import Sequence
from typing import Protocol

from measures.rules import MeasureType, value_of
from measures.suppression import (
    ALSO_HIDDEN,
    POOLED_ONLY,
    UNTOLD,
    Cell,
    Counts,
    Show,
    Who,
    beside,
    is_open,
    one,
    whole,
)
from nic_platform import looks
from nic_platform.actor import Actor


def can_record(actor: Actor, team_id: int) -> bool:
    """A team's own lead, members and linking members record what it measured; coaches only read."""
    return actor.edits(team_id)


def can_change_measure(actor: Actor, team_id: int | None) -> bool:
    """A team's own measure is its own; a common one (no team) is the network lead's."""
    return actor.is_network_lead if team_id is None else actor.edits(team_id)


def sees_whole(actor: Actor, team_id: int, *, counts_students: bool, is_above: bool) -> bool:
    """The team sees its own records whole; a team above it on a link sees adults' counts whole.

    Only they see subgroups: beside its total one subgroup gives another away. Others get subgroups in the
    comparison alone, which covers a table as a whole.
    """
    who = Who.STUDENTS if counts_students else Who.ADULTS
    is_whole = is_open(who, is_own=actor.in_team(team_id), is_above=is_above)
    if is_whole and counts_students:
        looks.note_team(team_id)
    return is_whole


def cell_for(
    actor: Actor,
    team_id: int,
    counts: Counts,
    *,
    counts_students: bool,
    is_above: bool,
    tables: Sequence[Sequence[Counts]] = (),
) -> Cell:
    """Return what *actor* may see of one count of a team.

    The team sees its own records whole; a team above it on a link sees adults' counts whole. Anybody else,
    and everybody else where students are counted, sees what the network's smallest cell lets through.

    Args:
        is_above: whether one of the actor's teams is above this one on links.
        tables: the subgroups that were counted the same day, by breakdown; a total that would give one of
            them away is hidden too.
    """
    if sees_whole(actor, team_id, counts_students=counts_students, is_above=is_above):
        return whole(counts)
    cell = beside(counts, tables, Who.STUDENTS if counts_students else Who.ADULTS, actor.minimum_cell)
    if counts_students and cell.tells:
        looks.note_team(team_id)
    return cell


class Figure(Protocol):
    """One measurement, as :class:`measures.queries.Record` is."""

    @property
    def team_id(self) -> int:
        """Return whose it is."""

    @property
    def subgroup(self) -> str:
        """Return the group it is of; empty for everybody."""

    @property
    def count(self) -> float | None:
        """Return how many."""

    @property
    def population(self) -> float | None:
        """Return out of how many."""

    @property
    def amount(self) -> float | None:
        """Return a value that stands by itself."""

    @property
    def tables(self) -> Sequence[Sequence[Counts]]:
        """Return the groups counted beside it, by breakdown."""


def figure_cell(
    actor: Actor, figure: Figure, kind: MeasureType, *, counts_students: bool, is_above: bool
) -> Cell:
    """Return what *actor* may see of one measurement, with or without a population: the rule of all pages,
    files and answers.

    Who reads a team's work only since it is shared gets no count of its students. Outside the team nobody
    sees a group beside its total; and how many students there are, out of a number
    that isn't told, is hidden below the network's minimum, as the group itself would be.
    """
    sight = {"counts_students": counts_students, "is_above": is_above}
    if sees_whole(actor, figure.team_id, **sight):
        return Cell(Show.FULL, figure.count, figure.population)
    if counts_students and not (is_above or actor.sees_network):
        return POOLED_ONLY
    if figure.subgroup:
        return ALSO_HIDDEN
    if figure.count is not None and figure.population is not None:
        counts = Counts(figure.count, figure.population)
        return cell_for(actor, figure.team_id, counts, **sight, tables=figure.tables)
    many = value_of(kind, figure.count, None, figure.amount) if kind is MeasureType.COUNT else figure.count
    cell = Cell(Show.FULL, figure.count)
    if many is not None:
        who = Who.STUDENTS if counts_students else Who.ADULTS
        cell = one(Counts(many, UNTOLD), who, actor.minimum_cell)
    if counts_students and cell.tells:
        looks.note_team(figure.team_id)
    return cell


def sees_size(actor: Actor, team_id: int, size: int | None, *, counts_students: bool) -> bool:
    """Only a team itself is told how many a small group of its students are."""
    sees = actor.in_team(team_id) or not counts_students or (size or 0) >= actor.minimum_cell
    if sees and counts_students and size is not None:
        looks.note_team(team_id)
    return sees


def sees_baseline(actor: Actor, team_id: int, size: int | None, *, counts_students: bool) -> bool:
    """What a small group of students began from is its team's own; where no size is told, it is a share."""
    return size is None or sees_size(actor, team_id, size, counts_students=counts_students)


def can_change_tool(actor: Actor, team_id: int | None) -> bool:
    """A team's own observation tool is its own; a common one (no team) is the network lead's."""
    return can_change_measure(actor, team_id)
