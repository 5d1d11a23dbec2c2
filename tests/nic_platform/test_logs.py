"""A line of the log says what happened, and nothing of what anybody typed."""

import json
import logging
import sqlite3

import psycopg
import pytest

from nic_platform import logs


def record(message: str, error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("switchback.request", logging.INFO, __file__, 1, message, (), info)
    made.__dict__.update(extra)
    return made


def broken(typed: str) -> Exception:
    try:
        try:
            int(typed)
        except ValueError as cause:
            raise RuntimeError(f"can't read {typed}") from cause
    except RuntimeError as error:
        return error
    raise AssertionError(f"{typed} was a number")


@pytest.mark.parametrize("kind", logs.FORMATS)
def test_an_error_is_told_without_what_was_typed(kind: str) -> None:
    line = logs.Line(kind).format(record("unexpected error", broken("Rosa's secret")))

    assert "Rosa" not in line
    assert "RuntimeError" in line
    assert "ValueError" in line
    assert "tests/nic_platform/test_logs.py:" in line


def test_json_is_one_line_with_the_facts() -> None:
    line = logs.Line("json").format(record("GET /\n200", facts={"status": 200, "ms": 1.5}))

    assert "\n" not in line
    said = json.loads(line)
    assert (said["said"], said["status"], said["ms"], said["level"]) == ("GET /\n200", 200, 1.5, "info")


def test_text_is_one_line_too() -> None:
    line = logs.Line().format(record("GET /\n200", facts={"status": 200}))

    assert line.endswith("info switchback.request GET / 200 status=200")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (sqlite3.OperationalError("database or disk is full"), "database or disk is full"),
        (OSError(28, "No space left on device", "/var/secret"), "No space left on device"),
        (psycopg.errors.UniqueViolation("Key (email)=(rosa@x.example)"), "SQLSTATE 23505"),
        (KeyError("rosa@x.example"), ""),
    ],
)
def test_what_a_database_or_disk_says_is_told_by_its_code(error: Exception, said: str) -> None:
    assert logs.why(error) == said


def test_one_handler_however_often_it_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [logging.StreamHandler()])
    before = {name: logging.getLogger(name).level for name in (None, *logs.OURS)}
    try:
        logs.configure("json", "info")
        logs.configure("text", "warning")
        assert [type(each.formatter) for each in root.handlers] == [logs.Line]
        assert logging.getLogger("switchback").level == logging.WARNING
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def test_gunicorn_writes_lines_like_ours_and_no_addresses() -> None:
    import logging.config

    asked = logs.gunicorn_logging("json")
    assert asked["loggers"]["gunicorn.access"]["handlers"] == []
    assert logging.config.DictConfigurator(asked).configure_formatter(asked["formatters"]["line"])
