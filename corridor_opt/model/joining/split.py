"""Links are cut at shares of their length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.errors import DataError
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.ways import lines, pieces, point_at, way_column

if TYPE_CHECKING:
    import pandas as pd

AMOUNTS = ("length_km", "transit_hours", "freight_usd_per_teu")  # what parts of a link share out
END_SHARE = 1e-9  # a cut so near an end is that end


def split(draft: Draft, *, at: pd.DataFrame) -> tuple[Draft, np.ndarray]:
    """Cut links at shares of their length.

    Parameters
    ----------
    draft
        Nodes and links; the nodes keep their positions, new ones come behind them. Links that are cut leave, their
        parts come behind the others.
    at
        One row a cut: `link` (position) and `share` of its length from its start, 0 to 1.

    Returns
    -------
    draft
        Parts have all attributes of their link, and shares of its length and way. A new node lies in the country of
        both ends where they lie in one.
    nodes
        Position of the node at each row of `at`: a new one, or an end of the link where the share is 0 or 1.

    Raises
    ------
    DataError
        A row names no link, or a share is not between 0 and 1.
    """
    import pandas as pd

    link, share = at["link"].to_numpy(int), at["share"].to_numpy(float)
    faults = [f"row {i}: no link {link[i]}" for i in np.flatnonzero((link < 0) | (link >= len(draft.links)))]
    faults += [f"row {i}: the share {share[i]:g} is not between 0 and 1" for i in np.flatnonzero(~_is_share(share))]
    if faults:
        raise DataError(f"the links of {draft.name} cannot be cut so", faults)
    start, end = draft.ends()
    nodes = np.where(share <= END_SHARE, start[link], end[link])
    inner = (share > END_SHARE) & (share < 1 - END_SHARE)
    if not inner.any():
        return draft, nodes
    order = np.lexsort((share[inner], link[inner]))
    cut_link, cut_share = link[inner][order], share[inner][order]
    fresh = np.r_[True, (np.diff(cut_link) != 0) | (np.diff(cut_share) > END_SHARE)]
    number = np.cumsum(fresh) - 1
    back = np.empty(len(order), int)
    back[order] = number
    nodes[inner] = len(draft.nodes) + back
    cut_link, cut_share = cut_link[fresh], cut_share[fresh]
    shapes = lines(draft, cut_link)
    where = point_at(shapes, cut_share)
    made = {"lon": where[:, 0], "lat": where[:, 1]}
    country = draft.texts("nodes", "country")
    if "country" in draft.nodes.columns:
        made["country"] = np.where(country[start[cut_link]] == country[end[cut_link]], country[start[cut_link]], "")
    new_nodes = pd.DataFrame(made)
    for column in draft.nodes.columns.difference(list(made)):
        new_nodes[column] = "" if draft.nodes[column].dtype == object else np.nan
    parts = _parts(draft, cut_link, cut_share)
    others = draft.links.drop(index=np.unique(cut_link))
    return draft.but(
        f"cut {len(np.unique(cut_link)):,} links at {len(cut_link):,} points",
        nodes=pd.concat([draft.nodes, new_nodes], ignore_index=True),
        links=pd.concat([others, parts], ignore_index=True),
    ), nodes


def _is_share(share: np.ndarray) -> np.ndarray:
    return (share >= 0) & (share <= 1)


def _parts(draft: Draft, cut_link: np.ndarray, cut_share: np.ndarray) -> pd.DataFrame:
    """Give the parts of the links that are cut; cuts are sorted by link and share."""
    import shapely

    start, end = draft.ends()
    which, cuts = np.unique(cut_link, return_counts=True)
    row = np.repeat(np.arange(len(which)), cuts + 1)  # of the part's link among those cut
    last = np.cumsum(cuts + 1) - 1
    first = last - cuts
    low, high = np.zeros(len(row)), np.ones(len(row))
    tail, head = start[which][row], end[which][row]
    new = len(draft.nodes) + np.arange(len(cut_link))
    before = np.setdiff1d(np.arange(len(row)), last)  # parts that end at a cut
    after = np.setdiff1d(np.arange(len(row)), first)
    high[before], head[before] = cut_share, new
    low[after], tail[after] = cut_share, new
    parts = draft.links.iloc[which[row]].copy()
    for column in AMOUNTS:
        if column in parts.columns:
            parts[column] = parts[column].to_numpy(float) * (high - low)
    parts["start"], parts["end"] = tail, head
    way = way_column(draft)[which[row]]
    drawn = np.flatnonzero(shapely.is_geometry(way))
    if len(drawn):
        way[drawn] = pieces(way[drawn], low[drawn], high[drawn])
    if "way" in parts.columns:
        parts["way"] = way
    return parts
