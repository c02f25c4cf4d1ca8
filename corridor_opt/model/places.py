"""Places: a name, a UN/LOCODE, an id or `lon,lat` becomes one node, or an error that suggests."""

from __future__ import annotations

import re
import unicodedata
import weakref
from dataclasses import dataclass

from corridor_opt.errors import UnknownPlaceError, did_you_mean
from corridor_opt.model.geography import great_circle_km
from corridor_opt.model.network import Network
from corridor_opt.model.schema import split

POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Place:
    """Where a shipment starts or ends.

    Parameters
    ----------
    node
        Id of the node.
    name
        Its name.
    access_km
        Road distance between a point given by coordinates and that node, in km; 0 for a place given by name.
    point
        The coordinates given, (lon, lat); None for a place given by name.
    """

    node: str
    name: str
    access_km: float = 0.0
    point: tuple[float, float] | None = None


def find_place(network: Network, text: str | tuple[float, float]) -> Place:
    """Find a place.

    Parameters
    ----------
    network
        Where to look.
    text
        An id (`MOS`), a UN/LOCODE, a name or alias in any case and with or without accents, a name with its country
        (`Astara, IR`), or `lon,lat` in degrees. A point snaps to the nearest place with a terminal, by a straight
        line times the circuity of roads (`access` in the network's parameters).

    Raises
    ------
    UnknownPlaceError
        There is none, there are several, or the nearest terminal is too far.
    """
    if isinstance(text, tuple):
        try:
            lon, lat = (float(number) for number in text)
        except (TypeError, ValueError):
            raise UnknownPlaceError(f"{text!r} is no point: give (lon, lat) in degrees") from None
        return _nearest(network, lon, lat)
    if isinstance(text, str) and text in set(network["nodes"]["id"]):
        return Place(text, network.node(text)["name"])
    if point := POINT.fullmatch(str(text)):
        return _nearest(network, float(point[1]), float(point[2]))
    wanted = fold(str(text)[:200])[:60]
    if not wanted:
        raise UnknownPlaceError("a place is empty: give a name, a UN/LOCODE or lon,lat")
    shown_text = wanted if len(str(text)) > 60 else str(text)
    codes, full, names = _index(network)
    code = codes.get(wanted) or codes.get(wanted.replace(" ", ""))
    found = [code] if code else list(full.get(wanted) or names.get(wanted) or {})
    if len(found) == 1:
        return Place(found[0], network.node(found[0])["name"])
    if found:
        several = [f"{network.node(i)['name']} ({i}, {network.node(i)['country']})" for i in found]
        raise UnknownPlaceError(f"'{shown_text}' could be {' or '.join(several)}: give the id", found)
    shown = {fold(n): n for row in network["nodes"].to_dict("records") for n in (row["name"], *split(row["aliases"]))}
    said = did_you_mean(wanted, shown)
    for folded, name in shown.items():
        said = said.replace(f"'{folded}'", f"'{name}'")
    raise UnknownPlaceError(
        f"no place '{shown_text}' in the network{said}", [n for f, n in shown.items() if f"'{n}'" in said]
    )


Names = dict[str, dict[str, None]]
_indexes: weakref.WeakKeyDictionary[Network, tuple[dict[str, str], Names, Names]] = weakref.WeakKeyDictionary()


def _index(network: Network) -> tuple[dict[str, str], Names, Names]:
    """Give ids by code, by full name and by any name, folded once for a network."""
    if network not in _indexes:
        codes: dict[str, str] = {}
        full: Names = {}
        names: Names = {}
        for row in network["nodes"].to_dict("records"):
            codes[row["id"].lower()] = row["id"]
            full.setdefault(fold(row["name"]), {})[row["id"]] = None
            if row["unlocode"]:
                codes[row["unlocode"].lower().replace(" ", "")] = row["id"]
            for name in (row["name"], *split(row["aliases"])):
                names.setdefault(fold(name), {})[row["id"]] = None
                names.setdefault(fold(f"{name}, {row['country']}"), {})[row["id"]] = None
        _indexes[network] = codes, full, names
    return _indexes[network]


def fold(name: str) -> str:
    """Lower-case letters without accents, apostrophes and doubled blanks, for comparing names."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(re.sub(r"['’`]", "", plain).replace(",", ", ").lower().split()).replace(" ,", ",")


def _nearest(network: Network, lon: float, lat: float) -> Place:
    """Snap a point to the nearest place with an open terminal."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        swapped = "; longitude comes first" if -90 <= lon <= 90 and -180 <= lat <= 180 else ""
        raise UnknownPlaceError(f"{lon:g},{lat:g} is no point: longitude -180..180, latitude -90..90{swapped}")
    served = set(network["terminals"].query("is_open")["node"])
    rows = [row for row in network["nodes"].to_dict("records") if row["id"] in served]
    if not rows:
        raise UnknownPlaceError("the network has no open terminal that a point could snap to")
    km, row = min((great_circle_km(lon, lat, r["lon"], r["lat"]), r["id"]) for r in rows)
    node = network.node(row)
    road_km = km * network.numbers["access", "circuity"]["value"]
    limit = network.numbers["access", "max_km"]["value"]
    if km > limit:
        flipped = min(great_circle_km(lat, lon, r["lon"], r["lat"]) for r in rows) if -90 <= lon <= 90 else limit
        hint = "; longitude comes first" if flipped < limit else ""
        raise UnknownPlaceError(
            f"{lon:g},{lat:g} is {km:.0f} km from the nearest terminal, {node['name']}; at most {limit:.0f} km{hint}",
            [node["name"]],
        )
    return Place(row, node["name"], road_km, (lon, lat))
