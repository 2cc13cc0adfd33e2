"""Adapters: every data set's records become input rows, and broken ones are reported without stopping the rest."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from verisieve import datasets
from verisieve.adapters.transforms import TRANSFORMS
from verisieve.cli import main
from verisieve.errors import UsageError
from verisieve.records import Json, Problem
from verisieve.rows import BadRow, Place, Row, parse

MATH = ("prompt=question", "truth.answer=final", "domain:=math")
PUBLIC = [  # adapter, folder, rows, problems
    ("gsm8k", "gsm8k", 1319, 1319),
    ("gsm8k-recorded", "gsm8k", 5276, 1319),
    ("humaneval", "humaneval", 164, 164),
    ("mbpp", "mbpp", 974, 974),
    ("mbpp-challenge", "mbpp", 974, 974),
    ("aime24", "aime24", 30, 30),
    ("amc23", "amc23", 40, 40),
    ("bbh", "bbh", 1750, 1750),
    ("bbh-recorded", "bbh/code-davinci-002-cot", 1750, 1750),
    ("bbh-recorded", "bbh/code-davinci-002-direct", 1750, 1750),
]
SHAPES = {  # of sets that are not beside the checkout: a record as published, with what it becomes
    "math": (
        {
            "problem": "What is $1/2 + 1/3$?",
            "level": "Level 2",
            "type": "Prealgebra",
            "solution": r"It is $\boxed{\frac{5}{6}}$.",
        },
        {"answer": r"\frac{5}{6}"},
    ),
    "math500": (
        {
            "problem": "Find $2^3$.",
            "solution": r"$\boxed{8}$",
            "answer": "8",
            "subject": "Algebra",
            "level": 1,
            "unique_id": "test/algebra/1.json",
        },
        {"answer": "8"},
    ),
    "svamp": (
        {
            "ID": "chal-2",
            "Body": "Dan had $ 3 left.",
            "Question": "How much did the bar cost?",
            "Equation": "( 4.0 - 3.0 )",
            "Answer": 1.0,
            "Type": "Subtraction",
        },
        {"answer": "1", "type": "number"},
    ),
    "apps": (
        {
            "problem_id": 7,
            "question": "Print the sum.",
            "starter_code": "",
            "difficulty": "interview",
            "url": "u",
            "solutions": json.dumps(["print(sum(map(int, input().split())))"]),
            "input_output": json.dumps({"inputs": ["1 2\n", ["3 4", ""]], "outputs": ["3\n", ["7"]]}),
        },
        {
            "language": "python",
            "style": "stdin",
            "tests": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7"}],
        },
    ),
}
CALLED = {
    "problem_id": 8,
    "question": "Twice.",
    "difficulty": "introductory",
    "url": "u",
    "starter_code": "class Solution:\n    def twice(self, x: int) -> int:\n",
    "solutions": json.dumps(["class Solution:\n    def twice(self, x):\n        return 2 * x\n"]),
    "input_output": json.dumps({"fn_name": "twice", "inputs": [[2], [5]], "outputs": [[4], 10]}),
}


def _rows(name: str, path: Path, *, with_gold: bool = False) -> list[dict[str, Json]]:
    items = list(datasets.convert(datasets.load(name), path, with_gold=with_gold))
    bad = [str(item) for item in items if isinstance(item, BadRow)]
    assert not bad
    return [item for item in items if isinstance(item, dict)]


def _own(path: Path, *maps: str) -> tuple[list[dict[str, Json]], list[str]]:
    items = list(datasets.convert(datasets.from_maps(maps or MATH), path))
    rows = [item for item in items if isinstance(item, dict)]
    return rows, [str(item).removeprefix(f"{path}:") for item in items if isinstance(item, BadRow)]


def _outcomes(rows: list[dict[str, Json]], folder: Path) -> list[str]:
    """What `verisieve verify` says of rows."""
    source, out = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = CliRunner().invoke(main, ["verify", str(source), "--out", str(out), "--sandbox", "embedded"])
    assert done.exit_code == 0, done.output
    return [json.loads(line)["outcome"] for line in out.read_text(encoding="utf-8").splitlines()]


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _jsonl(folder: Path, *values: Json) -> Path:
    return _file(folder, "own.jsonl", "".join(json.dumps(value) + "\n" for value in values))


@pytest.mark.data
@pytest.mark.parametrize(("name", "folder", "count", "problems"), PUBLIC)
def test_public_files_convert_whole(shared_data: Path, name: str, folder: str, count: int, problems: int) -> None:
    """Every record of the real file becomes a row that the door of `verify` lets in; ids are unique by model."""
    adapter = datasets.load(name)
    rows = _rows(name, shared_data / folder, with_gold=bool(adapter.gold))
    assert len(rows) == len({(row["id"], row.get("model")) for row in rows}) == count
    assert all(isinstance(item, Row) for row in rows for item in parse(row, Place("-", 1)))
    found = list(datasets.problems(adapter, shared_data / folder))
    assert len(found) == problems
    assert all(isinstance(problem, Problem) and problem.prompt and problem.truth for problem in found)


@pytest.mark.parametrize(
    ("tests", "message"), [("", "no tests"), ('{"inputs": [], "outputs": []}', "no tests"), ("{", "")]
)
def test_problems_of_apps_without_tests_are_left_out(tmp_path: Path, tests: str, message: str) -> None:
    """A record that nothing can judge is named, not passed."""
    (bad,) = datasets.convert(datasets.load("apps"), _jsonl(tmp_path, {**CALLED, "input_output": tests}))
    assert isinstance(bad, BadRow)
    assert message in str(bad)


@pytest.mark.data
def test_gsm8k_answers_are_whole_numbers(shared_data: Path) -> None:
    """Every GSM8K truth is plain digits, and the recorded file tells the same truth for the same id."""
    answers = {row["id"]: row["truth"]["answer"] for row in _rows("gsm8k", shared_data / "gsm8k")}
    recorded = {row["id"]: row["truth"]["answer"] for row in _rows("gsm8k-recorded", shared_data / "gsm8k")}
    assert all(answer.removeprefix("-").isdecimal() for answer in answers.values())
    assert recorded == answers
    assert answers["gsm8k-0000"] == "18"


@pytest.mark.data
def test_recorded_verdicts_have_the_published_rates(shared_data: Path) -> None:
    """The four models' carried verdicts give 21.68, 39.04, 34.72 and 56.25 %."""
    right = Counter(row["model"] for row in _rows("gsm8k-recorded", shared_data / "gsm8k") if row["recorded"])
    rates = {model: round(100 * count / 1319, 2) for model, count in right.items()}
    assert rates == {
        "6b_finetuning": 21.68,
        "6b_verification": 39.04,
        "175b_finetuning": 34.72,
        "175b_verification": 56.25,
    }


