"""The demo's network: calendar, sites, teams, people and the links between them, sound and broken."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import update

from accounts.models import User
from nic_platform.actor import Level, TeamRole
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import (
    COTTONWOOD,
    GRADES,
    HUB,
    REGIONS,
    SCHOOL,
    STATE,
    STATE_TEAM,
    district_sizes,
    person_name,
    school_names,
)
from nic_platform.demo.people import PEOPLE, Person
from nic_platform.demo.topics import ITEMS
from teams.models import (
    CalendarSpan,
    Link,
    Membership,
    Network,
    NetworkMember,
    PeerLink,
    SchoolYear,
    Site,
    SiteClosure,
    Team,
)
from teams.rules import Competency, Function, Perspective
from teams.services import rebuild_reach

AIM = (
    "60% of students who began below grade level are proficient in reading by the end of May, in every "
    "school of "
    "the network and for every level of English."
)
LOCALES = (
    "City: small",
    "Suburb: large",
    "Suburb: midsize",
    "Town: distant",
    "Rural: fringe",
    "Rural: remote",
)
NEWEST = "Mesa Ridge Elementary"  # still at its first steps
REGIONAL = ("Eastern Plains", "San Luis", "Northern Front")


def build_network(b: Builder) -> None:
    """Create the network with its school year, breaks, testing windows and quarters."""
    at = b.days.at(b.days.starts_on - timedelta(days=60))
    row: Row = {
        "name": f"{STATE} Reading Network", "aim": AIM, "time_zone": "America/Denver", "minimum_cell": 10,
        "state_minimum_cell": 10, "help_name": "Priya Raman", "help_phone": "555-0100", "is_demo": True,
        "next_item_number": ITEMS + 1, "fiscal_month": b.days.fiscal_month,
    }  # fmt: skip
    b.network_id = b.add(Network, [row], at=at)[0]
    year = {"name": b.days.year_name, "starts_on": b.days.starts_on, "ends_on": b.days.ends_on}
    year_id = b.add(SchoolYear, [year], at=at)[0]
    b.add(
        CalendarSpan,
        [
            {"school_year_id": year_id, "kind": kind, "name": name, "starts_on": first, "ends_on": last}
            for kind, name, first, last in b.days.spans()
        ],
        at=at,
    )


class Sites:
    """The tree of places while it grows: each row is followed by its lines in the closure."""

    def __init__(self, b: Builder) -> None:
        self.b = b
        self.at = b.days.at(b.days.starts_on - timedelta(days=58))
        self.above = b.above

    def add(self, parent_id: int | None, rows: list[Row]) -> list[int]:
        """Insert sites under one parent and return their numbers."""
        full = [_site_row(parent_id, row) for row in rows]
        found = self.b.add(Site, full, at=self.at)
        for site_id in found:
            self.above[site_id] = [site_id, *(self.above[parent_id] if parent_id else [])]
        return found

    def close(self) -> None:
        """Write the closure of the whole tree."""
        lines = [
            {"above_id": above_id, "below_id": site_id, "depth": depth}
            for site_id, line in self.above.items()
            for depth, above_id in enumerate(line)
        ]
        self.b.plain(SiteClosure, lines)


def _site_row(parent_id: int | None, row: Row) -> Row:
    empty: Row = {
        "nces_id": None, "state_code": None, "city": "", "locale": "", "grades": "", "enrolment": None,
        "lunch_percent": None, "english_learner_percent": None, "is_title_one": None, "is_charter": None,
        "attributes": {},
    }  # fmt: skip
    return {"parent_id": parent_id, "state": "AL", **empty, **row}


def _school_row(b: Builder, name: str, district: int, number: int, locale: str) -> Row:
    kind = name.rsplit(" ", 1)[1]
    lunch = min(96.0, max(4.0, b.rng.gauss(48, 22)))
    return {
        "level": Level.SCHOOL, "name": name, "nces_id": f"99{district:05d}{number:05d}",
        "state_code": f"{district:04d}-{number:04d}", "locale": locale, "grades": GRADES[kind],
        "enrolment": b.rng.randint(120, 720), "lunch_percent": round(lunch, 1),
        "english_learner_percent": round(min(70.0, max(0.5, b.rng.gauss(0.4 * lunch, 9))), 1),
        "is_title_one": lunch > 45, "is_charter": b.chance(0.06),
        "attributes": {"coach_days_a_week": b.pick([0, 1, 1, 2, 2, 3, 5])},
    }  # fmt: skip


def build_sites(b: Builder) -> list[tuple[DemoTeam, str]]:
    """Create the tree of sites; return teams still to be made, each with what is wrong with it."""
    sites = Sites(b)
    state_id = sites.add(
        None, [{"level": Level.STATE, "name": STATE_TEAM, "nces_id": "99", "state_code": "AL"}]
    )[0]
    planned = [(_team(b, STATE_TEAM, Level.STATE, state_id, STATE_TEAM, ""), "")]
    names, sizes = iter(school_names(b.rng, 390)), district_sizes()
    code = 0
    for region, districts in REGIONS.items():
        region_id = sites.add(state_id, [{"level": Level.REGION, "name": f"{region} region"}])[0]
        if region in REGIONAL:
            planned.append((_team(b, f"{region} service team", Level.REGION, region_id, region, region), ""))
        for district in districts:
            code += 10
            planned += _district(b, sites, region_id, district, code, names, sizes[district])
    sites.close()
    return planned


def _district(
    b: Builder, sites: Sites, region_id: int, district: str, code: int, names: Iterable[str], size: int
) -> list[tuple[DemoTeam, str]]:
    locale = b.pick(LOCALES)
    row = {"level": Level.DISTRICT, "name": f"{district} School District", "nces_id": f"99{code:05d}",
           "state_code": f"{code:04d}", "locale": locale}  # fmt: skip
    district_id = sites.add(region_id, [row])[0]
    hub = HUB if district == "Cottonwood Valley" else f"{district} district team"
    planned = [(_team(b, hub, Level.DISTRICT, district_id, row["name"], district), _flaw(b, hub=True))]
    if district == "Cottonwood Valley":
        planned[0] = (planned[0][0], "")
        schools = [(name, staff, flaw) for name, staff, _, flaw in COTTONWOOD]
    else:
        chosen = list(islice(names, size))
        schools = [(name, b.rng.randint(7, 46), _flaw(b)) for name in chosen]
    rows = [_school_row(b, name, code, 1000 + place, locale) for place, (name, *_) in enumerate(schools)]
    for (name, staff, flaw), site_id in zip(schools, sites.add(district_id, rows), strict=True):
        if flaw != "no team":
            planned.append((_team(b, name, Level.SCHOOL, site_id, name, district, staff), flaw))
        if (flaw == "" and b.chance(0.06)) or name == SCHOOL:
            planned.append((_team(b, f"{name}, grades 4–5", Level.PRACTICE, site_id, name, district), ""))
    return planned


def _flaw(b: Builder, hub: bool = False) -> str:
    if hub:
        return "silent" if b.chance(0.08) else ""
    return str(b.rng.choices(["", "champion", "silent", "no way up", "no team"], [84, 6, 4, 2, 4])[0])


def _team(
    b: Builder, name: str, level: Level, site_id: int, site_name: str, district: str, staff: int = 0
) -> DemoTeam:
    return DemoTeam(0, b.uuid(), name, level, site_id, site_name, district, staff)


def build_teams(b: Builder, planned: list[tuple[DemoTeam, str]]) -> None:
    """Create the teams with their charters, and remember them by name."""
    at = b.days.at(b.days.starts_on - timedelta(days=50))
    rows = [_charter(b, team) for team, _ in planned]
    for (team, _), team_id in zip(planned, b.add(Team, rows, at=at), strict=True):
        team.id = team_id
        b.teams[team.name] = team
    closed = _team(b, "Old Mill Learning Center", Level.SCHOOL, planned[0][0].site_id, STATE_TEAM, "")
    row = {**_charter(b, closed), "archived_at": b.days.at(b.days.starts_on + timedelta(days=20))}
    b.add(Team, [row], at=at)


_MEETINGS = (
    (1, "Tuesdays 7:30 am, library"),
    (2, "Wednesdays 8:00 am"),
    (3, "Thursdays 3:15 pm, library"),
    (0, "Mondays 2:45 pm"),
)


def _charter(b: Builder, team: DemoTeam) -> Row:
    rhythm = (
        30
        if team.level in (Level.STATE, Level.REGION)
        else 14
        if team.level is Level.DISTRICT
        else b.pick([7, 14])
    )
    weekday, meeting = b.pick(_MEETINGS)
    if team.name in (SCHOOL, HUB):
        weekday, meeting = _MEETINGS[2] if team.name == SCHOOL else (2, "Wednesdays 8:00 am, district office")
    next_on = b.days.next(weekday) + timedelta(weeks=0 if team.name in (SCHOOL, HUB) else b.pick([0, 0, 1]))
    functions = [f.value for f in Function if b.chance(0.8)]
    if team.name in (SCHOOL, HUB):
        functions = [f.value for f in Function if f is not Function.EQUITY]
    return {
        "public_id": team.public_id, "site_id": team.site_id, "level": team.level, "rank": team.level.rank,
        "name": team.name, "rhythm_days": rhythm, "meeting": meeting, "next_meeting_on": next_on,
        "purpose": f"Put what we learn about reading into daily practice at {team.site_name}, and carry what "
                   f"stops us to "
        "those who can change it.",
        "decision_rights": "May change schedules and materials inside the team's own budget; staffing goes "
                           "up.",
        "functions": functions, "serves": "Students learning English, and all who read below grade level",
        "archived_at": None,
        "set_up_at": None if team.name == NEWEST else b.days.at(b.days.starts_on - timedelta(days=49)),
    }  # fmt: skip


def build_people(b: Builder, planned: list[tuple[DemoTeam, str]], hash_of: dict[str, str]) -> None:
    """Create everybody, and put them into teams; the thirteen with a sign-in first."""
    at = b.days.at(b.days.starts_on - timedelta(days=45))
    here = [person for person in PEOPLE if not person.elsewhere]
    rows = [_row(person.name, person.email, person.title, is_admin=person.is_admin) for person in here]
    places: list[Row] = []
    for team, flaw in planned:
        wanted = 1 if flaw == "champion" else b.rng.randint(3, 6)
        already = sum(any(name == team.name for name, _ in person.teams) for person in here)
        for place in range(max(0, wanted - already)):
            name = person_name(b.rng)
            slug = "".join(c for c in name.lower() if c.isalpha() or c == " ").replace(" ", ".")
            rows.append(_row(name, f"{slug}.{len(rows)}@altamont.example", b.pick(_TITLES)))
            lead = place == 0 and not already
            places.append(_seat(b, team, len(rows) - 1, TeamRole.LEAD if lead else TeamRole.MEMBER))
    rows.append(
        {
            **_row("Gil Renner", "gil.renner@altamont.example", "Left the network"),
            "disabled_at": b.days.ago(40),
        }
    )
    ids = b.add(User, rows, at=at)
    for place, row in enumerate(rows):
        b.names[ids[place]] = row["name"]
    for person, user_id in zip(here, ids, strict=False):
        b.people[person.role] = user_id
        b.session.execute(update(User).where(User.id == user_id).values(password_hash=hash_of[person.role]))
        places += [
            _seat(b, b.teams[name], b.people[person.role], role, known=person.title)
            for name, role in person.teams
        ]
    _seat_all(b, places, ids)
    _network_roles(b, here)


_TITLES = ("Teacher", "Teacher", "Teacher", "Principal", "Assistant principal", "Instructional coach",
           "Data lead",
           "Parent", "Reading specialist", "Counselor")  # fmt: skip


# Whose eyes somebody with a title brings.
_VOICES = {
    "family": Perspective.FAMILY, "teacher": Perspective.TEACHER, "coach": Perspective.COACH,
    "data": Perspective.DATA_LEAD, "principal": Perspective.ADMINISTRATOR, "director": Perspective.AGENCY,
}  # fmt: skip


def _row(name: str, email: str, title: str, *, is_admin: bool = False) -> Row:
    return {
        "name": name, "email": email, "title": title, "is_admin": is_admin, "disabled_at": None,
        "mail_notices": False,
    }  # fmt: skip


def _seat(b: Builder, team: DemoTeam, user: int, role: TeamRole, known: str = "") -> Row:
    every = [c.value for c in Competency]
    skills = every[:3] if known and team.name == SCHOOL else b.rng.sample(every, b.rng.randint(1, 3))
    views = b.rng.sample([p.value for p in Perspective], 1)
    if known:
        views = [voice.value for word, voice in _VOICES.items() if word in known.lower()][:1] or views
    return {
        "team": team,
        "user": user,
        "known": bool(known),
        "role": role,
        "competencies": skills,
        "perspectives": views,
    }


def _seat_all(b: Builder, places: list[Row], ids: list[int]) -> None:
    at = b.days.at(b.days.starts_on - timedelta(days=44))
    rows = []
    for place in places:
        team: Any = place.pop("team")
        user_id = place.pop("user") if place.pop("known") else ids[place.pop("user")]
        rows.append({"team_id": team.id, "user_id": user_id, **place})
        if place["role"] is TeamRole.LEAD:
            team.members.insert(0, user_id)
        elif place["role"] is TeamRole.MEMBER:
            team.members.append(user_id)
    b.add(Membership, rows, at=at)


def _network_roles(b: Builder, here: list[Person]) -> None:
    at = b.days.at(b.days.starts_on - timedelta(days=44))
    rows = [
        {"user_id": b.people[person.role], "role": role, "level": level}
        for person in here
        for role, level in person.network_roles
    ]
    b.add(NetworkMember, rows, at=at)


def build_links(b: Builder, planned: list[tuple[DemoTeam, str]]) -> None:
    """Tie each team to the one above it, except those that have no way up; some links have gone silent."""
    by_place = {(team.level, team.district): team for team, _ in planned}
    schools = {team.site_id: team for team, _ in planned if team.level is Level.SCHOOL}
    state = b.teams[STATE_TEAM]
    region_of = {district: region for region, districts in REGIONS.items() for district in districts}
    dated = []
    for team, flaw in planned:
        upper = _upper(team, by_place, schools, state, region_of)
        if upper is None or flaw == "no way up":
            continue
        team.upper_id = upper.id
        silent = b.rng.randint(61, 80) if flaw == "silent" else b.rng.randint(1, 22)
        dated.append(
            (b.days.at(b.days.starts_on - timedelta(days=30)), upper.person, _link(b, team, upper, silent))
        )
    b.add_dated(Link, dated)
    rebuild_reach(b.session, b.network_id)
    peers = sorted([b.teams[SCHOOL].id, b.teams["Bristlecone Elementary"].id])
    row = {
        "first_id": peers[0],
        "second_id": peers[1],
        "purpose": "Compare exit tickets every second Thursday",
    }
    b.add(PeerLink, [row], at=b.days.ago(90), by=b.people["lead"])


def _upper(
    team: DemoTeam,
    by_place: dict[tuple[Level, str], DemoTeam],
    schools: dict[int, DemoTeam],
    state: DemoTeam,
    region_of: dict[str, str],
) -> DemoTeam | None:
    if team.level is Level.PRACTICE:
        return schools.get(team.site_id)
    if team.level is Level.SCHOOL:
        return by_place[Level.DISTRICT, team.district]
    if team.level is Level.DISTRICT:
        return by_place.get((Level.REGION, region_of[team.district]), state)
    return state if team.level is Level.REGION else None


def _link(b: Builder, team: DemoTeam, upper: DemoTeam, silent_days: int) -> Row:
    days = {Level.DISTRICT: 10, Level.REGION: 14, Level.STATE: 21}.get(upper.level, 5)
    return {
        "lower_id": team.id, "upper_id": upper.id,
        "why": "So that what stops teachers reaches someone who can change it.",
        "what": "Barriers, solutions and successes; the status of milestones", "sender_id": team.person,
        "receiver_id": upper.person, "rhythm_days": 30, "duration": "20 minutes",
        "form": "Here, and at the monthly call",
        "promised_days": days, "answer_form": "In writing, with what changes and from when",
        "last_exchange_at": b.days.ago(silent_days),
    }  # fmt: skip
