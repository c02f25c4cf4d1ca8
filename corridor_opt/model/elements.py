"""How a number per link, border, terminal and gauge change arises from network and shipment.

The network becomes one table of *elements*: everything a route can pay for, once. A link gives a `haul` (and a
`wait` where it is a scheduled service), a crossing a `border` in each direction, a terminal a `load` and an
`unload`, a gauge change itself. Each element carries every criterion, the sources of its numbers and the least
confidence among them. Arcs of the search point to elements; so do the steps of a route.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridor_opt.model.closures import closure_risk
from corridor_opt.model.criteria import CONFIDENCE, DEFAULT_PRICES
from corridor_opt.model.emissions import access_emissions, handling_emissions, haul_emissions
from corridor_opt.model.network import Network
from corridor_opt.model.rates import Rates
from corridor_opt.model.schema import split
from corridor_opt.model.shipment import Load

if TYPE_CHECKING:
    import pandas as pd

SCHEDULED = ("sea", "ferry")
# Columns that make a row dearer, and longer in time.
DEARER = ("sanctions_share", "war_risk_usd_per_teu", "extra_usd_per_teu", "extra_usd_per_vehicle", "cost_factor")
LONGER = ("extra_hours", "time_factor")
ORDER = {word: place for place, word in enumerate(CONFIDENCE)}


@dataclass(frozen=True)
class Elements:
    """Everything a route can pay for.

    Parameters
    ----------
    frame
        One row an element: `table`, `row` (position in that table), `id`, `kind` (haul, wait, border, load,
        unload, gauge-change), `mode`, `direction` (ab or ba for a border), the five criteria as floats (risk in
        nepers), `<criterion>_source`, `<criterion>_confidence`, `is_open`, `closed_by`, `transit_closed`.
    risk
        One row an element and cause: `element`, `cause`, `nepers`. Nepers of an element add up to its risk.
    """

    frame: pd.DataFrame
    risk: pd.DataFrame


def _pick(own: pd.Series, source: pd.Series, confidence: pd.Series, other: pd.DataFrame) -> pd.DataFrame:
    """Take a row's own number where it has one, else the shared one."""
    import pandas as pd

    has = own.notna()
    return pd.DataFrame(
        {
            "value": own.where(has, other["value"]),
            "source": source.where(has, other["source"]),
            "confidence": confidence.where(has, other["confidence"]),
        }
    )


