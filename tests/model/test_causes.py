"""Named causes of closure are judged from the vantage point, and tables say what they rest on."""

from __future__ import annotations

import pytest

import corridor_opt as co
from corridor_opt.errors import SchemaError
from corridor_opt.model.build import build, embedded_texts
from corridor_opt.model.causes import named_causes
from corridor_opt.model.elements import elements
from corridor_opt.model.network import TABLES


def test_what_happened_after_2022_is_not_foreseen_in_2022(network, network_2022):
    now, then = named_causes(network), named_causes(network_2022)
    for cause in ("red-sea", "hormuz", "caspian-ports", "poland-belarus"):
        assert then[cause]["closures_per_year"] < now[cause]["closures_per_year"], cause
        assert then[cause]["note"] != now[cause]["note"]
        assert then[cause]["mean_days"] == now[cause]["mean_days"]
    for cause in ("suez", "upper-lars"):
        assert str(then[cause]) == str(now[cause])  # as text: an empty number is not itself


def test_the_risk_of_a_lane_follows_the_vantage_point(network, network_2022):
    met = {}
    for one in (network, network_2022):
        risk = elements(one, co.Shipment().load(one)).risk
        rows = risk[risk["cause"] == "red-sea"]
        met[one.as_of] = rows["nepers"].max(), set(rows["source"]), set(rows["confidence"])
    assert met["2022"][0] < met["2026"][0] / 5
    assert met["2022"][1:] == ({"K"}, {"low"})
    assert met["2026"][1] == {"R59"}


def texts(table, row, **cells):
    """The embedded tables with other cells in one row."""
    tables = {name: embedded_texts(name) for name in TABLES}
    frame = tables[table].copy()
    for column, cell in cells.items():
        if column not in frame.columns:
            frame[column] = ""
        frame.loc[frame["id"] == row, column] = cell
    return tables | {table: frame}


BAD = {
    "rate without source": (
        "closures",
        "suez",
        {"closures_per_year_2022": "0.1", "confidence_2022": "low"},
        "source_2022",
    ),
    "rate without confidence": (
        "closures",
        "suez",
        {"closures_per_year_2022": "1", "source_2022": "K"},
        "confidence_2022",
    ),
    "source of no rate": ("closures", "suez", {"source_2022": "K"}, "of nothing"),
    "factor without source": ("countries", "AM", {"closure_factor": "2"}, "closure_source"),
    "delay without source": ("countries", "AM", {"delay_factor": "2"}, "delay_source"),
    "boundless factor": ("countries", "AM", {"closure_factor": "1e300", "closure_source": "A"}, "between 0 and 100"),
    "stability": ("countries", "AM", {"wgi_political_stability": "99"}, "between -3.5 and 3.5"),
    "customs": ("countries", "AM", {"lpi_customs": "50"}, "between 1 and 5"),
    "season without confidence": ("seasons", "volga-don-ice", {"confidence": ""}, "confidence: is empty"),
    "traction without confidence": ("links", "BND-SRJ-rail", {"traction_confidence": ""}, "without a confidence"),
    "traction without source": ("links", "BND-SRJ-rail", {"traction_source": ""}, "without a source"),
    "source of no traction": ("links", "BND-SRJ-rail", {"traction": ""}, "of nothing"),
    "a cause twice": ("links", "BND-SRJ-rail", {"closures": "suez;suez"}, "'suez' is named twice"),
    "a season twice": ("links", "BND-SRJ-rail", {"seasons": "volga-don-ice; volga-don-ice"}, "named twice"),
}


@pytest.mark.parametrize(("table", "row", "cells", "said"), BAD.values(), ids=BAD)
def test_a_lax_row_is_refused(table, row, cells, said):
    with pytest.raises(SchemaError) as caught:
        build(texts(table, row, **cells), name="lax")
    assert all(fault.startswith(f"{table}, row {row}, ") for fault in caught.value.faults)
    assert any(said in fault for fault in caught.value.faults)


def test_a_sourced_factor_of_a_country_is_accepted():
    built = build(texts("countries", "AM", closure_factor="2", closure_source="A"), name="own")
    assert built["countries"].set_index("id").at["AM", "closure_factor"] == 2


def test_explain_of_2022_does_not_tell_of_later_years(network_2022):
    route = co.find_routes(network_2022, "Shanghai", "Rotterdam", criteria=("cost",))[0]
    told = str(route.explain())
    assert "Red Sea unsafe" in told
    assert "2023 to 2026" not in told
