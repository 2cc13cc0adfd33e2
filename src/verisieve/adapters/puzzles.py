"""What the records of ZebraLogic and of sets of true and false statements become."""

from __future__ import annotations

import json

from verisieve.adapters.values import bad, listed, parts, shown, text
from verisieve.records import Json

_HIDDEN = "___"
_UNDECIDED = ("Uncertain", "Unknown", "Undetermined")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def zebra_spec(value: Json) -> Json:
    """The spec of a logic grid whose clues say where each value is, from a solution of ZebraLogic."""
    header, rows = _table(value)
    columns = {name: [row[place] for row in rows] for place, name in enumerate(header) if place}
    clues = [["at", name, house, house + 1] for name, values in columns.items() for house in range(len(values))]
    return {"attrs": columns, "clues": clues}


def zebra_solution(value: Json) -> Json:
    """A solution of ZebraLogic as a model would answer."""
    header, rows = _table(value)
    return json.dumps({"solution": {f"House {row[0]}": dict(zip(header[1:], row[1:], strict=True)) for row in rows}})


def _table(value: Json) -> tuple[list[str], list[list[str]]]:
    header, rows = (value.get(key) if isinstance(value, dict) else None for key in ("header", "rows"))
    if not isinstance(header, list) or not isinstance(rows, list) or len(header) < 2 or not rows:
        raise bad("needs header and rows")
    told = [[text(cell) for cell in listed(row)] for row in rows]
    if any(len(row) != len(header) for row in told) or [row[0] for row in told] != [
        str(k + 1) for k in range(len(told))
    ]:
        raise bad(f"not a table of houses from 1: {shown(rows)}")
    if any(cell.startswith(_HIDDEN) for row in told for cell in row):
        raise bad("the public file hides the answers")
    return [text(name) for name in header], told


def lettered_question(value: Json) -> Json:
    r"""A question with its choices: [text, question, choices].

    >>> lettered_question(["There are 2 houses.", "Who is in house 1?", ["Eric", "Ann"]]).splitlines()[-2:]
    ['(A) Eric', '(B) Ann']
    """
    told, asked, choices = parts(value, "text", "question", "choices")
    offered = "\n".join(f"({letter}) {choice}" for letter, choice in zip(_LETTERS, _choices(choices), strict=False))
    return f"{text(told).strip()}\n\n{text(asked).strip()}\n{offered}"


def lettered_answer(value: Json) -> Json:
    """The right one of several choices, with its letter: [choices, answer].

    >>> lettered_answer([["Eric", "Ann"], "Ann"])
    '(B) Ann'
    """
    offered, answer = parts(value, "choices", "answer")
    choices = _choices(offered)
    if str(answer).startswith(_HIDDEN):
        raise bad("the public file hides the answers")
    if choices.count(str(answer)) != 1:
        raise bad(f"the answer is not one of the choices: {shown(answer)}")
    return f"({_LETTERS[choices.index(str(answer))]}) {answer}"


def _choices(value: Json) -> list[str]:
    choices = [text(choice) for choice in listed(value)]
    if not 2 <= len(choices) <= len(_LETTERS):
        raise bad(f"{len(choices)} choices")
    return choices


def open_world(value: Json) -> Json:
    """`True`, `False` or `Unknown`, given as such or as true and false."""
    return _stated(value, ("True", "False", "Unknown"))


def closed_world(value: Json) -> Json:
    """`True` or `False`, given as such or as true and false: nothing is unknown in a closed world."""
    return _stated(value, ("True", "False"))


def uncertain_world(value: Json) -> Json:
    """`True`, `False` or `Uncertain`; `Unknown`, as earlier versions say, is `Uncertain`."""
    return _stated("Uncertain" if value == "Unknown" else value, ("True", "False", "Uncertain"))


def undecided_words(value: Json) -> Json:
    """Other words for `Uncertain` or `Unknown`, null for other labels."""
    return [word for word in _UNDECIDED if word != value] if value in _UNDECIDED else None


def _stated(value: Json, known: tuple[str, ...]) -> str:
    if str(value).strip() not in known:
        raise bad(f"not one of {', '.join(known)}: {shown(value)}")
    return str(value).strip()
