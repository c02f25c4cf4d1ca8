"""What a map of a front draws of its network: all of a small one, of a large one its own rows and those of the routes.

A hundred thousand imported lines would make a page of forty megabytes, and nobody could see the curated ones in it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from corridor_opt.model.network import IMPORTED, MANY_ROWS
from corridor_opt.model.schema import split

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.network import Network
    from corridor_opt.results.front import Front

ENDS = {"links": ("from", "to"), "crossings": ("post_a", "post_b")}


def is_large(network: Network) -> bool:
    """Whether a network has too many links to be drawn as a whole."""
    return len(network["links"]) > MANY_ROWS


def used_rows(front: Front) -> set[str]:
    """Ids of the links and crossings of all routes."""
    steps = front.steps
    return set(steps["id"][steps["table"].isin(ENDS)])


def shown_rows(network: Network, table: str, used: Collection[str]) -> pd.DataFrame:
    """Rows of links or crossings to be drawn.

    Parameters
    ----------
    network
        Where they stand.
    table
        `links` or `crossings`.
    used
        Ids that are drawn in any case.

    Returns
    -------
    pandas.DataFrame
        All rows; where links are more than `MANY_ROWS` those that are not imported, if these are no more than that,
        and the used ones.
    """
    rows = network[table]
    if not is_large(network):
        return rows
    said = {cell: IMPORTED not in split(cell) for cell in rows["tags"].unique()}
    own = rows["tags"].map(said).astype(bool)
    if own.sum() > MANY_ROWS:
        own &= False
    return rows[own | rows["id"].isin(used)]


def shown_nodes(network: Network, used: Collection[str]) -> pd.DataFrame:
    """Nodes to be drawn: all, or of a large network the ends of the links and crossings that are."""
    nodes = network["nodes"]
    if not is_large(network):
        return nodes
    ends = {end for table in ENDS for column in ENDS[table] for end in shown_rows(network, table, used)[column]}
    return nodes[nodes["id"].isin(ends)]
