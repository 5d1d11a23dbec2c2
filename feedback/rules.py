"""The laws of a feedback item: its states, its acts, its promises. Free of web and database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from nic_platform.text import _, ngettext
from teams.breaks import NO_BREAKS, Breaks


class Kind(StrEnum):
    """What is raised."""

    BARRIER = "barrier"
    SOLUTION = "solution"
    SUCCESS = "success"
    QUESTION = "question"

    @property
    def travels(self) -> bool:
        """Say whether it is told to be used elsewhere, rather than to be solved: a solution or a success."""
        return self in {Kind.SOLUTION, Kind.SUCCESS}


class State(StrEnum):
    """Where an item stands."""

    DRAFT = "draft"
    WAITING = "waiting"  # with a receiving team
    ASKED_BACK = "asked_back"  # with the team that raised it, which owes a reply
    ANSWERED = "answered"  # the answer comes down, or waits for the team that raised it
    DECLINED = "declined"  # with the team that raised it
    PARTLY = "partly"  # partly lifted; with the team that raised it, which looks again
    CLOSED = "closed"
    UNCONFIRMED = "unconfirmed"  # closed after two reminders; never counted as lifted
    DROPPED = "dropped"  # given up by the team that raised it


OPEN = frozenset({State.WAITING, State.ASKED_BACK, State.ANSWERED, State.DECLINED, State.PARTLY})
ENDED = frozenset({State.CLOSED, State.UNCONFIRMED, State.DROPPED})


class Act(StrEnum):
    """What somebody does to an item; written on the leg of the track that it ends."""

    SEND = "sent"
    WITHDRAW = "withdrawn"
    LIFT = "lifted"
    PASS = "passed"  # noqa: S105  not a password: to a better place, or an answer on its way down
    ASK = "asked_back"
    REPLY = "replied"
    ANSWER = "answered"
    DECLINE = "declined"
    THANK = "thanked"
    TAKE = "taken"
    CONFIRM = "confirmed"
    LOOK_AGAIN = "partly"
    RETURN = "reopened"  # "no, not lifted": back to who answered
    DROP = "dropped"
    REOPEN = "opened_again"
    CLOSE_UNCONFIRMED = "closed_unconfirmed"
    UNDO = "undone"  # an act on many was taken back; it fits no state by itself


class Lifted(StrEnum):
    """What the team that raised an item says of it in the end."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Change(StrEnum):
    """What an answer changes."""

    POLICY = "policy"
    RESOURCE = "resource"
    GUIDANCE = "guidance"
    WAIVER = "waiver"
    NONE = "none"


class Severity(StrEnum):
    """What a barrier does to the work."""

    SLOWS = "slows"
    STOPS = "stops"
    HARMS = "harms"


PASS_ON_DAYS = 5  # a team on the way has these to hand an answer further down
CONFIRM_DAYS = 14  # the team that raised it has these to say whether it is lifted
REPLY_DAYS = 7  # and these to reply when asked back
LOOK_AGAIN_DAYS = 28
DEFAULT_PROMISE = 14  # where no link promises a number of days
REMIND_EVERY = 7
MOST_REMINDERS = 2
OFFER_EVERY = 7  # days past the promise between one level and the next


