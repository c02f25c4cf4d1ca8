"""Downloads happen only when asked, ask for what freight needs, and say clearly why there is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor_opt.errors import DataError
from corridor_opt.importers.osm_download import download_osm

ox = pytest.importorskip("osmnx", reason="needs the extra osm")
BOX = (46.0, 38.8, 46.7, 39.4)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "one of place, bbox and polygon is needed, not none"),
        ({"place": "Meghri", "bbox": BOX}, "not place and bbox"),
        ({"bbox": (38.8, 46.0, 39.4)}, "is not \\(west"),
        ({"bbox": (46.7, 38.8, 46.0, 39.4)}, "west < east"),
        ({"place": " "}, "the name of an area is needed"),
        ({"polygon": BOX}, "Polygon or MultiPolygon of shapely is needed, not tuple"),
        ({"bbox": BOX, "roads": 5}, "not 5"),
        ({"bbox": BOX, "roads": "motorwya"}, "did you mean 'motorway'"),
        ({"bbox": BOX, "roads": "", "rail": False, "ferries": False}, "nothing to download"),
    ],
)
def test_what_cannot_be_asked(asked, said):
    with pytest.raises(DataError, match=said):
        download_osm(**asked)


def test_offline_is_one_clear_error_and_settings_stay(monkeypatch):
    import requests

    before = (list(ox.settings.useful_tags_way), ox.settings.all_oneway, ox.settings.use_cache)

    def offline(*args, **kwargs):
        raise requests.exceptions.ConnectionError("no route to host")

    for name in ("get", "post"):
        monkeypatch.setattr(requests, name, offline)
    for asked in ({"place": "Meghri, Armenia"}, {"bbox": BOX}):
        with pytest.raises(DataError, match="cannot be reached"):
            download_osm(**asked)
    assert (list(ox.settings.useful_tags_way), ox.settings.all_oneway, ox.settings.use_cache) == before


@pytest.fixture
def online(monkeypatch):
    import requests

    monkeypatch.setattr(requests, "get", lambda *args, **kwargs: None)


def test_an_area_where_nothing_is(monkeypatch, online):
    def nothing(*args, **kwargs):
        raise ValueError("Found no graph nodes within the requested polygon.")

    monkeypatch.setattr(ox, "graph_from_bbox", nothing)
    with pytest.raises(DataError, match="gave nothing for this bbox"):
        download_osm(bbox=BOX)


def test_what_is_asked_of_the_map(monkeypatch, online):
    asked = {}

    def answer(box, **options):
        asked.update(options, box=box, tags=list(ox.settings.useful_tags_way), one_way=ox.settings.all_oneway)
        return "graph"

    monkeypatch.setattr(ox, "graph_from_bbox", answer)
    assert download_osm(bbox=BOX, roads="trunk", ferries=False) == "graph"
    assert asked["box"] == BOX
    assert '["highway"~"^(trunk|trunk_link)$"]' in asked["custom_filter"]
    assert not any("ferry" in one for one in asked["custom_filter"])
    assert {"gauge", "electrified", "maxspeed"} <= set(asked["tags"])
    assert asked["one_way"]
    assert not asked["simplify"]
    assert asked["retain_all"]


def test_reading_a_file_asks_nobody(monkeypatch):
    import requests

    from corridor_opt.importers.osm_graph import read_graph

    monkeypatch.setattr(requests.sessions.Session, "request", lambda *a, **k: pytest.fail("the internet was asked"))
    assert len(read_graph(Path(__file__).parent / "data" / "small.osm"))
