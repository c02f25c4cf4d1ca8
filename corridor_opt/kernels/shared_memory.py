"""What a vertex remembers of its settled labels where items are shared, and when one label prunes another.

Let A and B be labels at a vertex v: paths from the source, a_c and b_c their values so far in criterion c with the
gains of the items A and B they have met. Let U be the items that every completion from v to the target meets and R
those that some completion meets (`shared_reach`), g_c(S) the sum of the gains of a set.

**Claim.** If a_c + g_c((B - A) & R) <= b_c + g_c((A - B) & U) for each c, no completion makes B better than A.
**Proof.** A completion that weighs w_c and meets the items T makes of A the value a_c + w_c + g_c(T - A), of B the
value b_c + w_c + g_c(T - B), and U <= T <= R. The difference is a_c - b_c + g_c((B - A) & T) - g_c((A - B) & T). As
gains are not negative, it is at most a_c - b_c + g_c((B - A) & R) - g_c((A - B) & U), which the claim says is at most
0. Where A and the completion run in a circle, the walk without it is no worse. QED.

For a criterion without gains the test is a_c <= b_c. It is necessary, too, where some completion meets all of R and
some other no more than U; else it may keep a label that could go, which costs time only.

**Paid sets.** A label here pays for U in advance. Its set is P = (A | U) & R: what is outside R is never met again. Its
key is the value of all that it has met or cannot avoid, plus the bounds on the additive rest. In keys the test reads
key_A + g(P_B - P_A) <= key_B, since U is in both sets. So the search needs R at vertices, and on an arc into u its own
items with U_u; and a key that is worse in any criterion decides at once.

**Keys are lower bounds and never fall.** Additive bounds are distances; of the items on the way only those are added
that every completion meets. An arc from v to u with items I and weight w adds (w + h_u - h_v) + g((I | U_u) - (A |
U_v)), h being distances to the target: not negative. And U_v <= I | U_u, so that paid sets grow but for what falls
outside R. So labels leave the heap in lexicographic order of keys. At the target h = 0, U and R are empty: keys are
values.

**A solution is final when it is popped.** Let p be a value of the front, P a path that has it. As keys do not exceed p,
no limit stops P. If P is not found, take its longest beginning that was settled, and the label B that its next arc
makes at v: it was pruned. If a solution x pruned it, then x <= key of B <= p, so x = p and p is found. If a label A
settled at v did, then A and the rest of P are no worse than P, so their value is p, and fewer arcs follow its settled
beginning than followed that of P. Repeat: in the end the settled beginning is a whole path of value p. Conversely, a
value at the target that is not of the front is worse than one that is lexicographically smaller, was popped before, and
prunes it. QED.

**A part more.** With `part` = eps > 0 a solution prunes a label as soon as it is no more than (1 + eps) times its key
in criteria 2 to k; in the first one it is no larger, for it was popped before. Keys are lower bounds, so it is within
(1 + eps) of all that the label leads to: each p is found or has such a solution. And what is found is of the front.
Say a value x found is worse than a p of the front. Some beginning of P (or of a path as good, as above) was pruned by a
solution s when its label or that label's parent was popped, which is before x, for keys up to p come before x in the
order. Then s was there when x was popped, and s <= (1 + eps) p <= (1 + eps) x in criteria 2 to k: s prunes x. So x was
not found. QED.

Labels settle in the order of the leading criterion. Where no item adds to it, it need not be compared. Of what is
remembered an entry may go when a new label prunes it (and the leading criterion lets it): pruning is transitive, as
g(P_C - P_A) <= g(P_B - P_A) + g(P_C - P_B).

**What rules out at a glance.** Pruning needs key_A <= key_B, and key_A - g(P_A) <= key_B - g(P_B) as well, because
g(P_A & P_B) <= g(P_A): besides its key a label carries the latter number in one criterion. Entries lie in chunks of 16
with a corner, as in `chunks`: least numbers and the union of sets; what the corner does not prune no entry prunes.

Paths that meet few items are minimum-colour paths: S. Yuan, S. Varma, J. P. Jue, Minimum-color path problems for
reliability in mesh networks, IEEE INFOCOM 2005; D. Coudert, S. Perennes, H. Rivano, M.-E. Voge, Combinatorial
optimization in networks with Shared Risk Link Groups, Discrete Mathematics & Theoretical Computer Science 18 (3), 2016.
"""

import numpy as np
from numba import njit

from corridor_opt.kernels.heap import Dims
from corridor_opt.kernels.labels import ROWS
from corridor_opt.kernels.shared_labels import CHUNK, NONE
from corridor_opt.kernels.shared_sets import sum_over


