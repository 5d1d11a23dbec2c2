"""What people did with feedback, acted day by day through the same services as the pages.

One barrier of twelve schools goes up through their districts to the State, is answered once for all, comes
back down and is confirmed. Beside it: a theme split and one joined into another, an act on many, answers to
begin from, talk for some eyes only, cheers, a solution that became a change idea, an item raised about a
policy notice, and one taken back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from accounts.models import User
from feedback import (
    answer_services,
    batch_services,
    celebration_services,
    look_services,
    services,
    talk_services,
    template_services,
    theme_services,
)
from feedback.audiences import Audience
from feedback.batches import Many
from feedback.models import Answer, FeedbackItem, PolicyNotice, Theme
from feedback.rules import Kind, Lifted, State
from nic_platform import jobs
from nic_platform.actor import Actor, Level
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import HUB, SCHOOL, STATE_TEAM
from nic_platform.tables import Notice
from teams.models import Link, Team
from teams.queries import standing_of

COTTONWOOD_FOUR = (SCHOOL, "Bristlecone Elementary", "Cañon Vista K–8", "Foothill Elementary")
SCHOOLS, STOPPED = 12, "CALL"  # the line of milestones that it stops
BARRIER: Row = {
    "kind": "barrier", "title": "Interpreters have to be booked three weeks ahead",
    "happens": "A family that calls with a question waits three weeks; by then the absence is old.",
    "stops": "Calls on the same day", "affects": "Families who speak neither English nor Spanish",
    "affects_count": 18, "severity": "stops", "tried": "A bilingual parent on two mornings",
    "asked_for": "A phone line with interpreters, without booking", "topic": "translation",
}  # fmt: skip
THEME: Row = {
    "title": "Interpreters have to be booked three weeks ahead",
    "summary": "The State’s contract asks for three weeks’ notice, so calls home come too late.",
    "owner": "", "power": "In our power: the interpreter contract",
}  # fmt: skip
MEMO: Row = {
    "changes": "resource", "text": "Every school may call the interpreters’ phone line without booking.",
    "why": "Twelve schools of three districts asked; the contract had room for it.",
    "applies_to": "Every school of the network",
}  # fmt: skip
AGAIN: Row = {
    "changes": "guidance", "text": "The line’s number and code were sent once more.",
    "why": "One school had never got the code.", "applies_to": "The schools of that district",
}  # fmt: skip


@dataclass
class Told:
    """One of the twelve: the item with the teams it goes through."""

    item: FeedbackItem
    school: DemoTeam
    hub: DemoTeam


def build(b: Builder) -> None:
    """Act the twelve schools' barrier, and what else the pages of feedback have to show."""
    last = b.session.scalar(select(func.max(Notice.id))) or 0
    _twelve(b)
    _queue(b)
    _talk(b)
    _celebrate(b)
    _from_a_notice(b)
    _taken_back(b)
    # Nobody is told today of what happened long ago, so no worker needs to hear of it either.
    b.session.execute(delete(Notice).where(Notice.id > last))
    jobs.forget_nudges(b.session)


@contextmanager
def acting_as(b: Builder, who: DemoTeam | str, on: date, hour: int = 15) -> Iterator[Row]:
    """Give who acts, when and on which day, for a service: a team's own person, or somebody by their role."""
    user_id, team_id = (who.person, who.id) if isinstance(who, DemoTeam) else (b.people[who], None)
    at = b.days.at(on, hour)
    actor: Actor = standing_of(b.session, b.session.get_one(User, user_id), team_id).actor
    before = {name: b.session.info.get(name) for name in ("user_id", "at")}
    b.session.info |= {"user_id": user_id, "at": at}
    try:
        yield {"by": actor, "at": at}
        b.session.flush()
    finally:
        b.session.info |= before


def _link(session: Session, lower: DemoTeam, upper: DemoTeam) -> Link:
    return session.scalars(
        select(Link).where(Link.lower_id == lower.id, Link.upper_id == upper.id, Link.deleted_at.is_(None))
    ).one()


# ---------------------------------------------------------------- twelve schools


def _schools(b: Builder) -> list[tuple[DemoTeam, DemoTeam]]:
    """Return twelve schools with their district teams: four of Cottonwood, four each of two others."""
    found = [(b.teams[name], b.teams[HUB]) for name in COTTONWOOD_FOUR]
    state = b.teams[STATE_TEAM]
    for hub in b.teams.values():
        below = [team for team in b.teams.values() if team.upper_id == hub.id and team.person]
        if hub.level is Level.DISTRICT and hub.name != HUB and hub.upper_id == state.id and len(below) >= 4:
            below.sort(
                key=lambda team: STOPPED not in team.milestones
            )  # those whose milestone it stops first
            found += [(team, hub) for team in below[:4]]
        if len(found) >= SCHOOLS:
            return found[:SCHOOLS]
    return found


