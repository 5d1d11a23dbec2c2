"""The manifest's lists of what can be written, exported, imported, reported and redirected.

An entry is listed only where the application has its address, so that none names a page that isn't there.
"""

from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from cycles.models import Cycle
from feedback.models import FeedbackItem
from feedback.rules import State
from measures.models import Measure, Measurement
from milestones.models import Milestone, Plan
from nic_platform.demo import manifest_beside
from nic_platform.demo.builder import Builder
from nic_platform.demo.names import COTTONWOOD, SCHOOL
from teams.models import Network, Site, Team

Params = dict[str, dict[str, str]]
Entry = dict[str, Any]
FILE_KINDS = ("csv", "csv.gz", "xlsx")


def exists(app: Flask, url: str, method: str = "GET") -> bool:
    """Say whether the application answers *method* at *url*."""
    try:
        app.url_map.bind("localhost").match(url.partition("?")[0], method=method)
    except RequestRedirect:
        return True
    except (HTTPException, MethodNotAllowed):
        return False
    return True


def writes(b: Builder, app: Flask, params: Params) -> list[Entry]:
    """Return one write of each kind: who makes it, what is sent, where it can be read back.

    ``version`` names the field that holds the version it was made from.
    """
    own = {name: values["own"] for name, values in params.items()}
    api, draft = "/api/v1", _draft(b)
    found = [
        _change("plan", f"{api}/plans/{own['plan_id']}", "title", "lead", _version(b, Plan, own["plan_id"])),
        _change(
            "milestone",
            f"{api}/milestones/{own['milestone_id']}",
            "name",
            "lead",
            _version(b, Milestone, own["milestone_id"]),
        ),
        _change(
            "cycle", f"{api}/cycles/{own['cycle_id']}", "title", "member", _version(b, Cycle, own["cycle_id"])
        ),
        _change(
            "feedback item", f"{api}/feedback/{draft}", "title", "member", _version(b, FeedbackItem, draft)
        ),
        _change(
            "team", f"{api}/teams/{own['team_id']}", "purpose", "lead", _version(b, Team, own["team_id"])
        ),
        _change(
            "network",
            f"{api}/network",
            "help_phone",
            "network_lead",
            int(b.session.scalar(select(Network.version).where(Network.id == b.network_id)) or 1),
        ),
        _add("cycle", f"{api}/cycles", {"change": "", "milestones": [own["milestone_id"]]}, "change"),
        _add("feedback item", f"{api}/feedback", {"kind": "barrier", "title": ""}, "title"),
        _measurement(b, f"{api}/milestones/{own['milestone_id']}/measurements"),
        *manifest_beside.writes(b, params),
    ]
    return [entry for entry in found if exists(app, entry["url"], entry["method"])]


def _version(b: Builder, model: Any, public_id: str) -> int:
    return int(b.session.scalar(select(model.version).where(model.public_id == UUID(public_id))) or 1)


def _change(what: str, url: str, field: str, role: str, version: int = 1) -> Entry:
    value = f"Changed {what}"
    return {
        "name": f"change {what}", "method": "PATCH", "url": url, "role": role, "version": "version",
        "json": {field: value, "version": version}, "readback": {"url": url, "field": field, "value": value},
    }  # fmt: skip


def _add(what: str, url: str, body: Entry, field: str) -> Entry:
    value = f"Added {what}"
    return {
        "name": f"add {what}", "method": "POST", "url": url, "role": "member", "version": None,
        "json": {**body, field: value}, "readback": {"url": f"{url}/{{id}}", "field": field, "value": value},
    }  # fmt: skip


def _measurement(b: Builder, url: str) -> Entry:
    day = b.days.today.isoformat()
    return {
        "name": "add measurement", "method": "POST", "url": url, "role": "member", "version": None,
        "json": {"observed_on": day, "count": 21, "population": 24},
        "readback": {"url": url, "field": "observed_on", "value": day},
    }  # fmt: skip


