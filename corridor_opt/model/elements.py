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

import numpy as np

from corridor_opt.model.cited import cited, join, least, named, pick
from corridor_opt.model.closures import closure_risk
from corridor_opt.model.country_risk import border_hours
from corridor_opt.model.criteria import DEFAULT_PRICES
from corridor_opt.model.defaults import subjects
from corridor_opt.model.emissions import handling_emissions, haul_emissions
from corridor_opt.model.freight import charged_teu, charged_vehicles, freight_per_km, money, paid_boxes
from corridor_opt.model.network import BEYOND, IMPORTED, USED, Network
from corridor_opt.model.rates import Rates
from corridor_opt.model.schema import split
from corridor_opt.model.shipment import Load
from corridor_opt.model.state import COLUMNS, same_numbers

if TYPE_CHECKING:
    import pandas as pd

SCHEDULED = ("sea", "ferry")
# Columns that make a row dearer, and longer in time.
DEARER = ("sanctions_share", "war_risk_usd_per_teu", "extra_usd_per_teu", "extra_usd_per_vehicle", "cost_factor")
LONGER = ("extra_hours", "time_factor")


@dataclass(frozen=True)
class Elements:
    """Everything a route can pay for.

    Parameters
    ----------
    frame
        One row an element: `table`, `row` (position in that table), `id`, `kind` (haul, wait, border, load,
        unload, gauge-change), `mode`, `direction` (ab or ba for a border), the additive criteria and the background
        of risk (nepers) as floats, `delay` (0, see `model.exposure`), `time_plain` (hours before seasons, scenarios
        and the vantage point change them),
        `<criterion>_source`, `<criterion>_confidence`, `<criterion>_number` (names of the numbers it rests
        on without the id of the row, see `corridor_opt.model.numbers` and `model.cited.with_id`; not of risk),
        `is_open`, `closed_by`, `transit_closed`, `imported`: the row came with another network under a curated one;
        its numbers are rounded up.
    risk
        Background of closures, one row an element: `element`, `cause`, `nepers`. Hazards: see `model.exposure`.
    """

    frame: pd.DataFrame
    risk: pd.DataFrame


def first_elements(network: Network) -> dict[str, int]:
    """Row of the first element of each kind (of a border: of each direction) in the table of elements."""
    links, crossings, terminals = (len(network[table]) for table in ("links", "crossings", "terminals"))
    waits = int(network["links"]["mode"].isin(SCHEDULED).sum())
    counts = {"haul": links, "wait": waits, "ab": crossings, "ba": crossings, "load": terminals, "unload": terminals}
    first, begin = {}, 0
    for kind, count in (*counts.items(), ("gauge-change", 0)):
        first[kind] = begin
        begin += count
    return first


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
        made[load, prices] = _restated(network, load, prices) or _elements(network, load, prices)
    return made[load, prices]


def _restated(network: Network, load: Load, prices: int) -> Elements | None:
    """Elements of a network that differs from a known one by what is open alone; None where there is none such.

    Most scenarios only open and close: then no number has to be computed again.
    """
    for other, made in list(_made.items()):
        known = made.get((load, prices))
        if known is not None and same_numbers(network, other):
            frame = known.frame.copy(deep=False)
            table, row = frame["table"].to_numpy(), frame["row"].to_numpy(int)
            for column in COLUMNS:
                cells = frame[column].to_numpy(dtype=object).copy()
                for name in USED:
                    here = table == name
                    rows = _through(network, name)
                    cells[here] = rows[column].to_numpy(dtype=object)[row[here]] if column in rows.columns else ""
                frame[column] = cells.astype(bool) if column == "is_open" else cells
            return Elements(frame, known.risk)
    return None


def _elements(network: Network, load: Load, prices: int) -> Elements:
    """Make the table of elements."""
    import pandas as pd

    rates = Rates(network, load.service, prices)
    usual = border_hours(network, rates)
    handled, changed = subjects(network, "terminals"), subjects(network, "gauge_changes")
    links, crossings = _through(network, "links"), _through(network, "crossings")
    parts = [
        _hauls(links, load, rates),
        _waits(links, rates),
        _borders(crossings, load, rates, "ab", usual),
        _borders(crossings, load, rates, "ba", usual),
        _handling(network["terminals"], load, rates, "load", handled),
        _handling(network["terminals"], load, rates, "unload", handled),
        _gauge_changes(network["gauge_changes"], load, rates, changed),
    ]
    frame = pd.concat(parts, ignore_index=True)
    risk = closure_risk(network, frame, rates)
    at = risk["element"].to_numpy()  # each at most once
    nepers, said = np.zeros(len(frame)), {what: np.full(len(frame), "", object) for what in ("source", "confidence")}
    nepers[at] = risk["nepers"]
    said["source"][at] = join(risk["source"])
    said["confidence"][at] = risk["confidence"]
    frame["risk"], frame["risk_source"], frame["risk_confidence"] = nepers, said["source"], said["confidence"]
    frame["delay"], frame["delay_source"], frame["delay_confidence"] = 0.0, "", ""
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
    made |= {"mode": "rail", "time_plain": 0.0} | columns
    for criterion, acts_on in {"time": "wait"}.items() if kind == "wait" else {"cost": "cost", "time": "time"}.items():
        for what, merge in (("source", join), ("confidence", least)):
            season = f"season_{acts_on}_{what}"  # there only where the month of departure changes something
            if season in rows.columns:
                made[f"{criterion}_{what}"] = merge(made[f"{criterion}_{what}"], rows[season])
    made |= {"is_open": rows["is_open"], "closed_by": rows["closed_by"], "risk_factor": rows["risk_factor"]}
    made["transit_closed"] = rows["transit_closed"] if "transit_closed" in rows.columns else ""
    made["imported"] = rows["tags"].map({cell: IMPORTED in cell for cell in rows["tags"].unique()}).astype(bool)
    return pd.DataFrame(made, index=rows.index)


