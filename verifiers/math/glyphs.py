"""Unicode maths as LaTeX, and the removal of maths delimiters; text in, text out.

Understands no structure beyond runs of superscripts and subscripts.
"""

from __future__ import annotations

import re
import unicodedata

from verisieve.verifiers import lazily

_SUPER = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣʸᵏᵐᵃᵇ", "0123456789+-=()nixykmab", strict=True))
_SUB = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙᵢₓₖₘₐₑₒ", "0123456789+-=()nixkmaeo", strict=True))
_VULGAR = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5",
    "⅙": "1/6", "⅚": "5/6", "⅐": "1/7", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅑": "1/9", "⅒": "1/10",
}  # fmt: skip
_PLAIN = {
    "×": r"\times ", "·": r"\cdot ", "⋅": r"\cdot ", "∙": r"\cdot ", "÷": "/", "∕": "/", "⁄": "/", "−": "-",
    "–": "-", "—": "-", "‐": "-", "‑": "-", "∞": r"\infty ", "≤": r"\le ", "⩽": r"\le ", "≥": r"\ge ",
    "⩾": r"\ge ", "≠": r"\ne ", "≡": r"\equiv ", "≈": r"\approx ", "∈": r"\in ", "∪": r"\cup ", "∩": r"\cap ",
    "∖": r"\setminus ", "∅": r"\emptyset ", "ø": r"\emptyset ", "√": r"\sqrt ", "∛": r"\cbrt ", "±": r"\pm ",
    "∓": r"\mp ", "°": r"^\circ ", "º": r"^\circ ", "′": "'", "″": "''", "”": "''", "’": "'", "ℝ": r"\mathbb{R}",
    "ℤ": r"\mathbb{Z}", "ℕ": r"\mathbb{N}", "ℚ": r"\mathbb{Q}", "ℂ": r"\mathbb{C}", "∑": r"\sum ", "∏": r"\prod ",
    "∫": r"\int ", "→": r"\to ", "⇒": r"\to ", "∧": r"\land ", "∨": r"\lor ", "⟨": r"\langle ", "⟩": r"\rangle ",
    "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "€": r"\euro ", "£": r"\pounds ",
    "¢": r"\cents ",
    "¥": r"\yen ", "₹": r"\rupee ", "₩": r"\won ", "₽": r"\ruble ",
    "∴": "", "✓": "", "✔": "", "✅": "", "∎": "", "■": "", "□": "",
    "∣": "|", "∠": r"\angle ", "…": r"\ldots ", "µ": "μ", "％": "%",
    "。": ".", "、": ",", "；": ";", "＜": "<", "＞": ">", "－": "-", "／": "/", "＾": "^", "度": r"^\circ ",
    "，": ",", "（": "(", "）": ")", "：": ":", "＝": "=", "＋": "+",
    "\u00a0": " ", "\u2009": r"\,", "\u202f": r"\,", "\u2061": "", "\u200b": "", "\ufeff": "", "\u2062": "",
}  # fmt: skip
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωϕΓΔΘΛΞΣΦΨΩ",
        str.split(
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
            "phi chi psi omega phi Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega"
        ),
        strict=True,
    )
)
_TABLE = {ord(char): text for char, text in _PLAIN.items()}
_TABLE |= {ord(char): f"\\{name} " for char, name in _GREEK.items()}
_TABLE |= {ord(zero) + digit: str(digit) for zero in "０٠۰०" for digit in range(10)}
_STYLED = lazily.pattern("[\U0001d400-\U0001d7ff]+")
_LAYOUT = lazily.pattern(
    r"\\left\s*\.(?=[^|]*\\middle)|\\(?:color|textcolor|[hv]space\*?|label|tag|hphantom|vphantom)\s*\{[^{}]*\}"
)
_SUPERS = lazily.pattern(f"[{''.join(_SUPER)}]+")
_SUBS = lazily.pattern(f"[{''.join(_SUB)}]+")
_SLANTED = lazily.pattern(f"([{''.join(_SUPER)}]+)[⁄∕/]([{''.join(_SUB)}]+)")
_VULGARS = lazily.pattern(r"(\d?)\s?([" + "".join(_VULGAR) + "])")
_MONEY = lazily.pattern(r"(?<![\w$}\\])\$(?=\s?[\d.])")
_PAIRED = lazily.pattern(r"^\s*(\$\$?)([^$]*)\1[\s.,;:!]*$")


def _vulgar(match: re.Match[str]) -> str:
    over, under = _VULGAR[match[2]].split("/")
    return f"{match[1]}\\frac{{{over}}}{{{under}}}"


def _slanted(match: re.Match[str]) -> str:
    above, below = ("".join(table[char] for char in part) for table, part in ((_SUPER, match[1]), (_SUB, match[2])))
    return f"\\frac{{{above}}}{{{below}}}"


def latexed(text: str) -> str:
    """Return the text with Unicode maths spelt in LaTeX.

    >>> latexed("3 × 10⁵"), latexed("√2/2"), latexed("1½")
    ('3 \\\\times  10^{5}', '\\\\sqrt 2/2', '1\\\\frac{1}{2}')
    """
    if text.isascii():
        return text
    text = _STYLED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = _VULGARS.sub(_vulgar, text)
    text = _SLANTED.sub(_slanted, text)
    text = _SUPERS.sub(lambda match: "^{" + "".join(_SUPER[char] for char in match[0]) + "}", text)
    text = _SUBS.sub(lambda match: "_{" + "".join(_SUB[char] for char in match[0]) + "}", text)
    return text.translate(_TABLE)


def undelimited(text: str) -> str:
    r"""Return the text without maths delimiters; dollars that are money become `\$`.

    >>> undelimited("$x=5$"), undelimited("$5 and $10"), undelimited(r"\(2\)")
    ('x=5', '\\$5 and \\$10', ' 2 ')
    """
    if "\\" in text:
        text = _LAYOUT.sub(" ", text)
    if "\\(" in text or "\\[" in text:
        text = re.sub(r"(?<!\\)\\[()]", " ", text)
        text = re.sub(r"(?<!\\)\\\[|(?<!\\)\\\](?!\w)", " ", text)
    if "$" not in text:
        return text
    paired = _PAIRED.match(text)
    if paired:
        return paired[2]
    bare = len(re.findall(r"(?<!\\)\$", text))
    if bare % 2 or len(_MONEY.findall(text)) == bare:
        text = _MONEY.sub(r"\\$", text)
    return re.sub(r"(?<!\\)\$", " ", text)
