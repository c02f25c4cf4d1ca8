"""What a vertex remembers of its settled labels where items are shared, and when one label prunes another.

Let A and B be labels at a vertex v: paths from the source, a_c and b_c their values so far in criterion c with the
gains of the items A and B they have met. Let U be the items that every completion from v to the target meets and R
those that some completion meets (`shared_reach`), g_c(S) the sum of the gains of a set.

**Claim.** If a_c + g_c((B - A) & R) <= b_c + g_c((A - B) & U) for each c, no completion makes B better than A.
**Proof.** Let a completion weigh w_c and meet the items T; U <= T <= R. It makes of A the value a_c + w_c + g_c(T - A),
of B the value b_c + w_c + g_c(T - B). The difference is a_c - b_c + g_c((B - A) & T) - g_c((A - B) & T), at most
a_c - b_c + g_c((B - A) & R) - g_c((A - B) & U), since gains are not negative. The claim says that is at most 0. If A
followed by the completion runs in a circle, the circle left out is no worse. QED. For a criterion without gains this is a_c <= b_c.
Where a set between U and R is met by no completion the test may keep a label that it could drop: it is sufficient for
any graph, and necessary if every set between U and R is met by some completion of every weight.

**Paid sets.** A label here pays for U in advance: its set is P = (A | U) & R, its key the value of all it has met or
cannot avoid, plus the bounds on the additive rest. In keys the test reads key_A + g(P_B - P_A) <= key_B: U is in both
sets and drops out of the difference; what is outside R is never met again. So the search needs R at vertices and, on
an arc into u, the union of the items it holds and of U_u; and a key that is worse in any criterion decides at once.

**The key is a lower bound and never falls.** Additive bounds are distances; of the items only those are added that
every completion meets: a lower bound. An arc with items I from v to u makes the difference
(w + h_u - h_v) + g((I | U_u) - (A | U_v)), not negative, where U_v <= I | U_u makes the paid set grow. So keys leave
the heap in lexicographic order. The value of a path is its key at the target, where h = 0 and U and R are empty.

**A solution is final when it is popped.** Let p be a value of the front and P a path that has it. If P is not found,
take its longest beginning that was settled and the label B that its next arc makes, at v. B was pruned, or it would
be settled: keys do not exceed p and the heap runs empty. Pruned by a limit? Its key is at most p, which keeps the
limits. By a solution x: x <= key of B <= p, so x = p, and the value is found. By a label A settled at v: A with the rest of P is no worse, so
its value is p too, and has fewer arcs after its settled beginning. Repeat; the number falls until a solution has the value p.
A value popped at the target that is not of the front is dominated by one that is lexicographically smaller, was popped
before and prunes it. QED.

The leading criterion needs no comparison where no item adds to it: labels settle in its order. Of what is remembered,
an entry goes where a new label prunes all that it prunes: key_N + g(P_N's lack) is transitive, as
g(C - A) <= g(B - A) + g(C - B).

Minimum-colour paths are of this kind: S. Yuan, S. Varma, J. P. Jue, Minimum-color path problems for reliability in mesh
networks, IEEE INFOCOM 2005; D. Coudert, S. Perennes, H. Rivano, M.-E. Voge, Combinatorial optimization in networks
with shared risk link groups, Discrete Mathematics & Theoretical Computer Science 18(3), 2016.

Entries lie in chunks of 16 with a corner that rules most chunks out, as in `chunks`: least keys and the union of the
sets, so that what the corner does not prune no entry prunes.
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
    gain
        See `shared_graph.SharedGraph`.
    vertex
        Whom to ask.
    flat : int64
        `SharedLabels.value`, flat.
    at
        Where the label's key begins, followed by its set. It comes after all that is settled in lexicographic order.
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
    width = k + len(words)
    chunk = np.int64(place[np.uint64(vertex)])
    while chunk >= 0:
        apart = False
        for c in range(1, k):
            apart |= corner[np.uint64(chunk * width + c)] > flat[np.uint64(at + c)]
        if not apart:
            begin = chunk * (CHUNK * width)
            for i in range(np.int64(follow[np.uint64(2 * chunk + 1)])):
                below = True
                for c in range(1, k):
                    below &= entry[np.uint64(begin + c * CHUNK + i)] <= flat[np.uint64(at + c)]
                if below and _prunes(entry, begin + i, gain, flat, at, plain, dims, words):
                    return True
        chunk = np.int64(follow[np.uint64(2 * chunk)])
    return False


@njit(cache=True, nogil=True)
def _prunes(
    entry: np.ndarray,
    begin: int,
    gain: np.ndarray,
    flat: np.ndarray,
    at: int,
    plain: bool,
    dims: Dims,
    words: Dims,
) -> bool:
    """Say whether an entry that is no worse in keys stays so when it pays for what the label has paid for."""
    k = len(dims)
    same = True
    for w in range(len(words)):
        held = entry[np.uint64(begin + (k + w) * CHUNK)]
        paid = flat[np.uint64(at + k + w)]
        same &= paid & ~held == 0
        if plain and held & ~paid != 0:
            return False
    if same:
        return True
    for c in range(k):
        slack = flat[np.uint64(at + c)] - entry[np.uint64(begin + c * CHUNK)]
        for w in range(len(words)):
            lack = flat[np.uint64(at + k + w)] & ~entry[np.uint64(begin + (k + w) * CHUNK)]
            slack -= sum_over(lack, w, gain, c, k)
        if slack < 0:
            return False
    return True


@njit(cache=True, nogil=True)
def remember(
    place: np.ndarray,
    corner: np.ndarray,
    follow: np.ndarray,
    entry: np.ndarray,
    gain: np.ndarray,
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
    place, corner, follow, entry, gain, vertex, flat, at, plain, dims, words
        See `is_pruned`; there must be room for one more chunk.
    tally
        See `SharedLabels`.
    free_lead
        No item adds to the first criterion.
    """
    k = len(dims)
    width = k + len(words)
    best = np.int64(-1)
    least = np.int64(NONE)
    chunk = np.int64(place[vertex])
    while chunk >= 0:
        away = np.int64(0)
        for c in range(1, k):
            away += abs(corner[np.uint64(chunk * width + c)] - flat[np.uint64(at + c)])
        if away < least:
            least = away
            best = chunk
        chunk = np.int64(follow[np.uint64(2 * chunk)])
    if best < 0:
        best = _new_chunk(place, follow, tally, vertex)
        for c in range(width):
            corner[best * width + c] = NONE if c < k else 0
    else:
        _forget(follow, entry, gain, best, flat, at, free_lead, plain, dims, words)
        if follow[2 * best + 1] == CHUNK:
            best = _split(place, corner, follow, entry, tally, vertex, best, flat, at, dims, words)
    i = np.int64(follow[2 * best + 1])
    follow[2 * best + 1] = i + 1
    for c in range(width):
        value = flat[np.uint64(at + c)]
        entry[np.uint64((best * width + c) * CHUNK + i)] = value
        if c < k:
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
    width = k + len(words)
    begin = chunk * (CHUNK * width)
    size = np.int64(follow[2 * chunk + 1])
    i = np.int64(0)
    while i < size:
        needless = free_lead or entry[begin + i] >= flat[at]
        for c in range(1, k):
            needless &= entry[np.uint64(begin + c * CHUNK + i)] >= flat[np.uint64(at + c)]
        # the first criterion: no item adds to it, or the two are equal in it
        for c in range(k):
            if not needless:
                break
            slack = np.int64(0) if c == 0 else entry[begin + c * CHUNK + i] - flat[at + c]
            for w in range(len(words)):
                other = entry[begin + (k + w) * CHUNK + i]
                if plain and flat[at + k + w] & ~other != 0:
                    needless = False
                slack -= sum_over(other & ~flat[at + k + w], w, gain, c, k)
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
    width = k + len(words)
    begin = chunk * (CHUNK * width)
    other = np.int64(_new_chunk(place, follow, tally, vertex))
    onto = other * (CHUNK * width)
    wide = 0
    widest = np.int64(-1)
    for c in range(min(1, k - 1), k):
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
                met = min(met, value) if c < k else met | value
            corner[number * width + c] = met
    follow[2 * chunk + 1] = half
    follow[2 * other + 1] = half
    return other if flat[at + wide] >= entry[onto + wide * CHUNK] else chunk
