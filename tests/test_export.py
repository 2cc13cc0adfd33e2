"""Exports have the field's standard shapes, hold only what passed, and never leak a problem across the split."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from run_folder import row, write

from verisieve import export
from verisieve.errors import MissingExtraError, UsageError
from verisieve.folder import pairs
from verisieve.formats import FORMATS, PARQUET
from verisieve.select import select

USER = [{"role": "user", "content": "What is the answer to p1?"}]
GOOD = [{"role": "assistant", "content": "It is 4."}]
BAD = [{"role": "assistant", "content": "It is 5."}]
TRUTH = '{"id": "p1", "domain": "math", "prompt": "What is the answer to p1?", "truth": {"answer": "4"}}'
NAMED = {"id": "p1", "domain": "math"}

# The shapes of huggingface/trl docs/source/dataset_formats.md, verl docs/preparation/prepare_data.rst, OpenRLHF's
# datasets/prompts_dataset.py, SkyRL's train/dataset/dataset.py, NeMo Gym's resources_servers/*/data/example.jsonl,
# open-instruct's dataset_transformation.py, Inspect's dataset/_dataset.py, and OpenAI's guides to supervised and
# preference fine-tuning. tests/trainers has the trainers themselves read them.
SHAPES: dict[str, list[dict[str, Any]]] = {
    "trl-sft": [{"messages": USER + GOOD}],
    "trl-prompt-completion": [{"prompt": USER, "completion": GOOD}],
    "trl-dpo": [{"prompt": USER, "chosen": GOOD, "rejected": BAD}],
    "trl-kto": [
        {"prompt": USER, "completion": GOOD, "label": True},
        {"prompt": USER, "completion": BAD, "label": False},
    ],
    "trl-grpo": [{"prompt": USER, **NAMED, "ground_truth": TRUTH}],
    "verl": [
        {
            "data_source": "verisieve/math",
            "prompt": USER,
            "ability": "math",
            "reward_model": {"style": "rule", "ground_truth": TRUTH},
            "extra_info": {"index": 0, "split": "train", **NAMED},
        }
    ],
    "skyrl": [
        {
            "data_source": "verisieve/math",
            "prompt": USER,
            "env_class": "verisieve",
            "reward_spec": {"method": "rule", "ground_truth": TRUTH},
            "extra_info": {"index": 0, "split": "train", **NAMED},
        }
    ],
    "openrlhf": [{"datasource": "verisieve/math", "prompt": USER, "label": TRUTH}],
    "nemo-gym": [{"responses_create_params": {"input": USER}, **NAMED, "ground_truth": TRUTH}],
    "open-instruct": [{"messages": USER, "ground_truth": TRUTH, "dataset": "verisieve"}],
    "verifiers": [{"id": "math:p1", "prompt": USER[0]["content"], "ground_truth": TRUTH}],
    "inspect": [{"input": USER, "target": "It is 4.", "id": "math:p1", "metadata": {**NAMED, "ground_truth": TRUTH}}],
    "parquet": [
        {
            **NAMED,
            "model": "m",
            "sample": 0,
            "prompt": USER[0]["content"],
            "rendered": None,
            "response": "It is 4.",
            "operator": None,
            "answer": "It is 4.",
            "verifier": "math 1",
            "sandbox": None,
            "truth": '{"answer": "4"}',
            "meta": "null",
            "checks": '[{"name": "equal", "outcome": "pass", "evidence": {"expected": "4"}}]',
            "group": "math:p1",
            "score": 0.8,
            "rank": 0,
        }
    ],
    "openai-sft": [{"messages": USER + GOOD}],
    "openai-dpo": [{"input": {"messages": USER}, "preferred_output": GOOD, "non_preferred_output": BAD}],
}


def read(path: Path) -> list[dict[str, Any]]:
    """Read a JSON Lines or Parquet file."""
    if path.suffix == ".parquet":
        rows: list[dict[str, Any]] = pytest.importorskip("pyarrow.parquet").read_table(path).to_pylist()
        return rows
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def exported(folder: Path, name: str) -> list[dict[str, Any]]:
    """Read every split of a format."""
    return [one for path in sorted((folder / name).iterdir()) for one in read(path)]


@pytest.mark.parametrize("name", SHAPES)
def test_a_format_has_its_standard_shape(tmp_path: Path, name: str) -> None:
    """One passed and one failed reply to a problem give exactly these rows."""
    if name in PARQUET:
        pytest.importorskip("pyarrow")
    run = write(tmp_path / "run", [row(), row(outcome="fail", response="It is 5.", sample=1)])
    export.write(run, tmp_path / "out", [name], validation=0)
    assert exported(tmp_path / "out", name) == SHAPES[name]


def test_every_format_is_shown_here() -> None:
    """A format without a shape in this file has not been checked."""
    assert set(FORMATS) == {*SHAPES, "jsonl"}


def test_jsonl_keeps_all_that_is_known_of_a_row(tmp_path: Path) -> None:
    """Unknown keys of the input, the verdict and the rank are all there."""
    run = write(tmp_path / "run", [row(meta={"seed": 7}, operator="harder", label="pass")])
    export.write(run, tmp_path / "out", ["jsonl"], validation=0)
    (one,) = exported(tmp_path / "out", "jsonl")
    assert (one["meta"], one["operator"], one["label"]) == ({"seed": 7}, "harder", "pass")
    assert (one["verdict"]["outcome"], one["verdict"]["verifier"]) == ("pass", "math 1")
    assert one["selection"] == {"line": 1, "group": "math:p1", "score": 1.0, "rank": 0}


def test_the_user_turn_is_the_prompt_that_the_model_saw(tmp_path: Path) -> None:
    """The rendered prompt, with its instructions, and not the bare question."""
    run = write(tmp_path / "run", [row(rendered="Solve.\nWhat is 2 + 2?")])
    export.write(run, tmp_path / "out", ["trl-sft"], validation=0)
    assert exported(tmp_path / "out", "trl-sft")[0]["messages"][0]["content"] == "Solve.\nWhat is 2 + 2?"


MIXED = [
    row(f"p{i}", outcome, response=f"{outcome} {i} {sample}", sample=sample)
    for i in range(40)
    for sample, outcome in enumerate(("pass", "fail", "no_answer", "limit", "error", "pass"))
]


PROMPTS_ONLY = {"verl", "trl-grpo", "openrlhf", "skyrl", "nemo-gym", "open-instruct", "inspect", "verifiers"}


@pytest.mark.parametrize("name", sorted(set(FORMATS) - PROMPTS_ONLY))
def test_no_reply_is_exported_that_did_not_pass(tmp_path: Path, name: str) -> None:
    """Only the rejected side of preferences holds failed replies; no file holds anything else."""
    export.write(write(tmp_path / "run", MIXED), tmp_path / "out", [name])
    text = json.dumps(exported(tmp_path / "out", name))
    allowed = {"trl-dpo", "trl-kto", "openai-dpo"}
    assert all(f'"{outcome} ' not in text for outcome in ("no_answer", "limit", "error"))
    assert ('"fail ' in text) == (name in allowed)
    assert '"pass ' in text


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_problem_is_on_both_sides_of_the_split(tmp_path: Path, name: str) -> None:
    """The prompts of train and validation are disjoint, and both splits hold rows."""
    export.write(write(tmp_path / "run", MIXED), tmp_path / "out", [name], validation=0.3)
    sides = [
        {found for one in read(path) for found in re.findall(r"answer to (p\d+)", json.dumps(one))}
        for path in sorted((tmp_path / "out" / name).iterdir())
    ]
    assert [bool(side) for side in sides] == [True, True]
    assert not set.intersection(*sides)


def test_the_split_of_a_problem_does_not_depend_on_the_other_rows(tmp_path: Path) -> None:
    """A later, larger run puts known problems where they were."""
    for name, rows in (("small", MIXED[:60]), ("large", MIXED)):
        export.write(write(tmp_path / name, rows), tmp_path / f"out-{name}", ["trl-grpo"], validation=0.3)
    small, large = (
        [one["id"] for one in read(tmp_path / f"out-{s}/trl-grpo/validation.jsonl")] for s in ("small", "large")
    )
    assert small
    assert small == large[: len(small)]


def child(name: str, parent: str | int, outcome: str = "pass", **more: Any) -> Any:
    """Return a row whose problem was made from another."""
    return row(name, outcome, meta={"parents": [parent]}, **more)


RELATED: list[tuple[str, list[Any]]] = [
    ("a parent that itself did not pass", [row("a"), child("b", "a", "fail"), child("c", "b")]),
    ("a parent that is no row", [child("a", "seed"), child("c", "seed")]),
    ("a parent with a number for its name", [row("7"), child("c", 7)]),
    ("one question", [row("a", prompt="What is 2+2?"), row("c", prompt="what is  2+2?\n", response="Four: 4")]),
    ("one question shown in two ways",
     [row("a", prompt="Q", rendered="Solve Q"), row("c", prompt="Q", rendered="Q, please", response="4!")]),
    ("a question that failed under another name",
     [row("a", prompt="Q"), child("b", "x", "fail", prompt="Q"), child("c", "x")]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "family"), RELATED, ids=[why for why, _ in RELATED])
def test_relatives_are_on_one_side(tmp_path: Path, why: str, family: list[Any]) -> None:
    """However they are related, and in whatever order they come."""
    groups = [
        {one.group for one in select(pairs(write(tmp_path / f"run{turn}", rows))).kept}
        for turn, rows in enumerate((family, family[::-1], [row("z"), *family]))
    ]
    assert groups[0] == groups[1] == groups[2] - {"math:z"}
    assert len(groups[0]) == 1


def test_rows_without_a_question_are_not_related(tmp_path: Path) -> None:
    """An empty prompt, which some checkers do not need, is nothing that problems could share."""
    run = write(tmp_path / "run", [row("a", prompt=""), row("b", prompt=" ", response="It is four: 4")])
    assert len({one.group for one in select(pairs(run)).kept}) == 2


def test_relatives_too_many_for_validation_are_trained_on(tmp_path: Path) -> None:
    """A family that is most of the data never is the validation split, whatever its name hashes to."""
    for child in range(20):
        name = f"out-{child}"
        family = [row(f"{child}-{k}", meta={"parents": [f"{child}-0"]}) for k in range(8)]
        others = [row(f"other-{k}") for k in range(8)]
        export.write(write(tmp_path / name, [*family, *others]), tmp_path / f"data-{child}", ["jsonl"], validation=0.4)
        train = [one["id"] for one in read(tmp_path / f"data-{child}/jsonl/train.jsonl")]
        assert {one["id"] for one, _ in family} <= set(train)


def test_an_empty_split_leaves_no_file(tmp_path: Path) -> None:
    """Loaders refuse empty files, so an older one goes too, and the card does not name it."""
    stale = tmp_path / "out/trl-sft/validation.jsonl"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}\n", encoding="utf-8")
    made = export.write(write(tmp_path / "run", [row()]), tmp_path / "out", ["trl-sft"], validation=0)
    assert not stale.exists()
    assert [file.path for file in made.files] == ["trl-sft/train.jsonl"]
    assert "validation.jsonl" not in made.card.read_text(encoding="utf-8")


def test_a_run_in_which_nothing_passed_exports_a_card_only(tmp_path: Path) -> None:
    """The card says where the rows went."""
    made = export.write(write(tmp_path / "run", [row(outcome="fail")]), tmp_path / "out", ["trl-sft", "trl-dpo"])
    assert made.files == []
    assert "| verified | fail: `wrong_answer` | 1 |" in made.card.read_text(encoding="utf-8")


def test_a_run_that_changed_after_the_selection_is_not_exported(tmp_path: Path) -> None:
    """A row that no longer says `pass` stops the export, and leaves no half-written file."""
    run = write(tmp_path / "run", [row()])
    selection = select(pairs(run))
    write(run, [row(outcome="fail")])
    with pytest.raises(UsageError, match="line 1 changed after it was selected"):
        export.write(run, tmp_path / "out", ["trl-sft"], selection=selection)
    assert list((tmp_path / "out/trl-sft").iterdir()) == []


def test_broken_unicode_beside_a_reply_is_written_as_its_escape(tmp_path: Path) -> None:
    """A truth or evidence with a lone surrogate survives the round trip; every file is valid UTF-8."""
    run = write(tmp_path / "run", [row(truth={"answer": "\udc80"}, evidence={"got": "\udc80"})])
    export.write(run, tmp_path / "out", ["jsonl", "trl-grpo"], validation=0)
    (whole,), (bare,) = (exported(tmp_path / "out", name) for name in ("jsonl", "trl-grpo"))
    assert whole["truth"] == json.loads(bare["ground_truth"])["truth"] == {"answer": "\udc80"}


BAD_CALLS: list[tuple[dict[str, Any], str]] = [
    ({"formats": ["trl-sftt"]}, "unknown format 'trl-sftt'; known: trl-sft, trl-prompt-completion"),
    ({"formats": ["jsonl"], "validation": 1}, "validation must be at least 0 and below 1, not 1"),
]


@pytest.mark.parametrize(("call", "message"), BAD_CALLS)
def test_a_bad_call_is_refused_before_anything_is_written(tmp_path: Path, call: dict[str, Any], message: str) -> None:
    """The value is named, and what would have been right."""
    with pytest.raises(UsageError, match=message):
        export.write(write(tmp_path / "run", [row()]), tmp_path / "out", **call)
    assert not (tmp_path / "out").exists()


def test_parquet_without_pyarrow_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says what to install."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r'pip install "verisieve\[parquet\]"'):
        export.write(write(tmp_path / "run", [row()]), tmp_path / "out", ["verl"])


CONFIGS = [
    (["trl-sft", "trl-dpo"], ["trl-sft", "trl-dpo"]),
    (["verl"], ["verl"]),
    (["trl-sft", "verl", "jsonl"], ["trl-sft"]),  # datasets 5.2 opens one file type per folder, and no mixed columns
]


@pytest.mark.parametrize(("formats", "listed"), CONFIGS)
def test_the_card_lists_what_a_table_loader_can_open(tmp_path: Path, formats: list[str], listed: list[str]) -> None:
    """`datasets.load_dataset(folder, format)` works for every format that the head of the card names."""
    pytest.importorskip("pyarrow")
    run = write(tmp_path / "run", [row(), row(outcome="fail", response="5")])
    text = export.write(run, tmp_path / "out", formats, validation=0).card.read_text(encoding="utf-8")
    assert re.findall(r'config_name: "(.*)"', text.split("---")[1]) == listed


def test_the_card_states_where_the_rows_come_from(tmp_path: Path) -> None:
    """Models, operators, verifiers, cost, known truth, and a table loader's list of files."""
    rows = [
        row(cost=0.25, label="reject", operator="off_by_one", meta={"source": "own"}),
        row("b", "fail", label="reject"),
    ]
    text = export.write(write(tmp_path / "run", rows), tmp_path / "out", ["trl-sft"], validation=0).card.read_text(
        "utf-8"
    )
    wanted = ("`off_by_one` (1)", "`own` (1)", "`math 1` (1)", "$0.2500 per kept row", 'config_name: "trl-sft"')
    assert [part for part in wanted if part not in text] == []
    assert "Of 2 wrong ones the verifier accepted 1" in text
    assert "Among the kept rows 1 are wrong by construction" in text


