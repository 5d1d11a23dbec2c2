"""Play a load: so many people and programs at once for some time."""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from benchmarks.load.browser import Browser, Lines
from benchmarks.load.days import OverError, Visitor, day, program
from benchmarks.load.ledger import Ledger
from benchmarks.load.stage import Person, Stage, load_now, memory, people, processor, token

LINES = 64  # that a proxy keeps to the server
WARM = 1_000  # requests, after which memory is to grow no more
SHARES = {"district": 0.15, "state": 0.05}
PROGRAMS = 0.02  # of the sessions


@dataclass(frozen=True)
class Played:
    """What a load came to."""

    ledger: Ledger
    sessions: int
    seconds: float
    server: float  # seconds of processor
    database: float
    generator: float
    before: float  # load of the machine
    after: float
    warm_at: int  # requests after which each process had met most pages and statements
    memory_before: float  # then
    memory_after: float


def play(stage: Stage, sessions: int, seconds: float, rate: float, seed: int = 7) -> Played:
    """Let *sessions* people work for some seconds, thinking so long that they ask *rate* times a second.

    With a rate of nought nobody thinks: as fast as the server answers.
    """
    rng, ledger = Random(seed), Ledger()  # noqa: S311  no secret
    many = {level: max(1, round(sessions * share)) for level, share in SHARES.items()}
    many["school"] = max(1, sessions - sum(many.values()))
    chosen = people(stage, many, rng)
    tokens = [token(stage, person) for person in chosen[: max(1, round(sessions * PROGRAMS))]]
    think = sessions / rate if rate else 0.0
    before, held = load_now(), [(0, memory(stage.gunicorn()))]
    at = processor(stage.gunicorn()), processor(stage.database()), time.process_time()
    began = time.perf_counter()
    asyncio.run(_watched(stage, held, ledger, _all(stage, chosen, tokens, ledger, rng, think, seconds)))
    took = time.perf_counter() - began
    return Played(
        ledger, sessions, took, processor(stage.gunicorn()) - at[0], processor(stage.database()) - at[1],
        time.process_time() - at[2], before, load_now(), *held[-1], memory(stage.gunicorn()),
    )  # fmt: skip


async def _watched(
    stage: Stage, held: list[tuple[int, float]], ledger: Ledger, played: Coroutine[object, object, None]
) -> None:
    """Play, and note what memory is held once the processes are warm."""
    playing = asyncio.ensure_future(played)
    while not playing.done():
        await asyncio.wait({playing}, timeout=0.5)
        if len(held) == 1 and (asked := ledger.count()) >= WARM:
            held.append((asked, memory(stage.gunicorn())))
    await playing


async def _all(
    stage: Stage, chosen: list[Person], tokens: list[str], ledger: Ledger, rng: Random, think: float,
    seconds: float,
) -> None:  # fmt: skip
    lines = Lines(stage.served.port, LINES)
    until = asyncio.get_running_loop().time() + seconds

    async def person(number: int, who: Person) -> None:
        own = Random(rng.random())  # noqa: S311
        address = f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"
        browser = Browser(lines, address, dict([who.cookie]))
        visitor = Visitor(who, browser, ledger, own, think, until)
        await asyncio.sleep(min(own.uniform(0, think), seconds))  # as if all had been here for long
        with suppress(OverError):
            if number < len(chosen):
                await day(visitor)
            visitor.browser = Browser(lines, address, token=tokens[number - len(chosen)])
            await program(visitor)

    everybody = [*chosen, *chosen[: len(tokens)]]
    done = await asyncio.gather(*(person(n, who) for n, who in enumerate(everybody)), return_exceptions=True)
    for broken in done:
        if broken is not None:
            ledger.fault(f"the benchmark itself: {broken!r}")
    lines.close()
