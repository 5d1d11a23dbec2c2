"""Each goal of speed beside its figure: ratios to the least that a page can cost, from the same run."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random

from benchmarks.load.browser import Answer, Browser, Fields, Lines, filled
from benchmarks.load.crowded import bring_in, on_postgresql, on_sqlite
from benchmarks.load.days import UUID
from benchmarks.load.ledger import middle
from benchmarks.load.play import Played
from benchmarks.load.stage import (
    PROCESSES,
    Person,
    Stage,
    children,
    memory,
    on_stage,
    people,
    processor,
    token,
)
from benchmarks.load.town import PASSWORD
from nic_platform.serving import FRUGAL
from tests.running import ROOT

TIMES = {"team page": 10, "hub, its team page": 10, "plan page": 10, "PDSA page": 10, "hub, this week": 20}
ROUNDS = 4
WARM = 30  # requests before what counts: each process has its statements ready
Ask = Callable[[], Awaitable[Answer]]


@dataclass(frozen=True)
class Goal:
    """A figure with its bound; ``cost`` in milliseconds of processor, where it is of a page."""

    name: str
    words: str
    bound: str
    holds: bool
    cost: float = 0.0


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor for one request, and the statements it asked."""

    server: float
    database: float
    statements: int
    size: int

    @property
    def both(self) -> float:
        """Return what server and database took together."""
        return self.server + self.database


