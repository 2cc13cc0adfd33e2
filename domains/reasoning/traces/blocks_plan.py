"""Derivations for the blocks world: each step is an action and where every block is after it."""

from __future__ import annotations

import re
from random import Random

from verisieve.domains.reasoning.families import blocks_plan as family
from verisieve.domains.reasoning.families.blocks_plan import TABLE, Action, Spec
from verisieve.domains.reasoning.traces import Derivation, Line, simulating
from verisieve.verifiers.reasoning import plans
from verisieve.verifiers.reasoning.citations import Cited
from verisieve.verifiers.reasoning.findings import Reason, UnreadableError
from verisieve.verifiers.reasoning.replays import After, Replay
from verisieve.verifiers.reasoning.tracing import StepError

CITED, CHAIN = False, True
HAND = "hand"
_HAND_WORDS = frozenset({"hand", "gripper", "arm", "held", "holding"})
_PLACE = re.compile(
    r"(?:block\s+)?(?P<block>\w{1,20})\s*(?:=|:|(?:is\s+)?(?:on(?:\s+top\s+of)?|in|held\s+by))\s*(?:the\s+)?(?:block\s+)?"
    r"(?P<below>\w{1,20})|(?:gripper|hand|arm)?\s*(?:is\s+)?holding:?\s*(?P<held>\w{1,20})",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"(?:the\s+)?(?:gripper|hand|arm)(?:\s+is)?\s*:?\s*(?:empty|free)|holding\s+nothing|handempty", re.IGNORECASE
)

Places = dict[str, str]
State = tuple[Places, tuple[Action, ...]]


def words(spec: Spec) -> dict[str, object]:
    """Return what the wordings of the form are filled with."""
    return {"a": next(iter(spec.init))}


def start(spec: Spec) -> State:
    """Return the places at the start, and no actions."""
    return dict(spec.init), ()


def read(spec: Spec, text: str) -> tuple[Action, Places]:
    """Return an action and the places that are stated after it."""
    head, tail = simulating.halves(text)
    actions = family.read(spec, head)
    if len(actions) != 1:
        raise UnreadableError("not one action")
    places: Places = {}
    for piece in re.split(r"[,;]|\band\b", tail):
        match = _PLACE.fullmatch(piece.strip(" ."))
        if match:
            block, below = (match["held"], HAND) if match["held"] else (match["block"], match["below"])
            block, below = (below, block) if block.lower() in _HAND_WORDS else (block, below)
            name, under = plans.canonical(block, tuple(spec.init)), _below(spec, below)
            if name is None or under is None or places.setdefault(name, under) != under:
                raise UnreadableError(f"no place of a block: {piece.strip()[:40]!r}")
        elif piece.strip(" .") and not _IDLE.fullmatch(piece.strip(" .")):
            raise UnreadableError(f"no place of a block: {piece.strip()[:40]!r}")
    missing = [block for block in spec.init if block not in places]
    if missing:
        raise StepError(Reason.INCOMPLETE, "the state is not full", missing=missing)
    return actions[0], places


def _below(spec: Spec, text: str) -> str | None:
    if text.lower() in _HAND_WORDS | {TABLE}:
        return TABLE if text.lower() == TABLE else HAND
    return plans.canonical(text, tuple(spec.init))


def apply(spec: Spec, state: State, claim: tuple[Action, Places], step: Cited) -> After:
    """Do the action, if it can be done."""
    places, actions = state
    action, stated = claim
    true = _act(places, action)
    return After((true, (*actions, action)), (stated, (*actions, action)), _say(spec, true))


def _act(places: Places, action: Action) -> Places:
    kind, block, below = action
    held = HAND in places.values()
    if kind in ("pick", "unstack"):
        ready = not held and block not in places.values() and places[block] == (below or TABLE)
    else:
        ready = places[block] == HAND
        ready = ready and (kind == "put" or (below not in places.values() and places[below] != HAND and below != block))
    if not ready:
        raise StepError(Reason.LOCAL_BAD, "the action is not possible")
    return {**places, block: HAND if kind in ("pick", "unstack") else below or TABLE}


def _say(spec: Spec, places: Places) -> str:
    return ", ".join(f"{block} {'in' if places[block] == HAND else 'on'} {places[block]}" for block in spec.init)


def finish(spec: Spec, state: State) -> list[Action]:
    """Return the actions, if they reach the goal."""
    places, actions = state
    if HAND in places.values() or any(places[block] != below for block, below in spec.goal.items()):
        raise StepError(Reason.INCOMPLETE, "the goal is not reached")
    return list(actions)


def begin(spec: Spec) -> Replay:
    """Open a calculus."""
    return Replay(spec, simulating.rules(__name__))


def derive(spec: Spec, rng: Random) -> Derivation:
    """Return the plan of the solver with its states."""
    places, lines = dict(spec.init), list[Line]()
    for action in (plan := family.solve(spec)):
        places = _act(places, action)
        lines.append(Line(f"{family.say(action)} -> {_say(spec, places)}", body=(family.say(action), places)))
    return Derivation(tuple(lines), plan)


def falsify(spec: Spec, line: Line, rng: Random) -> Line:
    """Misstate where one block is."""
    said, places = line.body
    block = rng.choice(list(places))
    others = [place for place in (TABLE, HAND, *places) if place not in (block, places[block])]
    return line._replace(text=f"{said} -> {_say(spec, {**places, block: rng.choice(others)})}")


def agrees(spec: Spec, derived: list[Action], answer: list[Action], text: str) -> bool:
    """Say whether the plans are the same."""
    return derived == answer


def invent(spec: Spec, lines: list[Line], rng: Random) -> tuple[list[Line], int] | None:
    """Lift a block that there is not."""
    k = rng.choice([k for k, line in enumerate(lines) if HAND in line.body[1].values()])
    lines[k] = lines[k]._replace(
        text=f"pick up {next(name for name in 'IOYZ' if name not in spec.init)} -> {_say(spec, lines[k].body[1])}"
    )
    return lines, k + 1
