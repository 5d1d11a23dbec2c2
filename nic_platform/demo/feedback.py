"""The demo's feedback: 300 items on their tracks, in every state, with the State's themes and answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from feedback.models import (
    Acknowledgement,
    Answer,
    FeedbackItem,
    FeedbackMessage,
    FeedbackStep,
    PolicyNotice,
    Theme,
)
from nic_platform.access import Level, NetworkRole
from nic_platform.demo import topics
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import HUB, SCHOOL, STATE_TEAM
from nic_platform.demo.people import PEOPLE
from nic_platform.demo.readers import readers
from nic_platform.demo.topics import THEMES, Topic, TopicTheme

ITEMS = 300
CONFIRM_DAYS = 14
PASS_ON_DAYS = 5
# Numbers that the story uses, and when those items were raised; the others lie between them.
ANCHORS = ((0, (8, 20)), (131, (10, 20)), (149, (11, 6)), (160, (12, 2)), (164, (12, 4)), (171, (12, 10)),
           (218, (1, 12)),
           (231, (2, 4)), (240, (2, 9)), (ITEMS, (2, 23)))  # fmt: skip


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


def build(b: Builder) -> None:
    """Create themes, items, answers, the conversation on them, and the State's policy notices."""
    desk = Desk(b)
    schools = [
        team
        for team in b.teams.values()
        if team.level is Level.SCHOOL and team.upper_id and team.name != SCHOOL
    ]
    themes = _themes(b)
    answers = _theme_answers(b, themes)
    from nic_platform.demo import story_feedback

    story_feedback.add(b, desk, answers)
    for theme in THEMES:
        _theme_items(b, desk, theme, schools, answers.get(theme.key))
    _unsorted(b, desk, schools)
    while len(desk.items) < ITEMS:
        _single(b, desk, b.pick(schools))
    _number(desk)
    _write(b, desk, themes)
    _notices(b)


def _themes(b: Builder) -> dict[str, int]:
    rows = [
        {"number": theme.number, "team_id": b.teams[STATE_TEAM].id, "title": theme.title,
         "summary": theme.summary,
         "owner": theme.owner, "power": theme.power, "closed_at": None}
        for theme in THEMES
    ]  # fmt: skip
    ids = b.add(Theme, rows, at=b.days.ago(75), by=b.people["reviewer"])
    return {theme.key: theme_id for theme, theme_id in zip(THEMES, ids, strict=True)}


def _theme_answers(b: Builder, themes: dict[str, int]) -> dict[str, int]:
    found = {}
    for theme in THEMES:
        if theme.answer is None:
            continue
        text, why, changes, story_day, applies = theme.answer
        day = b.days.day(*story_day)
        row: Row = {
            "team_id": b.teams[STATE_TEAM].id, "theme_id": themes[theme.key], "changes": changes,
            "text": text, "why": why,
            "applies_from": b.days.day(*applies), "applies_to": "Every school of the network",
            "look_again_on": b.days.ends_on,
        }  # fmt: skip
        found[theme.key] = b.add(Answer, [row], at=b.days.at(day), by=b.people["state"])[0]
    return found


def _theme_items(
    b: Builder, desk: Desk, theme: TopicTheme, schools: list[DemoTeam], answer: int | None
) -> None:
    raisers = _spread(b, schools, theme)
    for team, age in zip(raisers, theme.ages(b.rng), strict=True):
        legs = _to_state(b, desk, team, age)
        item = Item(team, "barrier", theme.topic, legs, "waiting", theme.key)
        if answer is not None and theme.answer is not None:
            _answered(b, desk, item, answer, b.days.day(*theme.answer[3]), theme.answer[0])
        desk.items.append(item)


