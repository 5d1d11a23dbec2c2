"""One limit for analyses: what grows faster than its values counts for more of them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from measures.analysis_cost import MOST, values_in, weight
from nic_platform.sendable import LARGEST_JSON
from tests.world import make_world


def case(family: str, rows: int, params: dict[str, Any], **kinds: int) -> dict[str, Any]:
    """Return a case with a column y of numbers, and others of so many kinds each."""
    columns: dict[str, list[Any]] = {"y": list(range(rows)), "yi": list(range(rows))}
    columns |= {name: [f"{name}{at % many}" for at in range(rows)] for name, many in kinds.items()}
    return {"id": "a", "family": family, "params": params, "columns": columns}


NESTED = case("multilevel", 5_000, {"formula": "y ~ 1 + (1 | d / s)"})
NESTED["columns"]["d"] = [f"d{at // 100}" for at in range(5_000)]
NESTED["columns"]["s"] = [f"s{at // 10}" for at in range(5_000)]


@pytest.mark.parametrize(
    "cheap",
    [
        case("shewhart", 24_000, {"chart": "i"}),
        case("meta", 10_000, {}),
        case("meta", 400, {"leave1out": True}),
        case("meta", 6_000, {"regtest": True}),
        case("meta", 1_000, {"mods": "factor(f)"}, f=20),
        case("multilevel", 10_000, {"formula": "y ~ yi + (1 | s)"}, s=900),
        case("multilevel", 1_000, {"formula": "y ~ 1 + (1 + f | s)"}, f=4, s=50),
        case("multilevel", 500, {"formula": "y ~ 1 + (1 | a) + (1 | b)"}, a=30, b=41),
        NESTED,
    ],
)
def test_what_takes_a_moment_is_taken(cheap: dict[str, Any]) -> None:
    assert weight(cheap) <= MOST


@pytest.mark.parametrize(
    "dear",
    [
        case("shewhart", 30_000, {"chart": "i"}),
        case("meta", 1_000, {"leave1out": True}),
        case("meta", 12_000, {"regtest": True}),
        case("meta", 1_600, {"mods": "factor(f)"}, f=500),
        case("multilevel", 2_000, {"formula": "y ~ f + (1 | s)"}, f=500, s=600),
        case("multilevel", 600, {"formula": "y ~ f * g + (1 | s)"}, f=30, g=31, s=20),
        case("multilevel", 1_000, {"formula": "y ~ 1 + (1 + f | s)"}, f=30, s=10),
        case("multilevel", 900, {"formula": "y ~ 1 + (1 | a) + (1 | b)"}, a=400, b=401),
        case("multilevel", 9, {"formula": "y ~ 1" + " + (1)" * 2_000}),
    ],
)
def test_what_takes_long_is_not(dear: dict[str, Any]) -> None:
    assert weight(dear) > MOST


@pytest.mark.parametrize(
    "odd",
    [
        None,
        3,
        [],
        {"family": "meta"},
        {"family": [], "columns": 4},
        {"family": "meta", "params": {"mods": 3}, "columns": {"y": 3}},
        {"family": "multilevel", "params": {"formula": "((|"}, "columns": {}},
    ],
)
def test_what_is_no_case_costs_what_it_holds(odd: Any) -> None:
    assert weight(odd) == values_in(odd)


def test_the_api_refuses_what_takes_long_and_bodies_beyond_it(
    session: Session, browse: Callable[..., FlaskClient]
) -> None:
    client = browse(make_world(session).people["member"])
    address = "/api/v1/analyses"

    dear = client.post(address, json={"cases": [case("meta", 1_000, {"leave1out": True})]})
    vast = client.post(address, data=b" " * (LARGEST_JSON + 1), content_type="application/json")

    assert (dear.status_code, list(dear.get_json()["errors"])) == (422, ["cases"])
    assert (vast.status_code, f"({LARGEST_JSON >> 20} MB)" in vast.get_json()["detail"]) == (413, True)
