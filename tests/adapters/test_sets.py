"""Each public set, on records of own contents in its published shape: what they become, and what replies get."""

from __future__ import annotations

import base64
import json
import pickle
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from verisieve import datasets, rewards
from verisieve.adapters import contests, evalplus
from verisieve.judge import judge
from verisieve.records import Completion, Json, Problem
from verisieve.rows import BadRow
from verisieve.sandboxes.opening import LazySandbox


class Set(NamedTuple):
    """A record of a set, what its truth holds, and replies with what they get."""

    adapter: str
    record: dict[str, Json]
    truth: dict[str, Json]
    replies: list[tuple[str, str]]


def _olympiad(**given: Json) -> dict[str, Json]:
    """A record with the keys of OE_TO_maths_en_COMP.json."""
    usual = {"id": 2231, "subfield": "Algebra", "context": None, "question": "How large is it?", "solution": ["…"]}
    told = {
        "final_answer": ["$7$"],
        "is_multiple_answer": False,
        "unit": None,
        "answer_type": "Numerical",
        "error": None,
    }
    return usual | told | given


def _packed(tests: Json) -> str:
    """Tests as code_generation_lite holds them."""
    return base64.b64encode(zlib.compress(pickle.dumps(json.dumps(tests)))).decode()


def _live(**given: Json) -> dict[str, Json]:
    """A record with the keys of code_generation_lite."""
    public = [{"input": "2\n3 4\n", "output": "7\n", "testtype": "stdin"}]
    private = [{"input": "1\n5\n", "output": "5\n", "testtype": "stdin"}]
    usual = {
        "question_title": "Sum", "question_content": "Add the numbers.", "platform": "atcoder", "question_id": "abc1_a",
        "contest_id": "abc1", "contest_date": "2024-01-06T00:00:00", "starter_code": "", "difficulty": "easy",
        "public_test_cases": json.dumps(public), "private_test_cases": _packed(private), "metadata": "{}",
    }  # fmt: skip
    return usual | given


CALLED = [{"input": '[1, 2]\n"ab"', "output": '[3, "ab"]', "testtype": "functional"}]
METHOD = "class Solution:\n    def both(self, xs: List[int], s: str) -> List[Any]:\n        "


def _contest(**given: Json) -> dict[str, Json]:
    """A record with the columns of the Parquet files."""
    usual = {
        "name": "1_A. Twice", "description": "Print twice the number.", "source": 2, "difficulty": 7,
        "public_tests": {"input": ["2\n"], "output": ["4\n"]},
        "private_tests": {"input": ["5\n", "2\n"], "output": ["10\n", "4"]},
        "generated_tests": {"input": ["-1\n"], "output": ["-2\n"]}, "cf_rating": 800, "cf_tags": ["math"],
        "solutions": {"language": [2, 3], "solution": ["int main(){}", "print(2 * int(input()))"]},
        "incorrect_solutions": {"language": [3], "solution": ["print(input())"]},
        "time_limit": {"seconds": 1, "nanos": 0}, "memory_limit_bytes": 256000000, "input_file": "", "output_file": "",
    }  # fmt: skip
    return usual | given


