"""Plain text from a model's formatting: Markdown, LaTeX, HTML and Unicode signs become the ASCII that readers expect.

Decides nothing: no content is dropped except what is struck out or hidden in comments. A power sign stays a power
sign.
"""

from __future__ import annotations

import re

BOX = "\x02"  # stands where a \boxed{ opened

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("−–—‒―﹣－", "-"),
        **dict.fromkeys("×·∙⋅✕✖∗＊", "*"),
        **dict.fromkeys("÷∕⁄／", "/"),
        **dict.fromkeys("→⟶➔➜➝⇒⟹↦▶►", "\x03"),
        **dict.fromkeys("“”„«»″＂", '"'),
        **dict.fromkeys("‘’‚′＇", "'"),
        **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u3000\t", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u20e3\x00\x02\x06", None),
        **dict.fromkeys("✓✔✅☑\ufe0f", None),
        **dict.fromkeys("│┃¦｜║", "|"),
        **dict.fromkeys("─━┄┈", "-"), **dict.fromkeys("┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝┏┳┓┣╋┫┗┻┛╭╮╰╯", "+"), "═": "=",
        **dict.fromkeys("•◦▪‣●", "•"),
        "：": ":", "，": ",", "；": ";", "（": "(", "）": ")", "＝": "=", "＋": "+", "．": ".",
        **{chr(0x2460 + k): f"{k + 1}. " for k in range(20)},
        "¬": "~", "∧": "&", "∨": "\x04", "⊃": "\x03", "≺": "<", "↔": "\x05", "⇔": "\x05",
    }
)  # fmt: skip
_LATEX_SIGNS = {
    "times": "*", "cdot": "*", "ast": "*", "div": "/", "to": "->", "rightarrow": "->", "Rightarrow": "->",
    "longrightarrow": "->", "implies": "->", "land": "&", "wedge": "&", "lor": "|", "vee": "|", "neg": "~",
    "lnot": "~", "leftrightarrow": "<->", "iff": "<->", "lt": "<", "gt": ">", "quad": " ", "qquad": " ", "left": "",
    "right": "", "displaystyle": "", "hline": "", "le": "≤", "leq": "≤",
}  # fmt: skip
_DECORATION = re.compile(  # pictures, except those that say no or doubt
    "[\U0001f300-\U0001faff\u2600-\u26ff\u2728\u2b50](?<![\U0001f44e\U0001f645\U0001f6ab\U0001f6d1\U0001f914\U0001f937\u26d4])"
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|~~(?!~)[^~\n]{1,2000}~~(?!~)", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>|</?(?:p|div|li|tr|ul|ol|table|pre)\b[^<>]{0,80}>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:b|i|em|strong|u|code|span|td|th|tbody|thead)\b[^<>]{0,80}>", re.IGNORECASE)
_TELLING = (  # names of elements that mark, deny or hide what they hold
    r"(?:final_)?answer|think|thought|scratch|reason|analys|draft|not|no_|wrong|incorrect|false|example|sample|candidate"
    r"|option|alternative|maybe|perhaps|guess|possib|placeholder|template|format|old|reject|discard|del|strike|s>|quote|hidden"
)
_ELEMENT = re.compile(  # <move>fill A</move>, <vertex id="Oslo">plum</vertex>; <answer> is a marker
    rf"<(?!{_TELLING})"
    r"(?P<tag>[a-z][a-z_]{1,20})(?:\s+[a-z]{1,12}=[\"'](?P<name>[^\"'<>]{1,60})[\"'])?\s*>"
    r"(?P<inner>[^<>]{1,4000})</(?P=tag)\s*>",
    re.IGNORECASE,
)
_ROW = re.compile(r"<tr\b[^<>]{0,80}>((?:(?!<tr\b).){0,4000}?)</tr\s*>", re.DOTALL | re.IGNORECASE)
_CELL = re.compile(r"<t([dh])\b[^<>]{0,80}>", re.IGNORECASE)
_BORDER = re.compile(r"^[ ]*\+(?:[-=]+\+)+[ ]*\n?", re.MULTILINE)
_ITALIC = re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]{1,80})(?<=[^\s_])_(?!\w)")
_EMPHASIS = re.compile(r"(?<![\w*)\]}])\*(?=[A-Za-z])([^*\n]{0,80}[A-Za-z.,:!])\*(?![\w*(\[{])")
_FENCE = re.compile(r"^[ ]*(?:`{3,}|~{3,})[ ]*[\w+-]{0,20}[ ]*$", re.MULTILINE)
_BOLD = re.compile(r"(?<![\w)\]}*])\*\*\*?(?=\S)|(?<=\S)(?<!\*)\*\*\*?(?![\w(\[{*])")
_LINE_MARKS = re.compile(r"^[ ]*(?:#{1,6}[ ]+|>[ ]+|-{3,}[ ]*$|={3,}[ ]*$|_{3,}[ ]*$|\*{3,}[ ]*$)", re.MULTILINE)
_WORDS = re.compile(r"\\(?:text|textbf|textit|texttt|mathrm|mathbf|mathit|mathtt|operatorname|mbox)\s*\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{[a-z]{1,12}\*?\}(?:\{[clr| ]{0,40}\})?")
_BRACES = re.compile(r"\\(?:boxed|fbox)\s*\{|\\[{}]|[{}]")


