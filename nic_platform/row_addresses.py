"""The addresses of many rows that differ by their id alone: built once, not row by row."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import url_for

_PLACE = UUID(int=0)


def each_address(endpoint: str, parameter: str, **more: Any) -> Callable[[UUID | str], str]:
    """Return what gives the address of one row by its public id.

    Args:
        endpoint: as for ``url_for``.
        parameter: what the id is called in the address.
        more: what all the addresses share.
    """
    values: dict[str, Any] = {parameter: _PLACE, **more}
    before, _place, after = url_for(endpoint, **values).partition(str(_PLACE))
    return lambda key: f"{before}{key}{after}"
