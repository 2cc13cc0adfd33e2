"""Families about whole numbers: digits, recurrences, coins, number bases."""

from __future__ import annotations

from random import Random
from typing import Any

from verisieve.domains.code.family import Arguments, Constants, Family

BASE, LEAST, P, Q, R, MODULUS, FIRST, SECOND, ALPHABET = 10, 3, 1, 1, 0, 1000, 0, 1, "01"


def digit_sum(n: int) -> int:
    total = 0
    while n > 0:
        digit = n % BASE
        if digit >= LEAST:
            total += digit
        n //= BASE
    return total


def digit_sum_strict(n: int) -> int:
    total = 0
    while n > 0:
        digit = n % BASE
        if digit > LEAST:
            total += digit
        n //= BASE
    return total


def digit_sum_early(n: int) -> int:
    total = 0
    while n >= BASE:
        digit = n % BASE
        if digit >= LEAST:
            total += digit
        n //= BASE
    return total


def digit_sum_count(n: int) -> int:
    total = 0
    while n > 0:
        if n % BASE >= LEAST:
            total += 1
        n //= BASE
    return total


def recurrence(n: int) -> int:
    previous, current = FIRST, SECOND
    for _ in range(n):
        previous, current = current, (P * current + Q * previous + R) % MODULUS
    return previous


def recurrence_ahead(n: int) -> int:
    previous, current = FIRST, SECOND
    for _ in range(n):
        previous, current = current, (P * current + Q * previous + R) % MODULUS
    return current


def recurrence_swapped(n: int) -> int:
    previous, current = FIRST, SECOND
    for _ in range(n):
        previous, current = current, (Q * current + P * previous + R) % MODULUS
    return previous


def recurrence_bare(n: int) -> int:
    previous, current = FIRST, SECOND
    for _ in range(n):
        previous, current = current, (P * current + Q * previous) % MODULUS
    return previous


def count_change(coins: list[int], amount: int) -> int:
    ways = [1] + [0] * amount
    for coin in sorted(set(coins)):
        for value in range(coin, amount + 1):
            ways[value] = (ways[value] + ways[value - coin]) % MODULUS
    return ways[amount]


def count_change_ordered(coins: list[int], amount: int) -> int:
    ways = [1] + [0] * amount
    for value in range(1, amount + 1):
        for coin in set(coins):
            if coin <= value:
                ways[value] = (ways[value] + ways[value - coin]) % MODULUS
    return ways[amount]


def count_change_once(coins: list[int], amount: int) -> int:
    ways = [1] + [0] * amount
    for coin in sorted(set(coins)):
        for value in range(amount, coin - 1, -1):
            ways[value] = (ways[value] + ways[value - coin]) % MODULUS
    return ways[amount]


def count_change_repeats(coins: list[int], amount: int) -> int:
    ways = [1] + [0] * amount
    for coin in coins:
        for value in range(coin, amount + 1):
            ways[value] = (ways[value] + ways[value - coin]) % MODULUS
    return ways[amount]


def to_alphabet(n: int) -> str:
    alphabet = ALPHABET
    if n == 0:
        return alphabet[0]
    text, rest = "", abs(n)
    while rest:
        rest, digit = divmod(rest, len(alphabet))
        text = alphabet[digit] + text
    return "-" + text if n < 0 else text


def to_alphabet_backwards(n: int) -> str:
    alphabet = ALPHABET
    if n == 0:
        return alphabet[0]
    text, rest = "", abs(n)
    while rest:
        rest, digit = divmod(rest, len(alphabet))
        text += alphabet[digit]
    return "-" + text if n < 0 else text


def to_alphabet_zero(n: int) -> str:
    alphabet = ALPHABET
    text, rest = "", abs(n)
    while rest:
        rest, digit = divmod(rest, len(alphabet))
        text = alphabet[digit] + text
    return "-" + text if n < 0 else text


def to_alphabet_unsigned(n: int) -> str:
    alphabet = ALPHABET
    if n == 0:
        return alphabet[0]
    text, rest = "", abs(n)
    while rest:
        rest, digit = divmod(rest, len(alphabet))
        text = alphabet[digit] + text
    return text


def _digit_constants(rng: Random, difficulty: int) -> dict[str, Any]:
    base = 10 if difficulty <= 1 else rng.randint(3, 4 + 4 * difficulty)
    return {"BASE": base, "LEAST": rng.randint(1, base - 2)}


def _number(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    return (rng.randrange(10 ** rng.randint(1, 2 + 3 * difficulty)),)


def _signed(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    return (rng.choice((1, 1, -1)) * rng.randrange(10 ** rng.randint(1, 2 + 2 * difficulty)),)


def _recurrence_constants(rng: Random, difficulty: int) -> dict[str, Any]:
    p = rng.randint(1, 3 * difficulty)
    return {
        "P": p,
        "Q": p + rng.randint(1, 4),
        "R": rng.randint(1, 9),
        "MODULUS": rng.randint(50, 10 ** (1 + difficulty)) + 10,
        "FIRST": rng.randint(0, 4),
        "SECOND": rng.randint(5, 9),
    }


def _step(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    return (rng.randint(0, 10 * 4**difficulty),)


def _coins(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    coins = [rng.randint(1, 4 + 3 * difficulty) for _ in range(rng.randint(1, 2 + difficulty))]
    return (coins + coins[:1] * rng.randint(0, 1), rng.randint(0, 15 * difficulty))


def _alphabet(rng: Random, difficulty: int) -> dict[str, Any]:
    return {"ALPHABET": "".join(rng.sample("abcdefghkmnpqrstuvwxyz23456789", rng.randint(2, 3 + 4 * difficulty)))}


FAMILIES = (
    Family(
        name="digits",
        entry="digit_sum",
        text="Return the sum of those digits of the non-negative integer n, written in base "
        "{BASE}, that are at least {LEAST}.",
        right=digit_sum,
        wrong=(digit_sum_strict, digit_sum_early, digit_sum_count),
        constants=_digit_constants,
        sample=_number,
        edges=((0,), (1,)),
    ),
    Family(
        name="recurrence",
        entry="term",
        text="Return a(n), where a(0) = {FIRST}, a(1) = {SECOND} and a(n) = ({P}*a(n-1) + "
        "{Q}*a(n-2) + {R}) mod {MODULUS} for n >= 2.",
        right=recurrence,
        wrong=(recurrence_ahead, recurrence_swapped, recurrence_bare),
        constants=_recurrence_constants,
        sample=_step,
        edges=((0,), (1,), (2,)),
    ),
    Family(
        name="coins",
        entry="count_change",
        text="Count the ways to pay `amount` with coins of the given values, each as often as "
        "wanted, modulo {MODULUS}. "
        "The order of coins does not matter, and a value listed twice counts once.",
        right=count_change,
        wrong=(count_change_ordered, count_change_once, count_change_repeats),
        constants=lambda rng, difficulty: {"MODULUS": rng.randint(10**3, 10**6)},
        sample=_coins,
        edges=(([], 0), ([], 3), ([5], 3), ([1, 2, 2], 4)),
    ),
    Family(
        name="bases",
        entry="to_alphabet",
        text="Write the integer n in the number system whose digits for 0, 1, 2, ... are the letters of {ALPHABET!r}, "
        "with a leading minus sign for negative n.",
        right=to_alphabet,
        wrong=(to_alphabet_backwards, to_alphabet_zero, to_alphabet_unsigned),
        constants=_alphabet,
        sample=_signed,
        edges=((0,), (-1,)),
    ),
)
