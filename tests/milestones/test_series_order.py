from dataclasses import replace
from datetime import date

from milestones.series_order import Kind, order_notes
from tests.milestones.test_redating import APRIL, COACHING, MARCH, MAY, ROWS, TICKETS


def test_a_series_that_builds_on_itself_has_no_notes() -> None:
    assert order_notes(ROWS, {}) == []
    assert order_notes(ROWS, {COACHING: TICKETS}) == []


def test_a_lower_target_is_noted_until_its_reason_is_known() -> None:
    low = replace(APRIL, target=60)

    (note,) = order_notes([MARCH, low, MAY], {})
    assert (note.kind, note.row) == (Kind.LOWER, low)
    assert note.words == (
        "“60%” of Exit tickets, Apr 2 asks for less than “65%” of Exit tickets, Mar 6, which comes before "
        "it. Leave it if that is on purpose."
    )
    (known,) = order_notes([MARCH, low, MAY], {}, {low.id: "Two teachers joined"})
    assert known.words.endswith("On purpose: “Two teachers joined”.")


def test_two_on_one_day_are_noted() -> None:
    (note,) = order_notes([MARCH, replace(APRIL, due_on=MARCH.due_on)], {})

    assert note.kind is Kind.SAME_DAY


def test_a_strand_that_begins_before_the_one_it_follows_ended_is_noted() -> None:
    early = replace(ROWS[3], due_on=date(2026, 4, 30))

    (note,) = order_notes([*ROWS[:3], early], {COACHING: TICKETS})

    assert note.words == (
        "Weekly coaching follows Exit tickets, and its first date, Thu, Apr 30, is before that one’s last, "
        "Fri, May 8."
    )
