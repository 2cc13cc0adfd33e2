"""The trainers themselves load our exports, train on them and score by our verifier, each in its own environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from environments import ENVIRONMENTS, ROOT, Environment, interpreter, make, missing

from verisieve.formats import FORMATS
from verisieve.plan import DomainPlan, ExportPlan, Plan
from verisieve.run import carry_out

HERE = Path(__file__).parent
PLAN = Plan(
    domains={
        "math": DomainPlan(problems=20),
        "reasoning": DomainPlan(problems=8),
        "sql": DomainPlan(problems=2),
        "code": DomainPlan(problems=2),
    },
    seed=11,
    error_rate=0.5,
    export=ExportPlan(formats=tuple(FORMATS), validation=0.2),
)
# no hub, no network, no threads that the machine has not, and warnings of others are theirs
ON = ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "OMP_NUM_THREADS")
SETTINGS = {
    **dict.fromkeys((*ON, "VERISIEVE_WORKERS"), "1"),
    "PYTHONPATH": str(ROOT / "src"),
    "TOKENIZERS_PARALLELISM": "false",
}
PYTEST = ("-m", "pytest", "-q", "-c", os.devnull, "--noconftest", "-p", "no:cacheprovider", "-W", "ignore", "-rA")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of a small run in every format; a run is right and wrong replies to problems of every domain."""
    pytest.importorskip("pyarrow")
    out = tmp_path_factory.mktemp("run")
    carry_out(PLAN, out, workers=1)
    return out / "data"


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda environment: environment.name)
def test_trainers_take_what_is_exported(environment: Environment, data: Path, tmp_path: Path) -> None:
    """Every test of every `with_*.py` of this environment passes there; where nothing may be skipped, it is made."""
    if os.environ.get("VERISIEVE_NO_SKIPS"):
        make(environment)  # CI has begun to make it: this waits
    if reason := missing(environment):
        pytest.skip(reason)
    done = subprocess.run(
        [str(interpreter(environment)), *PYTEST, *(str(HERE / module) for module in environment.modules)],
        env={**os.environ, **SETTINGS, "VERISIEVE_DATA": str(data), "HF_HOME": str(tmp_path / "hf")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout.splitlines()[-1]


def test_every_module_has_an_environment() -> None:
    """A `with_*.py` that no environment runs would show nothing."""
    run = {module for environment in ENVIRONMENTS for module in environment.modules}
    assert run == {path.name for path in HERE.glob("with_*.py")}
