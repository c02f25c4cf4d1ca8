"""All non-dominated paths between two vertices, by label setting in lexicographic order.

A best-first search in the manner of NAMOA*dr (Pulido, Mandow, Perez de la Cruz 2015, see `dominance`)
with the lazy dominance checks of LTMOA* (C. Hernandez, W. Yeoh, J. A. Baier, A. Felner, O. Salzman,
H. Zhang, S.-H. Chan, S. Koenig, Multi-objective search via lazy and efficient dominance checks,
IJCAI 2023) and the targeted pruning of T-MDA (P. Maristany de las Casas, L. Kraus, A. Sedeno-Noda,
R. Borndoerfer, Targeted multiobjective Dijkstra algorithm, Networks 82, 2023; after P. Maristany de
las Casas, A. Sedeno-Noda, R. Borndoerfer, An improved multiobjective shortest path algorithm,
Computers & Operations Research 135, 2021).

A label's key is g + h, the cost so far plus the perfect bound on the rest. All labels of a vertex have
the same h, so that keys stand for costs in every comparison and the search needs reduced arc costs
only (`bounds.reduce`). These are not negative, zero included, so keys leave the heap in lexicographic
order; a label that is not dominated when it leaves the heap never will be.
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.bounds import ReducedGraph
from corridor_opt.kernels.dominance import insert, is_dominated, rows_needed
from corridor_opt.kernels.heap import Dims, pop, push
from corridor_opt.kernels.labels import (
    DONE,
    FREE,
    FRESH,
    FULL,
    GENERATED,
    GROW_OPEN,
    GROW_ROWS,
    GROW_SETTLED,
    GROW_SOLUTIONS,
    OPEN,
    PAUSED,
    ROWS,
    SETTLED,
    SOLUTIONS,
    Labels,
)


@njit(cache=True, nogil=True)
def start(labels: Labels, source: int, bound: np.ndarray, dims: Dims) -> None:
    """Open the label of the source.

    Parameters
    ----------
    labels
        Fresh state.
    source
        Where the paths begin.
    bound : int64 (k,)
        Distances from the source to the target.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant.
    """
    for c in range(len(dims)):
        labels.value[0, c] = bound[c]
    labels.origin[0, 0] = -1
    labels.origin[0, 1] = -1
    labels.origin[0, 2] = source
    labels.tally[FRESH] = 1
    labels.tally[GENERATED] = 1
    labels.tally[OPEN] = push(labels.heap_key, labels.heap_item, np.int64(0), bound[0], np.int64(0), labels.value, dims)


@njit(cache=True, nogil=True)
def advance(
    graph: ReducedGraph,
    labels: Labels,
    target: int,
    bound: np.ndarray,
    upper: np.ndarray,
    pops: int,
    settle_at_most: int,
    dims: Dims,
) -> int:
    """Settle labels until the front is complete or something else is due.

    Parameters
    ----------
    graph
        Usable arcs with reduced costs.
    labels
        State, changed in place.
    target
        Where the paths end.
    bound : int64 (k,)
        Distances from the source to the target: no path is better.
    upper : int64 (k,)
        Inclusive limits on path values.
    pops
        Return after so many labels left the heap.
    settle_at_most
        Do not settle more labels than this in the whole search.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant.

    Returns
    -------
    int
        DONE: the front is complete. PAUSED: call again. FULL: another label waits to be settled but
        `settle_at_most` are. GROW_*: pass `labels.grown(...)` of the state. State and heap are whole
        in every case.
    """
    # taken out of their tuples once: each access would count references, and that inside the loop
    value, origin = labels.value, labels.origin
    heap_key, heap_item = labels.heap_key, labels.heap_item
    settled, block, rows = labels.settled, labels.block, labels.rows
    solution, solution_label, tally = labels.solution, labels.solution_label, labels.tally
    first_out, heads, cost = graph.first_out, graph.head, graph.cost
    k = len(dims)
    while tally[OPEN] > 0:
        # all integers of one width: each mix would have its own version of what is called compiled
        label = np.int64(heap_item[0])
        vertex = np.int64(origin[label, 2])
        if not (
            is_dominated(block, rows, target, value, label, dims)
            or is_dominated(block, rows, vertex, value, label, dims)
        ):
            if tally[SETTLED] >= settle_at_most:
                return FULL
            # the label's own row stays in use while it is expanded
            if tally[OPEN] + first_out[vertex + 1] - first_out[vertex] > heap_key.size:
                return GROW_OPEN
            if tally[SETTLED] == settled.shape[0]:
                return GROW_SETTLED
            if tally[ROWS] + rows_needed(block, vertex, dims) > rows.shape[0]:
                return GROW_ROWS
            if vertex == target and tally[SOLUTIONS] == solution.shape[0]:
                return GROW_SOLUTIONS
            tally[OPEN] = pop(heap_key, heap_item, tally[OPEN], value, dims)
            parent = tally[SETTLED]
            settled[parent, 0] = origin[label, 0]
            settled[parent, 1] = origin[label, 1]
            tally[SETTLED] = parent + 1
            insert(block, rows, tally, vertex, value, label, dims)
            if vertex == target:
                point = tally[SOLUTIONS]
                is_last = True
                for c in range(k):
                    solution[point, c] = value[label, c]
                    is_last &= c == 0 or value[label, c] == bound[c]
                solution_label[point] = parent
                tally[SOLUTIONS] = point + 1
                # the best there is in criteria 2 to k: all that is open is dominated (always so for k = 1)
                if is_last:
                    tally[OPEN] = 0
            for arc in range(first_out[vertex], first_out[vertex + 1]):
                # a child is written where it will stay, but counts only once it has passed the checks
                child = tally[FREE]
                if child < 0:
                    child = tally[FRESH]
                within = True
                for c in range(k):
                    value[child, c] = value[label, c] + cost[arc, c]
                    within &= value[child, c] <= upper[c]
                head = np.int64(heads[arc])
                if (
                    not within
                    or is_dominated(block, rows, target, value, child, dims)
                    or is_dominated(block, rows, head, value, child, dims)
                ):
                    continue
                if child == tally[FRESH]:
                    tally[FRESH] += 1
                else:
                    tally[FREE] = origin[child, 0]
                origin[child, 0] = parent
                origin[child, 1] = arc
                origin[child, 2] = head
                tally[GENERATED] += 1
                key = value[child, 0]
                tally[OPEN] = push(heap_key, heap_item, tally[OPEN], key, child, value, dims)
        else:
            tally[OPEN] = pop(heap_key, heap_item, tally[OPEN], value, dims)
        origin[label, 0] = tally[FREE]
        tally[FREE] = label
        pops -= 1
        if pops <= 0 and tally[OPEN] > 0:
            return PAUSED
    return DONE


@njit(cache=True, nogil=True)
def trace(settled: np.ndarray, solution_label: np.ndarray, arc: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Recover the path of each solution.

    Parameters
    ----------
    settled : int32 (labels, 2)
        See `Labels.settled`.
    solution_label : int32 (solutions,)
        Settled label of each solution.
    arc : int32 (arcs,)
        See `ReducedGraph.arc`.

    Returns
    -------
    first : int64 (solutions + 1,)
        Where each path begins in `path`.
    path : int64
        Arcs of the caller's graph, from source to target, path after path.
    """
    first = np.zeros(solution_label.size + 1, np.int64)
    for s in range(solution_label.size):
        length = 0
        label = solution_label[s]
        while settled[label, 0] >= 0:
            length += 1
            label = settled[label, 0]
        first[s + 1] = first[s] + length
    path = np.empty(first[-1], np.int64)
    for s in range(solution_label.size):
        label = solution_label[s]
        for i in range(first[s + 1] - 1, first[s] - 1, -1):
            path[i] = arc[settled[label, 1]]
            label = settled[label, 0]
    return first, path
