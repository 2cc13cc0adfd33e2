"""Prompts, replies and answers out of the files of trainers and evals: texts, or lists of messages."""

from __future__ import annotations

import json
import re
from typing import Any

from verisieve.adapters import apps
from verisieve.adapters.values import bad, listed, shown, text
from verisieve.errors import UsageError
from verisieve.records import Json, Problem

SHORT = 120  # characters of a reply that is its own answer
_MARKS = (
    re.compile(r"^####[ \t]*(.+)$", re.MULTILINE),
    re.compile(r"\b(?:the )?(?:final )?answer is:?[ \t]*(.+)$", re.IGNORECASE | re.MULTILINE),
)
_ANSWERS = ("answer", "solution", "final_answer", "ground_truth", "target")
_CODING = ("codecontests", "apps", "codeforces", "taco", "code", "coding", "code_contests")


def prompt_text(value: Json) -> Json:
    r"""A prompt as one text: of one message its content, of several turns each under its role.

    >>> prompt_text([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "1+1?"}])
    'Be brief.\n\n1+1?'
    """
    if isinstance(value, str):
        return value
    told = [_message(message) for message in listed(value)]
    if not told or told[-1][0] == "assistant":
        raise bad("the messages end without a question")
    single = [role for role, _ in told if role not in ("system", "developer")] == ["user"]
    return "\n\n".join(content if single else f"{role}: {content}" for role, content in told)


def reply_text(value: Json) -> Json:
    """A reply as one text: itself, or the content of the last message, which must be the assistant's."""
    if isinstance(value, str):
        return value
    told = [_message(message) for message in listed(value)]
    if not told or told[-1][0] != "assistant":
        raise bad("the messages do not end in a reply")
    return told[-1][1]


def final_answer(value: Json) -> Json:
    r"""What a reply states as its answer: its last box, what follows `####` or `the answer is`, or all of a short one.

    >>> final_answer("2 * 3 = 6\n#### 6"), final_answer(r"So $\boxed{\frac12}$."), final_answer("Blue.")
    ('6', '\\frac12', 'Blue.')
    """
    from verisieve.adapters.transforms import last_boxed  # which lists the transforms of this file

    told = text(value).strip()
    if "\\box" in told or "\\fbox" in told:
        return last_boxed(told)
    for mark in _MARKS:
        found = mark.findall(told)
        if found:
            return str(found[-1]).strip().rstrip(".").strip()
    if not told or len(told) > SHORT or "\n" in told:
        raise bad(f"states no final answer: {shown(told)}")
    return told


def trl_prompt(value: Json) -> Json:
    """The prompt of a record of TRL: `prompt`, or what comes before the reply in `messages` or in two replies."""
    record = _record(value)
    if record.get("prompt") is not None:
        return prompt_text(record["prompt"])
    if record.get("messages") is not None:
        reply_text(record["messages"])
        return prompt_text(record["messages"][:-1])
    return prompt_text(_shared(record))


def trl_completion(value: Json) -> Json:
    """The reply of a record of TRL: `completion`, or the last of `messages`."""
    record = _record(value)
    found = record.get("completion", record.get("messages"))
    if found is None:
        raise bad("neither completion nor messages")
    return reply_text(found)


def trl_chosen(value: Json) -> Json:
    """The preferred reply of a record of TRL, without a prompt that both replies repeat."""
    return _side(_record(value), "chosen")


def trl_side(value: Json) -> Json:
    """One reply of a record of TRL: [record, "chosen" or "rejected"]."""
    record, key = value if isinstance(value, list) and len(value) == 2 else (None, "")
    return _side(_record(record), text(key))


def packed_domain(value: Json) -> Json:
    """The domain of a record of verl, or of TRL's GRPO: code where its data source is, our own where it is ours."""
    record = _record(value)
    packed = _packed(record)
    if packed is not None:
        return packed.domain
    told = {str(record.get(key) or "").lower().rpartition("/")[2] for key in ("ability", "data_source")}
    return "code" if told & set(_CODING) else "math"


