"""``nic jobs``: what runs in the background, stopping it, trying it again."""

import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

import click
from flask.cli import with_appcontext

from nic_platform import clock, job_control
from nic_platform.database import session, transaction
from nic_platform.errors import PlatformError


@click.group("jobs")
def jobs_commands() -> None:
    """Look at background work, stop it, or try it again."""


@jobs_commands.command("list")
@click.option("--state", type=click.Choice(job_control.STATES), help="Only jobs of this state.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@with_appcontext
def list_jobs(state: str | None, limit: int, as_json: bool) -> None:
    """List jobs: what runs, what waits, what ended, newest first."""
    found = job_control.rows(session(), state=state or "", limit=limit)[:limit]
    if as_json:
        click.echo(json.dumps([asdict(row) for row in found], default=str))
        return
    for row in found:
        done = f" {row.progress} %" if row.state == "running" else ""
        click.echo(f"{row.id}  {row.state}{done}  {row.created_at:%Y-%m-%d %H:%M} UTC  {row.name}")
        if row.detail and row.state != "done":
            click.echo(f"    {row.detail}")
    if not found:
        click.echo("Nothing is there.")


@jobs_commands.command("retry")
@click.argument("job_id", type=click.UUID)
@with_appcontext
def retry_job(job_id: UUID) -> None:
    """Let a job that failed or was stopped begin again."""
    _act(job_id, job_control.again)
    click.echo("It begins again as soon as a worker is free.")


@jobs_commands.command("cancel")
@click.argument("job_id", type=click.UUID)
@with_appcontext
def cancel_job(job_id: UUID) -> None:
    """Stop a job: one that waits never begins, one that runs stops where it next says how far it is."""
    _act(job_id, job_control.stop)
    click.echo("It is asked to stop.")


def _act(job_id: UUID, work: Any) -> None:
    try:
        with transaction() as current:
            work(current, job_control.get(current, job_id), at=clock.now())
    except PlatformError as error:
        raise click.ClickException(str(error)) from error
