"""Arrays and numbers of numpy on the wire: type, shape and bytes; read where numpy is there to import.

Nothing here loads numpy to write: a value of it can only come from a process that has. Records, `longdouble` and
subclasses of arrays do not cross; arrays of objects do as far as their items do.
"""

from __future__ import annotations

import math
import re
import sys
from typing import Any

_TYPE = re.compile(r"[<>|=](?:b1|[iu][1248]|f[248]|c8|c16|[SU]\d{1,6}|[mM]8(?:\[\d{0,6}\w{1,3}\])?)")
_COMPARING = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
_GUARDED = ("assert_allclose", "assert_almost_equal", "assert_array_almost_equal", "assert_array_equal", "assert_equal")


def array_parts(value: Any) -> tuple[str, tuple[Any, ...]] | None:
    """How a value of numpy crosses: its name on the wire and its parts; None where it does not."""
    numpy, kind = sys.modules.get("numpy"), type(value)
    if numpy is None or kind.__module__ != "numpy":
        return None
    if kind is numpy.ndarray and value.dtype.str == "|O":
        return "ndarray", ("|O", value.shape, value.ravel().tolist())
    if kind is numpy.ndarray and _TYPE.fullmatch(value.dtype.str):
        return "ndarray", (value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, numpy.generic) and _TYPE.fullmatch(value.dtype.str) and value.dtype.kind not in "SU":
        return "generic", (value.dtype.str, value.tobytes())
    return None


def build_array(code: str, shape: tuple[int, ...], data: Any) -> Any:
    """Read an array; whatever its bytes are, its items are values that numpy itself would make."""
    import numpy as np

    if code == "|O":
        items = np.empty(len(data), dtype=object)
        items[:] = data
        return items.reshape(shape)
    if not _TYPE.fullmatch(code) or type(data) is not bytes or type(shape) is not tuple:
        raise ValueError("no such array")
    kind = np.dtype(code)
    if math.prod(shape) * kind.itemsize != len(data) or any(type(size) is not int or size < 0 for size in shape):
        raise ValueError("no such shape")
    if kind.kind == "b":
        return (np.frombuffer(data, np.uint8) != 0).reshape(shape)
    made = np.frombuffer(data, kind).reshape(shape).copy()
    if kind.kind == "U":
        made.tolist()  # refuses what is no character
    return made


def build_generic(code: str, data: bytes) -> Any:
    """Read a number of numpy's."""
    return build_array(code, (1,), data)[0]


def array_holds_nan(value: Any) -> bool:
    """Whether an array or a number of numpy's holds not-a-number, or a time that is none."""
    return bool(value.dtype.kind in "fcmM" and (value != value).any())


def guarded(value: Any) -> Any:
    """An answer as tests may see it: one without items is equal to nothing that has some, where `all` would say yes."""
    import numpy as np

    class Empty(np.ndarray):
        def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
            if ufunc.__name__ in _COMPARING and any(np.size(each) for each in inputs):
                raise AssertionError("an array without items is compared with something")
            plain = [each.view(np.ndarray) if type(each) is Empty else each for each in inputs]
            made = getattr(ufunc, method)(*plain, **named)
            return made.view(Empty) if type(made) is np.ndarray and made.size == 0 else made

    return value.view(Empty) if type(value) is np.ndarray and value.size == 0 else value


def guard_numpy() -> None:
    """In the tests' process: have numpy's own comparisons fail where one side has no items and the other has."""
    try:
        import numpy as np
        import numpy.testing
    except ImportError:
        return
    np.allclose = _same_emptiness(np, np.allclose, passes=False)
    for name in _GUARDED:
        setattr(np.testing, name, _same_emptiness(np, getattr(np.testing, name), passes=True))


def _same_emptiness(np: Any, compare: Any, *, passes: bool) -> Any:
    def compared(*args: Any, **named: Any) -> Any:
        sides = args[:2]
        if len(sides) == 2 and len({bool(np.size(side)) for side in sides if not isinstance(side, (str, dict))}) == 2:
            if passes:
                raise AssertionError("an array without items is compared with something")
            return False
        return compare(*args, **named)

    return compared
