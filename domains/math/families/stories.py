"""Word problems: speeds, prices, mixtures and shared work."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from verisieve.domains.math.families.item import Item, tex

_NAMES = ("Amira", "Bao", "Chidi", "Dana", "Elif", "Farid", "Greta", "Hiro", "Ines", "Jonas", "Kavya", "Luis")


def average_speed(rng: Random, level: int) -> Item:
    """Find a mean speed; as distance over time, and as the weighted harmonic mean."""
    name = rng.choice(_NAMES)
    legs = [
        (rng.randint(2, 6 + level) * 10, rng.choice([20, 30, 40, 50, 60, 80])) for _ in range(2 + (level > 2))
    ]  # three legs later
    distance = sum(length for length, _ in legs)
    time = sum((Fraction(length, speed) for length, speed in legs), Fraction(0))
    weights = sum((Fraction(length, distance) / speed for length, speed in legs), Fraction(0))
    told = ", then ".join(f"{length} km at {speed} km/h" for length, speed in legs)
    prompt = f"{name} drives {told}. What is the average speed of the whole drive? Give the unit."
    answer, again = (f"{tex(value)} \\text{{ km/h}}" for value in (distance / time, 1 / weights))
    return Item(prompt, answer, again, "quantity")


def price_changes(rng: Random, level: int) -> Item:
    """Follow a price through changes in percent; by factors, and step by step."""
    price = Fraction(rng.randint(2, 20) * 20)
    changes = [rng.choice([-50, -25, -20, -10, 10, 20, 25, 50]) for _ in range(level)]
    by_factors = price
    for change in changes:
        by_factors *= 1 + Fraction(change, 100)
    by_steps = price
    for change in changes:
        by_steps += by_steps * change / 100
    told = ", then ".join(f"{'rises' if change > 0 else 'falls'} by {abs(change)}%" for change in changes)
    prompt = f"A jacket costs ${price}. Its price {told}. What does it cost in the end, in dollars?"
    return Item(prompt.replace("$", "\\$"), tex(by_factors), tex(by_steps))


def mixture(rng: Random, level: int) -> Item:
    """Find the strength of a mixture in percent; by amounts of solute, and by weighted mean."""
    parts = [
        (rng.randint(1, 4 * level + 4), rng.choice([5, 10, 12, 20, 25, 30, 40, 60])) for _ in range(2 + (level > 3))
    ]  # three parts later
    volume = sum(amount for amount, _ in parts)
    solute = sum((Fraction(amount * percent, 100) for amount, percent in parts), Fraction(0))
    mean = sum((Fraction(amount, volume) * percent for amount, percent in parts), Fraction(0))
    told = " and ".join(f"{amount} liters of a {percent}% salt solution" for amount, percent in parts)
    prompt = f"{rng.choice(_NAMES)} mixes {told}. How many percent of the mixture is salt? Give the exact value."
    return Item(prompt, f"{tex(solute / volume * 100)}\\%", f"{tex(mean)}\\%", "quantity")


def work_together(rng: Random, level: int) -> Item:
    """Find how long workers need together; by rates, and by the common multiple of their times."""
    names = rng.sample(_NAMES, 2 + (level > 2))  # three workers later
    hours = rng.sample(range(2, 8 + 2 * level), len(names))
    by_rates = 1 / sum((Fraction(1, hour) for hour in hours), Fraction(0))
    whole = 1
    for hour in hours:
        whole *= hour
    jobs = sum(whole // hour for hour in hours)
    told = ", ".join(f"{name} alone in {hour} hours" for name, hour in zip(names, hours, strict=True))
    prompt = f"A fence can be painted by {told}. How many hours do they need together? Give an exact fraction."
    return Item(prompt, tex(by_rates), tex(Fraction(whole, jobs)))
