"""What a table of schools holds: its columns, rows that are no schools, the tree of the rest. Pure.

Known are the directories of NCES (Common Core of Data), Colorado's membership and attendance files, Texas's
campus files, and our own names; any other file is mapped by hand.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nic_platform import cells
from nic_platform.importing import Problem, Target
from nic_platform.text import _, pgettext
from teams.states import FIPS, POSTAL

_LOCALES = {"1": "City", "2": "Suburb", "3": "Town", "4": "Rural"}
_CLOSED = {"2": "closed", "6": "inactive", "7": "not open yet"}
_TOTAL = re.compile(
    r"^((state|district|region|county|school|grand|statewide)\s+)?totals?$"
    r"|^unduplicated count$|^all (schools|districts)$",
    re.IGNORECASE,
)
_NO_SCHOOL = re.compile(r"^(not a school|no school( assigned)?|non[- ]school|out of district)$", re.I)
_FILLER = re.compile(r"^(0{3,}|9{4,})$")


def targets() -> list[Target]:
    """Return what a column of a table of schools can hold, the surest names first."""
    return [*_ids(), *_names_and_place(), *_grades_and_size(), *_whom_it_serves()]


def _ids() -> list[Target]:
    """Return the columns of a school's and its district's numbers."""
    return [
        Target(
            "school_nces", _("NCES school id"),
            ("ncessch", "NCES School ID", "School ID - NCES Assigned", "ncesid", "nces_id"),
            read=cells.digits(12, _("An NCES school id")),
        ),
        Target(
            "district_nces", _("NCES district id"),
            ("leaid", "NCES District ID", "Agency ID - NCES Assigned", "nces_leaid"),
            read=cells.digits(7, _("An NCES district id")),
        ),
        Target(
            "school_code", _("School code"),
            ("School Code", "SEASCH", "State School ID", "School ID", "CAMPUS", "School Number"),
            read=cells.code,
        ),
        Target(
            "district_code", _("District code"),
            ("District Code", "Organization Code", "STID", "State Agency ID", "State District ID",
             "District ID", "DISTRICT"),
            read=cells.code,
        ),
    ]  # fmt: skip


def _names_and_place() -> list[Target]:
    """Return the columns of names and of where a school is."""
    name, word = cells.short(160), cells.short(80)
    return [
        Target(
            "school_name", _("School"), ("School Name", "SCHNAM", "SCH_NAME", "CAMPNAME", "Name"), True, name
        ),
        Target(
            "district_name", _("District"),
            ("District Name", "Organization Name", "lea_name", "LEANM", "LEA_NAME", "LEA", "Agency Name",
             "DISTNAME"),
            read=name,
        ),
        Target("city", _("City"), ("city_location", "LCITY", "MCITY", "Location City"), read=word),
        Target(
            "state", _("State"), ("state_location", "LSTATE", "MSTATE", "ST", "Location State"), read=_postal
        ),
        Target("locale", _("Locale"), ("ULOCAL", "Urban-centric locale", "Locale code"), read=_locale),
    ]  # fmt: skip


def _grades_and_size() -> list[Target]:
    """Return the columns of a school's grades and of how many students it has."""
    return [
        Target(
            "grade_low", _("Lowest grade"), ("lowest_grade_offered", "Lowest Grade Level", "GSLO"), read=grade
        ),
        Target(
            "grade_high", _("Highest grade"), ("highest_grade_offered", "Highest Grade Level", "GSHI"),
            read=grade,
        ),
        Target("grades", _("Grades"), ("Grade Span", "GRDSPAN", "Grades Offered"), read=cells.undamaged),
        Target(
            "enrolment", _("Enrollment"),
            ("PK-12 Total", "Enrolment", "PK-12 Student Count", "Student Count", "MEMBER",
             "Student Fall Enrollment", "Total Students"),
            read=cells.whole,
        ),
    ]  # fmt: skip


