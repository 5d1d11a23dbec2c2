"""The theory's measures and its history: how the aim and the drivers came to be what they are."""

from uuid import UUID

from sqlalchemy import Row as Found
from sqlalchemy import select

from cycles.models import ChangeIdea, Driver, TheoryChange, TheoryMeasure
from cycles.theory import packed
from measures.models import Measure
from nic_platform.demo.builder import Builder, Row
from teams.models import Network

_MEASURES = (
    ("", "STU"),
    ("Plans that name the language", "LO"),
    ("Frequent checks of language use", "ET"),
    ("Coaching that looks at student work", "CA"),
)
Named = Found[str, int, UUID]

_OLD_AIM = "More students learning English read at grade level."


def build(b: Builder) -> None:
    """Say which measures tell whether the aim and its drivers move, and what was revised since August."""
    found = select(Driver.name, Driver.id, Driver.public_id).where(Driver.network_id == b.network_id)
    drivers = {row.name: row for row in b.session.execute(found)}
    query = select(Measure.name, Measure.id, Measure.public_id)
    named = {row.id: row for row in b.session.execute(query.where(Measure.network_id == b.network_id))}
    rows: list[Row] = [
        {"driver_id": drivers[driver].id if driver else None, "measure_id": b.ids[key]}
        for driver, key in _MEASURES
    ]
    b.add(TheoryMeasure, rows, at=b.days.now)
    b.add(TheoryChange, _changes(b, drivers, named), at=b.days.now)


def _changes(b: Builder, drivers: dict[str, Named], named: dict[int, Named]) -> list[Row]:
    lead, state = b.people["network_lead"], b.people["state"]
    aim = b.session.get_one(Network, b.network_id).aim
    coaching = drivers["Coaching that looks at student work"]
    kept = drivers["Coaching time that is kept"]
    idea = b.session.get_one(ChangeIdea, b.ids["idea slot"])
    measure = named[b.ids["CA"]]
    side = {"id": str(kept.public_id), "description": "", "parent": str(coaching.public_id),
            "parent_name": coaching.name}  # fmt: skip
    tickets = drivers["Tickets on the table every week"]
    strength = {
        "idea": str(idea.public_id), "driver": str(tickets.public_id), "driver_name": tickets.name,
    }  # fmt: skip
    told = (
        (state, (9, 8), "aim", "", _OLD_AIM, aim, "It said neither how many nor by when."),
        (lead, (11, 5), "measure", measure.name, "", packed(
            {"measure": str(measure.public_id), "driver": str(coaching.public_id),
             "driver_name": coaching.name}), "Nothing told us whether coaching had changed."),
        (lead, (12, 16), "driver", kept.name, packed({**side, "name": "Enough coaches"}),
         packed({**side, "name": kept.name}),
         "Eleven schools tested slots: coaches are there, their time is taken for cover."),
        (lead, (1, 28), "idea", idea.title, packed({**strength, "strength": "strong"}),
         packed({**strength, "strength": "weak"}),
         "Four ramps ended without more tickets on the table."),
    )  # fmt: skip
    return [
        {"user_id": who, "at": b.days.at(b.days.day(*day)), "what": what, "name": name, "before": before,
         "after": after, "why": why}
        for who, day, what, name, before, after, why in told
    ]  # fmt: skip