@dataclass(frozen=True)
class Facts:
    """An item as rules and policies look at it. *track* is the teams it was with, oldest first."""

    state: State
    kind: Kind
    team_id: int
    holder_id: int | None = None
    holder_rank: int = 0
    offered_to_id: int | None = None
    with_network: bool = False
    track: tuple[int, ...] = ()
    answerer_id: int | None = None
    is_shared: bool = False
    is_touched: bool = False  # another team acted on it

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to act."""
        return self.state in OPEN

    @property
    def holder(self) -> int | None:
        """Return the team whose turn it is: of a draft the one that writes it, of an ended item none."""
        if self.state in ENDED:
            return None
        return self.holder_id if self.state is not State.DRAFT else self.team_id

    @property
    def untouched(self) -> bool:
        """Say whether no receiver has acted yet, so that sending can be undone."""
        came_from = self.track[-2] if len(self.track) > 1 else None
        return self.state is State.WAITING and came_from == self.team_id and not self.is_touched


_BY_RECEIVER = {
    Act.LIFT: {State.WAITING},
    Act.PASS: {State.WAITING, State.ANSWERED},
    Act.ASK: {State.WAITING},
    Act.ANSWER: {State.WAITING},
    Act.DECLINE: {State.WAITING},
    Act.THANK: {State.WAITING},
}
_BY_RAISER = {
    Act.SEND: {State.DRAFT},
    Act.WITHDRAW: {State.WAITING},
    Act.REPLY: {State.ASKED_BACK},
    Act.CONFIRM: {State.ANSWERED, State.PARTLY, State.DECLINED},
    Act.LOOK_AGAIN: {State.ANSWERED, State.PARTLY},
    Act.RETURN: {State.ANSWERED, State.PARTLY, State.DECLINED},
    Act.DROP: {State.WAITING, State.ASKED_BACK, State.DECLINED, State.PARTLY},
    Act.REOPEN: set(ENDED),
}


def fits(act: Act, facts: Facts) -> bool:
    """Say whether the act makes sense from the state the item is in; who may do it is a matter of policy."""
    if act is Act.THANK and not facts.kind.travels:
        return False
    if act is Act.WITHDRAW and not facts.untouched:
        return False
    if act is Act.TAKE:
        return facts.state is State.WAITING and facts.offered_to_id is not None
    if act is Act.CLOSE_UNCONFIRMED:
        return facts.is_open and facts.holder_id == facts.team_id
    if act in _BY_RECEIVER and facts.holder_id == facts.team_id:
        return False
    allowed = _BY_RECEIVER.get(act) or _BY_RAISER.get(act) or set()
    return facts.state in allowed


def acts_of_raiser() -> frozenset[Act]:
    """Return what only the team that raised an item may do to it."""
    return frozenset(_BY_RAISER)


def acts_of_receiver() -> frozenset[Act]:
    """Return what only the team that holds an item may do to it."""
    return frozenset(_BY_RECEIVER)


@dataclass(frozen=True)
class Outcome:
    """What an act leaves behind: the state, who holds the item next, and for how many days they promised."""

    state: State
    holder_id: int | None
    days: int | None


def outcome(act: Act, facts: Facts, *, to: int | None = None, days: int | None = None) -> Outcome:
    """Return where an act takes an item.

    Args:
        to: the team that gets it, where the act names one (send, lift, pass, take) or the track (return).
        days: the days that team promises; a rule's own number is used for those that nobody promised.

    Raises:
        ValueError: the act doesn't fit, or names no team where it has to.
    """
    if not fits(act, facts):
        raise ValueError(f"{act} does not fit {facts.state}")
    if act in {Act.CONFIRM, Act.THANK}:
        return Outcome(State.CLOSED, None, None)
    if act in _ENDS:
        return Outcome(_ENDS[act], None, None)
    if act is Act.ASK:
        return Outcome(State.ASKED_BACK, facts.team_id, REPLY_DAYS)
    if act is Act.DECLINE:
        return Outcome(State.DECLINED, facts.team_id, CONFIRM_DAYS)
    if act is Act.LOOK_AGAIN:
        return Outcome(State.PARTLY, facts.team_id, days or LOOK_AGAIN_DAYS)
    if act is Act.WITHDRAW:
        return Outcome(State.DRAFT, facts.team_id, None)
    if act is Act.ANSWER or (act is Act.PASS and facts.state is State.ANSWERED):
        below = next_below(facts)
        return Outcome(State.ANSWERED, below, CONFIRM_DAYS if below == facts.team_id else PASS_ON_DAYS)
    if to is None or to == facts.team_id:
        raise ValueError(f"{act} needs a team to go to")
    return Outcome(State.WAITING, to, days or DEFAULT_PROMISE)


_ENDS = {Act.DROP: State.DROPPED, Act.CLOSE_UNCONFIRMED: State.UNCONFIRMED}


def way_up(track: Sequence[int]) -> tuple[int, ...]:
    """Return the track without its detours: each team once, from the first to the last."""
    way: list[int] = []
    for team in track:
        if team in way:
            del way[way.index(team) + 1 :]
        else:
            way.append(team)
    return tuple(way)


def next_below(facts: Facts) -> int:
    """Return who gets an answer next on its way down from the holder to the team that raised the item."""
    way = way_up(facts.track)
    place = way.index(facts.holder_id) if facts.holder_id in way else 0
    return way[place - 1] if place > 0 else facts.team_id


def last_receiver(facts: Facts) -> int | None:
    """Return the team that an item goes back to: who answered or declined, else who had it last."""
    if facts.answerer_id is not None and facts.answerer_id != facts.team_id:
        return facts.answerer_id
    return next((team for team in reversed(facts.track) if team != facts.team_id), None)


# ---------------------------------------------------------------- promises


def civil_day(moment: datetime, time_zone: str) -> date:
    """Return the civil date of an aware moment in *time_zone*."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def promise(day: date, days: int | None, breaks: Breaks = NO_BREAKS) -> date | None:
    """Return the day by which a team that gets an item on *day* has promised to act; no days, no promise.

    The days of a break don't count.
    """
    return None if days is None else breaks.after(day, days)


