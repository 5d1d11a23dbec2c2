"""Sends the outbox by mail: to the configured server, or without one to the console and a folder of files.

Each notice is claimed before it is sent and marked afterwards, so that two workers never send it at once; if
a worker dies between the two it is sent again ten minutes later (a second copy is better than none). What is
due in somebody's quiet hours waits for their end.
"""

import logging
import smtplib
import ssl
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, closing, suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import click
from flask import Flask, current_app
from sqlalchemy import CursorResult, and_, func, or_, select, update
from sqlalchemy.orm import Session

from nic_platform import bounce_services, clock, jobs
from nic_platform.bounces import is_for_good
from nic_platform.database import Base, transaction
from nic_platform.letters import Letter, write
from nic_platform.notice_kinds import DIGEST_KIND
from nic_platform.notices import MAIL_JOB
from nic_platform.quiet import Quiet, known_zone
from nic_platform.serving import is_loopback
from nic_platform.tables import Notice

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
BATCH = 50
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))  # then the mail has failed
TIMEOUT = 20  # seconds
FRESH = timedelta(minutes=5)
"""A mail that goes out so soon after its notice is not asked about again."""


class MailError(Exception):
    """A mail could not be handed over; ``final`` says that trying again is of no use."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


Check = Callable[[Session, Sequence[Letter]], Collection[int]]
_CHECKS: list[Check] = []


def ask_before_sending(check: Check) -> None:
    """Have *check* say, by the numbers of their notices, which letters tell of what is hidden by now."""
    if check not in _CHECKS:
        _CHECKS.append(check)


def due(session: Session, at: datetime, most: int = BATCH) -> list[Letter]:
    """Return the notices whose mail is due, oldest first; people who want none get the last ones only."""
    person = Base.metadata.tables["user_account"].c  # the frame knows no domain, only these tables' names
    network = Base.metadata.tables["network"].c
    address = func.coalesce(Notice.address, person.email)
    rows: Any = session.execute(
        select(
            Notice.id, Notice.public_id, address, func.coalesce(person.name, ""), Notice.subject, Notice.body,
            Notice.path, Notice.address.is_(None), Notice.mail_attempts, Notice.kind,
            func.coalesce(func.nullif(person.time_zone, ""), network.time_zone), person.quiet_from,
            person.quiet_until, person.quiet_weekends, Notice.user_id, Notice.network_id, Notice.created_at,
            person.public_id, func.coalesce(person.locale, _locale_at(Notice.address), ""), Notice.is_last,
        )
        .outerjoin(person.id.table, person.id == Notice.user_id)
        .outerjoin(network.id.table, network.id == Notice.network_id)
        .where(Notice.mail_state == "waiting", Notice.mail_after <= at)
        .where(or_(Notice.address.is_not(None), _wants(person)))
        .order_by(Notice.mail_after, Notice.id)
        .limit(most)
    )  # fmt: skip
    return [Letter(*(*row[:10], _quiet(*row[10:14]), *row[14:])) for row in rows]


def _locale_at(address: Any) -> Any:
    """Return the language of whoever signs in by an address, for a letter to the address alone."""
    person = Base.metadata.tables["user_account"].alias("at_address").c
    return select(person.locale).where(person.email == address).scalar_subquery()


def _wants(person: Any) -> Any:
    """Return the condition that a person gets mail at all: they want it, or it may not be turned down."""
    wanted = (person.mail_notices | Notice.is_last) & person.mail_bounced_at.is_(None)
    return wanted & person.disabled_at.is_(None) & ~person.is_service


def _quiet(zone: str | None, begins: int | None, ends: int | None, weekends: bool | None) -> Quiet | None:
    """Return when a person wants no mail; ``None`` for who has no such hours, or no account."""
    if not weekends and (begins is None or ends is None):
        return None
    return Quiet(known_zone(zone, Quiet.zone), begins, ends, bool(weekends))


def leave_out_unwanted(session: Session, at: datetime) -> None:
    """Mark the mail of people who want none, or who can't sign in any more, as never to be sent."""
    person = Base.metadata.tables["user_account"].c
    off = select(person.id).where(~person.mail_notices)
    gone = select(person.id).where(person.mail_bounced_at.is_not(None) | person.disabled_at.is_not(None))
    session.execute(
        update(Notice)
        .where(Notice.mail_state.in_(["waiting", "digest"]), Notice.mail_after <= at)
        .where(Notice.address.is_(None))
        .where(or_(Notice.user_id.in_(gone), Notice.user_id.in_(off) & ~Notice.is_last))
        .values(mail_state="none")
    )