@pytest.mark.data
def test_humaneval_helpers_become_setup(shared_data: Path) -> None:
    """The four prompts with a helper give it as set-up; each gold response parses and defines its entry point."""
    rows = _rows("humaneval", shared_data / "humaneval", with_gold=True)
    setups = {row["id"]: row["truth"]["setup"] for row in rows if "setup" in row["truth"]}
    assert set(setups) == {f"HumanEval/{number}" for number in (10, 32, 38, 50)}
    assert setups["HumanEval/32"].startswith("import math")
    assert "find_zero" not in setups["HumanEval/32"]
    for row in rows:
        tree = ast.parse(row["response"].removeprefix("```python\n").removesuffix("```\n"))
        assert row["truth"]["entry_point"] in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.data
def test_mbpp_quirks_are_kept(shared_data: Path) -> None:
    """Set-up code, the slow task's limit, hidden challenge tests and odd entry points come through."""
    rows = {row["id"]: row for row in _rows("mbpp", shared_data / "mbpp")}
    hard = {row["id"]: row for row in _rows("mbpp-challenge", shared_data / "mbpp")}
    assert {key for key, row in rows.items() if "setup" in row["truth"]} == {"mbpp-367", "mbpp-927"}
    assert {key for key, row in rows.items() if "limits" in row["truth"]} == {"mbpp-123"}
    assert rows["mbpp-601"]["truth"]["entry_point"] == "max_chain_length"
    assert rows["mbpp-126"]["truth"]["entry_point"] == "sum"
    assert sum(len(row["truth"]["tests"]) > 3 for row in hard.values()) == 11
    assert hard["mbpp-challenge-11"]["prompt"] == rows["mbpp-11"]["prompt"]


