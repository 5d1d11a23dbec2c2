"""Taking passkeys in, believing them, and taking them away. Callers decide when to commit."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from accounts import passkey_queries, passkey_rules, second_services, sign_in_services
from accounts.models import Passkey, User
from accounts.passkey_rules import Made, PasskeyError, Site
from nic_platform.errors import RuleError
from nic_platform.text import _

log = sign_in_services.log


def add(session: Session, user: User, made: Made, *, name: str, at: datetime) -> list[str] | None:
    """Take a new passkey of a person, and return their first recovery codes, told this once.

    From the first one on the password alone opens their account no more. ``None`` if they have codes.

    Raises:
        RuleError: they have as many as one may have, or somebody has this one.
    """
    known = passkey_queries.credential_ids(session, user.id)
    if len(known) >= passkey_rules.MOST:
        raise RuleError(_("Twenty passkeys are enough. Take one away first."))
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)) is not None:
        raise RuleError(_("This device’s passkey is here already."))
    session.add(
        Passkey(
            user_id=user.id, name=name[:80], credential_id=made.credential_id, public_key=made.public_key,
            sign_count=made.sign_count, created_at=at,
        )
    )  # fmt: skip
    is_first = user.second_since is None
    user.second_since = user.second_since or at
    session.flush()
    log.info("person %s has a new passkey", user.public_id)
    words = _(
        "The passkey “%(name)s” was added. If it was not you, tell your network office at once.", name=name
    )
    second_services.tell(session, user, _("Your Switchback account has a new passkey"), words, at)
    return second_services.renew_recovery_codes(session, user, at=at) if is_first else None


def believe(
    session: Session, text: str, site: Site, challenge: bytes, *, of: int = 0, at: datetime
) -> Passkey:
    """Return the passkey that signed a challenge, whose person may come in; note its use.

    Of two that come at once with the same count, one counts.

    Args:
        of: whose it has to be, by number; 0: anybody's.

    Raises:
        PasskeyError: nothing here may be believed.
    """
    passkey = passkey_queries.by_credential(session, passkey_rules.credential_of(text))
    if passkey is None or of not in {0, passkey.user_id}:
        raise PasskeyError("nobody who may come in has it")
    owner = session.get_one(User, passkey.user_id)
    count = passkey_rules.check_use(
        text, site, challenge, public_key=passkey.public_key, sign_count=passkey.sign_count,
        handle=owner.public_id.bytes,
    )  # fmt: skip
    is_newer = or_(Passkey.sign_count < count, (Passkey.sign_count == 0) & (count == 0))
    done = session.execute(
        update(Passkey).where(Passkey.id == passkey.id, is_newer).values(sign_count=count, last_used_at=at)
    )
    if cast(CursorResult[Any], done).rowcount != 1:
        raise PasskeyError("its count went back")
    return passkey


def remove(session: Session, user: User, passkey: Passkey, *, at: datetime) -> None:
    """Take one of a person's passkeys away; with the last of their second steps the step itself goes."""
    name = passkey.name
    session.delete(passkey)
    session.flush()
    log.info("person %s took a passkey away", user.public_id)
    subject = _("A passkey of your Switchback account was taken away")
    second_services.tell_of_less(session, user, subject, _("It was “%(name)s”.", name=name), at=at)
