"""Which background work a person may know of."""

from sqlalchemy import ColumnElement, or_, true

from nic_platform.actor import Actor
from nic_platform.job_control import of_network
from nic_platform.tables import Job


def of_own_network(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of work that belongs to the actor's network."""
    return of_network(actor.network_id)


def known_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of work that a person may see and stop.

    Everybody what they began, a lead the network's, an administrator all of it.
    """
    if actor.is_admin:
        return true()
    own = (Job.created_by_id == actor.user_id) & of_own_network(actor)
    return or_(own, of_own_network(actor)) if actor.is_network_lead else own
