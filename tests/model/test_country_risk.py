"""Factors of countries on default closure rates and default border hours."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trials import trials

import corridor_opt as co
from corridor_opt.errors import SchemaError
from corridor_opt.model.country_risk import border_hours, closure_factors, delay_factors, worst
from corridor_opt.model.elements import elements
from corridor_opt.model.rates import Rates

FEU = co.Shipment("1xFEU")
shipped = functools.cache(co.load_network)
FIGURES = ["wgi_political_stability", "conflict_fatalities", "lpi_customs"]


def made(network, **cells):
    """The network with other cells in the row of Kazakhstan."""
    countries = network["countries"].copy()
    for column, cell in cells.items():
        countries.loc[countries["id"] == "KZ", column] = cell
    return network.replace(countries=countries)


def factors(network):
    """Closure and delay factor of Kazakhstan."""
    rates = Rates(network, "ordinary", 2025)
    return closure_factors(network, rates)["KZ"], delay_factors(network, rates)["KZ"]


def weighed(network, **values):
    """The network with other coefficients."""
    numbers = network["parameters"].copy()
    for quantity, value in values.items():
        numbers.loc[(numbers["subject"] == "country-risk") & (numbers["quantity"] == quantity), "value"] = value
    return network.replace(parameters=numbers)


@settings(deadline=None, max_examples=trials(40))
@given(
    st.tuples(st.floats(-2.5, 2.5), st.floats(-2.5, 2.5)),
    st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)),
    st.tuples(st.floats(1, 5), st.floats(1, 5)),
)
def test_worse_figures_never_give_a_smaller_factor(stability, fatalities, customs):
    network = shipped()
    calm = {
        "wgi_political_stability": max(stability),
        "conflict_fatalities": min(fatalities),
        "lpi_customs": max(customs),
    }
    bad = {
        "wgi_political_stability": min(stability),
        "conflict_fatalities": max(fatalities),
        "lpi_customs": min(customs),
    }
    base = factors(made(network, **calm))
    for column in FIGURES:  # one at a time
        for better, worse in zip(base, factors(made(network, **{**calm, column: bad[column]})), strict=True):
            assert worse.value >= better.value
    closure, delay = factors(made(network, **bad))
    assert 0.5 <= closure.value <= 5
    assert 0.5 <= delay.value <= 2


def test_factors_are_one_at_the_reference():
    closure, delay = factors(made(shipped(), wgi_political_stability=0.0, conflict_fatalities=0.0, lpi_customs=2.49))
    assert closure.value == pytest.approx(1)
    assert delay.value == pytest.approx(1)
    assert (closure.source, delay.source) == ("Q01;Q04", "Q05")
    assert {closure.confidence, delay.confidence} == {"low"}


@pytest.mark.parametrize("figure", FIGURES)
def test_an_unknown_figure_gives_one_by_assumption(figure):
    closure, delay = factors(made(shipped(), **{figure: np.nan}))
    unknown = delay if figure == "lpi_customs" else closure
    assert (unknown.value, unknown.source, unknown.confidence) == (1, "A", "assumption")


def test_the_planners_own_factor_wins():
    closure, delay = factors(
        made(shipped(), closure_factor=7.0, delay_factor=0.1, closure_source="K", delay_source="K")
    )
    assert (closure.value, closure.source) == (7, "K"), "even beyond the bounds of the formula"
    assert (delay.value, delay.source) == (0.1, "K")


def test_own_coefficients_replace_the_formula():
    network = shipped()
    flat = weighed(network, stability_weight=0.0, fatalities_weight=0.0, customs_weight=0.0)
    assert [factor.value for factor in factors(flat)] == [1, 1]
    steep = weighed(network, fatalities_weight=0.3)
    assert closure_factors(steep, Rates(steep, "ordinary", 2025))["IR"].value > 2.34
    assert closure_factors(network, Rates(network, "ordinary", 2025))["IR"].value == pytest.approx(2.33, abs=0.01)
    numbers = network["parameters"]
    without = network.replace(parameters=numbers[numbers["subject"] != "country-risk"])
    assert all(factor.value == 1 and factor.source == "" for factor in factors(without))


def test_a_border_takes_the_worse_of_two_and_a_link_its_own_country():
    network = shipped()
    by_country = closure_factors(network, Rates(network, "ordinary", 2025))
    table = elements(network, FEU.load(network))
    ids = table.frame["id"] + table.frame["direction"]
    causes = table.risk.assign(id=table.risk["element"].map(ids)).set_index(["id", "cause"])
    numbers = network["parameters"].set_index(["subject", "quantity"])["value"]
    rate, days = (numbers["background-border", q] for q in ("closures_per_year", "closure_days"))
    for crossing, worse in (("BRE-TRP-railab", "BY"), ("KPK-SVL-roadba", "TR"), ("TAF-MIR-roadab", "PK")):
        found = causes.loc[(crossing, "background-border")]
        assert found["nepers"] == pytest.approx(np.log1p(by_country[worse].value * rate * days / 365), abs=1e-6)
        assert found["source"] == "A;Q01;Q04"
    assert worst(by_country, ["DE", "AF", "KZ"]) == by_country["AF"]
    assert worst(by_country, []).value == 1
    assert worst(by_country, ["XX"]).confidence == "assumption"
    rate, days = (numbers["background-rail", q] for q in ("closures_per_year_per_1000km", "closure_days"))
    km = network["links"].set_index("id")["length_km"]["BND-SRJ-rail"]
    found = causes.loc[("BND-SRJ-rail", "background-rail"), "nepers"]
    assert found == pytest.approx(np.log1p(by_country["IR"].value * rate * km / 1000 * days / 365), abs=1e-6)


def test_a_lane_at_sea_lies_in_no_country():
    network = shipped()
    countries = network["countries"].assign(closure_factor=5.0, closure_source="K")
    tables = [elements(n, FEU.load(n)) for n in (network, network.replace(countries=countries))]
    mode = tables[0].frame["mode"]
    same = tables[0].frame["risk"] == tables[1].frame["risk"]
    assert same[mode.isin(["sea", "ferry"])].all()
    assert not same[(mode == "rail") & (tables[0].frame["kind"] == "haul")].any()


def test_averages_of_carec_borders_stay():
    network = shipped()
    found = border_hours(network, Rates(network, "ordinary", 2025))
    hours = found["value"]
    members = set(network["countries"].loc[network["countries"]["carec"] == "yes", "id"])
    crossings = network["crossings"]
    within = crossings["country_a"].isin(members) & crossings["country_b"].isin(members)
    within &= ~found["subject"].str.contains("-union")
    for mode, published in (("road", 9.9), ("rail", 40.6)):
        assert hours[within & (crossings["mode"] == mode)].mean() == pytest.approx(published, rel=0.05)


def test_members_of_a_union_have_their_own_defaults():
    network = shipped()
    hours = border_hours(network, Rates(network, "ordinary", 2025)).set_index(network["crossings"]["id"])
    assert hours.loc["SLB-FFO-road", "subject"] == "border-road-union:EU"
    assert hours.loc["AKR-DNP-rail", "subject"] == "border-rail-union:EAEU"
    assert hours.loc["BRE-TRP-rail", "subject"] == "border-rail", "one in each union"
    assert hours.loc["KPK-SVL-road", "subject"] == "border-road", "a customs union for goods is no customs territory"
    numbers = network["parameters"]
    without = network.replace(parameters=numbers[~numbers["subject"].str.contains("-union")])
    assert set(border_hours(without, Rates(without, "ordinary", 2025))["subject"]) == {"border-road", "border-rail"}


def test_terminals_look_up_their_country_first():
    network = shipped()
    rates = Rates(network, "ordinary", 2025)
    own = rates.row("terminal-sea:RU", "dwell_unload_hours")
    assert own["subject"] == "terminal-sea:RU"
    assert own["value"] != rates.row("terminal-sea", "dwell_unload_hours")["value"]
    assert rates.row("terminal-sea:XX", "dwell_unload_hours") == rates.row("terminal-sea", "dwell_unload_hours")
    block = Rates(network, "block-train", 2025)
    assert block.row("terminal-sea:RU", "dwell_unload_hours") == block.row("terminal-sea", "dwell_unload_hours")
    assert block.row("terminal-sea:DE", "handling_load_usd_per_teu")["source"] == "Q43"
    frame = elements(network, FEU.load(network)).frame
    karachi = frame[(frame["id"] == "KAR-sea") & (frame["kind"] == "unload")].iloc[0]
    there = rates.row("terminal-sea:PK", "dwell_unload_hours")
    assert karachi["time"] == there["value"]
    assert karachi["time_source"] == there["source"]


def test_a_table_of_ones_own_is_checked(tmp_path):
    path = shipped().save(tmp_path / "mine")
    assert co.load_network(path)["countries"].equals(shipped()["countries"])
    rows = pd.read_csv(path / "countries.csv", dtype=str, keep_default_na=False)
    rows.loc[rows["id"] == "KZ", ["id", "wgi_year"]] = ["Kz", ""]
    rows.to_csv(path / "countries.csv", index=False)
    with pytest.raises(SchemaError) as caught:
        co.load_network(path)
    said = "\n".join(caught.value.faults)
    assert "'Kz' is not a country code" in said
    assert "a figure without its year (wgi_year is empty)" in said
    rows.loc[rows["id"] == "Kz", ["id", "tir"]] = ["KZ", "perhaps"]
    rows.to_csv(path / "countries.csv", index=False)
    with pytest.raises(SchemaError, match="perhaps"):
        co.load_network(path)


def test_a_country_nobody_knows_is_met_by_assumption():
    network = shipped()
    countries = network["countries"]
    fewer = network.replace(countries=countries[countries["id"] != "TR"])
    hours = border_hours(fewer, Rates(fewer, "ordinary", 2025)).set_index(fewer["crossings"]["id"])
    assert hours.loc["KPK-SVL-road", "confidence"] == "assumption"
    assert "A" in hours.loc["KPK-SVL-road", "source"].split(";")
