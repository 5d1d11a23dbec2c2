"""The sentences of a comparison of places, from its numbers. Chance is stated; nobody is ranked. Pure."""

from collections.abc import Sequence

from measures.school_years import name_of
from measures.suppression import number
from nic_platform.actor import Level
from nic_platform.days import month_year
from nic_platform.svg import amount, rnd
from nic_platform.text import _, ngettext
from variation import levels
from variation.judging import Scale, Silent
from variation.level_words import Told, points
from variation.place_page import PlacesPage, Unit, YearLevel
from variation.wording import MORE_THAN_CHANCE, in_words, sentence_case

NAMED = 6
"""So many places at each end are named in a sentence; the table has the others."""
FINE_FROM = 400
"""From so many people a place on average, a share is told to a tenth of a per cent."""


def places(level: Level, count: int) -> str:
    """Return so many places of a level: "one school", "186 districts"."""
    n = in_words(count) if count < 1000 else f"{count:,}"
    if level is Level.DISTRICT:
        return ngettext("%(n)s district", "%(n)s districts", count, n=n)
    if level is Level.REGION:
        return ngettext("%(n)s region", "%(n)s regions", count, n=n)
    return ngettext("%(n)s school", "%(n)s schools", count, n=n)


def plural(level: Level) -> str:
    """Return what places of a level are called together."""
    names = {Level.DISTRICT: _("districts"), Level.REGION: _("regions")}
    return names.get(level, _("schools"))


def figure(page: PlacesPage, value: float | None) -> str:
    """Return a figure in the measure's unit."""
    if value is None or page.judged is None:
        return "–"
    if page.judged.scale is not Scale.SHARE:
        return amount(value, 3)
    return f"{value:.1f}%" if is_fine(page) else f"{rnd(value)}%"


def is_fine(page: PlacesPage) -> bool:
    """Say whether shares are told to a tenth."""
    judged = page.judged
    return judged is not None and len(judged.size) > 0 and float(judged.size.mean()) >= FINE_FROM


def unit_words(page: PlacesPage) -> str:
    """Return what the funnel has across: whom or what the places counted among."""
    unit = page.measure.unit if page.measure else ""
    if page.judged is not None and page.judged.scale is Scale.MEAN:
        return _("Values measured")
    return sentence_case(unit or _("Counted"))


def names(units: Sequence[Unit]) -> str:
    """Return places as a person lists them; beyond six only how many more there are."""
    found = [unit.short for unit in units]
    if len(found) > NAMED + 1:
        more = len(found) - NAMED
        return _("%(some)s and %(more)s more", some=", ".join(found[:NAMED]), more=more)
    if len(found) < 2:
        return "".join(found)
    return _("%(some)s and %(last)s", some=", ".join(found[:-1]), last=found[-1])


def lede(page: PlacesPage) -> list[str]:
    """Say who can be seen, who differs by more than chance (or than usual), and what follows."""
    start = _("%(places)s can be shown.", places=sentence_case(places(page.by, page.shown)))
    judged = page.judged
    if judged is None or not page.shown:
        return [_("Nothing can be shown of single places here: too few, or too small.")]
    if judged.silent is not None:
        return [start, silence(judged.silent)]
    if page.pooled_only:
        return [start, _("Single places are not shown to analysts.")]
    return [start, *_differ(page)]


def silence(why: Silent) -> str:
    """Say why places can't be held against chance."""
    return {
        Silent.FEW: _("With fewer than three, chance can’t be told from a real difference."),
        Silent.ONE_VALUE: _(
            "Each has one value, so nobody can say how far chance alone would move it: don’t rank them."
        ),
        Silent.NO_EVENTS: _("None of them counted anything, so there is nothing to hold against chance."),
        Silent.NO_SPREAD: _(
            "Their values don’t vary within places, so chance can’t be told: don’t rank them."
        ),
    }[why]


def _differ(page: PlacesPage) -> list[str]:
    high, low = page.above_limits, page.below_limits
    if page.hides_unnamed:
        return _differ_of_mine(page)
    rest = page.shown - len(high) - len(low)
    found = []
    if page.use_spread:
        found.append(_("Chance explains little here, so the limits allow for the usual spread."))
    if not high and not low:
        return [*found, _no_more(page, _("They"))]
    if high:
        found.append(_higher(page, names(high)))
    if low:
        found.append(_lower(page, names(low)))
    if rest:
        found.append(_no_more(page, _("The other %(n)s", n=in_words(rest) if rest < 1000 else f"{rest:,}")))
    return found


