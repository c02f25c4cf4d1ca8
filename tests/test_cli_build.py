"""`corridor-opt network build`, and networks by name."""

import errno
import json
import subprocess

import numpy as np
import pytest
import small_world

import corridor_opt as co
from corridor_opt.cli import main
from corridor_opt.errors import DataError
from corridor_opt.importers import cache as caches
from corridor_opt.importers import stages, world
from corridor_opt.importers.regions import Region
from corridor_opt.model import stored

pytest.importorskip("pyarrow", reason="needs the extra large")
pytest.importorskip("scipy", reason="needs the extra large")

BUILD = ["network", "build", "world", "--region", small_world.REGION, "--detail", "0.5"]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache with a network of a few hundred links, built once."""
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        small_world.install(patch, folder / "packages")
        patch.setenv(stored.VARIABLE, str(folder / "cache"))
        assert main(BUILD) == 0
    return folder / "cache"


@pytest.fixture
def built(monkeypatch, tmp_path, cache):
    """The same, with the packages and the cache found."""
    small_world.install(monkeypatch, tmp_path)
    monkeypatch.setenv(stored.VARIABLE, str(cache))
    return cache


def test_manifest_says_what_was_built(built):
    told = stored.read_manifest(built / "world")
    assert told["region"] == [43, 39, 52, 43]
    assert (told["detail"], told["cities"]) == (0.5, 100_000)
    assert set(told["stages"]) == set(world.STAGES)
    assert all(stage["seconds"] >= 0 and "said" in stage for stage in told["stages"].values())
    assert {"nodes.parquet", "bare/nodes.parquet", "NOTICE.md"} <= set(told["files"])
    assert "ODbL 1.0" in (built / "world" / "NOTICE.md").read_text()
    stored.check_stored(built / "world")


def test_routes_on_a_built_network(built):
    network = co.load_network("world-bare")
    assert network.read_from == "world-bare"
    front = co.find_routes(network, "Baku", "Tbilisi", criteria=("distance",), exclude=["mode:road"])
    assert front[0].values["distance"] == pytest.approx(1.05 * 475, rel=0.05)
    assert {leg.mode for leg in front[0].legs if leg.mode} == {"rail"}
    north = co.find_routes(network, "Yerevan", "Tbilisi", criteria=("distance",), exclude=["mode:road"])
    assert north[0].values["distance"] > 150


def test_no_way_leads_over_a_closed_border(built):
    for name in ("world", "world-bare"):
        network = co.load_network(name)
        nodes = network["nodes"].set_index("id")["country"]
        closed = [{"AM", "AZ"}, {"AM", "TR"}]
        links = network["links"]
        land = links[links["mode"].isin(["rail", "road"])]
        assert (nodes[land["from"]].to_numpy() == nodes[land["to"]].to_numpy()).all()
        crossings = network["crossings"]
        over = [{a, b} in closed for a, b in zip(crossings["country_a"], crossings["country_b"], strict=True)]
        assert not crossings.loc[over, "is_open"].any()
    bare = co.load_network("world-bare")["crossings"]
    assert {"AM", "AZ"} in [set(pair) for pair in zip(bare["country_a"], bare["country_b"], strict=True)]  # kept, shut


def test_report_says_what_each_stage_did(built, capsys):
    assert main(["network", "report", "world"]) == 0
    said = capsys.readouterr().out
    assert "world-rail: read" in said
    assert "links cross a border" in said
    assert main(["network", "report", "elsewhere"]) == 2


def test_second_build_takes_what_is_there(built, capsys):
    assert main(BUILD) == 0
    assert capsys.readouterr().out.count(" kept ") == len(world.STAGES)


def test_build_goes_on_after_an_interrupt(monkeypatch, tmp_path, capsys):
    small_world.install(monkeypatch, tmp_path / "packages")
    monkeypatch.setenv(stored.VARIABLE, str(tmp_path / "cache"))

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(world.stages, "sea", stop)
        assert main(BUILD) == 130
    assert not (tmp_path / "cache" / "world").exists()
    done = sorted(p.parent.name for p in (tmp_path / "cache" / caches.BUILDING / "world").glob("*/stage.json"))
    assert done == ["places", "rail", "road"]
    capsys.readouterr()
    assert main(BUILD) == 0
    assert capsys.readouterr().out.count(" kept ") == 3


def test_damaged_network_says_to_build_again(monkeypatch, built, tmp_path, capsys):
    copy = tmp_path / "cache"
    subprocess.run(["cp", "-r", built, copy], check=True)
    monkeypatch.setenv(stored.VARIABLE, str(copy))
    links = copy / "world" / "links.parquet"
    links.write_bytes(links.read_bytes()[:2000])
    with pytest.raises(DataError, match=r"not whole; build it again: corridor-opt network build world") as error:
        co.load_network("world")
    assert error.value.faults == ("links.parquet is damaged",)
    assert len(co.load_network("world-bare")["links"])  # its files are whole
    (copy / "world" / "manifest.json").write_text("{")
    with pytest.raises(DataError, match=r"manifest\.json is damaged"):
        co.load_network("world")
    assert main([*BUILD, "--cache", str(copy)]) == 0
    stored.check_stored(copy / "world")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["build", "world"], "--region is needed"),
        (["build", "wolrd", "--region", "1,2,3,4"], "did you mean 'world'"),
        (["build", "world", "--region", "62,36,38,45"], "180th meridian"),
        (["build", "world", "--region", "36,138,45,162"], "longitude and latitude mixed up"),
        (["build", "world", "--region", "1,2,3"], "not four numbers"),
        (["build", "world", "--region", "1,2,3,4", "--detail", "fine"], "--detail 'fine'"),
        (["build", "world", "--region", "1,2,3,4", "--cities", "5"], "--cities '5'"),
        (["build", "world", "--region", "1,2,3,4", "--name", "a/b"], "no name of a network"),
        (["build", "world", "--region", "1,2,3,4", "--name", ""], "no name of a network"),
        (["build", "world", "--region", "1,2,3,4", "--name", "x-bare"], "lies below 'x'"),
        (["build", "world", "--region", "1,2,nan,4"], "not four numbers"),
        (["build", "world", "--region", "-150,-40,-140,-30"], "no railway and no highway lies in the region"),
        (["remove"], "needs the NAME"),
        (["remove", "nothing"], "no network 'nothing'"),
        (["info", "wrld"], "did you mean 'world'"),
    ],
)
def test_bad_words_are_told(built, capsys, words, said):
    assert main(["network", *words]) == 2
    assert said in capsys.readouterr().err


def test_several_faults_are_told_at_once(built, capsys):
    assert main(["network", "build", "world", "--region", "200,2,3,91", "--detail", "x", "--cities", "y"]) == 2
    assert capsys.readouterr().err.count("\n  - ") == 5


def test_folder_of_something_else_is_not_touched(monkeypatch, built, tmp_path, capsys):
    (tmp_path / "cache" / "world").mkdir(parents=True)
    (tmp_path / "cache" / "world" / "letter.txt").write_text("dear")
    assert main([*BUILD, "--cache", str(tmp_path / "cache")]) == 2
    assert "a folder of something else" in capsys.readouterr().err
    assert (tmp_path / "cache" / "world" / "letter.txt").read_text() == "dear"


def test_file_wins_over_a_name(monkeypatch, built, tmp_path):
    monkeypatch.chdir(tmp_path)
    co.load_network().save(tmp_path / "world")
    assert co.load_network("world").name == "eurasia"


def test_removed_network_is_gone(monkeypatch, built, tmp_path, capsys):
    copy = tmp_path / "cache"
    subprocess.run(["cp", "-r", built, copy], check=True)
    monkeypatch.setenv(stored.VARIABLE, str(copy))
    assert stored.stored_names() == ["world", "world-bare"]
    assert main(["network", "remove", "world"]) == 0
    assert stored.stored_names() == []
    assert [p.name for p in copy.iterdir()] == [caches.BUILDING]
    assert json.dumps(str(copy / "world"))[1:-1] in capsys.readouterr().out


def test_a_region_without_railways_has_roads(monkeypatch, built):
    monkeypatch.setattr(stages, "clip", lambda draft, region: draft.kept(np.zeros(len(draft.nodes), bool), ""))
    region = Region(43, 39, 52, 43)
    empty = stages.land("rail", region, 0.5, stages.places(region, 100_000))
    assert (len(empty.links), len(empty.crossings), set(empty.links["mode"])) == (0, 0, set())


def test_a_full_disk_at_the_end_keeps_the_older_network(monkeypatch, built, capsys):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(world.shutil, "copy2", full)
    assert main(BUILD) == 2
    assert "the disk is full; --cache DIR" in capsys.readouterr().err
    stored.check_stored(built / "world")
    assert not list(built.glob(".writing-*"))
