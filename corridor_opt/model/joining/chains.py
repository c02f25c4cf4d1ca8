"""Chains of links without a junction become one link, and dead ends go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from corridor_opt.errors import DataError
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.split import AMOUNTS
from corridor_opt.model.joining.ways import joined, lines, way_column

# What may differ between links of one chain.
LOOSE = ("id", "name", "note", "start", "end", "from", "to", "length_km", "direction", "way")


def attribute_codes(links: Any, loose: Sequence[str] = ()) -> np.ndarray:
    """Number links so that equal numbers mean equal attributes, but for ends, lengths, ways, names."""
    import pandas as pd

    code = np.zeros(len(links), int)
    for column in links.columns:
        if column in LOOSE or column in loose:
            continue
        # amounts add up along a chain, if all of it has them
        cells = links[column].isna() if column in AMOUNTS else links[column]
        values = pd.factorize(cells, use_na_sentinel=False)[0]
        code = pd.factorize(code * (values.max(initial=0) + 1) + values)[0]
    return code


def contract(
    draft: Draft, *, keep: np.ndarray | None = None, loose: Sequence[str] = (), simplify: float = 0.0
) -> Draft:
    """Make one link of every chain of links that pass nodes where nothing else ends.

    Parameters
    ----------
    keep
        Mask of nodes that stay. Posts of crossings stay too, and nodes where attributes, one-ways or countries change.
    loose
        Columns that may differ within a chain; the first link's value stands.
    simplify
        Tolerance in degrees to which the drawn ways of chains are simplified; lengths stay what they were.

    Returns
    -------
    Draft
        Lengths are summed, ways kept. Parallel ways stay apart. A chain that comes back to where it began is dropped,
        and so is a self-loop.

    Raises
    ------
    DataError
        The mask is not one value a node, or the tolerance is negative.
    """
    import shapely

    stay = _mask(draft, keep)
    if not simplify >= 0:
        raise DataError(f"a tolerance of {simplify} degrees is none to simplify by")
    draft = draft.but(links=draft.links[draft.links["start"] != draft.links["end"]])
    count = len(draft.links)
    follow = _follow(draft, stay, attribute_codes(draft.links, loose))
    last, rank = _ranked(follow)
    lost = last < 0
    if lost.any():  # rings that no other link meets: each is opened at one of its nodes
        start = draft.links["start"].to_numpy(int)
        opened = start[np.flatnonzero(lost)[::2] // 2]
        rows = np.flatnonzero(lost)[::2] // 2
        from corridor_opt.model.joining.pieces import labels

        piece = labels(len(draft.nodes), start[rows], draft.links["end"].to_numpy(int)[rows])[opened]
        stay[opened[np.unique(piece, return_index=True)[1]]] = True
        follow = _follow(draft, stay, attribute_codes(draft.links, loose))
        last, rank = _ranked(follow)
    half = np.arange(2 * count)
    first = follow[half ^ 1] < 0  # nothing comes before it
    ending = last[half]
    allowed = _allowed(draft)
    # each chain is met from both sides: the side that may be travelled, else the lower number
    forward = allowed[half] & ~allowed[half ^ 1]
    taken = first & (forward | ((allowed[half] == allowed[half ^ 1]) & (half <= (ending ^ 1))))
    heads = half[taken]
    chain_of = np.full(2 * count, -1)
    chain_of[ending[heads]] = np.arange(len(heads))
    chain = chain_of[last]
    members = np.flatnonzero(chain >= 0)
    members = members[np.lexsort((-rank[members], chain[members]))]
    chain = chain[members]
    ends = np.column_stack([draft.links["start"].to_numpy(int), draft.links["end"].to_numpy(int)])
    size = np.bincount(chain, minlength=len(heads))
    links = draft.links.iloc[heads // 2].copy()
    links["start"], links["end"] = ends[heads // 2, heads % 2], ends[ending[heads] // 2, 1 - ending[heads] % 2]
    for column in AMOUNTS:
        if column in links.columns:
            amount = draft.links[column].to_numpy(float)[members // 2]
            links[column] = np.bincount(chain, amount, minlength=len(heads))
    links["direction"] = np.where(allowed[heads] & allowed[heads ^ 1], "both", "forward")
    way = way_column(draft)[heads // 2]
    back = (size == 1) & (heads % 2 == 1) & shapely.is_geometry(way)
    way[back] = shapely.reverse(way[back])
    several = size[chain] > 1
    drawn = lines(draft, members[several] // 2)
    turned = members[several] % 2 == 1
    drawn[turned] = shapely.reverse(drawn[turned])
    whole = joined(drawn, np.cumsum(np.r_[0, np.diff(chain[several]) > 0])) if several.any() else drawn
    way[size > 1] = shapely.simplify(whole, simplify) if simplify else whole
    links["way"] = way
    ring = links["start"].to_numpy() == links["end"].to_numpy()
    links = links[~ring]
    used = stay.copy()
    used[links["start"].to_numpy(int)] = used[links["end"].to_numpy(int)] = True
    told = f"contracted {count:,} links to {len(links):,}"
    told += f", {ring.sum():,} rings dropped" if ring.any() else ""
    return draft.but(links=links).kept(used, told)


def _mask(draft: Draft, keep: np.ndarray | None) -> np.ndarray:
    """Give the nodes that must stay: those asked for and the posts of crossings."""
    stay = np.zeros(len(draft.nodes), bool)
    if keep is not None:
        keep = np.asarray(keep, bool)
        if keep.shape != stay.shape:
            raise DataError(f"keep has {keep.size:,} values for {len(stay):,} nodes")
        stay |= keep
    for column in ("start", "end"):
        stay[draft.crossings[column].to_numpy(int)] = True
    return stay


def _allowed(draft: Draft) -> np.ndarray:
    """Whether each half of a link may be travelled: 2 x link from start to end, 2 x link + 1 back."""
    allowed = np.ones(2 * len(draft.links), bool)
    allowed[1::2] = draft.texts("links", "direction") != "forward"
    return allowed


def _follow(draft: Draft, stay: np.ndarray, code: np.ndarray) -> np.ndarray:
    """Give the half of a link that follows another through a node where nothing else ends; -1 where a chain stops."""
    start, end = draft.ends()
    leaves, reaches = np.column_stack([start, end]).ravel(), np.column_stack([end, start]).ravel()
    order = np.argsort(leaves, kind="stable")
    degree = np.bincount(leaves, minlength=len(stay))
    through = order[(degree == 2)[leaves[order]]]
    a, b = through[::2], through[1::2]
    country = draft.texts("nodes", "country")
    allowed = _allowed(draft)
    fits = ~stay[leaves[a]] & (a // 2 != b // 2) & (code[a // 2] == code[b // 2])
    fits &= (allowed[a ^ 1] == allowed[b]) & (allowed[b ^ 1] == allowed[a])
    here = country[leaves[a]]
    fits &= (country[reaches[a]] == here) & (country[reaches[b]] == here)
    follow = np.full(len(leaves), -1)
    follow[a[fits] ^ 1], follow[b[fits] ^ 1] = b[fits], a[fits]
    return follow


def _ranked(follow: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the last half of each chain and the steps to it, by doubling; -1 on a ring, which has no last."""
    jump = np.where(follow < 0, np.arange(len(follow)), follow)
    rank = (follow >= 0).astype(int)
    for _ in range(len(follow).bit_length() + 1):
        onward = rank[jump]
        if not onward.any():
            break
        rank, jump = rank + onward, jump[jump]
    return np.where(follow[jump] < 0, jump, -1), rank


def prune(draft: Draft, *, keep: np.ndarray | None = None) -> Draft:
    """Drop dead ends, and what becomes one by that.

    Parameters
    ----------
    keep
        Mask of nodes that stay with the way to them. Posts of crossings stay too.
    """
    stay = _mask(draft, keep)
    start, end = draft.ends()
    degree = np.bincount(np.r_[start, end], minlength=len(stay))
    # the one link that is left at a node is the exclusive or of the links there
    left = np.zeros(len(stay), int)
    np.bitwise_xor.at(left, start, np.arange(len(start)))
    np.bitwise_xor.at(left, end, np.arange(len(end)))
    live = np.ones(len(start), bool)
    edge = np.flatnonzero((degree == 1) & ~stay)
    while len(edge):
        gone = np.unique(left[edge])
        live[gone] = False
        ends = np.r_[start[gone], end[gone]]
        np.subtract.at(degree, ends, 1)
        np.bitwise_xor.at(left, ends, np.r_[gone, gone])
        ends = np.unique(ends)
        edge = ends[(degree[ends] == 1) & ~stay[ends]]
    told = f"dropped {(~live).sum():,} links of dead ends"
    return draft.but(links=draft.links[live]).kept(stay | (degree > 0), told)