def _spread(b: Builder, schools: list[DemoTeam], theme: TopicTheme) -> list[DemoTeam]:
    """Return who raised the theme's items: so many schools out of so many districts."""
    districts = sorted({team.district for team in schools})
    b.rng.shuffle(districts)
    pool = [team for team in schools if team.district in districts[: theme.districts]]
    pool += [team for team in schools if team not in pool]
    chosen = pool[: theme.sites]
    b.rng.shuffle(chosen)
    return (chosen * 2)[: theme.count]


def _to_state(b: Builder, desk: Desk, team: DemoTeam, age: int) -> list[Leg]:
    """Return a track on which the item has been with the State for *age* days."""
    hub = desk.above(team) or desk.hubs[team.district]
    via = desk.above(hub) or desk.state_team
    hub_days, extra = b.rng.randint(2, 11), (b.rng.randint(2, 8) if via is not desk.state_team else 0)
    sent = age + hub_days + extra
    legs = [desk.start(team, desk.day(sent + b.rng.randint(0, 3)))]
    desk.hand_on(legs, hub, desk.day(sent), "sent", promise=10)
    if extra:
        desk.hand_on(legs, via, desk.day(age + extra), "lifted", b.pick(topics.LIFTED), promise=14)
    desk.hand_on(legs, desk.state_team, desk.day(age), "lifted", b.pick(topics.LIFTED), promise=21)
    return legs


def _answered(b: Builder, desk: Desk, item: Item, answer: int, day: date, text: str) -> None:
    """Let the State's answer come down the track, and the school say whether it helped."""
    legs, item.answer = item.legs, answer
    back = [leg.team for leg in reversed(legs[1:-1])]
    if legs[-1].reached > b.days.at(day):
        legs[-1].reached = b.days.at(day - timedelta(days=2))
    for place, team in enumerate([*back, item.team]):
        last = team is item.team
        desk.hand_on(legs, team, b.days.school_day(day + timedelta(days=2 * place)),
                     "passed" if place else "answered",
                     "" if place else text, promise=CONFIRM_DAYS if last else PASS_ON_DAYS)  # fmt: skip
    item.state = "answered"
    item.more["answered_at"] = b.days.at(day)
    confirm(b, desk, item, b.rng.choices(["yes", "", "no", "partly"], [56, 34, 6, 4])[0])


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


