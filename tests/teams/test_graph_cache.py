"""The few pictures kept in a process."""

from threading import Thread

from teams.graph_cache import UNSAVED, Recent, is_unsaved


def test_what_was_used_longest_ago_goes_first() -> None:
    kept: Recent[str] = Recent(2)
    kept.put(1, "one")
    kept.put(2, "two")
    assert kept.get(1) == "one"
    kept.put(3, "three")
    assert (kept.get(1), kept.get(2), kept.get(3), len(kept)) == ("one", None, "three", 2)


def test_what_is_turned_off_keeps_nothing() -> None:
    kept: Recent[str] = Recent(2)
    kept.is_on = False
    kept.put(1, "one")
    assert kept.get(1) is None


def test_threads_may_share_it() -> None:
    kept: Recent[int] = Recent(3)

    def work(start: int) -> None:
        for number in range(start, start + 300):
            kept.put(number % 7, number % 7)
            assert kept.get(number % 7) in {None, number % 7}

    threads = [Thread(target=work, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 3
    kept.clear()
    assert len(kept) == 0


def test_a_graph_that_this_transaction_changed_is_unsaved() -> None:
    assert is_unsaved({UNSAVED: {4}}, 4)
    assert not is_unsaved({UNSAVED: {4}}, 5)
    assert not is_unsaved({}, None)
