"""Named transforms that an adapter's `do` may call: one JSON value in, one out.

Runs nothing: code is parsed at most. A value that a transform cannot use raises InputError with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from verisieve.adapters import apps, chats, coding, contests, evalplus, olympiad, puzzles
from verisieve.adapters.values import bad, shown
from verisieve.adapters.values import text as as_text
from verisieve.records import Json
from verisieve.rows import loads

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


def after_hashes(value: Json) -> Json:
    """The text after the last `####`, where GSM8K puts the final answer.

    >>> after_hashes("2 * 3 = 6\\n#### 6")
    '6'
    """
    return _after(value, "####")


def after_a(value: Json) -> Json:
    """The text after the last line start `A:`, where GSM8K's recorded solutions put the final answer."""
    return _after("\n" + as_text(value), "\nA:")


def answer_type(value: Json) -> Json:
    """What an answer is judged as: a choice in brackets, a number, or any other text.

    >>> answer_type("(B)"), answer_type("-12"), answer_type("Yes")
    ('choice', 'number', 'text')
    """
    text = as_text(value).strip()
    if re.fullmatch(r"\([A-Z]\)", text):
        return "choice"
    return "number" if re.fullmatch(r"[+-]?[\d,]*\.?\d+", text) else "text"


def stated_answer(value: Json) -> Json:
    """Whether BBH's published rule finds the target: [output, target]; a full stop at the end does not count.

    >>> stated_answer(["It is late. So the answer is (A).", "(A)"]), stated_answer(["(B)", "(A)"])
    (True, False)
    """
    if not isinstance(value, list) or len(value) != 2:
        raise bad("needs an output and a target")
    return as_text(value[0]).partition("the answer is ")[2].removesuffix(".") == value[1] or value[0] == value[1]


def last_question(value: Json) -> Json:
    """The question after solved examples: between the last line start `Q:` and the `A:` after it.

    >>> last_question("Add.\\n\\nQ: 1+1\\nA: 2\\n\\nQ: 1+2\\nA: Let's think.")
    '1+2'
    """
    _, found, rest = ("\n" + as_text(value)).rpartition("\nQ:")
    question, ended, _ = rest.partition("\nA:")
    if not found or not ended or not question.strip():
        raise bad("no question between `Q:` and `A:`")
    return question.strip()


def last_boxed(value: Json) -> Json:
    """What the last `\\boxed{...}` of a solution holds, braces balanced; `\\boxed 3` and `\\fbox{...}` count too.

    >>> last_boxed(r"so $\\boxed{\\frac{1}{2}}$."), last_boxed(r"$\\boxed 5$")
    ('\\\\frac{1}{2}', '5')
    """
    text = as_text(value)
    found = list(re.finditer(r"\\f?box(?:ed)?(?![A-Za-z])\s*", text))
    if not found:
        raise bad("nothing is boxed")
    rest = text[found[-1].end() :]
    if not rest.startswith("{"):
        return re.split(r"[\s$]", rest, maxsplit=1)[0]
    depth = 0
    for mark in re.finditer(r"\\[{}\\]|[{}]", rest):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth == 0:
            return rest[1 : mark.start()].strip()
    raise bad("the last box is not closed")


def boxed(value: Json) -> Json:
    """An answer in a box, as a model would give it."""
    return f"The final answer is \\boxed{{{as_text(value).replace('$', '')}}}."


def stating(value: Json) -> Json:
    """A sentence that gives an answer, as a model would."""
    return f"The answer is {as_text(value)}."


