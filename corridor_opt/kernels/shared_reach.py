"""Which items paths to the target can meet, and which they cannot avoid."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def between(first: np.ndarray, head: np.ndarray, source: int, target: int) -> np.ndarray:
    """Find the arcs that lie on walks from the source to the target.

    Arcs into the source and out of the target are none of them: no simple path uses them.

    Parameters
    ----------
    first : int64 (n + 1,)
        Where the arcs out of each vertex begin.
    head : int32 (arcs,)
        The vertex that each arc enters.
    source, target
        Ends, not the same.

    Returns
    -------
    bool (arcs,)
        Those arcs.
    """
    n = first.size - 1
    begin, into, tail = turned(first, head)
    ahead = np.zeros(n, np.bool_)
    behind = np.zeros(n, np.bool_)
    stack = np.empty(n, np.int64)
    stack[0] = source
    ahead[source] = True
    size = 1
    while size > 0:
        size -= 1
        v = np.int64(stack[size])
        if v == target:
            continue
        for a in range(first[v], first[v + 1]):
            u = np.int64(head[a])
            if not ahead[u]:
                ahead[u] = True
                stack[size] = u
                size += 1
    stack[0] = target
    behind[target] = True
    size = 1
    while size > 0:
        size -= 1
        v = np.int64(stack[size])
        if v == source:
            continue
        for i in range(begin[v], begin[v + 1]):
            u = np.int64(tail[into[i]])
            if not behind[u]:
                behind[u] = True
                stack[size] = u
                size += 1
    found = np.zeros(head.size, np.bool_)
    for a in range(head.size):
        v, u = tail[a], head[a]
        found[a] = v != target and u != source and u != v and ahead[v] and behind[u]
    return found


@njit(cache=True, nogil=True)
def turned(first: np.ndarray, head: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List arcs by the vertex they enter, by counting sort.

    Parameters
    ----------
    first, head
        See `between`.

    Returns
    -------
    begin : int64 (n + 1,)
        Where the arcs into each vertex begin.
    into : int32 (arcs,)
        These arcs.
    tail : int32 (arcs,)
        The vertex that each arc leaves.
    """
    n = first.size - 1
    begin = np.zeros(n + 1, np.int64)
    tail = np.empty(head.size, np.int32)
    for v in range(n):
        for a in range(first[v], first[v + 1]):
            tail[a] = v
            begin[head[a] + 1] += 1
    for v in range(n):
        begin[v + 1] += begin[v]
    into = np.empty(head.size, np.int32)
    free = begin[:-1].copy()
    for a in range(head.size):
        u = head[a]
        into[free[u]] = a
        free[u] += 1
    return begin, into, tail


@njit(cache=True, nogil=True)
def ahead_of(
    first: np.ndarray, head: np.ndarray, usable: np.ndarray, packed: np.ndarray, words: int, target: int
) -> tuple[np.ndarray, np.ndarray]:
    """Find for each vertex the items that ways from it to the target meet.

    Both answers are fixpoints of one step an arc, found from the target backwards. What *some* way meets is the least
    fixpoint of a union over arcs; what *no* way avoids is the greatest fixpoint of an intersection: an item is outside
    it exactly where a way without the item leads to the target. Ways may run in circles; that changes nothing, as a
    circle left out meets less, and what is met on a circle may be met.

    Parameters
    ----------
    first, head
        See `between`.
    usable : bool (arcs,)
        Arcs that ways may use.
    packed : int64 (arcs * words,)
        What each arc holds, see `shared_sets.pack`.
    words
        Words a set.
    target
        Where ways end.

    Returns
    -------
    certain : int64 (n * words,)
        What no way to the target avoids. Where no way leads there, all.
    possible : int64 (n * words,)
        What some way to the target meets.
    """
    n = first.size - 1
    begin, into, tail = turned(first, head)
    certain = np.full(n * words, np.iinfo(np.int64).max, np.int64)
    possible = np.zeros(n * words, np.int64)
    for w in range(words):
        certain[target * words + w] = 0
    queue = np.empty(n, np.int32)
    waits = np.zeros(n, np.bool_)
    seen = np.zeros(n, np.bool_)
    queue[0] = target
    waits[target] = True
    taken = 0
    size = 1
    while size > 0:
        v = int(queue[taken])
        taken = taken + 1 if taken + 1 < n else 0
        size -= 1
        waits[v] = False
        for i in range(begin[v], begin[v + 1]):
            a = np.int64(into[i])
            u = np.int64(tail[a])
            if not usable[a] or u == target:
                continue
            changed = not seen[u]
            seen[u] = True
            for w in range(words):
                held = packed[a * words + w]
                fewer = certain[u * words + w] & (held | certain[v * words + w])
                more = possible[u * words + w] | held | possible[v * words + w]
                changed |= fewer != certain[u * words + w] or more != possible[u * words + w]
                certain[u * words + w] = fewer
                possible[u * words + w] = more
            if changed and not waits[u]:
                place = taken + size
                queue[place if place < n else place - n] = u
                size += 1
                waits[u] = True
    return certain, possible
