"""Making and changing sources of rosters, and their tokens. Callers decide when to commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.rules import hashed, new_token
from nic_platform.actor import Actor, TeamRole
from nic_platform.errors import InputError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from rosters import columns, group_services, people_services, rules
from rosters.models import RosterGroup, RosterSource
from teams.models import Site, Team

MOST_DOMAINS = 50
FIELDS = ("name", "ends_access", "makes_people", "domains", "roles", "columns")


def domains_from(text: str) -> list[str]:
    """Return the domains that somebody typed, separated by space, comma or line; an @ before one is dropped.

    Raises:
        InputError: one can't be one.
    """
    found = []
    for word in text.replace(",", " ").replace(";", " ").lower().split():
        domain = word.lstrip("@").rstrip(".")
        labels = domain.split(".")
        is_one = len(labels) > 1 and all(
            label and len(label) < 64 and label.replace("-", "").isalnum() for label in labels
        )
        if not is_one or len(domain) > 253:
            words = _("“%(word)s” is no domain. Write it like school.example.org.", word=word[:80])
            raise InputError(words, {"domains": words})
        found.append(domain)
    if len(found) > MOST_DOMAINS:
        words = _("At most %(most)s domains.", most=MOST_DOMAINS)
        raise InputError(words, {"domains": words})
    return sorted(set(found))


def save(
    session: Session, source: RosterSource | None, values: Mapping[str, Any], *, site: Site | None,
    kind: str = "", by: Actor, at: datetime,
) -> RosterSource:  # fmt: skip
    """Add a source, or change one.

    Raises:
        InputError: it would answer for nobody, its name is taken, or a role is none of ours.
    """
    if site is None and not values.get("domains"):
        words = _("Say whom it answers for: a place, the domains of their addresses, or both.")
        raise InputError(words, {"domains": words})
    unknown = [role for role in values.get("roles", {}).values() if role not in set(TeamRole)]
    if unknown:
        words = _("There is no role “%(role)s” in a team.", role=str(unknown[0])[:40])
        raise InputError(words, {"roles": words})
    same = session.scalar(
        select(RosterSource).where(
            RosterSource.network_id == by.network_id, RosterSource.name == values["name"],
            RosterSource.deleted_at.is_(None),
        )
    )  # fmt: skip
    if same is not None and same is not source:
        words = _("There is a roster of this name already.")
        raise InputError(words, {"name": words})
    if source is None:
        if kind not in {rules.ONEROSTER, rules.SCIM}:
            words = _("Choose where the roster comes from.")
            raise InputError(words, {"kind": words})
        source = RosterSource(network_id=by.network_id, kind=kind)
        session.add(source)
    for name in FIELDS:
        if name in values:
            setattr(source, name, values[name])
    source.site_id = site.id if site else None
    session.flush()
    return source


def choose_columns(
    session: Session, source: RosterSource, run: ImportRun, chosen: Mapping[str, Mapping[str, str]]
) -> None:
    """Keep which column holds what; the source's files are read by it from the next time.

    Args:
        run: an import of it, which tells what columns its files have.
        chosen: file → what is kept → column.

    Raises:
        InputError: a file or a column was not there; nothing was changed.
    """
    wrong = columns.faults(run.mapping.get("headers", {}), chosen)
    if wrong:
        raise InputError(
            _("These columns can’t be kept."), {f"columns.{name}": words for name, words in wrong.items()}
        )
    source.columns = {file: dict(kept) for file, kept in chosen.items() if kept}
    session.flush()


def remove(session: Session, source: RosterSource, *, by: Actor, at: datetime) -> None:
    """Take a source away: nothing is read of it any more, its token is dead. Whom it brought in stays."""
    source.deleted_at, source.token_hash = at, None
    session.flush()


def new_source_token(session: Session, source: RosterSource, *, by: Actor, at: datetime) -> str:
    """Give a directory a token and return its text, which is shown once; the one before is dead at once.

    Raises:
        InputError: the source is no directory.
    """
    if source.kind != rules.SCIM:
        raise InputError(_("Only a directory has a token. Files need none."))
    text = new_token()
    source.token_hash = hashed(text)
    session.flush()
    return text


def map_group(
    session: Session,
    source: RosterSource,
    group: RosterGroup,
    team: Team | None,
    role: str,
    *,
    by: Actor,
    at: datetime,
) -> dict[str, list[Any]]:
    """Say which team and role a directory's group stands for, and give its people their places at once.

    Raises:
        InputError: the role is none of ours, or comes without a team.
    """
    if team is not None and role not in set(TeamRole):
        words = _("Choose a role.")
        raise InputError(words, {"role": words})
    group.team_id, group.role = (team.id, role) if team is not None else (None, "")
    group.changed_at = at
    group.version += 1
    session.flush()
    return people_services.give_places(session, source, group_services.members(session, group), at=at)
