"""What the desk's pages share: their blueprint, and where things have their pages."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint

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
