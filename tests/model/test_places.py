"""Names, codes and points become one node, or one error that suggests."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import corridor_opt as co
from corridor_opt.model.build import build
from corridor_opt.model.places import find_place
from corridor_opt.model.schema import schema


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("MOS", "MOS"),
        ("mos", "MOS"),
        ("Moscow", "MOS"),
        ("  mOsCoW ", "MOS"),
        ("Moskva", "MOS"),
        ("Mumbai", "MUM"),
        ("Bombay", "MUM"),
        ("IRBND", "BND"),
        ("IR BND", "BND"),
        ("ir bnd", "BND"),
        ("Bandar Abbas", "BND"),
        ("bandar   abbas", "BND"),
        ("Bandar Abbas, IR", "BND"),
        ("bandar abbas,ir", "BND"),
        ("Bändär Abbäs", "BND"),
        ("72.95,18.95", "MUM"),
        (" 72.95 , 18.95 ", "MUM"),
        ((72.95, 18.95), "MUM"),
    ],
)
def test_place_is_found_by_any_of_its_names(network, text, node):
    assert find_place(network, text).node == node


def look(network, text):
    """The place and no error, or no place and the error."""
    try:
        return find_place(network, text), None
    except co.UnknownPlaceError as error:
        return None, error


def test_every_id_names_its_node_and_every_name_names_its_node_or_says_which(network):
    for row in network["nodes"].iloc[::7].to_dict("records"):  # every seventh is enough and quick
        assert find_place(network, row["id"]).node == row["id"]
        place, error = look(network, row["name"])
        assert row["id"] == place.node if place else row["id"] in error.suggestions
        if row["unlocode"]:
            assert find_place(network, row["unlocode"]).node == row["id"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mumbay", "Mumbai"),
        ("Moskow", "Moscow"),
        ("Bandar Abas", "Bandar Abbas"),
        ("Teheran", "Tehran"),
        ("Novorosiysk", "Novorossiysk"),
        ("istambul", "Istanbul"),
        ("Yerevann", "Yerevan"),
    ],
)
def test_misspelt_place_suggests_the_nearest_name(network, text, name):
    place, error = look(network, text)
    if place:  # a spelling the network knows as an alias
        assert place.node == find_place(network, name).node
    else:
        assert f"'{text}'" in str(error)
        assert f"'{name}'" in str(error)
        assert name in error.suggestions


def test_what_is_suggested_is_known(network):
    for text in ("Mumbay", "Bandar Abas", "Sant Petersburg", "Khorgoss", "Astra", "Kapann", "Jolfaa"):
        _, error = look(network, text)
        assert error, text
        for name in error.suggestions:
            place, unclear = look(network, name)
            assert place or "could be" in str(unclear)


NO_PLACES = ["", "   ", ",", "'", "Мумбаи", "孟买", "💥", "x" * 2000, "Mumbai\x00", "country:AZ", None, 5]


@pytest.mark.parametrize("text", NO_PLACES)
def test_no_place_is_one_clear_error(network, text):
    with pytest.raises(co.UnknownPlaceError) as caught:
        find_place(network, text)
    assert "\n" not in str(caught.value)


def test_long_nonsense_is_refused_at_once_and_shortly(network):
    began = time.perf_counter()
    with pytest.raises(co.UnknownPlaceError) as caught:
        find_place(network, "Mumbai Moscow " * 5000)
    assert time.perf_counter() - began < 2
    assert len(str(caught.value)) < 1000


def test_ambiguous_place_names_the_ids():
    network = _towns(("ASA", "Astara", "TR1"), ("ASI", "Astara", "TR2"), ("BAK", "Baku", ""))
    with pytest.raises(co.UnknownPlaceError, match="could be") as caught:
        find_place(network, "astara")
    assert set(caught.value.suggestions) == {"ASA", "ASI"}
    assert all(i in str(caught.value) for i in caught.value.suggestions)
    assert find_place(network, "ASI").node == "ASI"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("18.95,72.83", "longitude comes first"),
        ((18.95, 72.83), "longitude comes first"),
        ("55.75,37.62", "longitude comes first"),
        ("200,95", "no point"),
        ("0,-91", "no point"),
        ("0,0", "km from the nearest terminal"),
        ("-30,-40", "km from the nearest terminal"),
        ((float("nan"), 5.0), "no point"),
        ((float("inf"), 5.0), "no point"),
        ((69.2, 150.0), "no point"),
    ],
)
def test_point_out_of_reach_says_why(network, text, said):
    with pytest.raises(co.UnknownPlaceError, match=said):
        find_place(network, text)


@pytest.mark.parametrize("point", [("a", "b"), (1,), (), (None, None), (1.0, 2.0, 3.0), ([1], [2])])
def test_what_is_no_point_is_refused(network, point):
    with pytest.raises(co.UnknownPlaceError):
        find_place(network, point)


def test_point_pays_for_its_way_to_the_terminal(network):
    here = find_place(network, "72.95,18.95")
    there = find_place(network, "72.95,18.75")
    assert 0 <= here.access_km < there.access_km < 50 * 1.5
    assert here.point == (72.95, 18.95)
    assert find_place(network, "Mumbai").access_km == 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=20) | st.tuples(st.floats(), st.floats()))
def test_anything_is_a_place_or_one_clear_error(network, text):
    place, error = look(network, text)
    assert place.node in set(network["nodes"]["id"]) if place else str(error)


def _towns(*rows):
    """A network of towns without links, as (id, name, unlocode)."""
    nodes = pd.DataFrame(
        [
            {
                "id": i,
                "name": name,
                "unlocode": code,
                "country": "TR",
                "lon": 30 + n,
                "lat": 39,
                "location_source": "K",
            }
            for n, (i, name, code) in enumerate(rows)
        ]
    )
    none = {t: pd.DataFrame(columns=list(schema(t)), dtype=object) for t in
            ("links", "crossings", "terminals", "gauge_changes", "geometry", "corridors")}  # fmt: skip
    return build({"nodes": nodes, **none}, name="towns")


def test_exact_id_wins_over_other_spellings():
    network = _towns(("a", "Alpha", ""), ("A", "Beta", ""), ("B", "a", ""), ("C", "Gamma", "TRA"), ("TRA", "Delta", ""))
    for node in ("a", "A", "B", "C", "TRA"):
        assert find_place(network, node).node == node
    assert find_place(network, "Alpha").node == "a"


def test_point_without_any_terminal_is_one_clear_error():
    with pytest.raises(co.UnknownPlaceError, match="terminal"):
        find_place(_towns(("a", "Alpha", "")), "30,39")
    empty = _towns(("a", "Alpha", "")).replace(nodes=_towns(("a", "Alpha", ""))["nodes"].iloc[:0])
    with pytest.raises(co.UnknownPlaceError):
        find_place(empty, "Alpha")
