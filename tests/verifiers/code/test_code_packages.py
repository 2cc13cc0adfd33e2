"""Packages in boxes: programs and tests import them, arrays and tables cross exactly, and nobody gains by it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from verisieve.domains.code import domain
from verisieve.errors import SandboxError
from verisieve.records import Check, Outcome, Problem
from verisieve.sandboxes import Job, Program, Sandbox, installed
from verisieve.sandboxes.embedded import EmbeddedSandbox
from verisieve.sandboxes.opening import open_sandbox
from verisieve.verifiers.code.harness.decode import Reader
from verisieve.verifiers.code.harness.encode import WireError, encode, refuse

NUMPY, PANDAS = "import numpy as np\n", "import numpy as np, pandas as pd\n"


def site() -> Path:
    """The folder where this interpreter has pandas installed."""
    found = find_spec("pandas")
    if found is None or found.origin is None:
        pytest.skip("no pandas")
    return Path(found.origin).parents[1]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox whose boxes have the packages of this interpreter."""
    opened = open_sandbox(f"embedded:packages={site()}")
    yield opened
    opened.close()


def judge(sandbox: Sandbox, code: str, tests: list[Any], **more: Any) -> Check:
    """Judge a program by statements that have numpy and pandas at hand."""
    limits = {"cpu": 8.0, "wall": 60.0}
    truth = {
        "style": "asserts",
        "entry_point": "f",
        "setup": PANDAS if "pd." in str(tests) else NUMPY,
        "tests": tests,
        "limits": limits,
    } | more
    return domain.check(Problem(domain="code", id="one", prompt="", truth=truth), f"```python\n{code}\n```", sandbox)[0]


RIGHT: list[tuple[str, list[Any], str]] = [
    (
        NUMPY + "def f(x): return {'a': np.asarray(x) * 2, 'm': np.mean(x), 'n': np.int64(3), 'b': np.bool_(True)}",
        [
            "r = f([1, 2]); assert (r['a'] == np.array([2, 4])).all() and type(r['a']) is np.ndarray",
            "assert isinstance(r['m'], np.float64) and r['m'] == 1.5 and np.allclose(r['a'], [2, 4])",
            "assert r['n'] == 3 and [0, 1, 2, 9][r['n']] == 9 and r['b']",
        ],
        "arrays and numbers",
    ),
    (
        NUMPY + "def f(n): return np.zeros((0, n)), np.array(n), np.array(['a', None, [n]], dtype=object)",
        [
            "e, s, o = f(3); assert e.shape == (0, 3) and e.size == 0 and s == 3 and o.tolist() == ['a', None, [3]]",
            "np.testing.assert_array_equal(e, np.zeros((0, 3))); assert np.allclose(e, e) and (e == e).all()",
        ],
        "arrays without items, without axes, of objects",
    ),
    (
        NUMPY
        + "def f(a, g): return g(a.reshape(2, -1, order='F')), np.array([np.nan]), a.astype('M8[D]'), np.array(['ä'])",
        [
            "r = f(np.arange(4), lambda v: v.T); assert r[0].tolist() == [[0, 1], [2, 3]] and np.isnan(r[1][0])",
            "assert r[2][1] == np.datetime64('1970-01-02') and r[3] == 'ä'",
        ],
        "arrays as arguments, in callbacks, of times and texts, with the nan that the tests name",
    ),
    (
        PANDAS
        + "def f(df): return df.groupby('k')['v'].sum(), df, df.set_index('t').resample('D').sum(numeric_only=True)",
        [
            "df = pd.DataFrame({'k': ['a', 'b', 'a'], 'v': [1, 2, 3], 't': pd.date_range('2020', periods=3)})",
            "s, same, days = f(df); pd.testing.assert_frame_equal(same, df); assert s.name == 'v' and s['a'] == 4",
            "pd.testing.assert_series_equal(s, df.groupby('k')['v'].sum()); assert same.equals(df)",
            "pd.testing.assert_frame_equal(days, df.set_index('t').resample('D').sum(numeric_only=True))",
        ],
        "tables",
    ),
    (
        PANDAS + "def f(df): return df.groupby(['a', 'b']).size(), pd.Timestamp('2020-01-02'), pd.DataFrame({})",
        [
            "x = pd.DataFrame({'a': [1, 1], 'b': [2, 3]}); s, t, e = f(x); assert e.empty",
            "pd.testing.assert_series_equal(s, x.groupby(['a', 'b']).size()); assert t == pd.Timestamp('2020-01-02')",
        ],
        "an index of several levels, a time, an empty table",
    ),
]


@pytest.mark.parametrize(("code", "tests", "why"), RIGHT, ids=[why for _, _, why in RIGHT])
def test_a_right_program_passes(sandbox: Sandbox, code: str, tests: list[Any], why: str) -> None:
    """What tests may do with arrays and tables of a program in their own process they may do here."""
    found = judge(sandbox, code, tests)
    assert found.outcome is Outcome.PASS, found


