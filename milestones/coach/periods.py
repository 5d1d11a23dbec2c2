"""The periods that plans name: a day, a month, a quarter, a break, a school year. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from milestones.coach.calendar import (
    Calendar,
    Span,
    month_after,
    month_end,
    nth_weekday,
    on,
    safe,
)
from milestones.coach.plain import NUMBER, ORDINALS, number

_EARLIEST, _LATEST = 1950, 2150
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_FULL = (
    r"(?:january|february|april|june|july|august|sept(?:ember)?|october|november|december"
    r"|(?:(?<=in )|(?<=by )|(?<=of )|(?<=mid-)|(?<=mid )|(?<=late )|(?<=early )|(?<=until )|(?<=through )"
    r"|(?<=before )|(?<=during )|(?<=since )|(?<=beginning )|(?<=starting )|(?<=every )|(?<=each )|(?<=from )"
    r"|(?<=to )|(?<=- )|(?<=/ )|(?<=after )|(?<=and )|(?<=-))(?:march|may|jan|feb|mar|apr|jun|jul|aug|sep"
    r"|oct|nov|dec)"
    r"(?! (?:be|have|not|also|need|include|choose|use|require|result))\b\.?)(?![a-z])"
)
YEAR = r"(?:19[5-9]\d|20\d\d|21[0-4]\d)"
_SHORT_PAIR = r"(?:(?:20)?\d\d\s?[-/]\s?(?:20)?\d\d)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_ORDINAL = r"(?:first|second|third|fourth|final|last|1st|2nd|3rd|4th)"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


_Resolve = Callable[[re.Match[str], Calendar], Span | None]


def _one(day: date | None) -> Span | None:
    return (day, day) if day else None


def _year_of(words: str) -> int:
    year = int(words)
    return year if year > 99 else 2000 + year


def _month_of(words: str) -> int:
    return _MONTHS.index(words[:3]) + 1


def _day_of(words: str) -> int:
    return int(re.sub(r"\D", "", words))


def _dated(calendar: Calendar, month: int, day: int, year: str | None) -> Span | None:
    if year:
        return _one(safe(_year_of(year), month, day))
    return _one(calendar.inside(month, day))


def _month_span(calendar: Calendar, month: int, year: str | None) -> Span | None:
    if year:
        number_of = _year_of(year)
        return date(number_of, month, 1), month_end(number_of, month)
    last = calendar.inside(month, 28)
    return (last.replace(day=1), month_end(last.year, month)) if last else None


def _iso(match: re.Match[str], _calendar: Calendar) -> Span | None:
    return _one(safe(int(match["y"]), int(match["m"]), int(match["d"])))


def _slashed(match: re.Match[str], calendar: Calendar) -> Span | None:
    return _dated(calendar, int(match["m"]), int(match["d"]), match["y"])


def _worded(match: re.Match[str], calendar: Calendar) -> Span | None:
    return _dated(calendar, _month_of(match["m"]), _day_of(match["d"]), match["y"])


def _month(match: re.Match[str], calendar: Calendar) -> Span | None:
    return _month_span(calendar, _month_of(match["m"]), match.groupdict().get("y"))


def _pair_end(words: str) -> int:
    first, last = re.split(r"\s?[-/]\s?", words)
    return _year_of(last) if _year_of(last) == _year_of(first) + 1 else 0


def _school_year(match: re.Match[str], calendar: Calendar) -> Span | None:
    ends = _pair_end(match["p"])
    return calendar.ending_in(ends) if ends else None


def _sy(match: re.Match[str], calendar: Calendar) -> Span | None:
    return calendar.ending_in(_year_of(match["y"]))


def _this_year(match: re.Match[str], calendar: Calendar) -> Span | None:
    return calendar.year(1 if "next" in match[0] else 0)


def _bare_year(match: re.Match[str], calendar: Calendar) -> Span | None:
    year = int(match["y"])
    return calendar.year(year - calendar.starts_on.year)[0], calendar.ending_in(year)[1]


def _fiscal(match: re.Match[str], calendar: Calendar) -> Span | None:
    found = match.groupdict()
    year = _year_of(found["y"]) if found.get("y") else calendar.fiscal_year_now()
    if found.get("q"):
        return calendar.fiscal_quarter(ORDINALS.get(found["q"]) or int(found["q"]), year)
    return calendar.fiscal(year)


def _figure(words: str) -> int:
    return int(words) if words.isdigit() else 0


def _period(of: int) -> _Resolve:
    def resolve(match: re.Match[str], calendar: Calendar) -> Span | None:
        which = of if match["n"] in ("final", "last") else ORDINALS.get(match["n"]) or _figure(match["n"])
        if not 1 <= which <= of:
            return None
        year = match.groupdict().get("y")
        shift = 0
        if year:
            late = 1 if which * 2 > of else 0  # the second half of a school year has the later year's name
            shift = _year_of(year) - late - calendar.starts_on.year
        return calendar.part(which, of, shift)

    return resolve


_HOLIDAYS: dict[str, Callable[[int], date]] = {
    "labor day": lambda year: nth_weekday(year, 9, 0, 1),
    "halloween": lambda year: date(year, 10, 31),
    "thanksgiving": lambda year: nth_weekday(year, 11, 3, 4),
    "veterans": lambda year: date(year, 11, 11),
    "christmas": lambda year: date(year, 12, 25),
    "new year": lambda year: date(year, 1, 1),
    "mlk": lambda year: nth_weekday(year, 1, 0, 3),
    "martin luther king": lambda year: nth_weekday(year, 1, 0, 3),
    "presidents": lambda year: nth_weekday(year, 2, 0, 3),
    "memorial day": lambda year: nth_weekday(year, 5, 0, -1),
}
_USUAL_BREAKS = {
    "fall": ((10, 5), (10, 20)), "autumn": ((10, 5), (10, 20)), "thanksgiving": ((11, 21), (11, 29)),
    "winter": ((12, 21), (1, 2)), "christmas": ((12, 21), (1, 2)), "holiday": ((12, 21), (1, 2)),
    "february": ((2, 12), (2, 22)), "mid-winter": ((2, 12), (2, 22)), "spring": ((3, 15), (4, 10)),
}  # fmt: skip


def _inside_year(calendar: Calendar, month: int, day: int) -> date:
    found = calendar.inside(month, day)
    return found or on(calendar.starts_on, calendar.starts_on.year)


def _holiday(match: re.Match[str], calendar: Calendar) -> Span | None:
    rule = next(rule for name, rule in _HOLIDAYS.items() if match[0].startswith(name))
    days = (rule(calendar.starts_on.year + shift) for shift in range(9))
    day = next((day for day in days if day >= calendar.starts_on), None)
    return (calendar.break_around(day, day) or _one(day)) if day else None


def _break(match: re.Match[str], calendar: Calendar) -> Span | None:
    name = match["s"].replace("midwinter", "mid-winter").replace("mid winter", "mid-winter")
    (from_month, from_day), (to_month, to_day) = _USUAL_BREAKS[name]
    first = _inside_year(calendar, from_month, from_day)
    last = on(date(2001, to_month, to_day), first.year + (to_month < from_month))
    known = calendar.break_around(first, last)
    if known:
        return known
    middle = first + (last - first) / 2
    if name == "thanksgiving":
        day = nth_weekday(first.year, 11, 3, 4)
        return day - timedelta(days=1), day + timedelta(days=1)
    if name in ("winter", "christmas", "holiday"):
        return first + timedelta(days=2), last
    monday = middle - timedelta(days=middle.weekday())
    return monday, monday + timedelta(days=4)


_SEASONS = {"fall": (9, 12), "autumn": (9, 12), "winter": (12, 2), "spring": (3, 5), "summer": (6, 8)}


def _season(match: re.Match[str], calendar: Calendar) -> Span | None:
    from_month, to_month = _SEASONS[match["s"]]
    year = match["y"]
    if year:
        first_year = _year_of(year.lstrip("'"))
        first = date(first_year - (from_month == 12), from_month, 1)
    else:
        first = _inside_year(calendar, from_month, 1)
    return first, month_end(first.year + (to_month < from_month), to_month)


def _first_days(match: re.Match[str], calendar: Calendar) -> Span | None:
    """Return the first so many days or weeks of a school year, weekends taken in."""
    many = number(re.sub(r"(?:st|nd|rd|th)$", "", match["n"])) or 0
    is_school_day = "week" not in match["u"] and match["u"] != "calendar day"
    days = many * 7 // 5 if is_school_day else many * (7 if "week" in match["u"] else 1)
    return (calendar.starts_on, calendar.starts_on + timedelta(days=days)) if 0 < many <= 200 else None


_UNITS = {"day": 1, "week": 7, "school day": 1, "business day": 1, "working day": 1}


def _within(match: re.Match[str], calendar: Calendar) -> Span | None:
    many, unit = number(match["n"]), match["u"]
    if many is None or many > 3660:
        return None
    day = _later(calendar.today, many, unit)
    return (calendar.today, day) if day and day.year <= _LATEST else None


def _later(day: date, many: int, unit: str) -> date | None:
    if unit in ("school day", "business day", "working day"):
        return day + timedelta(days=many * 7 // 5)
    if unit in _UNITS:
        return day + timedelta(days=many * _UNITS[unit])
    months = {"month": 1, "quarter": 3, "semester": 5, "year": 12}[unit] * many
    if months > 1200:
        return None
    first = month_after(day, months)
    return first.replace(day=min(day.day, month_end(first.year, first.month).day))


def _weekday(match: re.Match[str], calendar: Calendar) -> Span | None:
    ahead = (_WEEKDAYS.index(match["w"]) - calendar.today.weekday()) % 7
    if match["k"] == "next" and ahead < 7:
        ahead += 0 if ahead > 3 else 7
    return _one(calendar.today + timedelta(days=ahead))


def _near(match: re.Match[str], calendar: Calendar) -> Span | None:
    today, shift = calendar.today, int("next" in match[0])
    if "week" in match[0]:
        shift += today.weekday() > 4  # at the weekend this week is the one that begins
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
        return monday, monday + timedelta(days=4)
    if "month" in match[0]:
        first = month_after(today, shift)
        return first, month_end(first.year, first.month)
    if "tomorrow" in match[0]:
        return _one(today + timedelta(days=1))
    if "quarter" in match[0] or "semester" in match[0] or "trimester" in match[0]:
        of = 4 if "quarter" in match[0] else 2 if "semester" in match[0] else 3
        spans = [calendar.part(index, of, years) for years in (0, 1) for index in range(1, of + 1)]
        now = next((i for i, span in enumerate(spans) if span[1] >= today), 0)
        return spans[min(now + shift, len(spans) - 1)]
    return _one(today)


def _week(match: re.Match[str], calendar: Calendar) -> Span | None:
    count = number(match["n"]) or 0
    if not 1 <= count <= 52:
        return None
    monday = calendar.starts_on - timedelta(days=calendar.starts_on.weekday()) + timedelta(weeks=count - 1)
    return monday, monday + timedelta(days=4)


def _plan_year(match: re.Match[str], calendar: Calendar) -> Span | None:
    """Return the school year that is a plan's year one, two, …: this one is its first."""
    count = number(match["n"]) or 0
    return calendar.year(count - 1) if 1 <= count <= 10 else None


