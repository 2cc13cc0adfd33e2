"""Growth: curves that are clearly steeper than the reference's, and those that are not."""

from __future__ import annotations

from random import Random

import pytest

from verisieve.errors import TruthError
from verisieve.records import Outcome
from verisieve.sandboxes import Limits, Sandbox
from verisieve.verifiers.code import growth
from verisieve.verifiers.code.extract import Source
from verisieve.verifiers.code.growth import Curve, Point, grown
from verisieve.verifiers.code.properties import Subject
from verisieve.verifiers.code.runner import Finding


def curve(power: float, factor: float, *, to: int = 1 << 18, most: float = 2.0) -> Curve:
    """Times `factor * n**power` as they would be measured."""
    points = [Point(2**n, max(growth.TINY, factor * (2**n) ** power)) for n in range(4, 19) if 2**n <= to]
    return [point for point in points if point.seconds <= 2 * most]


LINEAR, SQUARE = curve(1, 1e-7), curve(2, 1e-7)
VERDICTS = [
    (SQUARE, LINEAR, True, "square against linear"),
    (curve(3, 1e-7), SQUARE, True, "cube against square"),
    (LINEAR, LINEAR, False, "the same"),
    (curve(1, 5e-6), LINEAR, False, "fifty times slower, but linear"),
    (curve(1.2, 1e-6), LINEAR, False, "n log n"),
    (curve(2, 3e-7), SQUARE, False, "three times slower"),
    (curve(2, 1e-5), curve(2, 1e-7), False, "a hundred times slower, but square as the reference"),
    (curve(3, 1e-6), [Point(16, 0.06), Point(32, 3.0)], False, "a reference that is slow from the start"),
    (curve(3, 1e-7), [*curve(1, 1e-7, to=1024), Point(2048, 0.2)], False, "a reference with one long time"),
    (curve(2, 1e-12), LINEAR, False, "square, but too quick to be measured"),
    ([Point(16, 0.002), Point(32, 0.3), Point(64, 5.0, True)], LINEAR, True, "exponential, stopped"),
    ([Point(16, 5.0, True)], LINEAR, False, "stopped at once: nothing to compare"),
    ([Point(16, 0.002), Point(32, 0.06), Point(64, 0.3)], LINEAR, False, "a stretch that is too short"),
    ([Point(2**14, 0.06), Point(2**16, 0.5), Point(2**18, 1.0)], LINEAR, False, "a bump"),
    ([], LINEAR, False, "no curve"),
]


@pytest.mark.parametrize(("mine", "theirs", "worse", "why"), VERDICTS, ids=[case[3] for case in VERDICTS])
def test_only_a_wide_margin_counts(mine: Curve, theirs: Curve, worse: bool, why: str) -> None:
    """A further factor n fails; a constant factor, a logarithm and noise do not."""
    known = {point.size for point in theirs}
    stretch = growth.worst([point for point in mine if point.size in known], theirs)

    assert (stretch is not None) is worse


def test_inputs_grow_in_their_own_way() -> None:
    """Lists, texts, sets and dicts grow and stay sorted; numbers only where nothing else can."""
    columns = [[[1, 2], [3, 5, 9]], ["ab", "c"], [{"k": 1}], [3, 4]]
    numbers, letters, table, count = grown(columns, 100, Random(0))

    assert (len(numbers), len(letters), count) == (100, 100, 4)
    assert numbers == sorted(numbers)
    assert set(letters) <= set("abc")
    assert table == {"k": 1}
    assert grown([[3, 4]], 100, Random(0)) == [100]


def check(sandbox: Sandbox, reference: str, code: str) -> Finding:
    """Compare growth of two programs."""
    subject = Subject(entry="f", prompt="", reference=Source(reference, ""), calls=[], seed="test")
    return growth.check(subject, Source(code, ""), Limits(cpu=4.0, wall=60.0), sandbox)


QUICK_CODE = "def f(xs: list[int]):\n    return len(xs)"
LINEAR_CODE = "def f(xs: list[int]):\n    return len(set(xs))"
SQUARE_CODE = "def f(xs):\n    out = []\n    for x in xs:\n        if x not in out: out.append(x)\n    return len(out)"


def test_a_square_program_fails(sandbox: Sandbox) -> None:
    """Both curves are shown, and the exponents that they have; in doubt a busy machine lets a program pass."""
    looks = (check(sandbox, QUICK_CODE, SQUARE_CODE) for _ in range(4))
    found = next(look for look in looks if look.outcome is Outcome.FAIL and look.evidence["exponent"] > 1.7)

    assert found.reason == "growth"
    assert found.evidence["exponent"] < 3
    assert found.evidence["seconds"].keys() <= found.evidence["reference_seconds"].keys()


def test_a_slow_but_linear_program_passes(sandbox: Sandbox) -> None:
    """A loop in Python beside one in C is no worse growth."""
    code = "def f(xs):\n    seen = {}\n    for x in xs:\n        seen[x] = seen.get(x, 0) + 1\n    return len(seen)"

    assert check(sandbox, LINEAR_CODE, code).outcome is Outcome.PASS


@pytest.mark.parametrize("reference", ["def f(x: bool): return x", "def f(x: float): return x"])
def test_what_cannot_grow_is_no_pass(sandbox: Sandbox, reference: str) -> None:
    """Without an argument that can be grown there is no verdict."""
    with pytest.raises(TruthError, match="can be grown"):
        check(sandbox, reference, reference)
