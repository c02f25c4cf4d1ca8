"""A comparison says the same whether its scenarios are searched in turn, on threads or in other processes."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

import corridor_opt as co

SCENARIOS = ["baseline", "hormuz-closed", "azerbaijan-transit-closed+suez-blocked"]
WORDS = {"scenarios": SCENARIOS, "criteria": ("cost", "time")}


def test_scenarios_side_by_side(network):
    expected = co.compare_scenarios(network, "Mumbai", "Moscow", **WORDS).to_json()
    told = []
    threads = co.compare_scenarios(
        network, "Mumbai", "Moscow", threads=2, turn=lambda *said: told.append(said), **WORDS
    )
    assert threads.to_json() == expected
    assert told == [(number, 3, name) for number, name in enumerate(SCENARIOS, start=1)]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert co.compare_scenarios(network, "Mumbai", "Moscow", executor=pool, **WORDS).to_json() == expected


def test_a_scenario_without_a_route_is_told_as_in_turn(network):
    words = {"scenarios": ["baseline", "suez-blocked"], "exclude": ["country:IN"], "criteria": ("cost",)}
    here = co.compare_scenarios(network, "Mumbai", "Moscow", **words)
    there = co.compare_scenarios(network, "Mumbai", "Moscow", threads=2, **words)
    assert there.to_json() == here.to_json()
    assert {one.status for one in there.outcomes.values()} == {"no route"}


def test_workers_that_cannot_be_used_are_told_with_all_else(network):
    with pytest.raises(co.DataError) as caught:
        co.compare_scenarios(network, "Mumbai", "Moscow", scenarios=["baseline"], threads=0, creteria=("cost",))
    assert len(caught.value.faults) == 2