def packed_truth(value: Json) -> Json:
    """The truth of a record of verl, or of TRL's GRPO: its ground truth, or that of a row that we exported."""
    record = _record(value)
    packed = _packed(record)
    if packed is not None:
        return dict(packed.truth)
    found = _ground_truth(record)
    if packed_domain(record) == "code":
        tests = apps.tests(found)
        style = apps.style(found)
        entry = {"entry_point": apps.entry([found, ""])} if style == "check" else {}
        return {"language": "python", "style": style, "tests": tests, **entry}
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise bad(f"a ground truth that is no single answer: {shown(found)}")
    return {"answer": final_answer(str(found))}


def ideal(value: Json) -> Json:
    """The answer of a sample of OpenAI's evals, the first of several."""
    return _ideals(value)[0]


def other_ideals(value: Json) -> Json:
    """The other right answers of a sample of OpenAI's evals."""
    return _ideals(value)[1:]


def judged(value: Json) -> Json:
    """`pass` for what people judged correct, `reject` for incorrect.

    >>> judged("Correct"), judged(" incorrect"), judged(True)
    ('pass', 'reject', 'pass')
    """
    found = {"correct": "pass", "true": "pass", "1": "pass", "incorrect": "reject", "false": "reject", "0": "reject"}
    label = found.get(str(value).strip(" []").lower())
    if label is None:
        raise bad(f"neither correct nor incorrect: {shown(value)}")
    return label


def key_type(value: Json) -> Json:
    """How an answer of xVerify's kinds is judged: a letter as a choice, a label and a short text as text, else null."""
    return {"alphabet_option": "choice", "categorical_label": "text", "short_text": "text"}.get(str(value))


def preferred(value: Json) -> Json:
    """`pass` for `chosen`, `reject` for `rejected`."""
    return {"chosen": "pass", "rejected": "reject"}[text(value)]


def _ideals(value: Json) -> list[str]:
    found = [text(item) for item in (value if isinstance(value, list) else [value])]
    if not found or not all(item.strip() for item in found):
        raise bad("no ideal answer")
    return list(dict.fromkeys(found))


def _side(record: dict[str, Json], key: str) -> str:
    told = record.get(key)
    if told is None:
        raise bad(f"no {key}")
    reply = text(reply_text(told))
    shared = _shared(record) if record.get("prompt") is None and isinstance(told, str) else ""
    return reply.removeprefix(shared) if isinstance(shared, str) else reply


def _shared(record: dict[str, Json]) -> Any:
    """What two replies have in common at their start: the prompt that TRL leaves implicit."""
    one: Any = record.get("chosen")
    two: Any = record.get("rejected")
    if type(one) is not type(two) or not isinstance(one, str | list):
        raise bad("no prompt, and no two replies that hold it")
    count = next(
        (k for k, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), min(len(one), len(two))
    )
    if not count:
        raise bad("the two replies have no prompt in common")
    return one[:count]


def _packed(record: dict[str, Json]) -> Problem | None:
    """The problem that our own export packed into a ground truth."""
    from verisieve.rewards import unpack  # loads workers

    found = _ground_truth(record)
    if not isinstance(found, str) or not found.startswith('{"id": '):
        return None
    try:
        return unpack(found)
    except UsageError:
        return None


def _ground_truth(record: dict[str, Json]) -> Json:
    model = record.get("reward_model")
    if isinstance(model, dict):
        if model.get("style", "rule") != "rule":
            raise bad(f"rewarded by a {shown(model.get('style'))}, not by a rule")
        return _single(model.get("ground_truth"))
    return _single(next((record[name] for name in _ANSWERS if record.get(name) is not None), None))


def _single(value: Json) -> Json:
    if value is None:
        raise bad(f"no ground truth, nor any of {', '.join(_ANSWERS)}")
    if isinstance(value, list) and len(value) == 1:
        return value[0]
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        try:
            inside = json.loads(value)
        except ValueError:
            return value
        return _single(inside) if len(inside) == 1 and isinstance(inside[0], str) else value
    return value


def _message(value: Json) -> tuple[str, str]:
    if not isinstance(value, dict) or not isinstance(value.get("role"), str):
        raise bad(f"not a message: {shown(value)}")
    content = value.get("content")
    if isinstance(content, list):
        if any(not isinstance(part, dict) or part.get("type") != "text" for part in content):
            raise bad("a message that is more than text")
        content = "".join(text(part.get("text")) for part in content)
    return value["role"], text(content)


def _record(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise bad('needs the whole record: from = "$record"')
    return value
