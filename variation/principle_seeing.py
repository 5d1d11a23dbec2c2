"""What a network's records say of its problem, of variation and of the system, in sentences. Pure."""

from nic_platform.svg import rnd
from nic_platform.text import _, ngettext
from variation.principles import Facts, Line, ProblemFacts, Spread, SystemFacts, VariationFacts, age, is_old


def listed(names: list[str]) -> str:
    """Return names of ours in one sentence, in small letters."""
    lower = [name[:1].lower() + name[1:] for name in names]
    if len(lower) < 2:
        return "".join(lower)
    return _("%(some)s and %(last)s", some=", ".join(lower[:-1]), last=lower[-1])


# ---------------------------------------------------------------- problem and users


def problem(facts: ProblemFacts) -> list[Line]:
    """Return the lines of the problem, those who live with it, and who is heard."""
    lines = [
        Line("problem", _("The problem, as the network wrote it:"), "problem", quote=facts.problem)
        if facts.problem.strip()
        else Line("no_problem", _("No problem is written yet."), "problem", asks=True),
        Line("users", _("Who lives with it, and what they said:"), "problem", quote=facts.users)
        if facts.users.strip()
        else Line("no_users", _("Nothing is written yet of those who live with it."), "problem", asks=True),
    ]
    if facts.aim_lacks:
        lines.append(Line("aim", " ".join(facts.aim_lacks), "aim", asks=True))
    else:
        lines.append(Line("aim_whole", _("The aim says how much and by when."), "aim"))
    return [*lines, _voices(facts), _voice_measures(facts)]


def _voices(facts: ProblemFacts) -> Line:
    heard = (
        _("On its teams people speak as: %(names)s.", names=listed(list(facts.heard)))
        if facts.heard
        else _("Nobody on its teams has said for whom they speak.")
    )
    if not facts.unheard:
        return Line("voices", heard, "teams")
    lacks = _("Nobody speaks as: %(names)s.", names=listed(list(facts.unheard)))
    return Line("unheard", f"{heard} {lacks}" if facts.heard else heard, "teams", asks=True)


def _voice_measures(facts: ProblemFacts) -> Line:
    count = facts.voice_measures
    if not count:
        return Line("no_voice", _("No common measure asks people what they live."), "measures", asks=True)
    words = ngettext(
        "%(count)s common measure asks people what they live.",
        "%(count)s common measures ask people what they live.",
        count,
    )
    return Line("voice_measures", words, "measures", numbers={"measures": count})


# ---------------------------------------------------------------- variation


def variation(facts: VariationFacts, whole: Facts) -> list[Line]:
    """Return the lines of what is known of the differences between schools."""
    if not facts.measures:
        return [Line("no_measure", _("No common measure has been chosen yet."), "measures", asks=True)]
    lines = [_measured(facts)]
    if facts.newest_on is not None:
        days = age(facts.newest_on, whole.as_of or whole.today)
        words = (
            _("The newest figure is of today.")
            if days == 0
            else ngettext("The newest figure is a day old.", "The newest figure is %(count)s days old.", days)
        )
        old = is_old(facts.newest_on, whole.as_of or whole.today)
        lines.append(Line("old" if old else "age", words, "compare", asks=old, numbers={"days": days}))
    if facts.spread is None:
        words = _("Too few schools counted one common measure this year to say how far they differ.")
        return [*lines, Line("no_spread", words, "compare")]
    return [*lines, _spread(facts.spread), *_outside(facts.spread)]


def _measured(facts: VariationFacts) -> Line:
    missing = max(facts.schools - facts.measured, 0)
    numbers: dict[str, int | float | None] = {"measured": facts.measured, "schools": facts.schools}
    if not facts.measured:
        return Line(
            "uncounted", _("No school has a figure of this school year yet."), "measures", asks=True,
            numbers=numbers,
        )  # fmt: skip
    words = ngettext(
        "%(measured)s of %(count)s school has a figure of a common measure from this school year.",
        "%(measured)s of %(count)s schools have a figure of a common measure from this school year.",
        facts.schools,
        measured=f"{facts.measured:,}",
    )
    return Line("unmeasured" if missing else "measured", words, "compare", asks=missing > 0, numbers=numbers)


def _spread(spread: Spread) -> Line:
    said = {
        "measure": spread.measure, "year": spread.year, "typical": amount(spread.typical, spread.unit),
        "sd": points(spread.sd, spread.unit),
    }  # fmt: skip
    words = ngettext(
        "%(measure)s, %(year)s, %(count)s school: a typical one stands at %(typical)s. Chance taken off, "
        "two schools in three lie within about %(sd)s of that.",
        "%(measure)s, %(year)s, %(count)s schools: a typical one stands at %(typical)s. Chance taken off, "
        "two schools in three lie within about %(sd)s of that.",
        spread.places,
        **said,
    )
    numbers = {"places": spread.places, "typical": spread.typical, "sd": spread.sd}
    return Line("spread", words, "compare", numbers=numbers)


