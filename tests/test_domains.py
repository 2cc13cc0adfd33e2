"""Every domain holds what every domain must."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from verisieve import domains
from verisieve.domains.conformance import check_domain
from verisieve.errors import UsageError
from verisieve.sandboxes.opening import LazySandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LazySandbox]:
    """A sandbox that is opened when a domain first needs it."""
    box = LazySandbox("auto")
    yield box
    box.close()


@pytest.mark.parametrize("name", ["code", "math", "reasoning", "sql"])
def test_a_domain_conforms(name: str, sandbox: LazySandbox) -> None:
    """All facts of the conformance suite hold."""
    facts = check_domain(domains.load(name), sandbox)

    assert [fact for fact in facts if not fact.ok] == []
    assert len(facts) > 30


def test_domains_are_found_by_folder_and_entry_point(toy: str) -> None:
    """The four folders and an installed package are found by name."""
    assert set(domains.names()) >= {"code", "math", "reasoning", "sql", "toy"}
    assert domains.load("toy").name == "toy"


def test_an_unknown_domain_lists_the_known() -> None:
    """The error for an unknown name says which names there are."""
    with pytest.raises(UsageError, match=r"unknown domain 'alchemy'; known: .*math"):
        domains.load("alchemy")


def test_a_spoiled_domain_is_found_out(toy: str, sandbox: LazySandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checker that accepts everything, and one that raises, do not conform."""
    domain = domains.load("toy")
    good = [fact.name for fact in check_domain(domain, sandbox) if not fact.ok]
    spoiled = type("Spoiled", (type(domain),), {"check": lambda *_: (_ for _ in ()).throw(KeyError("x"))})()
    raising = [fact.name for fact in check_domain(spoiled, sandbox) if not fact.ok]

    assert good == []
    assert "nothing: never passes, never raises" in raising
