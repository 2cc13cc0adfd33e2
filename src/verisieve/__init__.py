"""verisieve: generate, verify, keep only what can be proved right."""

__version__ = "0.1.0"
