"""The manifest's writes, exports and reports of ideas, initiatives, practices and principles."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from measures.models import Measure
from nic_platform.demo.builder import Builder
from nic_platform.demo.names import HUB, SCHOOL
from nic_platform.demo.people import PEER
from nic_platform.demo.readers import in_network
from teams.models import Site, Team
from variation.models import Initiative, InitiativePlace, Practice, PracticeSite

Entry = dict[str, Any]
Params = dict[str, dict[str, str]]
API = "/api/v1"


def writes(b: Builder, params: Params) -> list[Entry]:
    """Return one write of each form: who makes it, what is sent, where it can be read back."""
    own = {name: values["own"] for name, values in params.items()}
    site, idea, practice = own["site_id"], own["idea_id"], own["practice_id"]
    place, standing = own["initiative_place_id"], own["practice_site_id"]
    initiative, day = _not_there(b), b.days.today.isoformat()
    version = _version(b, InitiativePlace, place)
    question = {"team_id": str(b.session.scalar(_public(b, PEER)))}
    return [
        _post("initiative", f"{API}/initiatives", {"aim": "Fewer forms"}, "name", readback="/{id}"),
        _post("initiative at a site", f"{API}/sites/{site}/initiatives",
              {"initiative_id": initiative, "level": "school"}, "planned"),
        _patch("initiative at a site", f"{API}/initiative-places/{place}", "evaluated", version),
        _post("note on two initiatives", f"{API}/sites/{site}/initiative-pairs",
              {"first_id": own["initiative_id"], "second_id": initiative, "kind": "overlap"}, "words",
              at=f"{API}/sites/{site}/initiatives"),
        _post("practice", f"{API}/practices", {}, "name", readback="/{id}"),
        _post("practice at a site", f"{API}/practices/{_bare(b)}/sites",
              {"site_id": site, "stage": "exploration", "on": day}, "evidence"),
        _patch("practice at a site", f"{API}/practice-sites/{standing}", "helped",
               _version(b, PracticeSite, standing)),
        _post("stage", f"{API}/practice-sites/{standing}/stages",
              {"stage": "initial", "on": day}, "evidence"),
        _post("support", f"{API}/practice-sites/{standing}/supports",
              {"kind": "coaching", "state": "installed", "on": day}, "evidence"),
        _post("rating", f"{API}/practices/{practice}/ratings", {"site_id": site, "kind": "fit"}, "words",
              inside="sides", more={"side": "need", "value": 4}),
        _post("story", f"{API}/ideas/{idea}/stories", {"kind": "advice"}, "words"),
        _post("question", f"{API}/questions", question, "words", readback="/{id}"),
        _post("principle step", f"{API}/principles/steps", {"principle": "measure"}, "words",
              role="network_lead", at=f"{API}/principles"),
    ]  # fmt: skip


def _post(
    what: str, url: str, body: Entry, field: str, *, role: str = "member", readback: str = "", at: str = "",
    inside: str = "", more: Entry | None = None,
) -> Entry:  # fmt: skip
    """Return an entry that adds something.

    Args:
        readback: what follows the address where it is read back; *at* another address altogether.
        inside: the list of the body that holds the field, in one part with *more*.
    """
    value = f"Added {what}"
    sent = {**body, inside: [{**(more or {}), field: value}]} if inside else {**body, field: value}
    return {
        "name": f"add {what}", "method": "POST", "url": url, "role": role, "version": None, "json": sent,
        "readback": {"url": at or f"{url}{readback}", "field": field, "value": value},
    }  # fmt: skip


def _patch(what: str, url: str, field: str, version: int) -> Entry:
    value = f"Changed {what}"
    return {
        "name": f"change {what}", "method": "PATCH", "url": url, "role": "member", "version": "version",
        "json": {field: value, "version": version}, "readback": {"url": url, "field": field, "value": value},
    }  # fmt: skip


def _version(b: Builder, model: Any, public_id: str) -> int:
    return int(b.session.scalar(select(model.version).where(model.public_id == UUID(public_id))) or 1)


def _not_there(b: Builder) -> str:
    """Return an initiative that is not in the own school's inventory."""
    there = select(InitiativePlace.initiative_id).where(InitiativePlace.site_id == b.teams[SCHOOL].site_id)
    query = select(Initiative.public_id).where(Initiative.network_id == b.network_id)
    return str(b.session.scalar(query.where(Initiative.id.not_in(there)).order_by(Initiative.id).limit(1)))


def _bare(b: Builder) -> str:
    """Return a practice that has not begun at the own school, and that everybody knows."""
    there = select(PracticeSite.practice_id).where(PracticeSite.site_id == b.teams[SCHOOL].site_id)
    query = select(Practice.public_id).where(Practice.network_id == b.network_id, Practice.team_id.is_(None))
    return str(b.session.scalar(query.where(Practice.id.not_in(there)).order_by(Practice.id).limit(1)))


def _public(b: Builder, name: str) -> Any:
    return select(Team.public_id).where(Team.id == b.teams[name].id)


def exports(params: Params) -> list[Entry]:
    """Return the tables that can be taken out, with the roles that may."""
    everybody, by_name = in_network(), tuple(role for role in in_network() if role != "analyst")
    line = tuple(role for role in by_name if role != "peer")
    found = (
        ("library", "/library/export", everybody),
        ("initiatives", "/initiatives/export", everybody),
        ("results beside initiatives", "/initiatives/results", everybody),
        ("practices", "/practices/export", everybody),
        ("reports of a practice", f"/practices/{params['practice_id']['own']}/line", line),
        ("principles", "/network/principles/export", everybody),
        ("places compared", "/compare/places/export", everybody),
    )
    return [
        {"name": f"{name} as {kind}", "method": "GET", "url": f"{url}.{kind}", "format": kind,
         "roles": list(roles)}
        for name, url, roles in found
        for kind in ("csv", "xlsx")
    ]  # fmt: skip


def imports() -> list[Entry]:
    """Return the pages that take files in."""
    kinds = ["csv", "csv.gz", "xlsx"]
    return [
        {"name": "initiatives", "method": "POST", "url": "/initiatives/import", "field": "file",
         "kinds": kinds, "role": "member"},
        {"name": "published figures", "method": "POST", "url": "/measures/figures", "field": "file",
         "kinds": kinds, "role": "network_lead"},
    ]  # fmt: skip


def reports(b: Builder, truth: list[Entry]) -> list[Entry]:
    """Return pages and answers that show counts of students, with the true counts behind them."""
    measure = b.session.scalar(select(Measure.public_id).where(Measure.id == b.ids["STU"]))
    hub = b.session.scalar(select(Site.public_id).where(Site.id == b.teams[HUB].site_id))
    asked = f"?measure={measure}&place={hub}&by=school"
    practice = b.session.scalar(
        select(Practice.public_id).where(Practice.outcome_measure_id == b.ids["STU"]).order_by(Practice.id)
    )
    common = {"minimum": 10, "truth": truth}
    return [
        {"name": "students of Cottonwood Valley by school year", "url": f"/compare/places{asked}",
         "others": [f"/compare/places/export.csv{asked}", f"/compare/places/export.xlsx{asked}",
                    f"{API}/comparisons/places{asked}"],
         "roles": ["district", "linking", "state", "network_lead"], **common},
        {"name": "a practice's outcome for a line of places", "url": f"/practices/{practice}/line",
         "others": [f"/practices/{practice}/line.csv", f"{API}/practices/{practice}/line"],
         "roles": ["district", "linking", "lead", "member", "state"], **common},
    ]  # fmt: skip
