"""Every shipped scenario touches something in the embedded network, and leaves it as it is."""

from __future__ import annotations

import functools

import pytest
from embedded import VANTAGES, network
from shipped import SCENARIOS

import corridor_opt as co
from corridor_opt.model.disruption import apply, resolve

# Scenarios that touch rows and yet change nothing, with the reason.
IDLE = {("2022", "lachin-open"): "the Lachin road was open, degraded, until December 2022"}


def printed(world: co.Network) -> dict[str, bytes]:
    """Every table to the byte, with its types."""
    return {name: (frame.to_csv() + str(frame.dtypes.to_dict())).encode() for name, frame in world.tables.items()}


def test_the_scenarios_that_were_asked_for_are_there():
    assert sorted(co.scenarios()["name"]) == sorted(["baseline", *SCENARIOS])


@functools.cache
def printed_base(as_of: str) -> dict[str, bytes]:
    """Print the base network of a vantage point before any scenario is applied."""
    return printed(network(as_of))


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("as_of", VANTAGES)
def test_a_scenario_touches_something_and_leaves_the_base(as_of, name):
    before, base, scenario = printed_base(as_of), network(as_of), co.load_scenario(name)
    changed, touched = scenario.apply(base)
    assert len(touched) == len(scenario.disruptions) > 0
    assert [line for line in touched if " -> 0 row" in line] == []
    assert (printed(changed) == before) == ((as_of, name) in IDLE)
    idle = [str(one) for one in scenario.disruptions if printed(apply(base, resolve(base, [one]))[0]) == before]
    assert bool(idle) == ((as_of, name) in IDLE), idle
    assert printed(base) == before
