"""The families: two ways that agree, lines of work that hold, levels that ask for more, hardly any draw twice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from itertools import pairwise
from random import Random

import pytest

from verisieve.domains.conformance import fingerprint
from verisieve.domains.math import domain, making
from verisieve.domains.math.families import all_families
from verisieve.domains.math.families.item import Item
from verisieve.domains.math.making import procedural
from verisieve.records import Problem
from verisieve.verifiers.math import judge, meter, prepare
from verisieve.verifiers.math.compare import compare
from verisieve.verifiers.math.nodes import Node, Sym, substitute
from verisieve.verifiers.math.parse import parse

NAMES = sorted(all_families())
DRAWS = 60
NAME = re.compile(r"^(?:f'?\(.*\)|F\(.*\)|S_\{\d+\}|a_\{\d+\}|[a-z]|p \+ q(?: \+ r)?|pq|pqr|pq \+ pr \+ qr)$")
POWER = re.compile(r"^(-?\d+)(?:\^\{(\d+)\})?(?: \\cdot (\d+))?$")


@cache
def drawn(name: str, level: int) -> tuple[Item, ...]:
    """The first draws of a family at a level."""
    return tuple(procedural.draw(name, level, f"test:{index}") for index in range(DRAWS))


def test_there_are_enough_families() -> None:
    """From arithmetic to calculus."""
    assert len(NAMES) >= 60


@pytest.mark.parametrize("name", NAMES)
def test_a_family_confirms_its_answers(name: str) -> None:
    """At every level both ways agree, and the answer neither stands in the question nor is one that anybody guesses."""
    for level in making.LEVELS:
        for item in drawn(name, level)[:20]:
            assert procedural.confirmed(item), item
            assert not procedural.trivial(item), item


@pytest.mark.parametrize("name", NAMES)
def test_a_family_has_several_wordings(name: str) -> None:
    """Questions that differ in more than numbers and names."""
    prompts = [item.prompt for level in making.LEVELS for item in drawn(name, level)]
    openings = {re.sub(r"\d+|\$[^$]*\$|\b[A-Z][a-z]*\b", "", prompt)[-40:] for prompt in prompts}

    assert len(openings) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_a_family_hardly_repeats_itself(name: str) -> None:
    """Of 300 draws at all levels, at least 95 in 100 are new."""
    prompts = [item.prompt for level in making.LEVELS for item in drawn(name, level)]

    assert len(set(prompts)) >= 0.95 * len(prompts)


@pytest.mark.parametrize("name", NAMES)
def test_a_higher_level_is_more_work(name: str) -> None:
    """The worked solutions grow with the level, in the mean: never much shorter, and longer in the end."""
    work = [sum(len(step) for item in drawn(name, level) for step in item.steps) / DRAWS for level in making.LEVELS]

    assert all(above >= 0.85 * below for below, above in pairwise(work)), work
    assert work[-1] >= 1.05 * work[0], work


@pytest.mark.parametrize("name", NAMES)
def test_the_lines_of_work_hold(name: str) -> None:
    """Each equality of each line is true, or holds for a value that the lines find; the whole is a right answer."""
    for level in making.LEVELS:
        for item in drawn(name, level)[:8]:
            gold = prepare(item.answer, kind=item.kind, prompt=item.prompt)
            assert judge(gold, procedural.solution(item)).outcome == "pass", item
            found = [step for step in item.steps if re.match(r"^[a-z] = ", step)]
            for step in item.steps:
                assert holds(step, found), (step, item)


def holds(step: str, found: list[str]) -> bool:
    """Whether a line is a chain of true equalities, given the lines that name a value."""
    modulus = re.search(r" \\pmod\{(\d+)\}$", step)
    if modulus:
        values = [residue(part, int(modulus[1])) for part in step[: modulus.start()].split(" \\equiv ")]
        return len(values) > 1 and len(set(values)) == 1
    parts = step.split(" = ")
    return len(parts) > 1 and all(NAME.match(a) or same(a, b, found) for a, b in pairwise(parts))


def residue(text: str, modulus: int) -> int:
    """The residue of a power, a product, or a sum of products."""
    if power := POWER.match(text):
        return pow(int(power[1]), int(power[2] or 1), modulus) * int(power[3] or 1) % modulus
    return sum(int(a) * int(b) for a, b in re.findall(r"(\d+) \\cdot (\d+)", text)) % modulus


def same(left: str, right: str, found: list[str]) -> bool:
    """Whether two sides are equal as they stand, or for one of the values that were found."""
    sides = parse(left), parse(right)
    if equal(*sides):
        return True
    for line in found:
        name, _, value = line.partition(" = ")
        node = parse(value.rpartition(" = ")[2])
        if equal(*(substitute(side, {Sym(name): node}) for side in sides)):
            return True
    return False


def equal(left: Node, right: Node) -> bool:
    """One comparison with a fresh budget."""
    meter.start()
    return compare(left, right).judgement == "same"


def test_lines_that_do_not_hold_are_seen() -> None:
    """The helper of these tests can say no."""
    true = [("2 + 3 = 5", []), ("3^{2} \\equiv 2 \\pmod{7}", []), ("2x = 6", ["x = 3"])]
    false = [("2 + 3 = 6", []), ("3^{2} \\equiv 3 \\pmod{7}", []), ("2x = 6", ["x = 4"]), ("2 + 3", [])]

    assert [holds(*case) for case in true] == [True] * 3
    assert [holds(*case) for case in false] == [False] * 4


def test_another_process_makes_the_same() -> None:
    """Byte for byte, whatever the hash seed."""
    code = (
        "import sys; from verisieve.domains.math import domain; from verisieve.domains.conformance import fingerprint;"
    )
    code += f"print(fingerprint(domain, 5, {3 * len(NAMES)}))"
    for seed in ("0", "271"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

        assert done.stdout.strip() == fingerprint(domain, 5, 3 * len(NAMES))


def test_a_problem_is_drawn_again_from_its_stream() -> None:
    """The stream, the family and the level in its meta are all that it depends on."""
    for problem in domain.problems(9, 40):
        again = procedural.draw(problem.meta["family"], problem.meta["difficulty"], problem.meta["stream"])

        assert (again.prompt, again.answer) == (problem.prompt, problem.truth["answer"])


def test_an_answer_that_is_not_confirmed_is_refused() -> None:
    """Two ways that disagree are a bug, and no problem is made of them."""
    assert not procedural.confirmed(Item("1+1?", "2", "3"))


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (Item("What is 3 plus 4?", "7", "7"), False),
        (Item("What is 7 minus 0?", "7", "7"), True),
        (Item("What is 70 minus 7.5?", "7", "7"), False),
        (Item("What is 3 minus 2?", "1", "1"), True),
        (Item("Simplify $x^2+1$.", "x^2+1", "x^2+1"), True),
        (Item("Solve $x-5=0$ for $x$.", "x=5", "x=5"), True),
    ],
)
def test_what_is_trivial(item: Item, expected: bool) -> None:
    """An answer that stands in the question, or that anybody would guess."""
    assert procedural.trivial(item) == expected


def test_the_noisy_model_answers_every_family() -> None:
    """Right replies pass and wrong ones do not, for a problem of each family."""
    for problem in domain.problems(21, len(NAMES)):
        for right in (True, False):
            reply = domain.reply(problem, Random(problem.id), right=right)

            assert (outcome(problem, reply.text) == "pass") == right, (problem, reply)


def outcome(problem: Problem, text: str) -> str:
    """The outcome of the one check; the domain runs nothing."""
    (found,) = domain.check(problem, text, None)  # type: ignore[arg-type]
    return found.outcome


def test_what_was_drawn_before_does_not_count() -> None:
    """Not even in a long run: a draw has its own budget."""
    alone = procedural.draw("arithmetic", 5, "budget:0")
    for index in range(400):
        procedural.draw("arithmetic", 5, f"budget:{index}")

    assert procedural.draw("arithmetic", 5, "budget:0") == alone