def after_reply(
    asked_on: date, replied_on: date, promised_on: date | None, breaks: Breaks = NO_BREAKS
) -> date | None:
    """Return the promise once a team asked back and was replied to: its clock stood still meanwhile."""
    return None if promised_on is None else breaks.after(replied_on, breaks.between(asked_on, promised_on))


def late_by(due_on: date | None, today: date, breaks: Breaks = NO_BREAKS) -> int:
    """Return the days past a promise, those of breaks not counted; 0 while it still holds."""
    return max(0, breaks.between(due_on, today)) if due_on else 0


def wait_words(since: date, due_on: date | None, today: date, breaks: Breaks = NO_BREAKS) -> str:
    """Return "Day 11 of 21", or "3 days past promise"; the days of breaks are not counted."""
    late = late_by(due_on, today, breaks)
    if late:
        return ngettext("%(count)s day past promise", "%(count)s days past promise", late)
    spent = max(0, breaks.between(since, today))
    if due_on is None:
        return ngettext("%(count)s day", "%(count)s days", spent)
    return _("Day %(day)s of %(all)s", day=spent, all=breaks.between(since, due_on))


class Step(StrEnum):
    """What is done about a promise that has passed, in this order."""

    TELL_HOLDER = "tell"
    OFFER = "offer"
    TELL_NETWORK = "network"


@dataclass(frozen=True)
class Escalation:
    """The next thing to do about a late item; *team_id* is the team it is offered to."""

    step: Step
    team_id: int | None = None


def escalation(
    days_late: int, done: int, above: Sequence[int], since_last: int | None = None
) -> Escalation | None:
    """Return what is to be done now about an item that a receiving team holds past its promise.

    The receiving team and its lead are told on the first day; a week past the promise the item is offered to
    the level above, a week later to the one above that, and after the top to the network lead. One step a
    call, and none sooner than a week after the one before: also where the platform itself stood still.

    Args:
        days_late: days past the promise as :func:`late_by` counts them, 0 while it holds.
        done: how many of these steps were taken.
        above: the teams above the holder, nearest first.
        since_last: the days since the step before, breaks not counted; ``None`` where that is not known.
    """
    if days_late < 1 or days_late < done * OFFER_EVERY or done > len(above) + 1:
        return None
    if done and since_last is not None and since_last < OFFER_EVERY:
        return None
    if done == 0:
        return Escalation(Step.TELL_HOLDER)
    return Escalation(Step.OFFER, above[done - 1]) if done <= len(above) else Escalation(Step.TELL_NETWORK)


def reminder(days_late: int, reminders: int, since_last: int | None = None) -> bool | None:
    """Say what a silent sender gets: ``True`` a reminder, ``False`` the item is closed, ``None`` nothing yet.

    The first reminder goes out the day after the date to reply by, the second a week later; a week after that
    the item is closed unconfirmed. *since_last* is the days since the reminder before: a sender has its week
    also where the platform itself was late.
    """
    if days_late < 1 + reminders * REMIND_EVERY:
        return None
    if reminders and since_last is not None and since_last < REMIND_EVERY:
        return None
    return reminders < MOST_REMINDERS


def rests(state: State, look_again_on: date | None, today: date) -> bool:
    """Say whether an item that was partly lifted asks nothing of its team until the day to look again."""
    return state is State.PARTLY and look_again_on is not None and look_again_on > today


def stage_of(state: State, lifted: str) -> str:
    """Return the state in words."""
    if state is State.CLOSED:
        return _("Lifted") if lifted == Lifted.YES else _("Closed")
    if state is State.WAITING and lifted == Lifted.NO:
        return _("Sent back: not lifted")
    return {
        State.DRAFT: _("Draft"),
        State.WAITING: _("Waiting for an answer"),
        State.ASKED_BACK: _("Asked back"),
        State.ANSWERED: _("Answered"),
        State.DECLINED: _("Declined"),
        State.PARTLY: _("Partly lifted"),
        State.UNCONFIRMED: _("Closed unconfirmed"),
        State.DROPPED: _("Given up"),
    }[state]


def missing_to_send(title: str, happens: str) -> dict[str, str]:
    """Return, field by field, what has to be said before an item can be sent; empty when it can."""
    found = {}
    if not title.strip():
        found["title"] = _("Say it in one sentence, so that others know it when they see it.")
    if not happens.strip():
        found["happens"] = _("Say what happens, and how often.")
    return found


def missing_in_answer(change: Change | None, text: str, why: str) -> dict[str, str]:
    """Return, field by field, what an answer still has to say: what changes, or why nothing does."""
    found = {}
    if change is None:
        found["changes"] = _("Choose what changes, or that nothing does.")
    if not text.strip():
        found["text"] = _("Say what changes, in words that a school can act on.")
    if change is Change.NONE and not why.strip():
        found["why"] = _("Nothing changes: say why.")
    return found
