"""The doctor finds what is wrong and says the mend."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from nic_platform import clock, doctor
from nic_platform.database import db, session, transaction
from nic_platform.doctor import Finding
from nic_platform.tables import AuditEntry, Installation, Job, Notice
from tests.conftest import close_app, settings_for


@pytest.fixture
def well(own_app: Flask) -> Flask:
    """An installation with nothing to mend."""
    with own_app.app_context(), transaction() as current:
        current.add(Installation(is_demo=False, created_at=clock.now()))
    return own_app


def examine(app: Flask, **config: Any) -> dict[str, Finding]:
    before = {name: app.config[name] for name in config}
    app.config.update(config)
    try:
        with app.app_context():
            found = {finding.what: finding for finding in doctor.examine()}
            db.session.remove()
            return found
    finally:
        app.config.update(before)


def ill(findings: dict[str, Finding]) -> set[str]:
    return {what for what, finding in findings.items() if not finding.is_well}


def test_a_well_installation_has_nothing_to_mend(well: Flask) -> None:
    assert ill(examine(well)) == set()


def test_an_unencrypted_address_for_others_is_told(well: Flask) -> None:
    findings = examine(well, BASE_URL="http://nic.example.org")
    assert ill(findings) == {"configuration"}
    assert "https://" in findings["configuration"].mend


def test_a_mail_server_that_does_not_answer_is_told(well: Flask) -> None:
    assert ill(examine(well, MAIL_URL="smtp://127.0.0.1:9")) == {"mail"}


def test_an_old_database_is_told(well: Flask) -> None:
    with well.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    findings = examine(well)
    assert ill(findings) == {"migrations"}
    assert findings["migrations"].mend == "Run nic upgrade."


def test_work_that_nobody_does_is_told(well: Flask) -> None:
    old = clock.now() - timedelta(hours=1)
    with well.app_context(), transaction() as current:
        current.add(Job(name="x", created_at=old))
        current.add(Notice(kind="x", subject="x", address="a@example.org", created_at=old, mail_after=old))
    findings = examine(well)
    assert ill(findings) == {"worker"}
    assert findings["worker"].said.startswith("1 jobs and 1 mails")


def test_a_change_from_the_future_is_told(well: Flask) -> None:
    with well.app_context(), transaction() as current:
        current.add(
            AuditEntry(
                kind="x", object_id=uuid4(), seq=1, action="created",
                at=clock.now() + timedelta(days=1), digests={}, digest="",
            )
        )  # fmt: skip
    assert ill(examine(well)) == {"clock"}


def test_a_key_that_others_can_read_is_told(well: Flask) -> None:
    key = Path(well.config["DATA_DIR"], "secret_key")
    key.write_text("k" * 64)
    key.chmod(0o644)
    findings = examine(well)
    assert ill(findings) == {"data folder"}
    assert findings["data folder"].mend == f"Run chmod 600 {key}."


def test_a_full_disk_is_told(well: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LITTLE_SPACE", 1 << 62)
    assert ill(examine(well)) == {"disk"}


def test_a_demo_for_others_is_told(well: Flask) -> None:
    with well.app_context(), transaction():
        session().query(Installation).update({"is_demo": True})
    assert ill(examine(well, BASE_URL="https://nic.example.org")) == {"accounts"}


def test_an_empty_database_is_told_and_nothing_raised(database_url: str, tmp_path: Path) -> None:
    from nic_platform.app import create_app

    app = create_app(settings_for(database_url, tmp_path))
    findings = examine(app)
    close_app(app)
    assert findings["migrations"].mend == "Run nic init."
    assert "accounts" in ill(findings)
