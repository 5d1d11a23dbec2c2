"""The list of a team's feedback: what needs it, what is on its way, in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from feedback.rules import Kind, Lifted, State, late_by, rests
from nic_platform.text import _, ngettext, pgettext
from teams.breaks import NO_BREAKS, Breaks


class Item(Protocol):
    """What has to be known of an item in a list."""

    @property
    def kind(self) -> Kind:
        """What it is."""

    @property
    def state(self) -> State:
        """Where it stands."""

    @property
    def team_id(self) -> int:
        """Who raised it."""

    @property
    def team(self) -> str:
        """That team's name."""

    @property
    def holder_id(self) -> int | None:
        """Whose turn it is."""

    @property
    def holder(self) -> str | None:
        """That team's name."""

    @property
    def offered_to_id(self) -> int | None:
        """Who may take it over."""

    @property
    def due_on(self) -> date | None:
        """The promised day."""

    @property
    def look_again_on(self) -> date | None:
        """When what was partly lifted is looked at again."""

    @property
    def lifted(self) -> str:
        """What its team said of it."""


def needs(row: Item, team_id: int, today: date) -> bool:
    """Say whether the next act is this team's. What was partly lifted rests until it is looked at again."""
    if row.state is State.DRAFT:
        return False
    if rests(row.state, row.look_again_on, today):
        return False
    return row.holder_id == team_id or row.offered_to_id == team_id


@dataclass(frozen=True)
class Sections:
    """A team's open items by what they ask of it."""

    needs: list[int]
    way: list[int]
    through: list[int]
    drafts: list[int]


def sections(rows: Sequence[Item], team_id: int, today: date) -> Sections:
    """Return the places in *rows* of what needs the team, is on its way, went through it, is a draft."""
    found = Sections([], [], [], [])
    for place, row in enumerate(rows):
        if row.state is State.DRAFT:
            found.drafts.append(place)
        elif needs(row, team_id, today):
            found.needs.append(place)
        elif row.team_id == team_id:
            found.way.append(place)
        else:
            found.through.append(place)
    return found


def turn_words(state: State, *, is_raiser: bool, is_offered: bool = False) -> str:
    """Return what the team whose turn it is has to do."""
    if is_offered:
        return _("Take it over?")
    return {
        State.WAITING: pgettext("act", "Answer"),
        State.ASKED_BACK: _("Reply"),
        State.ANSWERED: _("Is it solved?") if is_raiser else _("Hand the answer down"),
        State.DECLINED: _("Read the reason"),
        State.PARTLY: _("Look again"),
    }.get(state, "")


def status_words(row: Item) -> str:
    """Return, in a sentence, where an item stands."""
    holder = row.holder or ""
    if row.state is State.ANSWERED and row.holder_id != row.team_id:
        return _("Answered; the answer is on its way down, with %(team)s.", team=holder)
    if row.state is State.WAITING and row.lifted == Lifted.NO:
        return _("Sent back to %(team)s: not solved.", team=holder)
    return {
        State.DRAFT: _("Not sent yet."),
        State.WAITING: _("With %(team)s.", team=holder),
        State.ASKED_BACK: _("%(team)s was asked something.", team=row.team),
        State.ANSWERED: _("Answered. Is it solved?"),
        State.DECLINED: _("Declined, with a reason."),
        State.PARTLY: _("Partly solved; looked at again later."),
        State.CLOSED: _("Solved.") if row.lifted == Lifted.YES else _("Closed."),
        State.UNCONFIRMED: _("Closed unconfirmed: nobody said whether it is solved."),
        State.DROPPED: _("Given up."),
    }[row.state]


def lede(needs: int, way: int, days_to_close: float | None, late: int) -> list[str]:
    """Return the sentences at the head of the list; *needs* and *way* say how many there are of each."""
    words = []
    if needs:
        words.append(ngettext("%(count)s item needs you.", "%(count)s items need you.", needs))
    else:
        words.append(_("Nothing needs you."))
    if way:
        words.append(
            ngettext("%(count)s of yours is on its way.", "%(count)s of yours are on their way.", way)
        )
    if late:
        words.append(ngettext("%(count)s is past its promise.", "%(count)s are past their promise.", late))
    if days_to_close is not None:
        words.append(_("Those that closed this school year took %(days)s days, there and back.",
                       days=round(days_to_close)))  # fmt: skip
    return words


def count_late(rows: Sequence[Item], today: date, breaks: Breaks = NO_BREAKS) -> int:
    """Return how many open items are past their promise."""
    return sum(late_by(row.due_on, today, breaks) > 0 and row.state is not State.DRAFT for row in rows)


def school_year_start(today: date) -> date:
    """Return the first of August that the school year of *today* began with."""
    return date(today.year if today.month >= 8 else today.year - 1, 8, 1)


def share_words(part: int, whole: int) -> str:
    """Return "20 of 24 (83%)", or a dash for none of nothing."""
    if not whole:
        return "–"
    return _(
        "%(part)s of %(whole)s (%(percent)s%%)", part=part, whole=whole, percent=round(100 * part / whole)
    )
