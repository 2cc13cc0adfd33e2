"""Back ends of other people: found by the import name of the function that makes one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from inspect import signature

from verisieve.errors import UsageError
from verisieve.sandboxes import Sandbox


def import_factory(name: str) -> Callable[[], Sandbox]:
    """Return the function `PACKAGE.MODULE:FACTORY`, which makes a sandbox; raise UsageError where there is none.

    What it returns is looked at when it is called: an object without the protocol's members is a UsageError too.
    """
    module, _, attribute = name.partition(":")
    if not (module and attribute):
        raise UsageError(f"a back end is named PACKAGE.MODULE:FACTORY, not {name!r}")
    try:
        factory = getattr(import_module(module), attribute)
    except ImportError as error:
        raise UsageError(f"cannot import {module!r}: {error}") from error
    except AttributeError as error:
        raise UsageError(f"{module!r} has no {attribute!r}") from error
    if not callable(factory) or not _takes_nothing(factory):
        raise UsageError(f"{name} is no function without arguments")

    def make() -> Sandbox:
        sandbox: Sandbox = factory()
        lacking = [member for member in ("name", "layers", "run", "close") if not hasattr(sandbox, member)]
        if lacking:
            raise UsageError(f"what {name} returned has no {', '.join(lacking)}: see the protocol in docs/sandboxes.md")
        return sandbox

    return make


def _takes_nothing(factory: Callable[..., object]) -> bool:
    try:
        signature(factory).bind()
    except (TypeError, ValueError):
        return False
    return True
