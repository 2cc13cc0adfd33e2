"""The proof in a model's reply: a whole file, theorems with lemmas before them, or the steps of a proof alone."""

from __future__ import annotations

import re
from typing import NamedTuple

from verisieve.verifiers import replies
from verisieve.verifiers.math.coq.lexing import IDENTIFIER, Sentence, sentences, words

MAX_SOURCE = 200_000  # characters of a proof that is looked at
_FENCES = frozenset({"coq", "rocq", "gallina", "v", "ssreflect"})
_PLAIN_FENCES = frozenset({"", "text", "plaintext", "ocaml", "ml"})  # what models also write over Coq
_THEOREM = "Theorem|Lemma|Fact|Remark|Corollary|Proposition|Property|Example"
_DECLARES = re.compile(
    rf"(?P<kind>{_THEOREM}|Definition|Fixpoint|CoFixpoint|Inductive|CoInductive|Variant|Record|Structure|Class|"
    rf"Instance|Function|Let|Ltac|Axiom|Parameter|Conjecture|Hypothesis|Variable)s?\s+(?P<name>{IDENTIFIER})"
)
_OPENING = re.compile(
    rf"^[ \t]*(?:(?:{_THEOREM}|Definition|Fixpoint|Inductive|Section|Module)\s+{IDENTIFIER}|"
    r"(?:From\s+\S+\s+)?Require\b|Import\b|Open\s+Scope\b|Proof\b)",
    re.MULTILINE,
)
_CLOSING = re.compile(r"\b(?:Qed|Defined|Admitted|Abort)\.")
_SETTING = re.compile(r"(?:From|Require|Import|Export|Open|Close|Set|Unset|Local)\b")
_TACTIC = re.compile(
    r"(?:[-+*{]\s*)?(?:intros?|induction|destruct|lia|lra|ring|auto|apply|exact|simpl|move|by|case|split)\b"
)
_END = re.compile(r"(?:Qed|Defined|Save)\b")


class Script(NamedTuple):
    """What a reply proves with: text and the theorems that it declares, or bare steps, and settings, for the claim."""

    text: str
    declared: tuple[str, ...]
    bare: bool = False
    settings: str = ""


def find(reply: str) -> Script | None:
    """Return the proof that a reply commits to, or None where it holds no Coq."""
    text = _source(replies.visible(reply).replace("\r\n", "\n"))
    if text is None:
        return None
    return Script(text, theorems(text)) if names(text) else _steps(text)


def theorems(text: str) -> tuple[str, ...]:
    """Return the names that a text proves something under, the likeliest first: theorems, the last one before others.

    >>> theorems("Definition d := 1. Lemma a : 0=0. Qed. Theorem b : 1=1. Qed.")
    ('b', 'a', 'd')
    """
    found = [(match["kind"], match["name"]) for each in sentences(text) if (match := _DECLARES.match(each.command))]
    proved = [name for kind, name in found if re.fullmatch(_THEOREM, kind)]
    defined = [name for kind, name in found if kind in ("Definition", "Fixpoint", "Instance")]
    return tuple(dict.fromkeys([*reversed(proved), *reversed(defined)]))


def names(text: str) -> set[str]:
    """Return all names that a text declares."""
    return {match["name"] for each in sentences(text) if (match := _DECLARES.match(each.command))}


def _source(text: str) -> str | None:
    blocks = [block for block in replies.fences(text) if _is_coq(block)]
    if blocks:
        return _together([block.body for block in blocks])
    return None if replies.fences(text) else _unfenced(text)


def _is_coq(block: replies.Fence) -> bool:
    if block.language in _FENCES:
        return bool(block.body.strip())
    return block.language in _PLAIN_FENCES and bool(_OPENING.search(block.body) or _TACTIC.match(block.body.strip()))


def _together(blocks: list[str]) -> str:
    """The last block that proves something, after earlier ones that declare what it uses and does not declare."""
    proving = [index for index, body in enumerate(blocks) if theorems(body) and _CLOSING.search(body)]
    last = proving[-1] if proving else len(blocks) - 1
    chosen, needed = [blocks[last]], words(blocks[last])
    declared = names(blocks[last])
    for body in reversed(blocks[:last]):
        own = names(body)
        if own & needed and not own & declared:
            chosen.insert(0, body)
            needed |= words(body)
            declared |= own
    return "\n".join(chosen)


def _unfenced(text: str) -> str | None:
    """From the first line that opens Coq to the last end of a proof."""
    opening, closings = _OPENING.search(text), list(_CLOSING.finditer(text))
    if opening and closings and closings[-1].end() > opening.start():
        return text[opening.start() : closings[-1].end()]
    whole = text.strip()
    return whole if _TACTIC.match(whole) and whole.endswith(".") and "\n\n" not in whole else None


def _steps(text: str) -> Script | None:
    """Split a text without theorems in settings, which come before the statement, and the steps of its proof."""
    settings: list[Sentence] = []
    steps: list[Sentence] = []
    for each in sentences(text):
        command = each.command
        if _SETTING.match(command) and not steps:
            settings.append(each)
        elif not re.match(r"Proof\b", command) and not _END.match(command):
            steps.append(each)
    if not steps:
        return None
    return Script("".join(each.text for each in steps), (), bare=True, settings="".join(each.text for each in settings))
