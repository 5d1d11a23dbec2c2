"""Many measurements sent at once, as the API takes them: checked as a pasted table is, all or none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from measures import count_import_services, save_services
from measures.count_import_services import Place
from measures.count_table import DETAILS, Around, Found, Options, sort_out
from nic_platform.actor import Actor
from nic_platform.errors import InputError
from nic_platform.text import _
from teams.models import Team

NAMES = {
    name: name for name in ("observed_on", "count", "population", "value", "subgroup", "subgroup_set", "note")
}
SHOWN = 200  # problems that an answer names


def take(
    session: Session,
    place: Place,
    items: Sequence[Mapping[str, Any]],
    options: Options,
    around: Around,
    *,
    names: Mapping[str, str] = NAMES,
    is_trial: bool,
    by: Actor,
    at: datetime,
) -> dict[str, Any]:
    """Write what was sent, all or none, and return what was done; a trial writes nothing.

    What was sent before is known by its day, series, group and numbers: sent again it writes nothing.

    Raises:
        InputError: some rows have problems; ``fields`` names each as ``items.3.count``, counted from 0.
    """
    found = Found(len(items))
    sort_out(found, [(at_row, _values(each)) for at_row, each in enumerate(items)], names, options, around)
    _refuse(found)
    differing = len(found.differing)
    corrected = differing if options.corrects else 0
    save = None
    if not is_trial and (found.new or corrected):
        save = save_services.begin(session, session.get_one(Team, place.team_id), {}, by=by, at=at)
        save.rows_created, save.rows_changed = len(found.new), corrected
        count_import_services.write_rows(session, place, found, options, around, run=save, by=by, at=at)
    return {
        "created": len(found.new), "unchanged": found.unchanged, "is_trial": is_trial,
        "corrected": corrected, "left_out": differing - corrected,
        "save_id": save.public_id if save else None,
    }  # fmt: skip


def _values(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return one count as a row of a table holds it."""
    values = {name: sent[name] for name in DETAILS} | {
        "observed_on": sent["observed_on"],
        "what": sent.get("of"),
    }
    if sent.get("count") is not None:
        values["count"] = (sent["count"], None)
    return values | {name: sent[name] for name in ("population", "value") if sent.get(name) is not None}


def _refuse(found: Found) -> None:
    if not found.problems:
        return
    faults = {
        f"items.{problem.row}.{problem.column}".rstrip("."): problem.sentence
        for problem in found.problems[:SHOWN]
    }
    raise InputError(_("Nothing was written: some counts have problems."), faults)
