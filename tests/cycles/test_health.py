from datetime import date, timedelta

from cycles.health import Inquiry, at_least_monthly, shares

START = date(2026, 1, 5)


def one(ramp: int | None, number: int = 1, **facts: object) -> Inquiry:
    basics: dict[str, object] = {"reached_act": True, "is_open": False, "has_prediction": True, **facts}
    return Inquiry(ramp=ramp, number=number, **basics)  # type: ignore[arg-type]  # any field


def test_shares_stand_beside_the_published_ones() -> None:
    found = shares(
        [
            one(1, 1, scale="teacher"),
            one(1, 2, scale="grade", has_prediction=False),
            one(2, reached_act=False),
            one(None, is_open=True, reached_act=False),
        ]
    )
    assert [(s.key, s.count, s.of, s.published_percent) for s in found] == [
        ("act", 2, 3, 71),
        ("prediction", 3, 4, 12),
        ("series", 2, 4, 55),
        ("grown", 1, 1, 30),
        ("monthly", 0, 0, 15),
    ]
    assert found[0].percent == 67
    assert found[4].percent is None


def test_no_cycles_give_no_percentages() -> None:
    assert [share.percent for share in shares([])] == [None] * 5


def test_monthly_means_no_gap_of_more_than_a_month() -> None:
    end = START + timedelta(days=60)
    assert at_least_monthly(
        one(1, starts_on=START, ends_on=end, data_on=[START + timedelta(days=d) for d in (20, 45)])
    )
    assert not at_least_monthly(one(1, starts_on=START, ends_on=end, data_on=[START]))
    assert not at_least_monthly(one(1, starts_on=START, ends_on=end, data_on=[end + timedelta(days=1)]))
