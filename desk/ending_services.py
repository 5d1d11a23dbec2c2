"""Asking that a network or an account be deleted, confirming it, and taking that back within the grace.

A network is asked for by its lead and confirmed by an administrator; an account by its person, or by a lead
of the only network that it belongs to. Callers decide when to commit.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.queries import other_admins
from desk import ending_queries
from desk.ending import GRACE, NETWORK, PERSON
from nic_platform import notices
from nic_platform.actor import Actor
from nic_platform.days import day
from nic_platform.errors import RuleError
from nic_platform.tables import Deletion
from nic_platform.text import _
from teams.models import Network


def ask_network(
    session: Session, network: Network, *, why: str = "", by: Actor | None, at: datetime
) -> Deletion:
    """Ask that a network be deleted; the administrators are told, and nothing happens until one confirms it.

    Raises:
        RuleError: that was asked already.
    """
    _nobody_asked(session, NETWORK, network.public_id)
    asked = _asked(NETWORK, network.public_id, network.name, network.id, why, by, at)
    session.add(asked)
    session.flush()
    notices.notify(
        session, ending_queries.admins(session), kind="network.end_asked",
        subject=_("%(name)s is asked to be deleted", name=network.name),
        body=_("A network lead asked for it. Nothing happens until an administrator confirms it."),
        path="/admin/deletions", at=at,
    )  # fmt: skip
    return asked


def confirm(
    session: Session, asked: Deletion, *, by: Actor | None, at: datetime, grace: timedelta = GRACE
) -> None:
    """Let a network be deleted once the grace is over; everybody who leads something there is told.

    Raises:
        RuleError: it was confirmed already, or the network is gone.
    """
    network = session.scalars(select(Network).where(Network.public_id == asked.object_id)).first()
    if asked.due_at is not None or asked.kind != NETWORK or network is None:
        raise RuleError(_("This was confirmed already."))
    asked.confirmed_at, asked.confirmed_by_id = at, by.user_id if by else None
    asked.due_at = network.ends_at = at + grace
    session.flush()
    notices.notify(
        session, ending_queries.leaders(session, network.id), kind="network.ends",
        subject=_("%(name)s will be deleted", name=network.name),
        body=_(
            "On %(day)s everything in it goes for good. Until then a network lead can undo this; save what "
            "you want to keep.",
            day=day(asked.due_at.date(), year=True),
        ),
        path="/network", network_id=network.id, at=at,
    )  # fmt: skip


def ask_person(
    session: Session, user: User, *, why: str = "", by: Actor | None, network_id: int | None = None,
    at: datetime,
) -> Deletion:  # fmt: skip
    """Let an account be deleted once the grace is over; its person is told by mail.

    Args:
        by: who asks: the person, a network lead or an administrator; ``None`` for the platform.
        network_id: the network whose lead asks.

    Raises:
        RuleError: that was asked already, a network or the installation would be left without anybody who
            runs it, or the account belongs to another network too.
    """
    check_person(session, user, network_id=network_id)
    _nobody_asked(session, PERSON, user.public_id)
    asked = _asked(PERSON, user.public_id, user.name, network_id, why, by, at)
    asked.confirmed_at, asked.due_at = at, at + GRACE
    asked.confirmed_by_id = asked.asked_by_id
    user.ends_at = asked.due_at
    session.add(asked)
    session.flush()
    until = day(asked.due_at.date(), year=True)
    notices.mail(
        session, user.email, kind="accounts.security", subject=_("Your Switchback account will be deleted"),
        body=_(
            "On %(day)s your account is deleted and your name taken off what you wrote. Until then sign in "
            "and undo it on your account’s page, or ask your network office.",
            day=until,
        ),
        at=at,
    )  # fmt: skip
    return asked


def check_person(session: Session, user: User, *, network_id: int | None = None) -> None:
    """Refuse to delete who can't be done without; those who go at once take turns.

    Raises:
        RuleError: they lead a network alone, are the only administrator, or belong elsewhere too.
    """
    ending_queries.hold_led(session, user.id)
    if name := ending_queries.led_alone(session, user.id):
        said = _("Nobody else leads %(name)s. Invite another network lead first.", name=name)
        raise RuleError(said)
    if user.is_admin and (network_id is not None or not other_admins(session, user.id)):
        raise RuleError(
            _("This is an administrator of the installation. Another one has to take that away first.")
        )
    if network_id is not None and ending_queries.belongs_elsewhere(session, user.id, network_id):
        raise RuleError(
            _("They belong to another network too. Take them out of your teams; the account stays.")
        )


def undo(session: Session, asked: Deletion, *, by: Actor | None, at: datetime) -> None:
    """Take a request back, confirmed or not; nothing was deleted yet.

    Raises:
        RuleError: it is a network's, and its day has come: it may be half gone already.
    """
    if asked.kind == NETWORK and asked.due_at is not None and asked.due_at <= at:
        raise RuleError(_("Its day has come: it is being deleted, and nothing brings it back."))
    asked.undone_at, asked.undone_by_id = at, by.user_id if by else None
    if asked.kind == NETWORK:
        network = session.scalars(select(Network).where(Network.public_id == asked.object_id)).first()
        if network is not None:
            network.ends_at = None
            told = ending_queries.leaders(session, network.id)
            if asked.due_at is not None:
                notices.notify(
                    session, told, kind="network.stays", subject=_("%(name)s stays", name=network.name),
                    body=_("It is not deleted after all."), path="/network", network_id=network.id, at=at,
                )  # fmt: skip
    else:
        user = session.scalars(select(User).where(User.public_id == asked.object_id)).first()
        if user is not None:
            user.ends_at = None
        asked.name = ""
    session.flush()


def _nobody_asked(session: Session, kind: str, object_id: object) -> None:
    thing: type[Network] | type[User] = Network if kind == NETWORK else User
    held = select(thing.id).where(thing.public_id == object_id)
    session.execute(held.with_for_update(key_share=True))  # of two at once, one asks
    open_one = select(Deletion.id).where(
        Deletion.kind == kind, Deletion.object_id == object_id, ending_queries.is_open()
    )
    if session.scalar(open_one.limit(1)) is not None:
        raise RuleError(_("This was asked already."))


def _asked(
    kind: str, object_id: object, name: str, network_id: int | None, why: str, by: Actor | None, at: datetime
) -> Deletion:
    asked = Deletion(
        kind=kind, name=name, network_id=network_id, why=why.strip()[:300],
        asked_by_id=by.user_id if by else None, asked_at=at,
    )  # fmt: skip
    asked.object_id = object_id  # type: ignore[assignment]  # a public id
    return asked