def _differ_of_mine(page: PlacesPage) -> list[str]:
    """Say the same of the places that the reader knows by name; the others are only in what is pooled."""
    found = [_("You read %(n)s of them by name.", n=in_words(sum(unit.is_shown for unit in page.units)))]
    if page.above_limits:
        found.append(_higher(page, names(page.above_limits)))
    if page.below_limits:
        found.append(_lower(page, names(page.below_limits)))
    if not page.above_limits and not page.below_limits:
        found.append(_("None of those lies outside the limits."))
    return found


def _higher(page: PlacesPage, some: str) -> str:
    if page.use_spread:
        return _("Above those limits: %(names)s.", names=some)
    return _("Higher than chance would explain: %(names)s.", names=some)


def _lower(page: PlacesPage, some: str) -> str:
    if page.use_spread:
        return _("Below those limits: %(names)s.", names=some)
    return _("Lower than chance would explain: %(names)s.", names=some)


def _no_more(page: PlacesPage, who: str) -> str:
    if page.use_spread:
        return _("%(who)s differ no more than places usually do, so don’t rank them.", who=who)
    return _("%(who)s differ no more than chance alone would make them, so don’t rank them.", who=who)


def together(page: PlacesPage) -> str:
    """Say what all places shown have together, and what a typical one has with its interval."""
    judged = page.judged
    if judged is None or not len(judged.size):
        return ""
    unit = (page.measure.unit if page.measure else "") or _("counted")
    found = _(
        "Together: %(figure)s of %(size)s %(unit)s.", figure=figure(page, judged.mean),
        size=f"{judged.size.sum():,.0f}", unit=unit,
    )  # fmt: skip
    if judged.scale is not Scale.SHARE:
        found = _("Together: %(figure)s on average.", figure=figure(page, judged.mean))
    if page.split is None:
        return found
    factor = 100.0 if judged.scale is Scale.SHARE else 1.0
    return " ".join((found, _(
        "A typical school: %(mean)s, between %(low)s and %(high)s (95%% interval, %(places)s).",
        mean=figure(page, factor * page.split.mean), low=figure(page, factor * page.split.low),
        high=figure(page, factor * page.split.high), places=places(Level.SCHOOL, page.leaves),
    )))  # fmt: skip


def cautions(page: PlacesPage) -> list[str]:
    """Return what has to be known before anything is read into the figures."""
    found = []
    if page.times > 1 and page.judged is not None and page.judged.scale is Scale.SHARE:
        found.append(
            _("Counted about %(n)s times in the year, often the same people: figures are averages.",
              n=page.times)
        )  # fmt: skip
    if page.shown and page.shown < levels.FEW_SITES:
        found.append(_("Few places: what is said of their spread is rough."))
    left = page.of - page.shown
    if left:
        found.append(
            ngettext(
                "One place is hidden: a group too small to show, or one that would give it away.",
                "%(n)s places are hidden: groups too small to show, or ones that would give them away.",
                left, n=sentence_case(in_words(left)),
            )
        )  # fmt: skip
    if page.hides_unnamed:
        found.append(_("Students’ figures of places that you don’t read by name are only in what is pooled."))
    return found


def funnel(page: PlacesPage) -> Told:
    """Return the finding of the funnel, and the sentence for those who don't see it."""
    judged = page.judged
    high, low = len(page.above_limits), len(page.below_limits)
    if judged is None:
        return Told("")
    what = _("the usual spread") if page.use_spread else _("what chance would give")
    title = _("No place falls outside %(what)s", what=what)
    if high or low:
        title = ngettext(
            "One place falls outside %(what)s", "%(n)s places fall outside %(what)s", high + low,
            n=sentence_case(in_words(high + low)), what=what,
        )  # fmt: skip
    picture = _("Funnel plot of %(places)s around %(mean)s.", places=places(page.by, page.shown),
                mean=figure(page, judged.centre if page.use_spread else judged.mean))  # fmt: skip
    if not high and not low:
        return Told(title, (picture, _("None lies outside the 99.8 percent limits.")))
    ends = _("Above the 99.8 percent limit: %(high)s; below it: %(low)s.", high=high, low=low)
    return Told(title, (picture, ends))


