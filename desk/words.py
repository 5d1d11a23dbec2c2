"""The names of kinds, fields and values as search results and histories show them. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from desk.history_words import FIELDS, PAIRS
from nic_platform.days import day
from nic_platform.text import _, marked
from nic_platform.words import NOUNS, heading

_OWN_FORM = frozenset({"team", "strategy", "priority"})  # shorter here than on the page of the words
_NAMED_BY_ROLE = frozenset({"membership", "network_member"})
LONGEST = 400  # letters of a value that a history shows
LONGEST_HEADING = 90


def kind_name(kind: str, count: int = 1) -> str:
    """Return what a kind of thing is called, one or many of it."""
    if kind in NOUNS and kind not in _OWN_FORM:
        return heading(kind, count)
    pairs: Mapping[str, tuple[str, str]] = {
        "team": (marked("Team"), marked("Teams")),
        "site": (marked("Place"), marked("Places")),
        "feedback_item": (marked("Feedback"), marked("Feedback")),
        "common_milestone": (marked("Common milestone"), marked("Common milestones")),
        "strategy": (marked("Strategy"), marked("Strategies")),
        "priority": (marked("Priority"), marked("Priorities")),
        "strategy_template": (marked("Strategy template"), marked("Strategy templates")),
        "policy_notice": (marked("Policy notice"), marked("Policy notices")),
        "acknowledgement": (marked("What a team said"), marked("What teams said")),
        "observation_tool": (marked("Observation tool"), marked("Observation tools")),
        "cycle_task": (marked("Task"), marked("Tasks")),
        "cycle_note": (marked("Comment"), marked("Comments")),
        "feedback_message": (marked("Message"), marked("Messages")),
        "network_member": (marked("Role in the network"), marked("Roles in the network")),
        "initiative_place": (marked("Initiative at a site"), marked("Initiatives at sites")),
        "initiative_pair": (marked("Note on two initiatives"), marked("Notes on two initiatives")),
        "practice_site": (marked("Practice at a site"), marked("Practices at sites")),
        "stage_entry": (marked("Stage of a practice"), marked("Stages of practices")),
        "support": (marked("Support of a practice"), marked("Supports of practices")),
        "asking": (marked("Question between teams"), marked("Questions between teams")),
        "idea_story": (marked("What a team added to an idea"), marked("What teams added to ideas")),
        "principle_step": (marked("Next step on a principle"), marked("Next steps on principles")),
    }
    pair = pairs.get(kind) or PAIRS.get(kind)
    return _(pair[count != 1]) if pair else plainly(kind)


def story_heading(kind: str, title: str, *, has_page: bool) -> str:
    """Return what a history is headed by: a name, or what a part is and the beginning of its words."""
    words = " ".join((plainly(title) if kind in _NAMED_BY_ROLE else title).split())
    if len(words) > LONGEST_HEADING:
        words = words[:LONGEST_HEADING].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
    if not words or has_page:
        return words or kind_name(kind)
    return _("%(kind)s: %(words)s", kind=kind_name(kind), words=words)


def action_name(action: str) -> str:
    """Return what was done, as the line of a history begins."""
    return {
        "created": _("Created"), "changed": _("Changed"), "deleted": _("Deleted"),
        "restored": _("Brought back"), "redacted": _("Redacted"), "attached": _("File added"),
        "detached": _("File taken away"), "archived": _("Taken out whole, as a file"),
        "downloaded": _("Saved as a file"), "purged": _("Deleted for good"),
        "imported": _("Taken in from an archive"), "added": _("Added to"), "typed": _("Changed while typing"),
    }.get(action, plainly(action))  # fmt: skip


def stage_name(stage: str) -> str:
    """Return a cycle's stage or an item's state as search results word it."""
    return {
        "plan": _("Plan"), "do": _("Do"), "study": _("Study"), "act": _("Act"), "closed": _("Closed"),
        "draft": _("Draft"), "waiting": _("Waiting for an answer"), "asked_back": _("Asked back"),
        "answered": _("Answered"), "declined": _("Declined"), "partly": _("Partly lifted"),
        "unconfirmed": _("Closed unconfirmed"), "dropped": _("Given up"),
    }.get(stage, plainly(stage))  # fmt: skip


def plainly(code: str) -> str:
    """Return a code as words: "school_year" is "School year"."""
    words = code.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def field_name(field: str) -> str:
    """Return what a field is called on the pages."""
    known = {
        "due_on": _("Date"), "ends_on": _("Ends"), "starts_on": _("Starts"), "is_draft": _("Draft"),
        "is_shared": _("Shared with the network"), "deleted_at": _("Deleted"), "stage": _("Stage"),
        "state": _("State"), "decision": _("Decision"), "target": _("Target"), "baseline": _("Baseline"),
        "who": _("Who"), "what": _("What"), "tool": _("How it is measured"), "happens": _("What happens"),
        "holder_id": _("Whose turn"), "planned": _("How it is planned"), "tracked": _("How it is tracked"),
        "implemented": _("How it is put in place"), "monitored": _("How it is monitored"),
        "evaluated": _("How it is evaluated"), "outcome": _("What came of it"), "helped": _("Who is helped"),
        "left_out": _("Who may be left out"), "zone_from": _("Tried here from"), "zone_to": _("Tried until"),
        "name": _("Name"), "title": _("Title"), "purpose": _("In order to"),
        "url": _("Address"), "events": _("Told of"), "is_enabled": _("Switched on"), "domains": _("Domains"),
        "ends_access": _("Who leaves it loses access"), "makes_people": _("Makes accounts"),
        "roles": _("Roles"), "secret": _("Secret"), "token_hash": _("Token"),
        "enables": _("Makes possible"), "hinders": _("Makes harder"), "fields": _("Taken out"),
    }  # fmt: skip
    if field in known:
        return known[field]
    return _(FIELDS[field]) if field in FIELDS else kind_name(field.removesuffix("_id"))


def shown(value: Any) -> str:
    """Return a value of a history as a reader compares it; long texts are cut, with a sign that they are."""
    if value is None or value in ("", [], {}):
        return _("(empty)")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(shown(each) for each in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{plainly(str(key))}: {shown(inner)}" for key, inner in value.items())
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    text = _date_words(str(value))
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"


def _date_words(text: str) -> str:
    """Return an ISO date as "Feb 24, 2026"; any other text as it is."""
    if len(text) < 10 or text[4:5] != "-":
        return text
    try:
        when = datetime.fromisoformat(text).date() if "T" in text else date.fromisoformat(text)
    except ValueError:
        return text
    return day(when, year=True)


TELLING: Mapping[str, Any] = {"action_name": action_name, "field_name": field_name, "shown": shown}
"""What a template needs to tell acts by ``components/history.html``."""
