"""Orders of a front, against numbers worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import pytest

from corridor_opt.errors import DataError
from corridor_opt.model.criteria import CRITERIA, STANDARD
from corridor_opt.results.front import Front


def front(routes: Sequence[tuple[float, float]], criteria: tuple[str, ...] = ("cost", "time")) -> Front:
    """A front of routes of one step each, with these costs and times."""
    rows = [dict.fromkeys(CRITERIA, 0.0) | {"route": i, "cost": c, "time": t} for i, (c, t) in enumerate(routes)]
    return Front(
        head={},
        criteria=criteria,
        status="complete",
        reason=None,
        proven=None,
        network=None,
        steps=pd.DataFrame(rows),
        causes=pd.DataFrame(columns=["route", "cause", "nepers"]),
        notices=[[] for _ in routes],
    )


THREE = front([(100, 30), (150, 20), (300, 10)])


def places(ranked: pd.DataFrame) -> list[int]:
    return ranked["route"].tolist()


def scores(ranked: pd.DataFrame) -> list[float]:
    """In the order of the front."""
    return ranked.sort_values("route")["score"].tolist()


def test_weighted():
    # costs scaled to 0, 0.25, 1 and times to 1, 0.5, 0
    ranked = THREE.rank({"cost": 1, "time": 1})
    assert scores(ranked) == pytest.approx([0.5, 0.375, 0.5])
    assert places(ranked) == [1, 0, 2], "ties stay in the order of the front"
    assert scores(THREE.rank({"cost": 3, "time": 1})) == pytest.approx([0.25, 0.3125, 0.75])
    assert places(THREE.rank({"cost": 3, "time": 1})) == [0, 1, 2]
    assert places(THREE.rank({"cost": 1, "time": 3})) == [2, 1, 0]


def test_weights_are_shares():
    assert scores(THREE.rank({"cost": 0.3, "time": 0.1})) == pytest.approx(scores(THREE.rank({"cost": 3, "time": 1})))
    assert places(THREE.rank()) == places(THREE.rank({"cost": 5, "time": 5}))
    assert scores(THREE.rank(["cost", "time"])) == pytest.approx([0.5, 0.375, 0.5])


def test_weight_of_nothing():
    assert scores(THREE.rank({"cost": 1, "time": 0})) == pytest.approx([0, 0.25, 1])
    assert places(THREE.rank({"cost": 0, "time": 1})) == [2, 1, 0]
    for method in ("weighted", "topsis", "knee"):
        assert places(THREE.rank({"time": 1, "cost": 0}, method=method))[0] == 2
        with pytest.raises(DataError, match="all weights are 0"):
            THREE.rank({"cost": 0, "time": 0}, method=method)


def test_topsis():
    # lengths of the columns: 350 and sqrt(1400); by hand, for equal weights:
    long = math.sqrt(1400)
    best = [math.hypot(0, 20 / long), math.hypot(50 / 350, 10 / long), math.hypot(200 / 350, 0)]
    worst = [math.hypot(200 / 350, 0), math.hypot(150 / 350, 10 / long), math.hypot(0, 20 / long)]
    expected = [b / (b + w) for b, w in zip(best, worst, strict=True)]
    assert expected[1] == pytest.approx(0.375)
    ranked = THREE.rank({"cost": 1, "time": 1}, method="topsis")
    assert scores(ranked) == pytest.approx(expected)
    assert places(ranked) == [1, 0, 2]
    assert places(THREE.rank({"cost": 9, "time": 1}, method="topsis")) == [0, 1, 2]


def test_knee():
    ranked = THREE.rank(method="knee")
    assert scores(ranked) == pytest.approx([0.5, math.hypot(0.125, 0.25), 0.5])
    assert places(ranked) == [1, 0, 2]


def test_lexicographic():
    assert places(THREE.rank(["time", "cost"], method="lexicographic")) == [2, 1, 0]
    tied = front([(100, 30), (100, 20), (90, 40), (100, 20)])
    ranked = tied.rank(["cost", "time"], method="lexicographic")
    assert places(ranked) == [2, 1, 3, 0]
    assert ranked["score"].tolist() == [1, 2, 3, 4]
    assert places(tied.rank(["time"], method="lexicographic")) == [1, 3, 0, 2]


def test_lexicographic_does_not_ignore_weights():
    """Weights are refused, or the heaviest comes first; how they are written down is no preference."""
    try:
        ordered = THREE.rank({"cost": 1, "time": 2}, method="lexicographic")
    except DataError:
        return
    assert places(ordered) == [2, 1, 0]


@pytest.mark.parametrize("method", ["weighted", "topsis", "lexicographic", "knee"])
def test_alone_or_all_alike(method):
    assert places(front([(100, 30)]).rank(method=method)) == [0]
    alike = front([(100, 30), (100, 30)]).rank({"cost": 1, "time": 2}, method=method)
    assert places(alike) == [0, 1]
    assert alike["score"].notna().all()


def test_any_criterion_ranks_and_values_are_shown():
    ranked = THREE.rank({"emissions": 1, "cost": 1})
    assert list(ranked.columns) == ["route", "score", *STANDARD]
    assert ranked["cost"].tolist() == [100, 150, 300]


def test_the_front_stays_as_it_is():
    before = THREE.values.copy()
    THREE.rank({"time": 1}, method="topsis")
    pd.testing.assert_frame_equal(THREE.values, before)
    assert [r.number for r in THREE] == [0, 1, 2]


def test_every_fault_of_a_ranking_at_once():
    with pytest.raises(DataError) as caught:
        THREE.rank({"costs": 1, "time": -1, "risk": float("nan")}, method="topsi")
    said = " ".join(caught.value.faults)
    for word in ("topsis", "'cost'", "weight of time", "weight of risk"):
        assert word in said
    with pytest.raises(DataError, match="give numbers by criterion"):
        THREE.rank("cost=2")
    with pytest.raises(DataError, match="weight of cost"):
        THREE.rank({"cost": True})
