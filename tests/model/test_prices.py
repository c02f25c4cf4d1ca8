"""Price indices: amounts of one year in the prices of another, by kind of freight."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trials import trials

import corridor_opt as co
from corridor_opt.errors import DataError, ScenarioError, SchemaError
from corridor_opt.model.build import build, embedded_texts
from corridor_opt.model.elements import elements
from corridor_opt.model.prices import PriceIndex, price_kinds, price_years, spoken_years
from corridor_opt.model.scenario import parse_scenario

FEU = co.Shipment("1xFEU")
KINDS = ("sea", "short-sea", "rail", "road", "general")


def own(index: pd.DataFrame) -> co.Network:
    """Two places and a railway with a published freight of 2020, under a price index of one's own."""
    said = {"location_source": "A", "location_confidence": "assumption"}
    nodes = [
        {"id": i, "name": i, "country": "KZ", "kind": "city", "lon": "70", "lat": lat}
        for i, lat in (("N", "50"), ("S", "51"))
    ]
    link = {"id": "N-S-rail", "from": "N", "to": "S", "mode": "rail", "gauge_mm": "1520", "class": "rail-1520"}
    link |= {"length_km": "120", "length_source": "A", "length_confidence": "assumption", "countries": "KZ"}
    link |= {"freight_usd_per_teu": "100", "freight_year": "2020", "freight_source": "K", "freight_confidence": "low"}
    link |= {"status_2022": "operating", "status_2026": "operating"}
    tables = {"nodes": pd.DataFrame([node | said for node in nodes]), "links": pd.DataFrame([link])}
    return build(tables | {"price_index": index}, name="own")


def one_index(kind: str = "", **values: float) -> pd.DataFrame:
    """An index of 100 in every year but those given, as `y2025=150`."""
    rows = [{"year": str(year), "index": str(values.get(f"y{year}", 100))} for year in range(2012, 2027)]
    frame = pd.DataFrame(rows).assign(source="BLS", confidence="high")
    return frame.assign(kind=kind) if kind else frame


def freight(network: co.Network, prices: int) -> dict[str, object]:
    frame = elements(network, FEU.load(network), prices).frame
    (row,) = frame[(frame["id"] == "N-S-rail") & (frame["kind"] == "haul")].to_dict("records")
    return row


def scenario(text: str) -> co.Scenario:
    return parse_scenario(f'name = "test"\n{text}'.encode(), "test.toml")


@given(st.sampled_from(KINDS), st.integers(2012, 2026), st.integers(2012, 2026), st.integers(2012, 2026))
def test_there_and_back_is_the_same(network, kind, first, second, third):
    index = PriceIndex(network)
    assert index.factor(first, second, kind) * index.factor(second, first, kind) == pytest.approx(1)
    by_way = index.factor(first, second, kind) * index.factor(second, third, kind)
    assert by_way == pytest.approx(index.factor(first, third, kind))


def test_every_kind_covers_every_year(network):
    assert price_years(network) == list(range(2012, 2027))


def test_deep_sea_freight_went_its_own_way(network):
    index = PriceIndex(network)
    spike = {kind: index.factor(2019, 2021, kind) for kind in KINDS}
    assert spike["sea"] > 3
    assert 1 < spike["short-sea"] < spike["sea"]
    assert all(0.9 < spike[kind] < 1.2 for kind in ("rail", "road", "general"))


def test_the_kind_follows_class_or_mode(network):
    kinds = price_kinds(network["classes"])
    assert kinds["sea-deep"] == "sea"
    assert kinds["sea-caspian"] == kinds["ferry"] == kinds["waterway"] == "short-sea"
    assert kinds["rail-btk"] == "rail"
    assert kinds["road-iran"] == "road"


def test_costs_of_a_year_and_back(network):
    """What is priced by its class alone moves by the index of the class, there and back."""
    frames = {year: elements(network, FEU.load(network), year).frame for year in (2018, 2025)}
    plain = network["links"]
    extra = plain[["war_risk_usd_per_teu", "extra_usd_per_teu", "extra_usd_per_vehicle"]].sum(axis=1)
    kinds, index = price_kinds(network["classes"]), PriceIndex(network)
    hauls = {year: frame[frame["kind"] == "haul"]["cost"].to_numpy() for year, frame in frames.items()}
    for i in plain.index[extra == 0]:
        factor = index.factor(2025, 2018, kinds[plain["class"][i]])
        assert hauls[2018][i] == pytest.approx(hauls[2025][i] * factor)