def _twelve(b: Builder) -> None:
    day = b.days.day
    told = [_raised(b, school, hub, place) for place, (school, hub) in enumerate(_schools(b))]
    state = b.teams[STATE_TEAM]
    for place, one in enumerate(told):
        with acting_as(b, one.hub, on := day(11, 3 + place % 4)) as when:
            words = "It is the State’s contract; we cannot buy beside it."
            # What the first hub adds is for the State alone.
            own = "Please don’t name the school: one family asked us not to." if place == 1 else words
            answer_services.lift(
                b.session, one.item, _link(b.session, one.hub, state), own, day=on,
                audience="hop" if place == 1 else "track", **when,
            )  # fmt: skip
    with acting_as(b, "reviewer", day(11, 10)) as when:
        theme = theme_services.create_theme(b.session, b.network_id, state.id, THEME, **when)
        theme_services.assign(b.session, theme, b.people["reviewer"], **when)
        for one in told:
            theme_services.join(b.session, one.item, theme, day=day(11, 10), **when)
    with acting_as(b, "state", on := day(12, 1)) as when:
        values = MEMO | {"applies_from": day(12, 2), "look_again_on": day(2, 18)}
        theme_services.answer_theme(b.session, theme, values, day=on, **when)
    for place, one in enumerate(told):
        _came_down(b, one, place)
    _looked_again(b, theme)
    b.ids["twelve"] = theme.id


def _raised(b: Builder, school: DemoTeam, hub: DemoTeam, place: int) -> Told:
    on = b.days.day(10, 20 + place % 10)
    with acting_as(b, school, on) as when:
        known = school.milestones.get(STOPPED, [])
        stopped = {"milestone_id": known[-1]} if known else {}
        item = services.create(b.session, school.id, BARRIER | stopped, key=b.uuid(), **when)
        services.send(b.session, item, _link(b.session, school, hub), day=on, **when)
    return Told(item, school, hub)


def _came_down(b: Builder, one: Told, place: int) -> None:
    """Hand the answer down, and let the school say what it found: one had to ask twice, one waits in part."""
    day = b.days.day
    with acting_as(b, one.hub, on := day(12, 3 + place % 2)) as when:
        words = "The number hangs beside the office phone." if place < len(COTTONWOOD_FOUR) else ""
        answer_services.hand_down(b.session, one.item, words, day=on, **when)
    with acting_as(b, one.school, on := day(12, 8 + place)) as when:
        if place == SCHOOLS - 1:
            lifted, words = Lifted.NO, "We have no code for the line."
        elif place == SCHOOLS - 2:
            lifted, words = Lifted.PARTLY, "It works, but one language is missing."
        else:
            lifted, words = Lifted.YES, "Two calls this week, both on the same day."
        look = b.days.day(3, 24) if lifted is Lifted.PARTLY else None
        services.confirm(b.session, one.item, lifted, words, look_again_on=look, day=on, **when)
    if lifted is Lifted.NO:
        with acting_as(b, "state", on := day(1, 9)) as when:
            answer_services.answer(b.session, one.item, AGAIN, day=on, **when)
        with acting_as(b, one.school, on := day(1, 16)) as when:
            services.confirm(b.session, one.item, Lifted.YES, "The code works now.", day=on, **when)


def _looked_again(b: Builder, theme: Theme) -> None:
    answer = b.session.scalars(select(Answer).where(Answer.theme_id == theme.id).order_by(Answer.id)).first()
    if answer is not None:
        with acting_as(b, "state", on := b.days.day(2, 18)) as when:
            found = "Eleven of the twelve schools use the line; one waits for a language."
            look_services.record(b.session, answer, found, None, day=on, **when)


# ---------------------------------------------------------------- the State's queue


def _themes(b: Builder, number: int) -> Theme:
    here = (Theme.network_id == b.network_id, Theme.number == number)
    return b.session.scalars(select(Theme).where(*here)).one()


def _waiting(b: Builder, team: DemoTeam, theme: Theme | None, many: int) -> list[FeedbackItem]:
    query = select(FeedbackItem).where(
        FeedbackItem.holder_id == team.id, FeedbackItem.state == State.WAITING,
        FeedbackItem.theme_id.is_(None) if theme is None else FeedbackItem.theme_id == theme.id,
    )  # fmt: skip
    return list(b.session.scalars(query.order_by(FeedbackItem.number.desc()).limit(many)))


TEMPLATES: tuple[Row, ...] = (
    {"title": "The rule is in review", "changes": "none", "why": "Rules are changed once a year, in June.",
     "text": "We have noted it for the review in June and tell you what came of it.", "applies_to": ""},
    {"title": "A waiver for this year", "changes": "waiver", "why": "",
     "text": "Your school may go without it until the end of the school year.", "applies_to": "Your school"},
)  # fmt: skip


