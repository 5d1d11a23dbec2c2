"""The operations on tables that are brought in, the same for every kind: send, match, write, undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from nic_platform import access, import_files
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, Schema
from nic_platform.database import transaction
from nic_platform.tables import ImportRun

Sent = dict[str, Any]


class FileWork(Protocol):
    """What bringing one kind of table in is. Callers hand in the session and decide when to commit."""

    def who(self) -> Actor:
        """Return who asks, refusing those who may not bring such a table in."""

    def runs(self, actor: Actor) -> Sequence[ImportRun]:
        """Return the newest imports that the actor may open."""

    def find(self, actor: Actor, import_id: UUID) -> ImportRun:
        """Return one import that the actor may open; an AbsentError says that there is none."""

    def receive(
        self, current: Session, actor: Actor, stream: BinaryIO, name: str, sent: Mapping[str, Any]
    ) -> ImportRun:
        """Keep a file, and note on its import what writing it would do."""

    def look(self, current: Session, actor: Actor, run: ImportRun, sent: Mapping[str, Any]) -> None:
        """Note what writing it with these columns would do."""

    def write(self, current: Session, actor: Actor, run: ImportRun, sent: Mapping[str, Any]) -> None:
        """Write all rows or none."""

    def undo(self, current: Session, actor: Actor, run: ImportRun) -> None:
        """Take it back as one piece."""

    def told(self, run: ImportRun) -> Sent:
        """Return what the answer says."""


@dataclass(frozen=True)
class Shapes:
    """What the operations take and give; ``writing`` only where there is something to say."""

    sent: type[Schema]
    columns: type[Schema]
    out: type[Schema]
    all: type[Schema]
    writing: type[Schema] | None = None


def add_operations(blueprint: ApiBlueprint, url: str, key: str, work: FileWork, shapes: Shapes) -> None:
    """Give a blueprint the operations on one kind of table.

    Args:
        url: where they are listed and sent.
        key: what an import's id is called in addresses.
    """
    one = f"{url}/<uuid:{key}>"
    _add_sending(blueprint, url, work, shapes)
    _add_reading(blueprint, one, key, work, shapes)
    _add_writing(blueprint, one, key, work, shapes)


def _add_sending(blueprint: ApiBlueprint, url: str, work: FileWork, shapes: Shapes) -> None:
    @blueprint.get(url)
    @access.signed_in
    @blueprint.response(200, shapes.all)
    def list_files() -> Sent:
        """List the newest tables that were sent, of those that you may open."""
        return {"items": [work.told(run) for run in work.runs(work.who())]}

    @blueprint.post(url)
    @access.signed_in
    @blueprint.arguments(shapes.sent)
    @blueprint.response(201, shapes.out)
    def send_file(sent: Sent) -> Sent:
        """Send a table and be told what bringing it in would do; nothing of it is written yet."""
        actor = work.who()
        stream = BytesIO(sent["table"].encode())
        with transaction(actor) as current:
            run = work.receive(current, actor, stream, sent["file_name"], sent)
            if "columns" in sent:
                work.look(current, actor, run, sent)
        return work.told(run)


def _add_reading(blueprint: ApiBlueprint, one: str, key: str, work: FileWork, shapes: Shapes) -> None:
    @blueprint.get(one)
    @access.signed_in
    @blueprint.response(200, shapes.out)
    def get_file(**ids: UUID) -> Sent:
        """Tell what bringing a table in would do, or did."""
        return work.told(work.find(work.who(), ids[key]))

    @blueprint.put(one)
    @access.signed_in
    @blueprint.arguments(shapes.columns)
    @blueprint.response(200, shapes.out)
    def choose(sent: Sent, **ids: UUID) -> Sent:
        """Say which column is what, and be told what that would do."""
        actor = work.who()
        run = work.find(actor, ids[key])
        with transaction(actor) as current:
            import_files.hold_preview(current, run)
            work.look(current, actor, run, sent)
        return work.told(run)


def _add_writing(blueprint: ApiBlueprint, one: str, key: str, work: FileWork, shapes: Shapes) -> None:
    def write_file(sent: Sent | None = None, **ids: UUID) -> Sent:
        """Write all rows of a table, or with problems none; a very large one goes on in the background."""
        actor = work.who()
        run = work.find(actor, ids[key])
        with transaction(actor) as current:
            work.write(current, actor, run, sent or {})
        return work.told(run)

    writing = blueprint.response(200, shapes.out)(write_file)
    if shapes.writing is not None:
        writing = blueprint.arguments(shapes.writing)(writing)
    blueprint.post(f"{one}/write")(access.signed_in(writing))

    @blueprint.post(f"{one}/undo")
    @access.signed_in
    @blueprint.response(200, shapes.out)
    def undo_file(**ids: UUID) -> Sent:
        """Take what a table brought in back, as one piece."""
        actor = work.who()
        run = work.find(actor, ids[key])
        with transaction(actor) as current:
            work.undo(current, actor, run)
        return work.told(run)
