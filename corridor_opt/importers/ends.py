"""Which nodes a foreign link joins: by id, by name, or by where its line begins and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.errors import did_you_mean
from corridor_opt.importers.cells import Told
from corridor_opt.model.geography import EARTH_RADIUS_KM

if TYPE_CHECKING:
    import pandas as pd

MOST_SUGGESTED = 50  # a search through all that is known
OWN_PLACE_KM = 1.0  # rows that put one node farther apart than this contradict each other


def by_word(words: list[str], nodes: pd.DataFrame, column: str, told: Told) -> np.ndarray:
    """Give the position of the node that each word names: its id, else its name.

    Parameters
    ----------
    words
        Cells of `from` or `to`.
    nodes
        Columns `id` and `name`.
    column
        Which of the two, for faults.
    told
        Takes a fault for each word that names no node or several, and for empty cells.

    Returns
    -------
    numpy.ndarray
        Positions in `nodes`; -1 where there is none.
    """
    ids = {node: position for position, node in enumerate(nodes["id"])}
    names: dict[str, list[int]] = {}
    for position, name in enumerate(nodes["name"]):
        if name:
            names.setdefault(name.lower(), []).append(position)
    known = [*ids, *nodes["name"]]
    found: dict[str, int] = {}
    by_name = suggested = 0
    rows: dict[str, list[int]] = {}
    for row, word in enumerate(words):
        rows.setdefault(word, []).append(row)
    for word, at in rows.items():
        matches = names.get(word.lower(), [])
        found[word] = -1
        if not word:
            told.of_rows(at, column, "is empty")
        elif word in ids:
            found[word] = ids[word]
        elif len(matches) == 1:
            found[word] = matches[0]
            by_name += len(at)
        elif matches:
            told.of_rows(at, column, f"'{word}' is the name of {len(matches)} nodes; name the id")
        else:
            suggested += 1
            near = did_you_mean(word, known) if suggested <= MOST_SUGGESTED else ""
            told.of_rows(at, column, f"no node '{word}'{near}")
    if by_name:
        told.note(f"{by_name:,} ends of '{column}' were found by the name of the node")
    return np.array([found[word] for word in words], int)


def by_place(nodes: pd.DataFrame, points: np.ndarray, km: float) -> tuple[np.ndarray, np.ndarray]:
    """Give the node at each point: one of the table within some km, else one made for all ends that meet there.

    Parameters
    ----------
    nodes
        Columns `lon` and `lat`; may be empty.
    points
        Longitude and latitude, a row each.
    km
        How near is the same place, km.

    Returns
    -------
    position, made
        Number of the node of each point; those from `len(nodes)` on are made, and `made` holds their coordinates.
    """
    import networkx as nx
    import shapely

    exact, which = np.unique(np.round(points, 7), axis=0, return_inverse=True)
    which = which.reshape(-1)
    at = np.full(len(exact), -1)
    if len(nodes):
        own = nodes[["lon", "lat"]].to_numpy(float)
        a, b, apart = _pairs(exact, shapely.points(own), own, km)
        order = np.argsort(apart, kind="stable")[::-1]  # the nearest is written last
        at[a[order]] = b[order]
    free = np.flatnonzero(at < 0)
    a, b, _ = _pairs(exact[free], shapely.points(exact[free]), exact[free], km)
    joined = nx.Graph()
    joined.add_nodes_from(range(len(free)))
    joined.add_edges_from(zip(a[a < b].tolist(), b[a < b].tolist(), strict=True))
    groups = [sorted(group) for group in nx.connected_components(joined)]
    groups.sort()
    made = np.array([exact[free[group]].mean(axis=0) for group in groups]).reshape(-1, 2)
    for number, group in enumerate(groups):
        at[free[group]] = len(nodes) + number
    return at[which], made


def _pairs(points: np.ndarray, others: np.ndarray, places: np.ndarray, km: float) -> tuple[np.ndarray, ...]:
    """Give the pairs of points and others within some km, with their distances."""
    import shapely

    if not len(points) or not len(others):
        none = np.zeros(0, int)
        return none, none, np.zeros(0)
    most = float(np.abs(points[:, 1]).max())
    reach = km / 111 / max(np.cos(np.radians(min(most, 85))), 0.05) + 1e-9
    a, b = shapely.STRtree(others).query(shapely.points(points), predicate="dwithin", distance=reach)
    apart = apart_km(points[a], places[b])
    near = apart <= km + 1e-9
    return a[near], b[near], apart[near]


def apart_km(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Great-circle distance of points, longitude and latitude a row each, in km (haversine)."""
    (lon_a, lat_a), (lon_b, lat_b) = np.radians(a).T, np.radians(b).T
    with np.errstate(invalid="ignore"):  # what lies nowhere is told elsewhere
        half = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1))))


def places_of_words(words: list[str], points: np.ndarray, told: Told) -> pd.DataFrame:
    """Make nodes of the ids that links name, each where its links begin or end.

    Parameters
    ----------
    words
        Ids, one an end.
    points
        Longitude and latitude of that end.
    told
        Takes a fault for an id that stands in two places.
    """
    import pandas as pd

    ends = pd.DataFrame({"id": words, "lon": points[:, 0], "lat": points[:, 1]})
    ends = ends[ends["id"] != ""]
    middle = ends.groupby("id", sort=False)[["lon", "lat"]].median()
    away = apart_km(ends[["lon", "lat"]].to_numpy(), middle.loc[ends["id"]].to_numpy())
    far = ends.assign(km=away).query("km > @OWN_PLACE_KM").groupby("id", sort=False)["km"].max()
    for node, km in far.items():
        apart = f"stands in places {km:,.0f} km apart; give a table of nodes"
        told.faults.append(f"{told.where}: the node '{node}' {apart}")
    return middle.reset_index().assign(name=list(middle.index))
