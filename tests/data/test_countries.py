"""The table of countries, and where the dwell hours of the embedded network come from."""

from __future__ import annotations

import functools

import pandas as pd
import pytest

import corridor_opt as co
from corridor_opt.model.country_risk import countries_without_row
from corridor_opt.model.elements import elements
from corridor_opt.model.schema import schema, split

network = functools.cache(co.load_network)
YEARS = {"wgi": range(2018, 2024), "conflict": range(2024, 2025), "lpi": range(2014, 2024)}


def test_every_country_the_network_touches_has_a_row():
    assert countries_without_row(network()) == []
    assert "KZ" in countries_without_row(network().replace(countries=network()["countries"].query("id != 'KZ'")))


def test_every_figure_has_a_year_and_a_source():
    countries = network()["countries"]
    figures = [c for c, a in schema("countries").items() if a.is_number and a.kind != "year" and "factor" not in c]
    assert len(figures) == 7
    for column in figures:
        stem = column.partition("_")[0]
        rows = countries[countries[column].notna()]
        assert len(rows) > 25, column
        assert (rows[f"{stem}_source"] != "").all()
        assert rows[f"{stem}_year"].isin(YEARS[stem]).all()
    assert countries["closure_factor"].isna().all(), "the formula, not our opinion, for the embedded network"
    assert countries["delay_factor"].isna().all()


def test_scores_are_in_their_ranges():
    countries = network()["countries"]
    wgi = countries[["wgi_political_stability", "wgi_rule_of_law"]]
    assert wgi.abs().max().max() < 3  # an estimate in standard deviations
    scores = countries[[c for c in countries if c.startswith("lpi_") and c not in ("lpi_year", "lpi_source")]]
    assert scores.min().min() >= 1
    assert scores.max().max() <= 5


@pytest.mark.parametrize("column", ["eaeu", "eu", "tir", "carec", "osjd", "cotif"])
def test_memberships_are_known_and_sourced(column):
    countries = network()["countries"]
    assert (countries[column] != "").all()
    assert (countries["membership_source"] != "").all()
    assert (countries[column] == "yes").any()


def test_nobody_is_in_two_customs_territories():
    countries = network()["countries"]
    assert not ((countries["eaeu"] == "yes") & (countries["eu"] == "yes")).any()


def dwell_hours(as_of: str) -> pd.DataFrame:
    """Dwell hours that ordinary shipments meet: at open borders, terminals and gauge changes."""
    made = co.load_network(as_of=as_of)
    frame = elements(made, co.Shipment("1xFEU").load(made)).frame
    return frame[frame["kind"].isin(["border", "load", "unload", "gauge-change"]) & frame["is_open"]]


@pytest.mark.parametrize("as_of", ["2022", "2026"])
def test_few_dwell_hours_are_general_knowledge_or_assumption(as_of):
    frame = dwell_hours(as_of)
    guessed = frame["time_source"].map(lambda cell: not split(cell) or bool({"K", "A"} & set(split(cell))))
    by_kind = guessed.groupby(frame["kind"].replace({"load": "terminal", "unload": "terminal"})).mean()
    assert guessed.mean() <= 0.4
    assert by_kind.max() <= 0.4, by_kind


def test_few_own_dwell_hours_are_general_knowledge_or_assumption():
    cells = []
    for table, hours, source in (
        ("crossings", ("dwell_hours_ab", "dwell_hours_ba"), "dwell_source"),
        ("terminals", ("dwell_load_hours", "dwell_unload_hours"), "dwell_source"),
        ("gauge_changes", ("change_hours",), "change_source"),
    ):
        frame = network()[table]
        cells += [s for column in hours for s in frame.loc[frame[column].notna(), source]]
    numbers = network()["parameters"]
    cells += list(numbers.loc[numbers["quantity"].str.contains("dwell_|change_hours"), "source"])
    guessed = [cell for cell in cells if {"K", "A"} & set(split(cell))]
    assert len(cells) >= 60
    assert len(guessed) <= 0.4 * len(cells)


def test_borders_inside_a_union_have_no_numbers_of_their_own():
    countries = network()["countries"].set_index("id")
    for row in network()["crossings"].itertuples():
        pair = [row.country_a, row.country_b]
        if (countries.loc[pair, "eu"] == "yes").all() or (countries.loc[pair, "eaeu"] == "yes").all():
            assert pd.isna(row.dwell_hours_ab) or row.dwell_source != "A", row.id
