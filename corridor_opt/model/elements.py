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
from corridor_opt.model.country_risk import border_hours
from corridor_opt.model.criteria import CONFIDENCE, DEFAULT_PRICES
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
# Numbers of the road leg between a point and its terminal.
ACCESS = {
    "cost": "access/circuity;access/usd_per_truck_km",
    "time": "access/circuity;access/km_per_day.ordinary",
    "distance": "access/circuity",
    "emissions": "access/circuity;access/g_co2e_per_tkm",
}
ORDER = {word: place for place, word in enumerate(CONFIDENCE)}


@dataclass(frozen=True)
class Elements:
    """Everything a route can pay for.

    Parameters
    ----------
    frame
        One row an element: `table`, `row` (position in that table), `id`, `kind` (haul, wait, border, load,
        unload, gauge-change), `mode`, `direction` (ab or ba for a border), the five criteria as floats (risk in
        nepers), `<criterion>_source`, `<criterion>_confidence`, `<criterion>_number` (names of the numbers it rests
        on, see `corridor_opt.model.numbers`; not of risk), `is_open`, `closed_by`, `transit_closed`.
    risk
        One row an element and cause: `element`, `cause`, `nepers`. Nepers of an element add up to its risk.
    """

    frame: pd.DataFrame
    risk: pd.DataFrame


def _named(table: str, rows: pd.DataFrame, column: str) -> pd.Series:
    """Names of the numbers in one column."""
    return f"{table}/" + rows["id"].astype(object) + f"/{column}"


def _pick(
    own: pd.Series, source: pd.Series, confidence: pd.Series, other: pd.DataFrame, number: pd.Series
) -> pd.DataFrame:
    """Take a row's own number, of that name, where it has one, else the shared one."""
    import pandas as pd

    has = own.notna()
    return pd.DataFrame(
        {
            "value": own.where(has, other["value"]),
            "source": source.where(has, other["source"]),
            "confidence": confidence.where(has, other["confidence"]),
            "number": number.where(has, other["number"]),
        }
    )


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
    usual = border_hours(network, rates)
    country = network["terminals"]["node"].map(network["nodes"].set_index("id")["country"])
    parts = [
        _hauls(network["links"], load, rates),
        _waits(network["links"], rates),
        _borders(network["crossings"], load, rates, "ab", usual),
        _borders(network["crossings"], load, rates, "ba", usual),
        _handling(network["terminals"], load, rates, "load", country),
        _handling(network["terminals"], load, rates, "unload", country),
        _gauge_changes(network["gauge_changes"], load, rates),
    ]
    frame = pd.concat(parts, ignore_index=True)
    risk = closure_risk(network, frame, rates)
    nepers, sources, confidences = [0.0] * len(frame), [""] * len(frame), [""] * len(frame)
    for i, _, amount, source, confidence in risk.itertuples(index=False):
        nepers[i] += amount
        sources[i] = ";".join(dict.fromkeys([*split(sources[i]), *split(source)]))
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
        made |= {criterion: 0.0} | dict.fromkeys((f"{criterion}_{c}" for c in ("source", "confidence", "number")), none)
    made |= {"mode": "rail"} | columns
    for criterion, acts_on in {"time": "wait"}.items() if kind == "wait" else {"cost": "cost", "time": "time"}.items():
        for what, merge in (("source", _join), ("confidence", _least)):
            season = f"season_{acts_on}_{what}"  # there only where the month of departure changes something
            if season in rows.columns:
                made[f"{criterion}_{what}"] = merge(made[f"{criterion}_{what}"], rows[season])
    made |= {"is_open": rows["is_open"], "closed_by": rows["closed_by"], "risk_factor": rows["risk_factor"]}
    made["transit_closed"] = rows["transit_closed"] if "transit_closed" in rows.columns else ""
    return pd.DataFrame(made, index=rows.index)


def _money(rows: pd.DataFrame, freight: pd.Series, vehicles: pd.Series | float, load: Load) -> pd.Series:
    """Add surcharges to an amount of money for the whole shipment."""
    money = freight * (1 + rows["sanctions_share"])
    money = money + load.teu * (rows["war_risk_usd_per_teu"] + rows["extra_usd_per_teu"])
    return (money + vehicles * rows["extra_usd_per_vehicle"]) * rows["cost_factor"]


def _surcharged(rows: pd.DataFrame, *columns: str) -> pd.Series:
    """Sources of surcharges, where one of the columns holds one."""
    acts = rows["surcharge_source"] != rows["surcharge_source"]
    for column in columns:
        acts = acts | (rows[column] != (1.0 if column.endswith("factor") else 0.0))
    return rows["surcharge_source"].where(acts, "")


def _vehicles(rows: pd.DataFrame, load: Load) -> pd.Series:
    """Trucks on the road, FEU on other modes: what a border fee is charged on."""
    return (rows["mode"] == "road").map({True: load.trucks, False: load.teu / 2}).astype(float)


def _charged(rates: Rates, load: Load, what: str) -> float:
    """TEU that are paid for: a box of 20 feet costs more than half of one of 40."""
    share = rates.row("payload", f"price_of_20ft.{what}")
    return load.teu + load.small * (2 * (share["value"] if share else 0.5) - 1)


