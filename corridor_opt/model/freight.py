"""What is paid for a shipment: freight rates times the boxes or trucks they are paid for, and surcharges on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor_opt.model.criteria import DEFAULT_PRICES
from corridor_opt.model.rates import Rates
from corridor_opt.model.shipment import Load

if TYPE_CHECKING:
    import pandas as pd


def money(rows: pd.DataFrame, freight: pd.Series, vehicles: pd.Series | float, load: Load, rates: Rates) -> pd.Series:
    """Add surcharges, which stand in the tables as money of the default year, to an amount for the whole shipment."""
    extra = load.teu * (rows["war_risk_usd_per_teu"] + rows["extra_usd_per_teu"])
    extra = extra + vehicles * rows["extra_usd_per_vehicle"]
    if (extra != 0).any():
        extra = extra * rates.inflate(DEFAULT_PRICES)
    return (freight * (1 + rows["sanctions_share"]) + extra) * rows["cost_factor"]


def charged_vehicles(rows: pd.DataFrame, load: Load) -> pd.Series:
    """Trucks on the road, FEU on other modes: what a border fee is charged on."""
    return (rows["mode"] == "road").map({True: load.trucks, False: load.teu / 2}).astype(float)


def charged_teu(rates: Rates, load: Load, what: str) -> float:
    """TEU that are paid for: a box of 20 feet costs more than half of one of 40."""
    share = rates.row("payload", f"price_of_20ft.{what}")
    return load.teu + load.small * (2 * (share["value"] if share else 0.5) - 1)


def freight_per_km(rows: pd.DataFrame, load: Load, rates: Rates) -> pd.DataFrame:
    """Freight of the whole shipment per km, by class."""
    by_teu = rates.series(rows["class"], "usd_per_teu_km")
    by_truck = rates.series(rows["class"], "usd_per_truck_km")
    rate = by_teu.where(rows["mode"] != "road", by_truck)
    rate["value"] = rate["value"].astype(float) * paid_boxes(rows, load, rates, road=load.trucks)
    return rate


def paid_boxes(rows: pd.DataFrame, load: Load, rates: Rates, road: float) -> pd.Series:
    """What a freight rate is multiplied by in each row's mode."""
    by_mode = {"road": road, "rail": charged_teu(rates, load, "rail")}
    at_sea = charged_teu(rates, load, "sea")
    return rows["mode"].map({mode: by_mode.get(mode, at_sea) for mode in rows["mode"].unique()}).astype(float)
