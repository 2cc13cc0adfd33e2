"""Every error that verisieve raises on purpose.

VerisieveError
├── UsageError           bad option, unreadable file, unknown name: exit code 2
│   └── MissingExtraError    an optional package is not installed
├── InputError           one row of the input is bad: listed, never stops the others
├── TruthError           the data's fault: a truth that the checker cannot use
├── SandboxError         our fault: a sandbox that could not run a job
├── ModelError           a generator model gave no usable reply
│   └── NotAskedError        it was not even asked: a budget is spent, or an endpoint refuses everything
├── StoreError           the run store cannot be read or written
└── InterruptedRunError  someone pressed Ctrl-C: what was finished is kept
"""

from __future__ import annotations


class VerisieveError(Exception):
    """Base of every deliberate error."""


class UsageError(VerisieveError):
    """The command or call cannot be carried out as given."""


class MissingExtraError(UsageError):
    """An optional package is needed; the message names the extra that brings it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs an extra: pip install "verisieve[{extra}]"')


class InputError(VerisieveError):
    """One input row is bad; `reason` is closed, `field` is a dotted path or empty."""

    def __init__(self, reason: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.field = field


class TruthError(VerisieveError):
    """The truth of a problem is broken, so nothing can be judged against it."""

    def __init__(self, field: str, message: str, reason: str = "broken_truth") -> None:
        super().__init__(f"truth.{field}: {message}" if field else message)
        self.field = field
        self.reason = reason


class SandboxError(VerisieveError):
    """The sandbox failed, not the program in it; the run may be tried again."""


class ModelError(VerisieveError):
    """A model endpoint gave no usable reply."""


class NotAskedError(ModelError):
    """A request that was not sent, and may be later."""


class StoreError(VerisieveError):
    """The run store is damaged, locked or of another version."""


class InterruptedRunError(VerisieveError):
    """The run was interrupted by its user; what was finished is in the store."""
