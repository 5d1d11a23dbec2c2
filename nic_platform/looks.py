"""What is noted while a request is answered: at which places its figures of students were looked at. Pure.

The rules of small cells (:mod:`measures.suppression` and what stands on it) let every figure of students
through that anybody sees. They say so here, so that no page, file or answer has to remember to. Who looked,
and how, is added when the answer is there (:mod:`nic_platform.looking`). Where nobody listens, as in a
command, nothing is kept.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Seen:
    """Places whose students' figures passed: teams and sites by inner number.

    ``anything`` is set by rules that don't know the place; it counts for the whole network where no other
    place was named.
    """

    teams: set[int] = field(default_factory=set)
    sites: set[int] = field(default_factory=set)
    anything: bool = False

    def __bool__(self) -> bool:
        """Say whether any figure of students passed."""
        return self.anything or bool(self.teams or self.sites)


_listening: ContextVar[Seen | None] = ContextVar("looks", default=None)


def listen() -> Seen:
    """Begin to note for this request, or whatever else this thread does from now on."""
    seen = Seen()
    _listening.set(seen)
    return seen


def heard() -> Seen | None:
    """Return what was noted since :func:`listen`, and note no more."""
    seen = _listening.get()
    _listening.set(None)
    return seen


def note() -> None:
    """A figure of students is shown; of which place is for who knows it to say."""
    seen = _listening.get()
    if seen is not None:
        seen.anything = True


def note_team(team_id: int) -> None:
    """A figure of a team's students is shown."""
    seen = _listening.get()
    if seen is not None:
        seen.teams.add(team_id)


def note_site(site_id: int) -> None:
    """Figures of the students of a place, or of the places below it, are shown."""
    seen = _listening.get()
    if seen is not None:
        seen.sites.add(site_id)