CRUX = {
    "code": "def f(d, k):\n    d[k] = len(d)\n    return d",
    "input": "{'a': 1}, 'b'",
    "output": "{'a': 1, 'b': 1}",
    "id": "sample_7",
}
PLUS = {
    "task_id": "HumanEval/7", "entry_point": "half", "atol": 0,
    "prompt": 'def half(xs: list) -> float:\n    """Half of the sum."""\n',
    "canonical_solution": "    return sum(xs) / 2\n", "contract": "    assert xs\n", "test": "",
    "base_input": [[[1, 2]]], "plus_input": [[[0.1, 0.2]], [[]]],
}  # fmt: skip
MBPP = {
    "task_id": "Mbpp/2", "entry_point": "similar_elements", "atol": 0, "assertion": "",
    "prompt": '"""\nWrite a function to find the shared elements.\n"""\n',
    "canonical_solution": "def similar_elements(a, b):\n    return tuple(set(a) & set(b))\n", "contract": "",
    "base_input": [[[1, 2], [2, 3]]], "plus_input": [[[1, 5, 7], [7, 5]], [[], []]],
}  # fmt: skip
BIG = {
    "task_id": "BigCodeBench/7", "entry_point": "task_func", "doc_struct": "{}", "libs": "['random']",
    "complete_prompt": 'import random\n\ndef task_func(n):\n    """n draws of a die."""\n',
    "instruct_prompt": "Draw a die n times.\nStart with:\n```\nimport random\ndef task_func(n):\n```",
    "canonical_solution": "    return [random.randint(1, 6) for _ in range(n)]\n", "code_prompt": "",
    "test": (
        "import unittest\nfrom unittest.mock import patch\n\nclass TestCases(unittest.TestCase):\n"
        "    def test_length(self):\n        self.assertEqual(len(task_func(4)), 4)\n"
        "    @patch('random.randint', return_value=3)\n"
        "    def test_source(self, drawn):\n        self.assertEqual(task_func(2), [3, 3])\n"
    ),
}  # fmt: skip
GRID = {
    "header": ["House", "Name", "Child", "PhoneModel"],
    "rows": [["1", "Eric", "Ann", "google pixel 6"], ["2", "Ann", "Bob", "iphone 13"]],
}
ZEBRA = {"id": "lgp-test-2x3-7", "size": "2*3", "puzzle": "There are 2 houses.", "solution": GRID, "created_at": "2024"}
TABLE = "| House | Name | Child | PhoneModel |\n|---|---|---|---|\n"
TABLE += "| 1 | Eric | Ann | google pixel 6 |\n| 2 | Ann | Bob | iphone 13 |"


def _grid(one: str, two: str, phone: str) -> dict[str, dict[str, str]]:
    """A reply to GRID."""
    first, second = {"Name": one, "Child": "ann", "PhoneModel": phone}, {"Name": two, "Child": "Bob"}
    return {"House 1": first, "House 2": second | {"PhoneModel": "iphone 13"}}


THEORY = {
    "id": "AttNoneg-OWA-D1-7", "maxD": 1, "NFact": 1, "NRule": 1, "theory": "Bob is cold. Cold people are red.",
    "triples": {}, "rules": {}, "allProofs": "",
    "questions": {"Q1": {"question": "Bob is red.", "answer": True, "QDep": 1, "QLen": 1, "strategy": "proof"}},
}  # fmt: skip
FOLIO = {
    "premises": ["All cats purr.", "Tom purrs. "], "premises-FOL": ["∀x (Cat(x) → Purr(x))", "Purr(tom)"],
    "conclusion": "Tom is a cat.", "conclusion-FOL": "Cat(tom)", "label": "Uncertain",
}  # fmt: skip
USER, SAID = {"role": "user", "content": "What is 2+2?"}, {"role": "assistant", "content": "It is\n#### 4"}
VAR = {
    "question": "What is 1/2 + 1/2?", "correct_answer": "1", "llm_output": "The answer is \\(1.0\\).",
    "model_name": "m", "dataset": "GSM8K", "key_answer_type": "math", "setting": "0_shot",
    "human_judgment_result": "Correct",
}  # fmt: skip
VERL = {
    "data_source": "openai/gsm8k", "prompt": [USER], "ability": "math", "extra_info": {"split": "train", "index": 0},
    "reward_model": {"style": "rule", "ground_truth": "4"},
}  # fmt: skip
CODE_TESTS = json.dumps({"inputs": ["1 2\n"], "outputs": ["3\n"]})

