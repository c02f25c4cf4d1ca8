"""What foreign tables lack: stations joined to tracks, countries, borders, gauges, classes."""

from __future__ import annotations

import numpy as np

from corridor_opt.model.joining.borders import borders
from corridor_opt.model.joining.connect import connect
from corridor_opt.model.joining.countries import LAND, countries
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.ground import classes, gauges
from corridor_opt.model.joining.to_network import unique


def joined(draft: Draft, km: float) -> Draft:
    """Join the nodes that no link meets to the nearest point of a line within some km, by an access link."""
    met = np.zeros(len(draft.nodes), bool)
    for ends in draft.ends():
        met[ends] = True
    if met.all() or "way" not in draft.links.columns or not km:
        return draft
    modes = list(dict.fromkeys(draft.links["mode"]))
    return own_ids(connect(draft.kept(met), places=draft.nodes[~met], modes=modes, km=km))


def grounded(draft: Draft) -> Draft:
    """Fill in the countries of nodes, cut links at borders, and give gauges to rails and classes to links.

    What the tables say stays. A land link lies in one country, that of its ends; what its row says of countries is
    not needed then.
    """
    if (draft.texts("nodes", "country") == "").any():
        draft = countries(draft)
    if "countries" in draft.links.columns:
        land = draft.links["mode"].isin(LAND)
        draft = draft.but(links=draft.links.assign(countries=draft.links["countries"].mask(land, "")))
    return classes(gauges(own_ids(borders(draft))))


def own_ids(draft: Draft) -> Draft:
    """Give the parts of links that were cut ids of their own."""
    if "id" not in draft.links.columns:
        return draft
    given = draft.texts("links", "id")
    filled = given != ""
    given[filled] = unique(given[filled])
    return draft.but(links=draft.links.assign(id=given))
