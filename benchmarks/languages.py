"""HumanEval-X in one language: canonical solutions, solutions with one mutation, and the plain run of both beside ours.

    python -m benchmarks.languages --language javascript --data humaneval_js.jsonl.gz [--mutants 2] [--survivors FILE]

A mutant has one operator, number or constant changed; only those count that compile and whose behaviour the plain run
or we can tell from the original's. Survivors pass: they are equivalent, or their tests are weak, and are printed.
"""