SETS = [
    Set(
        "olympiadbench",
        _olympiad(final_answer=[r"$\frac{1}{2}$"]),
        {"answer": r"$\frac{1}{2}$"},
        [(r"So \boxed{0.5}", "pass"), (r"\boxed{2}", "fail"), (r"\boxed{1/2} or \boxed{2}", "fail")],
    ),
    Set(
        "olympiadbench",
        _olympiad(final_answer=["$(2,1),(3,1)$"], is_multiple_answer=True, answer_type="Tuple"),
        {},
        [(r"\boxed{(3,1),(2,1)}", "pass"), (r"\boxed{(3,1)}", "fail"), (r"\boxed{(1,2),(1,3)}", "fail")],
    ),
    Set(
        "olympiadbench",
        _olympiad(final_answer=[r"$x=1$,$x=\pm 2$"], is_multiple_answer=True),
        {},
        [(r"\boxed{1,2,-2}", "pass"), (r"\boxed{1, 2}", "fail")],
    ),
    Set(
        "olympiadbench",
        _olympiad(final_answer=[r"$(-\infty,1]\cup[10,+\infty)$"], answer_type="Interval"),
        {"type": "interval"},
        [(r"\boxed{x \le 1 \text{ or } x \ge 10}", "pass"), (r"\boxed{(-\infty,1)\cup[10,\infty)}", "fail")],
    ),
    Set(
        "olympiadbench",
        _olympiad(final_answer=["$0.64$"], unit="$\\mathrm{N}$", error="1e-2"),
        {"unit": "N", "tolerance": {"absolute": 0.01}},
        [
            (r"\boxed{0.645}", "pass"),
            (r"\boxed{0.64\text{ N}}", "pass"),
            (r"\boxed{645\text{ mN}}", "pass"),
            (r"\boxed{0.66}", "fail"),
            (r"\boxed{0.64\text{ J}}", "fail"),
        ],
    ),
    Set(
        "olympiadbench",
        _olympiad(final_answer=["$120$, $3.5$"], error="0.5", is_multiple_answer=True),
        {"tolerance": {"absolute": 0.5}},
        [(r"\boxed{3.9, 120.4}", "pass"), (r"\boxed{3.9, 121}", "fail"), (r"\boxed{4.2, 120}", "fail")],
    ),
    Set(
        "humaneval-plus",
        PLUS,
        {"style": "check"},
        [
            ("```python\ndef half(xs):\n    return sum(xs) * 0.5 + 1e-9\n```", "pass"),
            ("```python\ndef half(xs):\n    return sum(xs) / 2 if xs else None\n```", "fail"),
            ("```python\ndef half(xs):\n    return 1.5\n```", "fail"),
            ("```python\ndef half(xs):\n    xs = xs or 1 / 0\n    return sum(xs) / 2\n```", "fail"),
        ],
    ),
    Set(
        "mbpp-plus",
        MBPP,
        {"entry_point": "similar_elements"},
        [
            ("```python\ndef similar_elements(a, b):\n    return [x for x in a if x in b]\n```", "pass"),
            ("```python\ndef similar_elements(a, b):\n    assert {} != a != []\n    return {*a} & {*b}\n```", "pass"),
            ("```python\ndef similar_elements(a, b):\n    return (2,)\n```", "fail"),
        ],
    ),
    Set(
        "codecontests",
        _contest(),
        {
            "tests": [
                {"stdin": "2\n", "stdout": "4\n"},
                {"stdin": "5\n", "stdout": "10\n"},
                {"stdin": "-1\n", "stdout": "-2\n"},
            ]
        },
        [
            ("```python\nn = int(input())\nprint(n + n)\n```", "pass"),
            ("```python\nprint(4)\n```", "fail"),
            ("```python\nprint(abs(2 * int(input())))\n```", "fail"),
        ],
    ),
    Set(
        "livecodebench",
        _live(),
        {"style": "stdin"},
        [
            ("```python\ninput()\nprint(sum(map(int, sys.stdin.readline().split())))\n```", "pass"),
            ("```python\nprint(7)\n```", "fail"),
        ],
    ),
    Set(
        "livecodebench",
        _live(metadata='{"func_name": "both"}', public_test_cases=json.dumps(CALLED), private_test_cases="[]"),
        {"style": "calls", "entry_point": "Solution().both"},
        [(f"```python\n{METHOD}return (sum(xs), s)\n```", "pass"), (f"```python\n{METHOD}return [3]\n```", "fail")],
    ),
    Set(
        "bigcodebench",
        BIG,
        {"shared_process": True},
        [
            (
                "```python\nimport random\ndef task_func(n):\n    return [random.randint(1, 6) for k in range(n)]\n```",
                "pass",
            ),
            ("```python\ndef task_func(n):\n    return [1] * n\n```", "fail"),
        ],
    ),
    Set(
        "bigcodebench-complete",
        BIG | {"complete_prompt": "import numpy as np\n" + str(BIG["complete_prompt"])},
        {"packages": ["numpy"]},
        [
            ("    return [random.randint(1, 6) for k in range(n)]\n", "error"),
            ("```python\ndef task_func(n):\n    return [1] * n\n```", "error"),
        ],
    ),
    Set(
        "cruxeval-output",
        CRUX,
        {"task": "predict", "ask": "output"},
        [
            ("[ANSWER]\nassert f({'a': 1}, 'b') == {'a': 1, 'b': 1}\n[/ANSWER]", "pass"),
            ("`{'b': 1, 'a': 1.0}`", "pass"),
            ("The output is `{'a': 1, 'b': 1}`.", "pass"),
            ("{'a': 1, 'b': 2}", "fail"),
            ("[ANSWER]f({'a': 1}, 'b')[/ANSWER]", "no_answer"),
            ("Answer: {'a': 1}\nAnswer: {'b': 1}", "no_answer"),
        ],
    ),
    Set(
        "cruxeval-input",
        CRUX,
        {"task": "predict", "ask": "input"},
        [
            ("[ANSWER]\nassert f({'a': 1}, 'b') == {'a': 1, 'b': 1}\n[/ANSWER]", "pass"),
            ("f(dict(a=1), k='b')", "pass"),
            ("f({'b': 1}, 'a')", "pass"),
            ("f({'a': 2}, 'b')", "fail"),
            ("f(7, 7)", "fail"),
            ("no idea", "no_answer"),
        ],
    ),
    Set(
        "zebralogic",
        ZEBRA,
        {"family": "logic_grid"},
        [
            (json.dumps({"solution": _grid("Eric", "Ann", "Google Pixel 6")}), "pass"),
            (TABLE, "pass"),
            (json.dumps(_grid("Ann", "Eric", "google pixel 6")), "fail"),
        ],
    ),
    Set(
        "zebralogic-mc",
        {
            "id": "z#mc-1",
            "puzzle": "2 houses.",
            "question": "Who is in house 1?",
            "choices": ["Ann", "Eric"],
            "answer": "Eric",
        },
        {"answer": "(B) Eric"},
        [("The answer is (B).", "pass"), ("**Eric**", "pass"), ("The answer is (A) Ann.", "fail")],
    ),
    Set(
        "folio",
        FOLIO,
        {"answer": "Uncertain", "type": "text"},
        [
            ("So the conclusion is **Uncertain**.", "pass"),
            ("The answer is Uncertain.", "pass"),
            ("Unknown", "pass"),
            ("The answer is True.", "fail"),
            ("False", "fail"),
            ("The answer is True or Uncertain.", "no_answer"),
        ],
    ),
    Set(
        "folio",
        FOLIO | {"premises": "All cats purr.\nTom is a cat.", "label": "True", "example_id": 3, "story_id": 1},
        {"answer": "True"},
        [
            ("Cats purr, so Tom does.\n\nAnswer: True", "pass"),
            ("\\boxed{\\text{True}}", "pass"),
            ("Uncertain", "fail"),
            ("not True", "fail"),
        ],
    ),
    Set(
        "proofwriter-owa",
        THEORY,
        {"answer": "True"},
        [("True", "pass"), ("Unknown.", "fail"), ("The answer is False.", "fail")],
    ),
    Set(
        "proofwriter-cwa",
        THEORY | {"questions": {"Q2": {"question": "Al is red.", "answer": False, "QDep": 0}}},
        {"answer": "False"},
        [("So it is **False**.", "pass"), ("True", "fail")],
    ),
    Set(
        "trl",
        {"prompt": "What is 2+2?", "completion": "\\boxed{4}"},
        {"answer": "4"},
        [("It is 4.", "pass"), ("5", "fail")],
    ),
    Set(
        "trl",
        {"messages": [{"role": "system", "content": "Add."}, USER, SAID]},
        {"answer": "4"},
        [("4", "pass"), ("3", "fail")],
    ),
    Set(
        "trl-grpo",
        {"prompt": [USER], "solution": r"$\frac{8}{2}$", "domain": "x"},
        {"answer": r"$\frac{8}{2}$"},
        [("4", "pass"), ("5", "fail")],
    ),
    Set(
        "verl",
        VERL,
        {"answer": "4"},
        [("#### 4", "pass"), ("#### 5", "fail")],
    ),
    Set(
        "verl",
        {
            "data_source": "apps",
            "prompt": [USER],
            "ability": "code",
            "reward_model": {"style": "rule", "ground_truth": CODE_TESTS},
        },
        {"style": "stdin"},
        [("```python\nprint(sum(map(int, input().split())))\n```", "pass"), ("```python\nprint(4)\n```", "fail")],
    ),
    Set(
        "openai-evals",
        {
            "input": [{"role": "system", "content": "Answer."}, {"role": "user", "content": "Capital of Peru?"}],
            "ideal": ["Lima", "City of Kings"],
        },
        {"answer": "Lima", "also": ["City of Kings"]},
        [("Lima", "pass"), ("The answer is City of Kings.", "pass"), ("Cusco", "fail"), ("Lima or Cusco", "fail")],
    ),
    Set("openai-evals", {"input": "2+2=", "ideal": "4"}, {"answer": "4"}, [("4", "pass"), ("5", "fail")]),
    Set("xverify", VAR, {"answer": "1"}, [(str(VAR["llm_output"]), "pass"), ("The answer is 2.", "fail")]),
    Set(
        "xverify",
        VAR | {"correct_answer": "D", "key_answer_type": "alphabet_option"},
        {"type": "choice"},
        [("I would choose (D).", "pass"), ("C", "fail")],
    ),
]


