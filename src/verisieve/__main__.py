"""`python -m verisieve` is the `verisieve` command."""

from verisieve.cli import main

main()
