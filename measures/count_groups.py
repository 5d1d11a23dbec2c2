"""Which group of a measure's breakdown somebody means by what is written in a table. Pure."""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches

from nic_platform import cells
from nic_platform.importing import plain_name
from nic_platform.text import _

WHOLE = frozenset({"all", "everybody", "everyone", "wholegroup", "total", "overall"})


def group_named(
    sets: Mapping[str, Sequence[str]], said_set: str, name: str, *, title: str, there: Collection[str] = ()
) -> tuple[str, str]:
    """Return the breakdown and the group that a row names; two empty texts for everybody.

    Args:
        sets: the measure's breakdowns with their groups; without any a group is taken as it is written.
        said_set: the breakdown that the row names, or nothing.
        there: the breakdowns under which figures of a group called so stand already.

    Raises:
        ValueError: the breakdown has no such group, or several have; the text says the mend.
    """
    if not name:
        return "", ""
    sets = {each: groups for each, groups in sets.items() if groups}
    is_known = any(alike(name, group) for groups in sets.values() for group in groups)
    if not is_known and (plain_name(name) in WHOLE or alike(name, _("Everybody"))):
        return "", ""
    if not sets:
        return (said_set or (next(iter(there)) if len(there) == 1 else "")), name
    return _of_breakdown(sets, said_set, name, title)


def _of_breakdown(sets: Mapping[str, Sequence[str]], said_set: str, name: str, title: str) -> tuple[str, str]:
    asked = {each: groups for each, groups in sets.items() if not said_set or alike(said_set, each)}
    if not asked:
        known = ", ".join(sets)
        raise ValueError(
            _("“%(measure)s” is broken down by %(known)s. Write one of these.", measure=title, known=known)
        )
    pairs = [(each, group) for each, groups in asked.items() for group in groups if alike(name, group)]
    exact = [pair for pair in pairs if pair[1].casefold() == name.casefold()]
    pairs = exact or pairs
    if len(pairs) == 1:
        return pairs[0]
    if pairs:
        raise ValueError(
            _(
                "Several breakdowns have a group called so: %(sets)s. Say which in a column of its own.",
                sets=", ".join(each for each, _group in pairs),
            )
        )
    raise ValueError(_no_such_group(title, name, [group for groups in asked.values() for group in groups]))


def alike(one: str, other: str) -> bool:
    """Say whether two names are the same but for case, spaces and signs."""
    plain = plain_name(one)
    return one.casefold() == other.casefold() or (bool(plain) and plain == plain_name(other))


def _no_such_group(title: str, name: str, groups: Sequence[str]) -> str:
    try:
        cells.undamaged(name)
    except ValueError as error:
        return str(error)
    padded = [each for each in groups if name.isdigit() and each.lstrip("0") == name.lstrip("0")]
    if len(padded) == 1:
        return _(
            "Its leading zeros seem lost. Write “%(group)s”, and format the column as text.", group=padded[0]
        )
    close = get_close_matches(name.casefold(), [each.casefold() for each in groups], n=1, cutoff=0.6)
    if close:
        meant = next(each for each in groups if each.casefold() == close[0])
        return _("“%(measure)s” has no such group. Did you mean “%(group)s”?", measure=title, group=meant)
    known = ", ".join(groups)
    return _("“%(measure)s” has no such group. It has: %(groups)s.", measure=title, groups=known)