@pytest.fixture(scope="module")
def box() -> Iterator[LazySandbox]:
    """One sandbox for the module, as workers have it."""
    opened = LazySandbox("embedded")
    yield opened
    opened.close()


def _rows(folder: Path, adapter: str, record: Json, *, with_gold: bool = False) -> list[dict[str, Json] | BadRow]:
    path = folder / "own.jsonl"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    found = datasets.load(adapter)
    return list(datasets.convert(found, path, with_gold=with_gold and bool(found.gold)))


def _outcome(row: dict[str, Json], text: str, box: LazySandbox) -> str:
    problem = Problem(domain=row["domain"], id=row["id"], prompt=row["prompt"], truth=row["truth"])
    return judge(Completion(problem=problem, text=text), box).outcome.value


@pytest.mark.parametrize("known", SETS, ids=[f"{known.adapter}-{number}" for number, known in enumerate(SETS)])
def test_right_replies_pass_and_wrong_ones_do_not(tmp_path: Path, box: LazySandbox, known: Set) -> None:
    """As the set's own rule has it, in the usual forms; its own solution passes."""
    (row,) = _rows(tmp_path, known.adapter, known.record, with_gold=True)
    assert isinstance(row, dict), str(row)
    assert row["truth"] | known.truth == row["truth"]
    assert [(text, _outcome(row, text, box)) for text, _ in known.replies] == known.replies
    if "response" in row and row.get("label", "pass") == "pass" and "packages" not in row["truth"]:
        assert _outcome(row, row["response"], box) == "pass" or known.truth.get("type") == "choice"


