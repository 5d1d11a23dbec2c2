"""What else is in place at the demo's sites, and how far they are with what they do; all made up."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from cycles.models import Driver
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import COTTONWOOD, HUB, SCHOOL, STATE_TEAM
from nic_platform.demo.people import PEER
from nic_platform.demo.private import keep, rating_readers
from nic_platform.demo.readers import in_network, readers, site_readers
from teams.models import Site
from variation.models import (
    Initiative,
    InitiativeDriver,
    InitiativePair,
    InitiativePlace,
    Practice,
    PracticeSite,
    Rating,
    StageEntry,
    Support,
)

# key, name, aim, owner, data, law or grant, driver (a part of its name)
_INITIATIVES = (
    ("lit", "Family literacy nights", "Families read at home three evenings a week",
     "Family engagement office", "sign-in sheets, reading logs", "Title I, part A", "language"),
    ("attend", "Every Day Counts attendance grant", "Chronic absence falls by a third in two years",
     "Attendance office", "daily attendance, call logs, reading logs", "State grant until June", "absence"),
    ("plc", "Data teams on Tuesdays", "Every grade team looks at student work each week",
     "Office of instruction", "exit tickets, benchmark scores", "District directive", "Coaching"),
    ("assess", "Interim reading screener", "Students below grade level are found by October",
     "Assessment office", "benchmark scores, screening results", "State reading law", "checks"),
    ("climate", "Welcoming schools project", "Students say that an adult knows them",
     "Student services", "climate survey", "Foundation grant", "absence"),
    ("mentor", "New teacher mentors", "New teachers stay a third year", "Human resources",
     "mentor logs, retention", "State law on induction", "Coaching"),
)  # fmt: skip
# For each school of Cottonwood Valley in turn: which of them are in place, by first letter.
_AT = ("lapsc", "lapc", "apsm", "ls", "apm", "lpsc", "asm", "lps", "lac", "pscm", "apm", "ls", "lapc", "as")
_KEYS = {"l": "lit", "a": "attend", "p": "plc", "s": "assess", "c": "climate", "m": "mentor"}
_OUTCOMES = ("better", "same", "", "same", "better", "worse", "")
_EVIDENCE = {
    "better": "Counts since October are above those of last year in most weeks.",
    "same": "The counts look as they did last year.",
    "worse": "It takes the Tuesday hour that coaching had; fewer tickets were read.",
    "": "",
}
_TEAMS = (
    "grade 3 teachers, family liaison", "front office, counselors", "grade teams, coaches",
    "assessment leads, grade teams", "counselors, student council", "",
)  # fmt: skip
WORDS = ("owner", "teams", "planned", "implemented", "tracked", "monitored", "evaluated", "evidence",
         "decision_why", "reallocate_to")  # fmt: skip
_SITE = "/practice-sites/{id}"
_LINES: Row = {
    "planned": "The office plans it in June with two principals.",
    "implemented": "Grade teams do it on Tuesdays; specialists join when they can.",
    "tracked": "A shared sheet, filled in by the secretary each week.",
    "monitored": "The assistant principal looks at the sheet once a month.",
    "evaluated": "The district writes a report in May.",
}  # fmt: skip


def build(b: Builder) -> None:
    """Add initiatives with their inventories and decisions, and two practices on their way."""
    ids = _initiatives(b)
    schools = [b.teams[name] for name, *_rest in COTTONWOOD]
    _inventories(b, ids, schools)
    _above(b, ids)
    _pairs(b, ids)
    _ticket(b, schools)
    _calls(b, schools, ids)


def _initiatives(b: Builder) -> dict[str, int]:
    at, by = b.days.at(b.days.day(9, 8)), b.people["district"]
    begins = b.days.starts_on
    rows: list[Row] = [
        {"name": name, "aim": aim, "owner": owner, "data_collected": data, "requires": law,
         "starts_on": begins, "ends_on": None}
        for _key, name, aim, owner, data, law, _driver in _INITIATIVES
    ]  # fmt: skip
    climate = rows[4]
    keep(b, "initiative", climate, ("aim", "owner", "data_collected", "requires"), "/initiatives/{id}",
         in_network())  # fmt: skip
    for row in rows:
        row.setdefault("public_id", b.uuid())
    found = dict(zip((each[0] for each in _INITIATIVES), b.add(Initiative, rows, at=at, by=by), strict=True))
    drivers = b.session.execute(
        select(Driver.id, Driver.name).where(Driver.network_id == b.network_id).order_by(Driver.id)
    ).all()
    links: list[Row] = []
    for key, *_facts, part in _INITIATIVES:
        number = next((row.id for row in drivers if part.lower() in row.name.lower()), None)
        if number is not None:
            links.append({"initiative_id": found[key], "driver_id": number, "is_strong": key != "climate"})
    b.add(InitiativeDriver, links, at=at, by=by)
    return found


def _inventories(b: Builder, ids: dict[str, int], schools: Sequence[DemoTeam]) -> None:
    """Let each school keep its own inventory; the first is whole, others have gaps as people leave them."""
    rows: list[tuple[Any, int | None, Row]] = []
    for place, (school, letters) in enumerate(zip(schools, _AT, strict=True)):
        for at, letter in enumerate(letters):
            outcome = _OUTCOMES[(place + at) % len(_OUTCOMES)]
            row = _place(ids[_KEYS[letter]], school, outcome, whole=(place + at) % 3 == 0)
            rows.append((b.days.at(b.days.day(10, 6)), school.person, row))
    decided = b.days.day(2, 10)
    _decide(rows[2][2], "reallocate", "The same hour serves coaching better: fewer teams came each month.",
            "coaching that looks at student work", decided)  # fmt: skip
    _decide(rows[0][2], "keep", "Forty families came, and they ask for the next one.", "", decided)
    _decide(rows[6][2], "stop", "The survey is given twice; the state’s own asks the same.", "",
            b.days.day(1, 21))  # fmt: skip
    whole, written = rows[2][2], iter(rows)
    whole |= {"owner": "Assistant principal", "evidence": "Fewer grade teams came each month."}
    for school, letters in zip(schools, _AT, strict=True):
        roles = site_readers(b, school)
        for _letter in letters:
            _mark(b, next(written)[2], roles, whole)
    b.add_dated(InitiativePlace, rows)


def _mark(b: Builder, row: Row, roles: Sequence[str], whole: Row | None = None) -> None:
    """Mark a record of a site: how the work is planned, or all that is written of it."""
    columns = WORDS if row is whole else ("planned",)
    keep(b, "initiative_place", row, columns, "/initiatives/places/{id}", roles)


def _place(initiative: int, team: DemoTeam, outcome: str, *, whole: bool) -> Row:
    lines = _LINES if whole else {**dict.fromkeys(_LINES, ""), "planned": _LINES["planned"]}
    return {
        "initiative_id": initiative, "site_id": team.site_id, "level": team.level, "team_id": team.id,
        "owner": "", "teams": _TEAMS[initiative % len(_TEAMS)] if whole else "", "starts_on": None,
        "ends_on": None, "outcome": outcome, "evidence": _EVIDENCE[outcome], "decision": "",
        "decision_why": "", "reallocate_to": "", "decided_on": None, **lines,
    }  # fmt: skip


def _decide(row: Row, decision: str, why: str, to: str, on: date) -> None:
    row |= {"decision": decision, "decision_why": why, "reallocate_to": to, "decided_on": on}


def _above(b: Builder, ids: dict[str, int]) -> None:
    """Let the hub and the state write down what they do themselves."""
    hub, state = b.teams[HUB], b.teams[STATE_TEAM]
    at = b.days.at(b.days.day(10, 14))
    rows = [_place(ids[key], hub, "", whole=True) for key in ("plc", "attend")]
    for row in rows:
        _mark(b, row, site_readers(b, hub))
    b.add(InitiativePlace, rows, at=at, by=hub.person)
    rows = [_place(ids[key], state, "", whole=True) for key in ("assess", "attend")]
    for row in rows:
        _mark(b, row, site_readers(b, state))
    b.add(InitiativePlace, rows, at=at, by=state.person)


def _pairs(b: Builder, ids: dict[str, int]) -> None:
    """Let schools note how two go together, and the hub see one of these its own way."""
    rows: list[Row] = []
    notes = (
        (SCHOOL, SCHOOL, "lit", "attend", "overlap",
         "Both ask families for a reading log in the same week."),
        (SCHOOL, HUB, "lit", "attend", "support", "One log serves both since January, where schools agreed."),
        (SCHOOL, SCHOOL, "plc", "assess", "support",
         "The screener’s results are what the data teams look at."),
        (PEER, PEER, "plc", "attend", "conflict", "Both want the Tuesday hour."),
    )  # fmt: skip
    for school, writer, one, two, kind, words in notes:
        first, second = sorted((ids[one], ids[two]))
        team = b.teams[school]
        row: Row = {"site_id": team.site_id, "team_id": b.teams[writer].id, "first_id": first,
                    "second_id": second, "kind": kind, "words": words}  # fmt: skip
        site = b.session.scalar(select(Site.public_id).where(Site.id == team.site_id))
        path = f"/sites/{site}/initiatives"
        rows.append(keep(b, "initiative_pair", row, ["words"], path, site_readers(b, team)))
    b.add(InitiativePair, rows, at=b.days.at(b.days.day(11, 3)), by=b.people["lead"])


# Stages by story day (month, day); schools in turn, those further down have not begun.
_WAYS: tuple[tuple[tuple[str, int, int], ...], ...] = (
    (("exploration", 8, 25), ("installation", 9, 15), ("initial", 10, 20), ("full", 2, 2)),
    (("exploration", 8, 25), ("installation", 9, 29), ("initial", 11, 10)),
    (("exploration", 9, 15), ("installation", 10, 27), ("initial", 12, 1), ("installation", 1, 26)),
    (("exploration", 10, 6),),
    (("exploration", 9, 22), ("installation", 1, 12)),
    (("exploration", 9, 8), ("installation", 10, 6), ("initial", 11, 17)),
    (("exploration", 11, 3), ("installation", 2, 9)),
    (("exploration", 9, 8), ("installation", 10, 13), ("initial", 1, 20)),
)
_SEEN = {
    "exploration": "The team asked six teachers; four see the need.",
    "installation": "Materials are there, and two coaches are trained.",
    "initial": "Half of the lessons end with a ticket; folders are uneven.",
    "full": "Nine of ten lessons for six weeks, also with a substitute.",
}


def _ticket(b: Builder, schools: Sequence[DemoTeam]) -> None:
    row: Row = {
        "team_id": None, "idea_id": b.ids["idea stem"], "initiative_id": None,
        "name": "Every lesson ends with an exit ticket",
        "description": "One stem on the last slide; every student writes; somebody reads it by Friday.",
        "helped": "Students who learn English and rarely speak in front of the class.",
        "left_out": "Students pulled out at the end of a lesson; newcomers who don’t write yet.",
        "capacity_measure_id": b.ids["CA"], "fidelity_measure_id": b.ids["ET"],
        "outcome_measure_id": b.ids["STU"],
    }  # fmt: skip
    practice = b.add(Practice, [row], at=b.days.at(b.days.day(8, 25)), by=b.people["district"])[0]
    places = _places(b, practice, schools[: len(_WAYS)])
    _stages(b, places, schools)
    _supports(b, places, schools)
    _ratings(b, practice, schools[0])


def _places(b: Builder, practice: int, schools: Sequence[DemoTeam]) -> list[int]:
    rows = []
    for place, school in enumerate(schools):
        is_zone = place < 2
        zone: Row = {
            "zone_from": b.days.day(9, 1) if is_zone else None,
            "zone_to": b.days.day(12, 19) if place == 1 else None,
            "zone_why": "Two grades and a coach who knows it; every support is there." if is_zone else "",
            "helped": "Grades 3 to 5" if is_zone else "",
            "left_out": "Two pull-out groups; they write theirs on Fridays." if place == 0 else "",
        }  # fmt: skip
        row: Row = {"practice_id": practice, "site_id": school.site_id, "team_id": school.id, **zone}
        columns = [name for name in ("zone_why", "helped", "left_out") if row[name]]
        rows.append(keep(b, "practice_site", row, columns, _SITE, site_readers(b, school)))
    return b.add(PracticeSite, rows, at=b.days.at(b.days.day(8, 25)), by=b.people["district"])


def _stages(b: Builder, places: Sequence[int], schools: Sequence[DemoTeam]) -> None:
    dated = []
    pages = _pages(b, places)
    for place, school, way in zip(places, schools, _WAYS, strict=False):
        for at, (stage, month, day) in enumerate(way):
            went_back = at > 0 and (way[at - 1][0], stage) == ("initial", "installation")
            words = "Both coaches left; it begins anew in January." if went_back else _SEEN[stage]
            row: Row = {
                "place_id": place, "stage": stage, "on": b.days.day(month, day), "evidence": words,
            }  # fmt: skip
            if at == 0:
                keep(b, "stage_entry", row, ["evidence"], pages[place], site_readers(b, school))
            row.setdefault("public_id", b.uuid())
            dated.append((b.days.at(b.days.day(month, day)), school.person, row))
    b.add_dated(StageEntry, dated)


def _supports(b: Builder, places: Sequence[int], schools: Sequence[DemoTeam]) -> None:
    states = {
        0: ("sustained", "sustained", "installed", "installed", "installed", "sustained", "missing", ""),
        1: ("installed", "sustained", "missing", "", "installed", "installed", "missing", ""),
        2: ("missing", "installed", "missing", "", "missing", "installed", "", ""),
        5: ("installed", "installed", "installed", "", "", "installed", "missing", ""),
    }  # fmt: skip
    kinds = (
        "coaching", "training", "data_systems", "selection", "fidelity", "leadership", "facilitation",
        "systems",
    )  # fmt: skip
    rows: list[Row] = [
        {
            "place_id": places[at], "kind": kind, "state": state,
            "on": b.days.day(1, 28) - timedelta(days=7 * (at % 3)),
            "evidence": "No common time left on coaching days." if state == "missing" else "",
        }
        for at, known in states.items()
        for kind, state in zip(kinds, known, strict=True)
        if state
    ]  # fmt: skip
    pages, first = _pages(b, places), {row["place_id"]: row for row in reversed(rows)}
    for at in states:
        row, roles = first[places[at]], site_readers(b, schools[at])
        keep(b, "support", row, ["evidence"], pages[places[at]], roles)
    for row in rows:
        row.setdefault("public_id", b.uuid())
    b.add(Support, rows, at=b.days.at(b.days.day(1, 28)), by=schools[0].person)


def _pages(b: Builder, places: Sequence[int]) -> dict[int, str]:
    """Return the page of a practice at each of some sites."""
    query = select(PracticeSite.id, PracticeSite.public_id).where(PracticeSite.id.in_(places))
    return {row[0]: _SITE.format(id=row[1]) for row in b.session.execute(query)}


def _ratings(b: Builder, practice: int, school: DemoTeam) -> None:
    """Let the school, the hub and a peer look at the same practice, and see it differently."""
    values = {
        SCHOOL: {"need": 5, "fit": 4, "capacity": 3, "evidence": 4, "usability": 5, "supports": 3},
        HUB: {"need": 5, "fit": 4, "capacity": 5, "evidence": 3, "usability": 4, "supports": 4},
        PEER: {"need": 4, "fit": 2, "capacity": 2, "evidence": 3, "usability": 4, "supports": 2},
    }
    why = {
        (SCHOOL, "capacity"): "Only while the coach has her Thursdays.",
        (PEER, "fit"): "Our blocks are 42 minutes; three for a ticket is a lot.",
        (HUB, "evidence"): "Eight schools, one year. Promising.",
    }
    rows: list[Row] = []
    page = b.session.scalar(select(Practice.public_id).where(Practice.id == practice))
    for name, sides in values.items():
        team = b.teams[name]
        site = team.site_id if name == PEER else school.site_id
        rows += [
            {"practice_id": practice, "site_id": site, "team_id": team.id, "kind": "fit", "side": side,
             "value": value, "on": b.days.day(1, 14), "words": why.get((name, side), "")}
            for side, value in sides.items()
        ]  # fmt: skip
        path = f"/practices/{page}/ratings"
        for row in rows[-len(sides) :]:
            if row["words"]:
                keep(
                    b,
                    "rating",
                    row,
                    ["words"],
                    path,
                    rating_readers(b, team, team if name == PEER else school),
                )
    readiness = (("know_how", 4, "Two coaches and eleven teachers could show it."),
                 ("capacity", 2, "There is no coach for the next three schools."),
                 ("willingness", 4, "Five schools asked for it."))  # fmt: skip
    rows += [
        {"practice_id": practice, "site_id": school.site_id, "team_id": b.teams[HUB].id, "kind": "readiness",
         "side": side, "value": value, "on": b.days.day(2, 3), "words": words}
        for side, value, words in readiness
    ]  # fmt: skip
    for row in rows:
        row.setdefault("public_id", b.uuid())
    b.add(Rating, rows, at=b.days.at(b.days.day(2, 3)), by=b.people["district"])


def _calls(b: Builder, schools: Sequence[DemoTeam], ids: dict[str, int]) -> None:
    """Let a school and its peer each follow a practice of their own."""
    for name, at in ((SCHOOL, 0), (PEER, 1)):
        team = b.teams[name]
        row: Row = {
            "team_id": team.id, "idea_id": None, "initiative_id": ids["attend"],
            "name": "A call home by ten o’clock" if at == 0 else "Breakfast check-ins",
            "description": "Before a second lesson is missed.", "helped": "Families who are new here.",
            "left_out": "Families without a phone.", "capacity_measure_id": None,
            "fidelity_measure_id": b.ids["CALL"], "outcome_measure_id": b.ids["ABS"],
        }  # fmt: skip
        begun, roles = b.days.at(b.days.day(1, 12)), readers(b, team)
        keep(b, "practice", row, ["description", "helped", "left_out"], "/practices/{id}", roles)
        practice = b.add(Practice, [row], at=begun, by=team.person)[0]
        place: Row = {"practice_id": practice, "site_id": team.site_id, "team_id": team.id}
        number = b.add(PracticeSite, [place], at=begun, by=team.person)
        stage: Row = {
            "place_id": number[0], "stage": "installation", "on": b.days.day(1, 12), "evidence": "",
        }  # fmt: skip
        b.add(StageEntry, [stage], at=begun, by=team.person)
        support: Row = {
            "place_id": number[0], "kind": "training", "state": "missing", "on": b.days.day(1, 12),
            "evidence": "",
        }  # fmt: skip
        b.add(Support, [support], at=begun, by=team.person)