@njit(cache=True, nogil=True)
def is_pruned(
    place: np.ndarray,
    corner: np.ndarray,
    follow: np.ndarray,
    entry: np.ndarray,
    gain: np.ndarray,
    gaining: np.ndarray,
    vertex: int,
    flat: np.ndarray,
    at: int,
    plain: bool,
    dims: Dims,
    words: Dims,
) -> bool:
    """Say whether a vertex has settled a label that prunes another.

    Parameters
    ----------
    place, corner, follow, entry
        See `shared_labels.SharedLabels`.
    gain, gaining
        See `shared_graph.SharedGraph`.
    vertex
        Whom to ask.
    flat : int64
        `SharedLabels.value`, flat.
    at
        Where the label's row begins, see `SharedLabels.value`. Its key comes after all that are settled, in order.
    plain
        Ask moreover that the set of the settled label be a subset: the plain test, to measure the other against.
    dims, words : tuples
        Only their lengths count: criteria, and words a set, as compile-time constants.

    Returns
    -------
    bool
        True also when the two are equal, so that one label of each kind survives.
    """
    k = len(dims)
    width = k + 1 + len(words)
    chunk = np.int64(place[np.uint64(vertex)])
    found = False
    # no way out but the last: else numba would count references to all arrays, as costly as all the rest
    while chunk >= 0 and not found:
        apart = False
        for c in range(1, k + 1):
            apart |= corner[np.uint64(chunk * width + c)] > flat[np.uint64(at + c)]
        size = np.int64(0 if apart else follow[np.uint64(2 * chunk + 1)])
        here = chunk * (CHUNK * width)
        end = here + size
        while here < end and not found:
            below = True
            for c in range(1, k + 1):
                below &= entry[np.uint64(here + c * CHUNK)] <= flat[np.uint64(at + c)]
            if below:
                same = True
                for w in range(len(words)):
                    held = entry[np.uint64(here + (k + 1 + w) * CHUNK)]
                    paid = flat[np.uint64(at + k + 1 + w)]
                    same &= paid & ~held == 0
                    below &= not plain or held & ~paid == 0
                j = 0 if below and not same else gaining.size
                while j < gaining.size and below:
                    c = gaining[np.uint64(j)]
                    slack = flat[np.uint64(at + c)] - entry[np.uint64(here + c * CHUNK)]
                    for w in range(len(words)):
                        lack = flat[np.uint64(at + k + 1 + w)] & ~entry[np.uint64(here + (k + 1 + w) * CHUNK)]
                        slack -= sum_over(lack, w, gain, c, k)
                    below = slack >= 0
                    j += 1
                found = below
            here += 1
        chunk = np.int64(follow[np.uint64(2 * chunk)])
    return found


@njit(cache=True, nogil=True)
def is_beaten(
    place: np.ndarray,
    corner: np.ndarray,
    follow: np.ndarray,
    entry: np.ndarray,
    target: int,
    flat: np.ndarray,
    at: int,
    dims: Dims,
    words: Dims,
) -> bool:
    """Say whether a solution is no worse than a key in criteria 2 to k; the order of the search settles the first.

    Parameters
    ----------
    place, corner, follow, entry, flat, at, dims, words
        See `is_pruned`.
    target
        The vertex that remembers solutions.

    Returns
    -------
    bool
        True also when the two are equal.
    """
    k = len(dims)
    width = k + 1 + len(words)
    chunk = np.int64(place[np.uint64(target)])
    found = False
    while chunk >= 0 and not found:
        apart = False
        for c in range(1, k):
            apart |= corner[np.uint64(chunk * width + c)] > flat[np.uint64(at + c)]
        size = np.int64(0 if apart else follow[np.uint64(2 * chunk + 1)])
        here = chunk * (CHUNK * width)
        for i in range(here, here + size):
            below = True
            for c in range(1, k):
                below &= entry[np.uint64(i + c * CHUNK)] <= flat[np.uint64(at + c)]
            found |= below
        chunk = np.int64(follow[np.uint64(2 * chunk)])
    return found


@njit(cache=True, nogil=True, inline="always")
def remember(
    place: np.ndarray,
    corner: np.ndarray,
    follow: np.ndarray,
    entry: np.ndarray,
    gain: np.ndarray,
    gaining: np.ndarray,
    tally: np.ndarray,
    vertex: int,
    flat: np.ndarray,
    at: int,
    free_lead: bool,
    plain: bool,
    dims: Dims,
    words: Dims,
) -> None:
    """Let a vertex remember a label that is not pruned, and forget what it makes needless in the nearest chunk.

    Parameters
    ----------
    place, corner, follow, entry, gain, gaining, vertex, flat, at, plain, dims, words
        See `is_pruned`; there must be room for one more chunk.
    tally
        See `SharedLabels`.
    free_lead
        No item adds to the first criterion.
    """
    k = len(dims)
    width = k + 1 + len(words)
    best = np.int64(-1)
    least = np.int64(NONE)
    chunk = np.int64(place[vertex])
    while chunk >= 0:
        away = np.int64(0)
        for c in range(1, k + 1):
            away += abs(corner[np.uint64(chunk * width + c)] - flat[np.uint64(at + c)])
        if away < least:
            least = away
            best = chunk
        chunk = np.int64(follow[np.uint64(2 * chunk)])
    if best < 0:
        best = _new_chunk(place, follow, tally, vertex)
        for c in range(width):
            corner[best * width + c] = NONE if c <= k else 0
    else:
        _forget(follow, entry, gain, gaining, best, flat, at, free_lead, plain, dims, words)
        if follow[2 * best + 1] == CHUNK:
            best = _split(place, corner, follow, entry, tally, vertex, best, flat, at, dims, words)
    i = np.int64(follow[2 * best + 1])
    follow[2 * best + 1] = i + 1
    for c in range(width):
        value = flat[np.uint64(at + c)]
        entry[np.uint64((best * width + c) * CHUNK + i)] = value
        if c <= k:
            corner[best * width + c] = min(corner[best * width + c], value)
        else:
            corner[best * width + c] |= value


