"""Funnels as pages use them: sites by name, and the zone in which each stands. Pure.

The limits themselves are the engine's (``variation.engine.funnel``): ``exact_limits`` for what chance alone
gives, ``spread_limits`` and ``funnel`` for limits that allow for the spread there is between sites anyway.
Pages compare three sites or more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from measures.engine.problems import AnalysisError
from variation.engine import funnel as engine
from variation.engine.funnel import DataType, Limits, Settings, exact_limits, spread_limits

__all__ = [
    "MINIMUM_SITES", "DataType", "Funnel", "FunnelError", "Limits", "Settings", "Zone", "exact_limits",
    "funnel", "spread_limits", "zones",
]  # fmt: skip

MINIMUM_SITES = 3
"""A site needs at least two others beside it before its distance from them means anything on a page."""
FunnelError = AnalysisError
"""The numbers can't make a funnel; ``code`` is for machines, the message for people."""


class Zone(StrEnum):
    """Where a site stands in the funnel; ``WATCH`` lies between the 95 % and the 99.8 % limit."""

    INSIDE = "in"
    HIGH = "high"
    HIGH_WATCH = "high-watch"
    LOW = "low"
    LOW_WATCH = "low-watch"


@dataclass(frozen=True)
class Funnel(engine.Funnel):
    """A funnel with the sites' names, in the order of the names."""

    sites: tuple[str, ...] = ()

    @property
    def outlier_sites(self) -> list[str]:
        """Names of the sites outside the limits that were asked for."""
        return [site for site, out in zip(self.sites, self.outlier, strict=True) if out]


def zones(share: ArrayLike, limits: Limits) -> list[Zone]:
    """Say for each site where its share lies; on a limit is inside."""
    values = np.asarray(share, dtype=np.float64)
    picked = np.select(
        [values < limits.ll998, values > limits.ul998, values < limits.ll95, values > limits.ul95],
        [Zone.LOW, Zone.HIGH, Zone.LOW_WATCH, Zone.HIGH_WATCH],
        default=Zone.INSIDE,
    )
    return [Zone(str(zone)) for zone in picked]


def funnel(
    sites: Sequence[str], numerator: ArrayLike, denominator: ArrayLike, settings: Settings | None = None
) -> Funnel:
    """Compare sites with each other; rows of one site are added up.

    Raises:
        FunnelError: fewer than three sites, a count that is negative, missing or more than its population,
            or a population of nobody.
    """
    names, (counts, sizes) = engine.by_site(sites, numerator, denominator)
    if len(names) < MINIMUM_SITES:
        raise FunnelError("too_few_points", f"A funnel needs at least {MINIMUM_SITES} sites.")
    found = engine.funnel(counts, sizes, settings)
    return Funnel(**vars(found), sites=tuple(str(name) for name in names))
