"""How good a network is: what the report says of it is what stands in its tables."""

import json
import xml.etree.ElementTree as Tree

import numpy as np
import pytest

import corridor_opt as co
from corridor_opt.cli import main
from corridor_opt.errors import DataError
from corridor_opt.model.schema import open_statuses
from corridor_opt.results.lines import Page, on_page
from corridor_opt.results.quality import quality

pytest.importorskip("scipy", reason="pieces and gaps are found with scipy")


@pytest.fixture(scope="module")
def looked():
    return quality(
        co.load_network(), said=("one step",), overlay={"winner": "a", "base": "b", "missing": {"X-Y": "no"}}
    )


def test_numbers_are_those_of_the_tables(looked):
    network, told = co.load_network(), json.loads(looked.to_json())
    links = network["links"]
    by = {row["mode"]: row for row in told["counts"]}
    for mode, rows in links.groupby("mode"):
        assert by[mode]["links"] == len(rows)
        assert by[mode]["km"] == pytest.approx(rows["length_km"].sum())
    shut = network["crossings"]
    shut = shut[~shut["status"].isin(open_statuses())]
    assert sum(row["crossings"] for row in told["closed"]) == len(shut) > 0
    assert {row["link"] for row in told["doubtful"]} <= set(links["id"])
    assert told["overlay"]["missing"] == {"X-Y": "no"}
    assert told["said"] == ["one step"]


def test_faces_say_the_same(looked, tmp_path):
    with on_page(Page(width=100)):
        text = str(looked)
    assert max(map(len, text.splitlines())) <= 100
    html, page = looked.save_report(tmp_path / "q.html").read_text(), looked.save_report(tmp_path / "q.md").read_text()
    pairs = set(looked.survey.closed["pair"])
    for face in (text, html, page.replace("\\", "")):
        assert all(pair in face for pair in pairs)
        assert "one step" in face
        assert "X-Y" in face
    with pytest.raises(DataError, match="not str"):
        co.quality("world")
    with pytest.raises(DataError, match=r"q\.pdf"):
        looked.save_report(tmp_path / "q.pdf")


def test_picture_has_each_mode_and_each_closed_border(looked):
    drawn = Tree.fromstring(looked.picture())
    words = " ".join(e.text or "" for e in drawn.iter("{http://www.w3.org/2000/svg}text"))
    assert all(f"{mode}: " in words for mode in looked.survey.counts["mode"])
    marks = [e for e in drawn.iter("{http://www.w3.org/2000/svg}path") if e.get("stroke") == "#b00020"]
    assert 0 < marks[0].get("d").count("M") <= looked.survey.closed["crossings"].sum()
    points = looked.draft.points()
    assert np.isfinite(points).all()
    assert drawn.get("width") == "1280"


def test_command_writes_report_and_picture(tmp_path, capsys):
    out = [str(tmp_path / name) for name in ("n.json", "n.svg")]
    assert main(["network", "report", "--report", out[0], "--map", out[1]]) == 0
    assert capsys.readouterr().out.count("written: ") == 2
    assert json.loads((tmp_path / "n.json").read_text())["overlay"] is None
    assert main(["network", "report", "--report", "n.pdf", "--map", "n.gif"]) == 2
    said = capsys.readouterr().err
    assert "n.pdf" in said
    assert "n.gif" in said
