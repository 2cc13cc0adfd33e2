"""A client's end of `benchmarks.orchestration`: ask for all prompts of a file, score, and print what that took.

    python asking.py KIND URL PROMPTS.json CONCURRENCY

KIND is `openai` (a plain loop of AsyncOpenAI) or `inspect` (inspect-ai: generate and match). Standard library and the
peer alone; runs in the peer's environment.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def memory() -> float:
    """Peak resident memory of this process in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")  # ru_maxrss holds what the parent had as well
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def with_openai(url: str, prompts: list[dict[str, Any]], concurrency: int) -> int:
    """The loop that everybody writes first; nothing is stored or retried."""
    import openai

    async def run() -> int:
        client = openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0)
        work = iter(prompts)

        async def worker() -> int:
            right = 0
            for each in work:
                messages: Any = [{"role": "user", "content": each["prompt"]}]
                reply = await client.chat.completions.create(model="m", messages=messages, seed=each["seed"])
                right += each["answer"] in (reply.choices[0].message.content or "")
            return right

        return sum(await asyncio.gather(*(worker() for _ in range(concurrency))))

    return asyncio.run(run())


def with_inspect(url: str, prompts: list[dict[str, Any]], concurrency: int) -> int:
    """An evaluation as its documentation shows it, without a display."""
    from inspect_ai import Task, eval  # noqa: A004
    from inspect_ai.dataset import Sample
    from inspect_ai.model import get_model
    from inspect_ai.scorer import match
    from inspect_ai.solver import generate

    samples = [Sample(input=each["prompt"], target=each["answer"]) for each in prompts]
    model = get_model("openai-api/local/m", base_url=url, api_key="none")
    with tempfile.TemporaryDirectory() as folder:
        (log,) = eval(
            Task(dataset=samples, solver=generate(), scorer=match(numeric=True)),
            model=model,
            display="none",
            log_dir=folder,
            max_connections=concurrency,
        )
        assert log.status == "success", log.error
    return len(samples)


def main() -> None:
    """Ask, and print one line of JSON."""
    kind, url, path, concurrency = sys.argv[1:]
    prompts = json.loads(Path(path).read_text(encoding="utf-8"))
    ask = {"openai": with_openai, "inspect": with_inspect}[kind]
    base = memory()
    ask(url, prompts[:16], int(concurrency))  # imports and connections are not timed
    cpu, wall = time.process_time(), time.monotonic()
    ask(url, prompts, int(concurrency))
    print(
        json.dumps(
            {
                "samples": len(prompts),
                "cpu": time.process_time() - cpu,
                "wall": time.monotonic() - wall,
                "base": base,
                "peak": memory(),
            }
        )
    )


if __name__ == "__main__":
    main()