def _queue(b: Builder) -> None:
    """Give the State owners, a theme split, one joined into another, an act on many, templates."""
    state = b.session.get_one(Team, b.teams[STATE_TEAM].id)
    seventeen, export = _themes(b, 17), _themes(b, 21)
    with acting_as(b, "state", b.days.day(2, 19)) as when:
        for values in TEMPLATES:
            template_services.create(b.session, b.network_id, state.id, values, **when)
    with acting_as(b, "reviewer", on := b.days.day(2, 20)) as when:
        theme_services.assign(b.session, seventeen, b.people["reviewer"], **when)
        chosen = _waiting(b, b.teams[STATE_TEAM], export, 3)
        apart = {"title": "Coaching logs cannot be exported either", "power": "In our power: file format"}
        theme_services.split(b.session, export, [item.id for item in chosen], apart, **when)
        few = {"title": "Training is only on Tuesdays", "power": ""}
        small = theme_services.create_theme(b.session, b.network_id, state.id, few, **when)
        for item in _waiting(b, b.teams[STATE_TEAM], None, 1):
            theme_services.join(b.session, item, small, day=on, **when)
        theme_services.merge(b.session, small, _themes(b, 24), **when)
    with acting_as(b, "state", on := b.days.day(2, 23)) as when:
        items = {item.id: item.version for item in _waiting(b, b.teams[STATE_TEAM], seventeen, 4)}
        owner = {"person_id": b.people["reviewer"]}
        batch_services.act_on_many(b.session, state, items, Many.ASSIGN, owner, day=on, **when)
    with acting_as(b, "district", b.days.day(2, 19)) as when:
        template_services.create(b.session, b.network_id, b.teams[HUB].id, TEMPLATES[1], **when)


# ---------------------------------------------------------------- talk, cheers, a notice


def _item(b: Builder, number: int) -> FeedbackItem:
    return b.session.get_one(FeedbackItem, b.ids[f"F-{number}"])


def _talk(b: Builder) -> None:
    """Let people talk about the planning slot: to everybody, to the other team, among themselves."""
    item = _item(b, 240)
    said: tuple[tuple[str, tuple[int, int], str, Audience, Row], ...] = (
        ("district", (2, 16), "@Joe Begay, which two afternoons did you try?", Audience.TRACK,
         {"mentions": [b.people["member"]]}),
        ("member", (2, 17), "Mondays and Wednesdays; half of us have bus duty.", Audience.TRACK, {}),
        ("lead", (2, 17), "Let us ask for Thursdays before anybody offers Mondays.", Audience.TEAM, {}),
        ("district", (2, 19), "The principal has to agree first; I am asking her.", Audience.HOP, {}),
    )  # fmt: skip
    for who, on, words, audience, more in said:
        with acting_as(b, who, b.days.day(*on)) as when:
            talk_services.say(b.session, item, words, audience=audience, **when, **more)


def _celebrate(b: Builder) -> None:
    """Let others cheer what the school told, and make a change idea of another school's solution."""
    for who, on in (("peer", (11, 10)), ("district", (11, 11)), ("state", (11, 13))):
        with acting_as(b, who, b.days.day(*on)) as when:
            celebration_services.cheer(b.session, _item(b, 131), **when)
    told = b.session.scalars(
        select(FeedbackItem)
        .where(FeedbackItem.network_id == b.network_id, FeedbackItem.is_shared.is_(True))
        .where(FeedbackItem.kind == Kind.SOLUTION, FeedbackItem.state == State.CLOSED)
        .where(FeedbackItem.team_id != b.teams[SCHOOL].id)
        .order_by(FeedbackItem.number.desc())
        .limit(1)
    ).first()
    if told is not None:
        with acting_as(b, "lead", b.days.day(2, 20)) as when:
            celebration_services.cheer(b.session, told, **when)
        owner = next(team for team in b.teams.values() if team.id == told.team_id)
        with acting_as(b, owner, b.days.day(2, 20)) as when:
            celebration_services.make_idea(b.session, told, **when)


def _from_a_notice(b: Builder) -> None:
    """Raise a barrier about what a policy notice hinders."""
    sent = (PolicyNotice.network_id == b.network_id, PolicyNotice.sent_at.is_not(None))
    notice = b.session.scalars(select(PolicyNotice).where(*sent).order_by(PolicyNotice.id)).first()
    school, title = b.teams["Foothill Elementary"], "No substitute to hire here"
    values = _barrier(title, "The memo lets us pay for one; nobody answered the posting.", "staffing")
    with acting_as(b, school, on := b.days.day(2, 20)) as when:
        item = services.create(b.session, school.id, values, key=b.uuid(), **when)
        item.notice_id = notice.id if notice else None
        services.send(b.session, item, _link(b.session, school, b.teams[HUB]), day=on, **when)


def _taken_back(b: Builder) -> None:
    """Send something and take it back before anybody acted: a draft with a history."""
    school, title = b.teams["Bristlecone Elementary"], "The copier is shared with the middle school"
    values = _barrier(title, "Tickets are printed the day before, or not at all.", "devices")
    with acting_as(b, school, on := b.days.day(2, 18), hour=9) as when:
        item = services.create(b.session, school.id, values, key=b.uuid(), **when)
        services.send(b.session, item, _link(b.session, school, b.teams[HUB]), day=on, **when)
    with acting_as(b, school, on, hour=11) as when:
        services.withdraw(b.session, item, day=on, **when)


def _barrier(title: str, happens: str, topic: str) -> dict[str, Any]:
    return {"kind": "barrier", "title": title, "happens": happens, "severity": "slows", "topic": topic}
