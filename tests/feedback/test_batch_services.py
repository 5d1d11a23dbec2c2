from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import answer_services, batch_services, batches, services, theme_services
from feedback.batches import Many
from feedback.models import Answer, FeedbackItem, FeedbackStep
from feedback.rules import Lifted
from nic_platform.errors import InputError, RuleError
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place, later

ANSWER = {"changes": "policy", "text": "Memo 26-04"}
LATER = NOON + timedelta(hours=1)


def versions(*items: FeedbackItem) -> dict[int, int]:
    return {item.id: item.version for item in items}


def act(place: Place, many: Many, chosen: dict[int, int], **values: object) -> batch_services.Done:
    hub = place.actor("hub")
    return batch_services.act_on_many(
        place.session, place.hub, chosen, many, values, by=hub, at=NOON, day=TODAY
    )


def undo(place: Place, done: batch_services.Done, day: int = 0) -> batch_services.Done:
    hub = place.actor("hub")
    return batch_services.undo(place.session, done.batch, by=hub, at=LATER, day=later(day))


def acts_on(session: Session, item: FeedbackItem) -> list[str]:
    query = select(FeedbackStep.act).where(FeedbackStep.item_id == item.id).order_by(FeedbackStep.position)
    return list(session.scalars(query))


def standing(item: FeedbackItem) -> dict[str, object]:
    return batches.snapshot(item)


@pytest.mark.parametrize("many", [Many.ANSWER, Many.LIFT, Many.DECLINE, Many.ASSIGN, Many.JOIN])
def test_an_act_on_many_is_taken_back_as_one(place: Place, many: Many) -> None:
    items = [place.sent(), place.sent()]
    before = [standing(item) for item in items]
    theme = make.make_theme(place.session, place.hub)
    person = place.people["hub"].id
    values = {"link": place.further, "words": "Six schools", "theme": theme, "person_id": person, **ANSWER}

    done = act(place, many, versions(*items), **values)
    assert done.many == 2
    assert [standing(item) for item in items] != before
    back = undo(place, done, day=3)

    assert (back.many, back.left) == (2, ())
    assert [standing(item) for item in items] == before
    assert done.batch.undone_at == LATER


def test_every_act_is_in_the_track_and_its_promise_comes_back(place: Place) -> None:
    item = place.sent()
    due = item.due_on
    done = act(place, Many.DECLINE, versions(item), words="Not ours")
    undo(place, done, day=5)

    assert acts_on(place.session, item) == ["sent", "declined", "undone", ""]
    last = place.session.scalars(
        select(FeedbackStep).where(FeedbackStep.item_id == item.id).order_by(FeedbackStep.position.desc())
    ).first()
    assert last is not None
    assert (last.team_id, last.promised_on, item.due_on) == (place.hub.id, due, due)


def test_what_moved_on_before_the_act_is_left_out_and_named(place: Place) -> None:
    gone, here = place.sent(), place.sent()
    chosen = versions(gone, here)
    answer_services.decline(
        place.session, gone, "No", by=place.actor("hub"), at=NOON, day=TODAY, version=gone.version
    )

    done = act(place, Many.ANSWER, chosen, **ANSWER)

    assert done.many == 1
    assert [(left.number, "Declined" in left.why) for left in done.left] == [(gone.number, True)]
    assert (gone.state, here.state) == ("declined", "answered")


def test_what_moved_on_after_the_act_stays_where_it_is(place: Place) -> None:
    moved, still = place.sent(), place.sent()
    done = act(place, Many.ANSWER, versions(moved, still), **ANSWER)
    services.confirm(place.session, moved, Lifted.YES, "", by=place.actor("school"), at=NOON, day=TODAY)

    back = undo(place, done)

    assert (back.many, [left.number for left in back.left]) == (1, [moved.number])
    assert (moved.state, still.state) == ("closed", "waiting")
    assert place.session.scalars(select(Answer)).one().deleted_at is None  # somebody has it


def test_an_answer_nobody_has_any_more_is_gone(place: Place) -> None:
    done = act(place, Many.ANSWER, versions(place.sent()), **ANSWER)
    undo(place, done)

    assert place.session.scalars(select(Answer)).one().deleted_at == LATER


def test_it_can_not_be_taken_back_twice(place: Place) -> None:
    done = act(place, Many.ASSIGN, versions(place.sent()), person_id=place.people["hub"].id)
    undo(place, done)

    with pytest.raises(RuleError, match="already"):
        undo(place, done)


def test_when_everything_moved_on_nothing_is_done(place: Place) -> None:
    item = place.sent()
    chosen = versions(item)
    answer_services.decline(place.session, item, "No", by=place.actor("hub"), at=NOON, day=TODAY)

    with pytest.raises(RuleError, match="moved on: Declined"):
        act(place, Many.ANSWER, chosen, **ANSWER)


@pytest.mark.parametrize(
    ("many", "field"), [(Many.ANSWER, "text"), (Many.DECLINE, "words"), (Many.LIFT, "words")]
)
def test_what_an_act_lacks_is_said_beside_its_field(place: Place, many: Many, field: str) -> None:
    item = place.sent()
    with pytest.raises(InputError) as refused:
        act(place, many, versions(item), changes="policy")

    assert field in refused.value.fields
    assert item.state == "waiting"


def test_a_theme_goes_into_another_and_comes_back(place: Place) -> None:
    session, hub = place.session, place.actor("hub")
    old, new = make.make_theme(session, place.hub), make.make_theme(session, place.hub)
    items = [place.sent(), place.sent()]
    act(place, Many.JOIN, versions(*items), theme=old)

    batch, many = theme_services.merge(session, old, new, by=hub, at=NOON)
    assert (many, {item.theme_id for item in items}) == (2, {new.id})
    assert (old.joined_into_id, old.closed_at) == (new.id, NOON)
    with pytest.raises(RuleError, match=f"went into T-{new.number}"):
        theme_services.join(session, items[0], old, by=hub, at=NOON, day=TODAY)

    batch_services.undo(session, batch, by=hub, at=LATER, day=TODAY)
    assert ({item.theme_id for item in items}, old.joined_into_id, old.closed_at) == ({old.id}, None, None)