def test_an_unknown_year_is_an_error_that_names_the_known_ones(network):
    with pytest.raises(DataError, match=r"1999; known: 2012-2026"):
        PriceIndex(network).factor(1999, 2025)
    with pytest.raises(DataError, match=r"prices: no price index for 2040; years 2012 to 2026"):
        co.find_routes(network, "Tehran", "Baku", prices=2040)


def test_an_index_without_kinds_serves_all():
    network = own(one_index(y2025=150))
    assert set(network["price_index"]["kind"]) == {"general"}
    now, then = freight(network, 2025), freight(network, 2020)
    assert now["cost"] == pytest.approx(300)
    assert then["cost"] == pytest.approx(200)
    assert now["cost_source"] == "K;BLS", "the index is a source of what it moved"
    assert then["cost_source"] == "K"


def test_a_kind_that_is_missing_is_the_general_one():
    sea = one_index("sea", y2025=900).assign(source="E12")
    moved = freight(own(pd.concat([one_index("general", y2025=120), sea])), 2025)
    assert moved["cost"] == pytest.approx(240)
    assert moved["cost_source"] == "K;BLS"


def test_the_least_confidence_is_told():
    index = one_index(y2025=150)
    index.loc[index["year"] == "2025", "confidence"] = "assumption"
    assert freight(own(index), 2025)["cost_confidence"] == "assumption"
    assert freight(own(index), 2020)["cost_confidence"] == "low"


def test_a_general_index_is_required():
    index = embedded_texts("price_index").query("kind == 'sea'")
    with pytest.raises(SchemaError, match="index of handling, fees and surcharges"):
        own(index)


def test_amounts_of_a_disruption_have_a_year(network):
    text = '[[disruption]]\nmode = "rail"\nset = { extra_usd_per_teu = 100, extra_hours = 7 }\n'
    plain, dated = (scenario(text + prices).apply(network)[0] for prices in ("", "prices = 2018"))
    rail = network["links"]["mode"] == "rail"
    factor = PriceIndex(network).factor(2018, 2025)
    assert (plain["links"].loc[rail, "extra_usd_per_teu"] == 100).all(), "money of 2025 unless said"
    assert dated["links"].loc[rail, "extra_usd_per_teu"].unique() == pytest.approx([100 * factor])
    assert (dated["links"].loc[rail, "extra_hours"] == 7).all()


def test_surcharges_follow_the_general_index_to_the_year_asked(network):
    text = '[[disruption]]\nlink = "BND-SRJ-rail"\nadd = { cost = 100 }\nprices = 2018\n'
    after = scenario(text).apply(network)[0]
    for year in (2018, 2022, 2025):
        cost = [
            elements(world, FEU.load(world), year).frame.query("id == 'BND-SRJ-rail' and kind == 'haul'")["cost"].iat[0]
            for world in (network, after)
        ]
        assert cost[1] - cost[0] == pytest.approx(200 * PriceIndex(network).factor(2018, year))


@pytest.mark.parametrize("change", ["set", "add"])
def test_money_with_a_year_of_its_own_is_brought_to_it(network, change):
    """A published freight of 2018 that a disruption of 2022 changes: both amounts in one kind of money."""
    links = network["links"]
    name = links.loc[links["freight_year"].notna(), "id"].iloc[0]
    row = links.set_index("id").loc[name]
    text = f'[[disruption]]\nlink = "{name}"\n{change} = {{ freight_usd_per_teu = 50 }}\nprices = 2022\n'
    after = scenario(text).apply(network)[0]["links"].set_index("id").loc[name]
    kind = price_kinds(network["classes"])[row["class"]]
    amount = 50 * PriceIndex(network).factor(2022, row["freight_year"], kind)
    assert after["freight_year"] == row["freight_year"]
    before = row["freight_usd_per_teu"] if change == "add" else 0
    assert after["freight_usd_per_teu"] == pytest.approx(before + amount)


