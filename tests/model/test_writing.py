import os

import pytest

import corridor_opt as co
from corridor_opt.model.writing import replace_text


def test_text_is_written_whole_and_replaces(tmp_path):
    path = tmp_path / "answer.txt"
    replace_text(path, "old\n")
    assert replace_text(str(path), "café\n") == path
    assert path.read_bytes() == "café\n".encode()
    assert os.listdir(tmp_path) == ["answer.txt"]


def test_the_mode_of_an_old_file_is_kept(tmp_path):
    path = tmp_path / "answer.txt"
    path.write_text("old")
    path.chmod(0o640)
    replace_text(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("where", ["", "nowhere/answer.txt", "x" * 300])
def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path, monkeypatch, where):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(co.DataError, match="written"):
        replace_text(where, "text")
    assert os.listdir(tmp_path) == []


def test_a_folder_is_not_replaced(tmp_path):
    with pytest.raises(co.DataError, match="written"):
        replace_text(tmp_path, "text")


@pytest.mark.parametrize("name", ["folder", "net.gpkg", "net.parquet"])
def test_transit_closed_and_what_stands_survive_a_file(tmp_path, network, name):
    shut, _ = co.load_scenario("azerbaijan-transit-closed").apply(network)
    back = co.load_network(shut.save(tmp_path / name))
    assert back.standing == network.standing
    front = co.find_routes(back, "Mumbai", "Moscow", criteria=("cost", "time"))
    assert all("AZ" not in route.countries for route in front)
    assert "AZ" in co.find_routes(back, "Mumbai", "Baku", criteria=("cost",))[0].countries
