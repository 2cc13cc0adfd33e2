"""Items of benchmarks among the rows are found by the rules of the literature, and named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from run_folder import row
from test_select import sifted

from verisieve.contamination import Benchmarks, write
from verisieve.errors import UsageError
from verisieve.funnel import Fate

ITEM = (
    "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. "
    "How many clips did Natalia sell altogether in April and May?"
)
CASES = [
    (ITEM, "the same"),
    (ITEM.upper().replace(" ", "  ").replace(",", ""), "the same"),  # case, spacing, punctuation
    (ITEM.replace("sold", "s\u200bold"), "the same"),  # invisible characters
    (f"Solve this. {ITEM} Answer with a number.", "13 words"),  # wrapped
    (ITEM.replace("48", "52"), "13 words"),  # other numbers: the run after them is long enough
    ("Natalia sold clips to 48 of her friends in June.", None),  # a run of 9 words, and little of the item
    ("Bob sold 3 pens in May. How many pens did Bob sell altogether?", None),
    ("", None),
]


def benchmarks(*texts: str) -> Benchmarks:
    """A benchmark of these items."""
    found = Benchmarks()
    for number, text in enumerate(texts):
        found.add("bench", f"item-{number}", text)
    return found


@pytest.mark.parametrize(("text", "rule"), CASES)
def test_an_item_is_found_by_the_words_it_has_in_common(text: str, rule: str | None) -> None:
    """The rule is named, with the item and words of it."""
    match = benchmarks("Another question altogether, about trains and when they meet.", ITEM).match(text)
    assert (match is None) == (rule is None)
    if match and rule:
        assert rule in match.rule
        assert (match.benchmark, match.item) == ("bench", "item-1")
        assert len(match.words.split()) >= 8


def test_most_of_an_item_in_pieces_is_a_hit() -> None:
    """A word changed in the middle of 25 leaves no run of 13, and 10 of 18 runs of 8."""
    item = [f"word{number}" for number in range(25)]
    found = benchmarks(" ".join(item))
    match = found.match(" ".join([*item[:12], "other", *item[13:]]))
    assert match
    assert match.rule == "56% of its runs of 8"
    assert found.match(" ".join([*item[:12], "other", *item[16:]])) is None


def test_how_such_questions_are_put_is_no_hit() -> None:
    """A run of 13 words in more than 10 items is a manner of speaking."""
    manner = "write a python function that takes a list of whole numbers and returns the"
    items = [f"{manner} {what} of a very long list of other things that are asked for" for what in map(str, range(12))]
    assert benchmarks(*items[:5]).match(f"{manner} sum") is not None
    assert benchmarks(*items).match(f"{manner} sum") is None


def test_a_short_item_is_found_only_whole() -> None:
    """Of four words there is no run to speak of."""
    found = benchmarks("What is 17 * 23?", "1?")
    assert found.match("what is 17*23") is not None
    assert found.match("What is 17 * 24?") is None
    assert found.match("1?") is None


def test_contaminated_rows_are_lost_and_reported(tmp_path: Path) -> None:
    """In the question or in the reply; the report says which row, which item and which words."""
    (tmp_path / "test.jsonl").write_text(json.dumps({"question": ITEM, "answer": "48+24=72\n#### 72"}) + "\n")
    rows = [
        row("a"),
        row("b", prompt=ITEM, response="72"),
        row("c", response=f"A new problem: {ITEM}"),
        row("d", "fail"),
    ]
    selection = sifted(*rows, decontaminate=(f"gsm8k:{tmp_path / 'test.jsonl'}",))
    assert selection.fates == ["kept", "contaminated", "contaminated", "fail"]
    assert ("math", "kept", Fate.CONTAMINATED, "", 2) in selection.funnel.losses
    write(tmp_path / "hits.jsonl", selection.hits)
    told = [json.loads(line) for line in (tmp_path / "hits.jsonl").read_text().splitlines()]
    assert [(hit["line"], hit["id"], hit["benchmark"], hit["rule"]) for hit in told] == [
        (2, "b", "gsm8k", "the same"),
        (3, "c", "gsm8k", "13 words"),
    ]
    write(tmp_path / "hits.jsonl", [])
    assert not (tmp_path / "hits.jsonl").exists()


@pytest.mark.parametrize(
    ("spec", "message"),
    [("gsm8k", "write ADAPTER:FILE"), ("no:x", "unknown data set 'no'"), ("gsm8k:absent.jsonl", "no such file")],
)
def test_a_benchmark_that_is_not_there_is_refused(spec: str, message: str) -> None:
    """Nothing is let through because its file could not be read."""
    with pytest.raises(UsageError, match=message):
        sifted(row(), decontaminate=(spec,))


def test_a_benchmark_without_items_is_refused(tmp_path: Path) -> None:
    """A file of another shape holds nothing to look for, and must not look like a clean run."""
    (tmp_path / "x.jsonl").write_text('{"text": "a"}\n')
    with pytest.raises(UsageError, match="holds no items"):
        sifted(row(), decontaminate=(f"gsm8k:{tmp_path / 'x.jsonl'}",))
