"""Sentences on where results differ, and how level and spread moved, of places as of weeks. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from nic_platform.svg import amount, rnd
from nic_platform.text import _, marked
from variation import levels
from variation.levels import Caution
from variation.weeks import WeekLevel


@dataclass(frozen=True)
class Told:
    """A title with the sentences that go with it."""

    title: str
    sentences: tuple[str, ...] = ()


MOST = 0.5  # under this bound a part may be the smaller one
_LEVELS = {
    levels.Level.DISTRICT: marked("between districts"),
    levels.Level.SCHOOL: marked("between schools"),
    levels.Level.WITHIN: marked("within schools"),
    levels.Level.SCHOOL_OR_WITHIN: marked("between and within schools"),
}


def level_name(level: levels.Level) -> str:
    """Return where a part of the variance lies."""
    return {
        levels.Level.DISTRICT: _("Between districts"), levels.Level.SCHOOL: _("Between schools"),
        levels.Level.WITHIN: _("Within schools"),
        levels.Level.SCHOOL_OR_WITHIN: _("Between and within schools"),
    }[level]  # fmt: skip


def share_words(share: float) -> str:
    """Return a share of the variance: "27%", "2.3%", "97.7%", "under 0.1%"; what is left is as exact."""
    value = 100 * share
    if 10 <= value <= 90 or share >= 1:
        return f"{rnd(value)}%"
    if value < 0.1:
        return _("under 0.1%")
    return f"{value:.1f}%" if value <= 99.9 else _("over 99.9%")


def split(told: levels.Levels | None, error: str, *, is_share: bool) -> Told:
    """Say where results differ: between districts, between schools or within; or why that can't be told."""
    if told is None:
        return Told(_("Where results differ can’t be told"), (_why_no_split(error),))
    largest = max(told.parts, key=lambda part: part.share)
    title = _("Most of the difference lies %(where)s", where=_(_LEVELS[largest.level]))
    if largest.low < MOST:
        title = _("Most of the difference seems to lie %(where)s, but the interval is wide",
                  where=_(_LEVELS[largest.level]))  # fmt: skip
    found = [
        _("%(where)s: %(share)s of the variance (95%% interval %(low)s to %(high)s), a standard deviation of "
          "%(sd)s.", where=level_name(part.level), share=share_words(part.share), low=share_words(part.low),
          high=share_words(part.high), sd=points(part.sd, is_share=is_share, factor=100))
        for part in told.parts if part.level is not levels.Level.WITHIN
    ]  # fmt: skip
    words = {
        Caution.FEW_SITES: _("Fewer than ten schools: the shares are rough."),
        Caution.FEW_DISTRICTS: _("Few districts: their part is rough."),
        Caution.CHANCE_DISTRICT: _("Districts differ no more than their schools make them."),
        Caution.CHANCE_SCHOOL: _("Schools differ no more than chance."),
        Caution.ONE_SCHOOL_EACH: _("Each district has one school, so the two can’t be told apart."),
    }
    found += [said for caution, said in words.items() if caution in told.cautions]
    district, school = told.part(levels.Level.DISTRICT), told.part(levels.Level.SCHOOL)
    if district and school and district.variance + school.variance > 0:
        share = share_words(district.variance / (district.variance + school.variance))
        found.append(_("Of what lies between schools at all, %(share)s lies between districts.", share=share))
    return Told(title, tuple(found))


def points(sd: float | None, *, is_share: bool, factor: float = 1.0) -> str:
    """Return a standard deviation in the measure's unit; in points of per cent where that is a share."""
    if sd is None:
        return "–"
    return _("%(points)s points", points=f"{factor * sd:.1f}") if is_share else amount(sd, 2)


def _why_no_split(error: str) -> str:
    if error == "too_few_points":
        return _("Telling levels apart needs three schools or more.")
    return _("Every place has one value, or all values are equal: no levels to compare.")


def change_by_week(weeks: Sequence[WeekLevel]) -> Told:
    """Say how the level and the spread moved from the first week to the last."""
    if len(weeks) < 2:
        return Told(_("Change can be seen once three schools have counted in two weeks"))
    first, last = weeks[0], weeks[-1]
    ends = {"first": f"{rnd(first.level)}%", "last": f"{rnd(last.level)}%"}
    moved = 1 if last.low > first.high else -1 if last.high < first.low else 0
    title = [
        _("The level moved no more than chance, from %(first)s to %(last)s", **ends),
        _("The level rose from %(first)s to %(last)s", **ends),
        _("The level fell from %(first)s to %(last)s", **ends),
    ][moved]
    spread = _(
        "The spread between schools beyond chance (standard deviation): %(first)s, then %(last)s.",
        first=points(first.sd, is_share=True), last=points(last.sd, is_share=True),
    )  # fmt: skip
    who = _("%(first)s schools counted in the first week, %(last)s in the last.",
            first=first.schools, last=last.schools)  # fmt: skip
    return Told(title, (_("Bars hold 19 of 20 schools’ true levels."), spread, who))
