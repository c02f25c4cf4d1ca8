"""Places join the network by short access links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.snap import snap
from corridor_opt.model.joining.split import split
from corridor_opt.model.schema import vocabulary

if TYPE_CHECKING:
    import pandas as pd

LEAST_KM = 0.05  # a place on the line itself is still a place beside it
# What an access link does not take over from the link it leads to.
OWN = (
    *("start", "end", "length_km", "direction", "way", "tags", "id", "note", "name", "length_other", "length_check"),
    *("length_check_within", "transit_hours", "transit_source", "transit_confidence", "freight_usd_per_teu"),
    *("freight_year", "freight_source", "freight_confidence", "corridors", "chokepoints", "part_of"),
    *("status_2022", "status_2026", "status_source", "status_note", "capacity", "capacity_source", "closures"),
)


def connect(
    draft: Draft, *, places: pd.DataFrame, modes: Sequence[str], km: float | Mapping[str, float], circuity: float = 1.3
) -> Draft:
    """Add places as nodes, and short access links from each to the nearest link of every mode.

    Parameters
    ----------
    places
        `lon`, `lat` in degrees and any of `id`, `name`, `country`, `kind`, `unlocode`, `tags`, `aliases`, `note`.
        Where a place and the nodes of the draft have countries, it joins links of its own country only.
    modes
        Modes to join: `rail`, `road`, `sea` and so on.
    km
        Farthest that a place may lie from a link, km: one number, or one for each mode.
    circuity
        Length of an access link over the straight distance; an assumption.

    Returns
    -------
    Draft
        The places come behind the nodes; links are cut where an access link meets them. An access link has the tag
        `access` and the attributes (class, gauge) of the link it leads to; its mode is that link's.

    Raises
    ------
    DataError
        Unknown modes or columns, or numbers out of range, all at once.
    """
    import pandas as pd

    known = vocabulary("mode")
    faults = [f"no mode '{mode}'{did_you_mean(mode, known)}" for mode in modes if mode not in known]
    faults += [f"places: the column {c} is missing" for c in ("lon", "lat") if c not in places.columns]
    reach = {mode: km.get(mode, -1.0) if isinstance(km, Mapping) else km for mode in modes}
    faults += [f"km for {mode} is {far}; it must be 0 or more" for mode, far in reach.items() if not far >= 0]
    faults += [f"circuity is {circuity}; it must be 1 or more"] * (not circuity >= 1)
    if faults:
        raise DataError(f"{draft.name} cannot be connected so", faults)
    places = places.reset_index(drop=True)
    before = len(draft.nodes)
    nodes = pd.concat([draft.nodes, places], ignore_index=True)
    texts = [c for c in nodes.columns if c not in ("lon", "lat") and nodes[c].dtype == object]
    nodes[texts] = nodes[texts].fillna("")
    made, told = draft.but(nodes=nodes), []
    for mode in modes:
        found = _nearest(made, before + np.arange(len(places)), mode, reach[mode])
        told.append(f"{len(found):,} to {mode} within {reach[mode]:g} km")
        if not len(found):
            continue
        cut, joints = split(made, at=found)
        links = made.links.iloc[found["link"].to_numpy()]
        access = links.drop(columns=[c for c in OWN if c in links.columns]).reset_index(drop=True)
        access["start"], access["end"] = found["point"].to_numpy(), joints
        access["length_km"] = np.maximum(circuity * found["distance_km"].to_numpy(), LEAST_KM)
        access["direction"], access["tags"] = "both", "access"
        access["length_source"], access["length_confidence"] = "A", "assumption"
        both = pd.concat([cut.links, access], ignore_index=True)
        for column in both.columns.intersection(["tags", "id", "note", "name", "length_source", "length_confidence"]):
            both[column] = both[column].fillna("")
        made = made.but(nodes=cut.nodes, links=both)
    return made.but(f"connected of {len(places):,} places: {', '.join(told)}")


def _nearest(draft: Draft, rows: np.ndarray, mode: str, km: float) -> pd.DataFrame:
    """Find the link for each of some nodes, of its own country where countries are known; `point` is the node."""
    import pandas as pd

    points, (start, end) = draft.points(), draft.ends()
    code, found_names = pd.factorize(draft.texts("nodes", "country"))
    names = list(found_names)
    nowhere = names.index("") if "" in names else -1
    # a link lies in the country of its ends; one that crosses a border in none that a place could be of
    a, b = (
        np.where(code[start] == nowhere, code[end], code[start]),
        np.where(code[end] == nowhere, code[start], code[end]),
    )
    of_link = np.where(a == b, a, -2)
    ways = ~np.isin(draft.texts("links", "tags"), ("access",))  # no place hangs on the access link of another
    on_land = mode in ("rail", "road")
    found = []
    for country in np.unique(code[rows]) if on_land else [nowhere]:
        asked = rows[code[rows] == country] if on_land else rows
        own = ways if country == nowhere else ways & ((of_link == country) | (of_link == nowhere))
        near = snap(draft, points=points[asked], mode=mode, km=km, among=own)
        found.append(near.assign(point=asked[near["point"].to_numpy()]))
    return pd.concat(found, ignore_index=True) if found else snap(draft, points=points[:0], mode=mode, km=km)
