"""All families of procedural code problems, by name."""

from __future__ import annotations

from functools import cache

from verisieve.domains.code.family import Family


@cache
def all_families() -> dict[str, Family]:
    """Load the families, in a fixed order."""
    from verisieve.domains.code.families import graphs, numbers, sequences, texts

    modules = (numbers, sequences, texts, graphs)
    return {family.name: family for module in modules for family in module.FAMILIES}
