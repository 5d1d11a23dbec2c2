"""Tables of initiatives in the API: send one, see what it would do, match its columns, write, undo."""

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
from variation import initiative_import_services as services
from variation.initiative_import_schemas import SHAPES
from variation.initiative_import_views import run_of, writer

blueprint = ApiBlueprint("api_initiative_files", __name__, "", "Tables of initiatives that are brought in")


class InitiativeFiles:
    """What bringing a table of initiatives in is."""

    def who(self) -> Actor:
        """Return who asks, refusing those who work in no team."""
        return writer()

    def runs(self, actor: Actor) -> Sequence[ImportRun]:
        """Return the newest that the actor sent; a network lead sees everybody's."""
        return services.runs_of(session(), actor)

    def find(self, actor: Actor, import_id: UUID) -> ImportRun:
        """Return one that the actor may open."""
        return run_of(actor, import_id)

    def receive(
        self, current: Session, actor: Actor, stream: BinaryIO, name: str, _sent: Mapping[str, Any]
    ) -> ImportRun:
        """Keep a file and note what it would do."""
        return services.receive(current, actor, stream, name, at=clock.now())

    def look(self, current: Session, actor: Actor, run: ImportRun, sent: Mapping[str, Any]) -> None:
        """Note what it would do with these columns."""
        services.look_over(current, actor, run, import_files.table_of(current, run), sent["columns"])

    def write(self, current: Session, actor: Actor, run: ImportRun, _sent: Mapping[str, Any]) -> None:
        """Write all rows or none."""
        services.write(current, actor, run, at=clock.now())

    def undo(self, current: Session, _actor: Actor, run: ImportRun) -> None:
        """Take it back."""
        services.undo(current, run, at=clock.now())

    def told(self, run: ImportRun) -> dict[str, Any]:
        """Return what the answer says."""
        return import_schemas.told(run) | {"new_initiatives": run.mapping.get("names", 0)}


add_operations(blueprint, "/initiative-files", "initiative_import_id", InitiativeFiles(), SHAPES)
