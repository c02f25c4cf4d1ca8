"""Places: a name, a UN/LOCODE, an id or `lon,lat` becomes one node, or an error that suggests."""

from __future__ import annotations

import re
import weakref
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corridor_opt.errors import UnknownPlaceError, did_you_mean
from corridor_opt.model.geography import distances_km
from corridor_opt.model.names import fold
from corridor_opt.model.network import MANY_ROWS, Network
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
    if isinstance(text, str) and network.has_node(text):
        return Place(text, network.node(text)["name"])
    if point := POINT.fullmatch(str(text)):
        return _nearest(network, float(point[1]), float(point[2]))
    wanted = fold(str(text)[:200])[:60]
    if not wanted:
        raise UnknownPlaceError("a place is empty: give a name, a UN/LOCODE or lon,lat")
    shown_text = wanted if len(str(text)) > 60 else str(text)
    index = _index(network)
    code = index.code(wanted) or index.code(wanted.replace(" ", ""))
    found = [code] if code else index.full(wanted) or index.any(wanted)
    if len(found) == 1:
        return Place(found[0], network.node(found[0])["name"])
    if found:
        several = [f"{network.node(i)['name']} ({i}, {network.node(i)['country']})" for i in found]
        raise UnknownPlaceError(f"'{shown_text}' could be {' or '.join(several)}: give the id", found)
    nodes = network["nodes"]
    if len(nodes) > MANY_ROWS:  # nobody means a junction without a name, and all of them would take minutes
        nodes = nodes[nodes["id"].isin(network["terminals"]["node"])]
    cells = zip(nodes["name"].tolist(), nodes["aliases"].tolist(), strict=True)
    shown = {fold(n): n for name, aliases in cells for n in (name, *split(aliases))}
    said = did_you_mean(wanted, shown)
    for folded, name in shown.items():
        said = said.replace(f"'{folded}'", f"'{name}'")
    raise UnknownPlaceError(
        f"no place '{shown_text}' in the network{said}", [n for f, n in shown.items() if f"'{n}'" in said]
    )


@dataclass(frozen=True, eq=False)
class _Index:
    """What nodes are called, folded and hashed: a million names stand in a few megabytes.

    Parameters
    ----------
    ids, names, aliases, countries
        Cells of the nodes.
    code_hash, code_row
        Of ids and UN/LOCODEs; later ones win.
    name_hash, name_row
        Of names, then of aliases.
    """

    ids: NDArray[np.object_]
    names: NDArray[np.object_]
    aliases: NDArray[np.object_]
    countries: NDArray[np.object_]
    codes: NDArray[np.object_]
    code_hash: NDArray[np.int64]
    code_row: NDArray[np.int64]
    name_hash: NDArray[np.int64]
    name_row: NDArray[np.int64]

    def code(self, wanted: str) -> str | None:
        """Give the id of what has this code."""
        rows = reversed(self.code_row[self.code_hash == hash(wanted)].tolist())
        return next((self.ids[i] for i in rows if wanted in (self.ids[i].lower(), _code(self.codes[i]))), None)

    def full(self, wanted: str) -> list[str]:
        """Give the ids of nodes whose name this is."""
        return [self.ids[i] for i in self._rows(wanted) if fold(self.names[i]) == wanted]

    def any(self, wanted: str) -> list[str]:
        """Give the ids of nodes with this name or alias, alone or with the country."""
        rows = {*self._rows(wanted), *self._rows(wanted.rpartition(", ")[0])}
        return [self.ids[i] for i in sorted(rows) if wanted in self._said(i)]

    def _rows(self, wanted: str) -> list[int]:
        rows: list[int] = np.unique(self.name_row[self.name_hash == hash(wanted)]).tolist()
        return rows

    def _said(self, row: int) -> set[str]:
        names, country = (self.names[row], *split(self.aliases[row])), self.countries[row]
        return {fold(one) for name in names for one in (name, f"{name}, {country}")}


_indexes: weakref.WeakKeyDictionary[Network, _Index] = weakref.WeakKeyDictionary()


def _index(network: Network) -> _Index:
    """Fold and hash what nodes are called, once for a network."""
    if network not in _indexes:
        columns = ("id", "name", "aliases", "country", "unlocode")
        ids, names, aliases, countries, codes = (network["nodes"][c].to_numpy(dtype=object) for c in columns)
        every = np.arange(len(ids))
        coded, called = np.flatnonzero(codes != ""), np.flatnonzero(aliases != "")
        said = [(i, name) for i in called.tolist() for name in split(aliases[i])]
        code_hash = [*(hash(one.lower()) for one in ids.tolist()), *(hash(_code(codes[i])) for i in coded.tolist())]
        name_hash = [*(hash(fold(one)) for one in names.tolist()), *(hash(fold(name)) for _, name in said)]
        code_row = np.concatenate([every, coded])
        order = np.argsort(code_row, kind="stable")
        _indexes[network] = _Index(
            ids,
            names,
            aliases,
            countries,
            codes,
            np.array(code_hash, np.int64)[order],
            code_row[order],
            np.array(name_hash, np.int64),
            np.concatenate([every, np.array([i for i, _ in said], np.int64)]),
        )
    return _indexes[network]


def _code(unlocode: str) -> str:
    """Give a UN/LOCODE in small letters without blanks."""
    return unlocode.lower().replace(" ", "")


def _nearest(network: Network, lon: float, lat: float) -> Place:
    """Snap a point to the nearest place with an open terminal."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        swapped = "; longitude comes first" if -90 <= lon <= 90 and -180 <= lat <= 180 else ""
        raise UnknownPlaceError(f"{lon:g},{lat:g} is no point: longitude -180..180, latitude -90..90{swapped}")
    nodes = network["nodes"]
    nodes = nodes[nodes["id"].isin(network["terminals"].query("is_open")["node"])]
    if not len(nodes):
        raise UnknownPlaceError("the network has no open terminal that a point could snap to")
    places = nodes["lon"].to_numpy(), nodes["lat"].to_numpy()
    far = distances_km(np.array([lon]), np.array([lat]), *places)
    km = float(far.min())
    row = str(nodes["id"][far == km].min())
    node = network.node(row)
    road_km = km * network.numbers["access", "circuity"]["value"]
    limit = network.numbers["access", "max_km"]["value"]
    if km > limit:
        flipped = distances_km(np.array([lat]), np.array([lon]), *places).min()
        hint = "; longitude comes first" if -90 <= lon <= 90 and flipped < limit else ""
        raise UnknownPlaceError(
            f"{lon:g},{lat:g} is {km:.0f} km from the nearest terminal, {node['name']}; at most {limit:.0f} km{hint}",
            [node["name"]],
        )
    return Place(row, node["name"], road_km, (lon, lat))
