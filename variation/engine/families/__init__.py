"""Families of ``nic analyse`` that compare and pool sites: names and columns in, plain results out. Pure."""

from collections.abc import Mapping

from measures.engine.families import Family

FAMILIES: Mapping[str, Family] = {}
