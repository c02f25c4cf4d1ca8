"""Graphs to look for an ellipse in (`ellipse`), and what is cut out of them, with vertices numbered anew."""

from typing import NamedTuple

import numpy as np
from numba import njit


class Ground(NamedTuple):
    """A graph to look for an ellipse in.

    Attributes
    ----------
    first : int64 (n + 1,)
        Where the arcs out of each vertex begin.
    head : int32 (arcs,)
        The vertex that each arc enters.
    weight : int32 (arcs * k,)
        A row an arc.
    is_open : bool (arcs,)
        Arcs that may be used; all where it is empty.
    arc : int32 (arcs,)
        What the caller calls each arc.
    first_in : int64 (n + 1,)
        Where the open arcs into each vertex begin.
    tail : int32
        The vertex that each of these leaves.
    weight_in : int32
        Their weights.
    row_in, column_in
        The weight in criterion c of the i-th of them is `weight_in[i * row_in + c * column_in]`.
    """

    first: np.ndarray
    head: np.ndarray
    weight: np.ndarray
    is_open: np.ndarray
    arc: np.ndarray
    first_in: np.ndarray
    tail: np.ndarray
    weight_in: np.ndarray
    row_in: int
    column_in: int


class Joints(NamedTuple):
    """Arcs that join ends inside contracted chains to a graph of n vertices.

    Attributes
    ----------
    tail, head : int32 (joints,)
        Vertices; n stands for the source and n + 1 for the target. In the order of the tails.
    weight : int32 (joints, k)
        Weights.
    arc : int32 (joints,)
        What the caller calls each.
    closed : int32
        What the caller calls the arcs that are closed instead.
    """

    tail: np.ndarray
    head: np.ndarray
    weight: np.ndarray
    arc: np.ndarray
    closed: np.ndarray


@njit(cache=True, nogil=True)
def cut(
    ground: Ground,
    joints: Joints,
    columns: np.ndarray,
    criterion: int,
    forward: np.ndarray,
    backward: np.ndarray,
    limit: int,
    source: int,
    target: int,
) -> tuple[Ground, np.ndarray]:
    """Keep what paths within a limit may use, with vertices numbered anew.

    Left out are also self-loops and arcs into the source and out of the target: simple paths do without.

    Parameters
    ----------
    ground, joints
        The graph, and what joins ends inside chains to it.
    columns : int64 (criteria,)
        Columns of the weights to keep.
    criterion
        Column that the distances measure.
    forward, backward : int64 (n + 2,)
        Distances from the source and to the target.
    limit
        Greatest value of a path, inclusive.
    source, target
        Vertices.

    Returns
    -------
    Ground
        Fresh arrays.
    kept : int32
        The old number of each vertex, ascending.
    """
    first, heads, weight, arc = ground.first, ground.head, ground.weight, ground.arc
    n = first.size - 1
    step = weight.size // max(heads.size, 1)
    k = columns.size
    masked = ground.is_open.size > 0
    number = np.full(n + 2, -1, np.int32)
    vertices = 0
    most = joints.tail.size
    for v in range(n + 2):
        if forward[v] + backward[v] <= limit:
            number[v] = vertices
            vertices += 1
            if v < n:
                most += first[v + 1] - first[v]
    kept = np.empty(vertices, np.int32)
    begin = np.zeros(vertices + 1, np.int64)
    begin_in = np.zeros(vertices + 1, np.int64)
    head, called = np.empty(most, np.int32), np.empty(most, np.int32)
    row = np.empty(most * k, np.int32)
    size = 0
    joint = 0
    for v in range(n + 2):
        if number[v] < 0:
            continue
        kept[number[v]] = v
        if v < n and v != target:
            for a in range(first[v], first[v + 1]):
                u = np.int64(heads[a])
                if number[u] < 0 or u in (source, v) or (masked and not ground.is_open[a]):
                    continue
                if forward[v] + weight[a * step + criterion] + backward[u] > limit:
                    continue
                shut = False
                for i in range(joints.closed.size):
                    shut |= joints.closed[i] == arc[a]
                if shut:
                    continue
                head[size] = number[u]
                called[size] = arc[a]
                for j in range(k):
                    row[size * k + j] = weight[a * step + columns[j]]
                begin_in[number[u] + 1] += 1
                size += 1
        while joint < joints.tail.size and joints.tail[joint] < v:
            joint += 1
        while joint < joints.tail.size and joints.tail[joint] == v:
            u = np.int64(joints.head[joint])
            if number[u] >= 0 and forward[v] + joints.weight[joint, criterion] + backward[u] <= limit:
                head[size] = number[u]
                called[size] = joints.arc[joint]
                for j in range(k):
                    row[size * k + j] = joints.weight[joint, columns[j]]
                begin_in[number[u] + 1] += 1
                size += 1
            joint += 1
        begin[number[v] + 1] = size
    for v in range(vertices):
        begin_in[v + 1] += begin_in[v]
    free = begin_in[:-1].copy()
    tail = np.empty(size, np.int32)
    row_in = np.empty(size * k, np.int32)
    for v in range(vertices):
        for a in range(begin[v], begin[v + 1]):
            i = free[head[a]]
            free[head[a]] += 1
            tail[i] = v
            for j in range(k):
                row_in[i * k + j] = row[a * k + j]
    part = Ground(
        begin,
        head[:size].copy(),
        row[: size * k].copy(),
        np.empty(0, np.bool_),
        called[:size].copy(),
        begin_in,
        tail,
        row_in,
        k,
        1,
    )
    return part, kept


@njit(cache=True, nogil=True)
def walk(ground: Ground, distance: np.ndarray, criterion: int, source: int, target: int) -> np.ndarray:
    """Follow a shortest path in one criterion and add up all.

    Parameters
    ----------
    ground
        The graph.
    distance : int64 (n,)
        Distances to the target.
    criterion
        What they measure.
    source, target
        Vertices.

    Returns
    -------
    int64 (k,)
        A value that a path has; empty where weights of zero led in a circle.
    """
    first, head, weight = ground.first, ground.head, ground.weight
    k = weight.size // max(head.size, 1)
    total = np.zeros(k, np.int64)
    v = int(source)
    for _ in range(first.size):
        if v == target:
            return total
        onto = np.int64(-1)
        for a in range(first[v], first[v + 1]):
            fits = distance[head[a]] + weight[a * k + criterion] == distance[v]
            if fits and (onto < 0 or distance[head[a]] < distance[head[onto]]):
                onto = np.int64(a)
        if onto < 0:
            break
        for c in range(k):
            total[c] += weight[onto * k + c]
        v = int(head[onto])
    return total[:0]
