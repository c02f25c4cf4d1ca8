"""Items that arcs share: each is paid for once on a path, however many of its arcs the path uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corridor_opt.graph.arrays import LARGEST_PATH, LAYOUT, Integers, integers, read_array


@dataclass(frozen=True, eq=False)
class Shared:
    """Items that arcs share.

    The value of a path in a criterion is the sum of the weights of its arcs and, for each item that any of them holds,
    of the item's gain, once.

    Parameters
    ----------
    member
        bool (m, items): which items each arc holds. Any number of items, none among them.
    gain
        int (items, k): what each item adds to each criterion, 0 or more.
    """

    member: ArrayLike
    gain: ArrayLike


class Items(NamedTuple):
    """Items that a kernel may trust.

    Attributes
    ----------
    member
        bool (m, items).
    gain
        int64 (items, k).
    """

    member: NDArray[np.bool_]
    gain: Integers


def read_items(shared: Shared, first_out: ArrayLike, weight: ArrayLike) -> tuple[Items | None, list[str]]:
    """Read items beside a graph that is not checked yet.

    Parameters
    ----------
    shared
        As given.
    first_out, weight
        As given to `search.pareto_front`. Where they cannot be read nothing is said of how the items fit them.

    Returns
    -------
    Items or None
        None where there are faults.
    list of str
        Faults.
    """
    faults: list[str] = []
    if not isinstance(shared, Shared):
        return None, [f"shared: Shared(member, gain) or None expected, not {shared!r}"]
    unread: list[str] = []  # faults of the graph are told by those who check it
    weights, offsets = integers("", weight, 2, unread), integers("", first_out, 1, unread)
    member = read_array("shared.member", shared.member, 2, faults)
    gain = integers("shared.gain", shared.gain, 2, faults)
    if member is not None:
        if member.size == 0 and isinstance(shared.member, (list, tuple)):
            member = member.astype(np.bool_)  # numpy calls an empty list float
        if member.dtype != np.bool_:
            faults.append(f"shared.member: bool expected, not {member.dtype}")
        if weights is not None and len(member) != len(weights):
            faults.append(f"shared.member: {len(member)} rows for {len(weights)} arcs")
    if gain is not None:
        if member is not None and len(gain) != member.shape[1]:
            faults.append(f"shared.gain: {len(gain)} rows for {member.shape[1]} items (columns of shared.member)")
        if weights is not None and gain.shape[1] != weights.shape[1]:
            faults.append(f"shared.gain: {gain.shape[1]} columns for {weights.shape[1]} criteria")
        if gain.size and int(gain.min()) < 0:
            i, c = np.argwhere(gain < 0)[0]
            faults.append(
                f"shared.gain: {np.sum(gain < 0)} negative, the first of item {i} in criterion {c}: {gain[i, c]}"
            )
        longest = 0
        if offsets is not None and weights is not None and weights.size:
            longest = max(len(offsets) - 2, 0) * max(int(weights.max()), 0)
        most = max((sum(gain[:, c].tolist()) for c in range(gain.shape[1])), default=0)
        if longest <= LARGEST_PATH < longest + most:
            faults.append("shared.gain: a path and all items together may exceed 2^61; use a coarser unit")
    if faults or member is None or gain is None:
        return None, faults
    return Items(np.require(member, np.bool_, LAYOUT), np.require(gain, np.int64, LAYOUT)), []
