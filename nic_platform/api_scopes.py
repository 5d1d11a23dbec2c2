"""What a token is good for. Pure: names in, yes or no out.

A scope is ``read`` or ``write`` for everything, or ``area:read`` or ``area:write``; writing includes
reading. A token without scopes may do whatever its person may. A scope never gives anything: the person's
own rights hold too.
"""

from collections.abc import Collection, Iterable, Mapping

from nic_platform.text import _

EVERYTHING = ("read", "write")
AREAS = (
    "account", "teams", "plans", "measures", "cycles", "feedback", "library", "compare", "imports", "files",
    "admin",
)  # fmt: skip
SCOPES = (*EVERYTHING, *(f"{area}:{kind}" for area in AREAS for kind in EVERYTHING))
READING = frozenset({"GET", "HEAD", "OPTIONS"})
ANYTHING = "*"  # the area of what shows something of every area: only "read" and "write" open it

_AREA_OF = {
    "account": ("accounts", "own_data", "own_looks", "identities", "second_step", "notice_settings", "desk"),
    "teams": ("teams", "links", "network", "people", "handover", "returning", "invitations", "calendar"),
    "plans": ("milestones", "parts", "coach", "course", "correcting", "meetings", "adopting", "pacing"),
    "measures": ("measures", "charts", "counting", "many", "analyses", "count_files"),
    "cycles": ("cycles", "cycle_parts", "inquiry", "theory", "change_ideas"),
    "feedback": (
        "feedback", "talk", "queue", "themes", "loops", "answers", "policy", "celebrations",
    ),
    "library": ("library", "ideas", "principles", "alignment", "practices"),
    "compare": ("variation", "places"),
    "imports": ("imports", "rosters", "state_files", "initiative_files", "site_files", "team_files"),
    "files": ("attachments",),
    "admin": ("archives", "webhooks", "jobs", "programs", "providers", "looks", "endings"),
}  # fmt: skip
AREA_OF: Mapping[str, str] = {f"api_{name}": area for area, names in _AREA_OF.items() for name in names}
_OF_ONE: Mapping[str, str] = {
    "api_desk.search": ANYTHING,
    "api_endings.get_own_deletion": "account",
    "api_endings.end_account": "account",
    "api_endings.keep_account": "account",
}
_READS = frozenset({"api_coach.read_sentence", "api_analyses.analyse"})  # they take a body and keep nothing


def needed(endpoint: str, method: str) -> str | None:
    """Return the scope that an operation needs; ``None`` where nobody has said it, which no token has."""
    area = _OF_ONE.get(endpoint) or AREA_OF.get(endpoint.partition(".")[0])
    if area is None:
        return None
    kind = "read" if method in READING or endpoint in _READS else "write"
    return kind if area == ANYTHING else f"{area}:{kind}"


def opens(scopes: Collection[str], scope: str | None) -> bool:
    """Say whether a token with *scopes* may do what needs *scope*."""
    if not scopes:
        return True
    if scope is None:
        return False
    area, colon, kind = scope.rpartition(":")
    kinds = {kind, "write"}
    return any(each in scopes for each in (*kinds, *(f"{area}{colon}{name}" for name in kinds)))


def covers(own: Collection[str], wanted: Iterable[str]) -> bool:
    """Say whether a token with the scopes *own* may make one with the scopes *wanted*."""
    asked = tuple(wanted)
    return not own or (bool(asked) and all(opens(own, scope) for scope in asked))


def area_words() -> dict[str, str]:
    """Return the areas of scopes in a reader's words."""
    return {
        "account": _("Own account and notices"),
        "teams": _("Network, places, teams, links, people"),
        "plans": _("Plans and milestones"),
        "measures": _("Measures and measurements"),
        "cycles": _("Cycles, ideas, the theory"),
        "feedback": _("Feedback"),
        "library": _("Library, initiatives, practices"),
        "compare": _("Comparisons"),
        "imports": _("Files brought in"),
        "files": _("Attached files"),
        "admin": _("Programs, sign-ins, settings"),
    }
