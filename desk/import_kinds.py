"""Every kind of import there is: what it is called, where one is looked at and taken back. Pure.

The one list that the history of imports reads, and the tests that try damaged files on every importer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from nic_platform.text import _
from nic_platform.words import heading


@dataclass(frozen=True)
class Importer:
    """One kind of import: the endpoints of its pages, and the name that its id has in their addresses."""

    page: str
    undo: str
    param: str
    start: str
    sends: str = ""  # the endpoint that takes a file, where it is not the start


IMPORTERS: Mapping[str, Importer] = {
    "sites": Importer("teams.site_import", "teams.undo_import", "import_id", "teams.import_sites"),
    "teams": Importer("teams.team_import", "teams.undo_team_import", "team_import_id", "teams.import_teams"),
    "state figures": Importer(
        "measures.state_file", "measures.undo_state_file", "file_id", "measures.state_files"
    ),
    "measurements": Importer("measures.bring_in_run", "measures.undo_run", "run_id", "measures.bring_in"),
    "plan": Importer(
        "milestones.plan_import", "milestones.undo_plan_import", "plan_import_id", "milestones.import_plan"
    ),
    "carry": Importer("milestones.plan_import", "milestones.undo_plan_import", "plan_import_id", ""),
    "initiatives": Importer(
        "alignment.initiative_import", "alignment.undo_initiative_import", "initiative_import_id",
        "alignment.import_initiatives",
    ),
    "roster": Importer(
        "rosters.run", "rosters.undo_run", "roster_run_id", "rosters.index", "rosters.send_file"
    ),
}  # fmt: skip
LEFT_OUT = ("handover", "figures")
"""Runs that are no imports of files: hand-overs, and what grids saved."""


def kind_words() -> dict[str, str]:
    """Return what each kind of import is called."""
    return {
        "sites": _("Places"),
        "teams": _("Teams and links"),
        "state figures": _("Published figures"),
        "measurements": _("Counts of a team"),
        "plan": heading("plan"),
        "carry": _("Into the next year"),
        "initiatives": _("Initiatives"),
        "roster": _("Roster"),
    }


def state_words() -> dict[str, str]:
    """Return what the states of an import are called."""
    return {
        "preview": _("Not written yet"),
        "running": _("Being written"),
        "undoing": _("Being taken back"),
        "done": _("Done"),
        "undone": _("Taken back"),
        "refused": _("Refused: nothing was written"),
    }
