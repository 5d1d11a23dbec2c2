"""Two hosts, a primary that is killed under load, and its standby: nothing acknowledged is lost."""

from tests.drill import small_form
from tests.replicas import fail_over


@small_form(lambda _params: False)
def test_the_standby_has_every_acknowledged_write_and_the_hosts_find_it() -> None:
    total = 2_000

    outcome = fail_over(total)

    assert len(outcome.told.acknowledged) == total
    assert outcome.found == {"there": total, "lost": 0, "twice": 0, "other": 0, "half": 0, "unasked": 0}
    assert set(outcome.told.refused) <= {0, 409, 503}
    assert outcome.ready_after < 60
