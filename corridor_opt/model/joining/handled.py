"""Where freight changes mode or gauge after a merge: at the winner's places, and where only the other has any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.joining.knots import WATER

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from corridor_opt.model.network import Network


def handled(
    terminals: pd.DataFrame,
    winner: Network,
    same: Mapping[str, str],
    tables: Mapping[str, pd.DataFrame],
    counts: dict[str, float],
) -> pd.DataFrame:
    """Give the terminals of the base that stay beside the winner's.

    At a place where the winner handles anything it speaks for all modes. That a railway passes a city does not say
    that boxes are lifted there: in a country where the winner has rail terminals, a city, or a port that no ship
    calls at, has none of the base's if it can be reached by road. Dry ports keep theirs.
    """
    place = terminals["node"].map(lambda node: same.get(node, node))
    nodes = tables["nodes"].set_index("id")
    stays = place.isin(nodes.index).to_numpy() & ~place.isin(set(winner["terminals"]["node"])).to_numpy()
    terminals = terminals.assign(node=place)[stays]
    where, links = terminals["node"], tables["links"]
    of_mode = {mode: links[links["mode"].isin(mode)] for mode in (WATER, ("road",))}
    at = {mode: set(rows["from"]) | set(rows["to"]) for mode, rows in of_mode.items()}
    theirs = winner["terminals"]
    by_rail = theirs["node"][theirs["mode"] == "rail"]
    spoken = set(winner["nodes"].set_index("id").loc[by_rail, "country"])
    kind, land = where.map(nodes["kind"]), where.map(nodes["country"])
    only_passed = (kind == "city") | ((kind == "seaport") & ~where.isin(at[WATER]))
    road = set(where[terminals["mode"] == "road"]) & at[("road",)]
    drop = (terminals["mode"] == "rail") & only_passed & land.isin(spoken) & where.isin(road)
    counts["cities without a rail terminal, where the winner knows the terminals"] = int(drop.sum())
    return terminals[~drop]


def changed(
    base: Network, winner: Network, same: Mapping[str, str], tables: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Give the gauge changes of the base, but for those at the winner's and at posts whose crossings are all gone."""
    crossings = base["crossings"]
    stays = crossings["id"].isin(set(tables["crossings"]["id"])).to_numpy()
    posts = [crossings[post].to_numpy(object) for post in ("post_a", "post_b")]
    gone = {node for ends in posts for node in ends[~stays]} - {node for ends in posts for node in ends[stays]}
    frame = base["gauge_changes"]
    place = frame["node"].map(lambda node: same.get(node, node))
    known = place.isin(set(tables["nodes"]["id"])) & ~place.isin(set(winner["gauge_changes"]["node"]))
    kept: np.ndarray = (known & ~frame["node"].isin(gone)).to_numpy()
    return frame.assign(node=place)[kept]