@njit(cache=True, nogil=True)
def _new_chunk(place: np.ndarray, follow: np.ndarray, tally: np.ndarray, vertex: int) -> int:
    """Take an empty chunk and put it before the others of a vertex."""
    number = tally[ROWS]
    tally[ROWS] = number + 1
    follow[2 * number] = place[vertex]
    follow[2 * number + 1] = 0
    place[vertex] = number
    return number


@njit(cache=True, nogil=True)
def _forget(
    follow: np.ndarray,
    entry: np.ndarray,
    gain: np.ndarray,
    gaining: np.ndarray,
    chunk: int,
    flat: np.ndarray,
    at: int,
    free_lead: bool,
    plain: bool,
    dims: Dims,
    words: Dims,
) -> None:
    """Drop the entries of a chunk that prune nothing which a label would not; its corner stays."""
    k = len(dims)
    width = k + 1 + len(words)
    begin = chunk * (CHUNK * width)
    size = np.int64(follow[2 * chunk + 1])
    i = np.int64(0)
    while i < size:
        needless = free_lead or entry[begin + i] >= flat[at]
        for c in range(1, k + 1):
            needless &= entry[np.uint64(begin + c * CHUNK + i)] >= flat[np.uint64(at + c)]
        for j in range(gaining.size):
            if not needless:
                break
            c = gaining[np.uint64(j)]
            slack = entry[begin + c * CHUNK + i] - flat[at + c]
            for w in range(len(words)):
                other = entry[begin + (k + 1 + w) * CHUNK + i]
                if plain and flat[at + k + 1 + w] & ~other != 0:
                    needless = False
                slack -= sum_over(other & ~flat[at + k + 1 + w], w, gain, c, k)
            needless &= slack >= 0
        if needless:
            size -= 1
            for c in range(width):
                entry[begin + c * CHUNK + i] = entry[begin + c * CHUNK + size]
        else:
            i += 1
    follow[2 * chunk + 1] = size


@njit(cache=True, nogil=True)
def _split(
    place: np.ndarray,
    corner: np.ndarray,
    follow: np.ndarray,
    entry: np.ndarray,
    tally: np.ndarray,
    vertex: int,
    chunk: int,
    flat: np.ndarray,
    at: int,
    dims: Dims,
    words: Dims,
) -> int:
    """Move the upper half of a full chunk, by its widest criterion, to a new one; say which the label is to join."""
    k = len(dims)
    width = k + 1 + len(words)
    begin = chunk * (CHUNK * width)
    other = np.int64(_new_chunk(place, follow, tally, vertex))
    onto = other * (CHUNK * width)
    wide = 0
    widest = np.int64(-1)
    for c in range(1, k + 1):
        low = high = entry[begin + c * CHUNK]
        for i in range(1, CHUNK):
            low = min(low, entry[begin + c * CHUNK + i])
            high = max(high, entry[begin + c * CHUNK + i])
        if high - low > widest:
            widest = high - low
            wide = c
    # sorted in place by insertion, whole entries at a time
    for i in range(1, CHUNK):
        j = i
        while j > 0 and entry[begin + wide * CHUNK + j - 1] > entry[begin + wide * CHUNK + j]:
            for c in range(width):
                e = begin + c * CHUNK + j
                swapped = entry[e]
                entry[e] = entry[e - 1]
                entry[e - 1] = swapped
            j -= 1
    half = CHUNK // 2
    for c in range(width):
        for i in range(half):
            entry[onto + c * CHUNK + i] = entry[begin + c * CHUNK + half + i]
        for first, number in ((begin, chunk), (onto, other)):
            met = entry[first + c * CHUNK]
            for i in range(1, half):
                value = entry[first + c * CHUNK + i]
                met = min(met, value) if c <= k else met | value
            corner[number * width + c] = met
    follow[2 * chunk + 1] = half
    follow[2 * other + 1] = half
    return int(other) if flat[at + wide] >= entry[onto + wide * CHUNK] else chunk
