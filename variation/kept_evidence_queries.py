"""Reading the evidence that is kept of a large network's ideas: one row an idea, whatever it stands on."""

from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from nic_platform import looks
from nic_platform.actor import Actor
from variation.evidence_rows import Found
from variation.kept_evidence import IdeaPage, Making, read
from variation.models import LibraryEvidence, LibraryMaking


def making(session: Session, actor: Actor) -> Making | None:
    """Return when the evidence that is kept of the actor's network was worked out; one statement.

    ``None`` where nothing is kept, and where other counts than then are small enough to be hidden.
    """
    row = session.execute(_making(), {"network": actor.network_id}).one_or_none()
    if row is None or row.minimum_cell != actor.minimum_cell:
        return None
    return Making(row.made_at, frozenset(row.attributes))


@cache
def _making() -> Select[datetime, int, list[str]]:
    columns = LibraryMaking.made_at, LibraryMaking.minimum_cell, LibraryMaking.attributes
    return select(*columns).where(LibraryMaking.network_id == bindparam("network"))


def page_of(session: Session, idea_id: int) -> IdeaPage | None:
    """Return what is kept for the page of an idea that the actor may read; one statement."""
    text = session.scalar(_page(), {"idea": idea_id})
    if not text:
        return None
    page = read(IdeaPage, text)
    _note(page.found)
    return page


@cache
def _page() -> Select[str]:
    return select(LibraryEvidence.page).where(
        LibraryEvidence.idea_id == bindparam("idea"), LibraryEvidence.kind == ""
    )


def found_in(text: str) -> Found:
    """Return what a list tells of an idea, from how it is kept."""
    found = read(Found, text)
    _note(found)
    return found


def _note(found: Found) -> None:
    """Say that figures of students are shown, as the rules of small cells say it where they are made."""
    if found.judged is not None and found.judged.counts_students and found.known:
        looks.note()
