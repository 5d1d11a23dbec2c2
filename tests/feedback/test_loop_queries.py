"""The database counts loops as somebody would who reads every track."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from feedback import answer_services, loop_queries, services
from feedback.loop_queries import Scope
from feedback.loops import AGES, By, Tally, Unit, number_of, together
from feedback.models import FeedbackItem
from feedback.rules import ENDED, Lifted
from feedback.track_services import legs_of
from nic_platform.actor import Level
from teams.models import Network, SchoolYear
from tests import factories as make
from tests.factories import TODAY
from tests.feedback.conftest import Place, later

START = TODAY - timedelta(days=200)


def scope(place: Place, **more: Any) -> Scope:
    return Scope(place.network.id, START, TODAY, TODAY, **more)


def loop(place: Place, sent: int, *, state_after: int = 4, answer_after: int = 6, lifted: str = "yes") -> Any:
    """Send an item *sent* days ago, lift it, answer it, confirm it the same day that the answer arrives."""
    day = later(-sent)
    item = place.sent(day)
    hub, state, school = (place.actor(who) for who in ("hub", "state", "school"))
    day += timedelta(days=state_after)
    answer_services.lift(place.session, item, place.further, "Up", by=hub, at=place.at(day), day=day)
    day += timedelta(days=answer_after)
    answer = {"changes": "policy", "text": "Memo"}
    answer_services.answer(place.session, item, answer, by=state, at=place.at(day), day=day)
    answer_services.hand_down(place.session, item, "", by=hub, at=place.at(day), day=day)
    if lifted:
        services.confirm(
            place.session, item, Lifted(lifted), "Said", by=school, at=place.at(day), day=day
        )  # fmt: skip
    return item


def test_a_loop_counts_at_every_team_it_reached_from_the_day_it_came(session: Session, place: Place) -> None:
    loop(place, 60)
    place.sent(later(-10))

    teams = loop_queries.tallies(session, scope(place), Unit.TEAM)
    links = loop_queries.tallies(session, scope(place), Unit.LINK)
    levels = loop_queries.tallies(session, scope(place), Unit.LEVEL)
    whole = loop_queries.tallies(session, scope(place))[()]

    hub, state = teams[(place.hub.id,)], teams[(place.state.id,)]
    assert (hub.items, hub.answers, hub.closes) == (2, Counter({10: 1}), Counter({10: 1}))
    assert (state.items, state.answers, state.closes) == (1, Counter({6: 1}), Counter({6: 1}))
    assert (whole.items, whole.answers, whole.ended, whole.lifted) == (2, Counter({10: 1}), 1, 1)
    assert links[place.school.id, place.hub.id] == replace(hub, judged=1, kept=1)
    assert links[place.hub.id, place.state.id] == state
    assert levels[(Level.STATE,)] == state
    assert hub.ages == whole.ages == (0, 1, 0, 0)


def test_a_promise_still_running_is_not_judged_but_one_past_it_is(session: Session, place: Place) -> None:
    place.sent(later(-5))  # ten days promised
    place.sent(later(-20))
    loop(place, 90, state_after=30)

    hub = loop_queries.tallies(session, scope(place), Unit.TEAM)[(place.hub.id,)]

    # late and still there, late before it was lifted, in time when it came down
    assert (hub.judged, hub.kept) == (3, 1)


def test_in_a_break_a_promise_that_ends_in_it_is_not_past(session: Session, place: Place) -> None:
    place.sent(later(-11))
    running = replace(scope(place), late_on=TODAY - timedelta(days=1))

    assert loop_queries.tallies(session, scope(place))[()].judged == 1
    assert loop_queries.tallies(session, running)[()].judged == 0


def test_what_its_own_team_gave_up_judges_nobody(session: Session, place: Place) -> None:
    item = place.sent(later(-5))
    services.drop(session, item, "Solved", by=place.actor("school"), at=place.at(TODAY), day=TODAY)

    found = loop_queries.tallies(session, scope(place))[()]

    assert (found.items, found.judged, found.ended, found.closes) == (1, 0, 0, Counter({5: 1}))


def test_an_act_that_was_undone_ends_no_stay(session: Session, place: Place) -> None:
    """The hub lifted in time, took that back, and is late now: one promise, and it is broken."""
    item = make.make_item(session, place.school, state="waiting", sent_on=later(-20), holder_id=place.hub.id)
    day = later(-20)
    make.make_step(session, item, place.school, 0, reached_on=day, left_on=day, days=0, act="sent")
    hub = {"reached_on": day, "promised_on": later(-10)}
    make.make_step(session, item, place.hub, 1, **hub, left_on=later(-15), days=5, act="lifted")
    make.make_step(
        session, item, place.state, 2, reached_on=later(-15), left_on=later(-15), days=0, act="undone"
    )
    make.make_step(session, item, place.hub, 3, **hub)

    found = loop_queries.tallies(session, scope(place))[()]

    assert (found.judged, found.kept) == (1, 0)


def test_what_was_taken_back_or_sent_before_is_not_there(session: Session, place: Place) -> None:
    item = place.sent(later(-5))
    services.withdraw(session, item, by=place.actor("school"), at=place.at(TODAY), day=TODAY)
    place.sent(later(-300))

    assert loop_queries.tallies(session, scope(place), Unit.TEAM) == {}


def test_thanks_are_an_answer_but_nothing_that_was_lifted(session: Session, place: Place) -> None:
    item = place.sent(later(-8), kind="solution")
    answer_services.thank(session, item, "Thanks", by=place.actor("hub"), at=place.at(TODAY), day=TODAY)

    found = loop_queries.tallies(session, scope(place))[()]

    assert (found.answers, found.closes, found.ended) == (Counter({8: 1}), Counter({8: 1}), 0)


def test_time_is_told_by_the_month_of_what_happened(session: Session, place: Place) -> None:
    loop(place, 60, lifted="")
    item = loop(place, 40)
    closed = later(-30)

    found = loop_queries.over_time(session, scope(place), By.MONTH)

    month = number_of(closed, By.MONTH)
    assert found[month].closes == Counter({item.days_to_close: 1})
    assert found[month].lifted == 1
    assert (
        sum(each.judged for each in found.values()) == loop_queries.tallies(session, scope(place))[()].judged
    )


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(30, 120), st.integers(0, 14), st.integers(0, 14), st.sampled_from(["yes", ""])),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(list(By)),
)
def test_the_counts_are_those_of_reading_every_item(
    session: Session, place: Place, many: list[tuple[int, int, int, str]], by: By
) -> None:
    session.query(FeedbackItem).filter_by(network_id=place.network.id).delete()
    for sent, lift, answer, lifted in many:
        loop(place, sent, state_after=lift, answer_after=answer, lifted=lifted)

    whole = loop_queries.tallies(session, scope(place))[()]
    by_time = together(loop_queries.over_time(session, scope(place), by).values())
    open_now = loop_queries.still_open(session, scope(place))

    assert whole == by_hand(session, place)
    assert (by_time.answers, by_time.closes, by_time.judged) == (whole.answers, whole.closes, whole.judged)
    assert (by_time.kept, by_time.lifted, open_now.ages) == (whole.kept, whole.lifted, whole.ages)
    assert loop_queries.closing_days(session, scope(place)) == whole.closes


def by_hand(session: Session, place: Place) -> Tally:
    """Count everything as a whole by reading each item and each leg."""
    found, ages = Tally(), [0] * (len(AGES) + 1)
    for item in session.query(FeedbackItem).filter_by(network_id=place.network.id):
        legs = legs_of(session, item)
        stays = [leg for leg in legs if leg.team_id != place.school.id and leg.promised_on]
        stays = [leg for leg in stays if leg.left_on or (leg.promised_on or TODAY) < TODAY]
        found.items += 1
        found.judged += len(stays)
        found.kept += sum(
            bool(leg.left_on and leg.promised_on and leg.left_on <= leg.promised_on) for leg in stays
        )
        sent = item.sent_on or TODAY
        answered = next(leg.left_on for leg in legs if leg.act == "answered" and leg.left_on)
        found.answers[(answered - sent).days] += 1
        if item.state in ENDED:
            found.closes[((legs[-1].left_on or TODAY) - sent).days] += 1
            found.ended, found.lifted = found.ended + 1, found.lifted + 1
        else:
            age = (TODAY - sent).days
            ages[next((at for at, high in enumerate(AGES) if age <= high), len(AGES))] += 1
    found.ages = tuple(ages)
    return found


def test_everybody_but_who_sees_the_network_counts_what_they_may_read(session: Session, place: Place) -> None:
    place.sent(later(-5))

    def seen(who: str) -> int:
        here = loop_queries.scope_of(session, place.actor(who), START, TODAY)
        return loop_queries.still_open(session, here).items

    assert {who: seen(who) for who in place.people} == {
        "school": 1, "coach": 1, "observer": 1, "peer": 0, "hub": 1, "state": 0, "network_lead": 1,
        "reviewer": 1, "analyst": 1,
    }  # fmt: skip


def test_stays_are_told_by_level(session: Session, place: Place) -> None:
    loop(place, 60)

    found = loop_queries.stay_days(session, loop_queries.of_team(scope(place), place.school.id))

    assert found == {Level.DISTRICT: Counter({4: 1, 0: 1}), Level.STATE: Counter({6: 1})}
    assert loop_queries.stay_days(session, loop_queries.of_team(scope(place), place.peer.id)) == {}


def test_time_begins_with_the_networks_school_year(session: Session) -> None:
    network, without = make.make_network(session), make.make_network(session)

    def start(years: int = 1, of: Network = network) -> date:
        return loop_queries.year_start(session, of.id, TODAY, years)

    assert (start(of=without), start(2, of=without)) == (date(2025, 8, 1), date(2024, 8, 1))
    for year in (2025, 2026):
        days = {"starts_on": date(year, 8, 18), "ends_on": date(year + 1, 5, 29)}
        session.add(SchoolYear(network_id=network.id, name=f"{year}", **days))
    session.flush()
    assert (start(), start(2)) == (date(2025, 8, 18), date(2024, 8, 18))
