"""The few pictures kept in a process."""

from collections.abc import Callable
from threading import Barrier, Thread

from teams.graph_cache import UNSAVED, Recent, is_unsaved


def built(log: list[str], name: str) -> Callable[[], str]:
    def build() -> str:
        log.append(name)
        return name

    return build


def test_a_value_is_built_once_for_each_state() -> None:
    kept: Recent[str] = Recent(2)
    log: list[str] = []
    for state, name in ((1, "first"), (1, "again"), (2, "second"), (2, "again")):
        kept.take("network", state, built(log, name))
    assert log == ["first", "second"]
    assert len(kept) == 1


def test_an_older_state_is_answered_and_does_not_push_out_the_newer() -> None:
    kept: Recent[str] = Recent(2)
    log: list[str] = []
    kept.take("network", 5, built(log, "new"))
    assert kept.take("network", 4, built(log, "old")) == "old"
    assert kept.take("network", 5, built(log, "never")) == "new"


def test_what_was_used_longest_ago_goes_first() -> None:
    kept: Recent[str] = Recent(2)
    log: list[str] = []
    for thing in "abacab":
        kept.take(thing, 1, built(log, thing))
    assert log == ["a", "b", "c", "b"]
    kept.clear()
    assert len(kept) == 0


def test_of_many_at_once_one_builds() -> None:
    kept: Recent[str] = Recent(2)
    log: list[str] = []
    found: list[str] = []
    gate = Barrier(6)

    def ask() -> None:
        gate.wait()
        found.append(kept.take("network", 1, built(log, "picture")))

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log == ["picture"]
    assert found == ["picture"] * 6


def test_a_failed_build_keeps_nothing_and_locks_nobody_out() -> None:
    kept: Recent[str] = Recent(2)
    log: list[str] = []

    def fail() -> str:
        raise ValueError("no database")

    try:
        kept.take("network", 1, fail)
    except ValueError:
        log.append("failed")
    assert kept.take("network", 1, built(log, "picture")) == "picture"
    assert log == ["failed", "picture"]


def test_a_graph_that_this_transaction_changed_is_unsaved() -> None:
    assert is_unsaved({UNSAVED: {4}}, 4)
    assert not is_unsaved({UNSAVED: {4}}, 5)
    assert not is_unsaved({}, None)
