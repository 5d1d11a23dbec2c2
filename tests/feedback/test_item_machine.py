"""From any sequence of acts an item is held by exactly one team, and every act is in its history."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from feedback import answer_services, policies, promise_services, queries, rules, services, theme_services
from feedback.models import FeedbackItem
from feedback.rules import Act, Facts, Lifted, State
from feedback.track_services import facts_of, legs_of
from nic_platform.actor import Actor
from nic_platform.errors import PlatformError
from tests import factories as make
from tests.drill import IS_DRILL, lighter_database
from tests.factories import TODAY
from tests.feedback.conftest import Place

ANSWER = {"changes": "policy", "text": "Memo 26-04: coaching days are protected."}
PEOPLE = ("school", "hub", "state", "peer", "reviewer", "network_lead")
WAITS_FOR_SENDER = {State.DRAFT, State.ASKED_BACK, State.DECLINED, State.PARTLY}
_WORKS: dict[Act, Callable[[Session, FeedbackItem, Place, dict[str, Any]], Any]] = {
    Act.SEND: lambda s, i, p, w: services.send(s, i, p.up, **w),
    Act.WITHDRAW: lambda s, i, p, w: services.withdraw(s, i, **w),
    Act.LIFT: lambda s, i, p, w: answer_services.lift(s, i, p.further, "Up", audience="hop", **w),
    Act.ASK: lambda s, i, p, w: answer_services.ask_back(s, i, "Which days?", **w),
    Act.REPLY: lambda s, i, p, w: services.reply(s, i, "Mondays", **w),
    Act.ANSWER: lambda s, i, p, w: answer_services.answer(s, i, ANSWER, **w),
    Act.DECLINE: lambda s, i, p, w: answer_services.decline(s, i, "Not ours", **w),
    Act.THANK: lambda s, i, p, w: answer_services.thank(s, i, "Thanks", **w),
    Act.TAKE: lambda s, i, p, w: answer_services.take(s, i, **w),
    Act.CONFIRM: lambda s, i, p, w: services.confirm(s, i, Lifted.YES, "Kept", **w),
    Act.LOOK_AGAIN: lambda s, i, p, w: services.confirm(s, i, Lifted.PARTLY, "Some", **w),
    Act.RETURN: lambda s, i, p, w: services.confirm(s, i, Lifted.NO, "Still", **w),
    Act.DROP: lambda s, i, p, w: services.drop(s, i, "Gone", **w),
    Act.REOPEN: lambda s, i, p, w: services.reopen(s, i, "Back", **w),
}


def pass_on(session: Session, item: FeedbackItem, place: Place, when: dict[str, Any]) -> None:
    """Hand an answer down, or pass the item to whichever of hub and state does not hold it."""
    if item.state == State.ANSWERED:
        answer_services.hand_down(session, item, "", **when)
    else:
        to = place.state if item.holder_id == place.hub.id else place.hub
        answer_services.pass_on(session, item, to, "There", **when)


class ItemMachine(RuleBasedStateMachine):
    """Acts on one item of a place through the services, as the pages let people act."""

    session: Session
    place: Place
    actors: Mapping[str, Actor]

    def __init__(self) -> None:
        super().__init__()
        self.item = self.place.draft(kind="solution")
        self.day = TODAY
        self.done: list[str] = []

    def when(self, who: str) -> dict[str, Any]:
        return {"by": self.actors[who], "at": self.place.at(self.day), "day": self.day}

    def seen(self) -> list[tuple[int, str, str]]:
        return [(leg.team_id, leg.act, leg.words) for leg in legs_of(self.session, self.item)]

    def facts(self) -> Facts:
        steps = queries.tracks(self.session, [self.item.id])[self.item.id]
        return queries.facts_of(self.item, steps)

    @rule(choice=st.integers(0, 999))
    def somebody_acts_in_turn(self, choice: int) -> None:
        facts = self.facts()
        fitting = [
            (act, who)
            for act in sorted({*_WORKS, Act.PASS})
            for who in PEOPLE
            if policies.can(self.actors[who], act, facts)
        ]
        self.do(*fitting[choice % len(fitting)], is_sure=False) if fitting else None

    @rule(act=st.sampled_from(sorted({*_WORKS, Act.PASS})), who=st.sampled_from(PEOPLE))
    def somebody_acts_out_of_turn(self, act: Act, who: str) -> None:
        facts = self.facts()
        if policies.may_ever(self.actors[who], act, facts) and not rules.fits(act, facts):
            self.do(act, who, is_sure=True)

    def do(self, act: Act, who: str, *, is_sure: bool) -> None:
        """Do an act as a page would; refused, as one out of turn always is, it has changed nothing."""
        before = self.seen(), self.item.state, self.item.holder_id
        try:
            (pass_on if act is Act.PASS else _WORKS[act])(self.session, self.item, self.place, self.when(who))
        except PlatformError:
            assert (self.seen(), self.item.state, self.item.holder_id) == before
        else:
            assert not is_sure
            self.done.append(act.value)

    @rule(days=st.sampled_from([1, 8, 40]))
    def days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)
        for _time in range(3):
            did = promise_services.see_to(self.session, self.item, today=self.day, at=self.place.at(self.day))
            said = {"handed_down": Act.PASS.value, "closed_unconfirmed": Act.CLOSE_UNCONFIRMED.value}
            if did in said:
                self.done.append(said[did])

    @rule()
    def the_state_answers_its_theme(self) -> None:
        if self.item.state not in rules.OPEN:
            return
        theme, when = make.make_theme(self.session, self.place.state), self.when("state")
        theme_services.join(self.session, self.item, theme, **when)
        before = len(self.seen())
        try:
            theme_services.answer_theme(self.session, theme, ANSWER, **when)
        except PlatformError:
            assert len(self.seen()) == before
        else:
            acts = [act for _team, act, _words in self.seen() if act]
            self.done = [*self.done, *acts[len(self.done) :]]
            assert Act.ANSWER in acts

    @invariant()
    def it_is_held_by_one_team_or_waits_for_its_sender(self) -> None:
        item, legs = self.item, legs_of(self.session, self.item)
        state, here = State(item.state), [leg.team_id for leg in legs if leg.left_at is None]
        if state in rules.ENDED:
            assert (item.holder_id, here, item.closed_at is not None) == (None, [], True)
            return
        assert here == [item.holder_id]
        assert legs[-1].left_at is None
        if state in WAITS_FOR_SENDER:
            assert item.holder_id == item.team_id
        if state is State.WAITING:
            assert item.holder_id != item.team_id
        assert any(rules.fits(act, facts_of(item, legs)) for act in Act)

    @invariant()
    def every_act_is_in_its_history(self) -> None:
        legs = legs_of(self.session, self.item)
        assert [leg.act for leg in legs if leg.act] == self.done
        assert [leg.position for leg in legs] == list(range(len(legs)))
        assert all(leg.from_id == before.team_id for before, leg in pairwise(legs))
        assert all(leg.left_on and leg.days is not None for leg in legs if leg.act)


@lighter_database
def test_no_sequence_of_acts_loses_an_item_or_an_act(session: Session, place: Place) -> None:
    actors = {who: place.actor(who) for who in PEOPLE}
    machine = type("Bound", (ItemMachine,), {"session": session, "place": place, "actors": actors})
    few = settings(
        max_examples=80 if IS_DRILL else 10, stateful_step_count=40 if IS_DRILL else 25, deadline=None,
        suppress_health_check=list(HealthCheck), database=None,
    )  # fmt: skip

    run_state_machine_as_test(machine, settings=few)
