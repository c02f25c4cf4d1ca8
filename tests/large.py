"""Large networks made by rule from a seed: roads and railways as bent grids over Eurasia, in several countries.

Places lie on a bent grid between 20 and 100 degrees east, 20 and 60 north. Roads join neighbours, railways every third
place; a sixth of the roads is missing. Countries are blocks of the grid; where two of them meet, only some roads and
railways cross. Western railways have 1435 mm, the others 1520. Every ninth place by both ways is a city with terminals.
Made without a loop over rows, so that a million links take seconds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import corridor_opt as co
from corridor_opt.model.build import build
from corridor_opt.model.geography import EARTH_RADIUS_KM

WEST, SOUTH, EAST, NORTH = 20.0, 20.0, 100.0, 60.0
BLOCKS = (4, 2)  # countries from west to east, and from south to north
STRIDE = 3  # a railway calls at every third place
CITY = 9
MISSING = 1 / 6
READY = {"status_2022": "operating", "status_2026": "operating"}
LENGTH = {"length_source": "A", "length_confidence": "assumption"}


def large_network(links: int = 2_000, *, seed: int = 7, rail: bool = True) -> co.Network:
    """Build and validate such a network.

    Parameters
    ----------
    links
        About so many in all.
    seed
        Same seed, same network.
    rail
        Whether there are railways.
    """
    return build(large_tables(links, seed=seed, rail=rail), name=f"large-{links}")


def large_tables(links: int = 2_000, *, seed: int = 7, rail: bool = True) -> dict[str, pd.DataFrame]:
    """Give the tables of such a network before validation, see `large_network`."""
    rng = np.random.default_rng(seed)
    high = max(2 * CITY, round(np.sqrt(links / 4 / (1 - MISSING + 1 / STRIDE**2))))
    wide = 2 * high
    column, row = (grid.ravel() for grid in np.meshgrid(np.arange(wide), np.arange(high)))
    lon = WEST + (EAST - WEST) * (column + rng.uniform(0.1, 0.9, wide * high)) / wide
    lat = SOUTH + (NORTH - SOUTH) * (row + rng.uniform(0.1, 0.9, wide * high)) / high
    block = column * BLOCKS[0] // wide + BLOCKS[0] * (row * BLOCKS[1] // high)
    country = np.array([f"X{chr(65 + i)}" for i in range(BLOCKS[0] * BLOCKS[1])], dtype=object)[block]
    city = (column % CITY == 0) & (row % CITY == 0)
    ids = _named("P", np.arange(wide * high))
    nodes = pd.DataFrame(
        {"id": ids, "name": np.where(city, "City ", "Place ") + ids, "country": country, "lon": lon, "lat": lat}
        | {"kind": np.where(city, "city", "junction"), "location_source": "A", "location_confidence": "assumption"}
    )
    ways = [_ways(rng, wide, high, 1, "road")]
    if rail:
        ways.append(_ways(rng, wide, high, STRIDE, "rail"))
    way = pd.concat(ways, ignore_index=True)
    a, b = way["start"].to_numpy(), way["end"].to_numpy()
    gauge = np.where(column * BLOCKS[0] // wide == 0, 1435.0, 1520.0)
    rails = (way["mode"] == "rail").to_numpy()
    way["length_km"] = np.maximum(np.round(_km(lon[a], lat[a], lon[b], lat[b]) * way.pop("bend"), 1), 0.1)
    way["class"] = np.where(rails, np.where(gauge[a] == 1435, "rail-europe", "rail-1520"), "road-cis")
    way = way.assign(**READY, **LENGTH)
    inland = block[a] == block[b]
    inner = way[inland].reset_index(drop=True)
    start, end = inner.pop("start").to_numpy(), inner.pop("end").to_numpy()
    inner["id"] = _named("L", np.arange(len(inner)))
    inner["from"], inner["to"], inner["countries"] = ids[start], ids[end], country[start]
    inner["gauge_mm"] = np.where(inner["mode"] == "rail", gauge[start], np.nan)
    # of the ways from country to country every second railway and every fourth road has a post on each side
    outer = way[~inland & (rails | (np.cumsum(~inland) % 4 == 0))].reset_index(drop=True)
    start, end = outer.pop("start").to_numpy(), outer.pop("end").to_numpy()
    outer["id"] = _named("X", np.arange(len(outer)))
    outer["post_a"], outer["post_b"] = ids[start], ids[end]
    outer["country_a"], outer["country_b"] = country[start], country[end]
    of_rail = (outer["mode"] == "rail").to_numpy()
    for side, post in (("a", start), ("b", end)):
        outer[f"gauge_{side}"] = np.where(of_rail, gauge[post], np.nan)
    breaks = of_rail & (gauge[start] != gauge[end])
    changed = np.unique(start[breaks])
    changes = pd.DataFrame({"id": _named("G", changed), "node": ids[changed], "gauge_a": 1435, "gauge_b": 1520})
    at = np.flatnonzero(city)
    terminals = [pd.DataFrame({"id": _named("TR", at), "node": ids[at], "mode": "road", "gauge_mm": np.nan})]
    if rail:
        terminals.append(pd.DataFrame({"id": _named("TT", at), "node": ids[at], "mode": "rail", "gauge_mm": gauge[at]}))
    return {
        "nodes": nodes,
        "links": inner,
        "crossings": outer,
        "terminals": pd.concat(terminals, ignore_index=True).assign(**READY),
        "gauge_changes": changes.assign(**READY),
    }


def cities(network: co.Network) -> pd.DataFrame:
    """Places with terminals, from west to east."""
    nodes = network["nodes"]
    return nodes[nodes["kind"] == "city"].sort_values(["lon", "lat"]).reset_index(drop=True)


def pair(network: co.Network, km: float) -> tuple[str, str]:
    """Give two cities about so far apart: one in the middle of the network, and one to its east."""
    known = cities(network)
    lon, lat = known["lon"].to_numpy(), known["lat"].to_numpy()
    first = int(np.argmin(np.abs(lon - 45) + np.abs(lat - 38)))
    far = np.abs(_km(lon[first], lat[first], lon, lat) - km) + 1e6 * (lon <= lon[first])
    return str(known["id"][first]), str(known["id"][int(np.argmin(far))])


def _ways(rng: np.random.Generator, wide: int, high: int, stride: int, mode: str) -> pd.DataFrame:
    """Ways between places that are neighbours at a stride, along rows and columns of the grid."""
    place = np.arange(wide * high).reshape(high, wide)[::stride, ::stride]
    start = np.concatenate([place[:, :-1].ravel(), place[:-1].ravel()])
    end = np.concatenate([place[:, 1:].ravel(), place[1:].ravel()])
    kept = rng.random(len(start)) >= (MISSING if mode == "road" else 0.0)
    start, end = start[kept], end[kept]
    return pd.DataFrame({"start": start, "end": end, "mode": mode, "bend": rng.uniform(1.05, 1.4, len(start))})


def _named(letter: str, numbers: np.ndarray) -> np.ndarray:
    """Ids of things by number, all of one width."""
    return np.array([f"{letter}{number:07d}" for number in numbers.tolist()], dtype=object)


def _km(lon_a: np.ndarray, lat_a: np.ndarray, lon_b: np.ndarray, lat_b: np.ndarray) -> np.ndarray:
    """Great-circle distances in km."""
    x_a, y_a, x_b, y_b = map(np.radians, (lon_a, lat_a, lon_b, lat_b))
    half = np.sin((y_b - y_a) / 2) ** 2 + np.cos(y_a) * np.cos(y_b) * np.sin((x_b - x_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))
