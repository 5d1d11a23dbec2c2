"""What the legs of a track tell: whether another team acted, and who said the last word. Pure."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from feedback.rules import Act


class Leg(Protocol):
    """One leg of a track: the team that had the item, and the act that ended it, if one did."""

    @property
    def team_id(self) -> int:
        """The team that had the item."""

    @property
    def act(self) -> str:
        """What ended the leg; empty while the team still has the item."""


def touched(team_id: int, legs: Iterable[Leg]) -> bool:
    """Say whether a team other than *team_id*, which raised the item, ever acted on it.

    An item that was taken back and sent again is untouched.
    """
    return any(leg.team_id != team_id and leg.act not in {"", Act.WITHDRAW} for leg in legs)


def asked_at(legs: Sequence[Leg]) -> int | None:
    """Return the place of the leg on which the last question was asked; the leg after it owes the reply.

    It need not be the last but one: a later answer may have been taken back.
    """
    places = (place for place in reversed(range(len(legs) - 1)) if legs[place].act == Act.ASK)
    return next(places, None)


def answered_at(legs: Sequence[Leg]) -> int | None:
    """Return the place of the leg on which the last answer that holds was given, or thanks were said."""
    taken_back = False
    for place in reversed(range(len(legs))):
        if legs[place].act in {Act.ANSWER, Act.THANK} and not taken_back:
            return place
        taken_back = legs[place].act == Act.UNDO
    return None


def answerer(legs: Sequence[Leg]) -> int | None:
    """Return the team that answered or declined last since the item was last sent back or opened again.

    An answer that was taken back was none.
    """
    taken_back = False
    for leg in reversed(legs):
        if leg.act in {Act.RETURN, Act.REOPEN}:
            return None
        if leg.act in {Act.ANSWER, Act.DECLINE} and not taken_back:
            return leg.team_id
        taken_back = leg.act == Act.UNDO
    return None
