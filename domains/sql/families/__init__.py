"""Families of problems: each makes a question and its gold query from the same parts of a story.

Whether a gold runs, returns rows, has one result and says something is checked where problems are made.
"""

from __future__ import annotations

from collections.abc import Mapping

from verisieve.domains.sql.families import dates, groups, joins, nested, plain, windows
from verisieve.domains.sql.families.parts import Family, NoTaskError, Task

__all__ = ["FAMILIES", "Family", "NoTaskError", "Task"]

FAMILIES: Mapping[str, Family] = {
    "antijoin": joins.antijoin,
    "average": groups.average,
    "calendar": nested.calendar,
    "cases": plain.cases,
    "correlated": nested.correlated,
    "count": groups.count,
    "days": dates.days,
    "distinct": plain.distinct,
    "exists": joins.exists,
    "extreme": nested.extreme,
    "filter": plain.filtered,
    "having": groups.having,
    "hierarchy": nested.hierarchy,
    "join": joins.join,
    "months": dates.months,
    "outer": joins.outer,
    "ranking": windows.ranking,
    "running": windows.running,
    "selfjoin": joins.selfjoin,
    "sets": nested.sets,
    "share": groups.share,
    "texts": plain.texts,
    "top": plain.top,
    "window": windows.window,
}
