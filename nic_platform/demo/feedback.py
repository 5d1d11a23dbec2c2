"""The demo's feedback: 300 items on their tracks, in every state, with the State's themes and answers."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from feedback import notice_services
from feedback.models import Acknowledgement, Answer, PolicyNotice, Theme
from nic_platform.actor import Level
from nic_platform.demo import feedback_rows, story_feedback, topics
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import HUB, SCHOOL, STATE_TEAM
from nic_platform.demo.topics import ITEMS, THEMES, TopicTheme
from nic_platform.demo.tracks import CONFIRM_DAYS, PASS_ON_DAYS, Desk, Item, Leg, confirm, earlier


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
    story_feedback.add(b, desk, answers)
    for theme in THEMES:
        _theme_items(b, desk, theme, schools, answers.get(theme.key))
    _unsorted(b, desk, schools)
    for ending in _ENDINGS:  # each at least once
        _single(b, desk, b.pick(schools), ending)
    while len(desk.items) < ITEMS:
        _single(b, desk, b.pick(schools))
    feedback_rows.number(desk)
    feedback_rows.write(b, desk, themes)
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
    by_district: dict[str, list[DemoTeam]] = {}
    for team in b.rng.sample(schools, len(schools)):
        by_district.setdefault(team.district, []).append(team)
    least = theme.sites // theme.districts + 2  # districts large enough for their part
    large = [teams for teams in by_district.values() if len(teams) >= least]
    pool = b.rng.sample(large, min(theme.districts, len(large)))
    chosen = [teams[turn] for turn in range(least * 3) for teams in pool if turn < len(teams)][: theme.sites]
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
    while legs[-1].reached > b.days.at(day):
        earlier(legs, timedelta(weeks=1))
    for place, team in enumerate([*back, item.team]):
        last = team is item.team
        desk.hand_on(legs, team, b.days.school_day(day + timedelta(days=2 * place)),
                     "passed" if place else "answered",
                     "" if place else text, promise=CONFIRM_DAYS if last else PASS_ON_DAYS)  # fmt: skip
    item.state = "answered"
    item.more["answered_at"] = b.days.at(day)
    confirm(b, desk, item, b.rng.choices(["yes", "", "no", "partly"], [56, 34, 6, 4])[0])


def _unsorted(b: Builder, desk: Desk, schools: list[DemoTeam]) -> None:
    kestrel = b.teams["Kestrel Middle"]
    for place, team in enumerate([kestrel, *b.rng.sample(schools, 8)]):
        topic = topics.TEST_WINDOW if place == 0 else b.pick(topics.SINGLE)
        desk.items.append(Item(team, "barrier", topic, _to_state(b, desk, team, place // 3 + 1), "waiting"))


# How an item without a theme ends, with how often; and how many days ago such an item may have been raised.
_ENDINGS = {
    "draft": (8, 0, 5), "waiting": (20, 2, 14), "asked_back": (7, 2, 22), "answered": (10, 2, 22),
    "declined": (5, 2, 22), "closed": (42, 14, 170), "unconfirmed": (6, 60, 170), "dropped": (3, 14, 120),
}  # fmt: skip


def _single(b: Builder, desk: Desk, team: DemoTeam, ending: str = "") -> None:
    """Add an item that belongs to no theme: at home, with the hub, answered there, or closed."""
    kind = str(b.rng.choices(["barrier", "solution", "success", "question"], [52, 20, 18, 10])[0])
    if ending:
        kind = "barrier"
    else:
        ending = str(b.rng.choices(list(_ENDINGS), [often for often, _, _ in _ENDINGS.values()])[0])
    topic = b.pick(topics.BY_KIND[kind])
    age = b.rng.randint(*_ENDINGS[ending][1:])
    legs = [desk.start(team, desk.day(age + b.rng.randint(0, 3)))]
    item = Item(team, kind, topic, legs, "draft")
    desk.items.append(item)
    if ending == "draft":
        return
    desk.hand_on(legs, desk.above(team) or desk.hubs[team.district], desk.day(age), "sent", promise=10)
    item.state = "waiting"
    if kind in ("solution", "success") and ending != "waiting":
        desk.end(legs, desk.day(max(0, age - b.rng.randint(1, 9))), "thanked", b.pick(topics.THANKED))
        item.state, item.more = "closed", {"closed_at": legs[-1].left, "is_shared": b.chance(0.6)}
        return
    _ended_at_hub(b, desk, item, ending, age)


def _ended_at_hub(b: Builder, desk: Desk, item: Item, ending: str, age: int) -> None:
    legs, hub = item.legs, item.legs[-1].team
    wait = b.rng.randint(1, max(1, min(12, age - 1)))
    if ending == "waiting":
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
            "acknowledge_by": b.days.day(*by) if by else None,
            "reminded_on": b.days.day(*reminded) if reminded else None,
        }
        for title, text, day, sent, by, reminded in (
            ("Memo 26-04: coaching days are protected", topics.MEMO, (2, 23), at, (3, 10), None),
            ("Walkthrough form has a place for exit tickets", topics.FORM, (2, 3),
             b.days.at(b.days.day(2, 3)), (2, 17), (2, 18)),
            ("Draft: one testing calendar for both assessments", topics.CALENDAR, (8, 17), None, None, None),
        )
    ]  # fmt: skip
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
    first = acks[0]  # the hub's own words of an earlier day stay beside what it says now
    first["earlier"] = [
        {"at": b.days.ago(7).isoformat(), "user_id": first["user_id"], "enables": "",
         "hinders": "Nobody covers the classes of three coaches."}
    ]  # fmt: skip
    b.add(Acknowledgement, [{"earlier": [], **row} for row in acks], at=b.days.now)
    for said in b.session.scalars(select(Acknowledgement).order_by(Acknowledgement.id)):
        notice_services.tell_history(b.session, said)
