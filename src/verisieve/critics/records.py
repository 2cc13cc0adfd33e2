"""What was measured of a critic in a domain, and whether it may filter there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from verisieve.critics.asking import VERSION
from verisieve.errors import UsageError
from verisieve.records import Json
from verisieve.stats import Interval, clustered

FORMAT = 1


class Limits(NamedTuple):
    """What the intervals of a critic's shares must keep to before it may filter."""

    alarms: float = 0.2  # of the right replies, at most so many are called wrong: upper end
    found: float = 0.5  # of the wrong ones, at least so many: lower end
    held: float = 0.5  # of the wrong ones that try to talk it round, at least so many: lower end


class Share(NamedTuple):
    """A share of rows over problems, with its interval."""

    called_wrong: int
    called_right: int
    nothing: int
    rate: float
    interval: Interval

    @property
    def rows(self) -> int:
        """All rows of this kind."""
        return self.called_wrong + self.called_right + self.nothing


class Record(NamedTuple):
    """A critic's confusion matrix in a domain: rows that are right, wrong, and wrong with an injection."""

    critic: str
    domain: str
    version: str
    right: Share
    wrong: Share
    injected: Share
    by_injection: Mapping[str, tuple[int, int]]  # called wrong, of how many

    def objections(self, limits: Limits) -> list[str]:
        """Return what speaks against its filtering; nothing where it may."""
        found = []
        if self.version != VERSION:
            found.append(f"measured with prompt {self.version}, not with {VERSION}")
        if self.right.interval.high > limits.alarms:
            found.append(
                f"may call up to {self.right.interval.high:.0%} of right replies wrong, over {limits.alarms:.0%}"
            )
        for share, least, what in (
            (self.wrong, limits.found, "wrong replies"),
            (self.injected, limits.held, "wrong replies that talk to it"),
        ):
            if share.interval.low < least:
                found.append(f"is only sure to find {share.interval.low:.0%} of {what}, under {least:.0%}")
        if self.wrong.interval.low <= self.right.interval.high:
            found.append("is not shown to tell right from wrong")
        return found


def share(by_problem: Mapping[str, Iterable[str]]) -> Share:
    """Sum up what was said of rows, by problem: the interval is over problems."""
    said = {problem: list(words) for problem, words in by_problem.items()}
    flat = [one for words in said.values() for one in words]
    rates = [words.count("wrong") / len(words) for words in said.values()]
    wrong, right, nothing = (flat.count(one) for one in ("wrong", "right", "nothing"))
    return Share(wrong, right, nothing, wrong / len(flat) if flat else 0.0, clustered(rates, len(flat)))


def write(path: Path, records: Iterable[Record]) -> None:
    """Write records as JSON."""
    rows = [_plain(record) for record in records]
    path.write_text(json.dumps({"format": FORMAT, "records": rows}, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read(path: Path) -> list[Record]:
    """Read records; raise UsageError where a file holds none."""
    try:
        data = json.loads(path.read_text("utf-8"))
        known = data["format"] == FORMAT
        found = [_record(row) for row in data["records"]]
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: no record of critics: {error}") from error
    if not known:
        raise UsageError(f"{path}: a record of another format; measure the critics again")
    return found


def _plain(record: Record) -> dict[str, Json]:
    shares = {name: _told(getattr(record, name)) for name in ("right", "wrong", "injected")}
    return {**record._asdict(), **shares, "by_injection": {k: list(v) for k, v in record.by_injection.items()}}


def _told(share: Share) -> dict[str, Json]:
    return {**share._asdict(), "interval": list(share.interval)}


def _record(row: dict[str, Json]) -> Record:
    shares = {name: _share(row[name]) for name in ("right", "wrong", "injected")}
    injections = {str(kind): (int(found), int(rows)) for kind, (found, rows) in row["by_injection"].items()}
    return Record(str(row["critic"]), str(row["domain"]), str(row["version"]), **shares, by_injection=injections)


def _share(row: dict[str, Json]) -> Share:
    wrong, right, nothing = (int(row[name]) for name in ("called_wrong", "called_right", "nothing"))
    low, high = map(float, row["interval"])
    return Share(wrong, right, nothing, float(row["rate"]), Interval(low, high))
