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


PLACE_KEYS = (
    "school_nces", "district_nces", "school_code", "district_code", "school_name", "district_name",
)  # fmt: skip


def _is_place(header: Header, whose: str, what: str) -> bool:
    others = {"school", "district", "county", "state", "region"} - {whose}
    return header.says(whose, what) and not header.words & others


def place_columns(header: Sequence[str]) -> dict[str, str]:
    """Return which columns say what place, level and year a row is about: what → column."""
    found: dict[str, str] = {}
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
    return [name for name in header if set(taken_apart(name).words) in wanted]


FIGURES: tuple[str, ...] = (
    "attended", "possible", "unexcused", "attendance_rate", "truancy_rate", "chronic", "chronic_rate",
    "people", "met", "exceeded", "met_or_exceeded", "met_rate", "valid", "records", "participation_rate",
    "mean", "cohort", "graduates", "graduation_rate", "years_after", "cohort_year",
)  # fmt: skip


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
    if words & {"met", "exceeded"}:
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
    if is_share:
        return "met_rate" if "met" in words else ""
    if {"met", "exceeded"} <= words:
        return "met_or_exceeded"
    return "met" if "met" in words else "exceeded"


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
    """Return every column that names a figure: figure → columns, in order."""
    found: dict[str, list[str]] = {}
    for name in header:
        figure = figure_of(name)
        if figure:
            found.setdefault(figure, []).append(name)
    return found


def people_for(columns: Sequence[str], figure: str) -> str:
    """Return which of several columns of people a figure is counted out of.

    The one that says so in brackets ("used in Chronic Absent Rate"); else K-12 before PK-12, which counts
    children who need not attend.
    """
    apart = [taken_apart(name) for name in columns]
    said = [each.name for each in apart if figure in each.brackets]
    older = [each.name for each in apart if "k12" in each.words]
    return (said or older or list(columns))[0]
