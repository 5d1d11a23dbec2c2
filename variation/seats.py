"""Who writes down what is in place at a site: initiatives, practices, stages, supports, ratings. Pure.

A team of the site writes for its site. A district's or region's team writes for the sites in it, as long as
the site's own team does not keep the record itself. A network lead may write for any. Coaches and observers
read. Everything is read by the site's line: its own teams, the teams above and below them on the links, and
those who see the whole network; a peer learns nothing of it, and an analyst reads counts only.
"""

from dataclasses import dataclass

from nic_platform.actor import Actor, Level

HUBS = frozenset({Level.DISTRICT, Level.REGION})


@dataclass(frozen=True)
class Seat:
    """Where somebody stands to a site: own teams they work in there, and hubs of theirs that it lies in."""

    here: frozenset[int] = frozenset()
    hubs: frozenset[int] = frozenset()
    homes: frozenset[int] = frozenset()  # every living team of the site, the reader's or not
    runs_network: bool = False

    @property
    def team_id(self) -> int | None:
        """Return the team in whose name something new is written; none for a network lead elsewhere."""
        return min(self.here or self.hubs, default=None)


def can_add(seat: Seat) -> bool:
    """The site's teams, the hub that it lies in, and network leads write down what is there."""
    return bool(seat.here or seat.hubs) or seat.runs_network


def can_edit(seat: Seat, keeper: int | None) -> bool:
    """A record that the site's own team keeps is its own; others are the hub's and the site's.

    Args:
        keeper: the team that wrote the record, where one did.
    """
    if seat.here or seat.runs_network:
        return True
    return bool(seat.hubs) and (keeper is None or keeper not in seat.homes)


def can_edit_note(actor: Actor, team_id: int | None) -> bool:
    """A team's note on two initiatives is its own, whoever else writes for the site; others add theirs.

    Args:
        team_id: whose note it is; none for network leads'.
    """
    return actor.is_network_lead if team_id is None else actor.edits(team_id)


def can_name(actor: Actor) -> bool:
    """Whoever works in a team, and network leads, add an initiative to the network's list."""
    return actor.is_network_lead or any(actor.edits(team) for team in actor.team_ids)


def can_edit_named(actor: Actor, keepers: frozenset[int], *, is_used_elsewhere: bool) -> bool:
    """Change an initiative's own facts: network leads; else who wrote it, while no other team uses it.

    Args:
        keepers: the teams that keep a record of it.
        is_used_elsewhere: a site outside these teams' has it too.
    """
    if actor.is_network_lead:
        return True
    return not is_used_elsewhere and any(actor.edits(team) for team in keepers)


def can_edit_practice(actor: Actor, team_id: int | None) -> bool:
    """A team's own practice is the team's; the network's is kept by network leads, who may help anywhere."""
    return actor.is_network_lead or actor.edits(team_id)