def _whom_it_serves() -> list[Target]:
    """Return the columns of whom a school serves, what kind it is, and whether it is open."""
    return [
        Target("free_lunch", _("Free lunch, students"), ("Free Lunch", "FRELCH"), read=cells.whole),
        Target("reduced_lunch", _("Reduced lunch, students"), ("Reduced Lunch", "REDLCH"), read=cells.whole),
        Target(
            "lunch_percent", _("Free or reduced lunch, %"), ("FRL %", "lunch percent", "% FRL"),
            read=cells.percent,
        ),
        Target(
            "english_learner_percent", _("English learners, %"), ("EL %", "ELL %", "% EL"), read=cells.percent
        ),
        Target("is_title_one", _("Title I"), ("Title 1", "TITLEI", "title_i"), read=cells.yes_no),
        Target(
            "is_charter", pgettext("school", "Charter"),
            ("Charter Y/N", "CHARTR", "CFLCHART", "Charter School"), read=cells.yes_no,
        ),
        Target("status", _("Status"), ("SY_STATUS", "School Status")),
    ]  # fmt: skip


def _postal(cell: str) -> str:
    text = cell.strip().upper()
    if text in POSTAL or (len(text) == 2 and text.isalpha()):
        return text
    by_name = {name.upper(): postal for postal, (_fips, name) in POSTAL.items()}
    if text in by_name:
        return by_name[text]
    raise ValueError(_("Write the state's two letters here."))


def _locale(cell: str) -> str:
    text = cell.strip()
    return _LOCALES.get(text[0], "") if re.fullmatch(r"[1-4][1-3]", text) else cells.short(40)(text)


_GRADES = {
    "002": "PK", "003": "PK", "004": "PK", "pre-k": "PK",
    "006": "K", "007": "K", "kg": "K", "kindergarten": "K",
}  # fmt: skip
_NO_GRADE = frozenset({"na", "n", "n/a", "not applicable", "ug", "ungraded", "ae", "adult education", "m"})


def grade(cell: str) -> str:
    """Read one grade as "PK", "K" or "1" to "13", however the agency writes it; empty where there is none.

    Colorado writes 004 for preschool, 006 and 007 for kindergarten, 010 to 120 for grades 1 to 12.

    Raises:
        ValueError: Excel made a date of it, or it is no grade.
    """
    text = cells.undamaged(cell).lower()
    if text in _GRADES:
        return _GRADES[text]
    if text in _NO_GRADE:
        return ""
    if text in {"pk", "k"}:
        return text.upper()
    number = re.sub(r"^grade\s+|(st|nd|rd|th)( grade)?$", "", text)
    if re.fullmatch(r"\d{3}", number) and number.endswith("0"):
        number = number[:2]
    if number.isdigit() and 1 <= int(number) <= 13:
        return str(int(number))
    raise ValueError(_("This is no grade. Write PK, K or 1 to 12."))


def reason_to_skip(row: Mapping[str, str]) -> str | None:
    """Say why a row is no school, or None. Reasons are short words that pages count."""
    texts = [row.get(key, "") for key in ("school_name", "district_name", "school_code", "district_code")]
    if any(_TOTAL.match(text.strip()) for text in texts):
        return "total"
    if _NO_SCHOOL.match(row.get("school_name", "")) or _FILLER.match(row.get("school_code", "")):
        return "no school"
    named = row.get("school_name", "").upper() not in {"", "NA"}
    coded = row.get("school_code") or row.get("school_nces")
    if not coded and (not named or row.get("school_name") == row.get("district_name")):
        return "district or state row"
    return _CLOSED.get(row.get("status", "").strip())


