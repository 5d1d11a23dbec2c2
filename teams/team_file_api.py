"""Tables of teams and links in the API: send one, see what it would do, match its columns, write, undo."""

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from nic_platform import clock, import_files, import_schemas
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint
from nic_platform.import_api import add_operations
from nic_platform.tables import ImportRun
from teams import file_schemas
from teams import team_import_services as services
from teams import team_import_views as pages

blueprint = ApiBlueprint("api_team_files", __name__, "", "Tables of teams and links that are brought in")


class TeamFiles:
    """What bringing a table of teams and links in is."""

    def who(self) -> Actor:
        """Return who asks: network leads may."""
        return pages.network_lead()

    def runs(self, actor: Actor) -> Sequence[ImportRun]:
        """Return the newest of the network."""
        return pages.runs_of(actor)

    def find(self, actor: Actor, import_id: UUID) -> ImportRun:
        """Return one of the network."""
        return pages.run_of(actor, import_id)

    def receive(
        self, current: Session, actor: Actor, stream: BinaryIO, name: str, _sent: Mapping[str, Any]
    ) -> ImportRun:
        """Keep a file and note what it would do."""
        return services.receive(
            current, actor.network_id or 0, stream, name, by=actor.user_id, at=clock.now()
        )

    def look(self, current: Session, _actor: Actor, run: ImportRun, sent: Mapping[str, Any]) -> None:
        """Note what it would do with these columns."""
        services.look_over(current, run, import_files.table_of(current, run), sent["columns"])

    def write(self, current: Session, _actor: Actor, run: ImportRun, _sent: Mapping[str, Any]) -> None:
        """Write all rows or none."""
        services.write(current, run, at=clock.now())

    def undo(self, current: Session, _actor: Actor, run: ImportRun) -> None:
        """Take it back: its teams and links go."""
        services.undo(current, run, at=clock.now())

    def told(self, run: ImportRun) -> dict[str, Any]:
        """Return what the answer says."""
        said = run.mapping
        return import_schemas.told(run) | {
            "new_teams": said.get("teams", 0), "new_links": said.get("links", 0),
        }  # fmt: skip


add_operations(blueprint, "/team-files", "team_import_id", TeamFiles(), file_schemas.TEAMS)
