"""``nic retention``: what was deleted longer ago than things are kept goes for good."""

import json

import click
from flask import current_app
from flask.cli import with_appcontext

from desk import retention_services
from desk.words import kind_name
from nic_platform import clock
from nic_platform.purging import Report
from nic_platform.storage import storage


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Only say what would go; nothing is changed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a script.")
@with_appcontext
def retention_command(dry_run: bool, as_json: bool) -> None:
    """Take out for good what was deleted longer ago than NIC_KEPT_DAYS.

    The worker does the same once a day. The audit trail keeps who did what and when, without the values.
    """
    days = int(current_app.config["KEPT_DAYS"])
    found = retention_services.purge_all(storage(), days, at=clock.now(), is_dry=dry_run)
    if as_json:
        click.echo(json.dumps({"days": days, "dry_run": dry_run, **found.as_dict()}))
        return
    head = "Would go" if dry_run else "Gone"
    click.echo(f"{head}: what was deleted more than {days} days ago.")
    for line in lines(found):
        click.echo(f"  {line}")


def lines(found: Report) -> list[str]:
    """Return a report line by line, by kind."""
    told = [f"{count:>6}  {kind_name(kind, count)}" for kind, count in sorted(found.gone.items())]
    told.append(f"{found.files:>6}  files ({found.bytes / 1e6:.1f} MB)")
    told.append(f"{found.notices:>6}  notices of them")
    told += [
        f"{count:>6}  {kind_name(kind, count)}: stays, something still rests on it"
        for kind, count in sorted(found.stays.items())
    ]
    return told
