"""``nic export plan`` and ``nic import plan``."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from milestones.exchange_commands import export_commands, import_commands
from milestones.models import Milestone, Plan
from nic_platform.database import db, transaction
from tests import factories as make

Run = Callable[..., Result]


@pytest.fixture
def plan_id(own_app: Flask) -> str:
    """A plan with one milestone, of a team called Alder Creek; Dry Fork is another team."""
    with own_app.app_context():
        with transaction() as current:
            team = make.make_team(current, name="Alder Creek")
            make.make_team(current, site=team.site, name="Dry Fork")
            plan = make.make_plan(current, team)
            make.make_milestone(current, plan=plan, name="=1+1")
            found = str(plan.public_id)
        db.session.remove()
    return found


@pytest.fixture
def run(own_app: Flask) -> Run:
    groups = {"export": export_commands, "import": import_commands}
    runner = own_app.test_cli_runner()
    return lambda group, *words: runner.invoke(groups[group], ["plan", *words])


def count(app: Flask, model: type[Plan] | type[Milestone]) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(model)) or 0
        db.session.remove()
    return found


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_a_plan_goes_from_one_team_to_another(
    own_app: Flask, plan_id: str, run: Run, tmp_path: Path, ending: str
) -> None:
    file = str(tmp_path / f"plan.{ending}")
    out = run("export", plan_id, file)
    assert out.exit_code == 0, out.output

    looked = run("import", file, "--team", "Dry Fork", "--dry-run")
    assert (looked.exit_code, count(own_app, Plan)) == (0, 1), looked.output
    assert "Milestones: 1 new" in looked.output
    first = run("import", file, "--team", "Dry Fork", "--yes")
    assert first.exit_code == 0, first.output
    assert (count(own_app, Plan), count(own_app, Milestone)) == (2, 2)
    again = json.loads(run("import", file, "--team", "Dry Fork", "--yes", "--json").stdout)
    assert again["parts"]["milestones"] == {"new": 0, "changed": 0, "same": 1}
    assert count(own_app, Milestone) == 2


def test_problems_are_told_and_nothing_is_written(
    own_app: Flask, plan_id: str, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "plan.json"
    run("export", plan_id, str(file))
    document = json.loads(file.read_text(encoding="utf-8"))
    document["milestones"][0]["target"] = 180
    file.write_text(json.dumps(document), encoding="utf-8")

    answer = run("import", str(file), "--team", "Dry Fork", "--yes")
    assert answer.exit_code == 1
    assert "row 1, Target “180.0”: Give a percent from 0 to 100." in answer.output
    assert count(own_app, Plan) == 1


def test_wrong_usage_is_said(plan_id: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text("{}", encoding="utf-8")
    assert run("export", plan_id, str(tmp_path / "plan.pdf")).exit_code == 2
    assert run("export", str(uuid4()), str(tmp_path / "plan.json")).exit_code == 1
    assert run("import", str(file), "--team", "Nobody", "--yes").exit_code == 2
    assert run("import", str(file), "--team", "Dry Fork", "--json").exit_code == 2
    assert run("import", str(file), "--team", "Dry Fork", "--yes").exit_code == 1
