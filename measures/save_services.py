"""Keeping what one press of a grid's button wrote together, so that one press takes it all back.

Callers hold the transaction.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures import services
from measures.models import Measurement
from measures.rules import Entry
from measures.save_queries import DONE, KIND, UNDONE, Written, written_by
from nic_platform.actor import Actor
from nic_platform.errors import RuleError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams.models import Team


def locked_team(session: Session, team_id: int) -> Team:
    """Return a team whose figures are about to be written.

    Two who save at the same moment take turns, so that the second sees what the first wrote.
    """
    query = select(Team).where(Team.id == team_id).with_for_update(key_share=True, of=Team)
    return session.scalars(query).one()


def begin(session: Session, team: Team, page: Mapping[str, str], *, by: Actor, at: datetime) -> ImportRun:
    """Return a new save, with the page that it was made on, so that its undo leads back there."""
    save = ImportRun(
        network_id=team.network_id, team_id=team.id, kind=KIND, file_name="", mapping=dict(page), state=DONE,
        rows_created=0, rows_changed=0, created_by_id=by.user_id, created_at=at, finished_at=at,
    )  # fmt: skip
    session.add(save)
    session.flush()
    return save


def undo(session: Session, save: ImportRun, *, by: Actor, at: datetime) -> tuple[int, int]:
    """Take a save back as one piece: every cell holds again what it held before.

    Nothing is deleted: what stood before is written once more over what the save wrote.

    Returns:
        How many figures are as they were, and how many were changed since and stay as they are.

    Raises:
        RuleError: it is taken back already.
        ConflictError: somebody changed one of its figures at this very moment; nothing was written.
    """
    locked_team(session, save.team_id or 0)
    session.refresh(save)
    if save.state != DONE:
        raise RuleError(_("This is taken back already."))
    standing, changed = written_by(session, save)
    for each in standing:
        _give_back(session, each, by=by, at=at)
    save.state, save.finished_at = UNDONE, at
    session.flush()
    return len(standing), changed


def _give_back(session: Session, written: Written, *, by: Actor, at: datetime) -> None:
    """Let a cell hold what it held before: the earlier numbers, or nothing."""
    row, before = written.row, written.before
    if before is not None and not before.is_withdrawn:
        services.correct(
            session, row, _entry(before), today=max(before.observed_on, row.observed_on), by=by, at=at,
            collector=before.collector, tool=before.tool, note=before.note,
        )  # fmt: skip
    elif not row.is_withdrawn:
        services.withdraw(session, row, by=by, at=at)


def _entry(row: Measurement) -> Entry:
    return Entry(row.observed_on, row.count, row.population, row.value)
