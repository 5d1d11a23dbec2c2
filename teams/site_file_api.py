"""Tables of places in the API: send one, see what it would do, match its columns, write, undo."""

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from nic_platform import clock, import_files, import_schemas
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint
from nic_platform.database import session
from nic_platform.import_api import add_operations
from nic_platform.tables import ImportRun
from teams import file_schemas, import_services, jobs, site_queries
from teams.import_views import network_lead

blueprint = ApiBlueprint("api_site_files", __name__, "", "Tables of places that are brought in")


class SiteFiles:
    """What bringing a table of schools in is."""

    def who(self) -> Actor:
        """Return who asks: network leads may."""
        return network_lead()

    def runs(self, actor: Actor) -> Sequence[ImportRun]:
        """Return the newest of the network."""
        return site_queries.runs_of(session(), actor)

    def find(self, actor: Actor, import_id: UUID) -> ImportRun:
        """Return one of the network."""
        return site_queries.get_run(session(), actor, import_id)

    def receive(
        self, current: Session, actor: Actor, stream: BinaryIO, name: str, sent: Mapping[str, Any]
    ) -> ImportRun:
        """Keep a file and note what it would do."""
        network_id, state = actor.network_id or 0, sent["state"]
        return import_services.receive(
            current, network_id, stream, name, state=state, by=actor.user_id, at=clock.now()
        )

    def look(self, current: Session, _actor: Actor, run: ImportRun, sent: Mapping[str, Any]) -> None:
        """Note what it would do with these columns; without a state it keeps the one it has."""
        state = sent.get("state", import_services.chosen_of(run)["state"])
        table = import_files.table_of(current, run)
        import_services.look_over(current, run, table, sent["columns"], state)

    def write(self, current: Session, actor: Actor, run: ImportRun, sent: Mapping[str, Any]) -> None:
        """Write all rows or none; a large file goes to the background."""
        jobs.write_or_begin(current, run, leave_out=sent["leave_out"], by=actor, at=clock.now())

    def undo(self, current: Session, actor: Actor, run: ImportRun) -> None:
        """Take it back; a large one in the background."""
        jobs.undo_or_begin(current, run, by=actor, at=clock.now())

    def told(self, run: ImportRun) -> dict[str, Any]:
        """Return what the answer says."""
        chosen = import_services.chosen_of(run)
        is_busy = run.state in {"running", "undoing"}
        job = site_queries.job_of(session(), run) if is_busy else None
        return import_schemas.told(run) | {
            "state_of_places": chosen["state"], "skipped": chosen["skipped"], "schools": chosen["schools"],
            "districts": chosen["districts"], "job_id": job.public_id if job else None,
        }  # fmt: skip


add_operations(blueprint, "/site-files", "import_id", SiteFiles(), file_schemas.SITES)
