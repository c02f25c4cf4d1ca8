"""Words that mean nothing are refused before a network is encoded: a large one takes half a minute."""

import pytest

import corridor_opt as co
from corridor_opt.errors import DataError
from corridor_opt.studies import task

PAIR = ("Baku", "Tbilisi")
PLACES = (["Baku"], ["Tbilisi"])


@pytest.mark.parametrize(
    ("study", "words", "said"),
    [
        (lambda n, **q: co.find_routes(n, *PAIR, **q), {"method": 0.05, "search_limits": 9, "progress": 3},
         ["method: Exact", "SearchLimits is needed", "progress: something to call"]),
        (lambda n, **q: co.find_routes(n, *PAIR, **q), {"slack": 2, "departure": "soon", "shipment": "1xFEU"},
         ["slack: 2", "'soon' is not a date", "a Shipment is needed"]),
        (lambda n, **q: co.compare_scenarios(n, *PAIR, scenarios=["baseline"], **q),
         {"method": 1, "turn": 3, "threads": 0, "wrong": 1}, ["method:", "turn:", "threads:", "takes no wrong"]),
        (lambda n, **q: co.robust_routes(n, *PAIR, **q), {"executor": 3, "progress": 3, "samples": -1},
         ["executor:", "progress:", "samples"]),
        (lambda n, **q: co.scenario_routes(n, *PAIR, scenarios=["baseline", "hormuz-closed"], **q),
         {"progress": 3, "avoid": ["country:TM"]}, ["progress:", "avoid 'country:TM'"]),
        (lambda n, **q: co.price_of_avoidance(n, *PAIR, "country:AM", **q), {"progress": 3, "method": "exact"},
         ["progress:", "method:"]),
        (lambda n, **q: co.why_not(n, *PAIR, "nowhere", **q), {"via": ["Atlantis"]}, ["nowhere", "Atlantis"]),
        (lambda n, **q: co.cost_matrix(n, *PLACES, **q), {"to": "no/folder/here", "threads": 0, "prices": "x"},
         ["there is no folder", "threads:", "prices:"]),
        (lambda n, **q: co.front_matrix(n, *PLACES, **q), {"method": 0.05, "search_limits": 9},
         ["method:", "SearchLimits"]),
        (lambda n, **q: co.check_overlay(n, n, pairs=[PAIR, ("Baku", "Atlantis")], **q), {"progress": 3, "method": 0},
         ["progress:", "no place 'Atlantis'", "method:"]),
    ],
)  # fmt: skip
def test_faults_are_told_before_a_network_is_encoded(monkeypatch, study, words, said):
    if "to" in words:
        pytest.importorskip("pyarrow", reason="a matrix in parts is written with pyarrow")
    monkeypatch.setattr(task, "encode", lambda network: pytest.fail("encoded"))
    with pytest.raises(DataError) as error:
        study(co.load_network(), **words)
    assert [part for part in said if part not in str(error.value)] == []
