"""Who may ask another team, answer, and take it back. Pure."""

from nic_platform.actor import Actor
from variation.models import Asking


def can_ask(actor: Actor) -> bool:
    """Lead, members and linking members of a team may ask for it."""
    return actor.edits(actor.team_id)


def can_answer(actor: Actor, asking: Asking) -> bool:
    """Those of the team that was asked may answer or decline, for as long as the question stands."""
    return actor.edits(asking.to_id) and asking.deleted_at is None


def can_withdraw(actor: Actor, asking: Asking) -> bool:
    """Those of the team that asked may take their question back, and bring it back."""
    return actor.edits(asking.from_id)