LICENCES: list[tuple[list[Any], str, bool]] = [
    ([{"source": "gsm8k"}], "`MIT` (1)", True),
    ([{"source": "gsm8k"}, {"source": "mbpp"}], "`MIT` (1), `CC-BY-4.0` (1)", False),
    ([{"source": "gsm8k"}, {}], "`MIT` (1), `not stated` (1)", False),
    ([{"source": "mine", "license": "MIT"}], "`MIT` (1)", True),
    ([{"source": "mine", "licence": "MIT\nlicense: other"}], "`MIT license: other` (1)", False),
    ([{"source": "procedural"}], "`none needed: a generator's own` (1)", False),
    ([{"source": ["odd"]}], "`not stated` (1)", False),
]


@pytest.mark.parametrize(("metas", "listed", "named"), LICENCES)
def test_the_card_lists_the_licences_of_the_sources(tmp_path: Path, metas: Any, listed: str, named: bool) -> None:
    """A hub is told only where one known licence covers every row."""
    rows = [row(f"p{i}", meta=meta, response=f"It is {i}.") for i, meta in enumerate(metas)]
    made = export.write(write(tmp_path / "run", rows), tmp_path / "out", ["trl-sft"], validation=0)
    text = made.card.read_text(encoding="utf-8")
    assert f"as stated by them: {listed}." in text
    assert ("\nlicense: mit\n" in text.split("---")[1]) == named


def test_names_from_data_cannot_break_the_card(tmp_path: Path) -> None:
    """A model's name may hold Markdown, line breaks and control characters."""
    name = "evil`|\n# Heading\n<script>\u202e\x00" + "x" * 200
    made = export.write(write(tmp_path / "run", [row(model=name)]), tmp_path / "out", ["trl-sft"])
    text = made.card.read_text(encoding="utf-8")
    assert "- models: `evil'¦ # Heading <script>⟨U+202E⟩⟨U+0000⟩xxx" in text
    assert "\n# Heading" not in text


def test_the_help_names_every_format() -> None:
    """`verisieve export --help` lists what there is."""
    from verisieve.cli.results import export as command

    assert re.findall(r"[a-z-]+", (command.help or "").partition("Formats:")[2]) == list(FORMATS)
