"""Any number of hazards is searched exactly, not refused."""

from __future__ import annotations

import numpy as np
import pytest

import corridor_opt as co
from corridor_opt.model.closures import closure_nepers


def many(network, number):
    """Hazards that each cover a few links, drawn with a seed."""
    rng = np.random.default_rng(number)
    ids = network["links"]["id"].tolist()
    made = []
    for i in range(number):
        links = tuple(ids[j] for j in rng.choice(len(ids), 40, replace=False))
        where = co.Selector({"link": links})
        made.append(co.Hazard(f"h{i}", where, mean_days=10, per_year=float(rng.uniform(0.05, 2)), close=True))
    return co.HazardSet(f"{number} made up", tuple(made))


@pytest.mark.parametrize("number", [65, 200])
def test_many_hazards_touch_one_pair(network, number):
    hazards = many(network, number)
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "risk"), hazards=hazards)
    assert front.status == "complete"
    covered = {hazard.name: set(hazard.where.keys["link"]) for hazard in hazards}
    weight = {hazard.name: closure_nepers(hazard.per_year, hazard.mean_days) for hazard in hazards}
    touched = set()
    for route in front:
        used = {link for leg in route.legs for link in leg.links}
        met = {name for name, links in covered.items() if links & used}
        parts = {part["name"]: part["probability"] for part in route.risk_parts}
        assert met == {name for name in parts if not name.startswith("background")}
        for name in met:
            assert parts[name] == pytest.approx(-np.expm1(-weight[name]), abs=2e-6)
        touched |= met
    values = front.values[["cost", "risk"]].to_numpy()
    assert (np.diff(values[:, 0]) > 0).all()
    assert (np.diff(values[:, 1]) < 0).all()
    assert len(touched) > number / 3, "many of them lie on a route of the front"
