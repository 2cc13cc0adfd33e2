"""Budgets are counted in steps: no test of these has a deadline in seconds."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("steps", deadline=None)
settings.load_profile("steps")
