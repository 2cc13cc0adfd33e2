"""Short mathematical answers: extract, parse, compare, each in own code; three verdicts with a witness.

    gold = prepare(r"\\frac{1}{2}")
    ruling = judge(gold, "so the answer is 0.5.")
    assert ruling.outcome == "pass"

How it works, in the order of the files: extract (find the answer in a reply), glyphs, tokens, reader, operands,
brackets, commands, parse, alternatives (text to tree), shapes and lowering (what kind of answer, plain algebra),
exact, probe, poly, scalars (are two values equal), regions, families, equations, matrices, measures (other shapes),
steering, realsets, valued, compare (which rule applies), golds (read the gold once), judge (the door). Model text
only ever becomes our own trees; SymPy, in a worker process, is sent trees.
"""

from verisieve.verifiers.math.extract import Found, How, extract
from verisieve.verifiers.math.golds import Gold, Kind, prepare
from verisieve.verifiers.math.judge import Reason, Ruling, judge

__all__ = ["Found", "Gold", "How", "Kind", "Reason", "Ruling", "extract", "judge", "prepare"]
