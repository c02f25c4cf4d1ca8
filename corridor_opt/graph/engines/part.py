"""The part of a graph that paths within limits may use, as a query asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor_opt.graph.arrays import Integers, Query

if TYPE_CHECKING:
    from corridor_opt.graph.engines.contracted import Contracted
    from corridor_opt.kernels.ellipse import Side
    from corridor_opt.kernels.ground import Ground, Joints

BUCKETS_FROM = 1 << 15  # arcs; on smaller parts a heap is as fast and does not walk through empty buckets
NO_ARCS = np.empty(0, np.int32)


class Part(NamedTuple):
    """A part of a graph.

    Attributes
    ----------
    ground, joints
        Its arcs; see `kernels.ground`.
    columns
        The caller's criterion of each column of its weights.
    bound
        int64 (columns, vertices): distances to the target, 0 where they are not known.
    source, target
        Vertices.
    """

    ground: Ground
    joints: Joints
    columns: tuple[int, ...]
    bound: Integers
    source: int
    target: int

    def nbytes(self) -> int:
        """Add up its arrays."""
        return int(self.bound.nbytes) + sum(int(a.nbytes) for a in self.ground if isinstance(a, np.ndarray))


class Meeting(NamedTuple):
    """Two searches that have met.

    Attributes
    ----------
    forward, backward
        Their states.
    least
        Distance from the source to the target; greater than the limit, if there is no path within it.
    """

    forward: Side
    backward: Side
    least: int


def whole(query: Query, shared: Contracted | None) -> tuple[Part, NDArray[np.int32] | None]:
    """See all of a query's graph as a part, contracted if it was made ready and the numbers fit.

    Parameters
    ----------
    query
        Checked arrays; the source is not the target.
    shared
        What was made ready for the graph, if it was.

    Returns
    -------
    Part
        Nothing is left out, nothing is known.
    number
        See `chains.Core`; None where arcs are the caller's.
    """
    from corridor_opt.kernels import bounds, chains, ends
    from corridor_opt.kernels.ground import Ground, Joints

    q, k = query, query.weight.shape[1]
    is_open = np.empty(0, np.bool_)
    columns = tuple(range(k))
    nothing = np.empty((k, 0), np.int64)
    if shared is not None and shared.core.fits[0]:
        core, back = shared.core, shared.backward
        extra = ends.attach(q.first_out, q.head, q.weight, q.is_open, core, q.source, q.target)
        if not extra.weight.size or int(extra.weight.max()) <= chains.MOST:
            weights, closed = extra.weight.astype(np.int32), core.arc[extra.closed]
            joints = Joints(extra.tail, extra.head, weights, extra.arc, closed)
            tail, turned = back.pair[0, ::2].copy(), np.ascontiguousarray(back.pair[:, 1::2]).reshape(-1)
            arcs = len(core.head)
            weight = core.weight.reshape(-1)
            ground = Ground(core.first, core.head, weight, is_open, core.arc, back.first, tail, turned, 1, arcs)
            n = len(core.first) - 1
            ends_at = (int(core.number[q.source]), int(core.number[q.target]))
            source, target = (at if at >= 0 else n + i for i, at in enumerate(ends_at))
            return Part(ground, joints, columns, nothing, source, target), core.number
    into = bounds.reverse(q.first_out, q.head, q.weight, q.is_open)
    if not q.is_open.all():
        is_open = q.is_open
    arc = np.arange(len(q.head), dtype=np.int32)
    weight, turned = q.weight.reshape(-1), into.weight.reshape(-1)
    ground = Ground(q.first_out, q.head, weight, is_open, arc, into.first_in, into.tail, turned, k, 1)
    return Part(ground, no_joints(k), columns, nothing, q.source, q.target), None


def capped(limit: int) -> int:
    """Stand in for no limit with a value that no path exceeds and the kernels can add to."""
    from corridor_opt.kernels.ellipse import NONE

    return min(limit, NONE - 1)


def no_joints(k: int) -> Joints:
    """Say that both ends are vertices of the ground."""
    from corridor_opt.kernels.ground import Joints

    return Joints(NO_ARCS, NO_ARCS, np.empty((0, k), np.int32), NO_ARCS, NO_ARCS)


def meet(part: Part, column: int, limit: int, most_buckets: int) -> Meeting:
    """Find the distance from the source to the target in one criterion.

    Parameters
    ----------
    part
        Where to search.
    column
        Which of its columns.
    limit
        Greatest value, inclusive.
    most_buckets
        Use a heap where weights ask for more.
    """
    from corridor_opt.kernels import ellipse

    ground, joints = part.ground, part.joints
    n, arcs = len(ground.first) - 1, len(ground.head)
    largest = 0
    if arcs >= BUCKETS_FROM:
        largest = int(ground.weight[column :: len(part.columns)].max(initial=0))
        largest = max(largest, int(joints.weight[:, column].max(initial=0)))
    by_buckets = arcs >= BUCKETS_FROM and largest < most_buckets
    buckets = 1 << max(largest.bit_length(), 1) if by_buckets else 1
    forward, backward = (ellipse.new_side(n, arcs, buckets) for _ in range(2))
    for side, end in ((forward, part.source), (backward, part.target)):
        if end < n:
            ellipse.seed(side, end, 0)
        side.distance[end] = 0
    for tail, head, row in zip(joints.tail.tolist(), joints.head.tolist(), joints.weight.tolist(), strict=True):
        if tail == part.source and head == part.target:
            forward.tally[ellipse.BEST] = min(int(forward.tally[ellipse.BEST]), row[column])
        elif tail == part.source:
            ellipse.seed(forward, head, row[column])
        elif head == part.target:
            ellipse.seed(backward, tail, row[column])
    return Meeting(forward, backward, int(ellipse.meet(ground, forward, backward, column, limit)))


def narrowed(part: Part, column: int, limit: int, meeting: Meeting, keep: Sequence[int]) -> Part:
    """Keep what paths within a limit may use, and note the distances to the target.

    Parameters
    ----------
    part
        What to keep of.
    column
        Which of its columns is limited.
    limit
        Greatest value, inclusive; at least the least there is.
    meeting
        What `meet` found with a limit that is no smaller; not to be used again.
    keep
        Columns to keep, this one among them.

    Returns
    -------
    Part
        Fresh.
    """
    from corridor_opt.kernels import ellipse
    from corridor_opt.kernels.ground import cut

    ground, joints = part.ground, part.joints
    ellipse.fill(ground, meeting.forward, meeting.backward, column, limit)
    near, far = meeting.forward.distance, meeting.backward.distance
    for tail, head, row in zip(joints.tail.tolist(), joints.head.tolist(), joints.weight.tolist(), strict=True):
        if tail == part.source:
            far[tail] = min(int(far[tail]), row[column] + int(far[head]))
        if head == part.target:
            near[head] = min(int(near[head]), row[column] + int(near[tail]))
    kept_columns = np.array(keep, np.int64)
    smaller, kept = cut(ground, joints, kept_columns, column, near, far, limit, part.source, part.target)
    if part.bound.shape[1]:
        bound = np.ascontiguousarray(part.bound[kept_columns][:, kept])
    else:
        bound = np.zeros((len(keep), len(kept)), np.int64)
    # distances within the part, which are no less than those known
    bound[list(keep).index(column)] = far[kept]
    source, target = (int(i) for i in np.searchsorted(kept, [part.source, part.target]))
    columns = tuple(part.columns[c] for c in keep)
    return Part(smaller, no_joints(len(keep)), columns, bound, source, target)