def test_a_name_that_is_about_a_value_is_that_value(tmp_path: Path, box: LazySandbox) -> None:
    """As OlympiadBench's published rule reads `\\approx`; tolerances come from `error`."""
    (row,) = _rows(tmp_path, "olympiadbench", _olympiad(final_answer=[r"$\Delta p \approx -\frac{h}{c}$"]))
    assert isinstance(row, dict)
    assert _outcome(row, r"\boxed{-\frac{h}{c}}", box) == "pass"
    assert _outcome(row, r"\boxed{\frac{h}{c}}", box) == "fail"


REFUSED = [  # records that nothing can judge, each of its kind, and the words that say so
    ("olympiadbench", _olympiad(final_answer=None), "asks for a proof"),
    ("olympiadbench", _olympiad(answer_type="Need_human_evaluate"), "judged by people"),
    ("olympiadbench", _olympiad(question="See <img_3362>."), "needs an image"),
    ("olympiadbench", _olympiad(final_answer=["$1,2$"], error="0.1,,0.2"), "not one number"),
    ("olympiadbench", _olympiad(final_answer=["$1,2$"], unit="m,s"), "several units"),
    ("humaneval-plus", PLUS | {"base_input": [], "plus_input": []}, "at least one"),
    ("humaneval-plus", PLUS | {"atol": True}, "atol"),
    ("mbpp-plus", MBPP | {"task_id": "Mbpp/164"}, "takes any answer"),
    ("mbpp-plus", MBPP | {"task_id": "Mbpp/252"}, "not the published shape"),
    ("codecontests", _contest(description="If there are multiple answers, print any of them."), "a judge of its own"),
    (
        "codecontests",
        _contest(description="Your answer is right if its relative or absolute error is below 1e-6."),
        "judge",
    ),
    ("codecontests", _contest(description="This is an interactive problem."), "judge"),
    ("codecontests", _contest(generated_tests={"input": ["2\n"], "output": ["5\n"]}), "one input has two answers"),
    ("codecontests", _contest(input_file="in.txt"), "standard input"),
    (
        "codecontests",
        _contest(public_tests={}, private_tests=None, generated_tests={"input": [], "output": []}),
        "tests",
    ),
    ("livecodebench", _live(private_test_cases="???"), "neither JSON nor compressed"),
    ("livecodebench", _live(private_test_cases=_packed([])[:-8]), "compressed"),
    ("zebralogic", ZEBRA | {"solution": GRID | {"rows": [["___"] * 4] * 2}}, "not a table"),
    (
        "zebralogic",
        ZEBRA | {"solution": GRID | {"rows": [["1", "___", "a", "b"], ["2", "___", "a", "b"]]}},
        "hides the answers",
    ),
    (
        "zebralogic-mc",
        {"id": "z", "puzzle": "p", "question": "q", "choices": ["a", "b"], "answer": "___"},
        "hides the answers",
    ),
    ("folio", FOLIO | {"label": "maybe"}, "not one of"),
    (
        "proofwriter-cwa",
        THEORY | {"questions": {"Q1": {"question": "q", "answer": "Unknown"}}},
        "not one of True, False",
    ),
    ("trl", {"prompt": "p", "completion": "A long story\nwithout an answer."}, "states no final answer"),
    ("trl", {"text": "The sky is blue."}, "no prompt"),
    ("trl-preference", {"chosen": "yes", "rejected": "no"}, "in common"),
    ("trl-grpo", {"prompt": [USER]}, "no ground truth"),
    (
        "verl",
        {"data_source": "s", "prompt": [USER], "reward_model": {"style": "model", "ground_truth": ""}},
        "not by a rule",
    ),
    (
        "verl",
        {"data_source": "s", "prompt": [USER], "reward_model": {"style": "rule", "ground_truth": {"target": ["a"]}}},
        "no single answer",
    ),
    ("openai-evals", {"input": [SAID], "ideal": "4"}, "without a question"),
    ("openai-evals", {"input": "q", "ideal": []}, "no ideal"),
    ("xverify", VAR | {"human_judgment_result": "unclear"}, "neither correct nor incorrect"),
]


