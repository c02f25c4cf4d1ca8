"""Where freight changes mode or gauge after a merge: at the winner's places, and where only the other has any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.joining.knots import WATER

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from corridor_opt.model.network import Network


# What a planner writes of a terminal; one that says none of it was made by rule: a line meets a place.
OF_ITS_OWN = (
    "dwell_load_hours", "dwell_unload_hours", "handling_load_usd_per_teu", "handling_unload_usd_per_teu", "tags",
    "note", "status_note", "seasons",
)  # fmt: skip


def handled(
    terminals: pd.DataFrame,
    winner: Network,
    same: Mapping[str, str],
    tables: Mapping[str, pd.DataFrame],
    counts: dict[str, float],
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Give the terminals of the base that stay beside the winner's, and why the others do not.

    At a place where the winner handles anything it speaks for all modes. That a railway passes a city does not say
    that boxes are lifted there: in a country where the winner has rail terminals, a city, or a port that no ship
    calls at, has none of the base's if it can be reached by road. Dry ports keep theirs. A terminal of which something
    is said (hours, charges, tags, a note, a season) is somebody's knowledge, not such a guess: it stays, unless
    the winner has one of its mode and gauge there.

    Returns
    -------
    terminals
        Those that stay, at places by the names that they have after the merge.
    dropped
        Why by id, those of which something is said first.
    """
    theirs = winner["terminals"]
    terminals = terminals.assign(node=terminals["node"].map(lambda node: same.get(node, node)))
    where, links, nodes = terminals["node"], tables["links"], tables["nodes"].set_index("id")
    of_mode = {mode: links[links["mode"].isin(mode)] for mode in (WATER, ("road",))}
    at = {mode: set(rows["from"]) | set(rows["to"]) for mode, rows in of_mode.items()}
    by_rail = theirs["node"][theirs["mode"] == "rail"]
    spoken = set(winner["nodes"].set_index("id").loc[by_rail, "country"])
    kind, land = where.map(nodes["kind"]), where.map(nodes["country"])
    only_passed = (kind == "city") | ((kind == "seaport") & ~where.isin(at[WATER]))
    spoken_for = where.isin(set(theirs["node"]))
    road = set(where[~spoken_for & (terminals["mode"] == "road")]) & at[("road",)]
    by_rail_only = (terminals["mode"] == "rail") & only_passed & land.isin(spoken) & where.isin(road)
    cells = terminals[list(OF_ITS_OWN)]
    own = (cells.notna() & (cells != "")).any(axis=1)
    why = np.full(len(terminals), "", object)
    passed = (by_rail_only & ~own & ~spoken_for).to_numpy()
    why[passed] = f"a city on a railway; {winner.name} knows the rail terminals of its country"
    why[(spoken_for & ~own).to_numpy()] = f"{winner.name} says what is handled at its place"
    known = dict(zip(_served(theirs), theirs["id"], strict=True))
    replaced = np.zeros(len(terminals), bool)
    for i, served in enumerate(_served(terminals)):
        if served in known:
            replaced[i], why[i] = True, f"{winner.name} has {known[served]}"
    why[~where.isin(nodes.index).to_numpy()] = "its place is gone"
    counts["cities without a rail terminal, where the winner knows the terminals"] = int(passed.sum())
    rows = np.lexsort((replaced, ~own.to_numpy()))  # what is lost before what stands there again
    dropped = dict(zip(terminals["id"].to_numpy(object)[rows], why[rows], strict=True))
    return terminals[why == ""], {row: said for row, said in dropped.items() if said}


def _served(terminals: pd.DataFrame) -> list[tuple[str, str, float]]:
    """Place, mode and gauge of each terminal."""
    gauge = terminals["gauge_mm"].fillna(-1.0).astype(float)
    return list(zip(terminals["node"], terminals["mode"], gauge, strict=True))


def changed(
    base: Network, winner: Network, same: Mapping[str, str], tables: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Give the gauge changes of the base that stay, and why the others do not.

    At a place where the winner changes gauges it speaks; posts whose crossings are all gone have nothing to change.
    """
    crossings = base["crossings"]
    stays = crossings["id"].isin(set(tables["crossings"]["id"])).to_numpy()
    posts = [crossings[post].to_numpy(object) for post in ("post_a", "post_b")]
    gone = {node for ends in posts for node in ends[~stays]} - {node for ends in posts for node in ends[stays]}
    frame = base["gauge_changes"]
    place = frame["node"].map(lambda node: same.get(node, node))
    why = np.full(len(frame), "", object)
    why[frame["node"].isin(gone).to_numpy()] = "the crossings of its post are gone"
    why[place.isin(set(winner["gauge_changes"]["node"])).to_numpy()] = f"{winner.name} changes gauges at its place"
    why[~place.isin(set(tables["nodes"]["id"])).to_numpy()] = "its place is gone"
    dropped = dict(zip(frame["id"].to_numpy(object), why, strict=True))
    return frame.assign(node=place)[why == ""], {row: said for row, said in dropped.items() if said}
