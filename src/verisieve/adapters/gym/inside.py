"""What runs in the box beside the packages of reasoning-gym: make items and score answers, as a request says.

It prints a JSON line for each item and score. Nothing of it is believed: scorers execute the text that they score.
"""

from __future__ import annotations

import importlib
import json
import signal
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SCORE_SECONDS = 4  # some scorers hang on some texts


def main() -> None:
    """Unpack the packages, and answer the one request."""
    request = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr  # packages print, too
    warnings.simplefilter("ignore")
    with zipfile.ZipFile("packages.zip") as archive:
        archive.extractall("packages")
    Path("packages.zip").unlink()
    sys.path.insert(0, str(Path("packages").resolve()))
    gym = importlib.import_module("reasoning_gym")
    out.write(json.dumps({"version": gym.__version__}) + "\n")
    for wanted in request:
        for line in _answer(gym, **wanted):
            out.write(json.dumps(line, default=str) + "\n")
    out.flush()


def _answer(gym: Any, *, family: str, seed: int, count: int, config: Any, answers: Any) -> Iterator[dict[str, Any]]:
    """Yield the items of one family, each with the scores of the answers to it."""
    try:
        data = gym.create_dataset(family, seed=seed, size=count, **config)
    except Exception as error:  # noqa: BLE001  # whatever the package raises is its own affair
        yield {"family": family, "error": f"{type(error).__name__}: {error}"}
        return
    for index in range(count):
        try:
            item = data[index]
        except Exception as error:  # noqa: BLE001
            yield {"family": family, "error": f"{type(error).__name__}: {error}"}
            continue
        scores = [_guarded(data.score_answer, text, item) for text in (answers[index] if answers else ())]
        if family == "zebra_puzzles":
            item["metadata"]["phrases"] = _phrases()
        yield {"family": family, "item": item, "scores": scores}


def _guarded(score: Callable[..., Any], text: str, item: Any) -> Any:
    """Return a score, or why there is none."""

    def stop(*_: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(SCORE_SECONDS)
    try:
        return float(score(answer=text, entry=item))
    except TimeoutError:
        return "hangs"
    except BaseException as error:  # noqa: BLE001
        return f"raises {type(error).__name__}"
    finally:
        signal.alarm(0)


def _phrases() -> dict[str, dict[str, str]]:
    """Return how the clues of zebra puzzles call each value, by category."""
    module = importlib.import_module("reasoning_gym.logic.contrib.logic_puzzle.literals")
    kinds: list[Any] = [
        kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, module.Literal)
    ]
    return {kind.__name__: {one.name.replace("_", " "): one.value for one in kind} for kind in kinds if len(kind)}


if __name__ == "__main__":
    main()
