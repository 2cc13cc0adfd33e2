"""Every example in a docstring of every module is true."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import verisieve

MODULES = sorted(
    info.name
    for info in pkgutil.walk_packages(verisieve.__path__, "verisieve.")
    if not info.name.endswith("__main__") and ".scaffold_files" not in info.name
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    """The module imports without effect, and its examples print what they say."""
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples() -> None:
    """The walk found the modules that hold examples."""
    assert {"verisieve.store", "verisieve.verifiers.replies"} <= set(MODULES)
