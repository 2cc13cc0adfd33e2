"""One self-contained HTML page of a run: funnel, reasons, known truth, pass rates, and rows to open.

Judges nothing, loads nothing over a network and trusts no text: everything is escaped, made visible and cut, and
the page's own policy allows only the one style and the one script that it carries.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from verisieve import __version__, plaintext, steering
from verisieve.folder import Pair, fetch, pairs, prompt_of, replacing, text_of, truncated
from verisieve.funnel import STAGES, Fate, Funnel, Known, Price
from verisieve.records import Json
from verisieve.rules import Rules
from verisieve.select import Selection, select
from verisieve.stats import Interval, wilson
from verisieve.steering import Steering
from verisieve.survey import DIMENSIONS, Survey, mistake_of

SAMPLES = 200  # rows to open; more make a page slow on a phone
TEXT_LIMIT = 4000  # characters of one text
HITS = 40  # rows with a benchmark's item that are listed; the others are in contamination.jsonl
COLUMNS = 8  # domains beside each other; more are only summed up


class Text(NamedTuple):
    """One text to show under a title."""

    title: str
    body: str


class Sample(NamedTuple):
    """One row to open; everything in it is ready to be shown."""

    outcome: str
    mistake: str
    domain: str
    id: str
    model: str
    note: str
    answer: str
    facts: str
    texts: Sequence[Text]
    checks: Sequence[tuple[str, str, Sequence[Text]]]


class Lost(NamedTuple):
    """Rows that did not reach a stage, for one reason: by domain, and in all."""

    stage: str
    fate: str
    reason: str
    by_domain: Sequence[int]
    rows: int


class Bar(NamedTuple):
    """One stage of a funnel; `share` is of the rows generated."""

    stage: str
    rows: int
    share: float


def write(
    folder: Path, out: Path, *, rules: Rules | None = None, selection: Selection | None = None, samples: int = SAMPLES
) -> Path:
    """Write the page of a run folder to `out` and return its path."""
    if selection is None:
        selection = select(pairs(folder), rules)
    survey = Survey()
    for pair in pairs(folder):
        survey.add(pair)
    places = survey.places(samples)
    shown = [_sample(pair, selection) for pair in fetch(folder, places)]
    page = _render(selection, survey, shown, steering.read(folder), title=folder.resolve().name)
    out.parent.mkdir(parents=True, exist_ok=True)
    with replacing(out) as part:
        part.write_text(page, encoding="utf-8", newline="\n")
    return out


def _sample(pair: Pair, selection: Selection) -> Sample:
    completion, verdict = pair.completion, pair.verdict
    operator, label = completion.get("operator"), completion.get("label")
    facts = [
        f"line {pair.place.line}",
        f"fate: {selection.fates[pair.place.line - 1]}",
        f"verifier {plaintext.name(verdict.get('verifier') or 'none')}",
        f"sandbox {plaintext.name(verdict.get('sandbox') or 'none')}",
        f"made as {plaintext.name(operator)}" if operator else "",
        f"known truth: {plaintext.name(label)}" if label else "",
        "cut off by a token limit" if truncated(completion) else "",
    ]
    answer = verdict.get("answer")
    texts = [Text("Prompt", prompt_of(completion)), Text("Response", text_of(completion, "response"))]
    if answer is not None:
        texts.append(Text("Extracted answer", str(answer)))
    return Sample(
        outcome=verdict["outcome"],
        mistake=mistake_of(pair),
        domain=plaintext.name(verdict.get("domain") or "unknown"),
        id=plaintext.name(verdict.get("id")),
        model=plaintext.name(text_of(completion, "model")),
        note=_words(text_of(verdict, "reason")),
        answer="" if answer is None else plaintext.name(answer, 60),
        facts=" · ".join(fact for fact in facts if fact),
        texts=[Text(title, _shown(body)) for title, body in texts],
        checks=[_check(check) for check in verdict.get("checks") or () if isinstance(check, dict)],
    )


def _check(check: Mapping[str, Json]) -> tuple[str, str, list[Text]]:
    evidence = check.get("evidence")
    found = evidence if isinstance(evidence, dict) else {}
    texts = [Text(plaintext.name(key), _shown(_plain(value))) for key, value in found.items()]
    return plaintext.name(check.get("name")), plaintext.name(check.get("outcome")), texts


def _plain(value: Json) -> str:
    """Show text as it is, and other JSON as JSON: flat where it is short."""
    if isinstance(value, str):
        return value
    flat = json.dumps(value, ensure_ascii=False)
    return flat if len(flat) <= 100 else json.dumps(value, ensure_ascii=False, indent=1)


def _shown(text: str) -> str:
    return plaintext.shown(text, TEXT_LIMIT)


def _bars(funnel: Funnel, domain: str | None) -> list[Bar]:
    whole = funnel.count("generated", domain) or 1
    return [Bar(stage, rows, rows / whole) for stage in STAGES for rows in (funnel.count(stage, domain),)]


def _losses(funnel: Funnel) -> list[Lost]:
    """Losses by stage and cause, in the order of the stages, most first."""
    table: dict[tuple[str, str, str], Counter[str]] = {}
    for loss in funnel.losses:
        table.setdefault((loss.stage, loss.fate, loss.reason), Counter())[loss.domain] += loss.rows
    lost = [
        Lost(stage, _words(fate), _words(reason), [row[domain] for domain in funnel.domains], row.total())
        for (stage, fate, reason), row in table.items()
    ]
    return sorted(lost, key=lambda one: (STAGES.index(one.stage), -one.rows, one))


def _prices(funnel: Funnel) -> list[tuple[str, int, Price]]:
    """Kept rows and what they cost, by domain and over all, where replies had a price."""
    named = [(plaintext.name(domain), domain) for domain in funnel.domains]
    rows = [*named, ("all", None)] if len(named) > 1 else named
    return [(name, funnel.count("kept", domain), price) for name, domain in rows if (price := funnel.price(domain))]


def _hits(selection: Selection) -> list[tuple[int, list[str]]]:
    """Rows that hold a benchmark's item, the first of them, ready to be shown."""
    return [(hit.line, [plaintext.name(text, 120) for text in (hit.id, *hit.match)]) for hit in selection.hits[:HITS]]


