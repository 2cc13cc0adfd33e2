"""Which text of a reply counts as its query."""

from __future__ import annotations

import pytest

from verisieve.verifiers.sql import extract, lexer

Q = "SELECT a FROM t"

ONE_QUERY = [
    (f"```sql\n{Q}\n```", "a fenced block"),
    (f"```sqlite\n{Q};\n```", "another mark, a semicolon"),
    (f"```\n{Q}\n```", "a block without a mark that is a query"),
    (f"~~~sql\n{Q}\n~~~", "tildes"),
    (f"```sql\n{Q}", "a block that was cut off"),
    (f"```sql\nSELECT 1\n```\nor better\n```sql\n{Q}\n```", "the last block counts"),
    (f"```sql\n{Q}\n```\nTry it with\n```sql\nINSERT INTO t VALUES (1)\n```", "a command is no attempt at a query"),
    (f"```sql\n{Q}\n```\nwhich gives\n```\n| a |\n|---|\n| 1 |\n```", "a table is no query"),
    (f"<think>```sql\nSELECT 9\n```</think>```sql\n{Q}\n```", "thinking does not count"),
    (Q, "bare SQL"),
    (f"{Q};", "bare SQL with a semicolon"),
    (f"{Q};\n\nThis lists all.", "bare SQL with prose behind it"),
    (f"{Q}\n\nThis lists all.", "bare SQL, an empty line, prose"),
    (f"SQL: {Q}", "a label before it"),
    (f"The answer is `{Q}`.", "inline code"),
    (f"I join nothing here.\n\n{Q}", "bare SQL after prose"),
    (f"<sql>\n{Q};\n</sql>", "tags"),
    (f"```sql\nSELECT 1\n```\n<answer>{Q}</answer>", "tags behind a block"),
    (f"<answer>\n```sql\n{Q}\n```\n</answer>", "a block between tags"),
    (f"So \\boxed{{{Q}}}.", "a box"),
    (f"> ```sql\n> {Q}\n> ```", "a quoted block"),
    (f'{{"sql": "{Q}", "why": "select all"}}', "an object that names the query"),
    (f'```json\n{{"query": "{Q}"}}\n```', "an object in a block"),
]


@pytest.mark.parametrize(("reply", "why"), ONE_QUERY)
def test_one_query_is_found(reply: str, why: str) -> None:
    """A reply that offers one query gives that query, without its semicolon."""
    found = extract.query(reply)
    assert found is not None, why
    assert found.statements == (Q,), why


NOTHING = [
    "",
    "I cannot answer.",
    "With this in mind, I would say 42.",
    "Select the rows that you like.",
    "<think>SELECT 1",
    "<answer>42</answer>",
    '{"answer": 42}',
]


@pytest.mark.parametrize("reply", NOTHING)
def test_prose_is_no_query(reply: str) -> None:
    """English that begins with a keyword is no SQL."""
    assert extract.query(reply) is None


def test_tags_in_a_block_are_text() -> None:
    """A constant that looks like a tag stays in its query."""
    found = extract.query("```sql\nSELECT '<sql>x</sql>'\n```")
    assert found is not None
    assert found.text == "SELECT '<sql>x</sql>'"


@pytest.mark.parametrize(
    "text", ["<sql>" * 20_000, "<answer>x</answer>" * 9_000, "\\boxed{" * 20_000, "> ```" * 9_000, "{" * 50_000]
)
def test_hostile_marks_are_read_in_linear_time(text: str) -> None:
    """Marks without end hide no query, since there is none."""
    assert extract.query(text) is None


def test_an_empty_block_is_an_answer_without_a_statement() -> None:
    """A block that holds only a comment was meant as the answer, so the engine can refuse it."""
    found = extract.query("```sql\n-- nothing\n```")
    assert found is not None
    assert found.statements == ()


def test_a_hidden_second_statement_is_seen() -> None:
    """A comment between two statements hides neither."""
    found = extract.query("```sql\nSELECT 1;--\nDROP TABLE t\n```")
    assert found is not None
    assert found.statements == ("SELECT 1", "DROP TABLE t")


@pytest.mark.parametrize(
    "text", ["'" * 20_001, "/* " * 9_000, "SELECT (" * 3_000, "`" * 9_999, "$$" * 9_999, "<sql>" * 9_999]
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    """Unclosed quotes and comments end with the text and lose no character."""
    kept = "" if text.startswith("/*") else text.replace(" ", "")
    assert "".join(token.text for token in lexer.tokens(text)) == kept
