"""What the body of a request may say: a row, an array or lines of rows, or a request of NeMo Gym.

The shape of NeMo Gym is that of its resources servers, `nemo_gym/base_resources_server.py`: BaseVerifyRequest has
`responses_create_params` and `response` (of OpenAI's Responses API), BaseVerifyResponse adds `reward`, `mask_sample`,
`failure_kind` and `failure_reason`. What a reply is judged by is `ground_truth`, as our export `nemo-gym` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from verisieve import quickjson
from verisieve.errors import InputError, UsageError
from verisieve.records import Completion, Json, Outcome, Problem, Reason
from verisieve.rewards import unpack
from verisieve.rows import BadRow, Place, Row, loads, parse

TOO_MANY = "too_many_rows"


def decoded(body: bytes) -> Json:
    """Decode a body; raise InputError that says what is wrong with it."""
    if not body:
        raise InputError(Reason.BAD_ROW, "the body is empty")
    return loads(body)


def one(value: Json) -> Row | BadRow:
    """Read one row of one reply."""
    if isinstance(value, dict) and "responses" in value:
        wrong = "takes one `response`; /verify/batch takes `responses`"
        return BadRow(place=Place("body", 1), reason=Reason.BAD_ROW, message=wrong, field="responses")
    return next(parse(value, Place("body", 1)))


def many(value: Json, most: int) -> list[Row | BadRow]:
    """Read an array of rows, one for each reply; raise InputError for none, or more than may be."""
    if not isinstance(value, list):
        raise InputError(Reason.BAD_ROW, "must be an array of rows; lines go as application/x-ndjson", "body")
    rows: list[Row | BadRow] = []
    for number, item in enumerate(value, 1):
        rows += parse(item, Place("body", number))
        if len(rows) > most:
            raise InputError(TOO_MANY, f"at most {most} replies; lines (application/x-ndjson) have no limit", "body")
    return rows


def line(raw: bytes, number: int) -> Iterator[Row | BadRow]:
    """Read the row of one line."""
    place = Place("body", number)
    try:
        return parse(loads(raw), place)
    except InputError as error:
        return iter([BadRow(place=place, reason=error.reason, message=str(error), field=error.field)])


def too_long(number: int, most: int) -> Iterator[BadRow]:
    """Return the bad row of a line that is longer than may be."""
    yield BadRow(place=Place("body", number), reason=Reason.BAD_ROW, message=f"a line of more than {most} bytes")


def is_gym(value: Json) -> bool:
    """Whether a body is a request of NeMo Gym."""
    return isinstance(value, dict) and "responses_create_params" in value


def gym(value: dict[str, Json]) -> Row | BadRow:
    """Read a request of NeMo Gym."""
    place = Place("body", 1)
    try:
        return Row(place=place, completion=Completion(problem=_problem(value), text=_text(value.get("response"))))
    except InputError as error:
        return BadRow(place=place, reason=error.reason, message=str(error), field=error.field)


def gym_answer(value: dict[str, Json], verdict: bytes) -> bytes:
    """Return what NeMo Gym expects: its own request, with the reward. An `error` masks the sample."""
    found = quickjson.decode(verdict)
    outcome = Outcome(found["outcome"])
    score = outcome.score
    told = {
        "reward": score or 0.0,
        "mask_sample": score is None,
        "failure_kind": "verifier_error" if score is None else None,
        "failure_reason": found["reason"] if score is None else None,
        "outcome": outcome.value,
        "reason": found["reason"],
        "answer": found["answer"],
        "verifier": found["verifier"],
    }
    return quickjson.encode({**value, **told})


def _problem(value: dict[str, Json]) -> Problem:
    packed = value.get("ground_truth")
    if not isinstance(packed, str):
        raise InputError(Reason.BAD_ROW, "must be the text that the export nemo-gym writes", "ground_truth")
    try:
        return unpack(packed)
    except UsageError as error:
        raise InputError(Reason.BAD_ROW, str(error).removeprefix("ground_truth: "), "ground_truth") from error


def _text(response: Json) -> str:
    """Return what the last message of a response says."""
    output = response.get("output") if isinstance(response, dict) else None
    if not isinstance(output, list):
        raise InputError(Reason.BAD_ROW, "must be a response with a list `output`", "response")
    for item in reversed(output):
        if isinstance(item, dict) and item.get("type", "message") == "message":
            content = item.get("content")
            return content if isinstance(content, str) else _joined(content)
    return ""  # it called tools, or only thought: no answer


def _joined(content: Json) -> str:
    parts = content if isinstance(content, list) else []
    texts = (part.get("text") for part in parts if isinstance(part, dict) and part.get("type") == "output_text")
    return "".join(text for text in texts if isinstance(text, str))