def _draft(b: Builder) -> str:
    query = select(FeedbackItem.public_id).where(FeedbackItem.team_id == b.teams[SCHOOL].id)
    return str(b.session.scalar(query.where(FeedbackItem.state == State.DRAFT.value).limit(1)))


def exports(app: Flask, params: Params) -> list[Entry]:
    """Return the tables that can be taken out, with the roles that may."""
    everybody = ["lead", "member", "linking", "coach", "observer", "peer", "district", "state",
                 "network_lead",
                 "reviewer", "analyst"]  # fmt: skip
    found: list[Entry] = [
        {"name": f"comparison as {kind}", "method": "GET", "url": f"/compare/export.{kind}", "format": kind,
         "roles": everybody}
        for kind in ("csv", "xlsx")
    ]  # fmt: skip
    plan = f"/plans/{params['plan_id']['own']}"
    readers = [role for role in everybody if role not in {"peer", "analyst"}]
    found += [
        {"name": f"plan as {kind}", "method": "GET", "url": f"{plan}/export.{kind}", "format": kind,
         "roles": readers}
        for kind in ("xlsx", "json")
    ]  # fmt: skip
    found += manifest_beside.exports(params)
    return [entry for entry in found if exists(app, entry["url"])]


def imports(app: Flask, params: Params) -> list[Entry]:
    """Return the pages that take files in."""
    found: list[Entry] = [
        {"name": "sites", "method": "POST", "url": "/sites/import", "field": "file",
         "kinds": list(FILE_KINDS),
         "role": "network_lead"},
        {"name": "measurements", "method": "POST",
         "url": f"/plans/{params['plan_id']['own']}/measurements/bring-in", "field": "file",
         "kinds": list(FILE_KINDS), "role": "member"},
        {"name": "plan", "method": "POST", "url": "/plans/import", "field": "file",
         "kinds": ["xlsx", "json", "csv"], "role": "member"},
        *manifest_beside.imports(),
    ]  # fmt: skip
    return [entry for entry in found if exists(app, entry["url"], entry["method"])]


def reports(b: Builder, app: Flask, params: Params) -> list[Entry]:
    """Return the pages and answers that show counts of students, with the true counts behind them."""
    measure_id = b.session.scalar(select(Measure.public_id).where(Measure.id == b.ids["STU"]))
    truth = _truth(b)
    found: Entry = {
        "name": "students of Cottonwood Valley", "url": f"/compare?measure={measure_id}",
        "others": [f"/compare/export.csv?measure={measure_id}", f"/compare/export.xlsx?measure={measure_id}",
                   f"/api/v1/compare?measure={measure_id}"],
        "roles": ["district", "linking", "lead", "member", "peer"], "minimum": 10, "truth": truth,
    }  # fmt: skip
    return [each for each in (found, *manifest_beside.reports(b, truth)) if exists(app, str(each["url"]))]


def _truth(b: Builder) -> list[Entry]:
    names = [name for name, *_ in COTTONWOOD]
    query = (
        select(
            Site.name,
            Measurement.observed_on,
            Measurement.subgroup,
            Measurement.count,
            Measurement.population,
        )
        .join(Site, Site.id == Measurement.site_id)
        .where(Measurement.measure_id == b.ids["STU"], Site.name.in_(names))
        .order_by(Site.name, Measurement.id)
    )
    return [
        {"site": site, "on": on.isoformat(), "subgroup": subgroup, "count": count, "population": population}
        for site, on, subgroup, count, population in b.session.execute(query)
    ]


def redirects(app: Flask) -> list[Entry]:
    """Return the pages that lead elsewhere after a parameter."""
    found: list[Entry] = [
        {"name": "after signing in", "url": "/sign-in", "parameter": "next", "methods": ["GET", "POST"]}
    ]
    return [entry for entry in found if exists(app, str(entry["url"]))]
