"""The queue of a receiving team, sorted for a weekly sitting: themes, ages, origins, what is new. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from feedback.matching import Proposal, propose
from nic_platform.text import _, ngettext


class Waiting(Protocol):
    """What has to be known of a waiting item."""

    @property
    def theme_id(self) -> int | None:
        """The theme it is in, if it was sorted."""

    @property
    def title(self) -> str:
        """Its sentence."""

    @property
    def happens(self) -> str:
        """What happens."""

    @property
    def site_id(self) -> int:
        """The site of the team that raised it."""

    @property
    def district_id(self) -> int | None:
        """The district that site lies in."""

    @property
    def promised_on(self) -> date | None:
        """The promised day."""


class Theme(Protocol):
    """What has to be known of a theme."""

    @property
    def id(self) -> int:
        """Its number in the database."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def summary(self) -> str:
        """Its summary."""


@dataclass(frozen=True)
class Clock:
    """How long an item has been here, and what was promised, in days."""

    age: int
    promised: int | None
    late: int


@dataclass(frozen=True)
class Panel:
    """The waiting items of one theme."""

    theme_id: int
    quote: str
    sites: int
    districts: int
    ages: tuple[tuple[int, bool], ...]
    late: int
    oldest: int
    promise: int | None
    due_on: date | None

    @property
    def items(self) -> int:
        """Return how many items wait."""
        return len(self.ages)


def clock(reached_on: date, promised_on: date | None, today: date) -> Clock:
    """Return how an item stands against its promise."""
    late = max(0, (today - promised_on).days) if promised_on else 0
    return Clock((today - reached_on).days, (promised_on - reached_on).days if promised_on else None, late)


def panels(rows: Sequence[tuple[Waiting, Clock]]) -> list[Panel]:
    """Return a panel for each theme that items wait in, the oldest promise first."""
    groups: dict[int, list[tuple[Waiting, Clock]]] = {}
    for row, when in rows:
        if row.theme_id is not None:
            groups.setdefault(row.theme_id, []).append((row, when))
    found = [_panel(theme_id, group) for theme_id, group in groups.items()]
    return sorted(found, key=lambda panel: (panel.due_on or date.max, -panel.items, panel.theme_id))


def _panel(theme_id: int, group: Sequence[tuple[Waiting, Clock]]) -> Panel:
    promises = Counter(when.promised for _row, when in group if when.promised)
    dues = [row.promised_on for row, _when in group if row.promised_on]
    return Panel(
        theme_id=theme_id,
        quote=first_sentence(next((row.happens for row, _when in group if row.happens), "")),
        sites=len({row.site_id for row, _when in group}),
        districts=len({row.district_id for row, _when in group if row.district_id}),
        ages=tuple((when.age, when.late > 0) for _row, when in group),
        late=sum(when.late > 0 for _row, when in group),
        oldest=max(when.age for _row, when in group),
        promise=promises.most_common(1)[0][0] if promises else None,
        due_on=min(dues) if dues else None,
    )


def first_sentence(text: str, most: int = 140) -> str:
    """Return the first sentence of a text, cut at a word if it is long."""
    end = text.find(". ")
    sentence = (text if end < 0 else text[: end + 1]).strip()
    return sentence if len(sentence) <= most else sentence[:most].rsplit(" ", 1)[0] + "…"


def lede(rows: Sequence[tuple[Waiting, Clock]], titles: Mapping[int, str]) -> list[str]:
    """Return the sentences at the head of the queue: how much waits, what is late, what is new."""
    if not rows:
        return [_("Nothing waits for an answer.")]
    sorted_rows = [row for row, _when in rows if row.theme_id is not None]
    themes = len({row.theme_id for row in sorted_rows})
    words = [
        ngettext("%(count)s report waits.", "%(count)s reports wait.", len(rows))
        if not themes
        else ngettext(
            "%(items)s reports wait in one theme.", "%(items)s reports wait in %(count)s themes.", themes,
            items=len(sorted_rows),
        )
    ]  # fmt: skip
    words += _late_words(rows, titles)
    new = len(rows) - len(sorted_rows)
    if themes and new:
        words.append(
            ngettext("%(count)s new report needs sorting.", "%(count)s new reports need sorting.", new)
        )
    return words


def _late_words(rows: Sequence[tuple[Waiting, Clock]], titles: Mapping[int, str]) -> list[str]:
    late = [row for row, when in rows if when.late]
    if not late:
        return [_("All are within their promise.")]
    themes = Counter(row.theme_id for row in late if row.theme_id is not None)
    words = ngettext("%(count)s is past its promise", "%(count)s are past their promise", len(late))
    if themes:
        theme_id, many = themes.most_common(1)[0]
        if many * 2 > len(late) and len(late) > 1 and theme_id in titles:
            return [
                _("%(late)s, more than half of them about “%(title)s”.", late=words, title=titles[theme_id])
            ]
    return [words + "."]


@dataclass(frozen=True)
class Origin:
    """A district and how many open reports came from it."""

    name: str
    value: int


def origins(rows: Iterable[Waiting], districts: Sequence[tuple[int, str]]) -> list[Origin]:
    """Return every district with its waiting items, in the order given."""
    count = Counter(row.district_id for row in rows)
    return [Origin(name, count.get(district_id, 0)) for district_id, name in districts]


def origin_sentence(found: Sequence[Origin]) -> str:
    """Return how many districts most reports come from: the fewest that send seven in ten."""
    values = sorted((origin.value for origin in found if origin.value), reverse=True)
    total, reached, many = sum(values), 0, 0
    if not total:
        return _("No open report comes from a district.")
    while reached < 0.7 * total:
        reached += values[many]
        many += 1
    share = int(100 * reached / total + 0.5)
    one = "%(share)s%% come from one district of %(all)s"
    more = "%(share)s%% come from %(count)s districts of %(all)s"
    return ngettext(one, more, many, share=share, all=len(found))


def proposals(row: Waiting, themes: Sequence[Theme], rows: Iterable[Waiting] = ()) -> list[Proposal[int]]:
    """Return the themes a new item may belong to, by the words it shares with them and their items."""
    inside: dict[int, list[str]] = {}
    for other in rows:
        if other.theme_id is not None:
            inside.setdefault(other.theme_id, []).append(other.title)
    texts = [
        (theme.id, " ".join([theme.title, theme.summary, *dict.fromkeys(inside.get(theme.id, []))]))
        for theme in themes
    ]
    return propose(f"{row.title} {row.happens}", texts)
