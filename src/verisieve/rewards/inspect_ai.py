"""Inspect: `Task(dataset=json_dataset("…/inspect/validation.jsonl"), solver=generate(), scorer=verified())`."""

from __future__ import annotations

from typing import Any

from verisieve.rewards import areward


def verified() -> Any:
    """Return a scorer that judges the reply to a sample of the export `inspect`; an `error` leaves it unscored."""
    from inspect_ai.scorer import CORRECT, INCORRECT, NOANSWER, Score, Target, accuracy, scorer, stderr
    from inspect_ai.solver import TaskState

    values = {"pass": CORRECT, "no_answer": NOANSWER}

    @scorer(metrics=[accuracy(), stderr()], name="verisieve")  # type: ignore[untyped-decorator,unused-ignore]
    def made() -> Any:
        async def score(state: TaskState, target: Target) -> Score:
            found = await areward(state.metadata["ground_truth"], state.output.completion)
            if found.score is None:
                return Score.unscored(reason="scoring_failed", explanation=found.reason)
            return Score(value=values.get(found.outcome, INCORRECT), explanation=found.reason or found.outcome)

        return score

    return made()
