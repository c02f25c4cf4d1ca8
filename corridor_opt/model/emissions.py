"""Emissions: kg CO2e, well to wheel, of moving and of handling a shipment.

Boundaries are those of ISO 14083: energy of the vehicle and all that went before it (well to wheel), empty running
and the weight of vehicle and box, handling at terminals. Waiting and borders emit nothing here.

A way of `km` kilometres emits, in grams,

    km x (per_vehicle x vehicles + per_tonne x tonnes)

where vehicles are trucks on the road and TEU on other modes: a laden box is heavier, not twice a box. On rail the
grams follow from gross tonnes (cargo, box and its share of the wagon), the energy of a gross tonne-kilometre in that
class, and the traction of the line: current of the country's grid, or diesel. Where nobody said what pulls the train,
the class's share of electric traction is used, a number with a source and a confidence of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from corridor_opt.model.cited import COLUMNS, alike, joined, least_of

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.rates import Rates
    from corridor_opt.model.shipment import Load

MJ_PER_WH = 0.0036
Said = tuple[float, str, str, str]  # value, source, confidence, names of numbers


def haul_emissions(rows: pd.DataFrame, countries: pd.Series, km: pd.Series, load: Load, rates: Rates) -> pd.DataFrame:
    """Emissions of moving a shipment along links or between the posts of crossings.

    Parameters
    ----------
    rows
        Links or crossings: `class`, `mode`, `traction`, `traction_source`, `traction_confidence`.
    countries
        Country whose grid feeds each row; of several the first.
    km
        Length of each row.

    Returns
    -------
    pandas.DataFrame
        `value` in kg CO2e, `source`, `confidence`, `number` (names of what it rests on).
    """
    import pandas as pd

    cells = [rows[cell] for cell in ("class", "mode", "traction", "traction_source", "traction_confidence")]
    cells.append(countries)
    codes, first = alike(*cells)
    grams = [_grams_per_km(*key, load=load, rates=rates) for key in zip(*(c.iloc[first] for c in cells), strict=True)]
    made = pd.DataFrame(grams, columns=list(COLUMNS)).iloc[codes].set_axis(rows.index)
    made["value"] = made["value"] * km / 1000
    return made


def handling_emissions(subjects: pd.Series, load: Load, rates: Rates) -> pd.DataFrame:
    """Emissions of loading, unloading or changing the gauge, as `haul_emissions` gives them."""
    import pandas as pd

    codes, words = pd.factorize(subjects)
    parts = [(load.teu, "kg_co2e_per_teu"), (load.tonnes, "kg_co2e_per_t")]
    found = pd.DataFrame([_sum(parts, subject, rates) for subject in words], columns=list(COLUMNS))
    return found.iloc[codes].set_axis(subjects.index)


def _grams_per_km(
    name: str,
    mode: str,
    traction: str,
    traction_source: str,
    traction_confidence: str,
    country: str,
    *,
    load: Load,
    rates: Rates,
) -> Said:
    """Grams a km of a class, with the traction of the line where it is a railway whose energy is known."""
    if mode == "rail" and rates.row(name, "wh_per_gross_tkm") is not None:
        return _rail(name, traction, (traction_source, traction_confidence), country, load, rates)
    vehicles = (load.trucks, "g_co2e_per_truck_km") if mode == "road" else (load.teu, "g_co2e_per_teu_km")
    return _sum([vehicles, (load.tonnes, "g_co2e_per_tkm")], name, rates)


def _rail(name: str, traction: str, said: tuple[str, str], country: str, load: Load, rates: Rates) -> Said:
    """Grams a km of a train: gross tonnes, times energy, times what a unit of energy emits."""
    used: list[tuple[str, str, str]] = []

    def number(subject: str, *quantities: str) -> float:
        for quantity in quantities:
            row = rates.row(subject, quantity)
            if row is not None:
                used.append(_cited(row))
                return float(row["value"])
        return 0.0

    gross = load.tonnes + load.teu * number("rail", "tare_t_per_teu")
    wh = gross * number(name, "wh_per_gross_tkm")
    if traction:
        used.append((*said, ""))
        share = 1.0 if traction == "electric" else 0.0
    else:
        share = number(name, "electric_share")
    grams = 0.0
    if share > 0:
        at_plant = wh * (1 + number("traction-electric", "loss_share"))
        grams += share * at_plant / 1000 * number("grid", f"g_co2e_per_kwh.{country}", "g_co2e_per_kwh")
    if share < 1:
        fuel = wh * MJ_PER_WH / number("traction-diesel", "efficiency")
        grams += (1 - share) * fuel * number("traction-diesel", "g_co2e_per_mj")
    return (grams, *_all_said(used))


def _sum(parts: list[tuple[float, str]], subject: str, rates: Rates) -> Said:
    """Amounts times the numbers of a subject, added up; a number nobody gave is none."""
    total, used = 0.0, list[tuple[str, str, str]]()
    for amount, quantity in parts:
        row = rates.row(subject, quantity)
        if row is not None:
            total += amount * row["value"]
            used.append(_cited(row))
    return (total, *_all_said(used))


def _cited(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Source, confidence and name of a shared number."""
    return row["source"], row["confidence"], f"{row['subject']}/{row['quantity']}"


def _all_said(used: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    """All sources and numbers, each once, and the least confidence."""
    sources, confidences, numbers = zip(*used, strict=True) if used else ((), (), ())
    return joined(*sources), least_of(*confidences), joined(*numbers)


def access_emissions(load: Load, km: float, rates: Rates) -> float:
    """Emissions of the road leg between a point and its terminal, in kg CO2e."""
    vehicles = (load.trucks, "g_co2e_per_truck_km")
    return _sum([vehicles, (load.tonnes, "g_co2e_per_tkm")], "access", rates)[0] * km / 1000