def reason_words(reason: str, count: int) -> str:
    """Say how many rows were left out for *reason*."""
    words = {
        "total": _("%(count)s rows with totals", count=count),
        "no school": _("%(count)s rows that are no school", count=count),
        "district or state row": _("%(count)s rows of a whole district or state", count=count),
        "closed": _("%(count)s closed schools", count=count),
        "inactive": _("%(count)s inactive schools", count=count),
        "not open yet": _("%(count)s schools that are not open yet", count=count),
    }
    return words.get(reason, f"{count} {reason}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A site as the file has it. *key* tells it from all others, *parent* is its parent's key."""

    key: str
    parent: str | None
    level: str
    row: int
    name: str
    nces_id: str | None = None
    state_code: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


_FACTS = ("city", "state", "locale", "enrolment", "english_learner_percent", "is_title_one", "is_charter")


def tree(
    rows: Iterable[tuple[int, dict[str, Any]]], state: str | None = None
) -> tuple[list[Wanted], list[Problem]]:
    """Return the sites that rows make, parents before children, and what is wrong between rows.

    Args:
        rows: row number and values by target key, as :func:`nic_platform.importing.check` gives them.
        state: the postal code of the state whose file this is, where the file doesn't say.
    """
    found: dict[str, Wanted] = {}
    problems: list[Problem] = []
    for number, values in rows:
        problem = _place_row(number, values, state, found)
        if problem:
            problems.append(problem)
    problems += _lost_zeros(found.values())
    order = {"state": 0, "district": 1, "school": 2}
    return sorted(found.values(), key=lambda site: order[site.level]), problems


def _place_row(
    number: int, values: dict[str, Any], state: str | None, found: dict[str, Wanted]
) -> Problem | None:
    nces, code = values.get("school_nces"), values.get("school_code")
    if not nces and not code:
        sentence = _("The row has no code. Fill in a school code or NCES id.")
        return Problem(number, "", values.get("school_name", ""), sentence)
    leaid = values.get("district_nces") or (nces[:7] if nces else None)
    above = _state_site(number, leaid, state or values.get("state"), found)
    district = _district_site(number, values, leaid, above, found)
    dcode = values.get("district_code")
    full_code = f"{dcode}-{code}" if code and dcode and not _contains(code, dcode) else code
    key = f"school:{nces or full_code}"
    if key in found:
        sentence = _("This is the same school as in row %(row)s. Take one of them out.", row=found[key].row)
        return Problem(number, "", str(nces or code), sentence)
    facts = {name: values[name] for name in _FACTS if values.get(name) is not None}
    facts |= {"grades": _span(values)} if _span(values) else {}
    share = _lunch(values)
    facts |= {"lunch_percent": share} if share is not None else {}
    found[key] = Wanted(key, district, "school", number, values["school_name"], nces, full_code, facts)
    return None


def _contains(code: str, district: str) -> bool:
    """Say whether a school's code begins with its district's, as in Texas. Two equal codes are two places."""
    return len(code) > len(district) and code.startswith(district)


def _state_site(number: int, leaid: str | None, postal: str | None, found: dict[str, Wanted]) -> str | None:
    fips = leaid[:2] if leaid and leaid[:2] in FIPS else POSTAL.get(postal or "", (None,))[0]
    if fips is None:
        return None
    key = f"state:{fips}"
    if key not in found:
        letters, name = FIPS[fips]
        found[key] = Wanted(key, None, "state", number, name, fips, None, {"state": letters})
    return key


def _district_site(
    number: int, values: Mapping[str, Any], leaid: str | None, above: str | None, found: dict[str, Wanted]
) -> str | None:
    code = values.get("district_code")
    if not leaid and not code:
        return above
    key = f"district:{leaid or code}"
    if key not in found:
        letters = FIPS[above[6:]][0] if above else values.get("state")
        facts = {"state": letters} if letters else {}
        name = values.get("district_name") or _("District %(code)s", code=code or leaid)
        found[key] = Wanted(key, above, "district", number, name, leaid, code, facts)
    return key


def _span(values: Mapping[str, Any]) -> str:
    low, high = values.get("grade_low", ""), values.get("grade_high", "")
    if low and high:
        return low if low == high else f"{low}–{high}"
    return values.get("grades") or low or high or ""


def _lunch(values: Mapping[str, Any]) -> float | None:
    if values.get("lunch_percent") is not None:
        return float(values["lunch_percent"])
    free, reduced, of_all = (values.get(key) for key in ("free_lunch", "reduced_lunch", "enrolment"))
    if free is None or reduced is None or not of_all or free + reduced > of_all:
        return None
    return float(round(100 * (free + reduced) / of_all, 2))


def _lost_zeros(sites: Iterable[Wanted]) -> list[Problem]:
    """Find district codes that are shorter than others which show that the codes are filled with zeros."""
    codes = [site for site in sites if site.level == "district" and (site.state_code or "").isdigit()]
    filled = max((len(s.state_code or "") for s in codes if (s.state_code or "").startswith("0")), default=0)
    return [
        Problem(
            site.row,
            "",
            site.state_code or "",
            _(
                "District codes have %(count)s digits here. Leading zeros seem lost: format as text.",
                count=filled,
            ),
        )
        for site in codes
        if len(site.state_code or "") < filled
    ]
