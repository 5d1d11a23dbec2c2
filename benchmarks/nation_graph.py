"""Answer every question about the links of a whole nation's teams, and say what it cost.

    python benchmarks/nation_graph.py DIRECTORY.csv.gz [DATABASE_URL]

One state team a state, one district team a district, one school team a school; three people in each (one in
every seventh); a link up from each but every 97th school; every 13th link has been silent too long. Prints
seconds by step and the largest memory held (RSS).
"""

import csv
import gzip
import io
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform import clock
from nic_platform.actor import Actor, Level, TeamRole
from nic_platform.app import create_app
from nic_platform.database import db, transaction
from teams import graph_answers, graph_queries, link_services
from teams.graph import TeamGraph
from teams.models import Link, Membership, Network, Site, SiteClosure, Team, TeamReach
from teams.services import rebuild_reach

Place = tuple[str, str, Level, str]  # key, name, level, key of the place around it
CHUNK = 5000


def places_of(lines: Iterable[Mapping[str, str]]) -> list[Place]:
    """Return the states, districts and schools of a directory, those around others first."""
    states: dict[str, Place] = {}
    districts: dict[str, Place] = {}
    schools: list[Place] = []
    for line in lines:
        state, district = line["state_location"], line["leaid"]
        states.setdefault(state, (state, f"State of {state}", Level.STATE, ""))
        districts.setdefault(district, (district, line["lea_name"][:160], Level.DISTRICT, state))
        schools.append((line["ncessch"], line["school_name"][:160], Level.SCHOOL, district))
    return [*states.values(), *districts.values(), *schools]


def fill(session: Session, places: list[Place], at: datetime, first: int = 1) -> int:
    """Write a network with a team at every place, numbered from *first* on, and return its number."""
    network = Network(name="Nation", created_at=at, updated_at=at)
    people = [User(name=f"Person {n}", email=f"p{n}@nation.example") for n in range(3)]
    session.add_all([network, *people])
    session.flush()
    own = {"network_id": network.id, "created_at": at, "updated_at": at}
    ids = {place[0]: number for number, place in enumerate(places, start=first)}
    _write(session, Site, (_site(own, ids, place) for place in places))
    _write(session, SiteClosure, _closure(ids, places))
    _write(session, Team, (_team(own, ids, place) for place in places))
    _write(session, Membership, _members(own, ids, [person.id for person in people]))
    _write(session, Link, _links(own, ids, places, at))
    rebuild_reach(session, network.id)
    return network.id


def _write(session: Session, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == CHUNK:
            session.execute(insert(model), waiting)
            waiting = []
    if waiting:
        session.execute(insert(model), waiting)


def _site(own: dict[str, Any], ids: Mapping[str, int], place: Place) -> dict[str, Any]:
    key, name, level, around = place
    columns = {"id": ids[key], "public_id": uuid4(), "name": name, "level": level}
    return (
        own | columns | {"parent_id": ids.get(around), "nces_id": key if level is not Level.STATE else None}
    )


def _closure(ids: Mapping[str, int], places: list[Place]) -> Iterator[dict[str, Any]]:
    around = {place[0]: place[3] for place in places}
    for key, _name, _level, _around in places:
        above, depth = key, 0
        while above:
            yield {"above_id": ids[above], "below_id": ids[key], "depth": depth}
            above, depth = around[above], depth + 1


def _team(own: dict[str, Any], ids: Mapping[str, int], place: Place) -> dict[str, Any]:
    key, name, level, _around = place
    columns = {"id": ids[key], "public_id": uuid4(), "site_id": ids[key], "level": level, "rank": level.rank}
    return own | columns | {"name": name, "functions": ["analysis"]}


def _members(own: dict[str, Any], ids: Mapping[str, int], people: list[int]) -> Iterator[dict[str, Any]]:
    for number in ids.values():
        for person in people[: 3 if number % 7 else 1]:
            yield own | {
                "public_id": uuid4(), "team_id": number, "user_id": person, "role": TeamRole.MEMBER,
            }  # fmt: skip


def _links(
    own: dict[str, Any], ids: Mapping[str, int], places: list[Place], at: datetime
) -> Iterator[dict[str, Any]]:
    for key, _name, level, around in places:
        number = ids[key]
        if around and not (level is Level.SCHOOL and number % 97 == 0):
            last = at - timedelta(days=3 if number % 13 else 100)
            yield own | {
                "public_id": uuid4(), "lower_id": number, "upper_id": ids[around], "last_exchange_at": last,
            }  # fmt: skip


def questions(graph: TeamGraph) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Give each question of the graph by name, with the work that answers it."""
    somebody = list(graph.nodes)[-1]
    yield "the way from a team to the state", lambda: graph.path_sentence(somebody)
    for question, words in graph_answers.question_words().items():
        asked = graph_answers.Question(question)
        yield words, lambda asked=asked: graph_answers.answer(graph, asked).sentence  # type: ignore[misc]
    top = min(graph.tops)
    yield "the teams below one", lambda: graph.below_sentence(top)
    yield "the flag of every team", lambda: f"{len(graph.flags):,} flags"


def relink(network_id: int, top: int) -> None:
    """Take the largest district's link to *top* away and bring it back; the closure follows."""
    actor = Actor(1, network_id=network_id)
    with transaction() as current:
        below = (
            select(TeamReach.above_id, func.count().label("teams")).group_by(TeamReach.above_id).subquery()
        )
        query = select(Link).join(below, below.c.above_id == Link.lower_id).where(Link.upper_id == top)
        link = current.scalars(query.order_by(below.c.teams.desc()).limit(1)).one()
        when: dict[str, Any] = {"by": actor, "at": clock.now()}
        _timed("remove a large district's link", lambda: link_services.remove_link(current, link, **when))
        _timed("bring it back", lambda: link_services.return_link(current, link, **when))


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path) as stream:
        yield from csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8", newline=""))


def _timed(name: str, work: Callable[[], Any]) -> Any:
    started, cpu = time.perf_counter(), time.process_time()
    found = work()
    took, used = time.perf_counter() - started, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = f": {found}" if isinstance(found, str) else ""
    click.echo(f"{took:6.2f} s ({used:5.2f} s of processor), {memory:5,.0f} MB  {name}{said}")
    return found


def main(path: Path, url: str | None) -> None:
    """Fill a database from *path*, then load the graph and ask it everything."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"SQLALCHEMY_DATABASE_URI": url} if url else None, environ={"NIC_DATA_DIR": folder})
        with app.app_context():
            db.create_all()
            at = clock.now()
            places = _timed("read the directory", lambda: places_of(_lines(path)))
            with transaction() as current:
                network_id = _timed("write teams and links", lambda: fill(current, places, at))
            actor = Actor(1, network_id=network_id)
            today = clock.today(actor.time_zone)
            with transaction() as current:
                picture = _timed("load", lambda: graph_queries.whole_picture(current, actor, today))
                graph = picture.graph
                click.echo(f"{len(graph.nodes):,} teams, {len(graph.edges):,} links")
                for name, work in questions(graph):
                    _timed(name, work)
                _timed("load again", lambda: graph_queries.whole_picture(current, actor, today))
            relink(network_id, min(graph.tops, key=lambda team: -graph.load(team).teams_below))
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
