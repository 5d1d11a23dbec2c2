from nic_platform.text import _, ngettext
from nic_platform.words import NOUNS, label


def test_places_are_filled_by_name() -> None:
    assert _("Ends %(day)s, 100%% sure", day="Feb 24") == "Ends Feb 24, 100% sure"


def test_one_and_many() -> None:
    assert ngettext("%(count)s day", "%(count)s days", 1) == "1 day"
    assert ngettext("%(count)s day", "%(count)s days", 0) == "0 days"


def test_a_network_uses_its_own_nouns() -> None:
    own = {"milestone": ["benchmark", "benchmarks"]}

    assert label("milestone") == "milestone"
    assert label("milestone", 2, own) == "benchmarks"
    assert label("cycle", 1, own) == "cycle"


def test_every_noun_has_a_plural_of_its_own() -> None:
    assert [noun for noun, (one, many) in NOUNS.items() if one == many] == []
