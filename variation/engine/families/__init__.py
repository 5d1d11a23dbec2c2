"""Families of ``nic analyse`` that compare and pool sites: names and columns in, plain results out. Pure."""

from collections.abc import Mapping

from measures.engine.families import Family
from variation.engine.families.funnels import funnel_exact, funnel_family
from variation.engine.families.meta import meta
from variation.engine.families.multilevel import multilevel

FAMILIES: Mapping[str, Family] = {
    "funnel": funnel_family,
    "funnel_exact": funnel_exact,
    "meta": meta,
    "multilevel": multilevel,
}
