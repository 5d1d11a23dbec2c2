"""Undo one save of the data entry grid with one press, and the line of the page that offers it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from measures import grid_queries, policies, save_queries, save_services
from measures.base_views import blueprint
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import uuid_arg, went
from nic_platform.tables import ImportRun
from nic_platform.text import ngettext


@dataclass(frozen=True)
class Saved:
    """What a page says of a save: what was done, its name for the form, and where it is undone."""

    key: UUID
    words: str
    undo: str


def going_on() -> UUID | None:
    """Return the save that a form goes on with, after some of its cells came back."""
    try:
        return UUID(request.form.get("save", ""))
    except ValueError:
        return None


def shown(actor: Actor, team_id: int, made: ImportRun | None) -> Saved | None:
    """Return what the page says of a save: of the one just made, else of the one that its address names."""
    save = made or save_queries.find_save(session(), actor, uuid_arg("saved"))
    if save is None or save.team_id != team_id or save.state != save_queries.DONE:
        return None
    if not policies.can_record(actor, team_id):
        return None
    address = url_for(".undo_save", save_id=save.public_id)
    return Saved(save.public_id, _words(save.rows_created, save.rows_changed), address)


def _words(saved: int, taken_back: int) -> str:
    said = []
    if saved:
        said.append(ngettext("One figure is saved.", "%(count)s figures are saved.", saved))
    if taken_back:
        said.append(ngettext("One is taken back.", "%(count)s are taken back.", taken_back))
    return " ".join(said)


@blueprint.post("/measures/saves/<uuid:save_id>/undo")
@access.signed_in
def undo_save(save_id: UUID) -> ResponseReturnValue:
    """Take back all that one press of a grid's button saved; what somebody changed since stays."""
    actor = access.actor()
    save = save_queries.get_save(session(), actor, save_id)
    access.require(policies.can_record(actor, save.team_id or 0))
    with transaction(actor) as current:
        undone, stayed = save_services.undo(current, save, by=actor, at=clock.now())
    return went(_page_of(save), _undone_words(undone, stayed))


def _undone_words(undone: int, stayed: int) -> str:
    said = []
    if undone:
        said.append(
            ngettext(
                "Undone. One figure is as it was before.",
                "Undone. %(count)s figures are as they were before.",
                undone,
            )
        )
    if stayed:
        said.append(
            ngettext(
                "One figure was changed since and stays.",
                "%(count)s figures were changed since and stay.",
                stayed,
            )
        )
    return " ".join(said)


def _page_of(save: ImportRun) -> str:
    """Return the page that a save was made on: a term of one measure, or a day of all."""
    page: dict[str, Any] = dict(save.mapping)
    team = grid_queries.public_id_of(session(), save.team_id)
    if "measure" not in page:
        return url_for(".enter_day", team=team, **page)
    return url_for(".grid", measure_id=page.pop("measure"), team=team, **page)
