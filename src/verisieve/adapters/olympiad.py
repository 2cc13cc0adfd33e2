"""What the records of OlympiadBench say of their answers."""

from __future__ import annotations

import math
import re

from verisieve.adapters.values import bad, shown, text
from verisieve.records import Json

_TYPES = {"Interval": "interval"}  # others steer nothing
_ABOUT = re.compile(r"(?<=\S)\s*\\(?:approx|simeq)(?![a-zA-Z])")  # of a name: as published, it is that
_IMAGE = re.compile(r"<im(?:g|age)_\d+>")


def question(value: Json) -> Json:
    """The question of a record with what comes before it; one that refers to an image is refused."""
    record = _record(value)
    told = "\n\n".join(str(record[key]).strip() for key in ("context", "question") if record.get(key))
    if _IMAGE.search(told):
        raise bad(f"needs an image: {shown(_IMAGE.findall(told)[0])}")
    if not told:
        raise bad("no question")
    return f"{told}\n\nPut the final answer into \\boxed{{}}{_asked(record)}."


def answer(value: Json) -> Json:
    """The final answer of a record, several as one list; a proof and one that people must judge are refused."""
    record = _record(value)
    given = record.get("final_answer")
    answers = [given] if isinstance(given, str) else given
    if not answers:
        raise bad("no final answer: it asks for a proof")
    if "Need_human_evaluate" in str(record.get("answer_type")):
        raise bad("its answer must be judged by people")
    if not isinstance(answers, list):
        raise bad(f"final_answer is no list: {shown(given)}")
    return _ABOUT.sub("=", ", ".join(text(item).strip() for item in answers))


def answer_type(value: Json) -> Json:
    """The type of answer that must be known to read it (an interval), else null."""
    return _TYPES.get(str(_record(value).get("answer_type")))


def tolerance(value: Json) -> Json:
    """The error that a record allows, in the answer's unit; null for none. One for each of several answers is refused.

    >>> tolerance({"error": "1e-1"}), tolerance({"error": None})
    ({'absolute': 0.1}, None)
    """
    given = _record(value).get("error")
    if given is None or not str(given).strip():
        return None
    sizes = set(map(str.strip, str(given).split(",")))
    try:
        (size,) = map(float, sizes)
    except ValueError as error:
        raise bad(f"error is not one number: {shown(given)}") from error
    if not 0 <= size < math.inf:
        raise bad(f"error is no size: {shown(given)}")
    return {"absolute": size}


def unit(value: Json) -> Json:
    """The unit of a record's answer, null for none; a unit for each of several answers is refused."""
    given = _record(value).get("unit")
    if given is None or not str(given).strip(" $"):
        return None
    found = text(given).strip(" $")
    if "," in found:
        raise bad(f"several units: {shown(given)}")
    return re.sub(r"\\(?:mathrm|text|rm)\s*\{([^{}]*)\}", r"\1", found).replace("~", " ").strip()


def _asked(record: dict[str, Json]) -> str:
    found = unit(record)
    many = "; separate several answers by commas" if record.get("is_multiple_answer") else ""
    return f", in {found}{many}" if found else many


def _record(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise bad('needs the whole record: from = "$record"')
    return value
