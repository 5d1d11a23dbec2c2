from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback import rules
from feedback.rules import Act, Change, Facts, Kind, Lifted, Outcome, State, Step

SCHOOL, HUB, STATE, OTHER = 1, 2, 3, 4
DRAFT = Facts(state=State.DRAFT, kind=Kind.BARRIER, team_id=SCHOOL, holder_id=SCHOOL, track=(SCHOOL,))
SENT = Facts(state=State.WAITING, kind=Kind.BARRIER, team_id=SCHOOL, holder_id=HUB, track=(SCHOOL, HUB))
AT_STATE = replace(SENT, holder_id=STATE, track=(SCHOOL, HUB, STATE))
BACK = replace(SENT, state=State.ANSWERED, holder_id=SCHOOL, track=(SCHOOL, HUB, SCHOOL), answerer_id=HUB)


def after(facts: Facts, act: Act, found: Outcome) -> Facts:
    """Return the facts once an act was done."""
    track = facts.track if found.holder_id in {None, facts.holder_id} else (*facts.track, found.holder_id)
    answerer = facts.holder_id if act is Act.ANSWER else facts.answerer_id
    return replace(
        facts,
        state=found.state,
        holder_id=found.holder_id,
        track=tuple(t for t in track if t),
        answerer_id=answerer,
    )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(list(Kind)),
    st.lists(st.tuples(st.sampled_from(list(Act)), st.sampled_from([HUB, STATE, OTHER])), max_size=25),
)
def test_no_act_loses_an_item_and_its_track_stays_a_path(kind: Kind, acts: list[tuple[Act, int]]) -> None:
    facts = replace(DRAFT, kind=kind)
    for act, team in acts:
        if not rules.fits(act, facts) or team == facts.holder_id:
            continue
        to = rules.last_receiver(facts) if act in {Act.RETURN, Act.REOPEN, Act.REPLY} else team
        before = facts
        facts = after(facts, act, rules.outcome(act, facts, to=to))

        assert (facts.holder is None) == (facts.state in rules.ENDED)
        if facts.state in {State.ASKED_BACK, State.DECLINED, State.PARTLY}:
            assert facts.holder == SCHOOL
        if facts.state is State.WAITING:
            assert facts.holder != SCHOOL
        way = rules.way_up(facts.track)
        assert way[0] == SCHOOL
        assert len(set(way)) == len(way)
        assert facts.track[: len(before.track)] == before.track
        assert facts.state is State.DRAFT or any(rules.fits(each, facts) for each in Act)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(1, 5), min_size=1, max_size=12))
def test_way_up_ends_where_the_track_ends_and_names_nobody_twice(track: list[int]) -> None:
    way = rules.way_up(track)

    assert (way[0], way[-1]) == (track[0], track[-1])
    assert len(set(way)) == len(way)
    steps = set(pairwise(track))
    assert all(step in steps for step in pairwise(way))


def test_an_answer_of_the_state_comes_down_the_track_it_went_up() -> None:
    first = rules.outcome(Act.ANSWER, AT_STATE)
    second = rules.outcome(Act.PASS, after(AT_STATE, Act.ANSWER, first))

    assert first == Outcome(State.ANSWERED, HUB, rules.PASS_ON_DAYS)
    assert second == Outcome(State.ANSWERED, SCHOOL, rules.CONFIRM_DAYS)


def test_an_answer_of_the_hub_is_at_once_with_the_school() -> None:
    assert rules.outcome(Act.ANSWER, SENT) == Outcome(State.ANSWERED, SCHOOL, rules.CONFIRM_DAYS)


def test_no_goes_back_to_who_answered_with_a_new_promise() -> None:
    to = rules.last_receiver(BACK)

    assert to == HUB
    assert rules.outcome(Act.RETURN, BACK, to=to, days=10) == Outcome(State.WAITING, HUB, 10)


def test_partly_stays_with_the_sender() -> None:
    assert rules.outcome(Act.LOOK_AGAIN, BACK) == Outcome(State.PARTLY, SCHOOL, rules.LOOK_AGAIN_DAYS)


def test_what_was_partly_lifted_rests_until_the_day_to_look_again() -> None:
    day = date(2026, 3, 2)

    assert rules.rests(State.PARTLY, day, day - timedelta(days=1))
    assert not rules.rests(State.PARTLY, day, day)
    assert not rules.rests(State.ANSWERED, day, day - timedelta(days=1))


def test_what_was_sent_back_says_so() -> None:
    assert rules.stage_of(State.WAITING, "no") == "Sent back: not lifted"
    assert rules.stage_of(State.WAITING, "") == "Waiting for an answer"


