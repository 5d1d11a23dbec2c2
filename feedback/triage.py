"""The queue of a receiving team, sorted for a weekly sitting: themes, ages, origins, what is new. Pure.

Everything here works on counts that the database made, so that a queue of fifty thousand reports is as quick
to show as one of fifty.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from feedback.matching import Proposal, propose
from nic_platform.actor import Level
from nic_platform.text import _, ngettext
from teams.breaks import NO_BREAKS, Breaks

MUCH_ALIKE = 0.3  # cosine from which new reports are filed together, or a theme stands chosen
DOT_ROWS = 9  # dots that a strip holds over one another
MOST_TILES = 200  # districts that a drawing of squares can hold


@dataclass(frozen=True)
class ThemeSum:
    """The waiting reports of one theme, or (*theme_id* empty) those that are in none."""

    theme_id: int | None
    items: int
    late: int
    districts: int
    due_on: date | None  # the nearest promise


@dataclass(frozen=True)
class DayCount:
    """How many waiting reports of a theme came on one day with one promise."""

    theme_id: int
    held_on: date | None
    due_on: date | None
    items: int


@dataclass(frozen=True)
class Clock:
    """How long an item has been here, and what was promised, in days."""

    age: int
    promised: int | None
    late: int


@dataclass(frozen=True)
class Panel:
    """The waiting items of one theme. *ages*: days here, whether past the promise, how many."""

    theme_id: int
    items: int
    districts: int
    late: int
    oldest: int
    promise: int | None
    due_on: date | None
    ages: tuple[tuple[int, bool, int], ...]


def clock(reached_on: date, promised_on: date | None, today: date, breaks: Breaks = NO_BREAKS) -> Clock:
    """Return how an item stands against its promise, in days that count: breaks do not."""
    age = max(0, breaks.between(reached_on, today))
    if promised_on is None:
        return Clock(age, None, 0)
    return Clock(age, breaks.between(reached_on, promised_on), max(0, breaks.between(promised_on, today)))


def clock_words(clock: Clock) -> str:
    """Return "3 days past promise", "Day 4 of 14", or "4 days" where nothing was promised."""
    if clock.late:
        return ngettext("%(num)s day past promise", "%(num)s days past promise", clock.late, num=clock.late)
    if clock.promised:
        return _("Day %(day)s of %(promise)s", day=clock.age, promise=clock.promised)
    return ngettext("%(num)s day", "%(num)s days", clock.age, num=clock.age)


def in_order(sums: Iterable[ThemeSum]) -> list[ThemeSum]:
    """Return the themes that reports wait in, the oldest promise first, then the largest."""
    themes = [each for each in sums if each.theme_id is not None]
    return sorted(themes, key=lambda each: (each.due_on or date.max, -each.items, each.theme_id or 0))


def page_of(themes: Sequence[ThemeSum], after: int | None, most: int) -> tuple[list[ThemeSum], bool]:
    """Return the themes that follow the theme *after*, at most so many, and whether more follow them.

    A theme that is gone meanwhile begins the list again.
    """
    places = [each.theme_id for each in themes]
    start = places.index(after) + 1 if after in places else 0
    return list(themes[start : start + most]), len(themes) > start + most


def panels(
    themes: Sequence[ThemeSum], days: Iterable[DayCount], today: date, breaks: Breaks = NO_BREAKS
) -> list[Panel]:
    """Return a panel for each theme, in the order given."""
    by_theme: dict[int, list[DayCount]] = {}
    for each in days:
        by_theme.setdefault(each.theme_id, []).append(each)
    return [_panel(each, by_theme.get(each.theme_id or 0, []), today, breaks) for each in themes]


def _panel(total: ThemeSum, days: Sequence[DayCount], today: date, breaks: Breaks) -> Panel:
    promises: Counter[int] = Counter()
    ages: Counter[tuple[int, bool]] = Counter()
    for each in days:
        since = each.held_on or today
        when = clock(since, each.due_on, today, breaks)
        ages[when.age, when.late > 0] += each.items
        if when.promised:
            promises[when.promised] += each.items
    return Panel(
        theme_id=total.theme_id or 0,
        items=total.items,
        districts=total.districts,
        late=total.late,
        oldest=max((age for age, _late in ages), default=0),
        promise=min(promises, key=lambda days_: (-promises[days_], days_)) if promises else None,
        due_on=total.due_on,
        ages=tuple((age, late, many) for (age, late), many in sorted(ages.items())),
    )


def highest_pile(found: Sequence[Panel], longest: int, *, columns: int = 35) -> int:
    """Return how many reports stand over one another in the strips of the panels, at most; at least one."""
    highest = 1
    for panel in found:
        piles: Counter[int] = Counter()
        for age, _late, many in panel.ages:
            piles[round(age * columns / max(longest, 1))] += many
        highest = max([highest, *piles.values()])
    return highest


def reports_per_dot(found: Sequence[Panel], longest: int, *, rows: int = DOT_ROWS) -> int:
    """Return how many reports one dot has to stand for, so that the highest pile of all panels fits."""
    return -(-highest_pile(found, longest) // rows)


def dots(panel: Panel, each: int, longest: int, *, columns: int = 35) -> list[tuple[int, bool]]:
    """Return the dots of a panel: age and whether past the promise; one for up to *each* reports of a pile.

    Reports are late or not, and a dot is never both.
    """
    piles: dict[tuple[int, bool], list[int]] = {}
    for age, late, many in panel.ages:
        pile = piles.setdefault((round(age * columns / max(longest, 1)), late), [age, 0])
        pile[1] += many
    return [
        (age, late)
        for (_column, late), (age, many) in sorted(piles.items())
        for _dot in range(-(-many // each))
    ]


def first_sentence(text: str, most: int = 140) -> str:
    """Return the first sentence of a text, cut at a word if it is long."""
    end = text.find(". ")
    sentence = (text if end < 0 else text[: end + 1]).strip()
    return sentence if len(sentence) <= most else sentence[:most].rsplit(" ", 1)[0] + "…"


def lede(sums: Sequence[ThemeSum], titles: Mapping[int, str]) -> list[str]:
    """Return the sentences at the head of the queue: how much waits, what is late, what is new."""
    total = sum(each.items for each in sums)
    if not total:
        return [_("Nothing waits for an answer.")]
    themes = [each for each in sums if each.theme_id is not None]
    inside = sum(each.items for each in themes)
    words = [
        ngettext("%(count)s report waits.", "%(count)s reports wait.", total)
        if not themes
        else ngettext(
            "%(items)s reports wait in one theme.", "%(items)s reports wait in %(count)s themes.",
            len(themes), items=inside,
        )
    ]  # fmt: skip
    words += _late_words(sums, titles)
    new = total - inside
    if themes and new:
        words.append(
            ngettext("%(count)s new report needs sorting.", "%(count)s new reports need sorting.", new)
        )
    return words


def _late_words(sums: Sequence[ThemeSum], titles: Mapping[int, str]) -> list[str]:
    late = sum(each.late for each in sums)
    if not late:
        return [_("All are within their promise.")]
    words = ngettext("%(count)s is past its promise", "%(count)s are past their promise", late)
    themes = [each for each in sums if each.theme_id is not None]
    most = max(themes, key=lambda each: each.late, default=None)
    title = titles.get(most.theme_id or 0) if most is not None else None
    if most is not None and title is not None and most.late * 2 > late > 1:
        return [_("%(late)s, more than half of them about “%(title)s”.", late=words, title=title)]
    return [words + "."]


@dataclass(frozen=True)
class Origin:
    """A district or another place, and how many open reports came from it."""

    name: str
    value: int


@dataclass(frozen=True)
class Origins:
    """Where reports come from. *rows* are all places, or in a large network only those that sent some.

    They are districts, or for a queue of a district or a school the sites below it (*level* is the school's).
    """

    rows: tuple[Origin, ...]
    places: int
    level: Level = Level.DISTRICT

    @property
    def silent(self) -> int:
        """Return how many places sent none."""
        return self.places - sum(row.value > 0 for row in self.rows)

    @property
    def sentence(self) -> str:
        """Return how many places most reports come from: the fewest that send seven in ten."""
        values = sorted((row.value for row in self.rows if row.value), reverse=True)
        total, reached, many = sum(values), 0, 0
        if not total:
            return _("No open report comes from a district.") if self._districts else _("No open report.")
        while reached < 0.7 * total:
            reached += values[many]
            many += 1
        share = int(100 * reached / total + 0.5)
        if self._districts:
            return ngettext(
                "%(share)s%% come from one district of %(all)s",
                "%(share)s%% come from %(count)s districts of %(all)s",
                many, share=share, all=self.places,
            )  # fmt: skip
        return ngettext(
            "%(share)s%% come from one site of %(all)s",
            "%(share)s%% come from %(count)s sites of %(all)s",
            many, share=share, all=self.places,
        )  # fmt: skip

    @property
    def silence(self) -> str:
        """Return what is drawn, and how many places sent none."""
        many = self.silent
        if self._districts:
            head = _("Open reports by district.")
            none = ngettext(
                "%(count)s district sent none, which may mean no barriers or no working link.",
                "%(count)s districts sent none, which may mean no barriers or no working link.",
                many,
            )
        else:
            head = _("Open reports by site.")
            none = ngettext(
                "%(count)s site sent none, which may mean no barriers or no working link.",
                "%(count)s sites sent none, which may mean no barriers or no working link.",
                many,
            )
        return f"{head} {none}" if many else head

    @property
    def _districts(self) -> bool:
        return self.level == Level.DISTRICT

    @property
    def drawn(self) -> tuple[Origin, ...]:
        """Return the districts that are drawn, by name: all, or the busiest where there are too many."""
        if len(self.rows) <= MOST_TILES:
            return self.rows
        busiest = sorted(self.rows, key=lambda row: -row.value)[:MOST_TILES]
        kept = {id(row) for row in busiest}
        return tuple(row for row in self.rows if id(row) in kept)


class Owned(Protocol):
    """Who works on the reports of a theme that wait."""

    @property
    def items(self) -> int:
        """How many of them have somebody."""

    @property
    def people(self) -> int:
        """How many people that are."""

    @property
    def name(self) -> str:
        """One of them."""


def owner_words(owned: Owned, items: int) -> str:
    """Return who works on the waiting reports of a theme: a name, or how many of them have somebody."""
    if owned.people == 1 and owned.items == items:
        return owned.name
    if owned.people == 1:
        return _("%(name)s, %(part)s of %(all)s", name=owned.name, part=owned.items, all=items)
    return _("%(part)s of %(all)s have an owner", part=owned.items, all=items)


def proposals(text: str, themes: Sequence[tuple[int, str]]) -> list[Proposal[int]]:
    """Return the themes a new report may belong to, by the words it shares with them and their reports."""
    return propose(text, themes)


def chosen_first(found: Sequence[Proposal[int]]) -> int | None:
    """Return the proposed theme that stands chosen before anybody chose: none where little speaks for it."""
    return found[0].theme if found and found[0].fit >= MUCH_ALIKE else None


def alike(text: str, others: Sequence[tuple[int, str]], most: int = 8) -> list[Proposal[int]]:
    """Return the other new reports that say much the same; stricter, for they may be filed along unread."""
    return [each for each in propose(text, others, most) if each.fit >= MUCH_ALIKE]


def like_theme(words: str, new: Sequence[tuple[int, str]], most: int = 12) -> list[Proposal[int]]:
    """Return the new reports that may belong to a theme of these words, the likest first."""
    return propose(words, new, most)
