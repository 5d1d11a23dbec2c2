"""The commands that run and look after an installation. Their settings: docs/operators.md."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext

from nic_platform import archive, audit_trail, backup, doctor, serving, upgrading
from nic_platform.database import db, session
from nic_platform.storage import storage
from nic_platform.stored import StorageError

FileName = click.Path(dir_okay=False, path_type=Path)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a script.")


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the domain says went wrong into one sentence and exit code 1."""
    try:
        yield
    except (archive.ArchiveError, backup.BackupError, serving.ServingError) as error:
        raise click.ClickException(str(error)) from error
    except StorageError as error:
        raise click.ClickException(f"The place where files lie does not answer: {error.why}.") from error


@contextmanager
def _bar(length: int, label: str, quiet: bool) -> Iterator[Any]:
    """Show a bar on the terminal (on its error channel), and give the function that moves it on."""
    if quiet or not sys.stderr.isatty():
        yield lambda _count: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


# ---------------------------------------------------------------- serving


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=serving.THREADS, show_default=True, type=click.IntRange(1, 64))
@click.option("--no-worker", is_flag=True, help="Do no background work here; run `nic worker` yourself.")
@click.option("--production", is_flag=True, help="Several processes (gunicorn), no worker.")
@click.option("--processes", type=click.IntRange(1, 64), help="With --production; else as many as cores.")
@with_appcontext
def serve_command(
    host: str, port: int, threads: int, no_worker: bool, production: bool, processes: int | None
) -> None:
    """Serve the platform until it is stopped.

    A proxy with TLS belongs in front. Larger installations run it with --production, and `nic worker` beside
    it as a service of its own. A demo database is served on this machine only.
    """
    _require_usable()
    if production:
        with _told():
            serving.become_gunicorn(host=host, port=port, threads=threads, processes=processes)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # what werkzeug's proxy stands for
    with _told():
        serving.serve(
            app,
            host=host,
            port=port,
            threads=threads,
            with_worker=not no_worker,
            ready=lambda address: click.echo(f"Switchback is ready: {address}/"),
        )


def _require_usable() -> None:
    """Refuse to serve an empty database or an earlier one.

    A later one, whose migrations are not known here, is served: while hosts are upgraded one by one, one of
    the version before may have to start again, and a release's migrations only add.
    """
    with db.engine.connect() as connection:
        at = backup.revision(connection)
    if not at:
        raise click.ClickException("The database is empty. Run nic init first (or nic demo to look around).")
    if at != doctor.head() and at in {script.revision for script in doctor.scripts().walk_revisions()}:
        raise click.ClickException("The database is of an earlier version. Run nic backup, then nic upgrade.")


@click.command("worker")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 64), help="Jobs at once.")
@click.option("--until-parent-ends", is_flag=True, hidden=True)
@with_appcontext
def worker_command(threads: int, until_parent_ends: bool) -> None:
    """Do background work until stopped: send mail, fold sums, remind, import.

    SIGTERM lets running jobs finish. Several workers may run at once; none does another's job.
    """
    from nic_platform import worker

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # what werkzeug's proxy stands for
    if until_parent_ends:
        worker.end_with(os.getppid())
    try:
        worker.serve(app, threads)
    except worker.NoQueueError as error:
        raise click.ClickException(str(error)) from error


# ---------------------------------------------------------------- the database


@click.command("upgrade")
@json_option
@with_appcontext
def upgrade_command(as_json: bool) -> None:
    """Bring the database up to this version. Safe to run again; back up first.

    On PostgreSQL people may go on working: it gives way to them and tries again, for a minute and a half.
    """
    with db.engine.connect() as connection:
        before = backup.revision(connection)
    try:
        upgrading.upgrade()
    except upgrading.BusyTablesError as error:
        raise click.ClickException(str(error)) from error
    after = doctor.head()
    if as_json:
        click.echo(json.dumps({"from": before, "to": after}))
    else:
        click.echo(f"The database is at {after}." if before == after else f"Upgraded to {after}.")


# ---------------------------------------------------------------- backup and restore


@click.command("backup")
@click.argument("file", type=FileName)
@json_option
@with_appcontext
def backup_command(file: Path, as_json: bool) -> None:
    """Write everything (rows, attachments, the secret key) into FILE, a .tar.gz that only you may read.

    People may go on working: all rows come from one moment. FILE appears when it is whole, never before.
    """
    key = Path(current_app.config["DATA_DIR"]) / "secret_key"
    from_file = key.exists() and not os.environ.get("NIC_SECRET_KEY")
    with _told():
        rows = backup.count_rows(db.engine)
        with _bar(rows, "Backing up", as_json) as told:
            manifest = backup.dump(
                db.engine,
                storage(),
                file,
                platform=version("nic-platform"),
                secret=str(current_app.config["SECRET_KEY"]),
                key_file=key if from_file else None,
                told=told,
            )
    _say_manifest(file, manifest, as_json, "Backed up")
    for missing in manifest.missing:
        click.echo(f"Warning: the attachment {missing} was not in the storage.", err=True)