def _through(network: Network, table: str) -> pd.DataFrame:
    """Rows of a table; those beyond the countries a network knows are closed to routes between these."""
    rows = network[table]
    if table not in ("links", "crossings") or not network.beyond:
        return rows
    tagged = rows["tags"].map({cell: BEYOND in cell.split(";") for cell in rows["tags"].unique()}).astype(bool)
    closed = rows["transit_closed"] if "transit_closed" in rows.columns else ""
    # what a scenario closes to through traffic there is closed to more
    return rows.assign(transit_closed=closed).assign(
        transit_closed=lambda made: made["transit_closed"].mask(
            tagged & (made["transit_closed"] == ""), ";".join(network.beyond)
        )
    )


def _emissions(emitted: pd.DataFrame) -> dict[str, pd.Series]:
    """Columns of emissions."""
    said = {f"emissions_{what}": emitted[what] for what in ("source", "confidence", "number")}
    return {"emissions": emitted["value"]} | said


def _surcharged(rows: pd.DataFrame, *columns: str) -> pd.Series:
    """Sources of surcharges, where one of the columns holds one."""
    acts = rows["surcharge_source"] != rows["surcharge_source"]
    for column in columns:
        acts = acts | (rows[column] != (1.0 if column.endswith("factor") else 0.0))
    return rows["surcharge_source"].where(acts, "")


def _hauls(links: pd.DataFrame, load: Load, rates: Rates) -> pd.DataFrame:
    length, length_source, length_confidence = (links[f"length_{c}"] for c in ("km", "source", "confidence"))
    rate = freight_per_km(links, load, rates)
    published = rates.own("links", links, "freight_usd_per_teu", links["class"])
    own = published["value"].notna()
    boxes = paid_boxes(links, load, rates, road=load.teu)
    freight = (published["value"] * boxes).where(own, length * rate["value"])
    speed = rates.series(links["class"], "km_per_day")
    timed = links["transit_hours"].notna()
    hours = links["transit_hours"].where(timed, 24 * length / speed["value"])
    first = {cell: next(iter(split(cell)), "") for cell in links["countries"].unique()}
    emitted = haul_emissions(links, links["countries"].map(first), length, load, rates)
    dearer, longer = _surcharged(links, *DEARER), _surcharged(links, *LONGER)
    km = named("links", links, "length_km")
    emitted["source"] = join(length_source, emitted["source"])
    emitted["confidence"] = least(length_confidence, emitted["confidence"])
    emitted["number"] = join(km, emitted["number"])
    return _frame(
        "links",
        links,
        "haul",
        mode=links["mode"],
        distance=length,
        distance_source=length_source,
        distance_confidence=length_confidence,
        distance_number=km,
        cost=money(links, freight, charged_vehicles(links, load), load, rates),
        cost_source=join(published["source"].where(own, join(length_source, rate["source"])), dearer),
        cost_confidence=published["confidence"].where(own, least(length_confidence, rate["confidence"])),
        cost_number=published["number"].where(own, join(km, rate["number"])),
        time=(hours + links["extra_hours"]) * links["time_factor"],
        time_plain=hours,
        time_source=join(links["transit_source"].where(timed, join(length_source, speed["source"])), longer),
        time_confidence=links["transit_confidence"].where(timed, least(length_confidence, speed["confidence"])),
        time_number=named("links", links, "transit_hours").where(timed, join(km, speed["number"])),
        **_emissions(emitted),
    )


