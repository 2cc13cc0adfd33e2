"""Find the exact value of a sine or cosine: by the formula for sums of angles, and as the function itself."""

from __future__ import annotations

from random import Random

from verisieve.domains.math.families.item import Item

_EXACT = {
    0: ("0", "1"),
    30: ("\\frac{1}{2}", "\\frac{\\sqrt{3}}{2}"),
    45: ("\\frac{\\sqrt{2}}{2}", "\\frac{\\sqrt{2}}{2}"),
    60: ("\\frac{\\sqrt{3}}{2}", "\\frac{1}{2}"),
    90: ("1", "0"),
}


def make(rng: Random, level: int) -> Item:
    """Draw an angle up to 180 degrees, larger ones at each level; multiples of 15 degrees from level 3 on."""
    step = 15 if level > 2 else 30 if rng.random() < 0.5 else 45
    angle = rng.choice([k * step for k in range(1, (180 + 180 * level) // step) if k * step % 90]) * (
        rng.choice([-1, 1]) if level > 1 else 1
    )
    factor, name = rng.randint(2, 40 + 10 * level), rng.choice(["sin", "cos"])
    sine, cosine, reduced = _reduced(angle)
    value = sine if name == "sin" else cosine
    shown = f"{factor}\\{name}({angle}^\\circ)"
    prompt = rng.choice(
        [
            f"Find the exact value of ${shown}$.",
            f"Compute ${shown}$ without a calculator, as an exact expression with roots.",
            (
                f"What is ${factor}$ times the {'sine' if name == 'sin' else 'cosine'} of ${angle}^\\circ$? Give the "
                "exact value."
            ),
        ]
    )
    steps = (
        *reduced,
        f"\\{name}({angle}^\\circ) = {value}",
        f"{shown} = {factor} \\cdot {value if value[0] != '-' else f'({value})'}",
    )
    return Item(prompt, f"{factor} \\cdot {value if value[0] != '-' else f'({value})'}", shown, "expression", steps)


def _reduced(angle: int) -> tuple[str, str, list[str]]:
    """Sine and cosine of a multiple of 15 degrees, from those of the angle in the first quadrant."""
    turn = angle % 360
    first = turn if turn < 90 else 180 - turn if turn < 180 else turn - 180 if turn < 270 else 360 - turn
    sine, cosine, steps = _first(first)
    signs = "-" if turn > 180 else "", "-" if 90 < turn < 270 else ""
    steps += [
        f"\\sin({angle}^\\circ) = {signs[0]}\\sin({first}^\\circ)",
        f"\\cos({angle}^\\circ) = {signs[1]}\\cos({first}^\\circ)",
    ]
    return signs[0] + sine, signs[1] + cosine, steps


def _first(angle: int) -> tuple[str, str, list[str]]:
    if angle in _EXACT:
        return *_EXACT[angle], []
    small, large = "\\frac{\\sqrt{6}-\\sqrt{2}}{4}", "\\frac{\\sqrt{6}+\\sqrt{2}}{4}"
    sine, cosine = (small, large) if angle == 15 else (large, small)
    (s, c), (p, q) = (_EXACT[45], _EXACT[30]) if angle == 15 else (_EXACT[30], _EXACT[45])
    sign = "-" if angle == 15 else "+"
    return sine, cosine, [f"\\sin({angle}^\\circ) = {s} \\cdot {q} {sign} {c} \\cdot {p} = {sine}"]
