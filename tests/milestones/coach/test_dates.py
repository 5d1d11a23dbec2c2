from datetime import date

import pytest

from milestones.coach import dates
from milestones.coach.calendar import Calendar
from milestones.coach.plain import plain

CALENDAR = Calendar(
    today=date(2026, 11, 25),  # a Wednesday
    starts_on=date(2026, 8, 17),
    ends_on=date(2027, 5, 28),
    quarters=(
        (date(2026, 8, 17), date(2026, 10, 16)),
        (date(2026, 10, 19), date(2026, 12, 18)),
        (date(2027, 1, 5), date(2027, 3, 12)),
        (date(2027, 3, 22), date(2027, 5, 28)),
    ),
    breaks=(
        (date(2026, 11, 26), date(2026, 11, 29)),
        (date(2026, 12, 19), date(2027, 1, 4)),
        (date(2027, 3, 13), date(2027, 3, 21)),
    ),
)


@pytest.mark.parametrize(
    ("words", "due_on"),
    [
        ("By September 15th", date(2026, 9, 15)),
        ("10/30", date(2026, 10, 30)),
        ("10/30/2026", date(2026, 10, 30)),
        ("due 10/30/26", date(2026, 10, 30)),
        ("2026-10-30", date(2026, 10, 30)),
        ("15 October", date(2026, 10, 15)),
        ("the 15th of October", date(2026, 10, 15)),
        ("Oct. 30", date(2026, 10, 30)),
        ("by Sept. 30, 2015", date(2015, 9, 30)),
        ("By July 30", date(2026, 7, 30)),
        ("by mid-October", date(2026, 10, 15)),
        ("end of October", date(2026, 10, 31)),
        ("early March", date(2027, 3, 11)),
        ("by late March", date(2027, 3, 31)),
        ("the third week of October", date(2026, 10, 21)),
        ("the last week of January", date(2027, 1, 31)),
        ("in May", date(2027, 5, 31)),
        ("by June 2027", date(2027, 6, 30)),
        ("by June, 2024", date(2024, 6, 30)),
        ("May 2026", date(2026, 5, 31)),
        ("the end of the first quarter", date(2026, 10, 16)),
        ("by the final quarter", date(2027, 5, 28)),
        ("within the first 3 weeks of school", date(2026, 9, 7)),
        ("by the 50th day of school", date(2026, 10, 26)),
        ("by semester's end", date(2026, 12, 18)),
        ("by the end of year two", date(2028, 5, 28)),
        ("the second quarter of FY27", date(2026, 12, 31)),
        ("by the end of the second quarter", date(2026, 12, 18)),
        ("Q2", date(2026, 12, 18)),
        ("quarter three", date(2027, 3, 12)),
        ("end of semester one", date(2026, 12, 18)),
        ("by the end of the 2nd semester", date(2027, 5, 28)),
        ("by the end of the first trimester", date(2026, 11, 19)),
        ("by winter break", date(2026, 12, 18)),
        ("before Thanksgiving", date(2026, 11, 25)),
        ("before spring break", date(2027, 3, 12)),
        ("by the end of winter break", date(2027, 1, 4)),
        ("by the end of the school year", date(2027, 5, 28)),
        ("by the end of the 2027-28 school year", date(2028, 5, 28)),
        ("EOY", date(2027, 5, 28)),
        ("by the middle of the year", date(2027, 1, 6)),
        ("Spring 2027", date(2027, 5, 31)),
        ("this fall", date(2026, 12, 31)),
        ("SY 2026-27", date(2027, 5, 28)),
        ("in 2019-2020", date(2020, 5, 28)),
        ("by 2020", date(2020, 5, 28)),
        ("FY27 Q3", date(2027, 3, 31)),
        ("by Q1 of FY 2027", date(2026, 9, 30)),
        ("by the end of FY 2027", date(2027, 6, 30)),
        ("within 30 days", date(2026, 12, 25)),
        ("in two weeks", date(2026, 12, 9)),
        ("within three years", date(2029, 11, 25)),
        ("next Friday", date(2026, 12, 4)),
        ("by Friday", date(2026, 11, 27)),
        ("by the end of the month", date(2026, 11, 30)),
        ("next month", date(2026, 12, 31)),
        ("by week 10", date(2026, 10, 23)),
        ("by Labor Day", date(2026, 9, 7)),
        ("no later than Feb 1", date(2027, 2, 1)),
    ],
)
def test_the_day_by_which_something_is_done(words: str, due_on: date) -> None:
    when = dates.find(plain(f"{words}, all teachers have a plan"), CALENDAR)

    assert (when.due_on, when.begins_on) == (due_on, None)


@pytest.mark.parametrize(
    ("words", "begins_on", "due_on"),
    [
        ("Beginning August 15, all students meet their advisor every week", date(2026, 8, 15), None),
        ("Teachers meet weekly starting in October", date(2026, 10, 1), None),
        ("After winter break, coaches visit", date(2027, 1, 5), None),
        ("Between October 2025-June 2026, fine tune", date(2025, 10, 1), date(2026, 6, 30)),
        ("Collect views (October 2018 - January 2019)", date(2018, 10, 1), date(2019, 1, 31)),
        ("Build the plan (April - August 2019)", date(2019, 4, 1), date(2019, 8, 31)),
        ("Coaching from September through May", date(2026, 9, 1), date(2027, 5, 31)),
        ("A financial plan, beginning 2017", date(2017, 8, 17), None),
    ],
)
def test_the_day_from_which_something_goes_on(words: str, begins_on: date, due_on: date | None) -> None:
    when = dates.find(plain(words), CALENDAR)

    assert (when.begins_on, when.due_on) == (begins_on, due_on)


@pytest.mark.parametrize(
    ("sentence", "rhythm"),
    [
        ("Teachers meet monthly.", ["monthly"]),
        ("Reviewed each quarter by the team", ["each quarter"]),
        ("used at least once per week", ["at least once per week"]),
        ("twice a month in PLCs", ["twice a month"]),
        ("every two weeks", ["every two weeks"]),
        ("objectives in daily lesson plans", []),
        ("during their weekly coaching meetings", []),
        ("publish quarterly report", []),
    ],
)
def test_a_rhythm_is_told_from_a_weekly_meeting(sentence: str, rhythm: list[str]) -> None:
    text = plain(sentence)

    assert [text[start:end] for start, end in dates.find(text, CALENDAR).rhythms] == rhythm


@pytest.mark.parametrize(
    "sentence",
    [
        "1/2 of teachers may march in the hall",
        "the FY2011 release of the form",
        "2018-19 KPREP scores",
        "students in grades 3-5 fall below level 2",
        "31/31 and 13/45 and 2026-13-40",
        "by 9999",
    ],
)
def test_what_only_looks_like_a_date_is_none(sentence: str) -> None:
    assert not dates.find(plain(sentence), CALENDAR)


def test_without_written_quarters_the_year_is_cut_evenly() -> None:
    usual = Calendar.usual(date(2026, 11, 25))

    assert dates.find("by the end of the first quarter", usual).due_on == date(2026, 10, 18)
    assert dates.find("by the end of the fourth quarter", usual).due_on == usual.ends_on == date(2027, 6, 15)