def _waits(links: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """Half the headway before each sailing of a link that has a timetable."""
    scheduled = np.flatnonzero(links["mode"].isin(SCHEDULED))
    rows = links.iloc[scheduled].assign(risk_factor=0.0)
    shared = rates.series(rows["class"], "headway_hours")
    headway = pick(cited("links", rows, "headway_hours"), shared)
    plain = (headway["value"] / 2).fillna(0.0)
    return _frame(
        "links",
        rows,
        "wait",
        row=scheduled,
        mode=rows["mode"],
        time=(plain * rows["headway_factor"]).fillna(0.0),
        time_plain=plain,
        time_source=join(headway["source"], _surcharged(rows, "headway_factor")),
        time_confidence=headway["confidence"],
        time_number=headway["number"],
    )


def _borders(crossings: pd.DataFrame, load: Load, rates: Rates, way: str, default: pd.DataFrame) -> pd.DataFrame:
    subject = "border-" + crossings["mode"]
    shared = rates.series(subject, "dwell_hours")
    # A published dwell is one of ordinary service; other services wait less in the same proportion.
    usual = subject.map(lambda s: rates.rows[s, "dwell_hours.ordinary"]["value"]).astype(float)
    own = cited("crossings", crossings, f"dwell_hours_{way}")
    own["value"] = own["value"] * shared["value"] / usual
    dwell = pick(own, default)
    fees = rates.series(default["subject"], "fee_usd")
    fee = pick(rates.own("crossings", crossings, "fee_usd"), fees)
    rate = freight_per_km(crossings, load, rates)
    speed = rates.series(crossings["class"], "km_per_day")
    length, vehicles = crossings["length_km"], charged_vehicles(crossings, load)
    emitted = haul_emissions(crossings, crossings["country_a"], length, load, rates)
    dearer, longer = _surcharged(crossings, *DEARER), _surcharged(crossings, *LONGER)
    hours = dwell["value"] + 24 * length / speed["value"]
    km = named("crossings", crossings, "length_km")
    emitted["number"] = join(km, emitted["number"])
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
        cost=money(crossings, fee["value"] * vehicles + length * rate["value"], vehicles, load, rates),
        cost_source=join(fee["source"], rate["source"], dearer),
        cost_confidence=least(fee["confidence"], rate["confidence"]),
        cost_number=fee["number"].where(cheap, join(km, rate["number"])),
        time=(hours + crossings["extra_hours"]) * crossings["time_factor"],
        time_plain=hours,
        time_source=join(dwell["source"], longer),
        time_confidence=dwell["confidence"],
        time_number=dwell["number"].where(near, join(km, speed["number"])),
        **_emissions(emitted),
    )


def _handling(terminals: pd.DataFrame, load: Load, rates: Rates, way: str, subject: pd.Series) -> pd.DataFrame:
    shared = rates.series(subject, f"dwell_{way}_hours")
    dwell = pick(cited("terminals", terminals, f"dwell_{way}_hours"), shared)
    column = f"handling_{way}_usd_per_teu"
    charge = pick(rates.own("terminals", terminals, column), rates.series(subject, column))
    emitted = handling_emissions(subject, load, rates)
    dearer, longer = _surcharged(terminals, *DEARER), _surcharged(terminals, *LONGER)
    return _frame(
        "terminals",
        terminals,
        way,
        mode=terminals["mode"],
        cost=money(
            terminals,
            charge["value"] * charged_teu(rates, load, "handling"),
            charged_vehicles(terminals, load),
            load,
            rates,
        ),
        cost_source=join(charge["source"], dearer),
        cost_confidence=charge["confidence"],
        cost_number=charge["number"],
        time=(dwell["value"] + terminals["extra_hours"]) * terminals["time_factor"],
        time_plain=dwell["value"],
        time_source=join(dwell["source"], longer),
        time_confidence=dwell["confidence"],
        time_number=dwell["number"],
        **_emissions(emitted),
    )


def _gauge_changes(changes: pd.DataFrame, load: Load, rates: Rates, subject: pd.Series) -> pd.DataFrame:
    hours = pick(cited("gauge_changes", changes, "change_hours"), rates.series(subject, "change_hours"))
    paid = rates.own("gauge_changes", changes, "fee_usd_per_teu")
    fee = pick(paid, rates.series(subject, "fee_usd_per_teu"))
    emitted = handling_emissions(subject, load, rates)
    dearer, longer = _surcharged(changes, *DEARER), _surcharged(changes, *LONGER)
    return _frame(
        "gauge_changes",
        changes,
        "gauge-change",
        cost=money(changes, fee["value"] * charged_teu(rates, load, "handling"), load.teu / 2, load, rates),
        cost_source=join(fee["source"], dearer),
        cost_confidence=fee["confidence"],
        cost_number=fee["number"],
        time=(hours["value"] + changes["extra_hours"]) * changes["time_factor"],
        time_plain=hours["value"],
        time_source=join(hours["source"], longer),
        time_confidence=hours["confidence"],
        time_number=hours["number"],
        **_emissions(emitted),
    )
