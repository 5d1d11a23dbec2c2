"""Looks an installation over: what was looked at, whether it is well, and if not what the mend is."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from nic_platform import backup, clock, jobs, mail, pdf
from nic_platform.database import Base, db, session
from nic_platform.paths import resource
from nic_platform.serving import is_loopback
from nic_platform.storage import storage
from nic_platform.stored import StorageError
from nic_platform.tables import AuditEntry, Installation, Job, Notice, Schedule

LITTLE_SPACE = 1 << 30  # bytes
SKEW = timedelta(seconds=30)


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``mend`` is empty when it is well."""

    what: str
    said: str
    mend: str = ""

    @property
    def is_well(self) -> bool:
        """Say whether there is nothing to mend."""
        return not self.mend


def examine() -> Iterator[Finding]:
    """Look at everything, one after the other; what fails on the way is a finding too."""
    for what, look in _CHECKS.items():
        try:
            yield look()
        except SQLAlchemyError as error:
            db.session.rollback()
            said = str(error.__cause__ or error).strip().splitlines()[0]
            yield Finding(what, said, "Mend the database first, then run nic doctor again.")
        except OSError as error:
            yield Finding(what, str(error), "Give this user the right to read and write there.")


def scripts() -> ScriptDirectory:
    """Return the migrations that this version brings along."""
    return ScriptDirectory(str(resource("migrations")))


def head() -> str:
    """Return the newest migration that this version brings along."""
    return scripts().get_current_head() or "none"


def _configuration() -> Finding:
    base = urlsplit(str(current_app.config["BASE_URL"]))
    if base.scheme == "http" and not is_loopback(base.hostname or ""):
        return Finding(
            "configuration",
            f"people come by {base.geturl()}, unencrypted",
            "Put a proxy with TLS in front and set NIC_BASE_URL to its https:// address.",
        )
    return Finding("configuration", f"every setting is valid; address {base.geturl()}")


def _database() -> Finding:
    url = make_url(str(current_app.config["SQLALCHEMY_DATABASE_URI"]))
    if url.get_backend_name() == "sqlite":
        said = str(session().execute(text("PRAGMA quick_check(1)")).scalar())
        mend = "" if said == "ok" else "The file is damaged: restore the last backup with nic restore."
        return Finding("database", f"SQLite {url.database}: {said}", mend)
    version = session().execute(text("SHOW server_version")).scalar()
    number = int(str(session().execute(text("SHOW server_version_num")).scalar()))
    mend = "" if number >= 140000 else "Use PostgreSQL 14 or newer."
    return Finding("database", f"PostgreSQL {version} at {url.host or 'the local socket'}", mend)


def _migrations() -> Finding:
    at = backup.revision(session().connection())
    if not at:
        return Finding("migrations", "the database is empty", "Run nic init.")
    if at != head():
        return Finding("migrations", f"at {at}, this version needs {head()}", "Run nic upgrade.")
    return Finding("migrations", f"at {at}, the newest")


def _clock() -> Finding:
    ours = clock.now()
    if db.engine.dialect.name == "postgresql":
        theirs = session().execute(select(func.clock_timestamp())).scalar_one()
        if abs(theirs - ours) > SKEW:
            apart = int(abs(theirs - ours).total_seconds())
            return Finding(
                "clock", f"{apart} s apart from the database's", "Let both machines keep network time."
            )
    last = session().scalar(select(func.max(AuditEntry.at)))
    if last is not None and last > ours + SKEW:
        return Finding(
            "clock", f"the last change is dated {last:%Y-%m-%d %H:%M} UTC, in the future", "Set the clock."
        )
    return Finding("clock", f"{ours:%Y-%m-%d %H:%M} UTC")


