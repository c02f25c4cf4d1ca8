"""Emissions by mode, traction and load, against published ranges and against what physics asks."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import corridor_opt as co
from corridor_opt.errors import SchemaError
from corridor_opt.model.build import build
from corridor_opt.model.criteria import DEFAULT_PRICES
from corridor_opt.model.elements import elements
from corridor_opt.model.emissions import handling_emissions, haul_emissions
from corridor_opt.model.rates import Rates

# g CO2e a tonne-km of a FEU with 20 t, well to wheel: what handbooks print, wide.
PUBLISHED = {
    "sea-deep": (5, 17),
    "sea-black-sea": (10, 30),
    "ferry": (20, 60),
    "waterway": (20, 40),
    "road-cis": (60, 110),
    "road-mountain": (75, 140),
}


def shipment(tonnes: float, containers: str = "1xFEU") -> co.Shipment:
    return co.Shipment(containers, tonnes=tonnes)


def way(name: str, mode: str, traction: str = "", country: str = "RU") -> tuple[pd.DataFrame, pd.Series]:
    """One way of a kilometre."""
    row = {"class": name, "mode": mode, "traction": traction}
    row |= {"traction_source": "K" if traction else "", "traction_confidence": "low" if traction else ""}
    return pd.DataFrame([row]), pd.Series([country])


def grams(network, name: str, mode: str, traction: str = "", country: str = "RU", tonnes: float = 20) -> float:
    """Grams a tonne-km."""
    rates = Rates(network, "ordinary", DEFAULT_PRICES)
    rows, countries = way(name, mode, traction, country)
    found = haul_emissions(rows, countries, pd.Series([1000.0]), shipment(tonnes).load(network), rates)
    return found["value"].iat[0] / tonnes


@pytest.mark.parametrize(("name", "span"), PUBLISHED.items())
def test_published_ranges(network, name, span):
    mode = network["classes"].set_index("id")["mode"][name]
    assert span[0] <= grams(network, name, mode) <= span[1]


def test_rail_by_traction_and_truck(network):
    electric, diesel = (grams(network, "rail-1520", "rail", t) for t in ("electric", "diesel"))
    truck = grams(network, "road-cis", "road")
    assert 5 <= electric < diesel < truck
    assert diesel <= 40, "GLEC: 25 to 40 for average diesel trains; a container train of 2,000 t is lighter on fuel"
    assert electric < grams(network, "rail-1520", "rail") < diesel, "unknown traction is a mix"


def test_current_is_as_clean_as_its_grid(network):
    by_country = {c: grams(network, "rail-1520", "rail", "electric", c) for c in ("FI", "RU", "KZ")}
    assert by_country["FI"] < by_country["RU"] < by_country["KZ"]
    unknown = grams(network, "rail-1520", "rail", "electric", "ZZ")
    assert by_country["FI"] < unknown < by_country["KZ"], "a country without a row has the grid of the world"
    assert grams(network, "rail-1520", "rail", "diesel", "FI") == grams(network, "rail-1520", "rail", "diesel", "KZ")


@given(
    st.floats(1, 22), st.floats(0.5, 10), st.sampled_from(["rail-1520", "road-cis", "sea-deep", "ferry", "waterway"])
)
def test_a_heavier_box_emits_more_in_all_and_less_a_tonne(network, tonnes, more, name):
    mode = network["classes"].set_index("id")["mode"][name]
    light, heavy = (grams(network, name, mode, tonnes=t) for t in (tonnes, tonnes + more))
    assert heavy < light
    assert heavy * (tonnes + more) > light * tonnes


def test_more_boxes_emit_more_with_the_same_cargo(network):
    one, two = (elements(network, shipment(20, c).load(network)).frame for c in ("1xFEU", "2xFEU"))
    moving = one["kind"].isin(["haul", "border", "load", "unload", "gauge-change"])
    assert (two.loc[moving, "emissions"] > one.loc[moving, "emissions"]).all()


def test_handling_and_waiting(network):
    rates = Rates(network, "ordinary", DEFAULT_PRICES)
    subjects = pd.Series(["terminal-sea", "terminal-rail", "gauge-change"])
    kilos = handling_emissions(subjects, shipment(20).load(network), rates)["value"]
    assert 15 <= kilos[0] + kilos[1] <= 30, "two TEU through a port onto a train: 10.7 kg a TEU"
    assert 2 <= kilos[2] <= kilos[1] * 2
    frame = elements(network, shipment(20).load(network)).frame
    assert (frame.loc[frame["kind"] == "wait", "emissions"] == 0).all()
    assert (frame.loc[frame["kind"].isin(["load", "unload", "gauge-change"]), "emissions"] > 0).all()


def test_each_line_says_what_its_traction_rests_on(network):
    frame = elements(network, shipment(20).load(network)).frame
    hauls = frame[(frame["kind"] == "haul") & (frame["mode"] == "rail")]
    links = network["links"].loc[hauls["row"]]
    for source, said in zip(hauls["emissions_source"], links["traction_source"], strict=True):
        assert set(said.split(";")) - {""} <= set(source.split(";"))
    unknown = hauls[(links["traction"] == "").to_numpy() & (links["class"] == "rail-1520").to_numpy()]
    assert len(unknown)
    assert unknown["emissions_source"].str.contains("E02|E03").all(), "current of the grid is in the mix"
    assert unknown["emissions_source"].str.contains("E05").all(), "and so is diesel"


def test_most_railways_have_a_traction(network):
    rail = network["links"].query("mode == 'rail' and is_open")
    known = rail["traction"] != ""
    assert rail.loc[known, "length_km"].sum() > 0.85 * rail["length_km"].sum()
    assert set(rail["traction"]) == {"electric", "diesel", ""}


def test_numbers_of_ones_own_per_tonne_km_still_do(network):
    """A class without energy of trains has grams a tonne-km, whatever pulls them."""
    rates = Rates(network, "ordinary", DEFAULT_PRICES)
    rates.rows = {k: v for k, v in rates.rows.items() if k[0] != "rail-1520"}
    row = {"subject": "rail-1520", "quantity": "g_co2e_per_tkm", "value": 30.0, "source": "A", "confidence": "low"}
    rates.rows["rail-1520", "g_co2e_per_tkm"] = row
    rows, countries = way("rail-1520", "rail", "electric")
    load = shipment(20).load(network)
    found = haul_emissions(rows, countries, pd.Series([10.0]), load, rates)
    said = {"source": "A", "confidence": "low", "number": "rail-1520/g_co2e_per_tkm"}
    assert found.to_dict("records") == [{"value": 6.0} | said]


@pytest.mark.parametrize(
    ("mode", "source", "said"),
    [("road", "A", "only rail has a traction"), ("rail", "", "a traction without a source")],
)
def test_traction_is_checked(network, mode, source, said):
    tables = {name: frame.copy() for name, frame in network.tables.items()}
    links = tables["links"]
    i = links.index[links["mode"] == mode][0]
    links.loc[i, ["traction", "traction_source"]] = ["electric", source]
    with pytest.raises(SchemaError) as caught:
        build(tables, name="changed")
    assert any(said in fault for fault in caught.value.faults)


def test_what_the_energy_of_trains_needs(network):
    tables = {name: frame.copy() for name, frame in network.tables.items()}
    rows = network["parameters"]
    tables["parameters"] = rows[(rows["subject"] != "traction-diesel") & (rows["quantity"] != "electric_share")]
    with pytest.raises(SchemaError) as caught:
        build(tables, name="changed")
    assert any("traction-diesel, efficiency" in fault for fault in caught.value.faults)
    assert any("electric_share: this class lacks it" in fault for fault in caught.value.faults)
