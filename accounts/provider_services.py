"""Setting up organisations' sign-ins, and connecting people with them. Callers decide when to commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import provider_queries, queries, services
from accounts.models import IdentityProvider, SignIn, User, UserIdentity
from accounts.provider_rules import FOR_EVERYBODY, LONGEST_SUBJECT, Told, is_vouched, normal_domain
from accounts.sign_in_services import log
from nic_platform import notices, outgoing, secrets_box
from nic_platform.actor import Actor
from nic_platform.errors import ConflictError, InputError, RuleError
from nic_platform.outgoing import OutgoingError
from nic_platform.text import Words, _, said

SEALED_FOR = "identity provider"
MOST_DOMAINS, MOST_ROLES = 200, 500
_PLAIN = ("name", "claim", "is_enabled", "makes_people", "has_second")


# ---------------------------------------------------------------- setting up


def create(
    session: Session, network_id: int | None, values: Mapping[str, Any], *, by: Actor, at: datetime,
    allow_loopback: bool = False,
) -> IdentityProvider:  # fmt: skip
    """Add an organisation's sign-in; values as for :func:`change`.

    Raises:
        InputError: the issuer is no public https address, or a domain can't be one or is taken.
    """
    made = IdentityProvider(
        network_id=network_id, name="", issuer="", client_id="", client_secret="", domains=[],
        asked_domains=[], roles=[], claim="groups",
    )  # fmt: skip
    _take(session, made, values, by=by, allow_loopback=allow_loopback)
    session.add(made)
    session.flush()
    return made


def change(
    session: Session, provider: IdentityProvider, values: Mapping[str, Any], *, by: Actor, at: datetime,
    allow_loopback: bool = False,
) -> None:  # fmt: skip
    """Write what was changed of a sign-in.

    Args:
        values: ``name``, ``issuer``, ``client_id``, ``client_secret`` (empty keeps the one there is),
            ``domains``, ``claim``, ``is_enabled``, ``makes_people``, ``has_second``; those left out stay.

    Raises:
        InputError: as for :func:`create`.
        RuleError: another issuer, while people are connected: its subjects would be other people.
    """
    _take(session, provider, values, by=by, allow_loopback=allow_loopback)
    if not provider.is_enabled:
        end_sign_ins(session, provider, at=at)
    session.flush()


def _take(
    session: Session,
    provider: IdentityProvider,
    values: Mapping[str, Any],
    *,
    by: Actor,
    allow_loopback: bool,
) -> None:
    issuer = str(values.get("issuer", provider.issuer)).strip()
    client_id = str(values.get("client_id", provider.client_id)).strip()
    moved = (issuer.rstrip("/"), client_id) != (provider.issuer.rstrip("/"), provider.client_id)
    if issuer != provider.issuer:
        _check_issuer(session, provider, issuer, allow_loopback)
    provider.issuer, provider.client_id = issuer, client_id
    for name in _PLAIN:
        if name in values:
            setattr(provider, name, values[name])
    if values.get("client_secret"):
        provider.client_secret = secrets_box.seal(str(values["client_secret"]), SEALED_FOR)
    own = provider.domains if by.is_admin else [*provider.domains, *provider.asked_domains]
    wanted = values.get("domains", own)
    _take_domains(session, provider, wanted, trusted=by.is_admin, moved=moved)


def _check_issuer(session: Session, provider: IdentityProvider, issuer: str, allow_loopback: bool) -> None:
    if provider.id and provider_queries.linked_count(session, provider.id):
        raise RuleError(
            _("People are connected with this issuer. Add a new sign-in for the other one, and remove this.")
        )
    try:
        parts = outgoing.check_address(issuer, allow_loopback=allow_loopback)
    except OutgoingError as error:
        raise InputError(str(error), {"issuer": str(error)}) from error
    if parts.query or parts.fragment:
        words = _("Give the issuer’s address alone, without ? or #.")
        raise InputError(words, {"issuer": words})


def _take_domains(
    session: Session, provider: IdentityProvider, wanted: Sequence[str], *, trusted: bool, moved: bool
) -> None:
    """Write domains. What an administrator names counts; what a network lead adds waits for them.

    Another issuer or client is another speaker: what was confirmed for the old one waits again.
    """
    domains = _normal_domains(wanted)
    taken = provider_queries.claimed_domains(session, but=provider.id)
    if clash := [domain for domain in domains if domain in taken]:
        words = _("Another sign-in answers for %(domain)s already.", domain=clash[0])
        raise InputError(words, {"domains": words})
    if trusted:
        provider.asked_domains = [domain for domain in provider.asked_domains if domain not in domains]
        provider.domains = domains
        return
    kept = [] if moved else provider.domains
    provider.domains = [domain for domain in domains if domain in kept]
    provider.asked_domains = [domain for domain in domains if domain not in kept]


def _normal_domains(wanted: Sequence[str]) -> list[str]:
    domains: list[str] = []
    for text in wanted:
        domain = normal_domain(text)
        if domain is None:
            words = _(
                "“%(text)s” is no domain. Write what follows the @, such as altamont.k12.co.us.", text=text
            )
            raise InputError(words, {"domains": words})
        if domain in FOR_EVERYBODY:
            words = _(
                "Anybody can get an address at %(domain)s; no organisation answers for it.", domain=domain
            )
            raise InputError(words, {"domains": words})
        if domain not in domains:
            domains.append(domain)
    if len(domains) > MOST_DOMAINS:
        words = _("Name up to %(count)s domains.", count=MOST_DOMAINS)
        raise InputError(words, {"domains": words})
    return domains


def confirm_domains(session: Session, provider: IdentityProvider, *, by: Actor, at: datetime) -> None:
    """Let a provider answer for the domains that were asked for.

    Raises:
        InputError: another answers for one of them meanwhile.
    """
    _take_domains(session, provider, [*provider.domains, *provider.asked_domains], trusted=True, moved=False)
    session.flush()


def switch(
    session: Session, provider: IdentityProvider, is_enabled: bool, *, by: Actor, at: datetime
) -> None:
    """Switch a sign-in on, or off: then whoever came in by it is signed out at once."""
    provider.is_enabled = is_enabled
    if not is_enabled:
        end_sign_ins(session, provider, at=at)
    session.flush()


def remove(session: Session, provider: IdentityProvider, *, by: Actor, at: datetime) -> None:
    """Take a sign-in away for good: connections end, people keep their accounts and their roles."""
    provider.is_enabled, provider.deleted_at = False, at
    provider.domains, provider.asked_domains, provider.client_secret = [], [], ""
    end_sign_ins(session, provider, at=at)
    for identity in session.scalars(
        select(UserIdentity).where(UserIdentity.provider_id == provider.id, UserIdentity.deleted_at.is_(None))
    ):
        identity.deleted_at = at
    session.flush()


def end_sign_ins(
    session: Session, provider: IdentityProvider, *, at: datetime, user_id: int | None = None
) -> None:
    """End the sign-ins that came by a provider; of one person, if one is named."""
    statement = update(SignIn).where(SignIn.provider_id == provider.id, SignIn.revoked_at.is_(None))
    if user_id is not None:
        statement = statement.where(SignIn.user_id == user_id)
    session.execute(statement.values(revoked_at=at))


def add_role(
    session: Session, provider: IdentityProvider, entry: Mapping[str, Any], *, by: Actor, at: datetime
) -> dict[str, Any]:
    """Add one line to the mapping of groups to roles and return it with its id.

    Args:
        entry: ``value``, ``role``, and ``team`` or ``network`` (public ids as text), maybe ``level``; it was
            checked that the team or network is the provider's.

    Raises:
        InputError: it stands there already, or there are too many.
    """
    line = {key: value for key, value in entry.items() if value}
    if any({k: v for k, v in each.items() if k != "id"} == line for each in provider.roles):
        raise InputError(_("This line stands there already."), {"value": _("Stands there already.")})
    if len(provider.roles) >= MOST_ROLES:
        raise InputError(_("Map up to %(count)s groups.", count=MOST_ROLES), {"value": _("Too many.")})
    made = {"id": str(uuid4()), **line}
    provider.roles = [*provider.roles, made]
    session.flush()
    return made


def remove_role(
    session: Session, provider: IdentityProvider, role_id: str, *, by: Actor, at: datetime
) -> bool:
    """Take one line of the mapping away; say whether it was there."""
    left = [each for each in provider.roles if each["id"] != role_id]
    was_there = len(left) < len(provider.roles)
    provider.roles = left
    session.flush()
    return was_there


# ---------------------------------------------------------------- who it is


class Way(StrEnum):
    """What becomes of somebody whom a provider sends."""

    IN = "in"  # let them in
    PROVE = "prove"  # they have to prove once that the account is theirs
    NOT_KNOWN = "not_known"  # no account, or one that may not come in; the page says the same of both
    NO_ADDRESS = "no_address"  # the provider told no address
    TAKEN = "taken"  # the account is connected with somebody else at this provider


@dataclass(frozen=True)
class Found:
    """What becomes of them, and who they are and by which connection where they are let in."""

    way: Way
    user: User | None = None
    identity: UserIdentity | None = None


def find_person(session: Session, provider: IdentityProvider, told: Told, *, at: datetime) -> Found:
    """Return who came, connecting or making them where the provider may say so.

    A known subject is the person it was connected with. Else an account is connected, or made, only by an
    address that the provider vouches for, of a domain that it answers for; every other account has to be
    proved once by its owner. A provider of one network never takes over an administrator's account.

    Raises:
        ConflictError: the same person came twice at once, and the other was first; once more finds them.
    """
    if not told.subject or len(told.subject) > LONGEST_SUBJECT:
        return Found(Way.NOT_KNOWN)
    identity = provider_queries.find_identity(session, provider.id, told.subject)
    if identity is not None and identity.deleted_at is None:
        user = session.get_one(User, identity.user_id)
        if not user.is_active or user.is_service:
            return Found(Way.NOT_KNOWN)
        _note(session, identity, told, at=at)
        return Found(Way.IN, user, identity)
    try:
        return _by_address(session, provider, told, at=at)
    except IntegrityError as error:
        raise ConflictError(_("You came in twice at once. Begin again.")) from error


def _by_address(session: Session, provider: IdentityProvider, told: Told, *, at: datetime) -> Found:
    if not told.email:
        return Found(Way.NO_ADDRESS)
    if not is_vouched(told, provider.domains):
        return Found(Way.PROVE)
    user = queries.user_by_email(session, told.email)
    if user is None:
        if not provider.makes_people or provider_queries.is_address_kept(session, told.email):
            return Found(Way.NOT_KNOWN)
        user = services.create_person(session, email=told.email, name=told.name, at=at)
    if not user.is_active or user.is_service:
        return Found(Way.NOT_KNOWN)
    if provider_queries.is_connected(session, provider.id, user.id):
        known = provider_queries.find_identity(session, provider.id, told.subject)
        if known is not None and known.deleted_at is None:  # connected between the two questions
            raise ConflictError(_("You came in twice at once. Begin again."))
        return Found(Way.TAKEN)
    if user.is_admin and provider.network_id is not None:
        return Found(Way.PROVE)
    return Found(Way.IN, user, connect(session, provider, user, told.subject, told.email, at=at))


def did_second(provider: IdentityProvider, told: Told, user: User) -> bool:
    """Say whether the provider asked for a second factor, so that we need not.

    A network's own is believed once an administrator confirmed a domain of it, and for administrators never:
    a network lead must not be able to do without a second factor by saying so.
    """
    if provider.network_id is not None and (user.is_admin or not provider.domains):
        return False
    return provider.has_second or told.did_second


def _note(session: Session, identity: UserIdentity, told: Told, *, at: datetime) -> None:
    # No change that anybody made: it raises no version and is no line in the trail.
    session.execute(
        update(UserIdentity)
        .where(UserIdentity.id == identity.id)
        .values(last_used_at=at, email=told.email)
        .execution_options(synchronize_session=False)
    )


def connect(
    session: Session, provider: IdentityProvider, user: User, subject: str, email: str, *, at: datetime
) -> UserIdentity:
    """Connect a person with a provider's subject, and tell them by mail.

    Raises:
        RuleError: the subject is somebody else's, or the person is another subject there already.
    """
    found = provider_queries.find_identity(session, provider.id, subject)
    if found is not None and found.deleted_at is None and found.user_id != user.id:
        raise RuleError(_("This sign-in is connected with another account."))
    if provider_queries.is_connected(session, provider.id, user.id):
        raise RuleError(_("Your account is connected with this sign-in already. End that connection first."))
    if found is None:
        found = UserIdentity(provider_id=provider.id, subject=subject, user_id=user.id, email=email)
        session.add(found)
    found.user_id, found.email, found.deleted_at, found.last_used_at = user.id, email, None, at
    session.flush()
    log.info("person %s connected with provider %s", user.public_id, provider.public_id)
    words = _("From now on you sign in to Switchback with %(name)s, too.", name=provider.name)
    _tell(session, user, _("Your account is connected with %(name)s", name=provider.name), words, at)
    return found


def check_other_way(session: Session, user: User, identity: UserIdentity) -> None:
    """See that a person has another way in than this connection.

    Raises:
        RuleError: they have none but links sent by mail.
    """
    if not provider_queries.other_ways_in(session, user, identity):
        raise RuleError(_("This is your only way in. Set a password first, then end it."))


def disconnect(
    session: Session, provider: IdentityProvider, identity: UserIdentity, user: User, *, at: datetime
) -> None:
    """End a connection, with the sign-ins that came by it, and tell the person by mail."""
    identity.deleted_at = at
    end_sign_ins(session, provider, at=at, user_id=user.id)
    session.flush()
    log.info("person %s no longer connected with provider %s", user.public_id, provider.public_id)
    subject = _("Your account is no longer connected with %(name)s", name=provider.name)
    _tell(session, user, subject, _("Signing in that way does not open this account any more."), at)


def _tell(session: Session, user: User, subject: Words, body: Words, at: datetime) -> None:
    def words() -> str:
        return f"{said(body)} {_('If it was not you, tell your network office at once.')}"

    notices.mail(
        session, user.email, kind="accounts.security", subject=subject, body=words, at=at, locale=user.locale
    )
