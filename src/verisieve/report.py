"""One self-contained HTML page of a run or of verdicts: pass rates, curves, funnel, reasons, and rows to open.

Judges nothing, loads nothing over a network and trusts no text: everything is escaped, made visible and cut, and
the page's own policy allows only the one style and the one script that it carries. Numbers come from `survey`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from verisieve import charts, gathering, pages, plaintext, showing, steering
from verisieve.errors import UsageError
from verisieve.folder import fetch, pairs, replacing
from verisieve.funnel import STAGES, Fate, Funnel, Known, Price
from verisieve.rules import Rules
from verisieve.select import Selection, select
from verisieve.showing import Shown
from verisieve.sources import LEADERBOARD, Source
from verisieve.stats import Interval, wilson
from verisieve.survey import DIMENSIONS, Query, Survey

SAMPLES = 200  # rows to open; more make a page slow on a phone
DUELS = 24  # problems with the replies of two models
HITS = 40  # rows with a benchmark's item that are listed; the others are in contamination.jsonl
COLUMNS = 8  # domains or models beside each other; more are only summed up
MEASURED = ("generated", "parsed", "verified")  # the stages of rows that nobody makes training data of


class Lost(NamedTuple):
    """Rows that did not reach a stage, for one reason: by domain or model, and in all."""

    stage: str
    fate: str
    reason: str
    parts: Sequence[int]
    rows: int


class Bar(NamedTuple):
    """One stage of a funnel; `share` is of the rows generated."""

    stage: str
    rows: int
    share: float


class Fight(NamedTuple):
    """Two models on the problems that tell them apart."""

    first: str
    second: str
    differ: int
    duels: Sequence[tuple[Shown, Shown]]


def write(
    folder: Path, out: Path, *, rules: Rules | None = None, selection: Selection | None = None, samples: int = SAMPLES
) -> Path:
    """Write the page of a run folder to `out` and return its path."""
    source = Source(folder, folder.resolve().name, run=selection is not None or not (folder / LEADERBOARD).exists())
    return write_page(source, out, rules=rules, selection=selection, samples=samples)


def write_page(
    source: Source, out: Path, *, rules: Rules | None = None, selection: Selection | None = None, samples: int = SAMPLES
) -> Path:
    """Write the page of a source to `out` and return its path."""
    if selection is None and source.run:
        selection = select(pairs(source.folder), rules)
    with TemporaryDirectory(prefix="verisieve-report-") as made:
        base = Path(made) / "rows"
        gathering.gather(pairs(source.folder), base)
        survey = Survey(base)
        try:
            page = page_of(source, survey, selection, samples=samples)
        finally:
            survey.close()
    out.parent.mkdir(parents=True, exist_ok=True)
    with replacing(out) as part:
        part.write_text(page, encoding="utf-8", newline="\n")
    return out


def page_of(source: Source, survey: Survey, selection: Selection | None, *, samples: int, served: bool = False) -> str:
    """Return the page; one that is `served` holds no rows, since the server has them all."""
    funnel = selection.funnel if selection else survey.funnel()
    board = _board(source.folder, survey)
    ranked = [cell for cell in board["cells"] if cell["model"] is not None and cell["domain"] is None]
    models = [plaintext.name(cell["model"] or "not stated") for cell in ranked]
    shown = [] if served else _samples(source, survey, selection, samples)
    groups, losses = _losses(funnel, survey, by_model=selection is None and len(models) > 1)
    values: dict[str, Any] = {
        "title": plaintext.name(source.title),
        "run": selection is not None,
        "stages": STAGES if selection else MEASURED,
        "funnel": funnel,
        "total": _bars(funnel, None, kept=selection is not None),
        "funnels": [(plaintext.name(name), _bars(funnel, name, kept=selection is not None)) for name in funnel.domains],
        "unjudged": sum(loss.rows for loss in funnel.losses if loss.fate is Fate.ERROR),
        "known": funnel.known_truth(),
        "truths": _truths(funnel),
        "prices": _prices(funnel) if selection else [],
        "bills": survey.bills(),
        "losses": losses,
        "columns": [plaintext.name(name) for name in groups] if 1 < len(groups) <= COLUMNS else [],
        "hits": _hits(selection) if selection else [],
        "steered": steering.read(source.folder) if source.run else None,
        "ranked": list(zip(models, ranked, strict=True)),
        "measures": _measures(ranked),
        "by_domain": _by_domain(board, models),
        "comparisons": [_named(pair) for pair in board["comparisons"]],
        "confidence": board["confidence"],
        "curves": charts.of_board(board),
        "levels": charts.of_levels(survey.levels(), models),
        "rates": [(dimension, *survey.rates(dimension)) for dimension in DIMENSIONS],
        "fight": _fight(source, survey, models, selection, 0 if served else DUELS),
        "verifiers": survey.verifiers(),
        "samples": shown,
        "outcomes": _present(sample.outcome for sample in shown),
        "domains": _present(sample.domain for sample in shown),
        "models": _present(sample.model for sample in shown if sample.model),
        "mistakes": _present(sample.mistake for sample in shown if sample.mistake),
        "query": Query()._asdict(),
        "choices": {name: survey.choices(name) for name in gathering.FILTERS} if served else {},
    }
    return pages.render("report.html", served=served, parts=_parts(values), **values)


PARTS = {
    "board": "Leaderboard",
    "curves": "Curves",
    "pairs": "Side by side",
    "funnel": "Funnel",
    "reasons": "Reasons",
    "truth": "Known truth",
    "cost": "Cost",
    "hits": "Benchmarks",
    "rounds": "Curriculum",
    "rates": "Pass rates",
    "rows": "Rows",
}


def _parts(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Choose the parts of a page that have something to say; a run begins with its funnel."""
    several = len(values["ranked"]) > 1
    there = {
        "board": several or not values["run"],
        "curves": values["curves"] or values["levels"],
        "pairs": values["comparisons"],
        "truth": values["truths"],
        "cost": values["bills"],
        "hits": values["hits"],
        "rounds": values["steered"],
    }
    first = ("funnel", "reasons", "truth") if values["run"] else ()
    order = [*first, *(part for part in PARTS if part not in first)]
    return [(part, PARTS[part]) for part in order if there.get(part, True)]


