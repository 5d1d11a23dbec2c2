"""Implementation supports of a practice at a site: which there are, which are missing, what to do. Pure.

Coaching, training and data systems come from the module on implementation teams; the others are the field's,
in plain words. They are called supports here, since a driver is a part of the theory.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nic_platform.text import _, ngettext

SUPPORTS = (
    "coaching",
    "training",
    "data_systems",
    "selection",
    "fidelity",
    "leadership",
    "facilitation",
    "systems",
)
STATES = ("missing", "installed", "sustained")
STATE_SHAPE: Mapping[str, str] = {
    "sustained": "square",
    "installed": "circle",
    "missing": "cross",
    "": "ring",
}
STALE = 365
"""Days after which what is known of a support is worth another look."""


def support_names() -> dict[str, str]:
    """Return what each support is called."""
    return {
        "coaching": _("Coaching"), "training": _("Training"), "data_systems": _("Data systems"),
        "selection": _("Choosing people"), "fidelity": _("Looking at how it is done"),
        "leadership": _("Leadership"), "facilitation": _("Policies that make room"),
        "systems": _("Help from outside the school"),
    }  # fmt: skip


def support_hints() -> dict[str, str]:
    """Return what there is when a support is there."""
    return {
        "coaching": _("Somebody looks on and helps, on a schedule that is kept."),
        "training": _("Those who do it were shown how, and new people are too."),
        "data_systems": _("Counts come in time to those who can act on them."),
        "selection": _("Who does it was chosen for it, or chose it."),
        "fidelity": _("Somebody sees whether it is done as meant, and says so kindly."),
        "leadership": _("Leaders clear the way, and are seen to use it."),
        "facilitation": _("Schedules, rules and money leave room for it."),
        "systems": _("The district, the state and partners do their part."),
    }


def state_names() -> dict[str, str]:
    """Return the words for how a support stands."""
    return {"missing": _("Missing"), "installed": _("Installed"), "sustained": _("Sustained")}


def state_word(state: str) -> str:
    """Return one state in words; "Not looked at" where nobody said."""
    return state_names().get(state, _("Not looked at"))


def what_to_do() -> dict[str, str]:
    """Return what to do where a support is missing."""
    return {
        "coaching": _("Name a coach, and put the first visits into the calendar."),
        "training": _("Plan a training with its audience and what they will do after it."),
        "data_systems": _("Say what is counted, by whom, and who sees it by when."),
        "selection": _("Ask who wants to begin, and begin with them."),
        "fidelity": _("Agree on three things to look for, and look together."),
        "leadership": _("Ask a leader to take one obstacle away this month."),
        "facilitation": _("Raise what stands in the way as a barrier to the team above."),
        "systems": _("Ask the team above for what only it can give."),
    }


@dataclass(frozen=True)
class Seen:
    """How a support stood at a site on a day."""

    site: int
    kind: str
    state: str
    on: date
    evidence: str = ""


@dataclass(frozen=True)
class Gap:
    """A support that is missing, or that nobody looked at, at some sites of a line."""

    kind: str
    name: str
    missing: tuple[int, ...]
    untold: tuple[int, ...]
    advice: str

    @property
    def words(self) -> str:
        """Return at how many sites it is missing or was not looked at."""
        parts = []
        if self.missing:
            parts.append(
                ngettext("Missing at %(count)s site", "Missing at %(count)s sites", len(self.missing))
            )
        if self.untold:
            parts.append(
                ngettext(
                    "nobody has looked at %(count)s site",
                    "nobody has looked at %(count)s sites",
                    len(self.untold),
                )
            )
        said = ", ".join(parts)
        return said[:1].upper() + said[1:] + "."


def latest(seen: Iterable[Seen]) -> dict[tuple[int, str], Seen]:
    """Return the latest of each support at each site; on one day the later in order holds."""
    found: dict[tuple[int, str], Seen] = {}
    for each in sorted(seen, key=lambda one: one.on):
        found[each.site, each.kind] = each
    return found


def gaps(sites: Sequence[int], seen: Iterable[Seen]) -> list[Gap]:
    """Return the supports that are missing or unknown over the sites of a line, the most missing first."""
    known, names, does = latest(seen), support_names(), what_to_do()
    found = []
    for kind in SUPPORTS:
        missing = tuple(site for site in sites if (k := known.get((site, kind))) and k.state == "missing")
        untold = tuple(site for site in sites if (site, kind) not in known)
        if missing or untold:
            found.append(Gap(kind, names[kind], missing, untold, does[kind]))
    return sorted(found, key=lambda gap: (-len(gap.missing), -len(gap.untold)))


def is_stale(seen: Seen, today: date) -> bool:
    """Say whether what is known of a support is older than a year."""
    return (today - seen.on).days > STALE
