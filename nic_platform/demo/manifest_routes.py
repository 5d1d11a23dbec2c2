"""The manifest's lists of what can be written, exported, imported, reported and redirected.

Addresses come from the application's own map, so that a list never names a page that is not there.
"""

from typing import Any

from flask import Flask

from nic_platform.demo.builder import Builder

Params = dict[str, dict[str, str]]


def _exists(app: Flask, url: str, method: str = "GET") -> bool:
    from werkzeug.exceptions import HTTPException

    try:
        app.url_map.bind("localhost").match(url, method=method)
    except HTTPException:
        return False
    return True


def writes(b: Builder, app: Flask, params: Params) -> list[dict[str, Any]]:
    """Return one write of each kind: who makes it, where it is read back, which field holds its version."""
    return []


def exports(app: Flask, params: Params) -> list[dict[str, Any]]:
    """Return the tables that can be taken out, with the roles that may."""
    return []


def imports(app: Flask, params: Params) -> list[dict[str, Any]]:
    """Return the pages that take files in."""
    return []


def reports(b: Builder, app: Flask, params: Params) -> list[dict[str, Any]]:
    """Return pages of student counts with the true counts behind them."""
    return []


def redirects(app: Flask) -> list[dict[str, Any]]:
    """Return the pages that lead elsewhere after a parameter."""
    return []
