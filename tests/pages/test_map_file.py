"""The file of a map page, without a browser."""

from __future__ import annotations

import json
import math
import os
import re

import numpy as np
import pytest
from pages.map_sample import sample
from pages.page_parts import Scripts, data_of

from corridor_opt.errors import DataError
from corridor_opt.results import maps


def test_page_asks_for_nothing_outside_itself():
    page = maps.map_html(sample())
    assert Scripts(page).loads == ["data:,"]
    library = Scripts(page).scripts[3]
    assert library.lstrip().startswith("// https://d3js.org v7")
    page = page.replace(library, "")  # what d3 could do is forbidden to it by the policy below
    assert not re.search(r"https?://|@import|url\(|fetch\(|XMLHttpRequest|innerHTML|\beval\(", page)
    assert "default-src 'none'" in page
    assert page.isascii()


def test_page_is_small():
    assert len(maps.map_html(sample())) < 700_000


def test_no_text_can_leave_its_script_element():
    nasty = "</script><script>alert(1)</script><!-- <![CDATA[ {{document}} & \u2028 \U0001f682 عربي"
    document = sample()
    document["title"] = nasty
    document["notes"] = [nasty]
    document["nodes"][0]["name"] = nasty
    page = maps.map_html(document)
    parsed = Scripts(page)
    assert len(parsed.scripts) == 5
    data = data_of(page)
    assert data["notes"] == [nasty]
    assert data["nodes"][0]["name"] == nasty
    assert "<!--" not in page
    assert page.isascii()


def test_lines_are_stored_once_and_may_run_backwards():
    there = [[10.0, 50.0], [11.0, 51.0], [11.0, 51.0], [12.00004, 50.0]]
    legs = [
        {"kind": "haul", "mode": "rail", "from": "A", "to": "B", "values": {}, "lines": [there]},
        {
            "kind": "haul",
            "mode": "rail",
            "from": "B",
            "to": "A",
            "values": {},
            "lines": [there[::-1], [[1, 2]]],
        },
    ]
    document = {
        "title": "t",
        "groups": [{"name": "g", "routes": [{"name": "1", "values": {}, "legs": [0, 1]}]}],
        "legs": legs,
    }
    data = data_of(maps.map_html(document))
    assert data["shapes"] == [[[10.0, 50.0], [11.0, 51.0], [12.0, 50.0]]]
    assert [leg["lines"] for leg in data["legs"]] == [[0], [-1]]
    assert data["links"] == data["nodes"] == data["notes"] == []


def test_numbers_of_numpy_and_numbers_that_are_none():
    values = {
        "cost": np.float64(3.25),
        "time": np.int64(7),
        "risk": math.inf,
        "distance": np.float32(2),
        "emissions": math.nan,
    }
    document = {
        "title": "t",
        "groups": [{"name": "g", "routes": [{"name": "1", "values": values, "legs": []}]}],
    }
    data = data_of(maps.map_html(document))
    expected = {"cost": 3.25, "time": 7, "risk": None, "distance": 2.0, "emissions": None}
    assert data["groups"][0]["routes"][0]["values"] == expected


def test_a_document_without_groups_is_refused():
    with pytest.raises(DataError, match="at least one group"):
        maps.map_html({"title": "t", "groups": []})


def test_save_map_replaces_the_old_file(tmp_path):
    path = tmp_path / "map.html"
    path.write_text("old")
    assert maps.save_map(str(path), sample()) == path
    assert path.read_text().startswith("<!doctype html>")
    assert [p.name for p in tmp_path.iterdir()] == ["map.html"]


@pytest.mark.parametrize("name", ["missing/map.html", "file/map.html", "folder"])
def test_save_map_says_why_it_cannot_write(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot write the map to") as caught:
        maps.save_map(tmp_path / name, sample())
    assert "\n" not in str(caught.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


def test_save_map_keeps_the_old_file_when_writing_fails(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "map.html"
    path.write_text("old")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(DataError, match="No space left on device"):
        maps.save_map(path, sample())
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["map.html"]


def test_outlines_show_the_caucasus():
    parsed = json.loads(Scripts(maps.map_html(sample())).scripts[0])
    countries = {country["name"]: country for country in parsed["countries"]}
    assert {"Armenia", "Azerbaijan", "Georgia", "Iran", "South Africa", "North Macedonia"} <= set(countries)
    sizes = {
        name: sum(
            len(parsed["arcs"][i if i >= 0 else ~i]) // 2
            for polygon in countries[name]["polygons"]
            for ring in polygon
            for i in ring
        )
        for name in ("Armenia", "Azerbaijan", "Georgia")
    }
    assert min(sizes.values()) > 40
    lon, lat = countries["Armenia"]["label"]
    assert 44 < lon < 46
    assert 39.5 < lat < 41
