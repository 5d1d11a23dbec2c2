"""``nic demo``: build the demo network once, and serve it on this machine."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import flask_migrate
import sqlalchemy as sa
from flask import Flask
from platformdirs import user_data_path
from sqlalchemy.engine import make_url

from nic_platform import clock, loading, serving
from nic_platform.config import SettingError
from nic_platform.database import db, transaction
from nic_platform.demo import manifest
from nic_platform.demo.build import SEED, Step, build
from nic_platform.demo.people import BY_ROLE, THREE
from nic_platform.tables import Installation

FACTS = "demo.json"
FileName = click.Path(dir_okay=False, path_type=Path)


@click.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-serve", "--build-only", "no_serve", is_flag=True, help="Build it and stop.")
@click.option(
    "--manifest", "manifest_file", type=FileName, help="Write what is in it, for checks from outside."
)
@click.option("--rebuild", is_flag=True, help="Throw the demo away and build it anew, around today.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed gives other schools and numbers.")
def demo(port: int, no_serve: bool, manifest_file: Path | None, rebuild: bool, seed: int) -> None:
    """Build the demo network and serve it on this machine.

    It lives in a folder of its own (or in NIC_DATA_DIR, or DATABASE_URL, if you set them) and never touches
    a database that isn't a demo. Its people and their passwords are made up, so it is served on 127.0.0.1
    only.
    """
    app = _make_app()
    with app.app_context():
        if rebuild:
            _throw_away()
        facts = _facts(app) if _is_built() else _build(app, seed)
        if manifest_file:
            _hand_out(facts, manifest_file)
        db.session.remove()
    _say_who()
    if not no_serve:
        _serve(app, port)


def _make_app() -> Flask:
    environ = dict(os.environ)
    if not environ.get("NIC_DATA_DIR", "").strip():
        environ["NIC_DATA_DIR"] = str(user_data_path("switchback-demo", appauthor=False))
    try:
        with loading.at_once():
            from nic_platform.app import create_app

            return create_app(environ=environ)
    except SettingError as error:
        raise click.UsageError(str(error)) from error


def _is_built() -> bool:
    """Say whether the demo is there.

    Raises:
        ClickException: the database holds something that isn't a demo.
    """
    marked = _installation()
    if marked is None:
        return False
    is_demo, built_at = marked
    if not is_demo:
        raise click.ClickException(
            "This database isn't a demo, so it is left alone. Unset DATABASE_URL and NIC_DATA_DIR, or name "
            "others."
        )
    flask_migrate.upgrade()
    age = (clock.now() - built_at).days
    if age:
        click.echo(f"The demo was built {age} days ago; nic demo --rebuild moves it to today.")
    return True


def _installation() -> tuple[bool, datetime] | None:
    """Return whether the database is marked as a demo, and since when; nothing for an empty one."""
    with db.engine.connect() as connection:  # closed before a migration wants the database for itself
        if not sa.inspect(connection).has_table("installation"):
            return None
        row = connection.execute(
            sa.select(Installation.is_demo, Installation.created_at).order_by(Installation.id).limit(1)
        ).one_or_none()
    return (row[0], row[1]) if row else None


def _throw_away() -> None:
    if not _is_built():
        return
    url = make_url(db.engine.url)
    db.session.remove()
    if url.get_backend_name() == "sqlite" and url.database:
        db.engine.dispose()
        for ending in ("", "-wal", "-shm"):
            Path(url.database + ending).unlink(missing_ok=True)
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


def _build(app: Flask, seed: int) -> dict[str, Any]:
    flask_migrate.upgrade()
    now = clock.now()
    with _progress() as step, transaction(at=now) as current:
        built = build(current, now=now, seed=seed, step=step)
        facts = manifest.facts(built, app)
    _facts_file(app).write_text(json.dumps(facts, indent=1), encoding="utf-8")
    return facts


@contextmanager
def _progress() -> Iterator[Step]:
    """Show a bar on a terminal; elsewhere one line when it begins."""
    if not sys.stderr.isatty():
        click.echo("Building the demo network ...", err=True)
        yield lambda _name, _share: None
        return
    with click.progressbar(length=100, label="Building the demo network", file=sys.stderr) as bar:
        yield lambda _name, share: bar.update(share)


def _facts_file(app: Flask) -> Path:
    return Path(app.config["DATA_DIR"]) / FACTS


def _facts(app: Flask) -> dict[str, Any]:
    file = _facts_file(app)
    if not file.exists():
        return {}
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _hand_out(facts: dict[str, Any], file: Path) -> None:
    if not facts:
        raise click.ClickException(
            "What is in this demo isn't known any more. Run nic demo --rebuild --manifest FILE."
        )
    file.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    click.echo(f"The manifest is in {file}.")


def _say_who() -> None:
    click.echo("Sign in as one of these (all of it is made up):")
    for role in THREE:
        person = BY_ROLE[role]
        click.echo(f"  {person.name:<16} {person.email:<24} {person.password:<24} {person.teams[0][0]}")


def _serve(app: Flask, port: int) -> None:
    try:
        serving.serve(app, port=port, ready=lambda address: click.echo(f"Open {address}/  (Ctrl+C stops it)"))
    except serving.ServingError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("Stopped.")
