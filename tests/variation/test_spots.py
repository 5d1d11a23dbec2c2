"""Bright spots: beyond what context explains, twice on end, and nothing said where there are too few."""

from datetime import date

import numpy as np

from variation.context import Context
from variation.spots import Month, find

MONTHS = [date(2026, month, 1) for month in (1, 2, 3)]
CONTEXTS = {site: Context(lunch=10.0 + 2 * site, english=5.0 + site % 7) for site in range(30)}


def _months(bright: dict[int, tuple[float, ...]], sites: int = 30) -> list[Month]:
    rng = np.random.default_rng(1)
    rows = []
    for place, on in enumerate(MONTHS):
        for site in range(sites):
            gain = bright.get(site, (0.0, 0.0, 0.0))[place]
            value = 80 - 0.5 * (CONTEXTS[site].lunch or 0) + float(rng.normal(0, 2)) + gain
            rows.append(Month(site, on, value, 4.0))
    return rows


def test_a_site_beyond_its_context_twice_on_end_is_bright() -> None:
    found = find(_months({4: (0, 25, 25), 9: (25, 25, 0)}), CONTEXTS, higher_is_better=True)

    assert [(spot.site_id, spot.times) for spot in found.spots] == [(4, 2)]
    assert found.spots[0].value > found.spots[0].high


def test_where_less_is_better_it_is_the_other_side() -> None:
    found = find(_months({4: (0, -25, -25)}), CONTEXTS, higher_is_better=False)

    assert [spot.site_id for spot in found.spots] == [4]


def test_few_sites_and_one_month_say_nothing() -> None:
    rows = _months({})

    assert find([row for row in rows if row.site_id < 8], CONTEXTS, higher_is_better=True).why == "few"
    assert find([row for row in rows if row.on == MONTHS[0]], CONTEXTS, higher_is_better=True).why == "months"
    assert find([], CONTEXTS, higher_is_better=True).why == "few"
