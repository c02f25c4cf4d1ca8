"""Which column of a foreign table is which of ours, where no mapping says so: by well-known names, each guess told."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

from corridor_opt.importers.mapping import ColumnRule, columns_of

# Names that others give to what we call by the first; the first match of a table is told as a guess.
SYNONYMS = {
    "nodes": {
        "id": ("node_id", "code", "node", "station_id", "station_code", "osmid", "uid", "key"),
        "name": ("title", "label", "station", "place", "city", "town", "name_en", "node_name", "station_name"),
        "country": ("country_code", "iso", "iso2", "iso_a2", "cc", "ctry", "country_name"),
        "lon": ("lng", "long", "longitude", "x", "lon_deg", "x_coord", "easting"),
        "lat": ("latitude", "y", "lat_deg", "y_coord", "northing"),
        "kind": ("node_type", "node_kind", "place_type"),
        "unlocode": ("locode", "un_locode"),
        "aliases": ("alias", "alt_name", "other_names"),
        "note": ("remark", "remarks", "comment", "comments", "notes"),
        "geometry": ("wkt", "geom", "the_geom", "geometry_wkt"),
    },
    "links": {
        "id": ("link_id", "edge_id", "line_id", "segment_id", "fid", "uid", "key"),
        "from": ("source", "origin", "u", "start", "from_node", "from_id", "node_a", "a", "node_from", "i", "begin"),
        "to": ("target", "destination", "v", "end", "to_node", "to_id", "node_b", "b", "node_to", "j", "finish"),
        "mode": ("transport_mode", "transport", "mode_of_transport"),
        "length_km": ("length", "dist", "distance", "len", "km", "shape_length"),
        "transit_hours": ("hours", "time", "duration", "travel_time", "transit_time", "time_h"),
        "freight_usd_per_teu": ("usd_per_teu", "cost_usd_per_teu", "rate_usd_per_teu", "usd_per_feu"),
        "gauge_mm": ("gauge", "track_gauge"),
        "direction": ("oneway", "one_way", "dir"),
        "countries": ("country", "country_code", "iso2", "cc"),
        "note": ("remark", "remarks", "comment", "comments", "notes"),
        "from_lon": ("lon_from", "start_lon", "origin_lon", "lon_a", "x1", "lon1", "from_x"),
        "from_lat": ("lat_from", "start_lat", "origin_lat", "lat_a", "y1", "lat1", "from_y"),
        "to_lon": ("lon_to", "end_lon", "destination_lon", "lon_b", "x2", "lon2", "to_x"),
        "to_lat": ("lat_to", "end_lat", "destination_lat", "lat_b", "y2", "lat2", "to_y"),
        "geometry": ("wkt", "geom", "the_geom", "geometry_wkt"),
    },
}
# Units that stand at the end of a name, as `length_m` or `length (km)`: the column they belong to, and its factor.
ENDINGS = {
    "length_km": {"km": 1.0, "m": 0.001, "mi": 1.609344, "miles": 1.609344, "nmi": 1.852},
    "transit_hours": {"h": 1.0, "hours": 1.0, "min": 1 / 60, "minutes": 1 / 60, "days": 24.0},
    "gauge_mm": {"mm": 1.0},
}
# Names whose unit is in no doubt.
SURE = {"km": 1.0, "hours": 1.0, "usd_per_feu": 0.5}
NO_UNIT = float("nan")  # a length without a unit: `units` finds it out, or complains


def guess(
    role: str, theirs: Collection[str], given: Collection[str], taken: Collection[str]
) -> tuple[dict[str, ColumnRule], list[str], list[str]]:
    """Match columns by their names.

    Parameters
    ----------
    role
        `nodes` or `links`.
    theirs
        Columns of the foreign table.
    given
        Columns of ours that a mapping fills already.
    taken
        Columns of theirs that a mapping uses or leaves out.

    Returns
    -------
    rules, notes, faults
        A rule for each match, a line for each that is no plain name of ours, and a line for each that could be
        several. A length whose name has no unit gets the factor NaN.
    """
    free = [name for name in theirs if name not in taken]
    rules: dict[str, ColumnRule] = {}
    notes, faults = [], []
    for ours in columns_of(role):
        if ours in given:
            continue
        exact = [name for name in free if plain(name) == ours]
        found = dict.fromkeys(exact, 1.0) or _named(role, ours, free)
        if len(found) > 1:
            choice = " or ".join(f"'{name}'" for name in found)
            faults.append(f'{ours} could be {choice}: say which in the mapping, such as {ours} = "{next(iter(found))}"')
        for name, factor in found.items():
            if len(found) == 1:
                rules[ours] = ColumnRule(column=name, factor=factor)
                if name != ours:
                    told = "" if factor == 1 or factor != factor else f", times {factor:g}"
                    notes.append(f"'{name}' was taken for {ours}{told}")
    return rules, notes, faults


def _named(role: str, ours: str, free: Collection[str]) -> dict[str, float]:
    """Give the columns whose names are known to mean one of ours, with their factors."""
    known = (ours, *SYNONYMS[role].get(ours, ()))
    ends = ENDINGS.get(ours, {})
    stems = {re.sub(r"_(km|mm|hours)$", "", word) for word in known}
    found = {}
    for name in free:
        word = plain(name)
        stem, _, unit = word.rpartition("_")
        if word in known:
            found[name] = SURE.get(word, NO_UNIT if ours == "length_km" else 1.0)
        elif unit in ends and stem in stems:
            found[name] = ends[unit]
    return found


def plain(name: str) -> str:
    """Give a name in small letters, with underscores for whatever else stands in it."""
    return re.sub(r"[^0-9a-zäöüßа-яё]+", "_", name.lower()).strip("_")


def left_over(role: str, theirs: Collection[str], used: Collection[str]) -> list[str]:
    """Tell the columns that no rule uses, with the column of ours each may have been meant for."""
    lines = []
    for name in theirs:
        if name not in used:
            near = difflib.get_close_matches(plain(name), columns_of(role), n=1, cutoff=0.75)
            lines.append(f"the column '{name}' was not used" + (f"; did you mean '{near[0]}'?" if near else ""))
    return lines
