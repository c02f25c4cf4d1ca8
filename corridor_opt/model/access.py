"""The road leg between a point that the planner gave and its terminal."""

from __future__ import annotations

from corridor_opt.model.criteria import DEFAULT_PRICES
from corridor_opt.model.emissions import access_emissions
from corridor_opt.model.network import Network
from corridor_opt.model.rates import Rates
from corridor_opt.model.shipment import Load

# Numbers of the road leg between a point and its terminal.
ACCESS = {
    "cost": "access/circuity;access/usd_per_truck_km",
    "time": "access/circuity;access/km_per_day.ordinary",
    "distance": "access/circuity",
    "emissions": "access/circuity;access/g_co2e_per_tkm",
}


def access_values(network: Network, load: Load, km: float, prices: int = DEFAULT_PRICES) -> dict[str, float]:
    """Criteria of the road leg between a point and its terminal.

    Parameters
    ----------
    km
        Road distance.

    Returns
    -------
    dict
        cost USD, time h, distance km, risk 0 nepers, emissions kg, delay 0 h.
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
        "delay": 0.0,
    }
