"""The SymPy worker: answers what has no numeric rule, is killed when it takes too long, and starts again."""

from __future__ import annotations

import multiprocessing
from threading import Thread

import pytest

from verisieve.verifiers.math import judge, prepare, prover
from verisieve.verifiers.math.nodes import Words
from verisieve.verifiers.math.parse import parse
from verisieve.verifiers.math.prover import UnsendableError, Worker

CASES = [
    ("\\frac{\\pi^2}{6}", "\\sum_{n=1}^{\\infty}\\frac{1}{n^2}", "pass"),
    ("\\frac{\\pi^2}{8}", "\\sum_{n=1}^{\\infty}\\frac{1}{n^2}", "fail"),
    ("\\frac{1}{3}", "\\int_0^1 x^2\\,dx", "pass"),
    ("\\frac{1}{4}", "\\int_0^1 x^2\\,dx", "fail"),
    ("1", "\\lim_{x\\to 0}\\frac{\\sin x}{x}", "pass"),
    ("\\frac{1}{1-x}", "\\sum_{n=0}^{\\infty}x^n", "pass"),
]


@pytest.mark.parametrize(("gold", "answer", "outcome"), CASES)
def test_infinite_sums_integrals_and_limits(gold: str, answer: str, outcome: str) -> None:
    """What has no numeric rule of ours is decided by SymPy, from our tree."""
    assert judge(prepare(gold), f"\\boxed{{{answer}}}").outcome == outcome


def test_a_question_that_takes_too_long_costs_the_worker_its_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that uses up its CPU time kills the worker; the next one gets a new one."""
    worker = Worker()
    monkeypatch.setattr(prover, "QUESTION_SECONDS", 0.001)
    late = worker.ask(parse("\\sum_{n=1}^{\\infty}\\frac{1}{n^2}"), parse("\\frac{\\pi^2}{6}"))
    first = worker.process
    monkeypatch.setattr(prover, "QUESTION_SECONDS", 20.0)

    assert late["same"] is None
    assert first is None
    assert worker.ask(parse("2"), parse("1+1")) == {"same": True}
    worker.stop()
    assert worker.process is None


def test_threads_share_one_worker() -> None:
    """Questions from many threads are answered one after the other."""
    worker, answers = Worker(), list[object]()
    threads = [Thread(target=lambda: answers.append(worker.ask(parse("4"), parse("2+2"))["same"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    worker.stop()

    assert answers == [True] * 8


def child(queue: multiprocessing.Queue[object]) -> None:
    """Ask from a forked process."""
    queue.put(judge(prepare("\\frac13"), "\\boxed{\\int_0^1 x^2\\,dx}").outcome)


def test_a_forked_process_gets_its_own_worker() -> None:
    """A fork never writes into its parent's pipes."""
    judge(prepare("\\frac13"), "\\boxed{\\int_0^1 x^2\\,dx}")
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[object] = context.Queue()
    process = context.Process(target=child, args=(queue,), daemon=True)
    process.start()

    assert queue.get(timeout=60) == "pass"
    process.join()
    assert judge(prepare("\\frac13"), "\\boxed{\\int_0^1 x^2\\,dx}").outcome == "pass"


def test_words_are_never_sent() -> None:
    """A tree that holds a text is refused before anything is written."""
    with pytest.raises(UnsendableError):
        prover.encoded(Words("os.system"))
