"""Writes the demo's items with their tracks and talk: numbers, promises, reminders, and who may read what."""

from datetime import date, datetime, timedelta

from feedback import rules
from feedback.models import FeedbackItem, FeedbackMessage, FeedbackStep
from nic_platform.actor import Level, NetworkRole
from nic_platform.demo.builder import Builder, Row
from nic_platform.demo.calendar import TIME_ZONE
from nic_platform.demo.people import PEOPLE, Person
from nic_platform.demo.readers import readers
from nic_platform.demo.topics import ITEMS
from nic_platform.demo.tracks import Desk, Item


def number(desk: Desk) -> None:
    """Number the items in the order in which they were raised; those of the story keep theirs."""
    taken = {item.number for item in desk.items if item.number}
    free = iter(number for number in range(1, ITEMS + 1) if number not in taken)
    for item in sorted((i for i in desk.items if not i.number), key=lambda i: i.legs[0].reached):
        item.number = next(free)
    desk.items.sort(key=lambda item: item.number)


def write(b: Builder, desk: Desk, themes: dict[str, int]) -> None:
    """Insert the items in the order of their numbers, then their legs and messages."""
    dated = [
        (item.legs[0].reached, item.team.person, _row(b, item, themes) | _place(desk, item))
        for item in desk.items
    ]
    ids = b.add_dated(FeedbackItem, dated)
    steps: list[Row] = []
    messages = []
    for item, item_id in zip(desk.items, ids, strict=True):
        b.ids[f"F-{item.number}"] = item_id
        for place, leg in enumerate(item.legs):
            came_from = item.legs[place - 1].team.id if place else None
            steps.append(
                {"item_id": item_id, "position": place, "team_id": leg.team.id, "from_id": came_from,
                 "reached_at": leg.reached, "promised_on": leg.promised, "left_at": leg.left, "act": leg.act,
                 "words": leg.words, "user_id": leg.user} | _days(leg.reached, leg.left)
            )  # fmt: skip
        messages += [
            (at, by, {"item_id": item_id, "team_id": team, "text": text})
            for at, by, team, text in item.messages
        ]
    b.add(FeedbackStep, steps, at=b.days.now)
    b.add_dated(FeedbackMessage, messages)


def _days(reached: datetime, left: datetime | None) -> Row:
    """Return the civil days of a leg."""
    here, gone = _civil(reached), _civil(left) if left else None
    return {"reached_on": here, "left_on": gone, "days": (gone - here).days if gone else None}


def _civil(moment: datetime) -> date:
    return rules.civil_day(moment, TIME_ZONE)


def _loop_days(item: Item, row: Row) -> Row:
    """Return the days that tell how far the loop has come."""
    if row["sent_at"] is None:
        return {"sent_on": None, "held_on": None, "days_to_answer": None, "days_to_close": None}
    sent = _civil(row["sent_at"])
    answers = [leg.left for leg in item.legs if leg.left and leg.act in {"answered", "declined", "thanked"}]
    closed = row["closed_at"]
    return {
        "sent_on": sent, "held_on": _civil(item.legs[-1].reached),
        "days_to_answer": (_civil(answers[0]) - sent).days if answers else None,
        "days_to_close": (_civil(closed) - sent).days if closed else None,
    }  # fmt: skip


def _place(desk: Desk, item: Item) -> Row:
    hub = desk.hubs.get(item.team.district)
    return {"district_id": hub.site_id if hub else None}


def _row(b: Builder, item: Item, themes: dict[str, int]) -> Row:
    public_id, draft = b.uuid(), item.state == "draft"
    item.more.setdefault("is_shared", False)
    last, topic = item.legs[-1], item.topic
    open_ = last.left is None and not draft
    rank = max(leg.team.level.rank for leg in item.legs)
    row: Row = {
        "public_id": public_id, "number": item.number, "team_id": item.team.id,
        "holder_id": last.team.id if open_ else None,
        "theme_id": themes.get(item.theme), "answer_id": item.answer, "kind": item.kind, "state": item.state,
        "title": topic.title, "happens": topic.happens,
        "since": (item.legs[0].reached - timedelta(days=20)).date(),
        "stops": topic.stops,
        "milestone_id": _stopped(item), "cycle_id": None, "affects": topic.affects,
        "affects_count": b.rng.randint(3, 40), "severity": "",
        "tried": topic.tried, "asked_for": topic.asked_for, "topic": topic.topic,
        "sent_at": item.legs[0].left, "due_on": last.promised if open_ else None,
        "highest_rank": 0 if draft else rank,
        "offered_to_id": None, "escalations": 0, "with_network": False,
        "answered_at": None, "reminders": 0, "reminded_at": None, "look_again_on": None, "lifted": "",
        "closed_at": None,
    }  # fmt: skip
    row |= _reminded(b, item, row)
    if item.kind == "barrier":
        row["severity"] = b.pick(["slows", "slows", "stops"])
    if not item.more["is_shared"]:
        roles = item_readers(b, item, rank, draft, row)
        note = b.note("feedback_item", public_id, f"/feedback/{public_id}", roles)
        row["tried"] = f"{topic.tried or 'Nothing yet'} ({note})"
    row |= item.more
    return row | _loop_days(item, row)


def _reminded(b: Builder, item: Item, row: Row) -> Row:
    """Return what was already done about a promise that has passed, so that nobody is told again today."""
    if item.state == "partly":
        return {"due_on": item.more["look_again_on"]}
    late = rules.late_by(row["due_on"], b.days.today)
    if not late:
        return {}
    if item.legs[-1].team is item.team:
        sent = next(n for n in range(rules.MOST_REMINDERS + 1) if not rules.reminder(late, n))
        return {"reminders": sent, "reminded_at": b.days.ago(1) if sent else None}
    by_id = {team.id: team for team in b.teams.values()}
    above, at = [], item.legs[-1].team
    while at.upper_id:
        at = by_id[at.upper_id]
        above.append(at.id)
    done: Row = {"escalations": 0}
    while step := rules.escalation(late, done["escalations"], above):
        done["escalations"] += 1
        if step.team_id:
            done["offered_to_id"] = step.team_id
        done["with_network"] = step.step is rules.Step.TELL_NETWORK
    return done


def _stopped(item: Item) -> int | None:
    known = item.team.milestones.get(item.topic.line, [])
    return known[-1] if known else None


def item_readers(b: Builder, item: Item, rank: int, draft: bool, row: Row) -> tuple[str, ...]:
    """Return the roles that read an item: those it reached or is offered to, and who sees the network."""
    if draft:
        return readers(b, item.team, draft=True)
    offered = {team.name for team in b.teams.values() if team.id == row["offered_to_id"]}
    reached = {leg.team.name for leg in item.legs} | offered
    return tuple(person.role for person in PEOPLE if _reads(person, reached, rank, row["with_network"]))


def _reads(person: Person, reached: set[str], rank: int, with_network: bool) -> bool:
    if any(name in reached for name, _ in person.teams):
        return True
    roles = {role for role, _ in person.network_roles}
    if rank >= Level.STATE.rank and roles & {NetworkRole.LEAD, NetworkRole.REVIEWER}:
        return True
    return with_network and NetworkRole.LEAD in roles