def _outside(spread: Spread) -> list[Line]:
    if not spread.is_judged:
        return []
    numbers: dict[str, int | float | None] = {"above": spread.above, "below": spread.below}
    if not spread.above and not spread.below:
        words = _("No school differs from the others by more than chance, so there is nobody to rank.")
        return [Line("chance", words, "compare", numbers=numbers)]
    lines = []
    if spread.above:
        words = ngettext(
            "%(count)s school stands out on the better side by more than chance.",
            "%(count)s schools stand out on the better side by more than chance.",
            spread.above,
        )
        lines.append(Line("bright", words, "bright", asks=True, numbers={"above": spread.above}))
    if spread.below:
        words = ngettext(
            "%(count)s school stands out on the other side by more than chance.",
            "%(count)s schools stand out on the other side by more than chance.",
            spread.below,
        )
        lines.append(Line("behind", words, "compare", asks=True, numbers={"below": spread.below}))
    return lines


def amount(value: float, unit: str) -> str:
    """Return a value with its unit; "%" stands right behind the number."""
    figure = f"{rnd(value)}" if abs(value) >= 10 else f"{value:.1f}"
    return f"{figure}%" if unit == "%" else f"{figure} {unit}".strip()


def points(value: float, unit: str) -> str:
    """Return a distance: points where the unit is per cent."""
    figure = f"{rnd(value)}" if abs(value) >= 10 else f"{value:.1f}"
    return _("%(count)s points", count=figure) if unit == "%" else f"{figure} {unit}".strip()


# ---------------------------------------------------------------- the system


def system(facts: SystemFacts) -> list[Line]:
    """Return the lines of the driver diagram, the links and the inventory."""
    return [*_diagram(facts), *_links(facts), _inventory(facts)]


def _diagram(facts: SystemFacts) -> list[Line]:
    if not facts.drivers:
        return [Line("no_drivers", _("There is no driver diagram yet."), "drivers", asks=True)]
    count: dict[str, int | float | None] = {"drivers": facts.drivers}
    lines = [
        _part("no_ideas", "ideas", facts.without_idea, count, ngettext(
            "Of %(drivers)s drivers, %(count)s has no change idea.",
            "Of %(drivers)s drivers, %(count)s have no change idea.",
            facts.without_idea, drivers=facts.drivers,
        ), _("Each of the %(drivers)s drivers has a change idea.", drivers=facts.drivers)),
        _part("no_driver_measure", "driver_measures", facts.without_measure, count, ngettext(
            "%(count)s driver has no measure that tells whether it moves.",
            "%(count)s drivers have no measure that tells whether they move.", facts.without_measure,
        ), _("Each driver has a measure that tells whether it moves.")),
    ]  # fmt: skip
    if facts.loose_ideas:
        words = ngettext(
            "%(count)s idea of the network hangs on no driver.",
            "%(count)s ideas of the network hang on no driver.",
            facts.loose_ideas,
        )
        lines.append(Line("loose", words, "drivers", numbers={"ideas": facts.loose_ideas}))
    return lines


def _part(
    key: str, fine: str, lacking: int, numbers: dict[str, int | float | None], some: str, none: str
) -> Line:
    told = {**numbers, "lacking": lacking}
    if lacking:
        return Line(key, some, "drivers", asks=True, numbers=told)
    return Line(fine, none, "drivers", numbers=told)


def _links(facts: SystemFacts) -> list[Line]:
    lines = []
    numbers: dict[str, int | float | None] = {"teams": facts.teams, "unheard": facts.unheard}
    if facts.unheard:
        words = ngettext(
            "Of %(teams)s teams, %(count)s has no way up.",
            "Of %(teams)s teams, %(count)s have no way up.",
            facts.unheard,
            teams=f"{facts.teams:,}",
        )
        lines.append(Line("unheard_teams", words, "unheard", asks=True, numbers=numbers))
    elif facts.teams:
        words = ngettext(
            "The one team can be heard.", "Each of the %(count)s teams has a way up.", facts.teams
        )
        lines.append(Line("heard_teams", words, "unheard", numbers=numbers))
    if facts.silent:
        words = ngettext(
            "Of %(links)s links, %(count)s has gone quiet for two rhythms.",
            "Of %(links)s links, %(count)s have gone quiet for two rhythms.",
            facts.silent,
            links=f"{facts.links:,}",
        )
        told = {"links": facts.links, "silent": facts.silent}
        lines.append(Line("silent", words, "silent", asks=True, numbers=told))
    elif facts.links:
        lines.append(Line("in_use", _("No link has gone quiet."), "silent", numbers={"links": facts.links}))
    return lines


def _inventory(facts: SystemFacts) -> Line:
    if not facts.initiatives:
        words = _("No other initiative is in the inventory yet.")
        return Line("no_initiatives", words, "initiatives", asks=True)
    words = ngettext(
        "%(count)s initiative is in the inventory; %(told)s of %(sites)s places with a team say what is "
        "going on there.",
        "%(count)s initiatives are in the inventory; %(told)s of %(sites)s places with a team say what is "
        "going on there.",
        facts.initiatives,
        told=f"{facts.sites_told:,}",
        sites=f"{facts.sites:,}",
    )
    lacks = facts.sites_told < facts.sites
    numbers = {"initiatives": facts.initiatives, "told": facts.sites_told, "sites": facts.sites}
    return Line("untold_sites" if lacks else "inventory", words, "initiatives", asks=lacks, numbers=numbers)
