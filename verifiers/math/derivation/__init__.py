"""Derivations: every step of a solution recomputed, the first bad one named, what cannot be read counted.

How it works, in the order of the files: layout (places of a text), split, prose (maths in them), members (trees),
cues (what the prose makes of a statement), contexts (what signs mean in a text), reading (statements in order),
meanings (of units and percent), arithmetic, calculus, residues, linear, implication, solvers (does it follow?), scope
(what holds where), grounds (when a step is bad), rewrites (when it has to be an identity), closed (calculations),
judging (one statement), check (the door), ending (is the answer what the derivation ends in?).
"""
