"""Reading the saves of a data entry grid: what one press of its button wrote, as long as it can be undone."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measurement
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams.queries import in_network, reads_team

KIND = "figures"  # of the runs that grids leave; those that tables leave have another
DONE, UNDONE = "done", "undone"


@dataclass(frozen=True)
class Written:
    """A measurement that a save wrote and that still stands, with what stood before the save, if anything."""

    row: Measurement
    before: Measurement | None


def get_save(session: Session, actor: Actor, save_id: UUID) -> ImportRun:
    """Return one save of a team that *actor* reads.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    found = find_save(session, actor, save_id)
    if found is None:
        raise AbsentError(_("There is no such save."))
    return found


def find_save(session: Session, actor: Actor, save_id: UUID | None) -> ImportRun | None:
    """Return one save of a team that *actor* reads; none where there is none."""
    if save_id is None:
        return None
    query = select(ImportRun).where(
        in_network(actor, ImportRun.network_id), reads_team(actor, ImportRun.team_id),
        ImportRun.public_id == save_id, ImportRun.kind == KIND,
    )  # fmt: skip
    return session.scalar(query)


def own_save(session: Session, team_id: int, by: Actor, save_id: UUID | None) -> ImportRun | None:
    """Return a save that the same person may go on with: theirs, of that team, and not undone."""
    found = find_save(session, by, save_id)
    is_theirs = found is not None and (found.team_id, found.created_by_id) == (team_id, by.user_id)
    return found if is_theirs and found is not None and found.state == DONE else None


def written_by(session: Session, save: ImportRun) -> tuple[list[Written], int]:
    """Return what a save wrote and still stands, newest first, and how many figures were changed since."""
    made = select(Measurement).where(Measurement.import_run_id == save.id).order_by(Measurement.id.desc())
    rows = {row.id: row for row in session.scalars(made)}
    over = select(Measurement.supersedes_id, Measurement.import_run_id)
    found = session.execute(over.where(Measurement.supersedes_id.in_(rows)))
    after = {each.supersedes_id: each.import_run_id for each in found}
    changed = sum(run_id != save.id for run_id in after.values())
    outside = {row.supersedes_id for row in rows.values() if row.supersedes_id not in rows} - {None}
    before = {row.id: row for row in session.scalars(select(Measurement).where(Measurement.id.in_(outside)))}
    every = before | rows
    standing = []
    for row in (each for each in rows.values() if each.id not in after):
        first = row
        while first.supersedes_id in rows:
            first = rows[first.supersedes_id]
        standing.append(Written(row, every.get(first.supersedes_id or 0)))
    return standing, changed