def _board(folder: Path, survey: Survey) -> dict[str, Any]:
    """Return the leaderboard of these rows, with what `bench` alone can tell (such as maj@k) from its own file."""
    board, path = survey.board(), folder / LEADERBOARD
    if not path.exists():
        return board
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
        known = {(cell["model"], cell["domain"]): cell for cell in recorded["cells"]}
        for cell in board["cells"]:
            found = known.get((cell["model"], cell["domain"]), {})
            cell["estimates"] = {**found.get("estimates", {}), **cell["estimates"]}
        board["comparisons"] = recorded["comparisons"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path}: no leaderboard: {error}") from error
    return board


def _measures(ranked: Sequence[dict[str, Any]]) -> list[str]:
    """Return the measures of a leaderboard's columns: the first and the last k of each kind."""
    names = dict.fromkeys(name for cell in ranked for name in cell["estimates"])
    kinds: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: int(name[5:]) if name[5:].isdigit() else 0):
        kinds.setdefault(name[:5], []).append(name)
    picked = [[found[0], found[-1]] if kind == "pass@" else [found[-1]] for kind, found in kinds.items()]
    return list(dict.fromkeys(name for found in picked for name in found))


def _by_domain(board: dict[str, Any], models: Sequence[str]) -> tuple[list[str], list[tuple[str, list[Any]]]]:
    """Return domains, and for each model its pass@1 in each of them."""
    found = {
        (plaintext.name(cell["model"] or "not stated"), plaintext.name(cell["domain"])): cell["estimates"].get("pass@1")
        for cell in board["cells"]
        if cell["model"] is not None and cell["domain"] is not None
    }
    domains = sorted({domain for _, domain in found})
    return domains, [(model, [found.get((model, domain)) for domain in domains]) for model in models]