def _calendar_year(_match: re.Match[str], calendar: Calendar) -> Span | None:
    return date(calendar.today.year, 1, 1), date(calendar.today.year, 12, 31)


def _edge(match: re.Match[str], calendar: Calendar) -> Span | None:
    first, last = calendar.year()
    word = match[0]
    if word.startswith(("eo", "end", "last", "year", "grad")):
        return _one(last)
    if word.startswith(("mo", "mid")):
        return _one(first + (last - first) / 2)
    return _one(first)


_AFTERYEAR = rf"(?:,? (?:of )?(?P<y>{YEAR}))?"
_NAME = r"(?:school|academic|instructional) year"
_PATTERNS: tuple[tuple[re.Pattern[str], _Resolve], ...] = tuple(
    (re.compile(pattern), resolve)
    for pattern, resolve in (
        (r"\b(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b", _iso),
        (r"(?<![\d/.])(?P<m>0?[1-9]|1[0-2])/(?P<d>0?[1-9]|[12]\d|3[01])(?:/(?P<y>\d{4}|\d\d))?"
         r"(?![\d/%]|\.\d| (?:of|cup)\b)", _slashed),
        (rf"\b(?P<m>{MONTH}) ?(?:the )?(?P<d>{_DAY})(?!\d|%|/|:| (?:percent|teachers|students))"
         rf"(?:(?:,? of|,)? ?(?P<y>{YEAR}))?", _worded),
        (rf"\b(?P<d>{_DAY}) (?:day )?(?:of )?(?P<m>{MONTH})(?:,? (?P<y>{YEAR}))?", _worded),
        (rf"\b(?P<m>{MONTH}),? ?(?:of )?(?P<y>{YEAR})\b", _month),
        (rf"\b(?P<m>{MONTH}) ?'(?P<y>\d\d)\b", _month),
        (rf"\bfy ?'?(?P<y>{YEAR}|\d\d)[ ,-]*(?:q|quarter )(?P<q>[1-4])\b", _fiscal),
        (rf"\bq(?P<q>[1-4]),? (?:of )?fy ?'?(?P<y>{YEAR}|\d\d)\b", _fiscal),
        (rf"\b(?P<q>{_ORDINAL}) quarter,? (?:of )?(?:the )?(?:fiscal year|fy) ?'?(?P<y>{YEAR}"
         rf"|\d\d)\b", _fiscal),
        (rf"\b(?:fy|fiscal year) ?'?(?P<y>{YEAR}|\d\d)\b", _fiscal),
        (r"\b(?:this |the (?:current )?|end of )?fiscal year(?:'s end)?\b", _fiscal),
        (rf"\b(?P<n>{_ORDINAL}) (?:grading |academic |school )?quarter(?: of (?P<y>{YEAR}))?\b", _period(4)),
        (rf"\b(?:quarter ?|q)(?P<n>[1-4]|one|two|three|four)\b(?:[ ,]+(?P<y>{YEAR}))?", _period(4)),
        (r"\b(?:marking|grading) period (?P<n>[1-4]|one|two|three|four)\b", _period(4)),
        (rf"\b(?P<n>{_ORDINAL}) (?:marking|grading) period\b", _period(4)),
        (rf"\b(?P<n>{_ORDINAL}) trimester\b", _period(3)),
        (r"\btrimester (?P<n>[1-3]|one|two|three|i{1,3})\b", _period(3)),
        (rf"\b(?P<n>{_ORDINAL}) (?:school |academic )?(?:semester|term)\b", _period(2)),
        (r"\b(?:semester|term) (?P<n>[12]|one|two|i{1,2})\b", _period(2)),
        (rf"\b(?:sy|school year|academic year|ay) ?(?P<p>{_SHORT_PAIR})\b", _school_year),
        (rf"\b(?P<p>{_SHORT_PAIR}) (?:{_NAME}|sy|eoy|plan year|year)\b", _school_year),
        (r"(?<![\d/.,-])(?P<p>20\d\d ?[-/] ?(?:20)?\d\d)(?![\d/%-])", _school_year),
        (rf"\bsy ?'?(?P<y>{YEAR}|\d\d)\b", _sy),
        (rf"\b(?:(?:this|the|the current|the upcoming|current|next|each|the entire"
        rf"|our) )?(?:next )?{_NAME}\b", _this_year),
        (r"\b(?:eoy|moy|boy|mid-?year|year[- ]end|year's end|(?:end|middle|beginning"
         r"|start) of (?:the )?year(?! (?:one|two|three|four|five|\d))|"
         r"end of (?:the )?school|start of (?:the )?school|first day of school|last day of school"
         r"|graduation day)\b", _edge),
        (r"\b(?P<s>fall|autumn|thanksgiving|mid-?winter|mid winter|winter|christmas|holiday|february|spring)"
         r" (?:break|vacation|recess|holidays)\b", _break),
        (r"\b(?:labor day|halloween|thanksgiving|veterans'? day|christmas|new year'?s?(?: day| eve)?"
        r"|mlk(?: day)?"
         r"|martin luther king(?:,? jr\.?)?(?: day)?|presidents'? day|memorial day)\b(?!,? (?:dinner"
         r"|event))", _holiday),
        (rf"\b(?P<s>fall|autumn|winter|spring|summer)(?: of)? (?P<y>{YEAR}|'\d\d)\b", _season),
        (r"(?:(?<=in the )|(?<=by the )|(?<=in )|(?<=by )|(?<=of the )|(?<=this )|(?<=before )"
        r"|(?<=during the )"
         r"|(?<=mid-)|(?<=early )|(?<=late )|(?<=through )|(?<=over the )|(?<=before the )|(?<=until the )"
        r"|(?<=through the )|(?<=after the )|(?<=throughout the ))"
         r"(?P<s>fall|autumn|winter|spring|summer)(?P<y>)(?! (?:in|to|short|below|behind|outside|map|nwea"
         r"|iready"
         r"|assess|test|benchmark|diagnostic|administration|school|star|dibels|conference|survey|data"
         r"|observation|math|reading"
        r"|literacy|family|parent|concert|play|sport|event|fair|campaign"
         r"|screen)|-)\b",
         _season),
        (rf"\b(?P<m>{_FULL})", _month),
        (rf"\b(?:within|in|over|during)(?: the)?(?: next| coming)? (?P<n>{NUMBER})[ -]"
         r"(?P<u>school day|business day|working day|day|week|month|quarter|semester|year)s?\b(?! of\b"
         r"| after\b)",
         _within),
        (rf"\b(?:first (?P<n>{NUMBER}) (?P<u>(?:school |calendar )?days?|weeks?)"
         r" of (?:the )?(?:school|year)(?: year)?\b)", _first_days),
        (r"\b(?P<n>\d{1,3}(?:st|nd|rd|th)) (?P<u>(?:school )?day) of (?:the )?(?:school|year)(?: year)?\b",
         _first_days),
        (rf"\b(?:the )?next (?P<n>{NUMBER}) (?P<u>school day|day|week|month|quarter|semester"
        rf"|year)s?\b", _within),
        (rf"\b(?P<n>{NUMBER})[ -](?P<u>day|week|month|year)s? (?:from now|from today)\b", _within),
        (r"\b(?:(?P<k>next|this|coming) |(?<=by )|(?<=on ))(?P<w>monday|tuesday|wednesday|thursday"
        r"|friday)\b", _weekday),
        (r"\b(?:quarter|semester|trimester|month)'s end\b", _near),
        (rf"\byear (?P<n>{NUMBER})\b(?! (?:teacher|student|of college|principal))", _plan_year),
        (r"\b(?:today|tomorrow|(?:(?<=of the )|(?<=of )|next |this |the next )"
         r"(?:week|month|quarter|semester|trimester))\b", _near),
        (rf"\b(?:school )?week (?P<n>{NUMBER})\b", _week),
        (r"\b(?:the )?calendar year\b", _calendar_year),
        (rf"(?:(?<=by )|(?<=in )|(?<=through )|(?<=until )|(?<=since )|(?<=before )|(?<=beginning )"
        rf"|(?<=starting )"
         rf"|(?<=of )|(?<=from )|(?<=during )|(?<=to )|(?<=- ))(?P<y>{YEAR})\b(?! (?:students|teachers"
         rf"|families|hours))",
         _bare_year),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """A period that is named between two places of a sentence: its first and last day."""

    start: int
    end: int
    span: Span


def named(text: str, calendar: Calendar) -> list[Named]:
    """Return the periods named in a sentence made plain, in order of place, none within another."""
    taken = bytearray(len(text))
    found = []
    for pattern, resolve in _PATTERNS:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            try:
                span = resolve(match, calendar)
            except (ValueError, OverflowError):
                span = None
            if span and span[0].year >= _EARLIEST and span[1].year <= _LATEST:
                taken[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
                found.append(Named(match.start(), match.end(), span))
    return sorted(found, key=lambda one: one.start)
