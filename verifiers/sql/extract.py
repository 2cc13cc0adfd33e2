"""Find the query that a reply commits to: the last fenced block that is a query, else bare SQL.

Judges nothing: a block marked as SQL counts even where it is no SQL at all, so that the engine can say so.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from verisieve.verifiers.replies import Fence, fences, visible
from verisieve.verifiers.sql import lexer

SQL_FENCES = frozenset(
    {"sql", "sqlite", "sqlite3", "postgres", "postgresql", "psql", "pgsql", "plpgsql", "duckdb", "mysql", "tsql"}
)
_START = re.compile(r"^[ \t(]*(?:select|with|values)\b", re.IGNORECASE | re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_MOST_STARTS = 20
_JSON_KEYS = frozenset({"sql", "query", "sql_query", "answer", "final_answer"})
_QUOTED = re.compile(r"^[ \t]*> ?", re.MULTILINE)
_QUOTED_FENCE = re.compile(r"^[ \t]*> ?(?:```|~~~)", re.MULTILINE)
_FENCE_MARK = re.compile(r"```|~~~")
_CLOSING = re.compile(r"</(sql|query|sql_query|answer|final_answer|code)\s*>", re.IGNORECASE)
_GOES_ON = lexer.QUERY_WORDS | lexer.COMMAND_WORDS | lexer.CLAUSE_WORDS
_LABEL = re.compile(r"^\W*(?:final\s+)?(?:sql|query|answer|sql query|final answer)\W*:\W*(?=\w)", re.IGNORECASE)


class Found(NamedTuple):
    """The text taken as the answer and its statements; no statements means an empty block."""

    text: str
    statements: tuple[str, ...]


def query(reply: str) -> Found | None:
    """Return what a reply offers as its query, or None where it offers none.

    >>> query("So:\\n```sql\\nSELECT 1;\\n```\\nDone.")
    Found(text='SELECT 1', statements=('SELECT 1',))
    >>> query("I cannot answer this.") is None
    True
    """
    shown = _tags_as_fences(_unboxed(_unquoted(visible(reply))))
    blocks = [fence for fence in map(_out_of_json, fences(shown) or _whole(shown)) if _may_be_sql(fence)]
    if blocks:
        return _found(_last_query(blocks))
    return _bare(re.sub(r"^[ \t]*(`{3,}|~{3,})(?!.*`).*$", "", shown, flags=re.MULTILINE))


def _unquoted(text: str) -> str:
    """Take the marks of a quotation off a text whose fences are quoted."""
    return _QUOTED.sub("", text) if _QUOTED_FENCE.search(text) else text


def _unboxed(text: str) -> str:
    """Write what stands in the last box as an answer between tags."""
    before, boxed, rest = text.rpartition("\\boxed{")
    depth = 1
    for i, char in enumerate(rest if boxed else ""):
        depth += (char == "{") - (char == "}")
        if not depth:
            return f"{before}<answer>{rest[:i]}</answer>{rest[i + 1 :]}"
    return text


def _tags_as_fences(text: str) -> str:
    """Write what stands between the last pair of tags as a fenced block; what is fenced already stays as it is."""
    for close in list(_CLOSING.finditer(text))[-1:]:
        before, opened, body = text[: close.start()].rpartition(f"<{close[1]}>")
        if opened and not _FENCE_MARK.search(body) and all(fence.closed for fence in fences(before)):
            language = "sql" if "sql" in close[1].lower() else ""
            return f"{before}\n```{language}\n{body}\n```\n{text[close.end() :]}"
    return text


def _whole(text: str) -> list[Fence]:
    """Read a reply that is one JSON object as a block."""
    return [Fence("json", text, closed=True)] if text.lstrip().startswith("{") else []


def _out_of_json(fence: Fence) -> Fence:
    """Return what an object names as its query, as a block of its own; any other block as it is."""
    if fence.language not in ("", "json") or not fence.body.lstrip().startswith("{"):
        return fence
    try:
        said = json.loads(fence.body)
    except (ValueError, RecursionError):
        return fence
    named = [value for key, value in said.items() if key.lower() in _JSON_KEYS and isinstance(value, str)]
    return Fence("", named[0], closed=True) if len(named) == 1 else fence


def _may_be_sql(fence: Fence) -> bool:
    if fence.language in SQL_FENCES:
        return True
    return not fence.language and (lexer.is_query(fence.body) or lexer.is_command(fence.body))


def _last_query(blocks: list[Fence]) -> str:
    """Prefer attempts at a query over commands (set-up, examples) and over empty blocks."""
    filled = [block.body for block in blocks if lexer.statements(block.body)]
    attempts = [body for body in filled if not lexer.is_command(body)]
    return (attempts or filled or [blocks[-1].body])[-1]


def _bare(text: str) -> Found | None:
    for candidate in (_LABEL.sub("", text.strip()), *_inline(text), *_paragraphs(text)):
        if _looks_like_sql(candidate):
            parts = lexer.statements(_without_prose(candidate))
            # Prose after the semicolon is no second statement; it is never run, so it may be dropped.
            kept = [part for i, part in enumerate(parts) if i == 0 or lexer.is_query(part) or lexer.is_command(part)]
            return Found("; ".join(kept), tuple(kept))
    return None


def _without_prose(text: str) -> str:
    """Keep the paragraphs of bare SQL up to the first that does not go on as SQL does."""
    first, *rest = re.split(r"(\n[ \t]*\n)", text)
    kept = first
    for gap, paragraph in zip(rest[::2], rest[1::2], strict=True):
        head = next(lexer.tokens(paragraph), None)
        if head is None or not (head.text in "(),;" or head.text.upper() in _GOES_ON) or head.text.istitle():
            break
        kept += gap + paragraph
    return kept


def _inline(text: str) -> list[str]:
    return [span for span in reversed(_INLINE.findall(text)[-_MOST_STARTS:]) if _looks_like_sql(span)]


def _paragraphs(text: str) -> list[str]:
    starts = [match.start() for match in _START.finditer(text)][-_MOST_STARTS:]
    return [re.split(r"\n[ \t]*\n", text[start:], maxsplit=1)[0] for start in reversed(starts)]


def _looks_like_sql(text: str) -> bool:
    """Tell SQL from English that begins with "select" or "with"."""
    words = [token.text.upper() for token in lexer.tokens(text[:20_000])]
    head = next((word for word in words if word != "("), "")
    if head == "WITH":
        return "AS" in words[:40] and "SELECT" in words
    if head == "SELECT":
        return "FROM" in words or not re.search(
            r"\bselect\s+(?:the|all|a|an|every|rows)\s+\w+\s+\w+", text, re.IGNORECASE
        )
    return (head == "VALUES" and len(words) > 1 and words[1] == "(") or (
        lexer.is_command(text) and head.isupper() and (text.lstrip()[: len(head)].isupper())
    )


def _found(body: str) -> Found:
    parts = tuple(lexer.statements(body))
    return Found(parts[0] if len(parts) == 1 else body.strip(), parts)
