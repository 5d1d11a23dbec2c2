"""Which of a network's places a roster's organisations are, and making those that are missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import Level
from nic_platform.text import _
from rosters import queries, rules
from rosters.models import RosterPlace, RosterSource
from rosters.oneroster import OrgRow, Reading
from teams.models import Site
from teams.services import move_site, place_site


@dataclass(frozen=True)
class Match:
    """An organisation and the place it is: a known one, a new one, or none and why."""

    org: OrgRow
    site_id: int | None
    is_new: bool = False
    note: str = ""


@dataclass
class Matches:
    """What became of the organisations of a roster, by their ids."""

    found: dict[str, Match] = field(default_factory=dict)

    def count(self, *, new: bool) -> int:
        """Return how many places are new, or how many are known."""
        return sum(1 for each in self.found.values() if each.is_new == new and (new or each.site_id))


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def match(session: Session, source: RosterSource, reading: Reading) -> Matches:
    """Say which place each organisation is: known before, by code, or by name below its parent.

    Two statements.

    A school or district that is not there is new where its parent is known, or where the source answers for a
    place that it can lie in. Departments, classes and what is gone are no places.
    """
    known = queries.places_of(session, source)
    sites = queries.sites_in_scope(session, source)
    by_id = {site.id: site for site in sites}
    codes = {code.casefold(): site.id for site in sites for code in (site.nces_id, site.state_code) if code}
    names: dict[tuple[str, str, int | None], list[int]] = {}
    for site in sites:
        names.setdefault((site.level.value, _plain(site.name), site.parent_id), []).append(site.id)
        names.setdefault((site.level.value, _plain(site.name), None), []).append(site.id)
    done = Matches()
    for org in sorted(reading.orgs, key=lambda org: -_rank(org)):
        level = rules.level_of(org.kind)
        if level is None or org.is_gone:
            continue
        old = known.get(org.id)
        if old is not None and old.site_id in by_id:
            done.found[org.id] = Match(org, old.site_id)
            continue
        parent = done.found.get(org.parent)
        at = codes.get(org.identifier.casefold()) if org.identifier else None
        if at is not None:
            done.found[org.id] = Match(org, at)
            continue
        done.found[org.id] = _by_name(source, org, level, parent, names, by_id)
    return done


def _rank(org: OrgRow) -> int:
    level = rules.level_of(org.kind)
    return Level(level).rank if level else -1


def _by_name(
    source: RosterSource, org: OrgRow, level: str, parent: Match | None,
    names: dict[tuple[str, str, int | None], list[int]], by_id: dict[int, queries.KnownSite],
) -> Match:  # fmt: skip
    below = parent.site_id if parent and parent.site_id else None
    same = names.get((level, _plain(org.name), below), [])
    if len(set(same)) == 1:
        return Match(org, same[0])
    if len(set(same)) > 1:
        return Match(org, None, note=_("Several places are called so. Give it its NCES id as identifier."))
    if parent is not None and parent.is_new:
        return Match(org, None, is_new=True)
    home = by_id.get(below or source.site_id or 0)
    if home is not None and home.level.rank > Level(level).rank:
        return Match(org, None, is_new=True)
    return Match(org, None, note=_("It lies in no place that we know. Import the places first."))


def write_places(
    session: Session, source: RosterSource, matches: Matches, *, at: datetime
) -> tuple[dict[str, RosterPlace], list[str]]:
    """Keep which place each organisation is, and add the places that are new.

    Returns:
        The kept organisations by id, and the ids of the places that were added.
    """
    kept = queries.places_of(session, source)
    made: list[str] = []
    numbers: dict[str, int | None] = {}
    order: Sequence[Match] = sorted(matches.found.values(), key=lambda each: -_rank(each.org))
    for each in order:
        number = each.site_id
        if each.is_new:
            parent = numbers.get(each.org.parent) or source.site_id
            site = _add_site(session, source, each.org, parent)
            number = site.id
            made.append(str(site.public_id))
        numbers[each.org.id] = number
        place = kept.get(each.org.id)
        if place is None:
            place = RosterPlace(network_id=source.network_id, source_id=source.id, external_id=each.org.id)
            session.add(place)
            kept[each.org.id] = place
        place.site_id, place.kind, place.name = number, each.org.kind[:20], each.org.name
        place.note = each.note
    session.flush()
    return kept, made


def _add_site(session: Session, source: RosterSource, org: OrgRow, parent: int | None) -> Site:
    """Add a place; one that an undo took away comes back."""
    level, nces = Level(rules.level_of(org.kind) or "school"), _nces(org)
    gone = select(Site).where(
        Site.network_id == source.network_id, Site.deleted_at.is_not(None), Site.level == level,
        Site.nces_id == nces if nces else (Site.name == org.name[:160]) & (Site.parent_id == parent),
    )  # fmt: skip
    site = session.scalar(gone.order_by(Site.id).limit(1))
    if site is not None:
        site.deleted_at, site.name = None, org.name[:160]
        session.flush()
        if site.parent_id != parent:
            move_site(session, site, parent)
        return site
    site = Site(
        network_id=source.network_id, parent_id=parent, level=level, name=org.name[:160], nces_id=nces
    )
    session.add(site)
    session.flush()
    place_site(session, site)
    return site


def _nces(org: OrgRow) -> str | None:
    """Return an identifier that can be an NCES id: twelve digits of a school, seven of a district."""
    length = 12 if rules.level_of(org.kind) == "school" else 7
    text = org.identifier
    return text if text.isascii() and text.isdigit() and len(text) == length else None
