"""Naive twins of the kernels, in plain Python: slow, short and obviously right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

Vector = tuple[int, ...]
Arc = tuple[int, int, Vector]


def dominates(a: Sequence[int], b: Sequence[int]) -> bool:
    """No worse anywhere and better somewhere."""
    return all(x <= y for x, y in zip(a, b, strict=True)) and tuple(a) != tuple(b)


def non_dominated(vectors: set[Vector]) -> list[Vector]:
    return sorted(v for v in vectors if not any(dominates(other, v) for other in vectors))


def simple_path_values(n: int, arcs: Sequence[Arc], source: int, target: int, k: int) -> set[Vector]:
    """Values of all simple paths, by enumeration."""
    out: list[list[tuple[int, Vector]]] = [[] for _ in range(n)]
    for tail, head, weight in arcs:
        out[tail].append((head, weight))
    found: set[Vector] = set()

    def walk(vertex: int, seen: frozenset[int], value: Vector) -> None:
        if vertex == target:
            found.add(value)
            return
        for head, weight in out[vertex]:
            if head not in seen:
                walk(head, seen | {head}, tuple(x + y for x, y in zip(value, weight, strict=True)))

    walk(source, frozenset({source}), (0,) * k)
    return found


def pareto_front(
    n: int,
    arcs: Sequence[Arc],
    source: int,
    target: int,
    k: int,
    upper: Sequence[int | None] | None = None,
) -> list[Vector]:
    """Non-dominated values of paths; weights are not negative, so that simple paths suffice."""
    values = simple_path_values(n, arcs, source, target, k)
    for c, limit in enumerate(upper or ()):
        if limit is not None and limit >= 0:
            values = {v for v in values if v[c] <= limit}
    return non_dominated(values)


def distances_to(n: int, arcs: Sequence[Arc], target: int, criterion: int) -> list[int | None]:
    """Dijkstra without a heap, from the target backwards; None where no path leads there."""
    distance: list[int | None] = [None] * n
    distance[target] = 0
    done: set[int] = set()
    while True:
        near = [(d, v) for v, d in enumerate(distance) if d is not None and v not in done]
        if not near:
            return distance
        d, v = min(near)
        done.add(v)
        for tail, head, weight in arcs:
            if head == v:
                far, known = d + weight[criterion], distance[tail]
                if known is None or far < known:
                    distance[tail] = far


def simple_paths(n: int, arcs: Sequence[Arc], source: int, target: int, k: int) -> list[tuple[Vector, tuple[int, ...]]]:
    """Values and arcs of all simple paths, by enumeration; an arc is its position."""
    out: list[list[tuple[int, int, Vector]]] = [[] for _ in range(n)]
    for a, (tail, head, weight) in enumerate(arcs):
        out[tail].append((a, head, weight))
    found = []

    def walk(vertex: int, seen: frozenset[int], value: Vector, path: tuple[int, ...]) -> None:
        if vertex == target:
            found.append((value, path))
            return
        for a, head, weight in out[vertex]:
            if head not in seen:
                walk(head, seen | {head}, tuple(x + y for x, y in zip(value, weight, strict=True)), (*path, a))

    walk(source, frozenset({source}), (0,) * k, ())
    return found


def best_values(
    n: int,
    arcs: Sequence[Arc],
    source: int,
    target: int,
    k: int,
    minimise: int,
    upper: Sequence[int | None] | None = None,
) -> list[Vector]:
    """Values of all simple paths within limits, in order, cut down to the minimised criterion and the limited ones."""
    limits = [None if limit is None or limit < 0 else limit for limit in upper or (None,) * k]
    columns = [minimise, *(c for c in range(k) if c != minimise and limits[c] is not None)]
    return sorted(
        tuple(value[c] for c in columns)
        for value, _ in simple_paths(n, arcs, source, target, k)
        if all(limit is None or value[c] <= limit for c, limit in enumerate(limits))
    )


def uncovered(exact: Sequence[Vector], points: Sequence[Vector], eps: float) -> list[Vector]:
    """Exact points that no point is within (1 + eps) of in every criterion, in decimal or in binary arithmetic."""
    factor = 1 + Fraction(str(eps))
    return [
        e
        for e in exact
        if not any(all(x <= factor * y and x <= (1 + eps) * y for x, y in zip(p, e, strict=True)) for p in points)
    ]


def shared_front(
    n: int,
    arcs: Sequence[Arc],
    held: Sequence[frozenset[int]],
    gain: Sequence[Vector],
    source: int,
    target: int,
    k: int,
    upper: Sequence[int | None] | None = None,
) -> list[Vector]:
    """Non-dominated values of paths where each item that any arc of a path holds is paid for once."""
    values = set()
    for value, path in simple_paths(n, arcs, source, target, k):
        met = frozenset().union(*(held[a] for a in path))
        values.add(tuple(x + sum(gain[i][c] for i in met) for c, x in enumerate(value)))
    limits = [None if limit is None or limit < 0 else limit for limit in upper or (None,) * k]
    within = {v for v in values if all(limit is None or x <= limit for x, limit in zip(v, limits, strict=True))}
    return non_dominated(within)


def world_weights(
    weight: Sequence[Sequence[int]],
    items: Sequence[Sequence[tuple[int, Sequence[int]]]],
    amounts: Sequence[Sequence[int]],
) -> list[list[int] | None]:
    """Numbers of each arc in one world (None: closed): the base's, and what each item adds, times a number an arc.

    An item is a list of (arc, times a column); its amounts are one a column, below 0 in the first for closed.
    """
    world: list[list[int] | None] = [list(row) for row in weight]
    for item, amount in zip(items, amounts, strict=True):
        for arc, times in item:
            row = world[arc]
            if amount[0] < 0 or row is None:
                world[arc] = None
            else:
                world[arc] = [x + a * t for x, a, t in zip(row, amount, times, strict=True)]
    return world


def follow(
    path: Sequence[int],
    place: Sequence[int],
    unloads: Sequence[bool],
    ends: Sequence[tuple[int, int]],
    base: Sequence[tuple[int, int]],
    general: Sequence[int],
    held: Sequence[Mapping[int, tuple[int, int]]],
    closes: Sequence[bool],
    expected: Sequence[int],
    active: frozenset[int],
    once: Sequence[tuple[int, int]],
    ways: Callable[[frozenset[int]], tuple[Sequence[int], Sequence[int]]] | None,
) -> tuple[int, int, bool]:
    """What a planned path comes to in one world: money, hours, whether a closure lies on it.

    `held` says of each arc its hazards and what each, active, adds there; `ways` gives distances and first arcs of the
    best ways to the target that avoid the closures known, None where nobody turns away.
    """

    def paid(arcs: Sequence[int]) -> tuple[int, int]:
        met = {h for a in arcs for h in held[a]} & active
        amounts = [base[a] for a in arcs] + [once[h] for h in met]
        amounts += [more for a in arcs for h, more in held[a].items() if h in active]
        return sum(x for x, _ in amounts), sum(x for _, x in amounts)

    def closed(arcs: Sequence[int]) -> set[int]:
        return {h for a in arcs for h in held[a] if h in active and closes[h]}

    def turn(arcs: Sequence[int], i: int) -> int:
        """Where the place of arc i was reached; the place before if one came to unload."""
        at = [place[ends[a][0]] for a in arcs]
        reached = [j for j in range(i + 1) if j == 0 or at[j] != at[j - 1]]
        told_before = unloads[arcs[i]] and reached[-1] == i and i > 0
        return reached[-2] if told_before else reached[-1]

    walked: list[int] = []
    known: set[int] = set()
    way, i, broken = list(path), 0, False
    while i < len(way):
        new = closed([way[i]]) - closed([*walked, *way[:i]])
        broken |= bool(new)
        if new and ways is not None:
            t = turn(way, i)
            learned = known | (closed(way[t : i + 1]) - closed([*walked, *way[:t]]))
            distance, first = ways(frozenset(learned))
            at = ends[way[t]][0]
            if 0 <= distance[at] < sum(expected[h] for h in new) + sum(general[a] for a in way[t:]):
                walked, known, way, i = [*walked, *way[:t]], learned, [], 0
                while first[at] >= 0:
                    way.append(first[at])
                    at = ends[way[-1]][1]
                continue
        i += 1
    return *paid([*walked, *way]), broken