def _freight_per_km(rows: pd.DataFrame, load: Load, rates: Rates) -> pd.DataFrame:
    """Freight of the whole shipment per km, by class."""
    by_teu = rates.series(rows["class"], "usd_per_teu_km")
    by_truck = rates.series(rows["class"], "usd_per_truck_km")
    rate = by_teu.where(rows["mode"] != "road", by_truck)
    rate["value"] = rate["value"].astype(float) * _paid_boxes(rows, load, rates, road=load.trucks)
    return rate


def _paid_boxes(rows: pd.DataFrame, load: Load, rates: Rates, road: float) -> pd.Series:
    """What a freight rate is multiplied by in each row's mode."""
    by_mode = {"road": road, "rail": _charged(rates, load, "rail")}
    return rows["mode"].map(lambda mode: by_mode.get(mode, _charged(rates, load, "sea"))).astype(float)


def _hauls(links: pd.DataFrame, load: Load, rates: Rates) -> pd.DataFrame:
    length, length_source, length_confidence = (links[f"length_{c}"] for c in ("km", "source", "confidence"))
    rate = _freight_per_km(links, load, rates)
    published = rates.own(links["freight_usd_per_teu"], links["freight_year"]) * _paid_boxes(
        links, load, rates, road=load.teu
    )
    own = published.notna()
    freight = published.where(own, length * rate["value"])
    speed = rates.series(links["class"], "km_per_day")
    timed = links["transit_hours"].notna()
    hours = links["transit_hours"].where(timed, 24 * length / speed["value"])
    grams = rates.series(links["class"], "g_co2e_per_tkm")
    dearer, longer = _surcharged(links, *DEARER), _surcharged(links, *LONGER)
    km, charged = _named("links", links, "length_km"), _named("links", links, "freight_usd_per_teu")
    return _frame(
        "links",
        links,
        "haul",
        mode=links["mode"],
        distance=length,
        distance_source=length_source,
        distance_confidence=length_confidence,
        distance_number=km,
        cost=_money(links, freight, _vehicles(links, load), load),
        cost_source=_join(links["freight_source"].where(own, _join(length_source, rate["source"])), dearer),
        cost_confidence=links["freight_confidence"].where(own, _least(length_confidence, rate["confidence"])),
        cost_number=charged.where(own, _join(km, rate["number"])),
        time=(hours + links["extra_hours"]) * links["time_factor"],
        time_source=_join(links["transit_source"].where(timed, _join(length_source, speed["source"])), longer),
        time_confidence=links["transit_confidence"].where(timed, _least(length_confidence, speed["confidence"])),
        time_number=_named("links", links, "transit_hours").where(timed, _join(km, speed["number"])),
        emissions=grams["value"] * load.tonnes * length / 1000,
        emissions_source=_join(length_source, grams["source"]),
        emissions_confidence=_least(length_confidence, grams["confidence"]),
        emissions_number=_join(km, grams["number"]),
    )


