"""Alder Creek's own items, and those of its neighbors that the story mentions."""

from datetime import date

from feedback.models import Answer
from nic_platform.demo import topics
from nic_platform.demo.builder import Builder, DemoTeam
from nic_platform.demo.names import HUB, SCHOOL
from nic_platform.demo.topics import Topic
from nic_platform.demo.tracks import CONFIRM_DAYS, PASS_ON_DAYS, Desk, Item, Leg, confirm


def add(b: Builder, desk: Desk, answers: dict[str, int]) -> None:
    """Add F-131, F-149, F-160, F-164, F-171, F-218, F-231 and F-240, and Alder Creek's drafts."""
    school = b.teams[SCHOOL]
    _coaching_days(b, desk, school, answers["T-14"])
    _with_the_state(b, desk, school)
    _with_the_hub(b, desk, school)
    _closed(b, desk, school, answers["T-11"])
    _silent(b, desk)
    _drafts(b, desk, school)


def _raise(b: Builder, desk: Desk, team: DemoTeam, raised: date, sent: date, words: str) -> list[Leg]:
    legs = [desk.start(team, raised)]
    hub = desk.above(team) or b.teams[HUB]
    desk.hand_on(legs, hub, sent, "sent", words, promise=10)
    return legs


def _coaching_days(b: Builder, desk: Desk, school: DemoTeam, answer: int) -> None:
    d, hub, rosa, priya, helen = (
        b.days.day,
        b.teams[HUB],
        *(b.people[role] for role in ("lead", "district", "state")),
    )
    words = (
        "On 5 of 12 coaching days since November the coach was covering a class. The coaching strand can’t "
        "reach 60% like this."
    )
    legs = _raise(b, desk, school, d(1, 12), d(1, 14), words)
    lifted = (
        "Six of our schools say the same. We can move schedules, but the fund rule that stops standing "
        "substitutes is yours."
    )
    desk.hand_on(legs, desk.state_team, d(1, 27), "lifted", lifted, promise=21)
    desk.hand_on(legs, hub, d(2, 17), "answered", topics.MEMO, promise=PASS_ON_DAYS)
    passed = (
        "Coverage rosters for all 14 schools now start with the standing substitute. Please check your "
        "coaching log from "
        "this week on before you reply."
    )
    desk.hand_on(legs, school, d(2, 20), "passed", passed, promise=CONFIRM_DAYS)
    legs[0].user, legs[1].user, legs[2].user, legs[3].user = rosa, priya, helen, priya
    item = Item(school, "barrier", topics.COVERAGE, legs, "answered", "T-14", answer, number=218)
    item.more = {"answered_at": b.days.at(d(2, 17)), "severity": "stops"}
    state = desk.state_team
    item.messages = [
        (b.days.at(d(1, 20)), priya, hub.id, "Which days were they? I will ask the other schools too."),
        (b.days.at(d(1, 21)), rosa, school.id, "Mostly Tuesdays and Fridays; the log has all twelve."),
        (
            b.days.at(d(2, 17), 16),
            helen,
            state.id,
            "We asked the budget office first; that took two of the three weeks.",
        ),
    ]
    desk.items.append(item)


def _with_the_state(b: Builder, desk: Desk, school: DemoTeam) -> None:
    d = b.days.day
    legs = _raise(b, desk, school, d(2, 4), d(2, 5), "Nine days of January went to two tests.")
    desk.hand_on(legs, desk.state_team, d(2, 13), "lifted", topics.LIFTED[0], promise=21)
    desk.items.append(Item(school, "barrier", topics.TEST_WINDOW, legs, "waiting", "T-17", number=231))


