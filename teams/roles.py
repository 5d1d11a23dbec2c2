"""What people are in a team, in words: their role, and until when somebody leads it for now. Pure."""

from datetime import date

from nic_platform.actor import TeamRole
from nic_platform.svg import day as day_words
from nic_platform.text import _


def role_names() -> dict[TeamRole, str]:
    """Return the roles in a team as a page calls them, in the order of what they may do."""
    return {
        TeamRole.LEAD: _("Lead"),
        TeamRole.MEMBER: _("Member"),
        TeamRole.LINKING: _("Linking member"),
        TeamRole.COACH: _("Coach"),
        TeamRole.OBSERVER: _("Observer"),
    }


def role_words(role: TeamRole, interim_until: date | None = None) -> str:
    """Return what somebody is in a team: "Member", or "Lead until Mar 3, 2026" for a lead for now."""
    if role is TeamRole.LEAD and interim_until is not None:
        return _("Lead until %(day)s", day=day_words(interim_until, year=True))
    return role_names()[role]
