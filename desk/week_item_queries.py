"""Reading the items of a team's week: what it raised, and what waits with it from others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from desk.week import MOST_ANSWERS, OpenItem, Problem, Stop
from feedback import waiting_queries
from feedback.waiting_queries import Leg, OpenRow
from nic_platform.actor import Actor
from teams.breaks import Breaks

SHOWN = 8  # rows of each list; the section's own page has the rest
_ANSWERS = frozenset({"answered", "declined", "asked_back"})


@dataclass(frozen=True)
class WeekItems:
    """What a team raised and is open, and the nearest problems of others that wait with it.

    ``problems``, ``reports`` and ``late`` count all that waits from others, however much of it is listed.
    """

    own: Sequence[OpenItem]
    nearest: Sequence[Problem]
    problems: int
    reports: int
    late: int

    def __bool__(self) -> bool:
        return bool(self.own or self.reports)


def items_of_week(session: Session, actor: Actor, today: date, breaks: Breaks) -> WeekItems:
    """Return the items of the chosen team's week; three statements, however many wait."""
    raised = waiting_queries.raised_by_team(session, actor, today)
    waiting = waiting_queries.waiting_from_others(
        session, actor, today, breaks.settled(today), MOST_ANSWERS + SHOWN
    )
    ways = waiting_queries.legs_of(session, [row.id for row in _rows(raised, waiting)])
    zone = ZoneInfo(actor.time_zone)

    def item(row: OpenRow, *, is_mine: bool, is_my_turn: bool) -> OpenItem:
        return _open_item(row, ways.get(row.id, ()), zone, is_mine=is_mine, is_my_turn=is_my_turn)

    own = [item(row, is_mine=True, is_my_turn=True) for row in raised.turn]
    own += [item(row, is_mine=True, is_my_turn=False) for row in raised.others]
    nearest = [
        Problem(item(each.first, is_mine=False, is_my_turn=True), each.teams - 1) for each in waiting.nearest
    ]
    return WeekItems(own, nearest, waiting.problems, waiting.reports, waiting.late)


def _rows(raised: waiting_queries.Raised, waiting: waiting_queries.Waiting) -> Iterable[OpenRow]:
    return [*raised.turn, *raised.others, *(each.first for each in waiting.nearest)]


def _open_item(
    row: OpenRow, way: Sequence[Leg], zone: ZoneInfo, *, is_mine: bool, is_my_turn: bool
) -> OpenItem:
    """Return a row as the week looks at it; days are civil days of the network."""
    stops = [
        Stop(
            leg.level.value,
            leg.reached_at.astimezone(zone).date(),
            leg.promised_on,
            leg.left_at.astimezone(zone).date() if leg.left_at else None,
        )
        for leg in way
    ]
    by, answered_on = next(
        ((leg.team, stop.left_on) for leg, stop in zip(reversed(way), reversed(stops), strict=True)
         if leg.act in _ANSWERS),
        ("", None),
    )  # fmt: skip
    return OpenItem(
        id=row.public_id, number=row.number, kind=row.kind, title=row.title, state=row.state.value,
        team=row.team, holder=row.holder or "",
        holder_level=row.holder_level.value if row.holder_level else "",
        is_mine=is_mine, is_my_turn=is_my_turn, since=stops[-1].reached_on if stops else None,
        due_on=row.due_on, look_again_on=row.look_again_on, answered_by=by, answered_on=answered_on,
        stops=stops,
    )  # fmt: skip
