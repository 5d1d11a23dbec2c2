"""``nic retention``: what a network has kept long enough goes for good."""

import json

import click
from flask import current_app
from flask.cli import with_appcontext

from desk import keeping, retention_services
from desk.retention_services import NetworkReport
from desk.words import kind_name
from nic_platform import clock
from nic_platform.purging import Report
from nic_platform.storage import storage


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Only say what would go; nothing is changed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a script.")
@with_appcontext
def retention_command(dry_run: bool, as_json: bool) -> None:
    """Take out for good what each network has kept long enough, network by network.

    The worker does the same once a day. What was deleted is kept for NIC_KEPT_DAYS unless a network says
    otherwise. The audit trail keeps who did what and when, without the values.
    """
    days, at = int(current_app.config["KEPT_DAYS"]), clock.now()
    found = retention_services.purge_networks(storage(), days, at=at, is_dry=dry_run)
    if as_json:
        click.echo(
            json.dumps({"days": days, "dry_run": dry_run, "networks": [_facts(each) for each in found]})
        )
        return
    head = "Would go" if dry_run else "Gone"
    for each in found:
        kept = each.kept
        click.echo(f"{kept.name}. {head}: what was deleted more than {kept.days['deleted']} days ago.")
        for line in lines(each.report):
            click.echo(f"  {line}")
        for line in old_lines(each):
            click.echo(f"  {line}")


def _facts(each: NetworkReport) -> dict[str, object]:
    kept = each.kept
    return {"id": str(kept.id), "name": kept.name, "kept": dict(kept.days), **each.report.as_dict()}


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


def old_lines(each: NetworkReport) -> list[str]:
    """Return what was kept long enough, line by line, with for how many days that is."""
    names = keeping.names()
    return [
        f"{each.report.old[span.key]:>6}  {names[span.key]}: kept for {days} days"
        if (days := each.kept.days[span.key])
        else f"{'':>6}  {names[span.key]}: kept for good"
        for span in keeping.SPANS
        if span.key != "deleted"
    ]
