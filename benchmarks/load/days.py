"""What people of a school, a hub and the state do in a day, request by request, and what programs do."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urljoin

from benchmarks.load.browser import Answer, Browser, filled
from benchmarks.load.ledger import Kind, Ledger
from benchmarks.load.stage import Person, as_json
from benchmarks.load.town import PASSWORD
from nic_platform import clock

UUID = r"[0-9a-f-]{36}"
_OPTION = re.compile(rf'<option value="({UUID})"')
_BOX = re.compile(rf'name="milestones"[^>]*value="({UUID})"')
Act = Callable[["Visitor"], Awaitable[None]]


class OverError(Exception):
    """The time is up."""


@dataclass
class Visitor:
    """Somebody at work: a browser, what they saw last of each kind, and how long they think."""

    person: Person
    browser: Browser
    ledger: Ledger
    rng: Random
    think: float  # seconds between two requests, on average
    until: float  # by the clock of the loop
    seen: dict[str, list[str]] = field(default_factory=dict)
    asked: int = 0

    async def pause(self) -> None:
        """Think."""
        loop = asyncio.get_running_loop()
        if self.asked and self.think:
            wanted = min(self.rng.expovariate(1 / self.think), 5 * self.think)
            await asyncio.sleep(min(wanted, max(0.0, self.until - loop.time())))
        self.asked += 1
        if loop.time() >= self.until:
            raise OverError

    async def read(self, kind: Kind, name: str, path: str) -> Answer:
        """Open a page after some thought, and remember where it leads."""
        await self.pause()
        answer = await self.browser.get(path)
        if answer.status == 303:  # where the address is that of something else, as a plan's
            answer = await self.browser.get(answer.headers["location"])
        self.ledger.note(kind, name, answer)
        for what in ("milestones", "cycles", "feedback", "teams", "ideas", "themes", "measures", "plans"):
            if found := answer.links(rf"/{what}/{UUID}"):
                self.seen[what] = found
        return answer

    async def write(self, name: str, page: Answer, action: str, mark: str, /, **typed: str) -> Answer | None:
        """Fill in a form of a page and send it after some thought; what is taken is owed by the server."""
        forms = [each for each in page.forms() if re.search(action, each[0] or self.browser.at)]
        if not forms:
            return None
        where, fields = max(forms, key=lambda each: len(each[1]))  # the masthead has forms too
        await self.pause()
        path = urljoin(self.browser.at, where).removeprefix("https://load.example")
        answer = await self.browser.post(path or self.browser.at, filled(fields, **typed))
        if answer.status == 409:
            self.ledger.refused[name] += 1
        if self.ledger.note(Kind.WRITE, name, answer, (303, 409)) and answer.status == 303:
            self.ledger.acknowledged[name].append(mark)
            return answer
        return None

    @property
    def today(self) -> str:
        """Return the day, as forms take it."""
        return clock.today("America/Denver").isoformat()

    def one(self, what: str) -> str | None:
        """Return one of the addresses seen of a kind."""
        return self.rng.choice(self.seen[what]) if self.seen.get(what) else None


def page(kind: Kind, name: str, path: str) -> Act:
    """Return the act of opening a page."""

    async def act(who: Visitor) -> None:
        await who.read(kind, name, path)

    return act


def one_of(what: str, name: str, kind: Kind = Kind.PAGE, more: str = "") -> Act:
    """Return the act of opening one of the things seen, if any was."""

    async def act(who: Visitor) -> None:
        if path := who.one(what):
            await who.read(kind, name, path + more)

    return act


# ---------------------------------------------------------------- what is written


async def sign_in_again(who: Visitor) -> None:
    """Come from another device: the form, the password, the first page."""
    fresh = Browser(who.browser.lines, who.browser.address)
    await who.pause()
    form = await fresh.get("/sign-in")
    who.ledger.note(Kind.PAGE, "sign-in form", form)
    fields = next((fields for _where, fields in form.forms() if dict(fields).get("csrf_token")), [])
    typed = filled(fields, email=who.person.email, password=PASSWORD)
    await who.pause()
    answer = await fresh.post("/sign-in", typed)
    if who.ledger.note(Kind.SIGN_IN, "sign-in", answer, (303,)):
        who.browser = fresh
        await who.read(Kind.PAGE, "this week", "/")


async def quick_log(who: Visitor) -> None:
    """Log a whole small test."""
    form = await who.read(Kind.PAGE, "quick log form", "/log/test")
    mark, found = who.ledger.mark(), _OPTION.search(form.text)
    if found:
        await who.write("quick log", form, "/log/test$", mark, change=mark, prediction="Most will answer",
                        happened="Most did", verdict="held", decision="adopt", scale="teacher",
                        milestone=found[1])  # fmt: skip


async def count_something(who: Visitor) -> None:
    """Enter what was counted for a milestone."""
    path = who.one("milestones")
    if path is None:
        return
    form = await who.read(Kind.PAGE, "measurement form", f"{path}/measure")
    mark = who.ledger.mark()
    typed = {"note": mark, "count": str(who.rng.randint(1, 12)), "population": "20", "same_day": "both"}
    await who.write("measurement", form, "/measure$", mark, **typed)


async def report(who: Visitor) -> None:
    """Raise a barrier and send it up."""
    form = await who.read(Kind.PAGE, "report form", "/feedback/new")
    mark = who.ledger.mark()
    await who.write("report", form, "/feedback/new", mark, title=mark, happens="Every week",
                    asked_for="A room", save="send")  # fmt: skip


async def note_on_cycle(who: Visitor) -> None:
    """Say something about a cycle."""
    if path := who.one("cycles"):
        shown = await who.read(Kind.PAGE, "cycle", path)
        mark = who.ledger.mark()
        await who.write("note on a cycle", shown, "/notes$", mark, text=mark)


STEPS = {
    "plan": "cycle plan", "do": "cycle step", "study": "cycle step, learned", "act": "cycle step, next",
}  # fmt: skip


async def whole_cycle(who: Visitor) -> None:
    """Start a cycle and take it through its steps."""
    form = await who.read(Kind.PAGE, "new cycle form", "/cycles/new")
    mark, found = who.ledger.mark(), re.search(rf'value="({UUID})"', form.text)
    if found is None:
        return
    begun = await who.write("cycle begun", form, "/cycles/new", mark, change=mark, milestone=found[1])
    if begun is None:
        return
    path = begun.headers["location"]
    today = who.today
    steps: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("plan", "aim", {"who": "Two teachers", "scale": "teacher", "starts_on": today,
                      "ends_on": today, "p0_question": "How many?", "p0_expected": "Six of ten"}),
        ("do", "observations", {"carried_out": "planned"}),
        ("study", "learned", {"p0_result": "Six of ten", "p0_verdict": "held"}),
        ("act", "next_step", {"decision": "adopt"}),
    )  # fmt: skip
    for step, place, typed in steps:
        shown = await who.read(Kind.PAGE, "cycle", path)
        words = who.ledger.mark()
        sent = {**typed, place: words, "action": "finish"}
        if await who.write(STEPS[step], shown, f"/{step}$", words, **sent) is None:
            return


async def grid(who: Visitor) -> None:
    """Correct a figure in the grid of a measure."""
    path = who.one("measures")
    if path is None:
        return
    shown = await who.read(Kind.PAGE, "grid", f"{path}/grid")
    cells = next((fields for where, fields in shown.forms() if "grid" in (where or path)), [])
    counts = [name for name, value in cells if name.endswith("count") and value]
    if counts:
        chosen, mark = who.rng.choice(counts), who.ledger.mark()
        noted = chosen.removesuffix("count") + "note"
        await who.write("grid", shown, "/grid", mark, **{chosen: str(who.rng.randint(1, 11)), noted: mark})


async def say(who: Visitor) -> None:
    """Say something on a report."""
    if path := who.one("feedback"):
        shown = await who.read(Kind.PAGE, "report page", path)
        mark = who.ledger.mark()
        await who.write("message", shown, "/messages$", mark, text=mark)


async def triage(who: Visitor) -> None:
    """Open the queue, a report of it, and answer it or lift it."""
    await who.read(Kind.LIST, "queue of reports", "/feedback/queue/items")
    path = who.one("feedback")
    if path is None:
        return
    shown = await who.read(Kind.PAGE, "report page", path)
    mark = who.ledger.mark()
    if who.rng.random() < 0.6 or who.person.level == "state":
        await who.write(
            "answer", shown, "/answer$", mark, changes="guidance", text=mark, why="So that it helps"
        )
    else:
        await who.write("lifted", shown, "/lift$", mark, words=mark)


# ---------------------------------------------------------------- who does what how often

WEEK = page(Kind.PAGE, "this week", "/")
SCHOOL: tuple[tuple[int, Act], ...] = (
    (10, WEEK), (13, page(Kind.PAGE, "plan", "/plan")), (18, one_of("milestones", "milestone")),
    (16, one_of("cycles", "cycle")), (6, page(Kind.PAGE, "log", "/log")), (5, one_of("teams", "team")),
    (4, one_of("ideas", "idea")), (5, one_of("feedback", "report page")), (4, one_of("measures", "measure")),
    (2, page(Kind.PAGE, "search", "/search?q=ticket")), (2, page(Kind.PAGE, "notices", "/notices")),
    (5, page(Kind.LIST, "cycles", "/cycles")), (4, page(Kind.LIST, "feedback", "/feedback")),
    (2, page(Kind.LIST, "library", "/library")), (2, page(Kind.LIST, "measures", "/measures")),
    (1, page(Kind.LIST, "cycles as CSV", "/cycles/export.csv")),
    (6, quick_log), (8, count_something), (4, report), (4, note_on_cycle), (2, whole_cycle), (2, grid),
    (2, say), (1, sign_in_again),
)  # fmt: skip
HUB: tuple[tuple[int, Act], ...] = (
    (14, page(Kind.DASHBOARD, "hub, this week", "/")), (7, page(Kind.DASHBOARD, "hub, compare", "/compare")),
    (5, page(Kind.DASHBOARD, "hub, course", "/course")), (14, one_of("teams", "team")),
    (10, one_of("feedback", "report page")), (10, one_of("milestones", "milestone")),
    (10, one_of("cycles", "cycle")), (5, page(Kind.PAGE, "queue", "/feedback/queue")),
    (6, page(Kind.LIST, "queue of reports", "/feedback/queue/items")),
    (3, page(Kind.LIST, "cycles", "/cycles")), (9, triage), (5, say), (1, sign_in_again),
)  # fmt: skip
STATE: tuple[tuple[int, Act], ...] = (
    (10, page(Kind.DASHBOARD, "state, this week", "/")),
    (6, page(Kind.DASHBOARD, "state, places", "/compare/places")),
    (10, page(Kind.PAGE, "queue", "/feedback/queue")), (14, one_of("feedback", "report page")),
    (8, one_of("themes", "theme")), (6, one_of("teams", "team")), (6, one_of("ideas", "idea")),
    (4, page(Kind.PAGE, "network", "/network")), (3, page(Kind.PAGE, "search", "/search?q=coach")),
    (8, page(Kind.LIST, "queue of reports", "/feedback/queue/items")),
    (4, page(Kind.LIST, "teams", "/network/teams")), (4, page(Kind.LIST, "library", "/library")),
    (1, page(Kind.LIST, "library as CSV", "/library/export.csv")), (9, triage), (5, say),
    (1, sign_in_again),
)  # fmt: skip
DAYS = {"school": SCHOOL, "district": HUB, "state": STATE}
FIRST = {
    "school": ("/plan", "/cycles", "/feedback"),
    "district": ("/", "/cycles"),
    "state": ("/feedback/queue",),
}


async def day(who: Visitor) -> None:
    """Work until the time is up."""
    acts = DAYS[who.person.level]
    weights = [weight for weight, _act in acts]
    for path in FIRST[who.person.level]:  # what is on the way to all else
        await who.read(Kind.PAGE if path != "/cycles" else Kind.LIST, f"first, {path}", path)
    while True:
        await who.rng.choices([act for _weight, act in acts], weights)[0](who)
        await asyncio.sleep(0)


async def program(who: Visitor) -> None:
    """Read lists and write by the API until the time is up."""
    while True:
        await who.pause()
        turn = who.rng.random()
        if turn < 0.6:
            what = who.rng.choice(("teams", "cycles", "feedback", "measures", "plans"))
            answer = await who.browser.get(f"/api/v1/{what}?limit=100")
            who.ledger.note(Kind.LIST, f"API, {what}", answer)
            continue
        mark = who.ledger.mark()
        sent = as_json(kind="barrier", title=mark)
        answer = await who.browser.send("/api/v1/feedback", sent, mark)
        if who.ledger.note(Kind.WRITE, "report by API", answer, (201,)):
            who.ledger.acknowledged["report by API"].append(mark)
