from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycles.finding import PATIENCE, UNDATED, Case, Need, findings
from cycles.rules import Outcome, Stage
from milestones.school_days import BREAK, SchoolDays, Span

TODAY = date(2026, 2, 25)  # a Wednesday
DAYS = SchoolDays()
WELL = Case(Stage.DO, "", "", False, TODAY, TODAY, TODAY, 1, True, 1, False)
LONG_AGO = TODAY - timedelta(days=60)


def needs(case: Case, calendar: SchoolDays = DAYS) -> list[Need]:
    return [each.need for each in findings(case, TODAY, calendar)]


def test_a_cycle_on_its_way_needs_nothing() -> None:
    assert needs(WELL) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"milestones": 0}, [Need.MILESTONE]),
        ({"has_ramp": False, "drivers": 0}, [Need.RAMP]),
        ({"drivers": 0}, [Need.DRIVER]),
        ({"drivers": 0, "milestones": 0}, [Need.MILESTONE, Need.DRIVER]),
        ({"drivers": 0, "milestones": 0, "is_draft": True}, []),
        ({"milestones": 0, "outcome": Outcome.NOT_RUN.value, "stage": Stage.CLOSED}, []),
    ],
)
def test_orphans(change: dict[str, object], found: list[Need]) -> None:
    assert needs(replace(WELL, **change)) == found  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(
    ("stage", "need"),
    [(Stage.PLAN, Need.BEGIN), (Stage.DO, Need.RESULT), (Stage.STUDY, Need.STUDY), (Stage.ACT, Need.DECIDE)],
)
def test_each_stage_stalls_in_its_own_way(stage: Stage, need: Need) -> None:
    late = replace(WELL, stage=stage, starts_on=LONG_AGO, ends_on=LONG_AGO, moved_on=LONG_AGO)
    assert needs(late) == [need]
    assert needs(replace(late, moved_on=TODAY - timedelta(days=1))) == []  # somebody took it further
    assert needs(replace(late, starts_on=TODAY, ends_on=TODAY)) == []
    assert findings(late, TODAY, DAYS)[0].days == 43


def test_patience_is_a_school_week_and_breaks_do_not_count() -> None:
    due = TODAY - timedelta(days=7)  # five school days ago
    late = replace(WELL, stage=Stage.STUDY, ends_on=due, moved_on=due)
    assert needs(late) == []
    earlier = replace(late, ends_on=due - timedelta(days=1), moved_on=due - timedelta(days=1))
    assert needs(earlier) == [Need.STUDY]
    holiday = SchoolDays((Span(BREAK, "Winter", TODAY - timedelta(days=4), TODAY - timedelta(days=1)),))
    assert needs(earlier, holiday) == []


def test_a_cycle_without_a_date_may_stand_longer() -> None:
    def undated(days: int) -> list[Need]:
        return needs(
            replace(WELL, starts_on=None, ends_on=None, moved_on=DAYS.shifted(TODAY, -days), stage=Stage.PLAN)
        )

    assert undated(UNDATED) == []
    assert undated(UNDATED + 1) == [Need.BEGIN]


def test_a_decided_ramp_wants_its_next_cycle() -> None:
    ended = replace(WELL, stage=Stage.CLOSED, outcome=Outcome.DONE.value)
    assert needs(replace(ended, decision="adapt")) == [Need.NEXT]
    assert needs(replace(ended, decision="test_again")) == [Need.NEXT]
    assert needs(replace(ended, decision="adapt", has_next=True)) == []
    assert needs(replace(ended, decision="adopt")) == []
    assert needs(replace(ended, decision="adapt", outcome=Outcome.ABANDONED.value)) == []


CASES = st.builds(
    Case,
    stage=st.sampled_from(Stage),
    outcome=st.sampled_from(["", *Outcome]),
    decision=st.sampled_from(["", "adopt", "adapt", "abandon", "test_again"]),
    is_draft=st.booleans(),
    starts_on=st.none() | st.dates(LONG_AGO, TODAY + timedelta(days=60)),
    ends_on=st.none() | st.dates(LONG_AGO, TODAY + timedelta(days=60)),
    moved_on=st.dates(LONG_AGO, TODAY),
    milestones=st.integers(0, 2),
    has_ramp=st.booleans(),
    drivers=st.integers(0, 2),
    has_next=st.booleans(),
)


@given(CASES)
def test_what_is_found_has_one_stall_at_most_and_a_reason(case: Case) -> None:
    found = findings(case, TODAY, DAYS)
    assert sum(each.need.is_stall for each in found) <= 1
    assert len({each.need for each in found}) == len(found)
    assert all(each.why and each.need.act for each in found)
    for each in found:
        if each.need.is_stall:
            assert case.stage is not Stage.CLOSED
            assert each.days > PATIENCE
            assert each.since is not None
            assert each.since <= TODAY


@given(CASES, st.integers(1, 30))
def test_waiting_longer_never_makes_a_stalled_cycle_well(case: Case, more: int) -> None:
    before = {each.need for each in findings(case, TODAY, DAYS)}
    after = {each.need for each in findings(case, TODAY + timedelta(days=more), DAYS)}
    assert before <= after