def test_a_theme_without_reports_comes_back_too(place: Place) -> None:
    session, hub = place.session, place.actor("hub")
    old, new = make.make_theme(session, place.hub), make.make_theme(session, place.hub)
    batch, many = theme_services.merge(session, old, new, by=hub, at=NOON)

    batch_services.undo(session, batch, by=hub, at=LATER, day=TODAY)

    assert (many, old.joined_into_id, old.closed_at) == (0, None, None)


def test_what_its_team_took_back_and_wrote_anew_is_left_without_its_words(place: Place) -> None:
    session, back, stays = place.session, place.sent(), place.sent()
    batch = act(place, Many.ASSIGN, versions(back, stays), person_id=place.people["hub"].id).batch
    services.withdraw(session, back, by=place.actor("school"), at=LATER, day=TODAY)
    services.save(session, back, {"title": "Not for the hub yet"}, by=place.actor("school"), at=LATER)

    done = batch_services.undo(session, batch, by=place.actor("hub"), at=LATER, day=TODAY)

    assert [(each.number, each.title) for each in done.left] == [(back.number, "")]


def test_a_theme_does_not_go_into_itself_or_round_in_a_circle(place: Place) -> None:
    session, hub = place.session, place.actor("hub")
    one, two = make.make_theme(session, place.hub), make.make_theme(session, place.hub)
    with pytest.raises(RuleError):
        theme_services.merge(session, one, one, by=hub, at=NOON)
    theme_services.merge(session, one, two, by=hub, at=NOON)

    with pytest.raises(RuleError, match="went into"):
        theme_services.merge(session, two, one, by=hub, at=NOON)


def test_reports_split_off_remember_where_they_came_from(place: Place) -> None:
    session, hub = place.session, place.actor("hub")
    theme = make.make_theme(session, place.hub)
    stays, goes = place.sent(), place.sent()
    act(place, Many.JOIN, versions(stays, goes), theme=theme)

    made, batch, many = theme_services.split(session, theme, [goes.id], {"title": "Travel"}, by=hub, at=NOON)

    assert (many, stays.theme_id, goes.theme_id) == (1, theme.id, made.id)
    assert (made.split_from_id, made.team_id) == (theme.id, place.hub.id)
    batch_services.undo(session, batch, by=hub, at=LATER, day=TODAY)
    assert goes.theme_id == theme.id


def test_the_answer_of_a_theme_is_taken_back_from_all_that_waited(place: Place) -> None:
    session, hub = place.session, place.actor("hub")
    theme = make.make_theme(session, place.hub)
    items = [place.sent(), place.sent()]
    act(place, Many.JOIN, versions(*items), theme=theme)

    batch, many = theme_services.answer_all(session, theme, ANSWER, by=hub, at=NOON, day=TODAY)
    assert (many, {item.state for item in items}) == (2, {"answered"})
    batch_services.undo(session, batch, by=hub, at=LATER, day=TODAY)

    assert {(item.state, item.holder_id, item.answer_id) for item in items} == {
        ("waiting", place.hub.id, None)
    }


def test_a_theme_given_to_somebody_tells_them(place: Place) -> None:
    from nic_platform.tables import Notice

    theme = make.make_theme(place.session, place.hub, owner="Assessment")
    second = make.make_user(place.session, place.hub)
    theme_services.assign(place.session, theme, second.id, by=place.actor("hub"), at=NOON)

    assert (theme.owner_id, theme.owner) == (second.id, "")
    told = place.session.scalars(select(Notice)).one()
    assert (told.user_id, told.path) == (second.id, f"/themes/{theme.public_id}")


@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_whatever_is_done_to_many_one_undo_brings_back_what_did_not_move(
    place: Place, data: st.DataObject
) -> None:
    session = place.session
    items = [place.sent() for _ in range(3)]
    before = {item.id: standing(item) for item in items}
    many = data.draw(st.sampled_from([Many.ANSWER, Many.LIFT, Many.DECLINE]))
    chosen = data.draw(st.lists(st.sampled_from(items), min_size=1, unique=True))
    values = {"link": place.further, "words": "Six schools", **ANSWER}
    done = act(place, many, versions(*chosen), **values)
    moved = set(data.draw(st.lists(st.sampled_from(chosen), max_size=len(chosen) - 1, unique=True)))
    for item in moved:
        services.drop(session, item, "Over", by=place.actor("school"), at=NOON, day=TODAY) if (
            many is not Many.ANSWER
        ) else services.confirm(session, item, Lifted.YES, "", by=place.actor("school"), at=NOON, day=TODAY)

    undo(place, done)

    for item in items:
        open_legs = [each for each in acts_on(session, item) if not each]
        assert len(open_legs) == (0 if item in moved else 1)
        if item not in moved:
            assert standing(item) == before[item.id]
        assert (item.holder_id is None) == (item in moved)


def test_nothing_is_filed_in_a_theme_that_went_into_another(place: Place) -> None:
    session, item = place.session, place.sent()
    old, new = make.make_theme(session, place.hub), make.make_theme(session, place.hub)
    theme_services.merge(session, old, new, by=place.actor("hub"), at=NOON)

    with pytest.raises(RuleError, match=f"went into T-{new.number}"):
        act(place, Many.JOIN, versions(item), theme=old)

    assert item.theme_id is None
