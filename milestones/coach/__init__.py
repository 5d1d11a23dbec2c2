"""The milestone coach: any sentence in, what it is and how to better it out. Pure: no web, no database."""

import re
from datetime import date
from types import MappingProxyType

from milestones.coach import clause, dates, kinds, parts, praises, problems, rewrite, signs, targets
from milestones.coach.calendar import Calendar
from milestones.coach.plain import plain, tidy, without_label
from milestones.coach.reading import Kind, Problem, Reading

__all__ = ["Calendar", "Kind", "Problem", "Reading", "coach"]

_INFINITIVE = re.compile(r"^to (?=[a-z]+\b)", re.IGNORECASE)
_PERFECT = re.compile(r"\b(?:have|has)(?: \w+ly)? (?!been\b)\w")
_MOST = 2_000  # characters that are read; what is longer is no sentence


def coach(text: str, calendar: Calendar | None = None) -> Reading:
    """Read one sentence of a plan, its dates in *calendar* (without one: the usual school year around today).

    Any text is answered; nothing is raised. Only the first 2,000 characters are read.
    """
    shown = without_label(tidy(text[:_MOST]))
    low = plain(shown)
    when = dates.find(low, calendar or Calendar.usual(date.today()))
    target, how, purpose = targets.find_target(low, when), parts.find_how(low, when), parts.find_purpose(low)
    bones = clause.read(low, when)
    noticed = signs.notice(low, when, bones)
    counted = target is not None and not target.is_all
    told = problems.Told(bones, counted, bool(when), purpose is not None)
    found = problems.find_problems(low, shown, told)
    case = kinds.Case(
        low, noticed, when, target, how, purpose is not None, frozenset(one.code for one in found)
    )
    kind, because = kinds.kind_of(case)
    named = _parts(shown, low, kind, case, purpose)
    missing = _missing(kind, case, named)
    if kind is Kind.NOT_MEASURABLE and not found and not ("when" in named and "who" in named):
        found = (problems.vague(),)
    codes = {one.code for one in found}
    is_good = kind is not Kind.NOT_MEASURABLE
    pieces = rewrite.Pieces(
        kind, named, _core(shown, when, how, purpose), bones.shape is clause.Shape.ORDER,
        is_framed=_is_framed(noticed, target, named), is_all=target is not None and target.is_all,
        is_counted=target is not None and target.unit == "count", is_perfect=bool(_PERFECT.search(low)),
        problems=codes,
    )  # fmt: skip
    if "not_english" in codes:
        return Reading(shown, kind, because, problems=found, rewrite=shown)
    return Reading(
        text=shown,
        kind=kind,
        because=because,
        parts=MappingProxyType(named),
        missing=missing,
        problems=found,
        praises=praises.find_praises(low, named, codes) if is_good else (),
        rewrite=rewrite.rewrite(pieces),
        due_on=when.due_on,
        begins_on=when.begins_on,
        frequency=", ".join(shown[start:end] for start, end in when.rhythms),
        target=target.value if target and "target" in named else None,
        target_unit=target.unit if target and "target" in named else "",
    )


def _parts(
    shown: str, low: str, kind: Kind, case: kinds.Case, purpose: targets.Place | None
) -> dict[str, str]:
    """Return the parts by name, in the sentence's own words."""
    target, how, when = case.target, case.how, case.when
    if target and target.is_all and kind not in (Kind.MILESTONE, Kind.INTERIM_TARGET):
        target = None
    measure = parts.find_measure(low) if kind is Kind.INTERIM_TARGET and not (how and how.is_tool) else None
    who = parts.find_who(low, when, case.target, how, is_order=case.signs.clause.shape is clause.Shape.ORDER)
    first, last = (when.moments[0].start, when.moments[0].end) if when.moments else (0, 0)
    if not when.moments and when.rhythms and when.rhythms[0][0] == 0:
        first, last = when.rhythms[0]
    if len(when.moments) > 1 and when.moments[1].start - last < 6:
        last = when.moments[1].end
    places = {
        "who": who, "when": (first, last) if last else None,
        "how": how.place if how and how.is_tool else measure,
        "target": target.place if target else None, "purpose": purpose,
    }  # fmt: skip
    taken = [
        places["when"],
        places["target"],
        who,
        purpose,
        how.whole if how and how.whole[0] < how.whole[1] else None,
    ]
    what = parts.find_what(shown, *taken)
    found = {"what": what} if what else {}
    for name, place in places.items():
        if place and shown[slice(*place)].strip():
            found[name] = shown[slice(*place)].strip(" ,;.")
    return found


def _core(shown: str, when: dates.When, how: parts.How | None, purpose: targets.Place | None) -> str:
    """Return the sentence without its date, its tool and its purpose."""
    how_place = how.whole if how and how.whole[0] != how.whole[1] else None
    dated = [
        (found.start, found.end)
        for found in when.moments
        if found.start == 0 or rewrite.is_preposed(shown[found.start :]) or not shown[found.end :].strip(" .")
    ]
    dated += [span for span in when.rhythms if span[0] == 0 and not when.moments]
    cut = parts.without(shown, *dated, how_place, purpose)
    return _INFINITIVE.sub("", cut) or shown.strip(" .")


def _is_framed(noticed: signs.Signs, target: targets.Target | None, named: dict[str, str]) -> bool:
    """Say whether a sentence has the frame's shape: so many of some people, then what they do."""
    return noticed.has_share_of_people and target is not None and {"who", "what", "target"} <= set(named)


def _missing(kind: Kind, case: kinds.Case, named: dict[str, str]) -> tuple[str, ...]:
    """Return what a sentence of this kind should have and lacks.

    Who may be implied (Colorado's guide); an agency's milestone is a deliverable and needs a date.
    """
    needed: tuple[str, ...] = ("when", "how", "target")
    if kind in (Kind.ACTION_STEP, Kind.AGENCY_MILESTONE):
        needed = ("when",)
    elif kind is Kind.NOT_MEASURABLE and not case.signs.people:
        needed = ("when", "target")
    has = set(named) | ({"when"} if case.when.rhythms else set())
    if case.how and kind is not Kind.INTERIM_TARGET:
        has.add("how")  # "at least once a week" can be counted, though no tool is named
    return tuple(part for part in needed if part not in has)