def _say_manifest(file: Path, manifest: archive.Manifest, as_json: bool, verb: str) -> None:
    size = file.stat().st_size
    if as_json:
        told = {key: value for key, value in asdict(manifest).items() if key != "members"}
        click.echo(json.dumps({**told, "file": str(file), "bytes": size, "rows": manifest.rows}))
    else:
        click.echo(f"{verb}: {manifest.rows:,} rows, {size / 1e6:.1f} MB, of {manifest.made_at}, in {file}")


@click.command("check-backup")
@click.argument("file", type=FileName)
@click.argument("other", type=FileName, required=False)
@json_option
def check_backup(file: Path, other: Path | None, as_json: bool) -> None:
    """Read FILE to its end and say whether it is whole; with OTHER, whether both hold the same."""
    with _told():
        manifest = archive.read_manifest(file)
        apart = archive.differences(manifest, archive.read_manifest(other)) if other else []
    if apart:
        raise click.ClickException(f"They differ in {', '.join(apart)}.")
    _say_manifest(file, manifest, as_json, "Whole and alike" if other else "Whole")


@click.command("restore")
@click.argument("file", type=FileName)
@click.option("--replace", is_flag=True, help="Put the backup in the place of what the database holds.")
@json_option
@with_appcontext
def restore_command(file: Path, replace: bool, as_json: bool) -> None:
    """Put the backup FILE into this database: SQLite or PostgreSQL, whichever it came from.

    The file is read and checked to its end before anything is touched, and then restored in one transaction:
    whole or not at all. Stop the server and the worker first.
    """
    with _told():
        size = file.stat().st_size if file.exists() else 0
        with _bar(size * 8, "Checking  ", as_json) as told:
            manifest = archive.read_manifest(file, told)
        _bring_to(manifest, replace)
        with _bar(manifest.rows, "Restoring ", as_json) as told:
            backup.load(db.engine, storage(), file, manifest, replace=replace, told=told)
    _restore_key(file, manifest)
    flask_migrate.upgrade()
    _say_manifest(file, manifest, as_json, "Restored")


def _bring_to(manifest: archive.Manifest, replace: bool) -> None:
    """Give an empty database the tables that the backup was made from."""
    known = {script.revision for script in doctor.scripts().walk_revisions()}
    if manifest.revision not in known:
        raise backup.BackupError(
            f"The backup was made by a newer version ({manifest.platform}). Install that version first."
        )
    with db.engine.connect() as connection:
        at = backup.revision(connection)
        if at and not replace and backup.has_rows(connection):
            raise backup.BackupError(
                "The database is not empty. Use --replace to put the backup in its place."
            )
    if not at:
        flask_migrate.upgrade(revision=manifest.revision)


def _restore_key(file: Path, manifest: archive.Manifest) -> None:
    """Put the secret key back, or say that the one in force is another."""
    if os.environ.get("NIC_SECRET_KEY"):
        if backup.fingerprint(str(current_app.config["SECRET_KEY"])) != manifest.key_fingerprint:
            click.echo("Warning: NIC_SECRET_KEY is not the key this backup was made with.", err=True)
        return
    for name, stream in archive.members(file):
        if name == backup.KEY_MEMBER:
            path = Path(current_app.config["DATA_DIR"]) / "secret_key"
            part = path.with_name("secret_key.part")
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(stream.read())
            part.replace(path)
            return
    click.echo("Warning: the backup holds no secret key. Set NIC_SECRET_KEY as it was.", err=True)


# ---------------------------------------------------------------- looking after


@click.command("doctor")
@json_option
@with_appcontext
def doctor_command(as_json: bool) -> None:
    """Look the installation over; exit with 1 if something needs mending."""
    findings = []
    for finding in doctor.examine():
        findings.append(finding)
        if not as_json:
            click.echo(f"{'ok     ' if finding.is_well else 'problem'}  {finding.what}: {finding.said}")
            if finding.mend:
                click.echo(f"         {finding.mend}")
    if as_json:
        click.echo(json.dumps([{**asdict(finding), "ok": finding.is_well} for finding in findings]))
    if not all(finding.is_well for finding in findings):
        raise SystemExit(1)


@click.group("audit")
def audit_commands() -> None:
    """Check the trail of who changed what."""


@audit_commands.command("verify")
@json_option
@with_appcontext
def audit_verify(as_json: bool) -> None:
    """Find every row that was changed behind the platform's back; exit with 1 if there is one."""
    with _bar(2 * audit_trail.entries(session()), "Reading the trail", as_json) as told:
        faults = list(audit_trail.verify(session(), told))
    for fault in faults:
        if not as_json:
            click.echo(f"{fault.kind} {fault.object_id}, change {fault.seq}: {fault.what}")
    if as_json:
        click.echo(json.dumps([asdict(fault) for fault in faults], default=str))
    elif not faults:
        click.echo("Every change is accounted for.")
    if faults:
        raise SystemExit(1)
