"""The nouns that a network may rename. The code keeps one name for each; pages ask :func:`label`."""

from collections.abc import Mapping

from nic_platform.text import _

NOUNS: Mapping[str, tuple[str, str]] = {
    "milestone": ("milestone", "milestones"),
    "interim_target": ("interim target", "interim targets"),
    "action_step": ("action step", "action steps"),
    "plan": ("plan", "plans"),
    "priority": ("performance priority", "performance priorities"),
    "root_cause": ("root cause", "root causes"),
    "strategy": ("major improvement strategy", "major improvement strategies"),
    "strand": ("strand", "strands"),
    "cycle": ("cycle", "cycles"),
    "change_idea": ("change idea", "change ideas"),
    "ramp": ("ramp", "ramps"),
    "barrier": ("barrier", "barriers"),
    "solution": ("solution", "solutions"),
    "success": ("success", "successes"),
    "question": ("question", "questions"),
    "team": ("implementation team", "implementation teams"),
    "hub": ("district hub", "district hubs"),
    "network": ("network", "networks"),
    "touchpoint": ("touchpoint", "touchpoints"),
}


def label(noun: str, count: int = 1, own: Mapping[str, tuple[str, str] | list[str]] | None = None) -> str:
    """Return the network's own word for *noun*, else ours, in the reader's language.

    Args:
        noun: a key of :data:`NOUNS`.
        count: 1 gives the singular, any other number the plural.
        own: the network's choices, by key: singular and plural.

    Raises:
        KeyError: there is no such noun.
    """
    singular, plural = NOUNS[noun]
    if own and noun in own:
        singular, plural = own[noun][0], own[noun][1]
    return _(singular) if count == 1 else _(plural)