def plain_number(value: Json) -> Json:
    """A number as plain digits: no grouping commas, no leading zeros, no `.0`.

    >>> plain_number("2,125"), plain_number(27.0), plain_number("025"), plain_number("-0.50")
    ('2125', '27', '25', '-0.5')
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise bad(f"not a number: {shown(value)}")
    text = str(value).strip()
    text = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise bad(f"not a number: {shown(value)}") from error
    if not number.is_finite() or abs(number.adjusted()) > 1000:
        raise bad(f"not a number of a usable size: {shown(value)}")
    digits = format(number, "f")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits in ("-0", "") else digits


def first(value: Json) -> Json:
    """The first item of a list."""
    if not isinstance(value, list) or not value:
        raise bad(f"no list with an item: {shown(value)}")
    return value[0]


def concat(value: Json) -> Json:
    """A list of lists as one list."""
    if not isinstance(value, list) or not all(isinstance(item, list) for item in value):
        raise bad(f"not a list of lists: {shown(value)}")
    return [item for part in value for item in part]


def strip(value: Json) -> Json:
    """Text without blanks around it."""
    return as_text(value).strip()


def text(value: Json) -> Json:
    """A number or text as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise bad(f"neither text nor a number: {shown(value)}")
    return str(value)


def integer(value: Json) -> Json:
    """A whole number, given as such or as text."""
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,18}\s*", value):
        return int(value)
    if type(value) is int or (isinstance(value, float) and value.is_integer()):
        return int(value)
    raise bad(f"not a whole number: {shown(value)}")


def number(value: Json) -> Json:
    """A finite number, given as such or as text."""
    return float(plain_number(value))


def boolean(value: Json) -> Json:
    """True or false, given as such or as `true`, `false`, `yes`, `no`, 1, 0."""
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    found = known.get(str(value).strip().lower())
    if found is None:
        raise bad(f"neither true nor false: {shown(value)}")
    return found


def parse_json(value: Json) -> Json:
    """A value from its JSON text, as CSV cells hold it."""
    return loads(as_text(value))


_OWN = (
    after_a,
    after_hashes,
    answer_type,
    boolean,
    boxed,
    concat,
    first,
    integer,
    last_boxed,
    last_question,
    number,
    parse_json,
    plain_number,
    stated_answer,
    stating,
    strip,
    text,
)
_CODING = (
    coding.called_function,
    coding.code_block,
    coding.declared_name,
    coding.foreign_modules,
    coding.helper_code,
    coding.open_function,
    coding.python_block,
)
_CHATS = (
    chats.final_answer,
    chats.ideal,
    chats.judged,
    chats.key_type,
    chats.other_ideals,
    chats.packed_domain,
    chats.packed_truth,
    chats.preferred,
    chats.prompt_text,
    chats.reply_text,
    chats.trl_chosen,
    chats.trl_completion,
    chats.trl_prompt,
    chats.trl_side,
)
_CONTESTS = (
    contests.contest_reference,
    contests.contest_solution,
    contests.contest_source,
    contests.contest_tests,
    contests.live_entry,
    contests.live_style,
    contests.live_tests,
    evalplus.humaneval_tests,
    evalplus.mbpp_tests,
)
_PUZZLES = (
    puzzles.closed_world,
    puzzles.lettered_answer,
    puzzles.lettered_question,
    puzzles.open_world,
    puzzles.uncertain_world,
    puzzles.undecided_words,
    puzzles.zebra_solution,
    puzzles.zebra_spec,
)

TRANSFORMS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {function.__name__: function for function in (*_OWN, *_CODING, *_CHATS, *_CONTESTS, *_PUZZLES)}
    | {"apps_entry": apps.entry, "apps_style": apps.style, "apps_tests": apps.tests}
    | {
        "olympiad_answer": olympiad.answer,
        "olympiad_question": olympiad.question,
        "olympiad_tolerance": olympiad.tolerance,
        "olympiad_answer_type": olympiad.answer_type,
        "olympiad_unit": olympiad.unit,
    }
)


def _after(value: Json, mark: str) -> str:
    _, found, rest = as_text(value).rpartition(mark)
    if not found or not rest.strip():
        raise bad(f"nothing follows {mark.strip()!r}")
    return rest.strip()