def plain(text: str) -> str:
    r"""Return the text in plain signs; `\boxed{x}` leaves the mark BOX before x.

    >>> plain("**(7 × 11) − 3**")
    '(7 * 11) - 3'
    >>> plain("$2**3$ and 2 ** 3")
    '2**3 and 2 ** 3'
    """
    if not text.isascii() or "\t" in text or "\x00" in text or BOX in text or "\x06" in text:
        text = text.translate(_SIGNS).replace("\x03", "->").replace("\x04", "|").replace("\x05", "<->")
        text = _DECORATION.sub("", text)
    if "<" in text or "~~" in text:
        text = _COMMENT.sub("", text)
        text = _ROW.sub(_row, text) if "<tr" in text or "<TR" in text else text
        text = _TAG.sub("", _BREAK.sub("\n", text))
        for _ in range(3 if "</" in text else 0):  # one in another
            text = _ELEMENT.sub(_element, text)
    if "\\" in text or "$" in text:
        text = _unlatex(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "```" in text or "~~~" in text:
        text = _FENCE.sub("", text)
    if "#" in text or ">" in text or "---" in text or "===" in text or "___" in text or "***" in text:
        text = _LINE_MARKS.sub("", text)
    if "-+" in text or "=+" in text:
        text = _BORDER.sub("", text)
    if "_" in text:
        text = _ITALIC.sub(r"\1", text)
    if "*" in text:
        text = _EMPHASIS.sub(r"\1", _BOLD.sub("", text))
    return text.replace("`", "")


def _element(match: re.Match[str]) -> str:
    """Return what an XML element holds, behind its name where it has one."""
    return f"{match['name']}: {match['inner'].strip()}" if match["name"] else match["inner"]


def _row(match: re.Match[str]) -> str:
    """Write a row of an HTML table as one of Markdown, a rule under a head."""
    _, *parts = _CELL.split(match[1])  # kinds and contents in turn
    cells = [" ".join(_TAG.sub("", part).split()) for part in parts[1::2]]
    rule = "\n" + "|---" * len(cells) + "|" if cells and set(parts[::2]) <= {"h", "H"} else ""
    return "\n| " + " | ".join(cells) + " |" + rule


def _unlatex(text: str) -> str:
    if "boxed" in text or "fbox" in text:
        text = _unbox(text)
    text = _ENVIRONMENT.sub("", text)
    for _ in range(3):  # fractions and words nest at most this deep in honest text
        text = _FRACTION.sub(r"((\1)/(\2))", _WORDS.sub(r"\1", text))
    text = re.sub(r"\\\\(?![A-Za-z])", "\n", text)
    text = re.sub(r"\\[,;:! ]", " ", text)
    text = re.sub(r"(?<=[A-Za-z])_(?:\{(\d{1,3})\}|(\d{1,3}))", r"\1\2", text)  # v_0 is v0
    text = re.sub(r"\\[()\[\]]|\$", "", text)
    text = re.sub(r"\\([{}%&_#])", r"\1", text)
    return _COMMAND.sub(lambda match: _LATEX_SIGNS.get(match[1], match[0]), text)


def _unbox(text: str) -> str:
    """Replace each \\boxed{…} by BOX and its content in one pass; a box left open runs to the end."""
    parts: list[str] = []
    boxed: list[bool] = []
    last = 0
    for match in _BRACES.finditer(text):
        sign = match[0]
        if sign.startswith("\\") and sign[1] in "{}":
            continue
        drop = sign.startswith("\\") or (sign == "}" and bool(boxed) and boxed[-1])
        if sign == "}":
            if boxed:
                boxed.pop()
        else:
            boxed.append(sign != "{")
        if drop:
            parts += [text[last : match.start()], BOX if sign != "}" else ""]
            last = match.end()
    return "".join([*parts, text[last:]])
