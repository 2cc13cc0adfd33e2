"""The vocabulary of the lexer: commands, functions, Greek letters, connectives, number words.

Tables only.
"""

from __future__ import annotations

GREEK = frozenset(
    str.split(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho "
        "sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega ell hbar"
    )
)
FUNCTIONS = {
    **{
        name: name for name in str.split("sin cos tan cot sec csc sinh cosh tanh coth sech csch ln exp gcd lcm min max")
    },
    **{f"arc{name}": f"arc{name}" for name in ["sin", "cos", "tan", "cot", "sec", "csc"]},
    **{f"a{name}": f"arc{name}" for name in ("sin", "cos", "tan")},
    **{f"arc{name}h": f"ar{name}h" for name in ("sin", "cos", "tan")},
    **{f"ar{name}h": f"ar{name}h" for name in ("sin", "cos", "tan")},
    **{f"a{name}h": f"ar{name}h" for name in ("sin", "cos", "tan")},
    "tg": "tan",
    "ctg": "cot",
    "cosec": "csc",
    "arctg": "arctan",
    "log": "log",
    "lg": "lg",
    "sqrt": "sqrt",
    "cbrt": "cbrt",
    "abs": "abs",
    "floor": "floor",
    "ceil": "ceil",
    "det": "det",
    "diag": "diag",
    "sgn": "sign",
    "sign": "sign",
    "cis": "cis",
    "factorial": "fact",
    "binomial": "binom",
    "binom": "binom",
    "comb": "binom",
    "conj": "conj",
    "Re": "re",
    "Im": "im",
    "arg": "arg",
    "Arg": "arg",
    "pow": "pow",
}
# LaTeX command -> token (kind, text)
COMMANDS: dict[str, tuple[str, str]] = {
    "cdot": ("op", "*"),
    "times": ("op", "*"),
    "ast": ("op", "*"),
    "div": ("op", "/"),
    "pm": ("op", "±"),
    "mp": ("op", "∓"),
    "le": ("rel", "le"),
    "leq": ("rel", "le"),
    "leqslant": ("rel", "le"),
    "ge": ("rel", "ge"),
    "geq": ("rel", "ge"),
    "geqslant": ("rel", "ge"),
    "lt": ("rel", "lt"),
    "gt": ("rel", "gt"),
    "ne": ("rel", "ne"),
    "neq": ("rel", "ne"),
    "approx": ("rel", "approx"),
    "simeq": ("rel", "approx"),
    "colon": ("op", ":"),
    "equiv": ("rel", "equiv"),
    "in": ("rel", "in"),
    "to": ("rel", "to"),
    "rightarrow": ("rel", "to"),
    "cup": ("op", "∪"),
    "bigcup": ("op", "∪"),
    "cap": ("op", "∩"),
    "setminus": ("op", "∖"),
    "backslash": ("op", "∖"),
    "infty": ("sym", "oo"),
    "pi": ("sym", "pi"),
    "imath": ("sym", "i"),
    "jmath": ("sym", "j"),
    "emptyset": ("sym", "∅"),
    "varnothing": ("sym", "∅"),
    "circ": ("op", "°"),
    "degree": ("op", "°"),
    "prime": ("op", "'"),
    "mid": ("op", "|"),
    "vert": ("op", "|"),
    "lvert": ("op", "|"),
    "rvert": ("op", "|"),
    "{": ("op", "{:"),
    "}": ("op", ":}"),
    "lbrace": ("op", "{:"),
    "rbrace": ("op", ":}"),
    "lbrack": ("op", "["),
    "rbrack": ("op", "]"),
    "langle": ("op", "⟨"),
    "rangle": ("op", "⟩"),
    "lfloor": ("op", "⌊"),
    "rfloor": ("op", "⌋"),
    "lceil": ("op", "⌈"),
    "rceil": ("op", "⌉"),
    "\\": ("op", "\\\\"),
    "cr": ("op", "\\\\"),
    "%": ("op", "%"),
    "&": ("word", "and"),
    "$": ("unit", "usd"),
    "pounds": ("unit", "gbp"),
    "euro": ("unit", "eur"),
    "cents": ("unit", "cent"),
    "yen": ("unit", "jpy"),
    "textyen": ("unit", "jpy"),
    "rupee": ("unit", "inr"),
    "texteuro": ("unit", "eur"),
    "textsterling": ("unit", "gbp"),
    "won": ("unit", "krw"),
    "ruble": ("unit", "rub"),
    "lor": ("word", "or"),
    "vee": ("word", "or"),
    "land": ("word", "and"),
    "wedge": ("word", "and"),
    "bmod": ("op", "mod"),
    "mod": ("op", "mod"),
    "ldots": ("op", "…"),
    "dots": ("op", "…"),
    "cdots": ("op", "…"),
    "forall": ("word", "for"),
}
DROPPED = frozenset(
    str.split(
        "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle displaystyle "
        "textstyle scriptstyle large Large LARGE huge Huge small tiny normalsize footnotesize "
        "limits nolimits , ; ! : > quad qquad enspace thinspace hspace rm bf it tt cal "
        "mathstrut boldsymbol bm mathbf mathit mathcal mathsf mathtt textbf textit textsf texttt emph boxed "
        "checkmark therefore qedhere blacksquare square "
        "fbox strut null underline mathop mathopen mathclose protect text mathrm textrm textnormal mbox hbox "
        "operatorname textup"
    )
) | {" ", "/"}
CONNECTIVES = {
    "and": "and",
    "or": "or",
    "if": "if",
    "when": "if",
    "where": "where",
    "for": "if",
    "with": "where",
    "otherwise": "otherwise",
    "else": "otherwise",
    "to": "ratio",
    "mod": "mod",
    "modulo": "mod",
    "per": "per",
    "in": "in",
    "times": "times",
    "squared": "squared",
    "cubed": "cubed",
    "square": "square",
    "sq": "square",
    "cubic": "cubic",
    "cu": "cubic",
    "infinity": "infinity",
    "inf": "infinity",
    "infty": "infinity",
    "oo": "infinity",
}
NO_NOUN = frozenset(
    str.split(
        "is are was were be not no incorrect correct wrong right or but because then so if it which that this "
        "maybe perhaps possibly false true answer equals equal unless except only than please thanks "
        "appears appear occurs occur seems plus minus multiplied divided fails never neither nor without instead wait "
        "hmm oops unsure does do hopefully probably presumably tbd halves thirds fourths fifths sixths sevenths "
        "eighths ninths tenths hundredths thousandths"
    )
)
_FAULTS = frozenset(str.split("invalid impossible extraneous fail failing"))  # of a number, where they stand alone
STOPWORDS = frozenset(
    str.split(
        "yes no none true odd even not all any the is are was were it its of at on by so red blue up down "
        "left top one two six ten zero five four nine see but can has had have who how why this that then "
        "than they from some only both same such each east west work done most more less many much know gold "
        "none null void pass fail be as an am we he me my i us do did does our you your his her she will well "
        "good bad big old new thus get gets find them into must make take now also been give gave easy just like "
        "long next over past plus rest side step near nor off out put show sign size sure too use used very via way "
        "went what yet base case edge exam fact form grid half hand head here high idea item last line list look lose "
        "main mark mean meet move name need once open pair part path pick play pole rate read real root rule says self "
        "send sets tail team tell term test text time trip turn type unit upon wait walk want week word year"
    )
)
_ONES = str.split(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = dict(zip(str.split("twenty thirty forty fifty sixty seventy eighty ninety"), range(20, 100, 10), strict=True))
BASES = {name: value for value, name in enumerate(_ONES)} | {"binary": 2, "octal": 8, "decimal": 10, "hex": 16}


def spelled(text: str) -> int | None:
    """Return the number that words spell, up to 999, or None.

    >>> spelled("forty-two"), spelled("one hundred and five"), spelled("thirty cats")
    (42, 105, None)
    """
    words = text.lower().replace("-", " ").replace(" and ", " ").split()
    total, last = 0, 1000
    if not words:
        return None
    for word in words:
        if word in _ONES and last > (value := _ONES.index(word)) and last != 0:
            total, last = total + value, 0
        elif word in _TENS and last >= 100:  # tens follow hundreds only
            total, last = total + _TENS[word], 10
        elif word == "hundred" and last == 0 and 0 < total < 10:  # one digit before hundred
            total, last = total * 100, 100
        else:
            return None
    return total


def is_no_noun(text: str) -> bool:
    """Say whether words after a number are more than what it counts: `fails`, `(wrong)`, `times two`.

    >>> is_no_noun("red apples"), is_no_noun("(wrong)"), is_no_noun("times two"), is_no_noun("times")
    (False, True, True, False)
    """
    parts = [part.strip("()[].,;:!*") for part in text.split()]
    if "?" in text or not NO_NOUN.isdisjoint(parts):
        return True
    return bool(parts) and ((len(parts) == 1 and parts[0] in _FAULTS) or spelled(parts[-1]) is not None)
