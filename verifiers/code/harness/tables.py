"""Tables of pandas on the wire: names, an index and columns, each column an array; read where pandas is there.

Columns of numpy's types and of texts cross; categories, time zones and other types of pandas' own do not.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

from verisieve.verifiers.code.harness.arrays import array_parts

TABLES = {"Series", "DataFrame", "Index", "RangeIndex", "DatetimeIndex", "TimedeltaIndex", "MultiIndex", "Timestamp"}


def package_parts(value: Any) -> tuple[str, tuple[Any, ...]] | None:
    """How a value of numpy's or pandas' crosses; None where it does not, or is none of them."""
    return array_parts(value) or table_parts(value)


def package_members(imported: set[str]) -> set[str]:
    """What values of numpy's and pandas' have as members, of those two that tests import and that are there."""
    found: set[str] = set()
    with suppress(ImportError):
        if "numpy" in imported:
            import numpy as np

            found.update(dir(np.ndarray))
        if "pandas" in imported:
            import pandas as pd

            kinds = (pd.DataFrame, pd.Series, pd.DatetimeIndex, pd.TimedeltaIndex, pd.MultiIndex, pd.Timestamp)
            found.update(*map(dir, kinds))
    return found


def table_parts(value: Any) -> tuple[str, tuple[Any, ...]] | None:
    """How a value of pandas' crosses: its name on the wire and its parts; None where it does not."""
    pandas, kind = sys.modules.get("pandas"), type(value)
    if pandas is None or kind.__module__.partition(".")[0] != "pandas" or kind.__name__ not in TABLES:
        return None
    if kind is pandas.Timestamp:
        return ("Timestamp", (value.isoformat(),)) if value.tz is None else None
    if kind is pandas.Series:
        held, index = _column(value), table_parts(value.index)
        return ("Series", (held, index, value.name)) if held and index else None
    if kind is pandas.DataFrame:
        columns = [_column(value.iloc[:, place]) for place in range(value.shape[1])]
        index, names = table_parts(value.index), table_parts(value.columns)
        return ("DataFrame", (columns, index, names)) if index and names and all(columns) else None
    return _index_parts(pandas, value)


def _index_parts(pandas: Any, value: Any) -> tuple[str, tuple[Any, ...]] | None:
    kind = type(value)
    if kind is pandas.RangeIndex:
        return "RangeIndex", (value.start, value.stop, value.step, value.name)
    if kind is pandas.MultiIndex:
        return "MultiIndex", (value.tolist(), list(value.names))
    held = _column(value)
    return ("Index", (held, value.name, getattr(value, "freqstr", None))) if held else None


def _column(value: Any) -> tuple[str, Any] | None:
    """A column's type and values; texts as a list, where pandas has a type of its own for them."""
    code = str(value.dtype)
    if type(value.dtype).__module__.startswith("numpy"):
        return code, value.to_numpy()
    return (code, value.tolist()) if code in ("str", "string") else None


def build_table(name: str, parts: tuple[Any, ...]) -> Any:
    """Read a value of pandas'."""
    import pandas as pd

    if name == "Timestamp":
        return pd.Timestamp(str(parts[0]))
    if name == "RangeIndex":
        start, stop, step, label = parts
        return pd.RangeIndex(start, stop, step, name=label)
    if name == "MultiIndex":
        return pd.MultiIndex.from_tuples([tuple(each) for each in parts[0]], names=list(parts[1]))
    if name == "Index":
        (code, values), label, freq = parts
        made = pd.Index(values, dtype=code, name=label)
        if freq is not None:
            made.freq = str(freq)
        return made
    if name == "Series":
        (code, values), (kind, index), label = parts
        return pd.Series(values, index=build_table(kind, index), name=label, dtype=code)
    columns, (kind, index), (names, labels) = parts
    made = pd.concat([pd.Series(values, dtype=code) for code, values in columns], axis=1) if columns else pd.DataFrame()
    made.index, made.columns = build_table(kind, index), build_table(names, labels)
    return made