@pytest.mark.parametrize(
    ("adapter", "record", "words"), REFUSED, ids=[f"{row[0]}-{k}" for k, row in enumerate(REFUSED)]
)
def test_what_nothing_can_judge_is_left_out(tmp_path: Path, adapter: str, record: Json, words: str) -> None:
    """With the reason, and never scored."""
    found = _rows(tmp_path, adapter, record)
    assert found
    assert all(isinstance(item, BadRow) and words in str(item) for item in found), [str(item) for item in found]


def test_a_pickle_is_read_and_never_loaded(tmp_path: Path) -> None:
    """Private tests that would run something on loading are refused, and nothing runs."""

    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "exploded",))  # type: ignore[return-value]

    for held in (Bomb(), ["[]"], b"[]", 7, ("a", "b")):
        packed = base64.b64encode(zlib.compress(pickle.dumps(held))).decode()
        (bad,) = _rows(tmp_path, "livecodebench", _live(private_test_cases=packed))
        assert isinstance(bad, BadRow)
        assert "pickle" in str(bad)
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_texts_of_every_binary_protocol_are_read(protocol: int) -> None:
    """Long and short ones, with letters of any script."""
    for text in ("[]", "ä" * 300, "x" * 70_000):
        assert contests.pickled_text(pickle.dumps(text, protocol)) == text


