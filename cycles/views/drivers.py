"""The driver diagram: aim, primary and secondary drivers, change ideas with their evidence; one driver."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cycles import link_queries, policies, theory_queries, theory_svg
from cycles.theory import Gap
from cycles.theory_queries import Diagram, DriverNode, IdeaLeaf
from cycles.views.root import blueprint, uuid_of
from measures.list_loading import pooled_of, small_charts_of
from measures.queries import MeasureRow
from measures.small_charts import SmallChart
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.pages import day_seen, today
from nic_platform.text import _

MOST_DRAWN = 80  # ideas in the picture; of more only their number stands at the driver


@blueprint.get("/drivers")
@access.signed_in
def drivers() -> ResponseReturnValue:
    """Show the network's theory, from aim to test, today or on an earlier day."""
    actor = network_actor()
    seen = day_seen(actor)
    found = theory_queries.diagram(session(), actor, seen.on if seen.is_past else None)
    charts = charts_of(actor, found.all_measures())
    may_edit = policies.can_edit_drivers(actor)
    address = None if seen.is_past else found_address
    said = said_of(found, charts)
    return render_template(
        "cycles/drivers.html",
        diagram=found,
        picture=theory_svg.picture(
            theory_svg.drawn(found.aim, found.drivers, most=MOST_DRAWN, said=said), address
        ),
        charts=charts,
        is_pooled=actor.sees_network,
        said=said,
        links=_links(found),
        gaps=[Shown.of(gap, found) for gap in found.gaps],
        seen=seen,
        may_edit=may_edit and not seen.is_past,
        may_add=(may_edit or policies.can_create(actor, actor.team_id)) and not seen.is_past,
        deleted=uuid_of(request.args.get("deleted", "")),
    )


def network_actor() -> Actor:
    """Return who is asking; people without a network have no theory to look at."""
    actor = access.actor()
    if actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    return actor


def said_of(found: Diagram, charts: dict[int, SmallChart]) -> dict[str, list[str]]:
    """Return what stands under each driver, each idea and, under an empty key, the aim."""
    said = {"": _measured(found.measures, charts)}
    for node in found.walk():
        said[str(node.public_id)] = _measured(node.measures, charts)
        for leaf in node.ideas:
            said[str(leaf.public_id)] = [stand_words(leaf)]
    return said


def _measured(rows: Sequence[MeasureRow], charts: dict[int, SmallChart]) -> list[str]:
    words = []
    for row in rows[:3]:
        chart = charts.get(row.id)
        latest = f"{chart.latest}. {chart.reading.title}" if chart and chart.latest else _("not counted here")
        words.append(f"{row.name}: {latest}")
    return words


def stand_words(leaf: IdeaLeaf) -> str:
    """Return where the own team is with an idea, and what all teams found: "Testing, cycle 2. Network: …"."""
    network = _("Network: %(evidence)s", evidence=leaf.evidence.words.lower())
    own = leaf.own
    if own is None:
        return f"{_('Not tested here.')} {network}"
    stages = {"plan": _("Planning"), "do": _("Testing"), "study": _("In study"), "act": _("To be decided")}
    ended = {"adopt": _("Adopted"), "adapt": _("Adapted"), "abandon": _("Abandoned")}
    if own.stage in stages:
        words = _("%(stage)s, cycle %(number)s", stage=stages[own.stage], number=own.number)
    elif own.outcome == "not_run":
        words = _("Not run here")
    else:
        words = (ended | {"test_again": _("To be tested again")}).get(own.decision, _("Given up"))
    return f"{words}. {network}"


def found_address(kind: str, public_id: UUID) -> str:
    """Return where a part of the picture leads."""
    return f"/{'drivers' if kind == 'driver' else 'ideas'}/{public_id}"


def charts_of(actor: Actor, rows: Sequence[MeasureRow]) -> dict[int, SmallChart]:
    """Return the small chart of each measure of the theory; one statement.

    Those who read the whole network see all schools together by month, others what their chosen team counted.
    """
    if actor.sees_network:
        return pooled_of(session(), actor, rows, today(actor))
    return small_charts_of(session(), actor, rows, actor.team_id, today(actor))


@dataclass(frozen=True)
class Shown:
    """A gap with the names that have it and where each is mended."""

    gap: Gap
    names: tuple[tuple[str, str], ...]
    more: int

    @classmethod
    def of(cls, gap: Gap, found: Diagram, most: int = 8) -> "Shown":
        """Return a gap with its first names."""
        place = "ideas" if gap.kind == "no_driver" else "drivers"
        names = tuple((found.names.get(each, ""), f"/{place}/{each}") for each in gap.ids[:most])
        return cls(gap, names, max(0, len(gap.ids) - most))


def _links(found: Diagram) -> list[tuple[str, str, bool]]:
    """Return every link of the picture in words: idea, driver, strongly."""
    return sorted((leaf.title, node.name, leaf.is_strong) for node in found.walk() for leaf in node.ideas)


@blueprint.get("/drivers/<uuid:driver_id>")
@access.signed_in
def driver(driver_id: UUID) -> ResponseReturnValue:
    """Show one driver: where it stands, its ideas and measures, and the cycles that test it."""
    actor = network_actor()
    found = theory_queries.diagram(session(), actor, with_own=False)
    node, above = _placed(found, driver_id)
    tests, served = link_queries.cycles_on_driver(session(), actor, driver_id)
    return render_template(
        "cycles/driver.html",
        driver=node,
        above=above,
        charts=charts_of(actor, node.measures),
        tests=tests,
        served=served,
        may_edit=policies.can_edit_drivers(actor),
        may_add=policies.can_edit_drivers(actor) or policies.can_create(actor, actor.team_id),
    )


def _placed(found: Diagram, driver_id: UUID) -> tuple[DriverNode, DriverNode | None]:
    for top in found.drivers:
        for node in (top, *top.below):
            if node.public_id == driver_id:
                return node, None if node is top else top
    raise AbsentError(_("There is no such driver."))
