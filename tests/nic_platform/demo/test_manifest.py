"""The manifest names what is there, and its writes, exports and canaries behave as it says."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.drill import IS_DRILL
from tests.nic_platform.demo.conftest import Demo

FEW = ("member", "peer", "analyst")  # of whom the plain run asks for all tables


def as_role(demo: Demo, role: str) -> tuple[FlaskClient, dict[str, str]]:
    return demo.app.test_client(), {"Authorization": f"Bearer {demo.facts['users'][role]['token']}"}


def test_every_parameter_of_every_address_has_two_values(demo: Demo) -> None:
    wanted = {name for rule in demo.app.url_map.iter_rules() for name in rule.arguments}

    assert wanted - demo.facts["params"].keys() == set()
    assert all(set(values) == {"own", "other"} for values in demo.facts["params"].values())


def test_every_role_has_a_login_a_password_and_a_token_that_works(demo: Demo) -> None:
    users = demo.facts["users"]
    assert len(users) == 13
    for role, user in users.items():
        client, headers = as_role(demo, role)
        assert user["login"].endswith(".example")
        assert client.get("/api/v1/me", headers=headers).status_code == 200, role


def test_no_canary_is_repeated(demo: Demo) -> None:
    texts = [canary["text"] for canary in demo.facts["canaries"]]
    assert len(texts) == len(set(texts)) > 500


@pytest.mark.parametrize("kind", ["cycle", "feedback_item", "milestone"])
def test_a_sample_of_canaries_is_read_by_the_roles_named_only(demo: Demo, kind: str) -> None:
    canaries = [canary for canary in demo.facts["canaries"] if canary["kind"] == kind]
    by_roles: dict[tuple[str, ...], dict[str, Any]] = {tuple(c["roles"]): c for c in canaries}
    address = {"cycle": "cycles", "feedback_item": "feedback", "milestone": "milestones"}[kind]
    for roles, canary in by_roles.items():
        for role in demo.facts["users"]:
            client, headers = as_role(demo, role)
            answer = client.get(f"/api/v1/{address}/{canary['id']}", headers=headers)
            seen = canary["text"] in answer.get_data(as_text=True)
            assert seen is (role in roles), (kind, canary, role, answer.status_code)


def test_exports_are_given_to_the_roles_named(demo: Demo) -> None:
    named = ["comparison as csv", "comparison as xlsx", "plan as xlsx", "plan as json"]
    assert [export["name"] for export in demo.facts["exports"]][:4] == named
    assert len(demo.facts["exports"]) == 18
    for role, person in demo.facts["users"].items():
        client = demo.app.test_client()
        client.post("/sign-in", data={"email": person["login"], "password": person["password"]})
        for at, export in enumerate(demo.facts["exports"]):
            if at >= len(named) and not IS_DRILL and (role not in FEW or export["format"] != "csv"):
                continue
            answer = client.get(export["url"])
            if role in export["roles"]:
                assert answer.status_code == 200, (role, export["name"])
            elif export["name"].startswith(("plan as", "reports of")):
                assert answer.status_code in {403, 404}, (role, export["name"])
            else:  # whoever is elsewhere gets a comparison of nothing of ours
                assert b"Badger Creek" not in answer.data, (role, export["name"])


def test_reports_hold_the_truth_to_check_against(demo: Demo) -> None:
    truth = demo.facts["reports"][0]["truth"]

    assert {
        "site": "Alder Creek Elementary",
        "subgroup": "Beginning",
        "count": 8.0,
        "population": 41.0,
    }.items() <= next(
        row for row in truth if row["site"].startswith("Alder") and row["subgroup"] == "Beginning"
    ).items()


def test_lists_that_do_not_exist_yet_are_empty(demo: Demo) -> None:
    assert demo.facts["webhooks"] == []


def test_each_write_can_be_made_and_read_back(own_demo: Demo) -> None:
    failed = []
    for write in own_demo.facts["writes"]:
        client, headers = as_role(own_demo, write["role"])
        answer = client.open(write["url"], method=write["method"], json=write["json"], headers=headers)
        if answer.status_code >= 300:
            failed.append((write["name"], answer.status_code, answer.get_data(as_text=True)[:200]))
            continue
        url = write["readback"]["url"].replace("{id}", str((answer.get_json() or {}).get("id")))
        read = client.get(url, headers=headers)
        if str(write["readback"]["value"]) not in read.get_data(as_text=True):
            failed.append((write["name"], read.status_code, read.get_data(as_text=True)[:200]))
    assert failed == []