def _named(pair: dict[str, Any]) -> dict[str, Any]:
    return {**pair, **{side: plaintext.name(pair[side] or "not stated") for side in ("first", "second")}}


def _samples(source: Source, survey: Survey, selection: Selection | None, limit: int) -> list[Shown]:
    places = survey.places(survey.draw(limit))
    return [showing.row(pair, fate=_fate(selection, pair.place.line)) for pair in fetch(source.folder, places)]


def _fight(
    source: Source, survey: Survey, models: Sequence[str], selection: Selection | None, limit: int
) -> Fight | None:
    """Set the two best models against each other."""
    if len(models) < 2:
        return None
    one, two = models[:2]
    lines = [(duel.first.line, duel.second.line) for duel in survey.duels(one, two, limit=limit)]
    flat = survey.places([line for both in lines for line in both])
    rows = [showing.row(pair, fate=_fate(selection, pair.place.line)) for pair in fetch(source.folder, flat)]
    return Fight(one, two, survey.met(one, two), list(zip(rows[::2], rows[1::2], strict=True)))


def _fate(selection: Selection | None, line: int) -> str:
    return selection.fates[line - 1] if selection else ""


def _bars(funnel: Funnel, domain: str | None, *, kept: bool) -> list[Bar]:
    whole = funnel.count("generated", domain) or 1
    counts = [(stage, funnel.count(stage, domain)) for stage in (STAGES if kept else MEASURED)]
    return [Bar(stage, rows, rows / whole) for stage, rows in counts]


def _losses(funnel: Funnel, survey: Survey, *, by_model: bool) -> tuple[Sequence[str], list[Lost]]:
    """Return groups (domains or models), and losses by stage and cause, in the order of the stages, most first."""
    found = (
        survey.losses()
        if by_model
        else [(loss.stage, str(loss.fate), loss.reason, loss.domain, loss.rows) for loss in funnel.losses]
    )
    groups = sorted({group for *_, group, _ in found}) if by_model else funnel.domains
    table: dict[tuple[str, str, str], Counter[str]] = {}
    for stage, fate, reason, group, rows in found:
        table.setdefault((stage, plaintext.words(fate), plaintext.words(reason)), Counter())[group] += rows
    lost = [Lost(*key, [row[group] for group in groups], row.total()) for key, row in table.items()]
    return groups, sorted(lost, key=lambda one: (STAGES.index(one.stage), -one.rows, one))


def _prices(funnel: Funnel) -> list[tuple[str, int, Price]]:
    """Kept rows and what they cost, by domain and over all, where replies had a price."""
    named = [(plaintext.name(domain), domain) for domain in funnel.domains]
    rows = [*named, ("all", None)] if len(named) > 1 else named
    return [(name, funnel.count("kept", domain), price) for name, domain in rows if (price := funnel.price(domain))]


def _hits(selection: Selection) -> list[tuple[int, list[str]]]:
    """Rows that hold a benchmark's item, the first of them, ready to be shown."""
    return [(hit.line, [plaintext.name(text, 120) for text in (hit.id, *hit.match)]) for hit in selection.hits[:HITS]]


def _truths(funnel: Funnel) -> list[tuple[str, Known, Interval, Interval]]:
    """Verdicts on rows of known truth, by domain and over all, with the intervals of false accepts and rejects."""
    domains = sorted({domain for domain, _, _ in funnel.known})
    rows = [(plaintext.name(domain), funnel.known_truth(domain)) for domain in domains]
    if len(rows) > 1:
        rows.append(("all", funnel.known_truth()))
    return [
        (
            name,
            known,
            wilson(known.wrong_accepted, known.wrong_accepted + known.wrong_rejected),
            wilson(known.right_rejected, known.right_accepted + known.right_rejected),
        )
        for name, known in rows
    ]


def _present(values: Iterable[str]) -> list[str]:
    return sorted(set(values))