def _pick_own(own: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Take a row's own amount where it has one, else the shared one."""
    return _pick(own["value"], own["source"], own["confidence"], other)


def _first(cell: str) -> str:
    """First word of a cell."""
    return next(iter(split(cell)), "")


def _join(*parts: pd.Series) -> pd.Series:
    """Join sources, each once."""
    import pandas as pd

    rows = zip(*parts, strict=True)
    joined = [";".join(dict.fromkeys(s for cell in row for s in split(cell))) for row in rows]
    return pd.Series(joined, index=parts[0].index, dtype=object)


def _least(*parts: pd.Series) -> pd.Series:
    """Give the least confidence; empty cells say nothing."""
    import pandas as pd

    worst = [max((w for w in row if w), key=ORDER.__getitem__, default="") for row in zip(*parts, strict=True)]
    return pd.Series(worst, index=parts[0].index, dtype=object)


_made: weakref.WeakKeyDictionary[Network, dict[tuple[Load, int], Elements]] = weakref.WeakKeyDictionary()


def elements(network: Network, load: Load, prices: int = DEFAULT_PRICES) -> Elements:
    """Make the table of elements, once for a network, a load and a price year.

    Parameters
    ----------
    network
        With its scenario applied.
    load
        The shipment in TEU, tonnes and trucks.
    prices
        Price year of all costs.

    Returns
    -------
    Elements
        Rows in a fixed order: hauls and waits of all links, borders a-b and b-a of all crossings, loading and
        unloading of all terminals, gauge changes. The order depends on the tables' rows only, never on a scenario.

    Raises
    ------
    DataError
        There is no price index for a year.
    """
    made = _made.setdefault(network, {})
    if (load, prices) not in made:
        made[load, prices] = _elements(network, load, prices)
    return made[load, prices]


def _elements(network: Network, load: Load, prices: int) -> Elements:
    """Make the table of elements."""
    import pandas as pd

    rates = Rates(network, load.service, prices)
    parts = [
        _hauls(network["links"], load, rates),
        _waits(network["links"], rates),
        _borders(network["crossings"], load, rates, "ab"),
        _borders(network["crossings"], load, rates, "ba"),
        _handling(network["terminals"], load, rates, "load"),
        _handling(network["terminals"], load, rates, "unload"),
        _gauge_changes(network["gauge_changes"], load, rates),
    ]
    frame = pd.concat(parts, ignore_index=True)
    risk = closure_risk(network, frame, rates)
    nepers, sources, confidences = [0.0] * len(frame), [""] * len(frame), [""] * len(frame)
    for i, _, amount, source, confidence in risk.itertuples(index=False):
        nepers[i] += amount
        sources[i] = f"{sources[i]};{source}".strip(";")
        confidences[i] = max(confidences[i], confidence, key=lambda word: ORDER.get(word, -1))
    frame["risk"], frame["risk_source"], frame["risk_confidence"] = nepers, sources, confidences
    return Elements(frame, risk)


def _frame(table: str, rows: pd.DataFrame, kind: str, **columns: Any) -> pd.DataFrame:
    """Put the columns of an element together."""
    import pandas as pd

    none = pd.Series("", index=rows.index, dtype=object)
    made: dict[str, Any] = {
        "table": table,
        "row": range(len(rows)),
        "id": rows["id"],
        "kind": kind,
        "direction": "",
    }
    for criterion in ("cost", "time", "distance", "emissions"):
        made |= {criterion: 0.0, f"{criterion}_source": none, f"{criterion}_confidence": none}
    made |= {"mode": "rail"} | columns
    made |= {"is_open": rows["is_open"], "closed_by": rows["closed_by"], "risk_factor": rows["risk_factor"]}
    made["transit_closed"] = rows["transit_closed"] if "transit_closed" in rows.columns else ""
    return pd.DataFrame(made, index=rows.index)


def _money(rows: pd.DataFrame, freight: pd.Series, vehicles: pd.Series | float, load: Load, rates: Rates) -> pd.Series:
    """Add surcharges, which stand in the tables as money of the default year, to an amount for the whole shipment."""
    extra = load.teu * (rows["war_risk_usd_per_teu"] + rows["extra_usd_per_teu"])
    extra = extra + vehicles * rows["extra_usd_per_vehicle"]
    if (extra != 0).any():
        extra = extra * rates.inflate(DEFAULT_PRICES)
    return (freight * (1 + rows["sanctions_share"]) + extra) * rows["cost_factor"]


def _surcharged(rows: pd.DataFrame, *columns: str) -> pd.Series:
    """Sources of surcharges, where one of the columns holds one."""
    acts = rows["surcharge_source"] != rows["surcharge_source"]
    for column in columns:
        acts = acts | (rows[column] != (1.0 if column.endswith("factor") else 0.0))
    return rows["surcharge_source"].where(acts, "")


def _vehicles(rows: pd.DataFrame, load: Load) -> pd.Series:
    """Trucks on the road, FEU on other modes: what a border fee is charged on."""
    return (rows["mode"] == "road").map({True: load.trucks, False: load.teu / 2}).astype(float)


def _freight_per_km(rows: pd.DataFrame, load: Load, rates: Rates) -> pd.DataFrame:
    """Freight of the whole shipment per km, by class."""
    by_teu = rates.series(rows["class"], "usd_per_teu_km")
    by_truck = rates.series(rows["class"], "usd_per_truck_km")
    road = rows["mode"] == "road"
    rate = by_teu.where(~road, by_truck)
    rate["value"] = rate["value"].astype(float) * road.map({True: load.trucks, False: load.teu})
    return rate


def _hauls(links: pd.DataFrame, load: Load, rates: Rates) -> pd.DataFrame:
    length, length_source, length_confidence = (links[f"length_{c}"] for c in ("km", "source", "confidence"))
    rate = _freight_per_km(links, load, rates)
    published = rates.own(links, "freight_usd_per_teu", links["class"])
    own = published["value"].notna()
    freight = (published["value"] * load.teu).where(own, length * rate["value"])
    speed = rates.series(links["class"], "km_per_day")
    timed = links["transit_hours"].notna()
    hours = links["transit_hours"].where(timed, 24 * length / speed["value"])
    emitted = haul_emissions(links, links["countries"].map(_first), length, load, rates)
    dearer, longer = _surcharged(links, *DEARER), _surcharged(links, *LONGER)
    return _frame(
        "links",
        links,
        "haul",
        mode=links["mode"],
        distance=length,
        distance_source=length_source,
        distance_confidence=length_confidence,
        cost=_money(links, freight, _vehicles(links, load), load, rates),
        cost_source=_join(published["source"].where(own, _join(length_source, rate["source"])), dearer),
        cost_confidence=published["confidence"].where(own, _least(length_confidence, rate["confidence"])),
        time=(hours + links["extra_hours"]) * links["time_factor"],
        time_source=_join(links["transit_source"].where(timed, _join(length_source, speed["source"])), longer),
        time_confidence=links["transit_confidence"].where(timed, _least(length_confidence, speed["confidence"])),
        emissions=emitted["value"],
        emissions_source=_join(length_source, emitted["source"]),
        emissions_confidence=_least(length_confidence, emitted["confidence"]),
    )


def _waits(links: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """Half the headway before each sailing; zero on modes without a timetable."""
    shared = rates.series(links["class"], "headway_hours")
    headway = _pick(links["headway_hours"], links["headway_source"], links["headway_confidence"], shared)
    scheduled = links["mode"].isin(SCHEDULED)
    rows = links.assign(risk_factor=0.0)
    return _frame(
        "links",
        rows,
        "wait",
        mode=links["mode"],
        time=(headway["value"] / 2).where(scheduled, 0.0).fillna(0.0),
        time_source=headway["source"].where(scheduled, ""),
        time_confidence=headway["confidence"].where(scheduled, ""),
    )


def _borders(crossings: pd.DataFrame, load: Load, rates: Rates, way: str) -> pd.DataFrame:
    subject = "border-" + crossings["mode"]
    shared = rates.series(subject, "dwell_hours")
    # A published dwell is one of ordinary service; other services wait less in the same proportion.
    usual = subject.map(lambda s: rates.rows[s, "dwell_hours.ordinary"]["value"]).astype(float)
    own = crossings[f"dwell_hours_{way}"] * shared["value"] / usual
    dwell = _pick(own, crossings["dwell_source"], crossings["dwell_confidence"], shared)
    fees = rates.series(subject, "fee_usd")
    fee = _pick_own(rates.own(crossings, "fee_usd"), fees)
    rate = _freight_per_km(crossings, load, rates)
    speed = rates.series(crossings["class"], "km_per_day")
    length, vehicles = crossings["length_km"], _vehicles(crossings, load)
    emitted = haul_emissions(crossings, crossings["country_a"], length, load, rates)
    dearer, longer = _surcharged(crossings, *DEARER), _surcharged(crossings, *LONGER)
    hours = dwell["value"] + 24 * length / speed["value"] + crossings["extra_hours"]
    return _frame(
        "crossings",
        crossings,
        "border",
        mode=crossings["mode"],
        direction=way,
        distance=length,
        distance_source=crossings["length_source"],
        distance_confidence=crossings["length_confidence"],
        cost=_money(crossings, fee["value"] * vehicles + length * rate["value"], vehicles, load, rates),
        cost_source=_join(fee["source"], rate["source"], dearer),
        cost_confidence=_least(fee["confidence"], rate["confidence"]),
        time=hours * crossings["time_factor"],
        time_source=_join(dwell["source"], longer),
        time_confidence=dwell["confidence"],
        emissions=emitted["value"],
        emissions_source=emitted["source"],
        emissions_confidence=emitted["confidence"],
    )


def _handling(terminals: pd.DataFrame, load: Load, rates: Rates, way: str) -> pd.DataFrame:
    subject = "terminal-" + terminals["mode"]
    shared = rates.series(subject, f"dwell_{way}_hours")
    dwell = _pick(terminals[f"dwell_{way}_hours"], terminals["dwell_source"], terminals["dwell_confidence"], shared)
    paid = rates.own(terminals, f"handling_{way}_usd_per_teu")
    charge = _pick_own(paid, rates.series(subject, f"handling_{way}_usd_per_teu"))
    emitted = handling_emissions(subject, load, rates)
    dearer, longer = _surcharged(terminals, *DEARER), _surcharged(terminals, *LONGER)
    return _frame(
        "terminals",
        terminals,
        way,
        mode=terminals["mode"],
        cost=_money(terminals, charge["value"] * load.teu, _vehicles(terminals, load), load, rates),
        cost_source=_join(charge["source"], dearer),
        cost_confidence=charge["confidence"],
        time=(dwell["value"] + terminals["extra_hours"]) * terminals["time_factor"],
        time_source=_join(dwell["source"], longer),
        time_confidence=dwell["confidence"],
        emissions=emitted["value"],
        emissions_source=emitted["source"],
        emissions_confidence=emitted["confidence"],
    )


def _gauge_changes(changes: pd.DataFrame, load: Load, rates: Rates) -> pd.DataFrame:
    subject = changes["node"].map(lambda _: "gauge-change").astype(object)
    hours = _pick(
        changes["change_hours"],
        changes["change_source"],
        changes["change_confidence"],
        rates.series(subject, "change_hours"),
    )
    fee = _pick_own(rates.own(changes, "fee_usd_per_teu"), rates.series(subject, "fee_usd_per_teu"))
    emitted = handling_emissions(subject, load, rates)
    dearer, longer = _surcharged(changes, *DEARER), _surcharged(changes, *LONGER)
    return _frame(
        "gauge_changes",
        changes,
        "gauge-change",
        cost=_money(changes, fee["value"] * load.teu, load.teu / 2, load, rates),
        cost_source=_join(fee["source"], dearer),
        cost_confidence=fee["confidence"],
        time=(hours["value"] + changes["extra_hours"]) * changes["time_factor"],
        time_source=_join(hours["source"], longer),
        time_confidence=hours["confidence"],
        emissions=emitted["value"],
        emissions_source=emitted["source"],
        emissions_confidence=emitted["confidence"],
    )


def access_values(network: Network, load: Load, km: float, prices: int = DEFAULT_PRICES) -> dict[str, float]:
    """Criteria of the road leg between a point and its terminal.

    Parameters
    ----------
    km
        Road distance.

    Returns
    -------
    dict
        cost USD, time h, distance km, risk 0 nepers, emissions kg.
    """
    rates = Rates(network, load.service, prices)

    def value(quantity: str) -> float:
        row = rates.row("access", quantity)
        assert row is not None
        return row["value"] * rates.inflate(row["price_year"], rates.kinds["access"])

    return {
        "cost": value("usd_per_truck_km") * load.trucks * km,
        "time": 24 * km / value("km_per_day"),
        "distance": km,
        "risk": 0.0,
        "emissions": access_emissions(load, km, rates),
    }
