"""A new process loads the platform at once; one that has it already goes on as it was."""

import gc
import sys

import pytest

from nic_platform import loading


def test_a_new_process_looks_for_no_garbage_while_it_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, loading.APPLICATION, raising=False)
    before = gc.get_freeze_count()

    with loading.at_once():
        looked = gc.isenabled()

    assert (looked, gc.isenabled()) == (False, True)
    assert gc.get_freeze_count() > before


def test_garbage_is_looked_for_again_when_loading_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, loading.APPLICATION, raising=False)

    with pytest.raises(ImportError), loading.at_once():
        raise ImportError

    assert gc.isenabled()


def test_a_process_that_has_the_platform_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, loading.APPLICATION, sys)

    with loading.at_once():
        looked = gc.isenabled()

    assert looked