def _waits(links: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """Half the headway before each sailing; zero on modes without a timetable."""
    shared = rates.series(links["class"], "headway_hours")
    own = _named("links", links, "headway_hours")
    headway = _pick(links["headway_hours"], links["headway_source"], links["headway_confidence"], shared, own)
    scheduled = links["mode"].isin(SCHEDULED)
    rows = links.assign(risk_factor=0.0)
    return _frame(
        "links",
        rows,
        "wait",
        mode=links["mode"],
        time=(headway["value"] / 2 * links["headway_factor"]).where(scheduled, 0.0).fillna(0.0),
        time_source=_join(headway["source"], _surcharged(links, "headway_factor")).where(scheduled, ""),
        time_confidence=headway["confidence"].where(scheduled, ""),
        time_number=headway["number"].where(scheduled, ""),
    )


def _borders(crossings: pd.DataFrame, load: Load, rates: Rates, way: str, default: pd.DataFrame) -> pd.DataFrame:
    subject = "border-" + crossings["mode"]
    shared = rates.series(subject, "dwell_hours")
    # A published dwell is one of ordinary service; other services wait less in the same proportion.
    usual = subject.map(lambda s: rates.rows[s, "dwell_hours.ordinary"]["value"]).astype(float)
    own = crossings[f"dwell_hours_{way}"] * shared["value"] / usual
    waited = _named("crossings", crossings, f"dwell_hours_{way}")
    dwell = _pick(own, crossings["dwell_source"], crossings["dwell_confidence"], default, waited)
    fees = rates.series(default["subject"], "fee_usd")
    paid = rates.own(crossings["fee_usd"], crossings["fee_year"])
    fee = _pick(
        paid, crossings["fee_source"], crossings["fee_confidence"], fees, _named("crossings", crossings, "fee_usd")
    )
    rate = _freight_per_km(crossings, load, rates)
    speed = rates.series(crossings["class"], "km_per_day")
    grams = rates.series(crossings["class"], "g_co2e_per_tkm")
    length, vehicles = crossings["length_km"], _vehicles(crossings, load)
    dearer, longer = _surcharged(crossings, *DEARER), _surcharged(crossings, *LONGER)
    hours = dwell["value"] + 24 * length / speed["value"] + crossings["extra_hours"]
    km = _named("crossings", crossings, "length_km")
    # Of a sum, the numbers of its greater part are named.
    near = 24 * length / speed["value"] <= dwell["value"]
    cheap = length * rate["value"] <= fee["value"] * vehicles
    return _frame(
        "crossings",
        crossings,
        "border",
        mode=crossings["mode"],
        direction=way,
        distance=length,
        distance_source=crossings["length_source"],
        distance_confidence=crossings["length_confidence"],
        distance_number=km,
        cost=_money(crossings, fee["value"] * vehicles + length * rate["value"], vehicles, load),
        cost_source=_join(fee["source"], rate["source"], dearer),
        cost_confidence=_least(fee["confidence"], rate["confidence"]),
        cost_number=fee["number"].where(cheap, _join(km, rate["number"])),
        time=hours * crossings["time_factor"],
        time_source=_join(dwell["source"], longer),
        time_confidence=dwell["confidence"],
        time_number=dwell["number"].where(near, _join(km, speed["number"])),
        emissions=grams["value"] * load.tonnes * length / 1000,
        emissions_source=grams["source"],
        emissions_confidence=grams["confidence"],
        emissions_number=_join(km, grams["number"]),
    )


def _handling(terminals: pd.DataFrame, load: Load, rates: Rates, way: str, country: pd.Series) -> pd.DataFrame:
    subject = "terminal-" + terminals["mode"] + ":" + country
    shared = rates.series(subject, f"dwell_{way}_hours")
    dwell = _pick(
        terminals[f"dwell_{way}_hours"],
        terminals["dwell_source"],
        terminals["dwell_confidence"],
        shared,
        _named("terminals", terminals, f"dwell_{way}_hours"),
    )
    paid = rates.own(terminals[f"handling_{way}_usd_per_teu"], terminals["handling_year"])
    usual = rates.series(subject, f"handling_{way}_usd_per_teu")
    charged = _named("terminals", terminals, f"handling_{way}_usd_per_teu")
    charge = _pick(paid, terminals["handling_source"], terminals["handling_confidence"], usual, charged)
    kilos = rates.series(subject, "kg_co2e_per_t")
    dearer, longer = _surcharged(terminals, *DEARER), _surcharged(terminals, *LONGER)
    return _frame(
        "terminals",
        terminals,
        way,
        mode=terminals["mode"],
        cost=_money(terminals, charge["value"] * _charged(rates, load, "handling"), _vehicles(terminals, load), load),
        cost_source=_join(charge["source"], dearer),
        cost_confidence=charge["confidence"],
        cost_number=charge["number"],
        time=(dwell["value"] + terminals["extra_hours"]) * terminals["time_factor"],
        time_source=_join(dwell["source"], longer),
        time_confidence=dwell["confidence"],
        time_number=dwell["number"],
        emissions=kilos["value"] * load.tonnes,
        emissions_source=kilos["source"],
        emissions_confidence=kilos["confidence"],
        emissions_number=kilos["number"],
    )


def _gauge_changes(changes: pd.DataFrame, load: Load, rates: Rates) -> pd.DataFrame:
    subject = changes["node"].map(lambda _: "gauge-change").astype(object)
    hours = _pick(
        changes["change_hours"],
        changes["change_source"],
        changes["change_confidence"],
        rates.series(subject, "change_hours"),
        _named("gauge_changes", changes, "change_hours"),
    )
    paid = rates.own(changes["fee_usd_per_teu"], changes["fee_year"])
    fee = _pick(
        paid,
        changes["fee_source"],
        changes["fee_confidence"],
        rates.series(subject, "fee_usd_per_teu"),
        _named("gauge_changes", changes, "fee_usd_per_teu"),
    )
    kilos = rates.series(subject, "kg_co2e_per_t")
    dearer, longer = _surcharged(changes, *DEARER), _surcharged(changes, *LONGER)
    return _frame(
        "gauge_changes",
        changes,
        "gauge-change",
        cost=_money(changes, fee["value"] * _charged(rates, load, "handling"), load.teu / 2, load),
        cost_source=_join(fee["source"], dearer),
        cost_confidence=fee["confidence"],
        cost_number=fee["number"],
        time=(hours["value"] + changes["extra_hours"]) * changes["time_factor"],
        time_source=_join(hours["source"], longer),
        time_confidence=hours["confidence"],
        time_number=hours["number"],
        emissions=kilos["value"] * load.tonnes,
        emissions_source=kilos["source"],
        emissions_confidence=kilos["confidence"],
        emissions_number=kilos["number"],
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
        return row["value"] * rates.inflate(row["price_year"])

    return {
        "cost": value("usd_per_truck_km") * load.trucks * km,
        "time": 24 * km / value("km_per_day"),
        "distance": km,
        "risk": 0.0,
        "emissions": value("g_co2e_per_tkm") * load.tonnes * km / 1000,
    }
