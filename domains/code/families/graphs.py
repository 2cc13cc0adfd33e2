"""Families about grids and graphs: paths, rotations, distances."""

from __future__ import annotations

from random import Random
from typing import Any

from verisieve.domains.code.family import Arguments, Constants, Family

MODULUS, TURNS, BLOCKED, FARTHEST = 1000, 1, 0, 3


def count_paths(grid: list[str]) -> int:
    if not grid or not grid[0]:
        return 0
    ways = [1] + [0] * (len(grid[0]) - 1)
    for row in grid:
        for column, cell in enumerate(row):
            if cell == "#":
                ways[column] = 0
            elif column:
                ways[column] = (ways[column] + ways[column - 1]) % MODULUS
    return ways[-1] % MODULUS


def count_paths_open(grid: list[str]) -> int:
    if not grid or not grid[0]:
        return 0
    ways = [1] + [0] * (len(grid[0]) - 1)
    for row in grid:
        for column, _cell in enumerate(row):
            if column:
                ways[column] = (ways[column] + ways[column - 1]) % MODULUS
    return ways[-1] % MODULUS


def count_paths_diagonal(grid: list[str]) -> int:
    if not grid or not grid[0]:
        return 0
    ways = [1] + [0] * (len(grid[0]) - 1)
    for row in grid:
        above = 0
        for column, cell in enumerate(row):
            before, above = above, ways[column]
            if cell == "#":
                ways[column] = 0
            elif column:
                ways[column] = (ways[column] + ways[column - 1] + before) % MODULUS
    return ways[-1] % MODULUS


def count_paths_first(grid: list[str]) -> int:
    if not grid or not grid[0]:
        return 0
    ways = [1] * len(grid[0])
    for row in grid[1:]:
        for column, cell in enumerate(row):
            if cell == "#":
                ways[column] = 0
            elif column:
                ways[column] = (ways[column] + ways[column - 1]) % MODULUS
    return ways[-1] % MODULUS


def rotate(matrix: list[list[int]]) -> list[list[int]]:
    for _ in range(TURNS):
        matrix = [list(row) for row in zip(*matrix[::-1], strict=True)]
    return matrix


def rotate_back(matrix: list[list[int]]) -> list[list[int]]:
    for _ in range(TURNS):
        matrix = [list(row) for row in zip(*matrix, strict=True)][::-1]
    return matrix


def rotate_mirror(matrix: list[list[int]]) -> list[list[int]]:
    for _ in range(TURNS):
        matrix = [list(row) for row in zip(*matrix, strict=True)]
    return matrix


def rotate_less(matrix: list[list[int]]) -> list[list[int]]:
    for _ in range(TURNS - 1):
        matrix = [list(row) for row in zip(*matrix[::-1], strict=True)]
    return matrix


def reachable(edges: list[tuple[int, int]], start: int) -> dict[int, int]:
    distance = {start: 0}
    frontier = [start]
    while frontier:
        node = frontier.pop(0)
        if distance[node] == FARTHEST:
            continue
        for low, high in edges:
            if low == node and high != BLOCKED and high not in distance:
                distance[high] = distance[node] + 1
                frontier.append(high)
    return distance


def reachable_both(edges: list[tuple[int, int]], start: int) -> dict[int, int]:
    distance = {start: 0}
    frontier = [start]
    while frontier:
        node = frontier.pop(0)
        if distance[node] == FARTHEST:
            continue
        for low, high in edges:
            for source, target in ((low, high), (high, low)):
                if source == node and target != BLOCKED and target not in distance:
                    distance[target] = distance[node] + 1
                    frontier.append(target)
    return distance


def reachable_depth(edges: list[tuple[int, int]], start: int) -> dict[int, int]:
    distance = {start: 0}
    frontier = [start]
    while frontier:
        node = frontier.pop()
        if distance[node] == FARTHEST:
            continue
        for low, high in edges:
            if low == node and high != BLOCKED and high not in distance:
                distance[high] = distance[node] + 1
                frontier.append(high)
    return distance


def reachable_through(edges: list[tuple[int, int]], start: int) -> dict[int, int]:
    distance = {start: 0}
    frontier = [start]
    while frontier:
        node = frontier.pop(0)
        for low, high in edges:
            if low == node and high not in distance:
                distance[high] = distance[node] + 1
                frontier.append(high)
    return distance


def _grid(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    width, height = rng.randint(1, 3 + 2 * difficulty), rng.randint(1, 3 + 2 * difficulty)
    return (["".join(rng.choice("....#") for _ in range(width)) for _ in range(height)],)


def _matrix(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    width, height = rng.randint(1, 2 + difficulty), rng.randint(1, 2 + difficulty)
    return ([[rng.randint(-9, 9) for _ in range(width)] for _ in range(height)],)


def _edges(rng: Random, difficulty: int, constants: Constants) -> Arguments:
    nodes = 4 + 2 * difficulty
    edges = [(rng.randrange(nodes), rng.randrange(nodes)) for _ in range(rng.randint(0, 3 * nodes))]
    return (edges, rng.randrange(nodes))


def _graph_constants(rng: Random, difficulty: int) -> dict[str, Any]:
    return {"BLOCKED": rng.randrange(4), "FARTHEST": rng.randint(2, 2 + difficulty)}


FAMILIES = (
    Family(
        name="paths",
        entry="count_paths",
        text="Count the paths from the top left to the bottom right cell of a grid, moving right "
        "or down and never through '#', "
        "modulo {MODULUS}. An empty grid has none.",
        right=count_paths,
        wrong=(count_paths_open, count_paths_diagonal, count_paths_first),
        constants=lambda rng, difficulty: {"MODULUS": rng.randint(100, 10 ** (2 + difficulty))},
        sample=_grid,
        edges=(([],), (["."],), (["#"],), (["..", ".."],), ([".#.", "..."],), (["...", ".#.", "..."],)),
    ),
    Family(
        name="matrices",
        entry="rotate",
        text="Turn a rectangular matrix (a list of rows) by 90 degrees clockwise, {TURNS} times in a row.",
        right=rotate,
        wrong=(rotate_back, rotate_mirror, rotate_less),
        constants=lambda rng, difficulty: {"TURNS": rng.choice((1, 3, 5)[: 1 + difficulty // 2])},
        sample=_matrix,
        edges=(([[1]],), ([[1, 2, 3]],), ([[1], [2]],), ([[1, 2], [3, 4]],)),
    ),
    Family(
        name="distances",
        entry="distances",
        text="Given directed edges (from, to), return for each node that can be reached from start "
        "in at most {FARTHEST} steps "
        "its least number of steps, start itself included. No step may lead to node {BLOCKED}.",
        right=reachable,
        wrong=(reachable_both, reachable_depth, reachable_through),
        constants=_graph_constants,
        sample=_edges,
        edges=(([], 0), ([(1, 2), (2, 3), (3, 1)], 1)),
    ),
)
