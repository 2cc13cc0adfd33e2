"""Generator models: `builtin:noisy`, `replay:FILE` and any OpenAI-compatible endpoint behind one method.

Judges nothing; retries only what an endpoint itself got wrong.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from verisieve import domains
from verisieve.domains import Responder
from verisieve.errors import MissingExtraError, ModelError, TruthError, UsageError
from verisieve.records import Completion, Problem, Usage

ERROR_RATE = 0.8
TRIES = 3  # of replies that arrive but cannot be used; the client itself retries 429, 5xx and cut connections


class Model(Protocol):
    """A source of completions."""

    @property
    def name(self) -> str: ...

    async def complete(self, problem: Problem, sample: int) -> Completion:
        """Answer a problem once more; raise ModelError when no usable reply comes."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How models are asked; temperature and lengths go to endpoints only."""

    seed: int = 0
    error_rate: float = ERROR_RATE
    base_url: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    timeout: float = 120.0
    headers: Mapping[str, str] = field(default_factory=dict)


def open_model(spec: str, settings: Settings) -> Model:
    """Open the model that a spec names; raise UsageError for a spec that names none.

    Specs: `builtin:noisy`, `builtin:noisy:0.3` (its error rate), `replay:FILE`, `openai:NAME`.
    """
    kind, _, rest = spec.partition(":")
    if kind == "builtin" and rest.partition(":")[0] == "noisy":
        return NoisyModel(spec, _rate(rest.partition(":")[2], settings.error_rate), settings.seed)
    if kind == "replay" and rest:
        return ReplayModel(spec, rest)
    if kind == "openai" and rest:
        return OpenAIModel(rest, settings)
    raise UsageError(f"unknown model {spec!r}: use builtin:noisy[:RATE], replay:FILE or openai:NAME")


def render(problem: Problem) -> str:
    """Return what the model is shown: the `solve` template around a question; prompts of other tasks are whole."""
    if problem.truth.get("task", "solve") != "solve":
        return problem.prompt
    return _template(problem.domain).replace("{{prompt}}", problem.prompt)


@functools.cache
def _template(domain: str) -> str:
    return domains.load(domain).prompts.get("solve", "{{prompt}}")


class NoisyModel:
    """A generator whose replies are right or wrong by known construction; its label tells which."""

    def __init__(self, name: str, error_rate: float, seed: int) -> None:
        self.name = name
        self._error_rate = error_rate
        self._seed = seed

    async def complete(self, problem: Problem, sample: int) -> Completion:
        """Make a reply from the problem's truth; the same seed gives the same reply."""
        domain = domains.load(problem.domain)
        if not isinstance(domain, Responder):
            raise UsageError(f"domain {problem.domain} has no reply(): builtin:noisy cannot answer for it")
        rng = Random(f"{self.name}:{self._seed}:{problem.domain}:{problem.id}:{sample}")
        try:
            reply = domain.reply(problem, rng, right=rng.random() >= self._error_rate)
        except TruthError as error:
            raise ModelError(f"{self.name}: {error}") from error
        label = "pass" if reply.right else "reject"
        extra = {"label": label, "operator": reply.operator, **_rendered(problem, render(problem))}
        return Completion(problem=problem, text=reply.text, model=self.name, sample=sample, extra=extra)

    async def close(self) -> None:
        """Nothing to give back."""


class ReplayModel:
    """Recorded completions, found by problem id and sample number."""

    def __init__(self, name: str, path: str) -> None:
        from verisieve import reading
        from verisieve.rows import Row

        self.name = name
        reading.check_readable([path])
        self._texts: dict[tuple[str, str, int], Completion] = {}
        for row in reading.read([path]):
            if not isinstance(row, Row):
                raise UsageError(str(row))
            completion = row.completion
            self._texts[completion.problem.domain, completion.problem.id, completion.sample] = completion

    async def complete(self, problem: Problem, sample: int) -> Completion:
        """Return the recorded reply; its other keys are carried through."""
        recorded = self._texts.get((problem.domain, problem.id, sample))
        if recorded is None:
            raise ModelError(f"no recorded reply to {problem.id}, sample {sample}")
        extra = dict(recorded.extra)
        return Completion(problem=problem, text=recorded.text, model=self.name, sample=sample, extra=extra)

    async def close(self) -> None:
        """Nothing to give back."""


class _UnusableReplyError(ModelError):
    """A reply that came with success and is no completion all the same; asking again may help."""


class OpenAIModel:
    """Any server that speaks the OpenAI chat completions API, through the `openai` package."""

    def __init__(self, name: str, settings: Settings) -> None:
        try:
            import openai
        except ImportError as error:
            raise MissingExtraError(f"openai:{name}", "openai") from error
        key = os.environ.get("OPENAI_API_KEY")
        if not key and not settings.base_url:
            raise UsageError(
                f"openai:{name} needs OPENAI_API_KEY in the environment, or a --base-url that asks for none"
            )
        self.name = name
        self._settings = settings
        self._client = openai.AsyncOpenAI(
            api_key=key or "none",
            base_url=settings.base_url,
            timeout=settings.timeout,
            max_retries=5,
            default_headers=dict(settings.headers),
        )

    async def complete(self, problem: Problem, sample: int) -> Completion:
        """Ask the endpoint; a reply without usable text is asked for again, TRIES times in all."""
        prompt = render(problem)
        for left in reversed(range(TRIES)):
            try:
                return await self._ask(problem, prompt, sample)
            except _UnusableReplyError:
                if not left:
                    raise
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _ask(self, problem: Problem, prompt: str, sample: int) -> Completion:
        import openai

        options: dict[str, float] = {}
        if self._settings.temperature is not None:
            options["temperature"] = self._settings.temperature
        if self._settings.max_tokens is not None:
            options["max_tokens"] = self._settings.max_tokens
        try:
            reply = await self._client.chat.completions.create(
                model=self.name,
                messages=[{"role": "user", "content": prompt}],
                seed=self._settings.seed + sample,
                extra_body=options,
            )
            choice = reply.choices[0]
            text = choice.message.content or ""
        except openai.OpenAIError as error:
            raise ModelError(f"{self.name}: {error}") from error
        except (ValueError, LookupError, TypeError, AttributeError) as error:  # a reply that is no completion
            raise _UnusableReplyError(f"{self.name}: unusable reply: {error!r}") from error
        used = reply.usage
        usage = Usage(prompt_tokens=used.prompt_tokens, completion_tokens=used.completion_tokens) if used else None
        return Completion(
            problem=problem,
            text=text,
            model=self.name,
            sample=sample,
            usage=Usage(prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens)
            if usage
            else None,
            finish_reason=choice.finish_reason,
            extra=_rendered(problem, prompt),
        )


def _rendered(problem: Problem, prompt: str) -> dict[str, str]:
    """Keep what the model was shown where that is more than the prompt; exports use it as the user's turn."""
    return {} if prompt == problem.prompt else {"rendered": prompt}


def _rate(text: str, default: float) -> float:
    try:
        rate = float(text) if text else default
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1:
        raise UsageError(f"error rate must be a number from 0 to 1, not {text or default!r}")
    return rate
