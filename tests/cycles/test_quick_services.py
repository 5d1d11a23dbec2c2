"""A small test is kept as it is typed, logged once, and grows into the full form with nothing typed twice."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cycles import queries, quick_services, services
from cycles.models import ChangeIdea, Cycle, Prediction, Ramp
from cycles.quick_services import Small
from cycles.rules import QuickLog, Stage
from nic_platform import audit
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError, InputError
from teams.models import Team
from tests import factories as make
from tests.factories import NOON, TODAY

LOG = QuickLog("One question", "Most answer", "19 of 24 did", "", "adopt", "held")


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session)


@pytest.fixture
def member(session: Session, team: Team) -> Actor:
    return make.actor_of(session, make.make_user(session, team), team)


def logged(session: Session, team: Team, member: Actor, log: QuickLog) -> Cycle:
    milestone = make.make_milestone(session, team)
    return quick_services.quick_log(session, Small(log, team.id, milestone.id), by=member, at=NOON)


def test_a_whole_test_lands_in_the_full_forms_columns(session: Session, team: Team, member: Actor) -> None:
    cycle = logged(session, team, member, LOG)
    [prediction] = queries.live(cycle)

    assert (cycle.stage, cycle.outcome, cycle.is_quick, cycle.is_draft) == ("closed", "done", True, False)
    assert (cycle.change, cycle.observations, cycle.decision) == ("One question", "19 of 24 did", "adopt")
    assert (prediction.expected, prediction.result, prediction.verdict) == (
        "Most answer",
        "19 of 24 did",
        "held",
    )
    assert (cycle.began_on, prediction.locked_at) == (TODAY, NOON)


@pytest.mark.parametrize(
    ("log", "stage", "draft"),
    [
        (QuickLog("One question"), "plan", True),
        (QuickLog("One question", "Most answer"), "do", False),
        (QuickLog("One question", "Most answer", "19 did"), "act", False),
    ],
)
def test_an_unfinished_log_waits_at_its_step(
    session: Session, team: Team, member: Actor, log: QuickLog, stage: str, draft: bool
) -> None:
    cycle = logged(session, team, member, log)
    assert (cycle.stage, cycle.is_draft) == (stage, draft)


def test_it_grows_into_the_full_form(session: Session, team: Team, member: Actor) -> None:
    cycle = logged(session, team, member, LOG)
    values = {"aim": "Less copying", "who": "Grade 2", "scale": "teacher"}
    services.save(session, cycle, Stage.PLAN, values, by=member, at=NOON)

    assert not cycle.is_quick
    assert (cycle.change, cycle.observations, cycle.stage) == ("One question", "19 of 24 did", "closed")


def test_a_small_test_is_as_large_as_the_one_before_unless_said_otherwise(
    session: Session, team: Team, member: Actor
) -> None:
    milestone = make.make_milestone(session, team)
    small = Small(LOG, team.id, milestone.id, scale="lesson")
    first = quick_services.quick_log(session, small, by=member, at=NOON)
    assert first.ramp is not None
    assert quick_services.last_done(session, first.ramp) == first

    second = quick_services.quick_log(session, replace(small, ramp=first.ramp, scale=""), by=member, at=NOON)
    third = quick_services.quick_log(
        session, replace(small, ramp=first.ramp, scale="teachers"), by=member, at=NOON
    )

    assert [each.scale for each in (first, second, third)] == ["lesson", "lesson", "teachers"]


# ---------------------------------------------------------------- while it is typed


def keep(
    session: Session, team: Team, member: Actor, log: QuickLog, name: UUID, ramp: Ramp | None = None
) -> Cycle:
    found = quick_services.find_draft(session, name, team.id, member)
    small = Small(log, team.id, ramp=ramp)
    return quick_services.keep(session, small, found, by=member, at=NOON, draft_id=name)


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_every_save_while_typing_is_the_same_draft(session: Session, team: Team, member: Actor) -> None:
    name = uuid4()
    for log in (
        QuickLog("One qu"),
        QuickLog("One question", "Most"),
        QuickLog("One question", "Most answer"),
    ):
        cycle = keep(session, team, member, log, name)

    assert (cycle.public_id, cycle.is_draft, cycle.is_quick, cycle.stage) == (name, True, True, "plan")
    assert [count(session, model) for model in (Cycle, Ramp, ChangeIdea, Prediction)] == [1, 1, 1, 1]
    assert cycle.ramp is not None
    assert (cycle.title, cycle.ramp.title, cycle.ramp.idea.title) == ("One question",) * 3
    assert quick_services.written(cycle) == QuickLog("One question", "Most answer")


def test_logging_what_was_kept_makes_one_cycle_of_it(session: Session, team: Team, member: Actor) -> None:
    name = uuid4()
    keep(session, team, member, QuickLog("One qu", "Most", "19"), name)
    milestone = make.make_milestone(session, team)
    small = Small(LOG, team.id, milestone.id)

    first = quick_services.quick_log(session, small, by=member, at=NOON, draft_id=name)
    again = quick_services.quick_log(session, small, by=member, at=NOON, draft_id=name)

    assert first is again
    assert (count(session, Cycle), first.stage, first.observations) == (1, "closed", "19 of 24 did")


def test_other_words_for_a_test_that_was_logged_are_not_dropped_silently(
    session: Session, team: Team, member: Actor
) -> None:
    name, milestone = uuid4(), make.make_milestone(session, team)
    quick_services.quick_log(session, Small(LOG, team.id, milestone.id), by=member, at=NOON, draft_id=name)
    other = Small(QuickLog("One question", "Most answer", "20 of 24 did"), team.id, milestone.id)

    with pytest.raises(InputError, match="logged already"):
        quick_services.quick_log(session, other, by=member, at=NOON, draft_id=name)


def test_a_draft_can_be_taken_to_an_earlier_test(session: Session, team: Team, member: Actor) -> None:
    earlier = make.make_ramp(session, team)
    make.make_cycle(session, team, ramp=earlier)
    name = uuid4()
    begun = keep(session, team, member, QuickLog("Two questions"), name)
    left = begun.ramp

    cycle = keep(session, team, member, QuickLog("Two questions"), name, ramp=earlier)

    assert cycle.ramp is earlier
    assert left is not None
    assert left.deleted_at is not None
    assert left.idea.deleted_at is not None
    keep(session, team, member, QuickLog("Three questions"), name, ramp=earlier)
    assert earlier.title != "Three questions"  # a ramp that others use keeps its name


def test_a_name_of_another_team_or_of_a_deleted_draft_is_not_there(
    session: Session, team: Team, member: Actor
) -> None:
    name = uuid4()
    cycle = keep(session, team, member, QuickLog("One question"), name)
    other = make.make_team(session)
    with pytest.raises(AbsentError):
        quick_services.find_draft(session, name, other.id, member)
    cycle.deleted_at = NOON
    with pytest.raises(AbsentError):
        quick_services.find_draft(session, name, team.id, member)


def test_nothing_is_typed_twice_when_it_grows(session: Session, team: Team, member: Actor) -> None:
    """Every word of the quick log stands in the full form, each once and in its own place."""
    cycle = logged(
        session, team, member, QuickLog("The change", "The guess", "The result", "", "adapt", "partly")
    )
    [prediction] = queries.live(cycle)
    texts = [
        getattr(cycle, name)
        for step in Stage
        if step in services.FIELDS
        for name in services.FIELDS[step]
        if name != "title"
    ]
    texts += [prediction.expected, prediction.result, prediction.verdict]

    assert [texts.count(words) for words in ("The change", "The guess", "adapt", "partly")] == [1, 1, 1, 1]
    assert (cycle.observations, cycle.learned, prediction.result) == ("The result",) * 3
    assert audit.history(session, "cycle", cycle.public_id)[-1].action == "created"


def test_a_ramp_of_small_tests_carries_its_learning_and_grows_as_a_tree(
    session: Session, team: Team, member: Actor
) -> None:
    first = logged(session, team, member, LOG)
    first.who = "Grade 1"
    session.flush()
    small = Small(
        QuickLog("With a stem", "16 of 20", "17 of 20 did", "", "adopt", "held"), team.id, ramp=first.ramp
    )

    second = quick_services.quick_log(session, small, by=member, at=NOON, draft_id=uuid4())

    assert (second.ramp, second.number, second.parent_id) == (first.ramp, 2, first.id)
    assert second.learning_so_far == "Cycle 1: 19 of 24 did"
    assert (second.who, second.change) == ("Grade 1", "With a stem")