def _with_the_hub(b: Builder, desk: Desk, school: DemoTeam) -> None:
    d = b.days.day
    topic = Topic(
        "No shared planning slot for the two grade 4–5 teams",
        "Grades 4 and 5 plan at different hours, so tickets are never "
        "looked at together.", "Coaching in grades 4–5", "Nine teachers", "Met after school, twice",
        "One common slot a week",
        "schedule", "CA",
    )  # fmt: skip
    legs = _raise(b, desk, school, d(2, 9), d(2, 11), "We tried two afternoons; half could not stay.")
    desk.items.append(Item(school, "barrier", topic, legs, "waiting", number=240))


def _closed(b: Builder, desk: Desk, school: DemoTeam, form: int) -> None:
    d, hub = b.days.day, b.teams[HUB]
    legs = _raise(
        b, desk, school, d(12, 4), d(12, 4), "Visitors count posters, because that is what the form asks."
    )
    desk.hand_on(legs, desk.state_team, d(12, 15), "lifted", "The form is the State’s.", promise=21)
    desk.hand_on(legs, hub, d(2, 3), "answered", topics.FORM, promise=PASS_ON_DAYS)
    desk.hand_on(legs, school, d(2, 4), "passed", promise=CONFIRM_DAYS)
    item = Item(school, "barrier", topics.WALKTHROUGH, legs, "answered", "T-11", form, number=164)
    item.more = {"answered_at": b.days.at(d(2, 3))}
    confirm(b, desk, item, "yes", d(2, 5))
    desk.items.append(item)
    legs = _raise(b, desk, school, d(11, 6), d(11, 6), "Two grade leads cannot enter the weekly count.")
    row = {"team_id": hub.id, "theme_id": None, "changes": "resource", "text": "Access given to both.",
           "why": "",
           "applies_from": d(11, 11), "applies_to": "Alder Creek", "look_again_on": None}  # fmt: skip
    answer = b.add(Answer, [row], at=b.days.at(d(11, 11)), by=b.people["district"])[0]
    desk.hand_on(legs, school, d(11, 11), "answered", "Access given to both.", promise=CONFIRM_DAYS)
    item = Item(school, "barrier", topics.SINGLE[1], legs, "answered", "", answer, number=149)
    item.more = {"answered_at": b.days.at(d(11, 11))}
    confirm(b, desk, item, "yes", d(11, 12))
    desk.items.append(item)
    legs = _raise(b, desk, school, d(10, 20), d(10, 20), "Fifteen decks, one stem each.")
    desk.end(legs, d(11, 8), "thanked", "In the hub’s template deck from today.")
    item = Item(school, "solution", topics.SOLUTIONS[0], legs, "closed", number=131)
    item.more = {"closed_at": legs[-1].left, "is_shared": True}
    desk.items.append(item)


def _silent(b: Builder, desk: Desk) -> None:
    """Eagle Bend and Kestrel have waited at the hub for more than two months."""
    for name, number, days in (("Eagle Bend Middle", 160, 71), ("Kestrel Middle", 171, 64)):
        legs = _raise(
            b,
            desk,
            b.teams[name],
            desk.day(days + 1),
            desk.day(days),
            "Blocks of 42 minutes end before the ticket.",
        )
        topic = Topic(
            "42-minute blocks leave no minutes for a ticket",
            "Departmentalized blocks end before the exit ticket.",
            "Exit tickets", "All core teachers", "A shorter ticket", "Two blocks of 50 minutes a week",
            "schedule", "ET",
        )  # fmt: skip
        desk.items.append(Item(b.teams[name], "barrier", topic, legs, "waiting", number=number))


def _drafts(b: Builder, desk: Desk, school: DemoTeam) -> None:
    for topic, kind in ((topics.SUCCESSES[0], "success"), (topics.SINGLE[2], "barrier")):
        desk.items.append(Item(school, kind, topic, [desk.start(school, desk.day(2))], "draft"))
    desk.items.append(Item(b.teams["Bristlecone Elementary"], "barrier", topics.SINGLE[2],
                           [desk.start(b.teams["Bristlecone Elementary"], desk.day(3))],
                           "draft"))  # fmt: skip
