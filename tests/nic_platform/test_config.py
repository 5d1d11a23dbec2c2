from pathlib import Path

import pytest

from nic_platform.config import SETTINGS, SettingError, database_url, settings_from


def test_defaults_need_nothing_but_a_folder(tmp_path: Path) -> None:
    settings = settings_from({"NIC_DATA_DIR": str(tmp_path)})

    assert settings["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'nic.db'}"
    assert settings["SESSION_IDLE_MINUTES"] == 30
    assert settings["SESSION_HOURS"] == 12


def test_secret_key_is_made_once_and_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = settings_from({"NIC_DATA_DIR": str(tmp_path)})["SECRET_KEY"]
    second = settings_from({"NIC_DATA_DIR": str(tmp_path)})["SECRET_KEY"]

    assert first == second
    assert len(str(first)) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "mysql://root@host/db", "SQLite or PostgreSQL"),
        ("DATABASE_URL", "just words", "must look like"),
        ("NIC_SECRET_KEY", "short", "at least 32 characters"),
        ("NIC_PROXIES", "many", "whole number from 0 to 5"),
        ("NIC_SESSION_HOURS", "0", "whole number from 1"),
        ("NIC_BASE_URL", "nic.example.org", "must begin with http"),
        ("NIC_MAIL_URL", "imap://host", "must begin with smtp"),
        ("NIC_COUNT_SQL", "perhaps", "must be 1 or 0"),
    ],
)
def test_wrong_values_are_refused_with_the_name_and_the_mend(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    with pytest.raises(SettingError, match=sentence) as refusal:
        settings_from({"NIC_DATA_DIR": str(tmp_path), name: value})

    assert name in str(refusal.value)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")

    with pytest.raises(SettingError, match="Name a folder"):
        settings_from({"NIC_DATA_DIR": str(file / "inside")})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg_3(scheme: str) -> None:
    assert database_url(f"{scheme}://me@host/nic") == "postgresql+psycopg://me@host/nic"


def test_behind_a_pooler_of_transactions_no_statement_is_kept_ready(tmp_path: Path) -> None:
    place = {"NIC_DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql://a@b/c"}
    usual, pooled = (settings_from({**place, "NIC_PREPARED_STATEMENTS": value}) for value in ("", "0"))
    asked = [each["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"] for each in (usual, pooled)]

    assert asked[0].get("prepare_threshold", 5) is not None
    assert asked[1] == {**asked[0], "prepare_threshold": None}
    assert [usual["PREPARED_STATEMENTS"], pooled["PREPARED_STATEMENTS"]] == [True, False]


def test_every_setting_is_documented(tmp_path: Path) -> None:
    operators = (Path(__file__).parents[2] / "docs" / "operators.md").read_text(encoding="utf-8")

    assert [setting.name for setting in SETTINGS if f"`{setting.name}`" not in operators] == []
