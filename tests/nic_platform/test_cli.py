"""The command by name, its help, and its exit codes."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from accounts.models import User
from nic_platform.actor import NetworkRole
from nic_platform.app import create_app
from nic_platform.cli import COMMANDS, main
from nic_platform.database import session
from teams.models import Network, NetworkMember
from tests.conftest import close_app


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_there_and_explains_itself(name: str) -> None:
    command = main.get_command(click.Context(main), name)

    assert command is not None
    answer = CliRunner().invoke(main, [name, "--help"])
    assert answer.exit_code == 0, answer.output
    assert command.help


def test_help_lists_the_commands_and_the_exit_codes() -> None:
    said = CliRunner().invoke(main, ["--help"]).output

    assert all(name in said for name in COMMANDS)
    assert "Exit codes: 0 done" in " ".join(said.split())


def test_an_unknown_command_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["dance"]).exit_code == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "mysql://here/there"), ("NIC_SECRET_KEY", "short"), ("NIC_PROXIES", "many")],
)
def test_a_setting_that_cant_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    environment = {"NIC_DATA_DIR": str(tmp_path), name: value}

    answer = CliRunner().invoke(main, ["doctor"], env=environment)

    assert answer.exit_code == 2
    assert name in answer.output
    assert "Traceback" not in answer.output


def test_init_makes_the_database_and_an_administrator(database_url: str, tmp_path: Path) -> None:
    place = {"NIC_DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": database_url}
    words = ["init", "--email", "Ada@example.org", "--name", "Ada", "--password-file", "-"]
    words += ["--network", "Reading Well", "--time-zone", "America/Chicago"]

    answer = CliRunner().invoke(main, words, env=place, input="a long and quiet evening\n")
    again = CliRunner().invoke(main, words, env=place, input="a long and quiet evening\n")

    assert answer.exit_code == 0, answer.output
    assert "sign in as ada@example.org" in answer.output
    assert again.exit_code == 1  # the address is taken, and said to be
    assert "Traceback" not in again.output
    app = create_app(environ=place)
    with app.app_context():
        leads = (
            session()
            .execute(
                select(Network.name, Network.time_zone, User.email, User.is_admin)
                .join(NetworkMember, NetworkMember.network_id == Network.id)
                .join(User, User.id == NetworkMember.user_id)
                .where(NetworkMember.role == NetworkRole.LEAD)
            )
            .all()
        )
    close_app(app)
    assert [tuple(row) for row in leads] == [("Reading Well", "America/Chicago", "ada@example.org", True)]


def test_init_refuses_a_weak_password_in_words(tmp_path: Path) -> None:
    words = ["init", "--email", "ada@example.org", "--name", "Ada", "--password-file", "-"]

    answer = CliRunner().invoke(main, words, env={"NIC_DATA_DIR": str(tmp_path)}, input="password\n")

    assert answer.exit_code == 1
    assert "Traceback" not in answer.output


def test_a_database_that_is_not_made_yet_is_said_in_a_sentence(database_url: str, tmp_path: Path) -> None:
    place = {"NIC_DATA_DIR": str(tmp_path), "DATABASE_URL": database_url}

    answer = CliRunner().invoke(main, ["user", "list"], env=place)

    assert answer.exit_code == 1
    assert "Run nic init" in answer.output
    assert "Traceback" not in answer.output