FORGED = (
    "def f(x):\n    import os, struct\n    def s(t): return b's' + struct.pack('>I', len(t)) + t.encode()\n"
    "    v = b'E' + s('ndarray') + b't' + struct.pack('>I', 3) + s({code!r}) + b't' + struct.pack('>I', 1)\n"
    "    v += b'i' + struct.pack('>q', 1) + b'b' + struct.pack('>I', len({data!r})) + {data!r}\n"
    "    os.write(3, struct.pack('>I', len(v) + 1) + b'R' + v)\n    os._exit(0)"
)
WRONG = [
    ("def f(x): return []", "assert np.allclose(f(1), 5)", "nothing is close to everything"),
    ("def f(x): return []", "np.testing.assert_allclose(f(1), 5)", "nothing is near everything"),
    (NUMPY + "def f(x): return np.array([])", "assert (f(1) == np.array([5])).all()", "all of nothing"),
    (NUMPY + "def f(x): return np.array([])", "assert not (abs(f(1) - 5) > 1e-6).any()", "any of nothing"),
    (NUMPY + "def f(x): return np.array([np.inf - np.inf])", "assert not (abs(f(1) - 5) > 1e-6).any()", "not-a-number"),
    (NUMPY + "def f(x): return np.ma.masked", "assert not (f(1) != 5)", "a masked value"),
    (
        NUMPY + "class L(np.ndarray):\n    def all(self): return True\ndef f(x): return np.zeros(1).view(L)",
        "assert (f(1) == np.array([5])).all()",
        "a subclass with methods of its own",
    ),
    (
        "class E:\n    def __eq__(self, other): return True\nimport numpy as np\ndef f(x): return np.array([E()])",
        "assert (f(1) == np.array([5])).all()",
        "an array of liars",
    ),
    (
        PANDAS + "class X(pd.DataFrame):\n    def equals(self, other): return True\ndef f(x): return X({'a': [1]})",
        "assert f(1).equals(pd.DataFrame({'a': [5]}))",
        "a table with methods of its own",
    ),
    (
        "class X:\n    def equals(self, other): return True\n    shape = (1, 1)\ndef f(x): return X()",
        "assert f(1).shape == (1, 1) and f(1).equals(pd.DataFrame({'a': [5]}))",
        "no table at all",
    ),
    (PANDAS + "def f(x): return pd.NA", "assert not f(1) != 5", "a missing value"),
    (FORGED.format(code="|b1", data=b"\2"), "assert f(1)[0] == 2 and f(1)[0] != True", "a truth that is two"),
    (FORGED.format(code="|V8", data=bytes(8)), "assert f(1).size == 1", "a type that does not cross"),
    (FORGED.format(code="<U1", data=b"\xff" * 4), "assert f(1).size == 1", "a character that is none"),
    (
        "import numpy\nopen('numpy.py', 'w')\nnumpy.allclose = lambda *a, **k: True\ndef f(x): return 1",
        "assert np.allclose(f(1), 5)",
        "its own copy of numpy",
    ),
    ("open('/packages/numpy/__init__.py', 'a')\ndef f(x): return 5", "assert f(1) == 5", "writes to the packages"),
]


@pytest.mark.parametrize(("code", "test", "why"), WRONG, ids=[why for _, _, why in WRONG])
def test_a_wrong_program_gains_nothing(sandbox: Sandbox, code: str, test: str, why: str) -> None:
    """Arrays and tables are plain data on the wire; without items they equal nothing that has some."""
    found = judge(sandbox, code, [test])
    assert found.outcome is Outcome.FAIL, found


def test_calls_compare_arrays_as_lists(sandbox: Sandbox) -> None:
    """JSON has neither arrays nor numbers of numpy's."""
    code = NUMPY + "def f(n): return {'a': np.arange(n), 'b': np.sqrt(4)}"
    cases = [{"args": [3], "expected": {"a": [0, 1, 2], "b": 2.0}}]
    assert judge(sandbox, code, cases, style="calls", setup="").outcome is Outcome.PASS
    cases = [{"args": [3], "expected": {"a": [0, 1], "b": 2.0}}]
    assert judge(sandbox, code, cases, style="calls", setup="").outcome is Outcome.FAIL


def test_a_module_that_does_not_import_is_our_fault(sandbox: Sandbox) -> None:
    """A row that names what it needs is an error where boxes cannot import it, and no program's failure."""
    tests = ["assert f() == 1"]
    assert judge(sandbox, NUMPY + "def f(): return 1", tests, packages=["numpy", "pandas"]).outcome is Outcome.PASS
    with pytest.raises(SandboxError, match=r"needs nothing_of_that_name, .*--sandbox embedded:packages=DIR"):
        judge(sandbox, "def f(): return 1", tests, packages=["numpy", "nothing_of_that_name"])


def test_boxes_have_no_packages_unless_told() -> None:
    """The interpreter's own packages stay out of sight."""
    look = "import importlib.util as u, os; print(u.find_spec('numpy'), os.path.exists('/packages'), dict(os.environ))"
    opened = EmbeddedSandbox()
    try:
        assert opened.run(Job(candidate=Program(harness=look))).candidate.stdout == b"None False {}\n"
    finally:
        opened.close()


def test_a_folder_is_a_virtual_environment_or_holds_packages(tmp_path: Path) -> None:
    """What is missing, empty or for another Python is named before anything runs."""
    with pytest.raises(SandboxError, match="is empty"):
        installed.folder(str(tmp_path))
    with pytest.raises(SandboxError, match="is no folder"):
        installed.folder(str(tmp_path / "none"))
    other = tmp_path / "lib" / "python3.1" / "site-packages"
    other.mkdir(parents=True)
    with pytest.raises(SandboxError, match=r"is for python3\.1, and boxes run python3\."):
        installed.folder(str(tmp_path))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (tmp_path / "lib" / version / "site-packages" / "one").mkdir(parents=True)
    assert installed.folder(str(tmp_path)).parts[-2:] == (version, "site-packages")
    assert installed.folder(str(other.parent)) == other.parent


def test_our_own_process_builds_no_arrays() -> None:
    """Only boxes load a package for what they read."""
    named = encode(("<f8", (1,), bytes(8)), refuse)
    for name in ("ndarray", "DataFrame"):
        with pytest.raises(WireError, match="where none is due"):
            Reader(b"E" + encode(name, refuse) + named).whole()
