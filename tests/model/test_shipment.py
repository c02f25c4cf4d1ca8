"""A shipment says what is wrong with it, all at once, and loads in the units of the rates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corridor_opt as co
from corridor_opt.model.shipment import Shipment


@pytest.mark.parametrize(
    ("containers", "teu"),
    [
        ("1xFEU", 2),
        ("3xTEU", 3),
        ("1xFEU+1xTEU", 3),
        (" 2 x 40HQ ", 4),
        ("2*20ft", 2),
        ("1feu", 2),
        ("0.5xFEU", 1),
        ("10xFEU+10xTEU", 30),
    ],
)
def test_containers_count_in_teu(network, containers, teu):
    assert Shipment(containers).load(network).teu == teu


def test_usual_load_stands_in_for_tonnes_and_tonnes_for_containers(network):
    usual = Shipment("2xFEU").load(network)
    assert usual.tonnes == 2 * Shipment("1xFEU").load(network).tonnes > 0
    assert Shipment("2xFEU", tonnes=7).load(network).tonnes == 7
    alone = Shipment("", tonnes=usual.tonnes).load(network)
    assert alone.teu >= 1
    assert alone.tonnes == usual.tonnes
    assert Shipment("", tonnes=0.1).load(network).teu == 1


def test_trucks_are_whole(network):
    loads = [Shipment(f"{n}xTEU").load(network) for n in range(1, 8)]
    assert all(load.trucks == int(load.trucks) >= 1 for load in loads)
    assert [load.trucks for load in loads] == sorted(load.trucks for load in loads)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"containers": "1xFU"}, "did you mean 'FEU'"),
        ({"containers": "FEU"}, "such as 1xFEU"),
        ({"containers": "1xFEU+"}, "such as 1xFEU"),
        ({"containers": "-1xFEU"}, "such as 1xFEU"),
        ({"containers": "0xFEU"}, "between 0 and a million"),
        ({"containers": "2000000xTEU"}, "between 0 and a million"),
        ({"containers": "9" * 400 + "xFEU"}, "between 0 and a million"),
        ({"containers": "½xFEU"}, "such as 1xFEU"),
        ({"containers": None}, "such as 1xFEU"),
        ({"containers": ""}, "containers or tonnes"),
        ({"containers": "  "}, "containers or tonnes"),
        ({"tonnes": 0}, "tonnes"),
        ({"tonnes": -3}, "tonnes"),
        ({"tonnes": float("nan")}, "tonnes"),
        ({"tonnes": float("inf")}, "tonnes"),
        ({"tonnes": "5"}, "tonnes"),
        ({"tonnes": True}, "tonnes"),
        ({"tonnes": 1e300}, "tonnes"),
        ({"tonnes": 10**400}, "tonnes"),
        ({"value_usd": 0}, "value_usd"),
        ({"value_usd": -80_000}, "value_usd"),
        ({"value_usd": float("nan")}, "value_usd"),
        ({"value_usd": 10**400}, "value_usd"),
        ({"service": "blocktrain"}, "did you mean 'block-train'"),
        ({"service": "Ordinary"}, "did you mean 'ordinary'"),
        ({"service": ""}, "ordinary"),
        ({"service": None}, "ordinary"),
        ({"service": ["ordinary"]}, "service"),
    ],
)
def test_bad_shipment_is_refused_in_one_sentence(words, said):
    with pytest.raises(co.DataError) as caught:
        Shipment(**words)
    assert said in str(caught.value)
    assert len(caught.value.faults) == 1


def test_every_fault_is_told_at_once():
    with pytest.raises(co.DataError) as caught:
        Shipment("1xFU", tonnes=-1, value_usd=float("nan"), service="blok-train")
    assert len(caught.value.faults) == 4
    for word in ("FU", "tonnes", "value_usd", "'block-train'"):
        assert word in str(caught.value)


def test_numbers_of_numpy_are_numbers(network):
    import numpy as np

    assert Shipment("1xFEU", tonnes=np.int64(12), value_usd=np.float64(8e4)).load(network).tonnes == 12


@given(st.text(max_size=12), st.floats() | st.none() | st.integers(), st.text(max_size=12))
def test_any_words_make_a_shipment_or_one_clear_error(containers, number, service):
    made, faults = None, ()
    try:
        made = Shipment(containers, number, number, service)
    except co.DataError as error:
        faults = error.faults
    assert faults or made.service in ("ordinary", "block-train")


def test_tonnes_without_containers_are_boxes_of_20_feet(network):
    """One TEU is one TEU, however it is said."""
    said, asked = (Shipment(containers, tonnes=14).load(network) for containers in ("2xTEU", ""))
    one = Shipment("1xTEU", tonnes=1).load(network)
    assert Shipment("", tonnes=1).load(network) == one
    assert asked.small == asked.teu >= 1
    assert said.small == 2


@pytest.mark.parametrize(
    ("containers", "tonnes", "needed"),
    [("1xFEU", 1e6, "31250 containers"), ("1xTEU", 60, "2 containers"), ("2xTEU+1xFEU", 96.5, "4 containers")],
)
def test_more_than_boxes_take_is_refused(containers, tonnes, needed):
    with pytest.raises(co.DataError) as caught:
        Shipment(containers, tonnes=tonnes)
    assert len(caught.value.faults) == 1
    assert "at most 32 t" in str(caught.value)
    assert needed in str(caught.value)


@pytest.mark.parametrize(("containers", "tonnes"), [("1xTEU", 28), ("1xFEU", 32), ("3xTEU", 96), ("", 1e6)])
def test_what_boxes_take_is_accepted(containers, tonnes):
    assert Shipment(containers, tonnes=tonnes).tonnes == tonnes
