"""The nouns that a network may rename. The code keeps one name for each; pages ask :func:`label`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from nic_platform.text import SOURCE, _, language, marked
from nic_platform.wording import Pair, first_up, own_pairs

NOUNS: Mapping[str, Pair] = {
    "milestone": (marked("milestone"), marked("milestones")),
    "interim_target": (marked("interim target"), marked("interim targets")),
    "action_step": (marked("action step"), marked("action steps")),
    "plan": (marked("plan"), marked("plans")),
    "priority": (marked("performance priority"), marked("performance priorities")),
    "root_cause": (marked("root cause"), marked("root causes")),
    "strategy": (marked("major improvement strategy"), marked("major improvement strategies")),
    "strand": (marked("strand"), marked("strands")),
    "agency_goal": (marked("agency goal"), marked("agency goals")),
    "template": (marked("strategy template"), marked("strategy templates")),
    "cycle": (marked("cycle"), marked("cycles")),
    "change_idea": (marked("change idea"), marked("change ideas")),
    "ramp": (marked("ramp"), marked("ramps")),
    "barrier": (marked("barrier"), marked("barriers")),
    "solution": (marked("solution"), marked("solutions")),
    "success": (marked("success"), marked("successes")),
    "question": (marked("question"), marked("questions")),
    "team": (marked("implementation team"), marked("implementation teams")),
    "hub": (marked("district hub"), marked("district hubs")),
    "network": (marked("network"), marked("networks")),
    "touchpoint": (marked("touchpoint"), marked("touchpoints")),
}
# What Colorado called them before its guide was renamed.
COLORADO_BEFORE: Mapping[str, Pair] = {
    "milestone": ("implementation benchmark", "implementation benchmarks"),
    "interim_target": ("interim measure", "interim measures"),
}

_spoken: ContextVar[Mapping[str, Pair] | None] = ContextVar("words of a network", default=None)


class _Ask:
    """Where the words of the present network are found; the application says so, once."""

    present: Callable[[], Mapping[str, Pair] | None] = staticmethod(lambda: None)


def ask_for_words(present: Callable[[], Mapping[str, Pair] | None]) -> None:
    """Find the words of the present visitor's network with this function from now on."""
    _Ask.present = staticmethod(present)


@contextmanager
def speaking(words: Mapping[str, object] | None) -> Iterator[None]:
    """Say everything in this network's words inside the block: mail and files made where nobody is signed in.

    Args:
        words: ``Network.words``: key → singular and plural.
    """
    before = _spoken.set(own_pairs(words))
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> Mapping[str, Pair] | None:
    """Return the words of :func:`speaking`, else those of the present visitor's network, else none."""
    chosen = _spoken.get()
    return chosen if chosen is not None else _Ask.present()


def are_chosen() -> bool:
    """Say whether a block of :func:`speaking` is being said, whoever asks."""
    return _spoken.get() is not None


def says_otherwise() -> bool:
    """Say whether sentences of ours are said otherwise than they stand in the source."""
    return language() != SOURCE or bool(spoken())


def label(noun: str, count: int = 1, own: Mapping[str, Pair | list[str]] | None = None) -> str:
    """Return the network's own word for *noun*, else ours, in the reader's language.

    A network's own words are English: whoever reads another language reads ours, here and in sentences.

    Args:
        noun: a key of :data:`NOUNS`.
        count: 1 gives the singular, any other number the plural.
        own: a network's choices, by key: singular and plural; the present network's unless given.

    Raises:
        KeyError: there is no such noun.
    """
    ours = NOUNS[noun]
    at = 0 if count == 1 else 1
    if language() != SOURCE:
        return _(ours[at])
    if own is None:
        chosen = spoken() or {}
        return chosen[noun][at] if noun in chosen else _(ours[at])
    asked = own_pairs(own)
    with speaking({}):  # what was not asked for is ours, whatever the present network says
        return asked[noun][at] if noun in asked else _(ours[at])


def heading(noun: str, count: int = 1) -> str:
    """Return :func:`label` with a capital first, as a heading or the head of a column."""
    return first_up(label(noun, count))