def test_an_amount_where_none_stood_has_the_year_of_the_disruption(network):
    links = network["links"]
    name = links.loc[links["freight_year"].isna(), "id"].iloc[0]
    text = f'[[disruption]]\nlink = "{name}"\nset = {{ freight_usd_per_teu = 50 }}\nprices = 2022\n'
    after = scenario(text).apply(network)[0]["links"].set_index("id").loc[name]
    assert after[["freight_usd_per_teu", "freight_year"]].tolist() == [50, 2022]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("close = true\nprices = 2024", "there are none to set or add"),
        ("multiply = { cost = 2 }\nprices = 2024", "there are none to set or add"),
        ("add = { time = 2 }\nprices = 2024", "there are none to set or add"),
        ("add = { cost = 2 }\nprices = 1980", "no price index for 1980; years 2012 to 2026"),
        ('add = { cost = 2 }\nprices = "2024"', "is not a year such as 2024"),
        ("add = { cost = 2 }\nprizes = 2024", "did you mean 'prices'"),
    ],
)
def test_a_wrong_year_is_a_fault(network, text, said):
    with pytest.raises(ScenarioError) as caught:
        scenario(f'[[disruption]]\nmode = "rail"\n{text}\n').apply(network)
    assert said in "\n".join(caught.value.faults)


def test_each_kind_has_one_index_a_year():
    index = pd.concat([one_index(), one_index().query("year == '2020'")], ignore_index=True)
    with pytest.raises(SchemaError, match=r"price_index, row 17, year: 2020 stands here twice for the kind 'general'"):
        own(index)


def test_kinds_without_a_common_year_are_refused():
    early = one_index("general").query("year < '2020'")
    late = one_index("rail").query("year >= '2020'")
    with pytest.raises(SchemaError, match="no year in common"):
        own(pd.concat([early, late], ignore_index=True))


@pytest.mark.parametrize("column", ["year", "index"])
def test_an_index_has_a_year_and_a_value(column):
    index = one_index()
    index.loc[3, column] = ""
    with pytest.raises(SchemaError, match=f"price_index, row 5, {column}: is empty"):
        own(index)


def test_every_amount_in_use_has_an_index_of_its_year(tmp_path, run):
    few = one_index().query("year in ('2020', '2025')")
    with pytest.raises(SchemaError) as caught:
        own(few)
    faults = "\n".join(caught.value.faults)
    assert "parameters, row rail-1520 usd_per_teu_km, price_year: no price index (general) for the year 2024" in faults
    assert "links, row N-S-rail" not in faults, "2020 is there"
    assert "rail-iran" not in faults, "nothing in this network is of that class"
    assert "terminal-sea" not in faults
    own(one_index()).save(tmp_path / "own")
    few.to_csv(tmp_path / "own" / "price_index.csv", index=False)
    code, _, err = run("network", "validate", tmp_path / "own")
    assert code == 2
    assert "no price index (general) for the year 2024" in err


def test_an_amount_of_a_row_needs_an_index_of_its_kind():
    sparse = one_index("rail").query("year != '2020'")
    with pytest.raises(SchemaError) as caught:
        own(pd.concat([one_index("general"), sparse], ignore_index=True))
    assert caught.value.faults == ("links, row N-S-rail, freight_year: no price index (rail) for the year 2020",)


IN_USE = {2020, 2022, 2024}  # of the railway, of its terminals and of roads to them, of its class


@settings(max_examples=trials(25), deadline=None)
@given(st.sets(st.integers(2012, 2026)).map(IN_USE.union))
def test_what_is_valid_answers_in_every_year_offered(years):
    """A network that loads never lacks an index later."""
    index = one_index()
    network = own(index[index["year"].astype(int).isin(years)])
    assert price_years(network) == sorted(years)
    for year in (min(years), max(years)):
        assert freight(network, year)["cost"] == pytest.approx(200)


@pytest.mark.parametrize("year", sorted(IN_USE))
def test_a_year_in_use_that_is_missing_is_a_fault(year):
    with pytest.raises(SchemaError, match=f"no price index .general. for the year {year}"):
        own(one_index().query("year != @year", local_dict={"year": str(year)}))


@pytest.mark.parametrize("prices", ["2020", 2020.0, True, None])
def test_prices_that_are_no_year_are_told_as_such(network, prices):
    with pytest.raises(DataError, match=re.escape(f"prices: {prices!r} is not a year; give a whole number")):
        co.find_routes(network, "Tehran", "Baku", prices=prices)


def test_years_with_gaps_are_listed():
    assert spoken_years([2012, 2013, 2014]) == "years 2012 to 2014"
    assert spoken_years([2020, 2025]) == "years 2020, 2025"