def _count_from_now(session: Session, at: datetime) -> None:
    """Let mail that a clock since set back has put off too far be due now; quiet hours are asked again."""
    written_ahead = Notice.created_at > at + clock.FAR_AHEAD
    put_off_too_far = and_(Notice.mail_attempts > 0, Notice.mail_after > at + PAUSES[-1] + clock.FAR_AHEAD)
    session.execute(
        update(Notice)
        .where(Notice.mail_state == "waiting", Notice.mail_after > at, or_(written_ahead, put_off_too_far))
        .values(mail_after=at)
    )


def send_due(at: datetime | None = None) -> dict[str, int]:
    """Send everything that is due, in batches; return how many were sent, put off and given up."""
    counts = {"sent": 0, "later": 0, "failed": 0}
    at = at or clock.now()
    with transaction(at=at) as current:
        _count_from_now(current, at)
        leave_out_unwanted(current, at)
    while True:
        with transaction(at=at) as current:
            found = due(current, at)
            hidden = _leave_out_hidden(current, found, at)
            letters = [each for each in found if each.notice_id not in hidden and _claim(current, each, at)]
        if not found:
            return counts
        if letters:
            _hand_over(letters, at, counts)


def _leave_out_hidden(session: Session, letters: Sequence[Letter], at: datetime) -> set[int]:
    """Mark letters that waited, and tell of what their reader may not read any more, as never to be sent.

    What was written just now was written for who may read it. A digest was looked through when it was made.
    """
    waited = [
        each for each in letters
        if each.user_id is not None and each.kind != DIGEST_KIND and (each.created_at or at) < at - FRESH
    ]  # fmt: skip
    hidden = {number for check in _CHECKS for number in check(session, waited)} if waited else set()
    if hidden:
        session.execute(update(Notice).where(Notice.id.in_(sorted(hidden))).values(mail_state="none"))
    return hidden


def _claim(session: Session, letter: Letter, at: datetime) -> bool:
    """Take a letter for sending; in its person's quiet hours put it off to their end instead."""
    ends = letter.quiet.until(at) if letter.quiet else None
    if ends is not None:
        session.execute(
            update(Notice)
            .where(Notice.id == letter.notice_id, Notice.mail_state == "waiting")
            .where(Notice.mail_attempts == letter.attempts)
            .values(mail_after=ends)
        )
        return False
    taken = session.execute(
        update(Notice)
        .where(Notice.id == letter.notice_id, Notice.mail_state == "waiting")
        .where(Notice.mail_attempts == letter.attempts)
        .values(mail_attempts=Notice.mail_attempts + 1, mail_after=at + LEASE)
    )
    return cast(CursorResult[Any], taken).rowcount == 1


def _hand_over(letters: Sequence[Letter], at: datetime, counts: dict[str, int]) -> None:
    config = current_app.config
    with _way(config) as way:
        for letter in letters:
            message = write(letter, sender=config["MAIL_FROM"], base_url=config["BASE_URL"], at=at)
            try:
                way.send(message)
            except MailError as error:
                counts[_put_off(letter, error, at)] += 1
            else:
                _mark_sent(letter)
                counts["sent"] += 1


def _mark_sent(letter: Letter) -> None:
    values: dict[str, Any] = {"mail_state": "sent", "mailed_at": clock.now(), "mail_error": None}
    if not letter.keeps_body:
        values["body"] = ""  # it held a link that lets somebody in; the database keeps only its hash
    with transaction() as current:
        current.execute(update(Notice).where(Notice.id == letter.notice_id).values(**values))


