"""Taking an import of sites back, as one piece."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nic_platform import importing
from nic_platform.errors import RuleError
from nic_platform.tables import ImportRun
from nic_platform.text import _, ngettext
from teams.models import Site, Team
from teams.site_importing import CHUNK, apply, flush_away


def can_undo(session: Session, run: ImportRun) -> str | None:
    """Say why an import can't be taken back any more, or None."""
    if run.state != "done":
        return _("Only a finished import can be undone.")
    teams = session.scalar(
        select(func.count()).select_from(Team).join(Site, Site.id == Team.site_id)
        .where(Site.import_run_id == run.id, Team.deleted_at.is_(None))
    )  # fmt: skip
    if teams:
        return ngettext(
            "One team works at a site of this import. Archive it or move it first.",
            "%(count)s teams work at sites of this import. Archive them or move them first.",
            teams,
        )
    return None


def undo(session: Session, run: ImportRun, *, at: datetime) -> None:
    """Take an import back: its sites go (they can be imported again), changed ones get their values back.

    Raises:
        RuleError: teams work at its sites already, or it never ended.
    """
    reason = can_undo(session, run)
    if reason:
        raise RuleError(reason)
    made = session.scalars(
        select(Site.id).where(Site.import_run_id == run.id, Site.deleted_at.is_(None))
    ).all()
    for piece in importing.pieces(made, CHUNK):
        sites = session.scalars(select(Site).where(Site.id.in_(piece))).all()
        for site in sites:
            site.deleted_at = at
        flush_away(session, sites)
    changed = (run.undo or {}).get("changed", {})
    for names in importing.pieces(changed, CHUNK):
        sites = session.scalars(
            select(Site).where(
                Site.network_id == run.network_id, Site.public_id.in_([UUID(name) for name in names])
            )
        ).all()
        for site in sites:
            apply(session, site, _restored(changed[str(site.public_id)]))
        flush_away(session, sites)
    run.state, run.undo, run.finished_at = "undone", None, at
    session.flush()


def _restored(values: Mapping[str, Any]) -> dict[str, Any]:
    moment = values.get("deleted_at")
    return {**values, "deleted_at": datetime.fromisoformat(moment)} if moment else dict(values)
