"""Knowing the columns of an agency's table by how agencies word their headers. Pure.

The same figure stands under another header nearly every year: "Total Student Days Unexcused Absence for all
Students", "Total Student Days Unexcused Absent for all Students", "Total Days Unexcused". So a header is
taken apart into words, misspelt ones are put right, and words are looked for: *days*, *unexcused*. Years,
footnote stars and what stands in brackets say nothing about which column it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_BRACKETS = re.compile(r"\(([^)]*)\)?")
_YEARS = re.compile(r"(?<!\d)(19|20)\d\d(\s*[-–/_]\s*((19|20)?\d\d))?(?!\d)")
_GRADES = re.compile(r"\b(pre-?k|pk|k)\s*-\s*12\b", re.IGNORECASE)
_WORDS = {
    "attendance", "attended", "possible", "excused", "unexcused", "truancy", "truant", "chronic", "absence",
    "absenteeism", "enrollment", "membership", "student", "count", "number", "percent", "rate",
    "expectations", "participation", "standard", "deviation", "anticipated", "graduation", "completion",
    "organization",
}  # fmt: skip
_SAME = {
    "attend": "attended", "present": "attended", "chronically": "chronic", "absent": "absence",
    "absenteeism": "absence", "absences": "absence", "enrolment": "enrollment", "enrolled": "enrollment",
    "membership": "enrollment", "students": "student", "pupils": "student", "pupil": "student",
    "counted": "count", "number": "count", "num": "count", "#": "count", "n": "count", "%": "percent",
    "pct": "percent", "percentage": "percent", "average": "mean", "avg": "mean", "scores": "score",
    "records": "record", "organization": "district", "lea": "district", "system": "district",
    "agency": "district", "campus": "school", "building": "school", "id": "code", "number_of": "count",
    "cd": "code", "subject": "content", "subjects": "content", "test": "grade", "prof": "met",
    "proficient": "met", "tested": "valid", "grad": "graduation", "graduates": "graduation",
    "organisation": "district", "cohorts": "cohort", "pre-k-12": "pk12", "yr": "year", "years": "year",
    "days": "day",
}  # fmt: skip


_TWICE = re.compile(r" \(column [A-Z]{1,3}\)$")


def is_twice(name: str) -> bool:
    """Say whether a column has its letter in its name, since another is called the same."""
    return bool(_TWICE.search(name))


@dataclass(frozen=True)
class Header:
    """A column's name, taken apart: its ``words`` without years, and those in ``brackets``."""

    name: str
    words: frozenset[str]
    brackets: frozenset[str] = frozenset()

    def says(self, *words: str) -> bool:
        """Say whether all of *words* are there."""
        return self.words.issuperset(words)


def taken_apart(name: str) -> Header:
    """Return a column's name as the rules below look at it."""
    inner = " ".join(match[1] for match in _BRACKETS.finditer(name))
    return Header(name, _words(_BRACKETS.sub(" ", name)), _words(inner))


def _words(text: str) -> frozenset[str]:
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    text = _YEARS.sub(" ", _GRADES.sub(lambda found: " pk12 " if "p" in found[0].lower() else " k12 ", text))
    return frozenset(_known(word) for word in re.findall(r"[a-z0-9]+|[#%]", text.lower().replace("_", " ")))


def _known(word: str) -> str:
    if word in _SAME or word in _WORDS or len(word) < 7:
        return _SAME.get(word, word)
    close = get_close_matches(word, _WORDS, n=1, cutoff=0.88)
    return _SAME.get(close[0], close[0]) if close else word


def same_column(one: str, other: str) -> bool:
    """Say whether two headers are the same but for years, footnotes, case, signs and misspelling."""
    return taken_apart(one).words == taken_apart(other).words and bool(taken_apart(one).words)


def found_again(header: Sequence[str], before: str) -> str:
    """Return the column that an earlier table's column is in this one; empty for none.

    A name that stands twice is found by itself only, never by its likeness.
    """
    if before in header:
        return before
    return next((name for name in header if not is_twice(name) and same_column(name, before)), "")


def is_share(name: str) -> bool:
    """Say whether a column holds per cent or shares, and no counts."""
    return bool(taken_apart(name).words & {"rate", "percent"})


PLACE_KEYS = (
    "school_nces", "district_nces", "school_code", "district_code", "school_name", "district_name",
)  # fmt: skip


def _is_place(header: Header, whose: str, what: str) -> bool:
    others = {"school", "district", "county", "state", "region"} - {whose}
    return header.says(whose, what) and not header.words & others


def place_columns(header: Sequence[str]) -> dict[str, str]:
    """Return which columns say what place, level and year a row is about: what → column."""
    found: dict[str, str] = {}
    header = [name for name in header if not is_twice(name)]
    for name in header:
        key = _place_key(taken_apart(name))
        if key and key not in found:
            found[key] = name
    for whose in ("district", "school"):
        name, code = f"{whose}_name", f"{whose}_code"
        column = next((each for each in header if taken_apart(each).words == {whose}), None)
        if column is not None and (name not in found or code not in found):
            found[code if code not in found else name] = column
    return found


def _place_key(header: Header) -> str:
    plain = re.sub(r"[^a-z]", "", header.name.lower())
    known = {"ncessch": "school_nces", "leaid": "district_nces", "schnam": "school_name",
             "leanm": "district_name", "entitycd": "district_code", "entityname": "district_name",
             "distname": "district_name", "campname": "school_name"}  # fmt: skip
    if plain in known:
        return known[plain]
    if "nces" in header.words:
        return "school_nces" if "school" in header.words else "district_nces"
    for whose in ("school", "district"):
        for what in ("code", "name"):
            if _is_place(header, whose, what) and "rate" not in header.words:
                return f"{whose}_{what}"
    if header.says("school", "year") and not header.words & {"length", "day", "after", "anticipated"}:
        return "school_year"
    return {frozenset({"year"}): "school_year", frozenset({"level"}): "level"}.get(header.words, "")


