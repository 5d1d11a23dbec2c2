import json
from pathlib import Path

import milestones.coach
from milestones.coach.weights import GROUPS, shares

WEIGHTS = Path(milestones.coach.__file__).with_name("weights.json")


def test_weights_can_be_read_by_a_person() -> None:
    table = json.loads(WEIGHTS.read_text(encoding="utf-8"))

    assert tuple(table["groups"]) == GROUPS
    assert all(len(row) == len(GROUPS) for row in [table["bias"], *table["weights"].values()])
    assert table["weights"]["subject: share of adults"][0] > table["weights"]["subject: share of adults"][1]
    assert max(len(line) for line in WEIGHTS.read_text(encoding="utf-8").splitlines()) < 110


def test_shares_add_up_and_unknown_signs_count_nothing() -> None:
    found = shares(["subject: share of students", "counted performance"])

    assert found["outcome"] > 1.5 * shares([])["outcome"]
    assert abs(sum(found.values()) - 1) < 1e-9
    assert shares(["never seen"]) == shares([])
