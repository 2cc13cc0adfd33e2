"""verisieve: generate, verify, keep only what can be proved right."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verisieve.api import CheckRow, VerdictRow, Verifier, averify, averify_many, score, verify, verify_many

__version__ = "0.1.0"
__all__ = ["CheckRow", "VerdictRow", "Verifier", "averify", "averify_many", "score", "verify", "verify_many"]


def __getattr__(name: str) -> Any:
    """Load the Python door when it is asked for: importing verisieve does nothing."""
    if name in __all__:
        return getattr(import_module("verisieve.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