def test_sending_can_be_undone_only_until_the_receiver_acts() -> None:
    asked = after(SENT, Act.ASK, rules.outcome(Act.ASK, SENT))
    replied = after(asked, Act.REPLY, rules.outcome(Act.REPLY, asked, to=HUB))

    assert rules.fits(Act.WITHDRAW, SENT)
    assert not rules.fits(Act.WITHDRAW, AT_STATE)
    assert not rules.fits(Act.WITHDRAW, asked)
    assert replied.state is State.WAITING


def test_withdrawing_leaves_a_draft_with_its_team() -> None:
    assert rules.outcome(Act.WITHDRAW, SENT) == Outcome(State.DRAFT, SCHOOL, None)


@pytest.mark.parametrize("state", sorted(rules.ENDED))
def test_whatever_ended_may_be_opened_again(state: State) -> None:
    facts = replace(BACK, state=state, holder_id=None)

    assert rules.fits(Act.REOPEN, facts)
    assert rules.outcome(Act.REOPEN, facts, to=HUB).state is State.WAITING


def test_only_solutions_and_successes_are_thanked_for() -> None:
    assert rules.fits(Act.THANK, replace(SENT, kind=Kind.SUCCESS))
    assert not rules.fits(Act.THANK, SENT)


@pytest.mark.parametrize(
    ("act", "facts"),
    [(Act.CONFIRM, SENT), (Act.LIFT, BACK), (Act.SEND, SENT), (Act.ANSWER, DRAFT), (Act.TAKE, SENT)],
)
def test_an_act_out_of_turn_is_refused(act: Act, facts: Facts) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        rules.outcome(act, facts, to=STATE)


def test_an_act_that_names_no_team_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a team"):
        rules.outcome(Act.LIFT, SENT)


def test_a_promise_counts_from_the_day_the_item_arrives() -> None:
    assert rules.promise(date(2026, 1, 14), 10) == date(2026, 1, 24)
    assert rules.promise(date(2026, 1, 14), None) is None


def test_the_clock_stands_still_while_the_sender_is_asked() -> None:
    assert rules.after_reply(date(2026, 1, 5), date(2026, 1, 9), date(2026, 1, 10)) == date(2026, 1, 14)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 2, 24), "Day 11 of 21"),
        (date(2026, 3, 6), "Day 21 of 21"),
        (date(2026, 3, 7), "1 day past promise"),
        (date(2026, 3, 9), "3 days past promise"),
    ],
)
def test_every_wait_has_a_clock(today: date, words: str) -> None:
    assert rules.wait_words(date(2026, 2, 13), date(2026, 3, 6), today) == words


def test_a_wait_without_promise_counts_its_days() -> None:
    assert rules.wait_words(date(2026, 2, 13), None, date(2026, 2, 14)) == "1 day"


def test_a_late_item_climbs_until_the_network_lead_knows() -> None:
    above = (STATE,)
    found: list[tuple[int, Step, int | None]] = []
    for days_late in range(30):
        step = rules.escalation(days_late, len(found), above)
        if step:
            found.append((days_late, step.step, step.team_id))

    assert found == [(1, Step.TELL_HOLDER, None), (7, Step.OFFER, STATE), (14, Step.TELL_NETWORK, None)]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 400), st.lists(st.integers(1, 9), max_size=4, unique=True))
def test_no_late_item_is_left_where_nobody_sees_it(days_late: int, above: list[int]) -> None:
    done = 0
    while rules.escalation(days_late, done, above):
        done += 1

    assert done >= 1
    assert (done == len(above) + 2) == (days_late >= 7 * (len(above) + 1))


def test_a_silent_sender_is_reminded_twice_and_then_closed() -> None:
    assert [rules.reminder(late, 0) for late in (0, 1)] == [None, True]
    assert [rules.reminder(late, 1) for late in (7, 8)] == [None, True]
    assert [rules.reminder(late, 2) for late in (14, 15)] == [None, False]


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words(state: State) -> None:
    assert rules.stage_of(state, "")
    assert rules.stage_of(State.CLOSED, Lifted.YES) == "Lifted"


def test_a_draft_needs_a_sentence_and_what_happens_to_be_sent() -> None:
    assert set(rules.missing_to_send(" ", "")) == {"title", "happens"}
    assert rules.missing_to_send("Coaches are pulled", "On 5 of 12 days") == {}


def test_an_answer_that_changes_nothing_says_why() -> None:
    assert set(rules.missing_in_answer(None, "", "")) == {"changes", "text"}
    assert set(rules.missing_in_answer(Change.NONE, "Nothing", "")) == {"why"}
    assert rules.missing_in_answer(Change.POLICY, "Memo 26-04", "") == {}


def test_what_went_back_and_forth_can_not_be_taken_back_any_more() -> None:
    replied = replace(SENT, track=(SCHOOL, HUB, SCHOOL, HUB))
    assert rules.fits(Act.WITHDRAW, replied)
    assert not rules.fits(Act.WITHDRAW, replace(replied, is_touched=True))
