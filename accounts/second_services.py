"""Setting a second factor up, asking for it, and taking it away. Callers decide when to commit."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from accounts import rules, second_rules, sign_in_services
from accounts.models import Passkey, RecoveryCode, TotpFactor, User
from nic_platform import notices, secrets_box
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.secrets_box import SealError
from nic_platform.text import Words, _, said

SEALED_FOR = "code generator"
log = sign_in_services.log


def set_up(session: Session, user: User, secret: str, code: str, *, at: datetime) -> list[str]:
    """Take a code generator as a person's second factor, and return their recovery codes, told this once.

    An earlier generator stops to count, and so do the recovery codes before these.

    Raises:
        InputError: *code* is not the generator's; nothing was changed.
    """
    step = second_rules.step_of(secret, second_rules.plain_code(code), at)
    if step is None:
        words = _("This is not the code it shows now. Is the clock of your device right?")
        raise InputError(words, {"first": words})
    session.execute(delete(TotpFactor).where(TotpFactor.user_id == user.id))
    sealed = secrets_box.seal(secret, SEALED_FOR)
    session.add(TotpFactor(user_id=user.id, secret=sealed, created_at=at, confirmed_at=at, last_step=step))
    user.second_since = user.second_since or at
    session.flush()
    log.info("second factor of person %s set up", user.public_id)
    tell(
        session, user, _("Your Switchback account asks for a code now"),
        _("A code generator was set up. If it was not you, tell your network office at once."), at,
    )  # fmt: skip
    return renew_recovery_codes(session, user, at=at)


def renew_recovery_codes(session: Session, user: User, *, at: datetime) -> list[str]:
    """Return ten new recovery codes, told this once; those before work no more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [second_rules.new_recovery_code() for _n in range(second_rules.RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(user_id=user.id, code_hash=rules.hashed(second_rules.plain_code(code)), created_at=at)
        for code in codes
    )
    session.flush()
    return codes


def recovery_codes_left(session: Session, user_id: int) -> int:
    """Return how many recovery codes a person has not used."""
    mine = (RecoveryCode.user_id == user_id) & RecoveryCode.used_at.is_(None)
    return int(session.scalar(select(func.count()).select_from(RecoveryCode).where(mine)) or 0)


def use(session: Session, user: User, typed: str, *, at: datetime) -> bool:
    """Use a code up, of the generator or a recovery code, and say whether it was right.

    Each is good once: the row is changed by one statement that only one of several at once can win.
    """
    code = second_rules.plain_code(typed)
    if len(code) == 6:
        return _use_generated(session, user.id, code, at)
    spent = session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == rules.hashed(code))
        .where(RecoveryCode.used_at.is_(None))
        .values(used_at=at)
    )
    if cast(CursorResult[Any], spent).rowcount != 1:
        return False
    left = recovery_codes_left(session, user.id)
    log.warning("person %s used a recovery code, %s are left", user.public_id, left)
    words = _(
        "Somebody signed in with one of your recovery codes. %(count)s are left. If it was not you, "
        "change your password and tell your network office at once.",
        count=left,
    )
    tell(session, user, _("A recovery code of your Switchback account was used"), words, at)
    return True


def _use_generated(session: Session, user_id: int, code: str, at: datetime) -> bool:
    sealed = session.scalar(select(TotpFactor.secret).where(TotpFactor.user_id == user_id))
    if sealed is None:
        return False
    try:
        step = second_rules.step_of(secrets_box.open_sealed(sealed, SEALED_FOR), code, at)
    except SealError:
        log.error("a code generator can't be opened with the installation's key")
        return False
    if step is None:
        return False
    done = session.execute(
        update(TotpFactor)
        .where(TotpFactor.user_id == user_id, TotpFactor.last_step < step)
        .values(last_step=step)
    )
    return cast(CursorResult[Any], done).rowcount == 1


def note_asked(session: Session, user_id: int, *, at: datetime) -> None:
    """Write down that a person's role asks for a second factor, from when the days of grace are counted.

    It is no change that anybody made: it raises no version and is no line in the trail.
    """
    session.execute(
        update(User).where(User.id == user_id, User.second_asked_at.is_(None)).values(second_asked_at=at)
    )


def remove_generator(session: Session, user: User, *, at: datetime) -> None:
    """Take a person's code generator away, as they asked; their passkeys and recovery codes stay.

    Raises:
        RuleError: there is none.
    """
    gone = session.execute(delete(TotpFactor).where(TotpFactor.user_id == user.id))
    if cast(CursorResult[Any], gone).rowcount != 1:
        raise RuleError(_("There is no code generator to take away."))
    subject = _("The code generator of your Switchback account was taken away")
    tell_of_less(session, user, subject, _("It counts no more."), at=at)


def tell_of_less(session: Session, user: User, subject: Words, body: Words, *, at: datetime) -> None:
    """Tell a person what was taken away; with the last of it recovery codes go, and the step is off."""
    # Who takes two away at once takes the last one away with the second.
    session.execute(select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    rows = (TotpFactor.user_id, Passkey.user_id)
    if all(session.scalar(select(row).where(row == user.id).limit(1)) is None for row in rows):
        _take_away(session, user)
        subject = _("Your Switchback account asks for no second step any more")
        body = _("The second step was switched off.")
    taken = body

    def words() -> str:
        return f"{said(taken)} {_('If it was not you, tell your network office at once.')}"

    tell(session, user, subject, words, at)


def reset(session: Session, user: User, *, by: Actor | None, at: datetime) -> None:
    """Take a person's second factor away for them: they lost it, and somebody made sure of who they are.

    Every sign-in of theirs ends, they are told by mail, and the change is in the trail.

    Raises:
        RuleError: there is none.
    """
    _take_away(session, user)
    sign_in_services.end_all(session, user.id, at=at)
    log.warning("second factor of person %s reset by %s", user.public_id, by.user_id if by else "command")
    who = by.name if by else _("The operator of this installation")  # said again with the sentence
    words = _(
        "%(name)s took your code generator, passkeys and recovery codes off your account, because you had "
        "lost them. Sign in with your password and set up new ones. If you asked for nothing, tell your "
        "network office at once.",
        name=who,
    )
    tell(session, user, _("The second step of your Switchback account was reset"), words, at)


def _take_away(session: Session, user: User) -> None:
    if user.second_since is None:
        raise RuleError(_("There is no second step to take away."))
    session.execute(delete(TotpFactor).where(TotpFactor.user_id == user.id))
    session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    user.second_since = None
    session.flush()


def tell(session: Session, user: User, subject: Words, body: Words, at: datetime) -> None:
    """Tell a person by mail, in their language, what happened to their account."""
    notices.mail(
        session, user.email, kind="accounts.security", subject=subject, body=body, at=at, locale=user.locale
    )
