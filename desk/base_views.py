"""What the desk's pages share: their blueprint, where things have their pages, and two savers at once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from accounts.models import User
from nic_platform.database import session
from nic_platform.forms import PlatformForm, conflict_page
from nic_platform.frame import address

blueprint = Blueprint("desk", __name__)

PAGES: Mapping[str, tuple[str, str]] = {
    "team": ("teams.team", "team_id"),
    "site": ("teams.site", "site_id"),
    "link": ("teams.link", "link_id"),
    "plan": ("milestones.plan", "plan_id"),
    "interim_target": ("milestones.target", "target_id"),
    "touchpoint": ("milestones.touchpoint", "touchpoint_id"),
    "driver": ("cycles.driver", "driver_id"),
    "theme": ("feedback.theme", "theme_id"),
    "milestone": ("milestones.milestone", "milestone_id"),
    "cycle": ("cycles.show", "cycle_id"),
    "ramp": ("cycles.ramp", "ramp_id"),
    "feedback_item": ("feedback.show", "item_id"),
    "policy_notice": ("feedback.policy_notice", "policy_notice_id"),
    "change_idea": ("cycles.idea", "idea_id"),
    "observation_tool": ("measures.tool", "tool_id"),
}


def page_of(kind: str, thing_id: UUID) -> str:
    """Return the address of a thing's page; empty for a kind that has none."""
    if kind not in PAGES:
        return ""
    endpoint, name = PAGES[kind]
    return address(endpoint, "", **{name: thing_id})


def local(path: str | None, otherwise: str) -> str:
    """Return *path* if it is a place on this site, else *otherwise*; never another site's address."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return otherwise
    return otherwise if any(ord(letter) < 33 or ord(letter) == 127 for letter in path) else path


def two_versions(form: PlatformForm, thing: Any, names: tuple[str, ...], title: str) -> ResponseReturnValue:
    """Return the page that shows both savers' versions of *thing*, its fields *names*."""
    saved = {name: getattr(thing, name) for name in names}
    author = session().get(User, thing.updated_by_id) if thing.updated_by_id else None
    return conflict_page(
        form, title, saved, version=thing.version, by=author.name if author else "", at=thing.updated_at
    )
