"""What runs at full size only: ``bin/drill`` sets NIC_DRILL; ``bin/test`` keeps a small form of each."""

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., None])
IS_DRILL = os.environ.get("NIC_DRILL") == "1"


def small_form(keeps: Callable[[Mapping[str, Any]], bool]) -> Callable[[Test], Test]:
    """Say which of a test's parameter sets ``bin/test`` runs; ``bin/drill`` runs them all."""

    def mark(test: Test) -> Test:
        test.__dict__["_small_form"] = keeps
        return test

    return mark


def is_left_out(item: Any) -> bool:
    """Say whether a collected test waits for the drill."""
    keeps = getattr(getattr(item, "function", None), "_small_form", None)
    return not IS_DRILL and keeps is not None and not keeps(item.callspec.params)