def _mail() -> Finding:
    failed = session().scalar(select(func.count()).where(Notice.mail_state == "failed")) or 0
    person = Base.metadata.tables["user_account"].c
    dead = session().scalar(select(func.count(person.id)).where(person.mail_bounced_at.is_not(None))) or 0
    back = f"; mail to {dead} people comes back (see Work in the background)" if dead else ""
    url = str(current_app.config["MAIL_URL"])
    if not url:
        folder = Path(str(current_app.config["DATA_DIR"])) / "mail"
        return Finding("mail", f"no server set: mail is written to {folder} (NIC_MAIL_URL sets one)")
    try:
        with closing(mail.Server(url)) as server:
            server.connect()
    except mail.MailError as error:
        return Finding("mail", str(error), "Correct NIC_MAIL_URL, or ask who runs the mail server.")
    host = urlsplit(url).hostname
    if failed:
        return Finding(
            "mail", f"{host} answers, but {failed} mails were given up", "See the worker's log for why."
        )
    return Finding("mail", f"{host} answers{back}")


def _worker() -> Finding:
    late = clock.now() - jobs.UNHEARD * 2
    waiting = session().scalar(select(func.count()).where(Job.state == "queued", Job.created_at < late)) or 0
    unsent = session().scalar(
        select(func.count()).where(Notice.mail_state == "waiting", Notice.mail_after < late)
    )
    if waiting or unsent:
        said = f"{waiting} jobs and {unsent} mails have waited for more than four minutes"
        return Finding("worker", said, "Start nic worker (nic serve brings one along).")
    seen = session().scalar(select(func.max(Schedule.last_run_at)))
    when = f"last at work {seen:%Y-%m-%d %H:%M} UTC" if seen else "none has been at work yet"
    return Finding("worker", f"nothing waits for too long; {when}")


def _data_folder() -> Finding:
    folder = Path(str(current_app.config["DATA_DIR"]))
    if not os.access(folder, os.W_OK):
        return Finding("data folder", f"{folder} can't be written to", "Give it to the user that runs nic.")
    key = folder / "secret_key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        return Finding("data folder", f"others on this machine can read {key}", f"Run chmod 600 {key}.")
    return Finding("data folder", str(folder))


def _files() -> Finding:
    """Put a few bytes away, read them and take them off again, where attached files lie."""
    place = current_app.config.get("BUCKET")
    where = place.words if place else str(current_app.config["STORAGE"])
    probe = b"nic doctor was here"
    try:
        kept = storage().put(BytesIO(probe))
        with storage().open(kept.key) as found:
            said = found.read()
        storage().delete(kept.key)
    except StorageError as error:
        mend = "Correct NIC_STORAGE and NIC_S3_…; the key needs the rights to put, get and delete."
        return Finding("files", f"{where}: {error.why}", mend)
    except FileNotFoundError:
        return Finding(
            "files", f"{where}: what was put away is not there", "Use a store that reads after writes."
        )
    if said != probe:
        return Finding("files", f"{where}: other bytes came back", "Use another store.")
    return Finding("files", f"{where}: put away, read and deleted")


def _disk() -> Finding:
    free = shutil.disk_usage(str(current_app.config["DATA_DIR"])).free
    said = f"{free / (1 << 30):.1f} GB free"
    return Finding("disk", said, "" if free >= LITTLE_SPACE else "Make room: less than 1 GB is left.")


def _demo() -> Finding:
    marked = bool(session().scalar(select(Installation.is_demo).limit(1)))
    base = urlsplit(str(current_app.config["BASE_URL"]))
    if marked and not is_loopback(base.hostname or ""):
        return Finding(
            "accounts",
            "this is a demo database, whose passwords everybody knows",
            "Make a database of your own with nic init; nic serve refuses to serve this one to others.",
        )
    return Finding("accounts", "a demo database, on this machine only" if marked else "no demo accounts")


def _pdf() -> Finding:
    lacking = pdf.lack()
    if not lacking:
        return Finding("pdf", "reports and worksheets can be drawn as PDFs")
    if "not installed" in lacking:  # a choice, not a fault
        return Finding("pdf", f"none are made: {lacking} Pages say to print from the browser")
    return Finding("pdf", "WeasyPrint is there, but can't draw", lacking)


_CHECKS: dict[str, Callable[[], Finding]] = {
    "configuration": _configuration,
    "database": _database,
    "migrations": _migrations,
    "accounts": _demo,
    "clock": _clock,
    "mail": _mail,
    "worker": _worker,
    "data folder": _data_folder,
    "files": _files,
    "disk": _disk,
    "pdf": _pdf,
}
