"""The sentences of a comparison, written from its numbers. Chance is stated; nobody is ranked. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nic_platform.days import day as day_words
from nic_platform.text import SOURCE, _, language, ngettext
from variation.comparison import Comparison, Line, Sight
from variation.funnel import Zone

_WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
# From here up a spread is more than what chance gives by itself from time to time.
MORE_THAN_CHANCE = 1.5


@dataclass(frozen=True)
class Told:
    """One thing to talk about: whom it is about, and the sentence."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Lead:
    """What the huddle may want to know of a school outside the funnel."""

    adopted: str = ""
    adopted_on: date | None = None
    waiting: int | None = None
    waiting_days: int = 0


def in_words(count: int) -> str:
    """Return a small count as an English word; a larger one, and any where a word has a gender, as digits."""
    return _WORDS[count] if language() == SOURCE and count < len(_WORDS) else str(count)


def sentence_case(words: str) -> str:
    """Return *words* with a capital first letter."""
    return words[:1].upper() + words[1:]


def names(lines: Sequence[Line]) -> str:
    """Return schools' names as a person lists them: "A", "A and B", "A, B and C"."""
    found = [line.short for line in lines]
    if len(found) < 2:
        return "".join(found)
    return _("%(some)s and %(last)s", some=", ".join(found[:-1]), last=found[-1])


def lede(found: Comparison) -> str:
    """Say what the comparison shows: who can be seen, who differs by more than chance, and what follows."""
    shown = len(found.shown)
    start = ngettext(
        "%(n)s school can be shown.", "%(n)s schools can be shown.", shown, n=sentence_case(in_words(shown))
    )
    if found.mean is None:
        return " ".join((start, _("With fewer than three, chance can't be told from a real difference.")))
    rest = shown - len(found.high) - len(found.low)
    if rest == shown:
        return " ".join(
            (start, _("They differ no more than chance alone would make them, so don’t rank them."))
        )
    parts = [_differ(found)]
    if rest:
        parts.append(
            ngettext(
                "The other one lies where chance alone would put it.",
                "The other %(n)s differ no more than chance alone would make them, so don’t rank them.",
                rest, n=in_words(rest),
            )
        )  # fmt: skip
    return " ".join((start, *parts))


def _differ(found: Comparison) -> str:
    if found.high and found.low:
        return _(
            "Higher than chance would explain: %(high)s. Lower: %(low)s.",
            high=names(found.high),
            low=names(found.low),
        )
    if found.high:
        return _("Higher than chance would explain: %(high)s.", high=names(found.high))
    return _("Lower than chance would explain: %(low)s.", low=names(found.low))


def funnel_title(found: Comparison) -> str:
    """Return the finding of the funnel."""
    outside = len(found.high) + len(found.low)
    if not outside:
        return _("No school falls outside what chance would give")
    return ngettext(
        "One school falls outside what chance would give",
        "%(n)s schools fall outside what chance would give", outside,
        n=sentence_case(in_words(outside)),
    )  # fmt: skip


def watched(found: Comparison) -> str:
    """Name the schools between the 95 % and the 99.8 % limit; with many schools some always are."""
    between = [line for line in found.shown if line.zone in (Zone.HIGH_WATCH, Zone.LOW_WATCH)]
    if not between:
        return ""
    return _(
        "Between the 95%% and the 99.8%% limits: %(names)s. One in twenty lies there by chance alone.",
        names=names(between),
    )


def dispersion(found: Comparison) -> str:
    """Say how the spread between schools compares with what chance gives."""
    if found.phi is None:
        return ""
    value = f"{found.phi:.1f}"
    if found.phi < MORE_THAN_CHANCE:
        return _(
            "Apart from the ends, schools spread about as much as chance gives (dispersion %(value)s).",
            value=value,
        )
    return _(
        "Schools spread %(value)s times as much as chance gives (dispersion, ends pulled in), so something "
        "real differs: "
        "look at schedules before people.",
        value=value,
    )


def picture(found: Comparison) -> str:
    """Say in one sentence what the funnel shows, for those who don't see it."""
    if found.mean is None:
        return ""
    inside = len(found.shown) - len(found.high) - len(found.low)
    parts = [
        _("Funnel plot of %(n)s schools around %(mean)s percent.", n=len(found.shown), mean=round(found.mean))
    ]
    if found.high:
        parts.append(_("Above the 99.8 percent limit: %(names)s.", names=names(found.high)))
    if found.low:
        parts.append(_("Below the 99.8 percent limit: %(names)s.", names=names(found.low)))
    parts.append(ngettext("%(count)s school lies inside.", "%(count)s schools lie inside.", inside))
    return " ".join(parts)


def huddle(found: Comparison, leads: dict[str, Lead], day: date) -> list[Told]:
    """Return what to talk about: the schools outside the funnel, then everybody else."""
    known = [
        line for line in found.lines if line.sight is not Sight.UNNAMED
    ]  # nobody can be asked without a name
    told = [_ask_high(line, leads.get(line.key)) for line in known if line.zone is Zone.HIGH]
    told += [_ask_low(line, leads.get(line.key)) for line in known if line.zone is Zone.LOW]
    told += [
        Told(
            line.short,
            _(
                "nothing counted in the four weeks before %(day)s. Who counts, and what stops it?",
                day=_day(day),
            ),
        )
        for line in [line for line in found.uncounted if line in known][:2]
    ]
    rest = _("no ranking. Pick one school to visit where the line bent, and ask why.")
    told.append(Told(_("Everyone else") if told else _("All schools"), rest))
    return told


def _ask_high(line: Line, lead: Lead | None) -> Told:
    count, size = int(line.cell.count or 0), int(line.cell.population or 0)
    sentence = _("what made %(count)s of %(size)s possible?", count=count, size=size)
    if lead and lead.adopted and lead.adopted_on:
        sentence += " " + _(
            "They adopted “%(idea)s” on %(day)s.", idea=lead.adopted, day=_day(lead.adopted_on)
        )
    return Told(line.short, sentence)


def _ask_low(line: Line, lead: Lead | None) -> Told:
    count, size = int(line.cell.count or 0), int(line.cell.population or 0)
    sentence = _("%(count)s of %(size)s.", count=count, size=size)
    if lead and lead.waiting is not None:
        sentence += " " + ngettext(
            "F-%(number)s has waited one day for an answer. Who takes it today?",
            "F-%(number)s has waited %(count)s days for an answer. Who takes it today?", lead.waiting_days,
            number=lead.waiting,
        )  # fmt: skip
    else:
        sentence += " " + _("What would help first: time, materials, or a visit?")
    return Told(line.short, sentence)


def _day(day: date) -> str:
    return day_words(day)
