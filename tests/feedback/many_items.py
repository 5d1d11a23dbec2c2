"""Networks with as many reports as a test or a benchmark wants, written past the services for speed.

Part of everything belongs to another network, and about half of the reports are over, as after some years.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from accounts.models import User
from feedback.models import Answer, FeedbackItem, FeedbackStep, Theme
from nic_platform.actor import Level
from nic_platform.tables import Notice
from teams.models import Link, Membership, Network, Site, SiteClosure, Team, TeamReach
from tests import factories as make
from tests.factories import NOON, TODAY

TOPICS = (
    "iReady window collides with the English proficiency test", "Coaches are pulled to cover classes",
    "Bilingual paraprofessional posts unfilled since August", "Lesson audit cannot be exported",
    "Rural districts cannot send coaches to Tuesday training", "No exemplars for newcomers in grades 6 to 8",
    "Substitutes are refused on coaching days", "The data room is locked after three",
)  # fmt: skip
HAPPENS = "It happens every week, and we lose a morning of work each time. " * 6


@dataclass
class Crowd:
    """The network whose queue is read: its state team, somebody who works it, one hub with somebody in it."""

    network: Network
    state: Team
    hub: Team
    state_user: User
    hub_user: User
    waiting: int  # reports with the state team


def uuids(rng: Random) -> Iterator[UUID]:
    while True:
        yield UUID(int=rng.getrandbits(128), version=4)


def make_crowd(
    session: Session, items: int, *, others: int | None = None, districts: int = 40, schools: int = 20,
    at_state: float = 0.1,
) -> Crowd:  # fmt: skip
    """Write *items* reports and the teams they come from, and as many of another network.

    Args:
        others: reports of the other network, where they are not as many.
        districts: of each network, with so many *schools* in each.
        at_state: the share of a network's reports that waits with its state team; of the rest two in five
            are open.
    """
    rng = Random(5)
    first, second = (_network(session, rng, districts, schools, items) for _turn in range(2))
    first[0].waiting = _items(session, rng, *first, items, at_state)
    _items(session, rng, *second, items if others is None else others, at_state)
    return first[0]


def _edited(**more: Any) -> dict[str, Any]:
    return {"version": 1, "created_at": NOON, "updated_at": NOON, "audit_seq": 0, "audit_head": "", **more}


def _network(
    session: Session, rng: Random, districts: int, schools: int, people: int
) -> tuple[Crowd, list[tuple[int, int, int, int]]]:
    """Return a network and its schools: team, hub, district's site, and link's lower team."""
    network = make.make_network(session)
    top = make.make_site(session, network, level=Level.STATE)
    state = make.make_team(session, site=top, level=Level.STATE, name="State")
    ids = uuids(rng)

    def write(model: Any, rows: list[dict[str, Any]]) -> list[int]:
        stamped = [_edited(public_id=next(ids), network_id=network.id, **row) for row in rows]
        return list(session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), stamped))

    def sites(level: Level, parents: list[int]) -> list[int]:
        return write(
            Site,
            [{"name": f"{level.value} {n}", "level": level, "parent_id": p} for n, p in enumerate(parents)],
        )

    def teams(level: Level, of: list[int]) -> list[int]:
        rows = [{"name": f"{level.value} {n}", "level": level, "rank": level.rank, "site_id": site}
                for n, site in enumerate(of)]  # fmt: skip
        return write(Team, rows)

    district_sites = sites(Level.DISTRICT, [top.id] * districts)
    school_sites = sites(Level.SCHOOL, [site for site in district_sites for _n in range(schools)])
    hubs, school_teams = teams(Level.DISTRICT, district_sites), teams(Level.SCHOOL, school_sites)
    closure = [{"above_id": site, "below_id": site, "depth": 0} for site in (*district_sites, *school_sites)]
    closure += [{"above_id": top.id, "below_id": site, "depth": 1} for site in district_sites]
    closure += [{"above_id": district_sites[n // schools], "below_id": site, "depth": 1}
                for n, site in enumerate(school_sites)]  # fmt: skip
    session.execute(insert(SiteClosure), closure)
    up = [(team, hubs[n // schools]) for n, team in enumerate(school_teams)] + [
        (hub, state.id) for hub in hubs
    ]
    write(Link, [{"lower_id": low, "upper_id": high, "promised_days": 14} for low, high in up])
    reach = [{"above_id": high, "below_id": low, "distance": 1} for low, high in up]
    reach += [{"above_id": state.id, "below_id": low, "distance": 2} for low in school_teams]
    session.execute(insert(TeamReach), reach)
    users = _people(session, ids, people // 8)
    write(
        Membership,
        [{"team_id": rng.choice(school_teams), "user_id": user, "role": "member"} for user in users],
    )
    hub = session.get_one(Team, hubs[0])
    crowd = Crowd(network, state, hub, make.make_user(session, state), make.make_user(session, hub), 0)
    rows = [(team, hubs[n // schools], district_sites[n // schools], state.id)
            for n, team in enumerate(school_teams)]  # fmt: skip
    return crowd, rows


def _people(session: Session, ids: Iterator[UUID], many: int) -> list[int]:
    rows = [_edited(public_id=key, email=f"{key}@example.org", name=f"Person {n}")
            for n, key in zip(range(many), ids, strict=False)]  # fmt: skip
    found = list(session.scalars(insert(User).returning(User.id, sort_by_parameter_order=True), rows))
    told = [{"public_id": key, "user_id": user, "kind": "feedback.answered", "subject": "Answered",
             "created_at": NOON, "mail_after": NOON, "mail_state": "sent"}
            for user, key in zip(found * 4, ids, strict=False)]  # fmt: skip
    session.execute(insert(Notice), told)
    return found


def _items(
    session: Session, rng: Random, crowd: Crowd, schools: list[tuple[int, int, int, int]], many: int,
    at_state: float,
) -> int:  # fmt: skip
    ids, network = uuids(rng), crowd.network
    themes = [_edited(public_id=next(ids), network_id=network.id, team_id=crowd.state.id, number=n + 1,
                      title=TOPICS[n % 8], summary="", closed_at=None if n % 2 else NOON)
              for n in range(max(8, min(80, many // 40)))]  # fmt: skip
    theme_ids = list(session.scalars(insert(Theme).returning(Theme.id, sort_by_parameter_order=True), themes))
    answers = [_edited(public_id=next(ids), network_id=network.id, team_id=crowd.state.id, changes="policy",
                       text="Memo", theme_id=theme)
               for theme in [*theme_ids[::2], *[None] * (2 * many)]]  # fmt: skip
    session.execute(insert(Answer), answers)
    rows, tracks, waiting = [], [], 0
    for number in range(many):
        team, hub, district, state = rng.choice(schools)
        at, state_word = _where(rng, at_state)
        holder = {"state": state, "hub": hub, "team": team, "": None}[at]
        waiting += at == "state"
        held = TODAY - timedelta(days=min(60, int(rng.expovariate(1 / 12))))
        over = holder is None
        theme = rng.choice(theme_ids) if rng.random() < 0.9 and at != "hub" else None
        rows.append(_edited(
            public_id=next(ids), network_id=network.id, team_id=team, holder_id=holder, number=number + 1,
            theme_id=theme, kind="barrier", state=state_word, title=rng.choice(TOPICS), happens=HAPPENS,
            district_id=district, sent_at=_noon(held), sent_on=held, held_on=held,
            due_on=None if over else held + timedelta(days=21 if at == "state" else 14),
            highest_rank=4 if at == "state" or over else 2, closed_at=_noon(held) if over else None,
            lifted="yes" if over else "", answered_at=_noon(held) if state_word == "answered" else None,
        ))  # fmt: skip
        way = [team, hub, state] if at == "state" or over else [team, hub]
        tracks.append([*way, team] if at == "team" else way)
    ids_of = insert(FeedbackItem).returning(FeedbackItem.id, sort_by_parameter_order=True)
    found: list[int] = []
    for start in range(0, many, 5000):
        found += session.scalars(ids_of, rows[start : start + 5000])
    _steps(session, ids, network.id, list(zip(found, rows, tracks, strict=True)))
    return waiting


def _where(rng: Random, at_state: float) -> tuple[str, str]:
    if rng.random() < at_state:
        return "state", "waiting"
    return rng.choices(
        [("hub", "waiting"), ("team", "answered"), ("team", "asked_back"), ("", "closed")], [20, 15, 5, 60]
    )[0]


def _noon(day: date) -> datetime:
    return NOON + (day - TODAY)


def _steps(
    session: Session, ids: Iterator[UUID], network_id: int, found: list[tuple[int, dict[str, Any], list[int]]]
) -> None:
    rows = []
    for item, row, track in found:
        for position, team in enumerate(track):
            here = position == len(track) - 1 and row["closed_at"] is None
            left = None if here else row["sent_at"]
            rows.append({
                "public_id": next(ids), "network_id": network_id, "item_id": item, "position": position,
                "team_id": team, "from_id": track[position - 1] if position else None,
                "reached_at": row["sent_at"], "reached_on": row["held_on"], "left_at": left,
                "promised_on": row["due_on"], "act": "" if here else "lifted", "words": "",
            })  # fmt: skip
    for start in range(0, len(rows), 5000):
        session.execute(insert(FeedbackStep), rows[start : start + 5000])
