import json
import sys
from typing import Any

import pytest
from click.testing import CliRunner, Result

from measures import commands
from nic_platform.cli import main

CASE: dict[str, Any] = {
    "id": "a", "family": "run_charts", "params": {"chart": "run"},
    "columns": {"x": ["2024-01-01", "2024-02-01", "2024-03-01"], "y": [3, None, 5]},
}  # fmt: skip


def _asked(*lines: bytes | dict[str, Any]) -> Result:
    sent = [json.dumps(line).encode() if isinstance(line, dict) else line for line in lines]
    return CliRunner().invoke(main, ["analyse"], input=b"\n".join(sent))


def _said(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_case_in_is_an_answer_out_in_the_same_order() -> None:
    done = _asked(CASE, CASE | {"id": 2, "family": "pies"}, CASE | {"id": None})

    first, bad, last = _said(done)
    assert (done.exit_code, done.stderr) == (0, "")
    assert (first["id"], bad["id"], last["id"]) == ("a", 2, None)
    assert first["result"]["parts"][0]["cl"] == 4
    assert bad["error"]["code"] == "unknown_parameter"
    assert last["result"] == first["result"]


def test_nothing_in_is_nothing_out() -> None:
    for sent in (b"", b"\n\n"):
        done = CliRunner().invoke(main, ["analyse"], input=sent)
        assert (done.exit_code, done.stdout) == (0, "")


def test_a_line_that_is_not_json_ends_in_2_and_stops_nobody() -> None:
    done = _asked(CASE, b"{'id': 1}", b"\xff\xfe", b"[" * 200_000, b'{"id": ' + b"9" * 5000 + b"}", CASE)

    said = _said(done)
    assert done.exit_code == 2
    assert [sorted(one) for one in said] == [["id", "result"], *[["error", "id"]] * 4, ["id", "result"]]
    assert "Line 2 is not JSON" in said[1]["error"]["message"]
    assert len(done.stderr.splitlines()) == 4


def test_json_that_is_no_case_is_answered() -> None:
    done = _asked(b"5", b"[]", b'"a"', b"null", b'{"id": NaN}')

    assert done.exit_code == 0
    assert {one["error"]["code"] for one in _said(done)} == {"unknown_parameter"}


def test_marks_and_line_ends_of_windows_are_read() -> None:
    done = CliRunner().invoke(
        main, ["analyse"], input=b"\xef\xbb\xbf" + json.dumps(CASE).encode() + b"\r\n\r\n"
    )

    assert done.exit_code == 0
    assert [one["id"] for one in _said(done)] == ["a"]


def test_names_come_back_as_they_were_also_those_no_screen_shows() -> None:
    names = ["Prüfung 😀", "\ud800", {"a": [1]}, 3.5, True]

    done = _asked(*[CASE | {"id": name} for name in names])

    assert [one["id"] for one in _said(done)] == names


def test_a_fault_of_ours_answers_an_error_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fall(columns: Any, params: Any) -> Any:
        raise ZeroDivisionError("deep inside")

    monkeypatch.setattr(commands, "known_families", lambda: {"run_charts": fall})

    done = _asked(CASE, CASE | {"family": "other"})

    first, second = _said(done)
    assert done.exit_code == 0
    assert first == {"id": "a", "error": commands.FAULT}
    assert second["error"]["code"] == "unknown_parameter"
    assert "deep inside" in caplog.text


def test_a_result_with_what_is_no_number_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "known_families", lambda: {"run_charts": lambda *_: {"cl": float("nan")}})

    done = _asked(CASE)

    assert _said(done) == [{"id": "a", "error": commands.FAULT}]


def test_a_thousand_cases_need_no_application() -> None:
    assert "nic_platform.app" not in _imported_by("measures.commands")


def _imported_by(module: str) -> set[str]:
    import subprocess

    told = f"import {module}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