def test_compressed_tests_cannot_unfold_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor can tests come to more than a row may hold."""
    monkeypatch.setattr(contests, "INFLATED", 1000)
    (bad,) = _rows(tmp_path, "livecodebench", _live(private_test_cases=_packed(["0" * 5000])))
    assert "unfold to more" in str(bad)
    monkeypatch.setattr(contests, "MOST", 5)
    (bad,) = _rows(tmp_path, "livecodebench", _live())
    assert "at most 5" in str(bad)


def test_the_shapes_of_json_dumps_are_read_too(tmp_path: Path) -> None:
    """CodeContests as its own tool converts it: lists of objects, keys that are left out."""
    tests = [{"input": "2\n", "output": "4\n"}]
    record = _contest(public_tests=tests, private_tests=[], solutions=[{"language": 3, "solution": "print(4)"}])
    for key in ("input_file", "output_file", "cf_rating"):
        del record[key]
    (row,) = _rows(tmp_path, "codecontests", record, with_gold=True)
    assert isinstance(row, dict)
    assert row["truth"]["reference"] == "print(4)"
    assert [test["stdin"] for test in row["truth"]["tests"]] == ["2\n", "-1\n"]


@pytest.mark.parametrize(
    ("adapter", "record"), [("codecontests", _contest(time_limit=None)), ("zebralogic", ZEBRA), ("verl", VERL)]
)
def test_parquet_gives_what_json_gives(tmp_path: Path, adapter: str, record: dict[str, Json]) -> None:
    """Structures in columns, lists in structures, nulls."""
    parquet, pyarrow = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("pyarrow")
    parquet.write_table(pyarrow.Table.from_pylist([record]), tmp_path / "own.parquet")
    (expected,) = _rows(tmp_path, adapter, record)
    assert list(datasets.convert(datasets.load(adapter), tmp_path / "own.parquet")) == [expected]


def test_inputs_that_json_does_not_know_are_read(tmp_path: Path, box: LazySandbox) -> None:
    """MBPP+ has `Infinity` and `NaN`; they reach the program, and a not-a-number is its own equal."""
    code = "def same(x):\n    return x\n"
    record = MBPP | {"task_id": "Mbpp/9", "entry_point": "same", "canonical_solution": code}
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps(record | {"base_input": [[float("inf")]], "plus_input": [[float("nan")], [0.5]]}))
    (row,) = datasets.convert(datasets.load("mbpp-plus"), path)
    assert isinstance(row, dict)
    assert _outcome(row, f"```python\n{code}```", box) == "pass"
    assert _outcome(row, "```python\ndef same(x):\n    return 0.5\n```", box) == "fail"


@pytest.mark.parametrize(
    ("task", "given", "typed"),
    [
        ("Mbpp/2", [[1], [2]], "[((1,), (2,))]"),
        ("Mbpp/63", [[[1, 2]]], "[([(1, 2)],)]"),
        ("Mbpp/75", [[[1]], 3], "[([(1,)], 3)]"),
        ("Mbpp/106", [[1], [2]], "[([1], (2,))]"),
        ("Mbpp/115", [[[1], []]], "[([{1}, {}],)]"),
        ("Mbpp/124", [1, "2j"], "[(1.0, 2j)]"),
        ("Mbpp/252", ["(3+4j)"], "[((3+4j),)]"),
        ("Mbpp/259", [[[1]], [[2]]], "[(((1,),), ((2,),))]"),
        ("Mbpp/278", [[1, [2]]], "[((1, (2,)),)]"),
        ("Mbpp/307", [[1], 2, 3], "[((1,), 2, 3)]"),
        ("Mbpp/580", [[1, [2, [3]]]], "[((1, (2, (3,))),)]"),
        ("Mbpp/722", [{"a": [1]}, 2], "[({'a': (1,)}, 2)]"),
        ("Mbpp/3", [[1]], "[([1],)]"),
    ],
)
def test_arguments_have_the_types_that_their_task_wants(task: str, given: Json, typed: str) -> None:
    """Tuples, sets and complex numbers, as evalplus/data/mbpp.py restores them."""
    text = evalplus.mbpp_tests([task, [given], [], "def f(): ...", "f", 0])
    assert f"INPUTS = {typed}\n" in text


def test_a_preference_gives_a_labelled_row_for_each_side(tmp_path: Path) -> None:
    """With the prompt taken out of replies that repeat it, as messages and as text."""
    other = {"role": "assistant", "content": "5"}
    for record in (
        {"prompt": [USER], "chosen": [SAID], "rejected": [other]},
        {"chosen": [USER, SAID], "rejected": [USER, other]},
        {"chosen": "2+2? It is\n#### 4", "rejected": "2+2? 5"},
    ):
        rows = [row for row in _rows(tmp_path, "trl-preference", record) if isinstance(row, dict)]
        assert [(row["model"], row["label"]) for row in rows] == [("chosen", "pass"), ("rejected", "reject")]
        assert {row["truth"]["answer"] for row in rows} == {"4"}
        assert rows[1]["response"] == "5"
        assert len({row["id"] for row in rows}) == 1


def test_what_we_export_comes_back(tmp_path: Path) -> None:
    """A ground truth that `export` packed brings its domain and truth into verl's and TRL's adapters."""
    truth = {"language": "python", "style": "asserts", "entry_point": "f", "tests": ["assert f() == 1"]}
    packed = rewards.pack({"id": "c-1", "domain": "code", "prompt": "Write f.", "truth": truth})
    verl = {
        "data_source": "verisieve/code",
        "prompt": [USER],
        "reward_model": {"style": "rule", "ground_truth": packed},
    }
    for adapter, record in (("verl", verl), ("trl-grpo", {"prompt": [USER], "ground_truth": packed})):
        (row,) = _rows(tmp_path, adapter, record)
        assert isinstance(row, dict)
        assert (row["domain"], row["truth"]) == ("code", truth)


def test_a_theory_gives_a_row_for_each_question(tmp_path: Path) -> None:
    """With an id and a depth of its own; a bad answer costs its own row alone."""
    questions = {
        f"Q{k}": {"question": "q", "answer": answer, "QDep": k} for k, answer in enumerate((True, "Unknown", 7))
    }
    found = _rows(tmp_path, "proofwriter-owa", THEORY | {"questions": questions})
    rows = [row for row in found if isinstance(row, dict)]
    assert [(row["id"][-3:], row["truth"]["answer"], row["meta"]["level"]) for row in rows] == [
        ("-Q0", "True", 0),
        ("-Q1", "Unknown", 1),
    ]
    assert isinstance(found[2], BadRow)


@pytest.mark.parametrize("column", ["human_judgment_result", "human_judge", "GPT_4o_final_judgment_result"])
def test_labels_of_xverify_are_ours(tmp_path: Path, column: str) -> None:
    """By whatever of its names the column goes; a file without labels has none."""
    record = {key: value for key, value in VAR.items() if key != "human_judgment_result"}
    (bare,), (row,) = _rows(tmp_path, "xverify", record), _rows(tmp_path, "xverify", record | {column: "incorrect"})
    assert isinstance(bare, dict)
    assert "label" not in bare
    assert isinstance(row, dict)
    assert row["label"] == "reject"
