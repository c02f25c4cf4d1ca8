"""All non-dominated paths where items are shared: label setting in lexicographic order.

The search of `exact_front` over a contracted graph, with a set of items in each label; what prunes what, and why a
solution is final when it is popped, is proved in `shared_memory`.
"""

import numpy as np
from numba import njit

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
)
from corridor_opt.kernels.shared_graph import SharedGraph
from corridor_opt.kernels.shared_labels import SharedLabels
from corridor_opt.kernels.shared_memory import is_beaten, is_pruned, remember
from corridor_opt.kernels.shared_sets import sum_over
from corridor_opt.kernels.target_grid import is_clear, is_hopeless, mark

BILLION = 1_000_000_000


@njit(cache=True, nogil=True)
def start(labels: SharedLabels, source: int, paid: np.ndarray, dims: Dims) -> None:
    """Open the label of the source.

    Parameters
    ----------
    labels
        Fresh state.
    source
        Where the paths begin.
    paid : int64 (W,)
        Items that no path avoids.
    dims : tuple of k ints
        Only its length counts: k as a compile-time constant.
    """
    k = len(dims)
    for c in range(k):
        labels.value[0, c] = 0
    labels.value[0, k] = 0
    for w in range(paid.size):
        labels.value[0, k + 1 + w] = paid[w]
    labels.origin[0, 0] = -1
    labels.origin[0, 1] = -1
    labels.origin[0, 2] = source
    labels.tally[FRESH] = 1
    labels.tally[GENERATED] = 1
    none = np.int64(0)
    labels.tally[OPEN] = push(labels.heap_key, labels.heap_item, none, none, none, labels.value, dims)


@njit(cache=True, nogil=True, inline="always")
def _allow(allowed: np.ndarray, flat: np.ndarray, at: int, lower: np.ndarray, part: int, dims: Dims) -> None:
    """Say how large a solution may be, in criteria 2 to k, that stands for all a label leads to."""
    for c in range(1, len(dims)):
        key = flat[np.uint64(at + c)]
        if part > 0:
            whole = key + lower[np.uint64(c)]
            key += whole // BILLION * part + whole % BILLION * part // BILLION
        allowed[np.uint64(c)] = key


