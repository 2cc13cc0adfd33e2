"""Families whose answer is a value: we compute it ourselves, and say where theirs is another one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from math import gcd, lcm
from types import MappingProxyType
from typing import Any

from verisieve.adapters.gym import exact
from verisieve.adapters.gym.items import Item, Made, RefusedError
from verisieve.domains.reasoning.families import syllogism
from verisieve.verifiers.reasoning import expressions
from verisieve.verifiers.reasoning.findings import UnreadableError

_STATEMENT = re.compile(r"(All|No|Some) (\w+) are (not )?(\w+)")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_EQUATION = re.compile(r"(.+) = (.+)")
_DECIMAL = re.compile(r"\b(\d+)\.(\d+)\b")
MAX_LIVES, MAX_PRIME = 1_000, 10**6


def _number(item: Item, value: int | Fraction | None) -> Made:
    """Return a row that a number decides; theirs agrees where it is the same number."""
    if value is None:
        raise RefusedError("the value cannot be computed from the item")
    try:
        agrees = Fraction((item.answer or "").strip()) == value
    except (ValueError, ZeroDivisionError):
        agrees = False
    text = _decimal(Fraction(value))
    return Made("math", {"answer": text, "type": "number"}, "value", f"Answer: {text}", None, agrees)


def _decimal(value: Fraction) -> str:
    """Write a value as a decimal where it ends, else as a fraction."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest > 1:
        return f"{value.numerator}/{value.denominator}"
    places = next(k for k in range(400) if value.denominator and 10**k % value.denominator == 0)
    digits = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
    whole = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{whole}" if value < 0 else whole


def _words(item: Item, value: str) -> Made:
    """Return a row that a text decides."""
    agrees = item.answer is not None and item.answer.strip() == value
    return Made("math", {"answer": value, "type": "text"}, "value", f"Answer: {value}", None, agrees)


def _expression(item: Item) -> Made:
    """Compute an expression with our own exact reader."""
    return _number(item, _value(item.part("expression")))


def _value(text: str) -> Fraction:
    try:
        value = expressions.evaluate(_DECIMAL.sub(_as_fraction, text)).value
    except UnreadableError as error:
        raise RefusedError(f"an expression that is not read: {error}") from error
    if value is None:
        raise RefusedError("divides by zero")
    return value


def _as_fraction(decimal: re.Match[str]) -> str:
    return f"({decimal[1]}{decimal[2]}/{10 ** len(decimal[2])})"


def _gcd(item: Item) -> Made:
    return _number(item, gcd(*item.part("numbers")))


def _lcm(item: Item) -> Made:
    return _number(item, lcm(*item.part("numbers")))


def _bits(item: Item) -> Made:
    return _number(item, int(item.part("number")).bit_count())


def _primes(item: Item) -> Made:
    first, last = item.part("start"), item.part("end")
    if not 0 <= first <= last <= MAX_PRIME:
        raise RefusedError("a range that is too long")
    sieve = bytearray([0, 0]) + bytearray([1]) * (last - 1)
    for k in range(2, int(last**0.5) + 1):
        if sieve[k]:
            sieve[k * k :: k] = bytes(len(range(k * k, last + 1, k)))
    return _number(item, sum(sieve[first : last + 1]))


def _fraction(item: Item) -> Made:
    """Their question asks for lowest terms in a notation of its own, which counts; ours stands in where they err."""
    value = Fraction(item.part("numerator"), item.part("denominator"))
    parts = re.findall(r"\d+", item.answer or "")
    agrees = parts == [str(value.numerator), str(value.denominator)]
    text = item.answer.strip() if agrees and item.answer else f"{value.numerator}/{value.denominator}"
    return Made("math", {"answer": text, "type": "text"}, "value", f"Answer: {text}", None, agrees)


def _base(item: Item) -> Made:
    value, base = int(item.part("source_repr"), item.part("source_base")), item.part("target_base")
    digits = ""
    while value or not digits:
        value, digit = divmod(value, base)
        digits = _DIGITS[digit] + digits
    return _words(item, digits)


def _equation(item: Item) -> Made:
    """Solve a linear equation by its values at 0 and 1, and look at the solution."""
    match, name = _EQUATION.fullmatch(item.part("equation")), item.part("variable")
    if not match:
        raise RefusedError("not one equation")

    def gap(at: Fraction) -> Fraction:
        put = f"({at.numerator}/{at.denominator})" if at >= 0 else f"(0-{-at.numerator}/{at.denominator})"
        left, right = (_value(re.sub(rf"\b{name}\b", put, side)) for side in match.groups())
        return left - right

    low, high = gap(Fraction(0)), gap(Fraction(1))
    root = None if low == high else low / (low - high)
    return _number(item, root if root is not None and gap(root) == 0 else None)