@contextmanager
def _alone(stage: Stage) -> Iterator[None]:
    """Hold the worker still meanwhile."""
    if stage.worker:
        os.kill(stage.worker.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        if stage.worker:
            os.kill(stage.worker.pid, signal.SIGCONT)


class Meter:
    """Counts the processor's time of some requests, in rounds by turns with all others."""

    def __init__(self, stage: Stage, turns: int) -> None:
        self.stage, self.turns = stage, max(1, turns // ROUNDS)
        self.asks: dict[str, tuple[Ask, bool, tuple[int, ...]]] = {}
        self.rounds: dict[str, list[Cost]] = {}

    def add(self, name: str, ask: Ask, *, floor: bool = False, wanted: Sequence[int] = (200,)) -> None:
        """Measure *ask* under a name; *floor* says that the bare application answers."""
        self.asks[name] = (ask, floor, tuple(wanted))

    async def run(self) -> dict[str, Cost]:
        """Return the middle of the rounds of each."""
        for ask, _floor, wanted in self.asks.values():
            for _turn in range(WARM):
                self._check(await ask(), wanted)
        for _round in range(ROUNDS):
            for name, (ask, floor, wanted) in self.asks.items():
                self.rounds.setdefault(name, []).append(await self._turns(ask, floor, wanted))
        return {name: _middle(rounds) for name, rounds in self.rounds.items()}

    async def _turns(self, ask: Ask, floor: bool, wanted: Sequence[int]) -> Cost:
        main = self.stage.floor.pid
        server = [main, *children(main)] if floor else self.stage.gunicorn()
        database = self.stage.database()
        before = processor(server), processor(database)
        answer = Answer(0, {}, b"", 0)
        for _turn in range(self.turns):
            answer = await ask()
            self._check(answer, wanted)
        used = processor(server) - before[0], processor(database) - before[1]
        told = int(answer.headers.get("x-sql-statements", "0"))
        each = 1000 / self.turns
        return Cost(used[0] * each, used[1] * each, told, len(answer.body))

    @staticmethod
    def _check(answer: Answer, wanted: Sequence[int]) -> None:
        if answer.status not in wanted:
            raise AssertionError(f"{answer.status}: {answer.text[:300]}")


def _middle(rounds: Sequence[Cost]) -> Cost:
    return Cost(
        middle([each.server for each in rounds]), middle([each.database for each in rounds]),
        max(each.statements for each in rounds), rounds[-1].size,
    )  # fmt: skip


# ---------------------------------------------------------------- what is measured


async def costs(stage: Stage, turns: int) -> dict[str, Cost]:
    """Return what each page and write costs, and the floor's."""
    school, hub, state = people(stage, {"school": 1, "district": 1, "state": 1}, Random(5))  # noqa: S311
    meter, lines, below = Meter(stage, turns), Lines(stage.served.port, 4), Lines(stage.floor_port, 4)
    _floor(meter, Browser(below, "10.9.9.9"))
    await _pages(meter, Browser(lines, "10.9.9.1", dict([school.cookie])), school)
    _dashboards(meter, Browser(lines, "10.9.9.2", dict([hub.cookie])), hub)
    _state(meter, Browser(lines, "10.9.9.3", dict([state.cookie])))
    _programs(meter, Browser(lines, "10.9.9.4", token=token(stage, hub)))
    _sign_in(meter, lines, school)
    found = await meter.run()
    lines.close()
    below.close()
    return found


def _floor(meter: Meter, browser: Browser) -> None:
    rng = Random(1)  # noqa: S311
    kind: Fields = [("name", "Something new"), ("words", "A sentence or two about it.")]
    meter.add("floor: one query", lambda: browser.get(f"/item/{rng.randint(1, 100_000)}"), floor=True)
    meter.add("floor: list of 100", lambda: browser.get(f"/list/{rng.randint(1, 999)}"), floor=True)
    meter.add("floor: create", lambda: browser.post("/create", kind), floor=True, wanted=(303,))


async def _pages(meter: Meter, browser: Browser, school: Person) -> None:
    plan = (await browser.get("/plan")).headers.get("location", "/plan")
    board = await browser.get(plan)
    milestone = board.links(rf"/milestones/{UUID}")[0]
    cycle = (await browser.get("/cycles")).links(rf"/cycles/{UUID}")[0]
    for name, path in (
        ("team page", f"/teams/{school.team}"), ("plan page", plan), ("milestone page", milestone),
        ("PDSA page", cycle), ("this week", "/"), ("log", "/log"), ("cycles, list", "/cycles"),
    ):  # fmt: skip
        meter.add(name, _getter(browser, path))
    form = await browser.get(f"{milestone}/measure")
    fields = next(fields for _where, fields in form.forms() if "population" in dict(fields))
    typed = filled(fields, count="9", population="20", same_day="both", note="Measured")
    meter.add("write: a measurement", _poster(browser, f"{milestone}/measure", typed), wanted=(303,))
    shown = await browser.get(cycle)
    where, said = next((w, f) for w, f in shown.forms() if w.endswith("/notes"))
    note = filled(said, text="Measured")
    meter.add("write: a note", _poster(browser, where, note), wanted=(303,))


def _getter(browser: Browser, path: str) -> Ask:
    return lambda: browser.get(path)


def _poster(browser: Browser, path: str, fields: Fields) -> Ask:
    """Send the form each time as whoever has just opened it.

    Nobody opens the page that a write leads to, and what it would say there would pile up in the cookie.
    """
    kept = dict(browser.cookies)
    return lambda: replace(browser, cookies=dict(kept)).post(path, fields)


def _dashboards(meter: Meter, browser: Browser, hub: Person) -> None:
    for name, path in (
        ("hub, this week", "/"), ("hub, course of its schools", "/course"), ("hub, compare", "/compare"),
        ("hub, its team page", f"/teams/{hub.team}"),
        ("hub, queue of reports, list", "/feedback/queue/items"),
    ):  # fmt: skip
        meter.add(name, _getter(browser, path))


def _state(meter: Meter, browser: Browser) -> None:
    for name, path in (
        ("state, this week", "/"), ("state by district", "/compare/places?by=district"),
        ("state, queue of reports, list of 50", "/feedback/queue/items"),
        ("state, teams, list", "/network/teams"),
    ):  # fmt: skip
        meter.add(name, _getter(browser, path))


def _programs(meter: Meter, browser: Browser) -> None:
    for what in ("feedback", "cycles", "teams"):
        meter.add(f"API, {what}, list of 100", _getter(browser, f"/api/v1/{what}?limit=100"))


def _sign_in(meter: Meter, lines: Lines, person: Person) -> None:
    count = iter(range(10**6))

    async def once() -> Answer:
        number = next(count)
        browser = Browser(lines, f"10.8.{number // 50}.{number % 50}")
        form = await browser.get("/sign-in")
        fields = next(fields for _where, fields in form.forms() if dict(fields).get("csrf_token"))
        email = f"p{person.user_id + number % 9}@load.example"
        return await browser.post("/sign-in", filled(fields, email=email, password=PASSWORD))

    async def form() -> Answer:
        return await Browser(lines, "10.8.255.1").get("/sign-in")

    meter.add("sign-in form", form)
    meter.add("sign-in, with its form", once, wanted=(303,))


def _hash_cost() -> float:
    """Return what a check costs where memory is given back at once: its 19 MB are made anew."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.load.hashing"],
        cwd=ROOT, env={**os.environ, **FRUGAL}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return float(told.stdout)


# ---------------------------------------------------------------- the goals


def measure(stage: Stage, turns: int) -> list[Goal]:
    """Return each goal that one person alone shows."""
    with _alone(stage):
        found = asyncio.run(costs(stage, turns))
    return _judged(found)


def _judged(found: dict[str, Cost]) -> list[Goal]:
    one, hundred, create = (found[f"floor: {name}"].both for name in ("one query", "list of 100", "create"))
    goals = [
        Goal(name, f"{cost.server:.1f} + {cost.database:.1f} ms", "", True, cost.both)
        for name, cost in found.items()
        if name.startswith("floor")
    ]
    for name, cost in found.items():
        if name.startswith(("floor", "sign-in")):
            continue
        if name.startswith("write"):
            floor, times, what = create, 6, "floor create"
        elif "list" in name:
            floor, times, what = hundred, 5, "floor list"
        else:
            floor, times, what = one, TIMES.get(name, 0), "one query"
        goals.append(_ratio(name, cost, floor, times, what))
    goals.append(_state_goal(found["state by district"]))
    goals.append(_statements(found))
    goals.append(_sign_in_goal(found))
    return goals


def _ratio(name: str, cost: Cost, floor: float, times: int, what: str) -> Goal:
    ratio = cost.both / floor
    words = f"{cost.server:.1f} + {cost.database:.1f} ms: {ratio:.1f}x"
    bound = f"{times}x {what}" if times else ""
    return Goal(name, words, bound, not times or ratio <= times, cost.both)


def _state_goal(cost: Cost) -> Goal:
    words = f"{cost.database:.1f} ms"
    return Goal("variation across a state by district, database", words, "50 ms", cost.database <= 50)


def _statements(found: dict[str, Cost]) -> Goal:
    pages = [
        cost.statements for name, cost in found.items() if not name.startswith(("floor", "write", "sign-in"))
    ]
    return Goal("statements of a page, most", str(max(pages)), "20", max(pages) <= 20)


def _sign_in_goal(found: dict[str, Cost]) -> Goal:
    kept = _hash_cost()
    beyond = found["sign-in, with its form"].both - found["sign-in form"].both - kept
    words = f"{beyond:.1f} ms beyond a hash of {kept:.0f} ms"
    return Goal("sign-in", words, "10 ms beyond, hash 30 to 60 ms", beyond <= 10, beyond + kept)


def crowded(stage: Stage, writes: int, rows: int) -> list[Goal]:
    """Return the goals of sixteen writers at once with so many writes, and of an import of so many rows."""
    goals = []
    crowds = [("PostgreSQL", on_postgresql(stage, writes)), ("SQLite", on_sqlite(writes))] if writes else []
    for name, wrote in crowds:
        words = f"{wrote.a_second:.0f} a second; {sum(wrote.errors.values())} errors {wrote.errors or ''}, "
        words += f"{wrote.lost} lost, "
        words += f"{wrote.twice} twice"
        holds = not (wrote.errors or wrote.lost or wrote.twice)
        goals.append(Goal(f"16 writers, {name}, {writes:,} writes", words, "0 errors, 0 lost", holds))
    if rows:
        seconds, work, _places = bring_in(stage, rows)
        words = f"{seconds:.0f} s by the clock, {work:.0f} s of processor"
        bound = 60 * rows / 100_000
        goals.append(Goal(f"import of {rows:,} rows", words, f"{bound:.0f} s", work <= bound))
    return goals


def after(stage: Stage, played: Played) -> list[Goal]:
    """Return the goals that a load shows: memory."""
    asked = played.ledger.count() - played.warm_at
    grown = 100 * (played.memory_after / played.memory_before - 1)
    held = memory(stage.gunicorn())
    later = f"memory after {asked:,} requests more than the first {played.warm_at:,}"
    return [
        Goal(f"memory of {PROCESSES} processes", f"{held:.0f} MiB", "200 MiB", held <= 200),
        Goal(later, f"{grown:+.1f} %", "+5 % after 10,000", grown <= 5),
    ]


def at_size(schools: int) -> list[Goal]:
    """Return what pages cost in a network of so many schools."""
    with on_stage(schools, with_worker=False) as stage:
        return _judged(asyncio.run(costs(stage, 40)))
