"""Every verb takes a draft of nothing, and one of a single link."""

import numpy as np
import pandas as pd
import pytest

from corridor_opt.errors import SchemaError
from corridor_opt.model.geography import is_position_name
from corridor_opt.model.joining.borders import borders
from corridor_opt.model.joining.bridges import bridge
from corridor_opt.model.joining.chains import contract, prune
from corridor_opt.model.joining.connect import connect
from corridor_opt.model.joining.countries import countries
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.ground import classes, gauges
from corridor_opt.model.joining.near import merge_near
from corridor_opt.model.joining.pieces import components, gaps
from corridor_opt.model.joining.snap import snap
from corridor_opt.model.joining.split import split
from corridor_opt.model.joining.survey import survey
from corridor_opt.model.joining.tidy import clip, tidy
from corridor_opt.model.joining.to_network import to_network

pytest.importorskip("scipy", reason="joining needs scipy, an extra")
SOURCES = pd.DataFrame({"id": ["T01"], "title": ["made for a test"], "year": ["2026"]})
PLACES = pd.DataFrame(
    {"id": ["TWN"], "name": ["Town"], "lon": [10.5], "lat": [50.01], "kind": ["city"], "country": "DE"}
)
VERBS = {
    "clip": lambda d: clip(d, region=(0, 40, 20, 60)),
    "tidy": tidy,
    "merge_near": lambda d: merge_near(d, km=1),
    "contract": contract,
    "prune": lambda d: prune(d, keep=np.ones(len(d.nodes), bool)),
    "bridge": lambda d: bridge(d, km=10),
    "countries": countries,
    "borders": borders,
    "gauges": gauges,
    "classes": classes,
    "connect": lambda d: connect(d, places=PLACES, modes=["rail", "road", "sea"], km=10),
    "split": lambda d: split(d, at=pd.DataFrame({"link": [], "share": []}))[0],
}


def draft(count):
    nodes = pd.DataFrame({"lon": [10.0, 11.0][: 2 * count], "lat": [50.0, 50.0][: 2 * count]}, dtype=float)
    links = pd.DataFrame({"start": [0], "end": [1], "mode": ["rail"], "length_km": [80.0], "direction": ["both"]})
    return Draft("small", nodes, links[:count], "T01", SOURCES)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_leaves_nothing_as_nothing(verb):
    made = VERBS[verb](draft(0))
    assert len(made.links) == 0
    assert len(made.nodes) == (verb == "connect")


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_keeps_a_single_link(verb):
    made = VERBS[verb](draft(1))
    assert made.links["length_km"].sum() == pytest.approx(80 + (verb == "connect") * 1.3 * 1.112, rel=1e-3)
    assert len(made.said) >= (verb != "split")


def test_questions_about_nothing():
    assert len(snap(draft(0), points=[(1, 2)], mode="rail", km=5)) == 0
    assert len(components(draft(0))) == 0
    assert len(gaps(draft(0), km=5, mode="rail")) == 0
    assert survey(draft(0)).said == ()
    with pytest.raises(SchemaError, match="no rows"):
        to_network(countries(draft(0)))


def test_all_verbs_one_after_another_make_a_network():
    made = draft(1)
    for verb in ("tidy", "clip", "countries", "borders", "gauges", "classes", "connect"):
        made = VERBS[verb](made)
    network = to_network(made, name="made")
    assert (network["links"]["class"] == "rail-europe").all()
    assert (network["links"]["gauge_mm"] == 1435).all()
    assert network["terminals"]["node"].tolist() == ["TWN"]
    assert len(network["links"]) == 3
    assert "junction 50.000 N 10.000 E" in set(network["nodes"]["name"])
    assert {name: is_position_name(name) for name in network["nodes"]["name"]} == {
        name: name.startswith("junction ") for name in network["nodes"]["name"]
    }
