from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from cycles import step_services, task_services
from cycles.models import Cycle
from cycles.task_services import TaskLine, save_tasks, tasks_of
from nic_platform.errors import InputError
from tests import factories as make
from tests.factories import NOON, TODAY


@pytest.fixture
def cycle(session: Session) -> Cycle:
    team = make.make_team(session)
    return make.make_cycle(session, team, ramp=make.make_ramp(session, team))


def words(session: Session, cycle: Cycle) -> list[str]:
    return [task.text for task in tasks_of(session, cycle)]


def test_the_same_form_sent_twice_adds_a_task_once(session: Session, cycle: Cycle) -> None:
    lines = [TaskLine(uuid4(), "Copy the tickets", "Ms. Abara", date(2026, 2, 6)), TaskLine(uuid4())]

    for _again in range(2):
        save_tasks(session, cycle, lines, at=NOON)

    [task] = tasks_of(session, cycle)
    assert (task.public_id, task.text, task.owner, task.due_on) == (
        lines[0].id, "Copy the tickets", "Ms. Abara", date(2026, 2, 6),
    )  # fmt: skip


def test_cleared_words_take_a_task_out_and_words_bring_it_back(session: Session, cycle: Cycle) -> None:
    line = TaskLine(uuid4(), "Copy the tickets")
    save_tasks(session, cycle, [line], at=NOON)

    save_tasks(session, cycle, [TaskLine(line.id)], at=NOON)
    assert words(session, cycle) == []

    save_tasks(session, cycle, [TaskLine(line.id, "Print them")], at=NOON)
    assert words(session, cycle) == ["Print them"]


def test_a_task_that_was_not_sent_stays(session: Session, cycle: Cycle) -> None:
    make.make_task(session, cycle, text="Theirs")

    save_tasks(session, cycle, [TaskLine(uuid4(), "Mine")], at=NOON)

    assert sorted(words(session, cycle)) == ["Mine", "Theirs"]


def test_a_day_without_words_says_where_words_are_missing(session: Session, cycle: Cycle) -> None:
    with pytest.raises(InputError) as refused:
        save_tasks(session, cycle, [TaskLine(uuid4(), owner="Ms. Abara")], at=NOON)

    assert refused.value.fields == {"t0_text": "Say what is to be done."}


def test_the_id_of_another_cycles_task_is_not_taken(session: Session, cycle: Cycle) -> None:
    other = make.make_task(session, make.make_cycle(session, make.make_team(session)), text="Theirs")

    save_tasks(session, cycle, [TaskLine(other.public_id, "Mine")], at=NOON)

    assert (other.text, words(session, cycle)) == ("Theirs", ["Mine"])


def test_only_what_was_left_open_goes_on_to_the_next_cycle(session: Session, cycle: Cycle) -> None:
    make.make_task(session, cycle, text="Done", done_on=TODAY)
    make.make_task(session, cycle, text="Left", owner="Ms. Abara", due_on=TODAY)
    cycle.stage = "act"
    actor = make.actor_of(session, make.make_user(session, cycle.team), cycle.team)

    following = step_services.open_next(session, cycle, by=actor, at=NOON)

    [task] = task_services.tasks_of(session, following)
    assert (task.text, task.owner, task.due_on, task.done_on) == ("Left", "Ms. Abara", None, None)
