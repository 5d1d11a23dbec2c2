"""A network's theory as plain values: its aim, drivers, links and measures; its gaps; its history. Pure.

What was changed is kept in ``TheoryChange`` rows. ``what`` is "aim", "driver", "idea" (the link between an
idea and a driver) or "measure"; ``name`` is what it is about as it was called then. ``before`` and ``after``
are the aim's own text for the aim, and otherwise a JSON object, empty where there was nothing or is nothing
any more:

- driver: ``{"id", "name", "description", "parent", "parent_name"}``
- idea: ``{"idea", "driver", "driver_name", "strength"}``, strength "strong" or "weak"
- measure: ``{"measure", "driver", "driver_name"}``; no driver means the aim

Ids are public ones. So the theory of an earlier day is today's with every later change undone. The order in
which drivers are drawn is no part of the theory and not of its history.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from cycles import aims
from nic_platform.text import _, ngettext


class What(StrEnum):
    """What a change of the theory is about."""

    AIM = "aim"
    DRIVER = "driver"
    IDEA = "idea"
    MEASURE = "measure"


@dataclass(frozen=True)
class DriverFact:
    """One driver as the theory knows it; ``parent`` is the driver it hangs under."""

    id: str
    name: str
    description: str = ""
    parent: str = ""


@dataclass(frozen=True)
class LinkFact:
    """That an idea works on a driver, and how strongly."""

    idea: str
    driver: str
    is_strong: bool = True


@dataclass(frozen=True)
class MeasureFact:
    """That a measure tells whether a driver moves; without a driver, whether the aim does."""

    measure: str
    driver: str = ""


@dataclass(frozen=True)
class Theory:
    """The whole theory at one moment. Links and measures may name drivers that are deleted: they count for
    nothing until the driver is back."""

    aim: str = ""
    drivers: tuple[DriverFact, ...] = ()
    links: tuple[LinkFact, ...] = ()
    measures: tuple[MeasureFact, ...] = ()

    def ids(self) -> set[str]:
        """Return the drivers that there are."""
        return {driver.id for driver in self.drivers}

    def parent_of(self, driver: DriverFact) -> str:
        """Return the driver it hangs under; empty for a primary one, or where that one is gone."""
        return driver.parent if driver.parent in self.ids() else ""


# ---------------------------------------------------------------- history


@dataclass(frozen=True)
class Change:
    """One revision, as it is kept."""

    what: str
    name: str
    before: str
    after: str
    why: str = ""
    at: datetime | None = None
    who: str = ""


def packed(values: Mapping[str, Any] | None) -> str:
    """Return what a change keeps of one side; empty for nothing."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False) if values else ""


