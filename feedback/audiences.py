"""Who reads which words on an item: everyone on its track, the two teams of one hop, or the own team. Pure.

A hop is one step of the track: the team that had the item, and the team that got it next. What was done, by
whom and when is known to everyone on the track; only the words may be kept to a hop. Whoever acts for one of
its two teams reads them: its people, who reviews its level, and whoever wrote them.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from feedback.rules import Act
from nic_platform.actor import Actor


class Audience(StrEnum):
    """Who reads words."""

    TRACK = "track"
    HOP = "hop"
    TEAM = "team"


CHOOSES = frozenset({Act.LIFT, Act.PASS, Act.ASK, Act.REPLY, Act.DECLINE})
"""The acts whose words may be kept to a hop. What sends, answers, confirms or gives up is for everyone."""

_HOP = re.compile(r"hop(\d{1,3})")
_MOST_PLACES = 999


class Leg(Protocol):
    """One leg of a track as its readers are found."""

    @property
    def team_id(self) -> int:
        """The team that had the item."""


def hop_of(legs: Sequence[Leg], place: int) -> frozenset[int]:
    """Return the two teams between which the item went as the leg at *place* ended; one if it is there."""
    return frozenset(leg.team_id for leg in legs[place : place + 2])


def kept_in(place: int) -> str:
    """Return how a message to the two teams of a hop is written down: with the leg that began with the hop.

    The leg is named when the message is written, so that an act at the same moment gives it no other readers.
    """
    return f"{Audience.HOP}{place}" if place <= _MOST_PLACES else Audience.TEAM.value


def hop_place(kept: str) -> int | None:
    """Return the leg that a message's hop led to; ``None`` where it is not for a hop."""
    found = _HOP.fullmatch(kept)
    return int(found[1]) if found else None


def audience_of(kept: str) -> Audience:
    """Return who reads a message, from how that was written down. What is not known is the own team's."""
    if hop_place(kept) is not None:
        return Audience.HOP
    return Audience(kept) if kept in {Audience.TRACK, Audience.TEAM} else Audience.TEAM


def readers(kept: str, team_id: int | None, legs: Sequence[Leg]) -> frozenset[int] | None:
    """Return the teams whose people read a message; ``None`` for everyone on the track."""
    if audience_of(kept) is Audience.TRACK:
        return None
    own = frozenset({team_id} if team_id is not None else ())
    place = hop_place(kept)
    return own if place is None else own | hop_of(legs, max(0, place - 1))


def reads(actor: Actor, teams: frozenset[int] | None, ranks: Mapping[int, int], by: int | None) -> bool:
    """Say whether *actor*, who reads the item, reads words that are kept to some teams.

    Args:
        teams: the teams they are kept to; ``None`` for everyone on the track.
        ranks: the rank of each team's level; whoever reviews that level acts for the team.
        by: who wrote them.
    """
    if teams is None or by == actor.user_id or teams & actor.team_ids:
        return True
    return bool({level.rank for level in actor.reviewer_levels} & {ranks.get(team) for team in teams})
