"""The problem families by name: each makes one Item from a seeded Random and a level from 1 to 5.

An Item carries its answer twice, found in two ways; making.py refuses it where the two differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from verisieve.domains.math.families import algebra, calculus, counting, geometry, integers, stories
from verisieve.domains.math.families.item import Item

Family = Callable[[Random, int], Item]

FAMILIES: Mapping[str, Family] = {
    "antiderivative": calculus.antiderivative,
    "arithmetic": integers.arithmetic,
    "average_speed": stories.average_speed,
    "base_conversion": integers.base_conversion,
    "circle_region": geometry.circle_region,
    "clock_angle": geometry.clock_angle,
    "committees": counting.committees,
    "congruences": integers.congruences,
    "definite_integral": calculus.definite_integral,
    "derivative": calculus.derivative,
    "determinant": algebra.determinant,
    "dice_sum": counting.dice_sum,
    "divisor_count": integers.divisor_count,
    "expansion": algebra.expansion,
    "fraction_sum": integers.fraction_sum,
    "geometric_series": calculus.geometric_series,
    "grid_paths": counting.grid_paths,
    "inequality": algebra.inequality,
    "linear_equation": algebra.linear_equation,
    "linear_system": algebra.linear_system,
    "matrix_product": algebra.matrix_product,
    "mixture": stories.mixture,
    "modular_power": integers.modular_power,
    "price_changes": stories.price_changes,
    "quadratic_roots": algebra.quadratic_roots,
    "triangle_area": geometry.triangle_area,
    "urn_draws": counting.urn_draws,
    "word_arrangements": counting.word_arrangements,
    "work_together": stories.work_together,
}
