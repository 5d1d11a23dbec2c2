"""The first steps of a new team: one thing at a time, in about ten minutes. Pure.

What is done is read off the charter, the people and the links themselves: nothing is kept of the path but
that it was finished or put away, so a lead may leave it, come back, skip a step and return to it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from nic_platform.actor import EDITORS, TeamRole
from nic_platform.text import _, ngettext
from teams import rules
from teams.graph import TeamGraph


class First(StrEnum):
    """The steps after a team has its name, level and place, in their order."""

    PURPOSE = "purpose"
    PEOPLE = "people"
    STRENGTHS = "strengths"
    FUNCTIONS = "functions"
    RHYTHM = "rhythm"
    LINKS = "links"


_MINUTES = {
    First.PURPOSE: 2, First.PEOPLE: 2, First.STRENGTHS: 2,
    First.FUNCTIONS: 1, First.RHYTHM: 1, First.LINKS: 2,
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step: what it is called, what it asks, what stands there by now, and whether that will do."""

    key: First
    title: str
    asks: str
    told: str
    is_done: bool
    minutes: int


@dataclass(frozen=True)
class Path:
    """All steps of one team and how far it has come."""

    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """Return how many steps are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def open(self) -> tuple[Step, ...]:
        """Return the steps that are still to do, in order."""
        return tuple(step for step in self.steps if not step.is_done)

    @property
    def minutes(self) -> int:
        """Return how many minutes the rest takes, about."""
        return sum(step.minutes for step in self.open)

    def step(self, key: str) -> Step | None:
        """Return the step of this key; none where there is none."""
        return next((step for step in self.steps if step.key == key), None)

    def after(self, key: str) -> Step | None:
        """Return the step that comes after one; none after the last."""
        keys = [step.key.value for step in self.steps]
        place = keys.index(key) + 1
        return self.steps[place] if place < len(keys) else None

    def before(self, key: str) -> Step | None:
        """Return the step that comes before one; none before the first."""
        place = [step.key.value for step in self.steps].index(key)
        return self.steps[place - 1] if place else None

    @property
    def sentence(self) -> str:
        """Say how far the team has come and what is left."""
        if not self.open:
            return _("All %(count)s steps are done.", count=len(self.steps))
        return ngettext(
            "%(done)s of %(all)s steps done; about a minute is left.",
            "%(done)s of %(all)s steps done; about %(count)s minutes are left.",
            self.minutes,
            done=self.done,
            all=len(self.steps),
        )


def path(team: Any, people: Sequence[Any], uppers: Collection[str], invited: int, *, is_top: bool) -> Path:
    """Return the steps of a team.

    Args:
        team: the team with its charter.
        people: who is in it; coaches and observers are guests.
        uppers: the names of the teams that it lifts to.
        invited: how many invitations to it are open.
        is_top: no team stands above it, so there is nobody to lift to.
    """
    workers = [person for person in people if person.role in EDITORS]
    found = (
        _purpose(team),
        _people(workers, invited),
        _strengths(workers),
        _functions(team),
        _rhythm(team),
        _links(uppers, is_top=is_top),
    )
    return Path(found)


def _step(key: First, title: str, asks: str, told: str, is_done: bool) -> Step:
    return Step(key, title, asks, told, is_done, _MINUTES[key])


def _purpose(team: Any) -> Step:
    asks = _("What is this team there for, whom does the place serve, and what may the team decide?")
    told = (team.purpose or "").strip()
    return _step(First.PURPOSE, _("Purpose"), asks, told, bool(told))


def _people(workers: Sequence[Any], invited: int) -> Step:
    asks = _("Who does this work together? Three people or more, so that it outlasts a move.")
    told = ngettext("One person", "%(count)s people", len(workers)) if workers else _("Nobody yet")
    if invited:
        told += ", " + ngettext("one invited", "%(count)s invited", invited)
    has_lead = any(person.role is TeamRole.LEAD for person in workers)
    is_done = not rules.is_champion(len(workers) + invited) and (has_lead or invited > 0)
    return _step(First.PEOPLE, _("People"), asks, told, is_done)


def _strengths(workers: Sequence[Any]) -> Step:
    asks = _("What does each person bring, and whose eyes? Each can also say it for themselves.")
    said = sum(bool(person.competencies and person.perspectives) for person in workers)
    told = _("Said of %(said)s of %(all)s", said=said, all=len(workers)) if workers else _("Nobody yet")
    return _step(First.STRENGTHS, _("What each brings"), asks, told, bool(workers) and said == len(workers))


def _functions(team: Any) -> Step:
    asks = _("Which of the nine functions does this team hold? Others may be held by a team above.")
    held = len(team.functions or [])
    told = _("%(count)s of nine held", count=held) if held else _("None chosen yet")
    return _step(First.FUNCTIONS, _("What it does"), asks, told, held > 0)


def _rhythm(team: Any) -> Step:
    asks = _("How often does the team meet, when and where?")
    told = f"{rules.rhythm_words(team.rhythm_days)}: {team.meeting}" if team.meeting else _("Not agreed yet")
    return _step(First.RHYTHM, _("Rhythm"), asks, told, bool(team.meeting))


def _links(uppers: Collection[str], *, is_top: bool) -> Step:
    asks = _("Which team above hears this one, and by when does it promise to answer?")
    if is_top:
        return _step(First.LINKS, _("Link up"), asks, _("No team stands above this one"), True)
    told = _("Lifts to %(names)s", names=", ".join(sorted(uppers))) if uppers else _("Nobody hears it yet")
    return _step(First.LINKS, _("Link up"), asks, told, bool(uppers))


def seen_from(team: Any, people: Sequence[Any], graph: TeamGraph) -> Path:
    """Return the steps as far as a team's page knows them: open invitations are not counted there."""
    uppers = [graph.nodes[upper].name for upper in graph.above(team.id)] if team.id in graph.nodes else []
    return path(team, people, uppers, 0, is_top=team.id in graph.tops)


def asks_for_steps(team: Any, found: Path) -> bool:
    """Say whether a team's page should offer the rest of its first steps: not once they were put away."""
    return team.set_up_at is None and team.archived_at is None and bool(found.open)