@njit(cache=True, nogil=True)
def advance(
    graph: SharedGraph,
    labels: SharedLabels,
    target: int,
    upper: np.ndarray,
    pops: int,
    settle_at_most: int,
    free_lead: bool,
    plain: bool,
    lower: np.ndarray,
    part: int,
    dims: Dims,
    words: Dims,
) -> int:
    """Settle labels until the front is complete or something else is due.

    Parameters
    ----------
    graph
        Usable arcs with reduced costs and the items that fall due on them.
    labels
        State, changed in place.
    target
        Where the paths end.
    upper : int64 (k,)
        Inclusive limits on path values, less the key of the source.
    pops, settle_at_most
        See `exact_front.advance`.
    free_lead
        No item adds to the first criterion.
    plain
        Prune by subsets only, to measure the other test against.
    lower : int64 (k,)
        Key of the source.
    part
        Billionths by which a solution may be larger, in criteria 2 to k, than what it stands for.
    dims, words : tuples
        Only their lengths count: criteria, and words a set, as compile-time constants.

    Returns
    -------
    int
        See `exact_front.advance`.
    """
    # taken out of their tuples once: each access would count references, and that inside the loop
    value, origin = labels.value, labels.origin
    heap_key, heap_item, settled = labels.heap_key, labels.heap_item, labels.settled
    place, corner, follow, entry = labels.place, labels.corner, labels.follow, labels.entry
    solution, solution_label, tally = labels.solution, labels.solution_label, labels.tally
    grid, side, shift = labels.grid, labels.side, labels.shift
    first, heads, tails, cost = graph.first, graph.head, graph.tail, graph.cost
    due, possible, gain, gaining = graph.due, graph.possible, graph.gain, graph.gaining
    charged = gaining[0]
    flat = value.reshape(-1)
    k = len(dims)
    width = k + 1 + len(words)
    allowed = np.empty(k, np.int64)
    status = DONE
    while tally[OPEN] > 0:
        if pops <= 0:
            status = PAUSED
            break
        label = np.int64(heap_item[0])
        vertex = np.int64(origin[label, 2])
        at = label * width
        _allow(allowed, flat, at, lower, part, dims)
        beaten = k > 2 and is_hopeless(grid, side, shift, allowed, 1, dims)
        if not beaten and (k < 3 or not is_clear(grid, side, shift, allowed, 1, dims)):
            beaten = is_beaten(place, corner, follow, entry, target, allowed, 0, dims, words)
        if not beaten and not is_pruned(
            place, corner, follow, entry, gain, gaining, vertex, flat, at, plain, dims, words
        ):
            if tally[SETTLED] >= settle_at_most:
                status = FULL
                break
            # the label's own row stays in use while it is expanded
            if tally[OPEN] + first[vertex + 1] - first[vertex] > heap_key.size:
                status = GROW_OPEN
                break
            if 2 * tally[SETTLED] == settled.size:
                status = GROW_SETTLED
                break
            if 2 * tally[ROWS] == follow.size:
                status = GROW_ROWS
                break
            if vertex == target and tally[SOLUTIONS] == solution.shape[0]:
                status = GROW_SOLUTIONS
                break
            tally[OPEN] = pop(heap_key, heap_item, tally[OPEN], value, dims)
            parent = tally[SETTLED]
            settled[2 * parent] = origin[label, 0]
            settled[2 * parent + 1] = origin[label, 1]
            tally[SETTLED] = parent + 1
            remember(
                place,
                corner,
                follow,
                entry,
                gain,
                gaining,
                tally,
                vertex,
                flat,
                at,
                free_lead or vertex == target,
                plain,
                dims,
                words,
            )
            if vertex == target:
                if k > 2:
                    mark(grid, side, shift, flat, at + 1, dims)
                point = tally[SOLUTIONS]
                is_last = True
                for c in range(k):
                    solution[point, c] = value[label, c]
                    is_last &= c == 0 or value[label, c] == 0
                solution_label[point] = parent
                tally[SOLUTIONS] = point + 1
                # the best there is in criteria 2 to k: all that is open is dominated (always so for k = 1)
                if is_last:
                    tally[OPEN] = 0
            came_by = np.int64(origin[label, 1])
            back = np.int64(tails[np.uint64(came_by)]) if came_by >= 0 else np.int64(-1)
            for arc in range(first[vertex], first[vertex + 1]):
                # a child is written where it will stay, but counts only once it has passed the checks
                child = tally[FREE]
                if child < 0:
                    child = tally[FRESH]
                head = np.int64(heads[np.uint64(arc)])
                # a label that turns back is pruned by the one that it came from
                if head == back:
                    continue
                young = child * width
                for c in range(k):
                    flat[np.uint64(young + c)] = flat[np.uint64(at + c)] + cost[np.uint64(arc * k + c)]
                base = flat[np.uint64(at + k)] + cost[np.uint64(arc * k + charged)]
                for w in range(len(words)):
                    paid = flat[np.uint64(at + k + 1 + w)]
                    new = due[np.uint64(arc * len(words) + w)] & ~paid
                    if new != 0:
                        for j in range(gaining.size):
                            c = gaining[np.uint64(j)]
                            flat[np.uint64(young + c)] += sum_over(new, w, gain, c, k)
                    paid |= new
                    kept = paid & possible[np.uint64(head * len(words) + w)]
                    if kept != paid:
                        base += sum_over(paid ^ kept, w, gain, charged, k)
                    flat[np.uint64(young + k + 1 + w)] = kept
                flat[np.uint64(young + k)] = base
                within = True
                for c in range(k):
                    within &= flat[np.uint64(young + c)] <= upper[np.uint64(c)]
                if not within:
                    continue
                # where the grid does not know, it is soon enough to look closer when the child's turn comes
                _allow(allowed, flat, young, lower, part, dims)
                if k > 2:
                    beaten = is_hopeless(grid, side, shift, allowed, 1, dims)
                else:
                    beaten = is_beaten(place, corner, follow, entry, target, allowed, 0, dims, words)
                if beaten or is_pruned(
                    place, corner, follow, entry, gain, gaining, head, flat, young, plain, dims, words
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
    return status
