"""The code checker: extraction of code, the split test runner, its wire and its harness.

Nothing foreign is ever run here; that is what a sandbox is for.
"""
