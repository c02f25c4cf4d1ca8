"""Pieces of a network that do not hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.errors import DataError
from corridor_opt.model.joining.draft import Draft, scipy_part
from corridor_opt.model.joining.ways import sphere

if TYPE_CHECKING:
    import pandas as pd

MOST_OF_A_PIECE = 4  # neighbours that a loose end is held against


def labels(count: int, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Give the number of its piece to each of many nodes that links join."""
    graph = scipy_part("sparse").coo_matrix((np.ones(len(start), bool), (start, end)), shape=(count, count))
    return scipy_part("sparse.csgraph").connected_components(graph, directed=False)[1]


def components(draft: Draft, *, mode: str | None = None) -> pd.Series:
    """Number the pieces of a draft, or of its links of one mode; one-ways count both ways.

    Returns
    -------
    pandas.Series
        Piece of each node: 0 for the one with most nodes, and so on; -1 where no link (of the mode) ends. Borders
        that are open join their posts.
    """
    import pandas as pd

    links = draft.links if mode is None else draft.links[draft.links["mode"] == mode]
    crossings = draft.crossings
    if len(crossings):
        from corridor_opt.model.schema import open_statuses

        crossings = crossings[crossings["status"].isin(open_statuses())]
        crossings = crossings if mode is None else crossings[crossings["mode"] == mode]
    start = np.r_[links["start"].to_numpy(int), crossings["start"].to_numpy(int)]
    end = np.r_[links["end"].to_numpy(int), crossings["end"].to_numpy(int)]
    piece = labels(len(draft.nodes), start, end)
    used = np.zeros(len(piece), bool)
    used[start] = used[end] = True
    size = np.bincount(piece[used], minlength=piece.max(initial=-1) + 1)
    rank = np.empty(len(size), int)
    rank[np.argsort(-size, kind="stable")] = np.arange(len(size))
    return pd.Series(np.where(used, rank[piece] if len(piece) else piece, -1), name="piece")


def gaps(draft: Draft, *, km: float, mode: str) -> pd.DataFrame:
    """Find where pieces of a mode come near each other, and where loose ends do.

    Parameters
    ----------
    km
        Widest gap, km.
    mode
        Mode of the links looked at.

    Returns
    -------
    pandas.DataFrame
        One row a gap, narrowest first: `start`, `end` (positions of nodes), `distance_km`, `piece_a`, `piece_b` (as in
        `components`), `kind`: `pieces` (nearest nodes of two pieces) or `ends` (a loose end and what is nearest to it
        in another piece, or another loose end).
    """
    import pandas as pd

    if not km >= 0:
        raise DataError(f"a gap of {km} km is none to look for")
    piece = components(draft, mode=mode).to_numpy()
    used = np.flatnonzero(piece >= 0)
    columns = ("start", "end", "distance_km", "piece_a", "piece_b", "kind")
    if not len(used):
        return pd.DataFrame({c: [] for c in columns})
    points = sphere(draft.points()[used])
    tree_of = scipy_part("spatial").cKDTree
    links = draft.links[draft.links["mode"] == mode]
    both = np.r_[links["start"].to_numpy(int), links["end"].to_numpy(int)]
    loose = np.bincount(both, minlength=len(draft.nodes))[used] == 1
    apart, hanging = _between_pieces(points, piece[used], loose, km, tree_of)
    hanging.append(_between_ends(points, np.flatnonzero(loose), km, tree_of))
    frames = []
    for kind, found in (("pieces", apart), ("ends", hanging)):
        a, b, far = (np.concatenate(part) for part in zip(*found, strict=True))
        a, b = used[a], used[b]
        frames.append(pd.DataFrame({"start": np.minimum(a, b), "end": np.maximum(a, b), "distance_km": far}))
        frames[-1]["kind"] = kind
    frame = pd.concat(frames, ignore_index=True).drop_duplicates(["start", "end"])
    frame["piece_a"], frame["piece_b"] = piece[frame["start"]], piece[frame["end"]]
    frame = frame[~_linked(draft, frame)][list(columns)]
    return frame.sort_values(["distance_km", "start", "end"], ignore_index=True)


def _linked(draft: Draft, frame: pd.DataFrame) -> np.ndarray:
    """Tell which pairs of nodes a link joins already."""
    start, end = draft.ends()
    count = len(draft.nodes)
    joined = np.minimum(start, end) * count + np.maximum(start, end)
    return np.isin(frame["start"].to_numpy(int) * count + frame["end"].to_numpy(int), joined)


def _nothing() -> list[tuple[np.ndarray, ...]]:
    return [(np.empty(0, int), np.empty(0, int), np.empty(0))]


def _between_pieces(
    points: np.ndarray, piece: np.ndarray, loose: np.ndarray, km: float, tree_of: type
) -> tuple[list[tuple[np.ndarray, ...]], list[tuple[np.ndarray, ...]]]:
    """Nearest pairs of every two pieces, and of loose ends and larger pieces; each is held against those larger."""
    apart, hanging = _nothing(), _nothing()
    everywhere = tree_of(points)
    order = np.argsort(piece, kind="stable")
    bounds = np.searchsorted(piece[order], np.arange(piece.max() + 2))
    for one in range(piece.max(), 0, -1):  # the largest piece has number 0
        ours = order[bounds[one] : bounds[one + 1]]
        middle = points[ours].mean(axis=0)
        reach = np.linalg.norm(points[ours] - middle, axis=1).max() + km
        others = np.array(everywhere.query_ball_point(middle, reach), int)
        others = others[piece[others] < one]
        if not len(others):
            continue
        far, near = tree_of(points[ours]).query(points[others], distance_upper_bound=km)
        by = np.lexsort((far, piece[others]))
        best = by[np.unique(piece[others][by], return_index=True)[1]]
        best = best[np.isfinite(far[best])]
        apart.append((others[best], ours[near[best]], far[best]))
        ends = ours[loose[ours]]
        if len(ends):
            far, near = tree_of(points[others]).query(points[ends], distance_upper_bound=km)
            hang = np.isfinite(far)
            hanging.append((others[near[hang]], ends[hang], far[hang]))
    return apart, hanging


def _between_ends(points: np.ndarray, loose: np.ndarray, km: float, tree_of: type) -> tuple[np.ndarray, ...]:
    """Pairs of loose ends within reach of each other, each with its nearest few."""
    if len(loose) < 2:
        return _nothing()[0]
    k = min(MOST_OF_A_PIECE, len(loose))
    far, near = tree_of(points[loose]).query(points[loose], k=k, distance_upper_bound=km)
    row, column = np.nonzero(np.isfinite(far))
    a, b = loose[row], loose[near[row, column]]
    other = a < b
    return a[other], b[other], far[row, column][other]