def _words(name: str) -> str:
    return plaintext.name(name.replace("_", " "))


def _truths(funnel: Funnel) -> list[tuple[str, Known, Interval]]:
    """Verdicts on rows of known truth, by domain and over all, with the interval of the false accepts."""
    domains = sorted({domain for domain, _, _ in funnel.known})
    rows = [(plaintext.name(domain), funnel.known_truth(domain)) for domain in domains]
    if len(rows) > 1:
        rows.append(("all", funnel.known_truth()))
    return [
        (name, known, wilson(known.wrong_accepted, known.wrong_accepted + known.wrong_rejected)) for name, known in rows
    ]


def _render(
    selection: Selection, survey: Survey, samples: Sequence[Sample], steered: Steering | None, title: str
) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    page = Environment(
        loader=PackageLoader("verisieve"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _template("report.css"), _template("report.js")
    funnel = selection.funnel
    return page.get_template("report.html").render(
        version=__version__,
        title=plaintext.name(title),
        style=Markup(style),  # noqa: S704  # our own file
        script=Markup(script),  # noqa: S704  # our own file
        policy=_policy(style, script),
        funnel=funnel,
        prices=_prices(funnel),
        hits=_hits(selection),
        steered=steered,
        known=funnel.known_truth(),
        unjudged=sum(loss.rows for loss in funnel.losses if loss.fate is Fate.ERROR),
        funnels=[(plaintext.name(domain), _bars(funnel, domain)) for domain in funnel.domains],
        total=_bars(funnel, None),
        losses=_losses(funnel),
        columns=[plaintext.name(domain) for domain in funnel.domains] if 1 < len(funnel.domains) <= COLUMNS else [],
        truths=_truths(funnel),
        rates=[(dimension, survey.rates(dimension), len(survey.counts[dimension])) for dimension in DIMENSIONS],
        verifiers=survey.verifiers,
        samples=samples,
        outcomes=_present(sample.outcome for sample in samples),
        domains=_present(sample.domain for sample in samples),
        mistakes=_present(sample.mistake for sample in samples if sample.mistake),
    )


def _present(values: Iterable[str]) -> list[str]:
    return sorted(set(values))


def _policy(style: str, script: str) -> str:
    """Content security policy: nothing may load, and only this style and this script may act."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


def _template(name: str) -> str:
    return (resources.files("verisieve") / "templates" / name).read_text(encoding="utf-8")
