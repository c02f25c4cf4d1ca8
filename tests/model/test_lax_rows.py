"""Tables say what they rest on: a row that does not is refused."""

from __future__ import annotations

import pytest

import corridor_opt as co
from corridor_opt.errors import SchemaError
from corridor_opt.model.build import build, embedded_texts
from corridor_opt.model.network import TABLES


def texts(table, row, **cells):
    """The embedded tables with other cells in one row."""
    tables = {name: embedded_texts(name) for name in TABLES if name != "closures"}
    frame = tables[table].copy()
    for column, cell in cells.items():
        if column not in frame.columns:
            frame[column] = ""
        frame.loc[frame["id"] == row, column] = cell
    return tables | {table: frame}


BAD = {
    "factor without source": ("countries", "AM", {"closure_factor": "2"}, "closure_source"),
    "delay without source": ("countries", "AM", {"delay_factor": "2"}, "delay_source"),
    "boundless factor": ("countries", "AM", {"closure_factor": "1e300", "closure_source": "A"}, "between 0 and 100"),
    "stability": ("countries", "AM", {"wgi_political_stability": "99"}, "between -3.5 and 3.5"),
    "customs": ("countries", "AM", {"lpi_customs": "50"}, "between 1 and 5"),
    "season without confidence": ("seasons", "volga-don-ice", {"confidence": ""}, "confidence: is empty"),
    "traction without confidence": ("links", "BND-SRJ-rail", {"traction_confidence": ""}, "without a confidence"),
    "traction without source": ("links", "BND-SRJ-rail", {"traction_source": ""}, "without a source"),
    "source of no traction": ("links", "BND-SRJ-rail", {"traction": ""}, "of nothing"),
    "a closure of nothing": ("links", "BND-SRJ-rail", {"closures": "flood"}, "no closure 'flood'"),
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