@pytest.mark.parametrize("name", datasets.names())
def test_every_adapter_has_a_card(name: str) -> None:
    """Name, description, source, licence, files and at least one quirk are there; the card shows every field."""
    adapter = datasets.load(name)
    assert adapter.name == name
    assert all((adapter.description, adapter.source, adapter.licence, adapter.files, adapter.quirks))
    card = datasets.card(adapter)
    assert all(f"`{field.target}`" in card for field in (*adapter.fields, *adapter.gold))


def test_a_broken_record_never_stops_the_others(tmp_path: Path) -> None:
    """Bad JSON, wrong types, missing and unusable fields are listed with line and field; ids do not shift."""
    good = '{"question": "1+1", "answer": "so\\n#### 2"}'
    lines = [
        good,
        "oops",
        "[]",
        '{"question": "1+1"}',
        '{"question": 7, "answer": "#### 2"}',
        '{"question": "x", "answer": "2"}',
    ]
    path = _file(
        tmp_path, "test.jsonl", "\n".join([*lines, "", good]).encode() + b'\n{"question": "\xff"}\n' + good.encode()
    )
    items = list(datasets.convert(datasets.load("gsm8k"), path))
    assert [item["id"] for item in items if isinstance(item, dict)] == ["gsm8k-0000", "gsm8k-0007", "gsm8k-0009"]
    assert [str(item).removeprefix(f"{path}:") for item in items if isinstance(item, BadRow)] == [
        "2: bad JSON: Expecting value at column 1",
        "3: a record is an object, not list",
        "4: answer: missing",
        "5: prompt: must be a string, not a number",
        "6: answer: after_hashes: nothing follows '####'",
        "9: invalid UTF-8 at byte 14",
    ]


def test_one_missing_model_leaves_the_other_three(tmp_path: Path) -> None:
    """A record that lacks one model's solution gives three rows and one bad row that names the column."""
    one = {"solution": "A: 2", "is_correct": True}
    models = datasets.load("gsm8k-recorded").each
    path = _jsonl(tmp_path, {"question": "1+1", "ground_truth": "\nA: 2", **dict.fromkeys(models[1:], one)})
    items = list(datasets.convert(datasets.load("gsm8k-recorded"), path))
    assert [type(item).__name__ for item in items] == ["BadRow", "dict", "dict", "dict"]
    assert "$value.solution: missing" in str(items[0])


def test_a_repeated_id_is_reported(tmp_path: Path) -> None:
    """The second record with an id is a bad row; the same id for another model or sample is not."""
    record = {"q": "1+1", "final": "2", "n": "x", "m": "one"}
    path = _jsonl(tmp_path, record, record, {**record, "m": "two"})
    rows, bad = _own(path, "id=n", "prompt=q", "truth.answer=final", "domain:=math", "model=m")
    assert [row["model"] for row in rows] == ["one", "two"]
    assert bad == ["2: id: id 'x' was seen before"]


def test_a_mapping_takes_columns_constants_and_templates(tmp_path: Path) -> None:
    """`=` copies a column or what lies in it, `:=` sets JSON or text, `~=` fills a template, `|` transforms."""
    path = _jsonl(tmp_path, {"q": {"text": "How far?"}, "unit.name": "km", "answer": "1,250.0"})
    rows, bad = _own(
        path,
        "id~=far-{$index}",
        "prompt~={q.text} (in {unit.name})",
        "truth.answer=answer|plain_number",
        "truth.tolerance:=0.5",
        "domain:=math",
        'meta.level:="3"',
    )
    assert not bad
    assert rows == [
        {
            "id": "far-0000",
            "prompt": "How far? (in km)",
            "truth": {"answer": "1250", "tolerance": 0.5},
            "domain": "math",
            "meta": {"level": "3"},
        }
    ]


def test_a_value_cannot_open_a_hole_in_a_template(tmp_path: Path) -> None:
    """Braces inside a column's text are text: no second filling, no attribute access."""
    path = _jsonl(tmp_path, {"question": "{final} {0.__class__}", "final": "7"})
    rows, _ = _own(path, "prompt~=<{question}>", "truth.answer=final", "domain:=math")
    assert rows[0]["prompt"] == "<{final} {0.__class__}>"