def split_columns(header: Sequence[str]) -> list[str]:
    """Return the columns that divide a place's figures: subject, grade, test, subgroup, category."""
    wanted = ({"content"}, {"grade"}, {"content", "grade"}, {"subgroup"}, {"category"}, {"group"})
    return [name for name in header if set(taken_apart(name).words) in wanted and not is_twice(name)]


FIGURES: tuple[str, ...] = (
    "attended", "possible", "unexcused", "attendance_rate", "truancy_rate", "chronic", "chronic_rate",
    "people", "met", "exceeded", "met_or_exceeded", "met_rate", "met_only_rate", "exceeded_rate", "valid",
    "records", "participation_rate", "mean", "cohort", "graduates", "graduation_rate", "years_after",
    "cohort_year",
)  # fmt: skip
_SHORT_OF_IT = frozenset(
    {"not", "below", "partially", "partial", "nearly", "minimally", "approached", "approaching"}
)
"""Words that say of a level of results that it is not reached."""


def figure_of(name: str) -> str:
    """Return which figure of :data:`FIGURES` a header names; empty for none."""
    return _figure(taken_apart(name))


def _figure(header: Header) -> str:
    words = header.words
    is_share = bool(words & {"rate", "percent"})
    if "anticipated" in words and "graduation" in words and "year" in words:
        return "cohort_year"
    if {"year", "after"} <= words:
        return "years_after"
    if "cohort" in words or "graduation" in words:
        return _graduation(words, is_share)
    if "chronic" in words:
        return "chronic_rate" if is_share else "chronic"
    if "truancy" in words or "truant" in words:
        return "truancy_rate" if is_share else ""
    if words & {"met", "exceeded", "advanced"}:
        return _met(words, is_share)
    if words & {"valid", "record", "participation", "mean"}:
        return _tested(words, is_share)
    if "attendance" in words and is_share:
        return "attendance_rate"
    return _days(words) or _people(words)


def _graduation(words: frozenset[str], is_share: bool) -> str:
    if is_share:
        return "graduation_rate" if "graduation" in words else ""
    return "cohort" if "cohort" in words else "graduates" if "count" in words else ""


def _met(words: frozenset[str], is_share: bool) -> str:
    if words & _SHORT_OF_IT:
        return ""
    has_more = bool(words & {"exceeded", "advanced"})
    if "met" in words and has_more and "advanced" not in words:
        return "met_rate" if is_share else "met_or_exceeded"
    if is_share:
        return "exceeded_rate" if has_more else "met_only_rate"
    return "exceeded" if has_more else "met"


def _tested(words: frozenset[str], is_share: bool) -> str:
    if "participation" in words:
        return "participation_rate" if is_share else ""
    if "mean" in words:
        return "mean"
    if "valid" in words:
        return "valid"
    return "records" if "record" in words and not is_share else ""


def _days(words: frozenset[str]) -> str:
    if "day" not in words or words & {"length", "session"}:
        return ""
    if "unexcused" in words:
        return "unexcused"
    if "excused" in words or "absence" in words:
        return ""
    if "attended" in words:
        return "attended"
    if "possible" in words or "enrollment" in words or words <= {"count", "total", "day"}:
        return "possible"
    return ""


def _people(words: frozenset[str]) -> str:
    if words & {"rate", "percent", "free", "reduced", "lunch"}:
        return ""
    if "enrollment" in words or ("student" in words and "count" in words):
        return "people"
    return ""


def figure_columns(header: Sequence[str]) -> Mapping[str, list[str]]:
    """Return every column that names a figure: figure → columns, in order; none whose name stands twice.

    A share that stands alone is of all who reached a level, one beside a higher level's of that level only.
    """
    found: dict[str, list[str]] = {}
    for name in header:
        figure = "" if is_twice(name) else figure_of(name)
        if figure:
            found.setdefault(figure, []).append(name)
    if "met_only_rate" in found and not found.keys() & {"met_rate", "exceeded_rate", "exceeded"}:
        found["met_rate"] = found.pop("met_only_rate")
    return found


_SUBJECTS = {
    "language arts": {"language", "arts"}, "english": {"english"}, "ela": {"ela"}, "reading": {"reading"},
    "writing": {"writing"}, "mathematics": {"mathematics"}, "math": {"math"}, "science": {"science"},
}  # fmt: skip


def by_subject(header: Sequence[str]) -> dict[str, list[str]]:
    """Return the columns of each subject, where headers name one: subject → its columns and those of none.

    A table of one subject, or with subjects in rows, has all of its columns under "".
    """
    said = {name: _subject(name) for name in header if figure_of(name)}
    subjects = [subject for subject in dict.fromkeys(said.values()) if subject]
    return {
        subject: [name for name in header if said.get(name, "") in {"", subject}]
        for subject in subjects or [""]
    }


def _subject(name: str) -> str:
    words = taken_apart(name).words
    return next((subject for subject, said in _SUBJECTS.items() if said <= words), "")


def people_for(columns: Sequence[str], figure: str) -> str:
    """Return which of several columns of people a figure is counted out of.

    The one that says so in brackets ("used in Chronic Absent Rate"); else K-12 before PK-12, which counts
    children who need not attend.
    """
    apart = [taken_apart(name) for name in columns]
    said = [each.name for each in apart if figure in each.brackets]
    older = [each.name for each in apart if "k12" in each.words]
    return (said or older or list(columns))[0]