def _unsorted(b: Builder, desk: Desk, schools: list[DemoTeam]) -> None:
    kestrel = b.teams["Kestrel Middle"]
    for place, team in enumerate([kestrel, *b.rng.sample(schools, 8)]):
        topic = topics.TEST_WINDOW if place == 0 else b.pick(topics.SINGLE)
        desk.items.append(Item(team, "barrier", topic, _to_state(b, desk, team, place // 3 + 1), "waiting"))


def _single(b: Builder, desk: Desk, team: DemoTeam) -> None:
    """Add an item that belongs to no theme: at home, with the hub, answered there, or closed."""
    kind = str(b.rng.choices(["barrier", "solution", "success", "question"], [52, 20, 18, 10])[0])
    topic = b.pick(topics.BY_KIND[kind])
    hub = desk.above(team) or desk.hubs[team.district]
    age = b.rng.randint(2, 170)
    legs = [desk.start(team, desk.day(age + b.rng.randint(0, 3)))]
    item = Item(team, kind, topic, legs, "draft")
    desk.items.append(item)
    ending = str(b.rng.choices(["draft", "waiting", "asked_back", "answered", "declined", "closed",
                                "unconfirmed", "dropped"],
                               [8, 20, 7, 10, 5, 42, 6, 3])[0])  # fmt: skip
    if ending == "draft":
        return
    desk.hand_on(legs, hub, desk.day(age), "sent", promise=10)
    item.state = "waiting"
    if kind in ("solution", "success") and ending != "waiting":
        desk.end(legs, desk.day(max(0, age - b.rng.randint(1, 9))), "thanked", b.pick(topics.THANKED))
        item.state, item.more = "closed", {"closed_at": legs[-1].left, "is_shared": b.chance(0.6)}
        return
    _ended_at_hub(b, desk, item, ending, age)


def _ended_at_hub(b: Builder, desk: Desk, item: Item, ending: str, age: int) -> None:
    legs, hub = item.legs, item.legs[-1].team
    wait = b.rng.randint(1, 12)
    if ending == "waiting" or age < wait + 1:
        if age > 30:  # nothing sits for ever: most old ones were lifted since
            desk.hand_on(
                legs,
                desk.state_team,
                desk.day(b.rng.randint(1, 20)),
                "lifted",
                b.pick(topics.LIFTED),
                promise=21,
            )
        return
    acted = desk.day(age - wait)
    if ending == "asked_back":
        desk.hand_on(legs, item.team, acted, "asked_back", b.pick(topics.ASKED), promise=7)
        item.state = "asked_back"
        return
    if ending == "dropped":
        desk.hand_on(legs, item.team, acted, "asked_back", b.pick(topics.ASKED), promise=7)
        desk.end(legs, acted + timedelta(days=1), "dropped", "It solved itself when the grade moved rooms.")
        item.state, item.more = "dropped", {"closed_at": legs[-1].left}
        return
    if ending == "declined":
        desk.hand_on(legs, item.team, acted, "declined", b.pick(topics.DECLINED), promise=CONFIRM_DAYS)
        item.state = "declined"
        return
    text, changes = b.pick(topics.HUB_ANSWERS)
    item.answer = b.add(Answer, [_answer(b, hub, text, changes, acted)], at=b.days.at(acted), by=hub.person)[
        0
    ]
    desk.hand_on(legs, item.team, acted, "answered", text, promise=CONFIRM_DAYS)
    item.state, item.more = "answered", {"answered_at": b.days.at(acted)}
    if ending == "closed":
        confirm(b, desk, item, str(b.rng.choices(["yes", "partly", "no"], [80, 9, 11])[0]))
    elif ending == "unconfirmed" and age - wait > 30:
        desk.end(legs, desk.day(age - wait - 29), "closed_unconfirmed")
        item.state = "unconfirmed"
        item.more |= {"reminders": 2, "reminded_at": legs[-1].left, "closed_at": legs[-1].left}


def _answer(b: Builder, team: DemoTeam, text: str, changes: str, day: date) -> Row:
    return {
        "team_id": team.id, "theme_id": None, "changes": changes, "text": text, "why": "",
        "applies_from": day,
        "applies_to": "The school that asked", "look_again_on": None,
    }  # fmt: skip


def _number(desk: Desk) -> None:
    """Number the items in the order in which they were raised; those of the story keep theirs."""
    taken = {item.number for item in desk.items if item.number}
    free = iter(number for number in range(1, ITEMS + 1) if number not in taken)
    for item in sorted((i for i in desk.items if not i.number), key=lambda i: i.legs[0].reached):
        item.number = next(free)
    desk.items.sort(key=lambda item: item.number)


def _write(b: Builder, desk: Desk, themes: dict[str, int]) -> None:
    dated = [(item.legs[0].reached, item.team.person, _row(b, item, themes)) for item in desk.items]
    ids = b.add_dated(FeedbackItem, dated)
    steps: list[Row] = []
    messages = []
    for item, item_id in zip(desk.items, ids, strict=True):
        b.ids[f"F-{item.number}"] = item_id
        for place, leg in enumerate(item.legs):
            steps.append(
                {"item_id": item_id, "position": place, "team_id": leg.team.id, "reached_at": leg.reached,
                 "promised_on": leg.promised, "left_at": leg.left, "act": leg.act, "words": leg.words,
                 "user_id": leg.user}
            )  # fmt: skip
        messages += [
            (at, by, {"item_id": item_id, "team_id": team, "text": text})
            for at, by, team, text in item.messages
        ]
    b.add(FeedbackStep, steps, at=b.days.now)
    b.add_dated(FeedbackMessage, messages)


def _row(b: Builder, item: Item, themes: dict[str, int]) -> Row:
    public_id, draft = b.uuid(), item.state == "draft"
    item.more.setdefault("is_shared", False)
    last, topic = item.legs[-1], item.topic
    open_ = last.left is None and not draft
    rank = max(leg.team.level.rank for leg in item.legs)
    happens = topic.happens
    if not item.more["is_shared"]:
        note = b.note(
            "feedback_item", public_id, f"/feedback/{public_id}", item_readers(b, item, rank, draft)
        )
        happens = f"{happens} ({note})"
    row: Row = {
        "public_id": public_id, "number": item.number, "team_id": item.team.id,
        "holder_id": last.team.id if open_ else None,
        "theme_id": themes.get(item.theme), "answer_id": item.answer, "kind": item.kind, "state": item.state,
        "title": topic.title, "happens": happens, "since": (item.legs[0].reached - timedelta(days=20)).date(),
        "stops": topic.stops, "milestone_id": _stopped(item), "cycle_id": None, "affects": topic.affects,
        "affects_count": b.rng.randint(3, 40), "severity": "",
        "tried": topic.tried, "asked_for": topic.asked_for, "topic": topic.topic,
        "sent_at": item.legs[0].left, "due_on": last.promised if open_ else None,
        "highest_rank": 0 if draft else rank,
        "offered_to_id": None, "escalations": 0,
        "answered_at": None, "reminders": 0, "reminded_at": None, "look_again_on": None, "lifted": "",
        "closed_at": None,
    }  # fmt: skip
    if item.kind == "barrier":
        row["severity"] = b.pick(["slows", "slows", "stops"])
    return row | item.more


def _stopped(item: Item) -> int | None:
    known = item.team.milestones.get(item.topic.line, [])
    return known[-1] if known else None


def item_readers(b: Builder, item: Item, rank: int, draft: bool) -> tuple[str, ...]:
    """Return the roles that read an item: its team, the teams it reached, the reviewers of their levels."""
    if draft:
        return readers(b, item.team, draft=True)
    reached = {leg.team.name for leg in item.legs}
    return tuple(
        person.role
        for person in PEOPLE
        if any(name in reached for name, _ in person.teams)
        or (
            rank >= Level.STATE.rank
            and any(role is not NetworkRole.ANALYST for role, _ in person.network_roles)
        )
    )


def _notices(b: Builder) -> None:
    """Let the State tell its teams of two policies; most have said what it means for them."""
    at = b.days.at(b.days.day(2, 17))
    rows: list[Row] = [
        {
            "team_id": b.teams[STATE_TEAM].id,
            "title": title,
            "text": text,
            "applies_from": b.days.day(*day),
            "sent_at": sent,
        }
        for title, text, day, sent in (
            ("Memo 26-04: coaching days are protected", topics.MEMO, (2, 23), at),
            (
                "Walkthrough form has a place for exit tickets",
                topics.FORM,
                (2, 3),
                b.days.at(b.days.day(2, 3)),
            ),
            ("Draft: one testing calendar for both assessments", topics.CALENDAR, (8, 17), None),
        )
    ]
    notices = b.add(PolicyNotice, rows, at=at, by=b.people["state"])
    hubs = [team for team in b.teams.values() if team.level is Level.DISTRICT]
    told: Sequence[DemoTeam] = [b.teams[HUB], *b.rng.sample([hub for hub in hubs if hub.name != HUB], 24)]
    acks = [
        {"notice_id": notices[0], "team_id": team.id, "user_id": team.person,
         "at": b.days.ago(b.rng.uniform(0.5, 6)),
         "enables": b.pick(["Coaching on the days it was planned.", ""]), "hinders": b.pick(["", "",
             "No substitutes to hire here."])}
        for team in told
    ]  # fmt: skip
    b.add(Acknowledgement, acks, at=b.days.now)