@pytest.mark.parametrize(
    ("maps", "message"),
    [
        (("prompt=q", "truth.answer=a"), "needs domain"),
        (("prompt=q", "domain:=math"), "needs domain .* and truth"),
        ((*MATH, "prompt"), "write TARGET=COLUMN"),
        ((*MATH, "=q"), "write TARGET=COLUMN"),
        ((*MATH, "prompt=other"), "given twice"),
        ((*MATH, "truth=other"), "truth is given twice"),
        ((*MATH, "meta..x=other"), "an empty name"),
        ((*MATH, "model="), "an empty name"),
        ((*MATH, "model=m|upper"), "unknown transform 'upper'"),
    ],
)
def test_wrong_mappings_are_refused_before_reading(maps: tuple[str, ...], message: str) -> None:
    """A mapping that cannot give rows raises UsageError that says what is wrong."""
    with pytest.raises(UsageError, match=message):
        datasets.from_maps(maps)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "Invalid value"),
        ('name = "x"\ncolour = "red"', "colour"),
        ('[fields]\nprompt = "q"', "name"),
        ('name = "x"\n[fields]\nprompt = {from = "q", value = 1}', "give one of"),
        ('name = "x"\n[fields]\nprompt = {form = "q"}', "give one of"),
        ('name = "x"\n[fields]\nprompt = {from = "q", do = ["shout"]}', "unknown transform"),
    ],
)
def test_wrong_adapter_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    """A TOML file that is no adapter raises UsageError with the file's name."""
    with pytest.raises(UsageError, match=message) as caught:
        datasets.load(str(_file(tmp_path, "bad.toml", text)))
    assert "bad.toml" in str(caught.value)


def test_unknown_names_and_absent_gold_are_refused(tmp_path: Path) -> None:
    """An unknown data set lists the known ones; gold where there is none is said at once."""
    with pytest.raises(UsageError, match="known: aime24, amc23, apps"):
        datasets.load("gsm9k")
    with pytest.raises(UsageError, match="no solutions of its own"):
        list(datasets.convert(datasets.from_maps(MATH), tmp_path, with_gold=True))


def test_rows_share_nothing(tmp_path: Path) -> None:
    """A constant object is copied for each row, so that a change of one row leaves the next alone."""
    path = _jsonl(tmp_path, {"question": "a", "final": "1"}, {"question": "b", "final": "1"})
    one, two = _own(path, *MATH, 'meta:={"tags": []}')[0]
    one["meta"]["tags"].append("x")
    assert two["meta"] == {"tags": []}


def test_problems_carry_no_responses(tmp_path: Path) -> None:
    """`problems` gives each problem once, with its meta and without the recorded replies; bad rows come along."""
    record: dict[str, Any] = {"n": 1, "question": "1+1", "final": "2", "r": "2", "m": "x", "l": 3}
    path = _jsonl(tmp_path, record, {**record, "m": "y"}, {"n": 2})
    adapter = datasets.from_maps([*MATH, "id=n", "response=r", "model=m", "meta.level=l"])
    first, bad = datasets.problems(adapter, path)
    assert first == Problem(domain="math", id="1", prompt="1+1", truth={"answer": "2"}, meta={"level": 3})
    assert isinstance(bad, BadRow)


DOCS = Path(__file__).parents[1] / "docs" / "datasets.md"


@pytest.mark.parametrize("name", [*datasets.names(), *sorted(TRANSFORMS)])
def test_every_adapter_and_transform_is_documented(name: str) -> None:
    """docs/datasets.md names each adapter and each transform."""
    assert f"`{name}`" in DOCS.read_text(encoding="utf-8")


def test_the_documented_adapter_works(tmp_path: Path) -> None:
    """The TOML example of the docs converts: a row per model, its patch applied, its gold boxed."""
    example = DOCS.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    records = [{"number": n, "question": "1+1", "final": "2.0", "gpt": "2", "llama": "3"} for n in (16, 17)]
    path = _file(tmp_path, "mine.json", json.dumps({"data": {"items": records}}))
    adapter = datasets.load(
        str(_file(tmp_path, "mine.toml", example.replace('"prompt"', '"model" = "$key"\n"prompt"')))
    )
    rows = [row for row in datasets.convert(adapter, path, with_gold=True) if isinstance(row, dict)]
    assert [(row["id"], row["model"]) for row in rows][:2] == [("mine-0000", "gpt"), ("mine-0000", "llama")]
    assert [row["truth"]["answer"] for row in rows] == ["2", "2", "4", "4"]
    assert rows[0]["response"] == "\\boxed{2.0}"
