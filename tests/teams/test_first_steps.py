"""The path of a new team's first steps, as plain values."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from nic_platform.actor import TeamRole
from teams import first_steps
from teams.first_steps import First


def team(**more: Any) -> Any:
    columns = {
        "purpose": "", "functions": [], "rhythm_days": 14, "meeting": "",
        "set_up_at": None, "archived_at": None,
    }  # fmt: skip
    return SimpleNamespace(**columns | more)


def person(role: TeamRole = TeamRole.MEMBER, **more: Any) -> Any:
    return SimpleNamespace(**{"role": role, "competencies": [], "perspectives": []} | more)


def done(found: first_steps.Path) -> list[First]:
    return [step.key for step in found.steps if step.is_done]


def test_a_team_of_which_only_the_name_is_known_has_ten_minutes_before_it() -> None:
    found = first_steps.path(team(), [], [], 0, is_top=False)
    assert done(found) == []
    assert found.minutes == 10
    assert found.sentence == "0 of 6 steps done; about 10 minutes are left."


def test_each_step_is_read_off_what_stands() -> None:
    three = [person(TeamRole.LEAD), person(), person()]
    assert done(first_steps.path(team(purpose="Read"), [], [], 0, is_top=False)) == [First.PURPOSE]
    assert done(first_steps.path(team(), three, [], 0, is_top=False)) == [First.PEOPLE]
    assert done(first_steps.path(team(functions=["equity"]), [], [], 0, is_top=False)) == [First.FUNCTIONS]
    assert done(first_steps.path(team(meeting="Mondays"), [], [], 0, is_top=False)) == [First.RHYTHM]
    assert done(first_steps.path(team(), [], ["Hub"], 0, is_top=False)) == [First.LINKS]
    assert done(first_steps.path(team(), [], [], 0, is_top=True)) == [First.LINKS]


def test_invited_people_count_and_guests_do_not() -> None:
    guests = [person(TeamRole.COACH), person(TeamRole.OBSERVER), person(TeamRole.LEAD)]
    assert First.PEOPLE not in done(first_steps.path(team(), guests, [], 1, is_top=False))
    assert First.PEOPLE in done(first_steps.path(team(), guests, [], 2, is_top=False))
    assert First.PEOPLE not in done(
        first_steps.path(team(), [person(), person(), person()], [], 0, is_top=False)
    )


def test_what_each_brings_is_done_once_it_is_said_of_everybody() -> None:
    said = person(competencies=["data_use"], perspectives=["teacher"])
    half = person(competencies=["data_use"])
    assert First.STRENGTHS in done(
        first_steps.path(team(), [said, person(TeamRole.COACH)], [], 0, is_top=False)
    )
    assert First.STRENGTHS not in done(first_steps.path(team(), [said, half], [], 0, is_top=False))


def test_one_goes_forth_and_back_between_the_steps() -> None:
    found = first_steps.path(team(), [], [], 0, is_top=False)
    first, last = found.steps[0], found.steps[-1]
    assert found.before(first.key) is None
    assert found.after(last.key) is None
    assert found.after(first.key) == found.steps[1]
    assert found.before(last.key) == found.steps[-2]
    assert found.step("nothing") is None


def test_the_page_offers_the_rest_until_it_is_put_away() -> None:
    found = first_steps.path(team(), [], [], 0, is_top=False)
    at = datetime(2026, 2, 25, tzinfo=UTC)
    assert first_steps.asks_for_steps(team(), found)
    assert not first_steps.asks_for_steps(team(set_up_at=at), found)
    assert not first_steps.asks_for_steps(team(archived_at=at), found)
