"""Tracks of the demo's items while they are put together: who had an item, from when, and what they did."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from nic_platform.actor import Level
from nic_platform.demo import topics
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import STATE_TEAM
from nic_platform.demo.topics import Topic

CONFIRM_DAYS = 14
PASS_ON_DAYS = 5


@dataclass
class Leg:
    """One stop of a track: who had it, from when, what they promised, and what they did when they let go."""

    team: DemoTeam
    reached: datetime
    promised: date | None
    left: datetime | None = None
    act: str = ""
    words: str = ""
    user: int | None = None


@dataclass
class Item:
    """An item while it is put together."""

    team: DemoTeam
    kind: str
    topic: Topic
    legs: list[Leg]
    state: str
    theme: str = ""
    answer: int | None = None
    more: Row = field(default_factory=dict)
    messages: list[tuple[datetime, int | None, int, str]] = field(default_factory=list)
    number: int = 0


def earlier(legs: list[Leg], by: timedelta) -> None:
    """Move a whole track back in time, so that its stops keep their order and their days of the week."""
    for leg in legs:
        leg.reached -= by
        leg.left = leg.left - by if leg.left else None
        leg.promised = leg.promised - by if leg.promised else None


class Desk:
    """Puts items on tracks. Times are counted back from now, in days."""

    def __init__(self, b: Builder) -> None:
        self.b = b
        self.items: list[Item] = []
        self.state_team = b.teams[STATE_TEAM]
        self.hubs = {team.district: team for team in b.teams.values() if team.level is Level.DISTRICT}
        self.upper = {team.id: team for team in b.teams.values()}

    def start(self, team: DemoTeam, day: date, hour: int = 14) -> Leg:
        """Return the first leg: with the team that raises it."""
        return Leg(team, self.b.days.at(day, hour), None, user=team.person)

    def hand_on(
        self, legs: list[Leg], to: DemoTeam, day: date, act: str, words: str = "", promise: int = 0
    ) -> None:
        """Let the last holder act on *day* and give the item to *to*."""
        at = max(self.b.days.at(day, 11), legs[-1].reached)
        legs[-1].left, legs[-1].act, legs[-1].words = at, act, words
        legs[-1].user = legs[-1].team.person
        promised = self.b.days.school_day(day + timedelta(days=promise)) if promise else None
        legs.append(Leg(to, at, promised))

    def end(self, legs: list[Leg], day: date, act: str, words: str = "") -> None:
        """Let the last holder finish with the item."""
        legs[-1].left = max(self.b.days.at(day, 13), legs[-1].reached)
        legs[-1].act, legs[-1].words, legs[-1].user = act, words, legs[-1].team.person

    def above(self, team: DemoTeam) -> DemoTeam | None:
        """Return the team that *team* lifts to."""
        return self.upper.get(team.upper_id or 0)

    def day(self, days_ago: float) -> date:
        """Return the civil day so many days ago."""
        return self.b.days.school_day(self.b.days.today - timedelta(days=int(days_ago)))


def confirm(b: Builder, desk: Desk, item: Item, lifted: str, day: date | None = None) -> None:
    """Let the team that raised the item say whether it is lifted; *no* sends it back to who answered."""
    if not lifted:
        return
    when = day or min(b.days.today, item.legs[-1].reached.date() + timedelta(days=b.rng.randint(1, 5)))
    item.more["lifted"] = lifted
    if lifted == "yes":
        desk.end(item.legs, when, "confirmed", b.pick(topics.CONFIRMED))
        item.state, item.more["closed_at"] = "closed", item.legs[-1].left
    elif lifted == "partly":
        item.state, item.more["look_again_on"] = "partly", b.days.day(3, 24)
    else:
        answerer = next(leg.team for leg in reversed(item.legs) if leg.act == "answered")
        desk.hand_on(item.legs, answerer, when, "reopened", b.pick(topics.NOT_LIFTED), promise=21)
        item.state, item.answer = "waiting", None
        item.more["answered_at"] = None
