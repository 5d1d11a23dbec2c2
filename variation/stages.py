"""The four stages in which a practice is put in place at a site, and what a site's way says. Pure.

Stages are those of implementation science (exploration, installation, initial implementation, full
implementation). A site may go back; nothing of its way is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nic_platform.text import _, ngettext

STAGES = ("exploration", "installation", "initial", "full")
LONG_AT_INITIAL = 730  # days; implementation science speaks of two to four years to full implementation


def stage_names() -> dict[str, str]:
    """Return what each stage is called."""
    return {
        "exploration": _("Exploration"), "installation": _("Installation"),
        "initial": _("Initial implementation"), "full": _("Full implementation"),
    }  # fmt: skip


def stage_hints() -> dict[str, str]:
    """Return what a site at each stage is doing."""
    return {
        "exploration": _("Is it needed here, and does it fit? Nobody does it yet."),
        "installation": _("People, time, training and data are being made ready."),
        "initial": _("Some do it, it is awkward, and problems show. Cycles run."),
        "full": _("Most do it as meant, and it would go on without the first people."),
    }


def stage_word(stage: str) -> str:
    """Return one stage in words; "Not begun" where there is none."""
    return stage_names().get(stage, _("Not begun"))


@dataclass(frozen=True)
class Step:
    """From which day a practice stood at a stage."""

    stage: str
    on: date
    evidence: str = ""


@dataclass(frozen=True)
class Way:
    """A site's way: its steps by day, where it stands, and how often it went back."""

    steps: tuple[Step, ...]

    @property
    def now(self) -> str:
        """Return the stage of the last step; empty without one."""
        return self.steps[-1].stage if self.steps else ""

    @property
    def since(self) -> date | None:
        """Return the day from which it has stood at this stage: repeating a stage doesn't begin it anew."""
        since = None
        for step in reversed(self.steps):
            if step.stage != self.now:
                break
            since = step.on
        return since

    @property
    def went_back(self) -> tuple[Step, ...]:
        """Return the steps that went to an earlier stage than the one before."""
        pairs = zip(self.steps, self.steps[1:], strict=False)
        return tuple(later for earlier, later in pairs if rank(later.stage) < rank(earlier.stage))


def rank(stage: str) -> int:
    """Return 0 for exploration to 3 for full implementation; -1 for none of them."""
    return STAGES.index(stage) if stage in STAGES else -1


def way_of(steps: Sequence[Step], on: date | None = None) -> Way:
    """Return a site's way from its steps in any order, as it was known on a day."""
    kept = [step for step in steps if on is None or step.on <= on]
    return Way(tuple(sorted(kept, key=lambda step: step.on)))


def sentence(way: Way, today: date) -> str:
    """Return where a site stands, since when, and that it went back, in one or two sentences."""
    if not way.steps or way.since is None:
        return _("No stage is written down yet.")
    days = (today - way.since).days
    parts = [_("%(stage)s for %(days)s.", stage=stage_word(way.now), days=span_words(days))]
    if way.went_back:
        parts.append(ngettext("It went back once.", "It went back %(count)s times.", len(way.went_back)))
    if way.now == "initial" and days > LONG_AT_INITIAL:
        parts.append(_("That is long: look at which supports are missing."))
    if not way.steps[-1].evidence:
        parts.append(_("Nothing says yet how one knows."))
    return " ".join(parts)


def span_words(days: int) -> str:
    """Return a number of days as people say it."""
    if days < 60:
        return ngettext("%(count)s day", "%(count)s days", max(days, 0))
    if days < 730:
        return ngettext("%(count)s month", "%(count)s months", days // 30)
    return ngettext("%(count)s year", "%(count)s years", days // 365)


def counts(ways: Sequence[Way]) -> dict[str, int]:
    """Return how many sites stand at each stage."""
    return {stage: sum(way.now == stage for way in ways) for stage in STAGES}


def lede(ways: Sequence[Way]) -> str:
    """Return the sentence of a practice over its sites."""
    found = {stage: number for stage, number in counts(ways).items() if number}
    if not found:
        return _("No site has begun.")
    parts = [f"{number} {stage_word(stage).lower()}" for stage, number in found.items()]
    sites = ngettext("%(count)s site", "%(count)s sites", sum(found.values()))
    return _("%(sites)s: %(parts)s.", sites=sites, parts=", ".join(parts))