def _put_off(letter: Letter, error: MailError, at: datetime) -> str:
    given_up = error.final or letter.attempts >= len(PAUSES)
    values: dict[str, Any] = {
        "mail_error": str(error)[:500],
        "mail_state": "failed" if given_up else "waiting",
    }
    if not given_up:
        values["mail_after"] = at + PAUSES[letter.attempts]
    with transaction() as current:
        current.execute(update(Notice).where(Notice.id == letter.notice_id).values(**values))
        if error.final and letter.user_id is not None and is_for_good(str(error)):
            bounce_services.stop_mail(current, letter.user_id, letter.address, str(error), at)
    log.warning("Mail %s: %s", letter.public_id, error)
    return "failed" if given_up else "later"


def _way(config: Any) -> AbstractContextManager["Server | Folder"]:
    if config["MAIL_URL"]:
        return closing(Server(config["MAIL_URL"]))
    return closing(Folder(Path(config["DATA_DIR"]) / "mail"))


class Folder:
    """Where mail goes when no server is configured: a file each, and a line with the text on the console."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the mail down."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{clock.now():%Y%m%dT%H%M%S}-{str(message['Message-ID'])[1:9]}.eml"
        (self._folder / name).write_bytes(bytes(message))
        plain = message.get_body(("plain",))
        text = plain.get_content() if plain is not None else ""
        click.echo(f"Mail to {message['To']}: {message['Subject']}\n{text}(kept as {name})", err=True)

    def close(self) -> None:
        """Nothing is open."""


class Server:
    """The mail server behind NIC_MAIL_URL; one connection for many mails."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._client: smtplib.SMTP | None = None

    def connect(self) -> smtplib.SMTP:
        """Open the connection, encrypted, sign in, and return it; :meth:`close` ends it.

        Raises:
            MailError: the server can't be reached, refuses the password, or offers no encryption for it.
        """
        host = self._url.hostname or ""
        try:
            if self._url.scheme == "smtps":
                self._client = smtplib.SMTP_SSL(
                    host, self._url.port or 465, timeout=TIMEOUT, context=ssl.create_default_context()
                )
            else:
                self._client = smtplib.SMTP(host, self._url.port or 587, timeout=TIMEOUT)
                self._encrypt(self._client, host)
            if self._url.username:
                self._client.login(unquote(self._url.username), unquote(self._url.password or ""))
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise MailError(f"The mail server {host} said: {error}") from error
        return self._client

    def _encrypt(self, client: smtplib.SMTP, host: str) -> None:
        client.ehlo()
        if client.has_extn("starttls"):
            client.starttls(context=ssl.create_default_context())
            client.ehlo()
        elif self._url.username and not is_loopback(host):
            self.close()
            raise MailError(
                f"{host} offers no encryption, so the password was not sent. Use smtps:// or another server."
            )

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over.

        Raises:
            MailError: the server did not take it; ``final`` when it never will.
        """
        client = self._client or self.connect()
        try:
            client.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise MailError(f"{code} {_text(said)}", final=500 <= code < 600) from error
        except smtplib.SMTPResponseException as error:
            raise MailError(f"{error.smtp_code} {_text(error.smtp_error)}") from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise MailError(f"The mail server said: {error}") from error

    def close(self) -> None:
        """Say goodbye, if there is somebody to say it to."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError, smtplib.SMTPException):
                client.quit()
            client.close()


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


@jobs.register(MAIL_JOB)
def send_mail(_payload: dict[str, Any], _report: jobs.Report) -> dict[str, Any]:
    """Send what is due; a job that repeats every minute and is rung when a notice is written."""
    return dict(send_due())


jobs.every(MAIL_JOB, 1)


def set_up(app: Flask) -> None:
    """Make the folder that mail without a server goes to."""
    if not app.config["MAIL_URL"]:
        (Path(app.config["DATA_DIR"]) / "mail").mkdir(mode=0o700, parents=True, exist_ok=True)
