"""Which place of a network a row of an agency's table is about: by its codes, or else by its name. Pure.

Codes are sure, names are not: two agencies write a district's name in two ways, and a hundred schools of a
state share theirs. So a place that is known by its name alone, or by its own code in another district than
the table says, counts only once somebody has looked at it and said that it is right.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from measures.state_rows import Place
from nic_platform.text import _


@dataclass(frozen=True)
class Site:
    """A place of the network. ``district`` is the number of the place that it lies in."""

    id: int
    level: str
    name: str
    nces_id: str
    state_code: str
    district: int | None


class How(StrEnum):
    """By what a place was known."""

    CODE = "code"
    MOVED = "moved"  # its own code, in another district than the table says
    NAME = "name"

    @property
    def is_sure(self) -> bool:
        """Say whether nobody has to look at it."""
        return self is How.CODE


@dataclass(frozen=True)
class Match:
    """The place that a row is about. ``is_renamed``: the network has it under another name."""

    site: Site
    how: How
    is_renamed: bool = False


_DROPPED = re.compile(r"\b(school|schools|district|no|number|sd|unified|public|the)\b")


def plain(name: str) -> str:
    """Return a name as names are compared: without case, signs and the words that every name has."""
    words = re.sub(r"[^a-z0-9]+", " ", name.lower().replace("&", " and "))
    return "".join(_DROPPED.sub(" ", words).split())


class Register:
    """The places of a network, found by what a table says of them."""

    def __init__(self, sites: Iterable[Site]) -> None:
        """Take every place; those that share a name are found by none."""
        self.by_nces: dict[tuple[str, str], Site] = {}
        self.by_code: dict[tuple[str, str], Site] = {}
        self.alone: dict[str, list[Site]] = {}
        self.by_name: dict[tuple[str, str], list[Site]] = {}
        self.districts: dict[int, Site] = {}
        for site in sites:
            if site.nces_id:
                self.by_nces[site.level, site.nces_id] = site
            if site.state_code:
                self.by_code[site.level, site.state_code] = site
                if site.level == "school":
                    self.alone.setdefault(site.state_code.rpartition("-")[2], []).append(site)
            if site.level != "school":
                self.districts[site.id] = site
            self.by_name.setdefault((site.level, plain(site.name)), []).append(site)

    def find(self, place: Place) -> Match | str:
        """Return the place of the network that a row is about, or a sentence that says why there is none."""
        found = self._by_codes(place) or self._by_name(place)
        if found is not None:
            site, how = found
            name = place.school_name if place.level == "school" else place.district_name
            return Match(site, how, bool(name) and plain(name) != plain(site.name))
        if place.level == "school":
            return _(
                "The network has no such school. It may have closed or be new: import the schools of this "
                "year, or leave the row out."
            )
        return _("The network has no such district. Import it with its schools, or leave the row out.")

    def _by_codes(self, place: Place) -> tuple[Site, How] | None:
        nces = place.school_nces if place.level == "school" else place.district_nces
        site = self.by_nces.get((place.level, nces)) if nces else None
        if site is not None:
            return site, How.CODE
        if place.level != "school":
            site = self.by_code.get((place.level, place.district_code)) if place.district_code else None
            return (site, How.CODE) if site is not None else None
        code, district = place.school_code, place.district_code
        if not code:
            return None
        site = self.by_code.get(("school", f"{district}-{code}")) or self.by_code.get(("school", code))
        if site is not None:
            return site, How.CODE
        others = self.alone.get(code, [])
        return (others[0], How.MOVED if district else How.CODE) if len(others) == 1 else None

    def _by_name(self, place: Place) -> tuple[Site, How] | None:
        """Find a place by its name, in the district that the row names; never by a name that two share."""
        name = place.school_name if place.level == "school" else place.district_name
        if not plain(name):
            return None
        found = self.by_name.get((place.level, plain(name)), [])
        if place.level == "school" and len(found) > 1:
            found = [site for site in found if self._lies_in(site, place)]
        return (found[0], How.NAME) if len(found) == 1 else None

    def _lies_in(self, site: Site, place: Place) -> bool:
        district = self.districts.get(site.district or 0)
        if district is None:
            return False
        if place.district_code and place.district_code == district.state_code:
            return True
        if place.district_nces and place.district_nces == district.nces_id:
            return True
        return bool(plain(place.district_name)) and plain(place.district_name) == plain(district.name)


def unsure_words(places: Mapping[Place, Match], limit: int = 50) -> list[dict[str, str]]:
    """Return the places that somebody has to look at, as pages list them: as the table has it, as the network
    has it, and why it is asked.
    """
    found = []
    for place, match in places.items():
        if match.how.is_sure:
            continue
        name = place.school_name if place.level == "school" else place.district_name
        code = place.school_code if place.level == "school" else place.district_code
        why = _("known by its name alone") if match.how is How.NAME else _("in another district here")
        told = ", ".join(part for part in (name, code, place.district_name) if part)
        found.append({"told": told, "name": match.site.name, "code": match.site.state_code, "why": why})
    return found[:limit]
