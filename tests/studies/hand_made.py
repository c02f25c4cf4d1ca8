"""Networks made by hand: roads with a price and hours, where the right answer can be worked out on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

import corridor_opt as co
from corridor_opt.model.build import build

OPEN = {"status_2022": "operating", "status_2026": "operating", "status_source": "K"}
ASKED: dict[str, Any] = {"criteria": ("cost", "time"), "hazards": "none"}


def way(tail: str, head: str, usd: float, hours: float, **more: Any) -> dict[str, Any]:
    """A road (or what `mode` says) between two places; money is for one FEU."""
    mode = more.pop("mode", "road")
    classes = {"road": "road-cis", "rail": "rail-1520", "sea": "sea-regional"}
    row = {"from": tail, "to": head, "mode": mode, "class": classes[mode], "countries": "KZ"}
    row |= {"id": f"{tail}-{head}-{mode}", "length_km": "100", "length_source": "K", "length_confidence": "low"}
    row |= {"freight_usd_per_teu": str(usd / 2), "freight_year": "2025", "freight_source": "K"}
    row |= {"transit_hours": str(hours), "transit_source": "K"}
    row |= dict.fromkeys(("freight_confidence", "transit_confidence"), "low")
    return row | OPEN | ({"gauge_mm": "1520"} if mode == "rail" else {}) | more


def planned(tail: str, head: str, usd: float, hours: float, **more: Any) -> dict[str, Any]:
    """A road that is not there yet."""
    return way(tail, head, usd, hours, **more, status_2022="planned", status_2026="planned")


def border(a: str, b: str, usd: float, hours: float, **more: Any) -> dict[str, Any]:
    """A road border between two posts; about so dear, for 1 km is driven beside."""
    row = {"id": f"{a}-{b}-road", "post_a": a, "post_b": b, "mode": "road", "class": "road-cis", "length_km": "1"}
    row |= {"length_source": "K", "length_confidence": "low", "dwell_hours_ab": str(hours), "dwell_source": "K"}
    row |= {"dwell_hours_ba": str(hours), "dwell_confidence": "low", "fee_usd": str(usd), "fee_year": "2025"}
    return row | {"fee_source": "K", "fee_confidence": "low"} | OPEN | more


def world(
    ways: Sequence[Mapping[str, Any]],
    *,
    borders: Sequence[Mapping[str, Any]] = (),
    countries: Mapping[str, str] | None = None,
    served: Mapping[str, Sequence[str]] | None = None,
    seasons: Sequence[Mapping[str, str]] = (),
    corridors: Sequence[str] = (),
) -> co.Network:
    """A network of places named Town A, Town B, ...

    Parameters
    ----------
    ways, borders
        Links and crossings.
    countries
        Country of a place; KZ where not given.
    served
        Modes of the terminals of a place; by road where not given.
    seasons, corridors
        Rows of seasons; ids of corridors.
    """
    countries, served = countries or {}, served or {}
    ends = [end for row in ways for end in (row["from"], row["to"])]
    ends += [end for row in borders for end in (row["post_a"], row["post_b"])]
    names = list(dict.fromkeys(ends))
    rows = [dict(row) for row in ways]
    for row in rows:
        if row["mode"] != "sea":
            row["countries"] = countries.get(row["from"], "KZ")
    crossings = [
        {**row, "country_a": countries.get(row["post_a"], "KZ"), "country_b": countries.get(row["post_b"], "KZ")}
        for row in borders
    ]
    node = {"kind": "city", "location_source": "K", "location_confidence": "low"}
    places = [
        node | {"id": n, "name": f"Town {n}", "country": countries.get(n, "KZ"), "lon": str(60 + i), "lat": "50"}
        for i, n in enumerate(names)
    ]
    berths = [
        OPEN | {"id": f"{n}-{mode}", "node": n, "mode": mode} | ({"gauge_mm": "1520"} if mode == "rail" else {})
        for n in names
        for mode in served.get(n, ("road",))
    ]
    tables: dict[str, list[Any]] = {"nodes": places, "links": rows, "terminals": berths, "seasons": list(seasons)}
    tables["crossings"] = crossings
    tables["corridors"] = [
        {"id": c, "name": f"Corridor {c.title()}", "from": names[0], "to": names[-1]} for c in corridors
    ]
    frames = {name: pd.DataFrame(made, dtype=object) for name, made in tables.items() if made}
    return build(frames, name="by hand")


def through(front: co.Front, *links: str) -> bool:
    """Whether a route of a front uses a link or crossing."""
    return any(set(links) & set(leg.links) for route in front for leg in route.legs)


def why(
    network: co.Network, what: str, *links: str, origin: str = "AAA", to: str = "ZZZ", **question: Any
) -> co.WhyNot:
    """Ask, see that each change that says it was searched again is right by `find_routes` itself, print and write."""
    asked = ASKED | question
    answer = co.why_not(network, origin, to, what, **asked)
    for change in answer.changes:
        if change.verified is None:
            continue
        try:
            front = co.find_routes(network, origin, to, **{**asked, **change.words})
        except co.NoRouteError:
            assert not change.verified
            continue
        if links:
            assert through(front, *links) == change.verified
    assert max(len(line) for line in str(answer).splitlines()) <= 100
    assert answer.to_json()
    return answer