def unpacked(text: str) -> dict[str, str]:
    """Return one side of a change; empty for nothing, or for what is no such object."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def as_of(theory: Theory, later: Iterable[Change]) -> Theory:
    """Return the theory before the changes in *later*, given it after them.

    Args:
        later: newest first.
    """
    for change in later:
        theory = _undone(theory, change)
    return theory


def _undone(theory: Theory, change: Change) -> Theory:
    if change.what == What.AIM:
        return replace(theory, aim=change.before)
    before, after = unpacked(change.before), unpacked(change.after)
    if change.what == What.DRIVER:
        return _undone_driver(theory, before, after)
    if change.what == What.IDEA:
        key = (after or before).get("idea"), (after or before).get("driver")
        links = [link for link in theory.links if (link.idea, link.driver) != key]
        if before:
            links.append(LinkFact(before["idea"], before["driver"], before.get("strength") != "weak"))
        return replace(theory, links=tuple(links))
    if change.what == What.MEASURE:
        key = (after or before).get("measure"), (after or before).get("driver", "")
        measures = [each for each in theory.measures if (each.measure, each.driver) != key]
        if before:
            measures.append(MeasureFact(before["measure"], before.get("driver", "")))
        return replace(theory, measures=tuple(measures))
    return theory


def _undone_driver(theory: Theory, before: dict[str, str], after: dict[str, str]) -> Theory:
    number = (after or before).get("id", "")
    old = [
        DriverFact(number, each.get("name", ""), each.get("description", ""), each.get("parent", ""))
        for each in (before,)
        if each
    ]
    place = next((at for at, each in enumerate(theory.drivers) if each.id == number), len(theory.drivers))
    drivers = [each for each in theory.drivers if each.id != number]
    return replace(theory, drivers=(*drivers[:place], *old, *drivers[place:]))


def sentence(change: Change) -> str:
    """Return one change as a sentence, in the words of its time."""
    before, after = unpacked(change.before), unpacked(change.after)
    if change.what == What.AIM:
        return _aim_sentence(change)
    if change.what == What.DRIVER:
        return _driver_sentence(change.name, before, after)
    driver = (after or before).get("driver_name", "")
    if change.what == What.IDEA:
        return _link_sentence(change.name, driver, before, after)
    about = _("“%(name)s”", name=driver) if driver else _("the aim")
    if after:
        return _(
            "The measure “%(measure)s” now tells whether %(what)s moves.", measure=change.name, what=about
        )
    return _("The measure “%(measure)s” was taken off %(what)s.", measure=change.name, what=about)


def _aim_sentence(change: Change) -> str:
    if not change.before:
        return _("The aim was set: “%(aim)s”.", aim=change.after)
    if not change.after:
        return _("The aim was taken away: “%(aim)s”.", aim=change.before)
    return _("The aim was changed from “%(old)s” to “%(new)s”.", old=change.before, new=change.after)


def _driver_sentence(name: str, before: dict[str, str], after: dict[str, str]) -> str:
    if not after:
        return _("The driver “%(name)s” was deleted.", name=name)
    under = after.get("parent_name", "")
    if not before:
        if after.get("back"):
            return _("The driver “%(name)s” was brought back.", name=name)
        if under:
            return _("“%(name)s” was added as a secondary driver of “%(parent)s”.", name=name, parent=under)
        return _("“%(name)s” was added as a primary driver.", name=name)
    said = []
    if before.get("name") != after.get("name"):
        old, new = before.get("name", ""), after.get("name", "")
        said.append(_("The driver “%(old)s” is now called “%(new)s”.", old=old, new=new))
    if before.get("parent", "") != after.get("parent", ""):
        moved = _("“%(name)s” now hangs under “%(parent)s”.", name=name, parent=under)
        said.append(moved if under else _("“%(name)s” is now a primary driver.", name=name))
    if before.get("description", "") != after.get("description", ""):
        said.append(_("Why “%(name)s” should matter was written anew.", name=name))
    return " ".join(said)


def _link_sentence(name: str, driver: str, before: dict[str, str], after: dict[str, str]) -> str:
    if not after:
        return _("The idea “%(idea)s” was taken off “%(driver)s”.", idea=name, driver=driver)
    weak = after.get("strength") == "weak"
    if before:
        return (
            _("The link from “%(idea)s” to “%(driver)s” is weak now.", idea=name, driver=driver)
            if weak
            else _("The link from “%(idea)s” to “%(driver)s” is strong now.", idea=name, driver=driver)
        )
    if weak:
        return _("The idea “%(idea)s” was linked to “%(driver)s”, weakly.", idea=name, driver=driver)
    return _("The idea “%(idea)s” was linked to “%(driver)s”, strongly.", idea=name, driver=driver)


# ---------------------------------------------------------------- gaps


class Hole(StrEnum):
    """What a theory can lack."""

    NO_AIM = "no_aim"
    HOW_MUCH = "how_much"
    BY_WHEN = "by_when"
    AIM_MEASURE = "aim_measure"
    NO_IDEA = "no_idea"
    NO_MEASURE = "no_measure"
    NO_DRIVER = "no_driver"


@dataclass(frozen=True)
class Gap:
    """One kind of gap, and the drivers (or ideas, for one without driver) that have it."""

    kind: Hole
    ids: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Return it in a sentence, without the names."""
        count = len(self.ids)
        return {
            Hole.NO_AIM: lambda: _("The network has no aim yet."),
            Hole.HOW_MUCH: lambda: _("The aim doesn’t say how much."),
            Hole.BY_WHEN: lambda: _("The aim doesn’t say by when."),
            Hole.AIM_MEASURE: lambda: _("No measure tells whether the aim comes nearer."),
            Hole.NO_IDEA: lambda: ngettext(
                "%(count)s driver has no change idea", "%(count)s drivers have no change idea", count
            ),
            Hole.NO_MEASURE: lambda: ngettext(
                "%(count)s driver has no measure", "%(count)s drivers have no measure", count
            ),
            Hole.NO_DRIVER: lambda: ngettext(
                "%(count)s change idea hangs on no driver", "%(count)s change ideas hang on no driver", count
            ),
        }[self.kind]()


def gaps(theory: Theory, ideas: Sequence[str]) -> list[Gap]:
    """Return what the theory lacks.

    A primary driver has an idea if one under it has. A measure counts only for the driver it stands at: one
    on a primary driver can't tell which of those under it moved.

    Args:
        ideas: the public ids of the ideas that there are.
    """
    known = theory.ids()
    covered = {link.driver for link in theory.links if link.driver in known}
    covered |= {theory.parent_of(each) for each in theory.drivers if each.id in covered}
    measured = {each.driver for each in theory.measures}
    hanging = {link.idea for link in theory.links if link.driver in known}
    found = _aim_gaps(theory, measured)
    lists = {
        Hole.NO_IDEA: [each.id for each in theory.drivers if each.id not in covered],
        Hole.NO_MEASURE: [each.id for each in theory.drivers if each.id not in measured],
        Hole.NO_DRIVER: [each for each in ideas if each not in hanging],
    }
    return found + [Gap(kind, tuple(ids)) for kind, ids in lists.items() if ids]


def _aim_gaps(theory: Theory, measured: set[str]) -> list[Gap]:
    if not theory.aim.strip():
        return [Gap(Hole.NO_AIM)]
    reading = aims.read(theory.aim)
    missing = {
        Hole.HOW_MUCH: not reading.how_much,
        Hole.BY_WHEN: not reading.by_when,
        Hole.AIM_MEASURE: "" not in measured,
    }
    return [Gap(kind) for kind, lacks in missing.items() if lacks]


def key(public_id: UUID | None) -> str:
    """Return a public id as the theory's values hold it; empty for none."""
    return str(public_id) if public_id else ""
