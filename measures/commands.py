"""``nic analyse``: the analysis engine on the command line, JSON Lines in and out."""

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

import click

from measures.engine.families import FAMILIES, Family, analyse
from measures.engine.families.parameters import Result

log = logging.getLogger(__name__)
FAULT = {
    "code": "not_estimable",
    "message": "This case met a fault of the engine, which is told on standard error. Please report it.",
}


@click.command("analyse")
@click.pass_context
def analyse_command(ctx: click.Context) -> None:
    """Analyse series: one case a line in, one result a line out, as JSON.

    A case is {"id", "family", "params", "columns"}; its answer holds "result", or "error" with a code and a
    sentence. The order is kept, and a case that can't be analysed never stops the others. docs/analysis.md
    has the families with their parameters. Exit codes: 0 every line was answered; 2 a line was not JSON.
    """
    families = known_families()
    status = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")  # as some spreadsheets begin a file
        if not line.strip():
            continue
        try:
            case = read_case(line)
        except NotJSONError as error:
            status = 2
            click.echo(f"Line {number} is not JSON: {error}", err=True)
            click.echo(written({"id": None, "error": _problem(f"Line {number} is not JSON: {error}")}))
            continue
        click.echo(answer(case, families))
    ctx.exit(status)


def known_families() -> Mapping[str, Family]:
    """Return all families by name; those of later domains join here."""
    from variation.engine.families import FAMILIES as ACROSS_SITES

    return {**FAMILIES, **ACROSS_SITES}


class NotJSONError(ValueError):
    """A line that is not JSON."""


def read_case(line: bytes) -> Any:
    """Return what a line holds.

    Raises:
        NotJSONError: it is not JSON in UTF-8.
    """
    try:
        return json.loads(line)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise NotJSONError(str(error)) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, or lists thousands deep
        raise NotJSONError("a number is too long, or lists are nested too deeply") from None


def answer(case: Any, families: Mapping[str, Family]) -> str:
    """Return the answer to one case as a line of JSON; a fault of ours answers an error and is logged."""
    if not isinstance(case, dict):
        return written({"id": None, "error": _problem("A case must be an object: {“id”, “family”, …}.")})
    case["id"] = name = _plain_id(case.get("id"))
    try:
        return written(analyse(case, families))
    except Exception:
        log.exception("The case %.80r met a fault.", name)
        return written({"id": name, "error": FAULT})


def written(answered: Result) -> str:
    """Return an answer as one line of JSON.

    Raises:
        ValueError: it holds a number that JSON does not know.
    """
    return json.dumps(answered, allow_nan=False)


def _plain_id(name: Any) -> Any:
    """Return a case's id as it came, or ``None`` where JSON can't say it."""
    try:
        written({"id": name})
    except ValueError:  # NaN or Infinity
        return None
    return name


def _problem(message: str) -> Result:
    return {"code": "unknown_parameter", "message": message}
