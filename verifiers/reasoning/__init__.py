"""Machinery of the reasoning domain: committed answers, readers, small solvers, derivation steps.

Knows no puzzle family; each family under domains/reasoning/families brings its own rules.
"""