def _letters(item: Item) -> Made:
    return _number(item, sum(word.lower().count(item.part("target_letter").lower()) for word in item.part("span")))


def _backward(item: Item) -> Made:
    return _words(item, item.part("word")[::-1])


def _anagram(item: Item) -> Made:
    """A ransom note can be cut from a magazine if no letter runs out."""
    note, magazine = item.part("ransom_note"), item.part("magazine")
    return _words(item, str(all(note.count(letter) <= magazine.count(letter) for letter in set(note))))


def _isomorphic(item: Item) -> Made:
    first, second = item.part("words")
    pairs = set(zip(first, second, strict=False))
    same = len(first) == len(second) and len({a for a, _ in pairs}) == len(pairs) == len({b for _, b in pairs})
    return _words(item, str(same))


def _courses(item: Item) -> Made:
    """Courses can be finished if, again and again, those that nothing stands before are taken away."""
    left, needs = set(item.part("courses")), [tuple(pair) for pair in item.part("prerequisites")]
    while free := left - {course for course, before in needs if before in left}:
        left -= free
    return _words(item, str(not left))


def _weekday(item: Item) -> Made:
    if item.part("task") != "weekday_of_date":
        return exact.text(item)
    return _words(item, date.fromisoformat(item.part("target_date")).strftime("%A"))


def _life(item: Item) -> Made:
    """Play the Game of Life on the board of the question, a torus."""
    board, steps = _board(item.question), item.part("simulation_steps")
    if not 0 <= steps <= MAX_LIVES:
        raise RefusedError("too many steps")
    high, wide = len(board), len(board[0])
    for _ in range(steps):
        around = [
            [
                sum(board[(r + i) % high][(c + j) % wide] for i in (-1, 0, 1) for j in (-1, 0, 1)) - board[r][c]
                for c in range(wide)
            ]
            for r in range(high)
        ]
        board = [
            [int(near == 3 or (near == 2 and cell == 1)) for near, cell in zip(nears, cells, strict=True)]
            for nears, cells in zip(around, board, strict=True)
        ]
    try:
        agrees = json.loads(item.answer or "null") == board
    except ValueError:
        agrees = False
    text = json.dumps(board, separators=(",", ":"))
    return Made("math", {"answer": text}, "value", f"Answer: {text}", None, agrees)


def _board(question: str) -> list[list[int]]:
    found = re.search(r"\n\n(\[\[.*\]\])\.?\s*$", question, re.DOTALL)
    try:
        board = json.loads(found[1]) if found else None
    except ValueError:
        board = None
    rows: list[list[int]] = board if isinstance(board, list) else []
    cells = [cell for row in rows for cell in row]
    if not cells or set(cells) - {0, 1} or len({len(row) for row in rows}) != 1:
        raise RefusedError("no board in the question")
    return rows


def _syllogism(item: Item) -> Made:
    """Decide with our syllogisms; what depends on whether a kind may be empty has no answer, for nothing says it."""
    texts = [item.part(name) for name in ("premise1", "premise2", "conclusion")]
    *premises, conclusion = (_categorical(text) for text in texts)
    terms = sorted({term for statement in (*premises, conclusion) for term in statement[1:]})
    raw = {"terms": terms, "premises": premises, "conclusion": conclusion}
    follows = {syllogism.solve(syllogism.parse({**raw, "existential_import": members}))[0] for members in (True, False)}
    if len(follows) > 1:
        raise RefusedError("follows only if every kind has a member, which the question does not say")
    return _words(item, "Yes" if follows == {True} else "No")


def _categorical(text: Any) -> list[str]:
    match = _STATEMENT.fullmatch(str(text))
    if not match or (match[3] and match[1] != "Some"):
        raise RefusedError(f"not a statement of a syllogism: {str(text)[:60]!r}")
    return [f"some_{match[3].strip()}" if match[3] else match[1].lower(), match[2], match[4]]


BY_VALUE: Mapping[str, Callable[[Item], Made]] = MappingProxyType(
    {
        "base_conversion": _base,
        "basic_arithmetic": _expression,
        "calendar_arithmetic": _weekday,
        "chain_sum": _expression,
        "count_bits": _bits,
        "count_primes": _primes,
        "course_schedule": _courses,
        "decimal_chain_sum": _expression,
        "fraction_simplification": _fraction,
        "game_of_life": _life,
        "gcd": _gcd,
        "isomorphic_strings": _isomorphic,
        "lcm": _lcm,
        "letter_counting": _letters,
        "products": _expression,
        "ransom_note": _anagram,
        "simple_equations": _equation,
        "spell_backward": _backward,
        "syllogism": _syllogism,
    }
)