def dispersion(page: PlacesPage) -> str:
    """Say how the spread between places compares with what chance gives, and which limits are drawn."""
    judged = page.judged
    if judged is None or judged.phi is None:
        return ""
    drawn = (
        _("Limits widened by the usual spread between places.") if page.use_spread
        else _("Exact limits of chance alone.") if judged.scale is not Scale.MEAN
        else _("Limits from the spread of values within places.")
    )  # fmt: skip
    value = amount(judged.phi, 2)
    if judged.phi < MORE_THAN_CHANCE:
        more = _(
            "Places spread about as much as chance gives (dispersion %(value)s, ends pulled in).", value=value
        )
    elif judged.is_overdispersed:
        more = _(
            "Places spread %(value)s times as much as chance gives (dispersion, ends pulled in): what is "
            "counted, such as days of one student, is not independent, or places really differ.", value=value,
        )  # fmt: skip
    else:
        more = _(
            "Places spread %(value)s times as much as chance gives (dispersion, ends pulled in).", value=value
        )
    watched = (
        ngettext(
            "One lies between the 95%% and the 99.8%% limits, where one in twenty would by itself.",
            "%(n)s lie between the 95%% and the 99.8%% limits, where one in twenty would by itself.",
            page.watched, n=sentence_case(in_words(page.watched)),
        )
        if page.watched and not page.hides_unnamed else ""
    )  # fmt: skip
    return " ".join(each for each in (drawn, more, watched) if each)


def change(page: PlacesPage) -> Told:
    """Say how the level and the spread moved from the first school year to the last."""
    years = page.years
    if len(years) < 2:
        return Told(_("One school year so far: change can be seen from the second on"))
    first, last = years[0], years[-1]
    ends = {"first": figure(page, _level(first)), "last": figure(page, _level(last))}
    title = [
        _("The level moved no more than chance, from %(first)s to %(last)s", **ends),
        _("The level rose from %(first)s to %(last)s", **ends),
        _("The level fell from %(first)s to %(last)s", **ends),
    ][_moved(first, last)]
    found = [
        _("A typical school in %(first)s and in %(last)s; bars hold 19 of 20 schools’ true levels.",
          first=window_name(first), last=window_name(last))
    ]  # fmt: skip
    if first.sd is not None and last.sd is not None:
        found.append(
            _("The spread between schools beyond chance (standard deviation): %(first)s, then %(last)s.",
              first=sd_words(page, first.sd), last=sd_words(page, last.sd))
        )  # fmt: skip
    found.append(_("Schools that opened, closed or were hidden change who is in it: see the numbers."))
    return Told(title, tuple(found))


def window_name(window: YearLevel) -> str:
    """Return a school year's name, or a month's."""
    return name_of(window.year) if window.month is None else month_year(window.month)


def sd_words(page: PlacesPage, sd: float | None) -> str:
    """Return a standard deviation in the measure's unit."""
    return points(sd, is_share=is_share(page))


def is_share(page: PlacesPage) -> bool:
    """Say whether figures are per cent."""
    return page.judged is not None and page.judged.scale is Scale.SHARE


def _level(year: YearLevel) -> float:
    return year.pooled if year.typical is None else year.typical


def _moved(first: YearLevel, last: YearLevel) -> int:
    """Return 1 or -1 where the two years' intervals don't meet, else 0."""
    if first.low is None or first.high is None or last.low is None or last.high is None:
        return 0
    return 1 if last.low > first.high else -1 if last.high < first.low else 0


def size(page: PlacesPage, unit: Unit) -> str:
    """Return among how many a unit counted, short enough to stand beside its name: "4.1M student days"."""
    value = unit.size or 0.0
    n = f"{value / 1e6:.1f}M" if value >= 1e6 else f"{value / 1e3:.0f}k" if value >= 1e4 else f"{value:,.0f}"
    if page.judged is not None and page.judged.scale is Scale.MEAN:
        return _("%(n)s values", n=n)
    return _("%(n)s %(unit)s", n=n, unit=page.measure.unit if page.measure else "")


def counted(page: PlacesPage, unit: Unit) -> str:
    """Return a unit's numbers: "23 of 50 (46%)", "3.2, from 12 values"."""
    if not unit.is_shown:
        return hidden(unit)
    if page.judged is not None and page.judged.scale is Scale.MEAN:
        return _("%(value)s, from %(n)s", value=figure(page, unit.value), n=number(unit.size))
    count, size = (f"{value or 0:,.0f}" for value in (unit.count, unit.size))
    return _("%(count)s of %(size)s (%(value)s)", count=count, size=size, value=figure(page, unit.value))


def hidden(unit: Unit) -> str:
    """Say why a place's figure isn't there."""
    if unit.of > 1:
        return _("Hidden: too few of its schools can be shown")
    return _("Hidden: a small group, or it would give one away")


def flag(zone: int) -> str:
    """Say where a place lies, in words; nothing for those inside the limits."""
    return {2: _("Above the funnel"), -2: _("Below the funnel"), 1: _("Above the 95% line"),
            -1: _("Below the 95% line")}.get(zone, "")  # fmt: skip
