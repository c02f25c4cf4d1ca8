"""What the winner's sailings pay at a chokepoint, ships on the lanes of the other network pay there too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.cited import joined
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.knots import WATER
from corridor_opt.model.schema import split

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.network import Network

PAID = ("war_risk_usd_per_teu", "extra_usd_per_teu", "extra_usd_per_vehicle", "extra_hours")


def with_dues(draft: Draft, winner: Network, counts: dict[str, float]) -> Draft:
    """Charge lanes through a chokepoint with the least that a sailing of the winner pays for it.

    A chokepoint is often several lanes in a row: the longest bears the whole. Where all sailings through one
    chokepoint pass another, what they pay is that of the first by name.
    """
    links = draft.links
    lanes = links["mode"].isin(WATER).to_numpy() & (draft.texts("links", "chokepoints") != "")
    dues = _dues(winner["links"])
    if not lanes.any() or not dues:
        return draft
    through = [split(cell) if lane else [] for cell, lane in zip(links["chokepoints"], lanes, strict=True)]
    km, made = links["length_km"].to_numpy(float), {c: links[c].to_numpy(copy=True) for c in PAID}
    said = draft.texts("links", "surcharge_source").astype(object)
    for name, (amounts, source) in dues.items():
        rows = np.array([i for i, names in enumerate(through) if name in names], int)
        if len(rows):
            bears = rows[km[rows].argmax()]
            for column, amount in zip(PAID, amounts, strict=True):
                made[column][bears] += amount
            said[bears] = joined(said[bears], source)
            counts[f"dues of {name} on a lane, USD per TEU"] = float(amounts[0] + amounts[1])
    return draft.but(links=links.assign(**made, surcharge_source=said))


def _dues(links: pd.DataFrame) -> dict[str, tuple[np.ndarray, str]]:
    """Give amounts, in the order of `PAID`, and their source by chokepoint; without those for which nothing is paid."""
    sailings = links[links["mode"].isin(WATER) & links["is_open"] & (links["chokepoints"] != "")]
    passes = [frozenset(split(cell)) for cell in sailings["chokepoints"]]
    paid, source = sailings[list(PAID)].to_numpy(float), sailings["surcharge_source"].to_numpy(object)
    found: dict[str, tuple[np.ndarray, str]] = {}
    for name in sorted(frozenset().union(*passes)):
        rows = np.array([i for i, names in enumerate(passes) if name in names])
        always = frozenset.intersection(*(passes[i] for i in rows))
        before = sum((found[other][0] for other in always & set(found)), np.zeros(len(PAID)))
        least = np.maximum(paid[rows].min(axis=0) - before, 0.0)
        if least.any():
            found[name] = least, source[rows[paid[rows].sum(axis=1).argmin()]]
    return found
