"""The data-set card of an export: provenance, funnel, verifier versions, rules and split, as Markdown for a hub.

Gives no licence: it names those of the sources, as their rows or adapters state them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from typing import NamedTuple

from verisieve import __version__, datasets
from verisieve.folder import Pair
from verisieve.funnel import STAGES, Funnel
from verisieve.plaintext import name
from verisieve.records import Json
from verisieve.select import Selection

LISTED = 20
OWN = frozenset({"procedural", "self_play"})  # `meta.source` of problems that verisieve itself makes up
HUB_LICENCES = frozenset({"Apache-2.0", "MIT", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"})

# Their rows have fields whose type differs from row to row, which table loaders refuse.
UNTABLED = frozenset({"jsonl"})
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


class File(NamedTuple):
    """One file that was written; the path is relative to the card."""

    format: str
    split: str
    path: str
    rows: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who made and who checked the kept rows: counts by name."""

    models: Counter[str] = field(default_factory=Counter)
    operators: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    verifiers: Counter[str] = field(default_factory=Counter)
    sandboxes: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)

    def add(self, pair: Pair) -> None:
        """Count one kept row."""
        found = pair.completion.get("meta")
        meta = found if isinstance(found, dict) else {}
        source = meta.get("source")
        self.models[_or(pair.completion.get("model"), "not stated")] += 1
        self.operators[_or(pair.completion.get("operator"), "solve")] += 1
        self.sources[_or(source, "not stated")] += 1
        self.licences[_or(meta.get("licence") or meta.get("license") or _licence(str(source)), "not stated")] += 1
        self.verifiers[_or(pair.verdict.get("verifier"), "not stated")] += 1
        self.sandboxes[_or(pair.verdict.get("sandbox"), "none needed")] += 1
        self.labels[_or(pair.completion.get("label"), "unknown")] += 1


def render(selection: Selection, kept: Iterable[Pair], files: Sequence[File], validation: float) -> str:
    """Write the card of an export, as text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    provenance = Provenance()
    for pair in kept:
        provenance.add(pair)
    page = Environment(
        loader=PackageLoader("verisieve"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  # Markdown; `code` guards names
    )
    page.filters |= {"code": _code, "quoted": json.dumps, "listed": _listed}
    return page.get_template("card.md").render(
        version=__version__,
        rules=selection.rules,
        funnel=selection.funnel,
        stages=STAGES,
        losses=_losses(selection.funnel),
        spent=selection.funnel.spent,
        known=selection.funnel.known_truth(),
        human_price=selection.rules.label_price,
        contaminated=len(selection.hits),
        provenance=provenance,
        licence=_hub_licence(provenance.licences),
        files=files,
        configs=_configs(files),
        size=next((label for limit, label in SIZES if len(selection.kept) < limit), "n>1M"),
        validation=validation,
        preferences=len(selection.preferences),
    )


@cache
def _licence(source: str) -> str:
    """Return what is known of a source that comes with verisieve: an adapter's licence, or that it has none."""
    if source in OWN:
        return "none needed: a generator's own"
    return datasets.load(source).licence if source in datasets.names() else ""


def _hub_licence(licences: Counter[str]) -> str:
    """Return the one licence of all rows by the name that hubs have for it, or nothing."""
    (only,) = licences if len(licences) == 1 else ("",)
    return only.lower() if only in HUB_LICENCES else ""


def _losses(funnel: Funnel) -> list[tuple[str, str, str, int]]:
    """Rows lost, by stage and cause over all domains, in the order of the stages, most first."""
    totals: Counter[tuple[str, str, str]] = Counter()
    for loss in funnel.losses:
        totals[loss.stage, loss.fate, loss.reason] += loss.rows
    return sorted(((*key, rows) for key, rows in totals.items()), key=lambda row: (STAGES.index(row[0]), -row[3], row))


def _configs(files: Sequence[File]) -> Mapping[str, Sequence[File]]:
    """Group the files that a table loader can open by name: `datasets` reads one file type per folder."""
    tabled = [file for file in files if file.format not in UNTABLED]
    configs: dict[str, list[File]] = {}
    for file in tabled:
        if PurePosixPath(file.path).suffix == PurePosixPath(tabled[0].path).suffix:
            configs.setdefault(file.format, []).append(file)
    return configs


def _listed(counts: Counter[str]) -> str:
    parts = [f"{_code(what)} ({rows:,})" for what, rows in counts.most_common(LISTED)]
    more = len(counts) - len(parts)
    return ", ".join(parts) + (f" and {more:,} more" if more > 0 else "")


def _code(value: object) -> str:
    """Show a name from data as code that no Markdown reader takes for anything else."""
    return "`" + name(value).replace("`", "'").replace("|", "¦") + "`"


def _or(value: Json, otherwise: str) -> str:
    return otherwise if value in (None, "", [], {}) else str(value)
