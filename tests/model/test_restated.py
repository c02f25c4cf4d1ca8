"""Elements of a network in which a scenario only opens and closes are those computed anew."""

from __future__ import annotations

import pandas as pd

import corridor_opt as co
from corridor_opt.model.elements import _elements, _restated, elements


def test_opening_and_closing_change_no_number(network):
    load = co.Shipment().load(network)
    elements(network, load, 2025)
    restated = set()
    for name in co.scenarios()["name"]:
        world, _ = co.load_scenario(name).apply(network)
        quick = _restated(world, load, 2025)
        if quick is None or world is network:
            continue
        restated.add(name)
        fresh = _elements(world, load, 2025)
        pd.testing.assert_frame_equal(quick.frame, fresh.frame, check_dtype=False)
        pd.testing.assert_frame_equal(quick.risk, fresh.risk)
    assert {"hormuz-closed", "azerbaijan-transit-closed", "zangezur-open"} <= restated
    assert not restated & {"maximum-pressure", "caspian-low-water", "iran-sanctions-lifted"}
