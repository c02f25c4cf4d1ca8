"""Matrices say what single questions say, go on where they were stopped, and lose nothing."""

from __future__ import annotations

import json
import math
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest

import corridor_opt as co
from corridor_opt.results import matrix_parts

ORIGINS = ["Mumbai", "Baku", "Tehran", "37.6,55.7"]
DESTINATIONS = ["Moscow", "Istanbul", "Baku", "Yerevan", "Urumqi"]


def alone(network, row, criteria, words):
    """What `find_routes` says of a row's pair: values of its first route, or None."""
    try:
        return co.find_routes(network, row.origin, row.destination, criteria=criteria, **words).values.iloc[0]
    except co.NoRouteError:
        return None


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        ("cost", {}),
        ("time", {"departure": "2026-01-15", "scenario": "suez-blocked", "avoid": ["country:TR=24h"]}),
        ("risk", {}),
        ("delay", {"exclude": ["mode:road"]}),
        ("cost", {"compliance": "us+eu", "shipment": co.Shipment(value_usd=80_000)}),
        ("cost", {"limits": {"time": "22 d"}, "hazards": "none"}),
        ("time", {"limits": {"time": "20 d"}, "via": ["Baku"]}),
        ("emissions", {"scenario": "azerbaijan-transit-closed"}),
    ],
)
def test_each_pair_is_as_asked_by_itself(network, criterion, words):
    matrix = co.cost_matrix(network, ORIGINS, DESTINATIONS, criterion=criterion, **words)
    frame = matrix.to_frame()
    assert list(zip(frame["origin"], frame["destination"], strict=True)) == [
        (o, d) for o in ORIGINS for d in DESTINATIONS
    ]
    ways = 0
    for row in frame.sample(8, random_state=3).itertuples():
        best = alone(network, row, (criterion,), words)
        if best is None:
            assert (row.status, math.isnan(row.cost)) == ("no route", True)
            assert row.reason
        else:
            assert row.status == "complete"
            assert getattr(row, criterion) == pytest.approx(best[criterion], abs=2e-6)
            ways += 1
    assert ways
    table = matrix.pivot()
    assert list(table.index) == ORIGINS
    assert list(table.columns) == DESTINATIONS


def test_values_are_those_of_one_route(network):
    """What stands beside the criterion belongs to a route of that cost: it is on the front of both criteria."""
    frame = co.cost_matrix(network, ["Mumbai"], ["Moscow", "Tashkent"]).to_frame()
    for row in frame.itertuples():
        front = co.find_routes(network, row.origin, row.destination, criteria=("cost", "time", "distance", "emissions"))
        same = front.values[np.isclose(front.values["cost"], row.cost, atol=1e-6)]
        assert (same["time"] <= row.time + 1e-6).any()
        assert (same["distance"] <= row.distance + 1e-6).any()


def test_fronts_are_as_asked_by_themselves(network):
    for words in ({}, {"limits": {"time": "30 d"}, "criteria": ("cost", "risk")}, {"method": co.Bounded(0.05)}):
        words = {"criteria": ("cost", "time"), **words}
        frame = co.front_matrix(network, ["Mumbai", "Baku", "Urumqi"], ["Moscow", "Baku"], **words).to_frame()
        names = list(words["criteria"])
        for (origin, destination), rows in frame.groupby(["origin", "destination"]):
            values = rows[names].to_numpy()
            try:
                front = co.find_routes(network, origin, destination, **words)
            except co.NoRouteError:
                assert rows["route"].tolist() == [0]
                assert rows["status"].tolist() == ["no route"]
                continue
            assert rows["route"].tolist() == list(range(1, len(rows) + 1))
            exact = front.values[names].to_numpy()
            if "method" not in words:
                assert np.allclose(values, exact, atol=2e-6)
            else:
                assert all((values <= 1.05 * point + 1e-6).all(axis=1).any() for point in exact)


# places and words that do not fit -----------------------------------------------------------------------


def test_every_fault_is_told_at_once(network, tmp_path):
    with pytest.raises(co.DataError) as caught:
        co.cost_matrix(
            network,
            ["Mumbay", "Baku", "Baku"],
            ["Moscow", "MOS", "Nowhere City"],
            criterion="csot",
            scenario="hormuz-closd",
            frobnicate=1,
            threads=0,
            to=tmp_path / "none" / "x.csv",
        )
    said = "\n".join(caught.value.faults)
    for word in ("Mumbai", "'Baku' stands twice", "'MOS' is 'Moscow'", "Nowhere City", "csot", "hormuz-closed", "frob"):
        assert word in said, said
    assert "threads" in said
    assert "there is no folder" in said
    for origins in ([], "Baku", None):
        with pytest.raises(co.DataError, match="origins: "):
            co.cost_matrix(network, origins, ["Moscow"])


def test_what_stopped_is_marked(network):
    frame = co.front_matrix(network, ["Mumbai"], ["Moscow"], search_limits=co.SearchLimits(labels=0)).to_frame()
    assert frame["status"].tolist() == ["limit"]
    assert "before the first" in frame["reason"][0]
    risky = co.cost_matrix(
        network, ["Mumbai"], ["Moscow"], criterion="risk", search_limits=co.SearchLimits(labels=0)
    ).to_frame()
    best = co.find_routes(network, "Mumbai", "Moscow", criteria=("risk",)).values["risk"].iloc[0]
    assert risky["status"].tolist() == ["limit"]
    assert risky["risk"][0] >= best - 1e-9, "the shortest path is a route all the same"


# answers on disk ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def here(network):
    return co.cost_matrix(network, ORIGINS, DESTINATIONS, criterion="risk", threads=1).to_frame()


def ask(network, to, **words):
    return co.cost_matrix(network, ORIGINS, DESTINATIONS, **{"criterion": "risk", "to": to, "threads": 1} | words)


def test_a_run_that_was_stopped_goes_on(network, here, tmp_path):
    pytest.importorskip("pyarrow", reason="parts are Parquet")
    folder = tmp_path / "matrix.parquet"

    def stop(done, pairs):
        if done >= 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(network, folder, progress=stop)
    kept = {path: path.stat().st_mtime_ns for path in folder.glob("part-*")}
    assert len(kept) == 2
    assert not json.loads((folder / "_manifest.json").read_text("utf-8"))["complete"]
    told = []
    found = ask(network, folder, progress=lambda done, pairs: told.append((done, pairs)))
    assert told == [(10, 20), (15, 20), (20, 20)]
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "what was whole is not computed again"
    pd.testing.assert_frame_equal(found.to_frame(), here)
    pd.testing.assert_frame_equal(pd.read_parquet(folder), here)
    assert str(folder) in str(found)
    with pytest.raises(co.DataError, match="another question") as caught:
        ask(network, folder, scenario="suez-blocked")
    assert "suez-blocked" in str(caught.value)
    part = folder / "part-00001.parquet"
    part.write_bytes(part.read_bytes()[:-9])
    with pytest.warns(RuntimeWarning, match="damaged and is computed again"):
        pd.testing.assert_frame_equal(ask(network, folder).to_frame(), here)
    again = ask(network, folder, scenario="azerbaijan-transit-closed", resume=False).to_frame()
    assert not again["risk"].equals(here["risk"])
    assert len(list(folder.iterdir())) == 5


def test_folders_that_cannot_be_used_are_refused(network, tmp_path):
    pytest.importorskip("pyarrow", reason="parts are Parquet")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "_manifest.json").write_text("{")
    for name, said in (
        ("file", "is a file"),
        ("full", "other files"),
        ("odd", "cannot be read"),
        ("none/matrix", "no folder"),
        ("matrix.xlsx", "a .csv or a .json file"),
    ):
        with pytest.raises(co.DataError, match=said):
            ask(network, tmp_path / name)
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"


def test_a_full_disk_at_the_start_leaves_no_folder(network, tmp_path, monkeypatch):
    pytest.importorskip("pyarrow", reason="parts are Parquet")

    def full(*_):
        raise co.DataError("no space left")

    monkeypatch.setattr(matrix_parts, "replace_text", full)
    with pytest.raises(co.DataError, match="no space left"):
        ask(network, tmp_path / "matrix")
    assert not list(tmp_path.iterdir())


def test_a_full_disk_keeps_whole_parts(network, here, tmp_path, monkeypatch):
    pytest.importorskip("pyarrow", reason="parts are Parquet")
    write, written = pd.DataFrame.to_parquet, []

    def full(frame, path, **options):
        if len(written) == 2:
            path.write_bytes(b"PAR1 half")
            raise OSError(28, "No space left on device")
        written.append(path)
        write(frame, path, **options)

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(co.DataError, match="No space left on device; 2 of 4 parts are whole"):
        ask(network, tmp_path / "matrix")
    monkeypatch.undo()
    assert sorted(path.name for path in (tmp_path / "matrix").iterdir()) == [
        "_manifest.json",
        "part-00000.parquet",
        "part-00001.parquet",
    ]
    pd.testing.assert_frame_equal(ask(network, tmp_path / "matrix").to_frame(), here)


def test_small_ones_are_single_files(network, tmp_path):
    matrix = co.cost_matrix(network, ["Mumbai"], ["Moscow", "Baku"], to=tmp_path / "m.csv")
    assert pd.read_csv(tmp_path / "m.csv")["cost_usd"].tolist() == pytest.approx(matrix.to_frame()["cost"].tolist())
    fronts = co.front_matrix(network, ["Mumbai"], ["Moscow"], to=tmp_path / "f.json")
    told = json.loads((tmp_path / "f.json").read_text("utf-8"))
    assert [row["values"]["cost"] for row in told["rows"]] == fronts.to_frame()["cost"].tolist()
    assert told["criteria"][0] == {"name": "cost", "unit": "USD"}
    assert len(matrix.front("Mumbai", "Baku")) == 1
    with pytest.raises(co.DataError, match="did you mean 'Mumbai'"):
        matrix.front("Mumba", "Baku")
    assert fronts.pivot("routes").loc["Mumbai", "Moscow"] == len(fronts.to_frame())
    with pytest.raises(co.DataError, match="did you mean 'cost'"):
        matrix.pivot("csot")


# beyond one process -------------------------------------------------------------------------------------


def test_a_killed_worker_costs_its_own_tasks_alone(network):
    many = sorted(network["terminals"]["node"].unique())[:24]  # the pool is far from done when it is struck
    expected = co.cost_matrix(network, many, ["Moscow", "Baku"], criterion="risk", threads=1).to_frame()
    struck = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:

        def strike(done, _):
            if done and not struck:
                struck.extend(pool._processes)
                os.kill(struck[0], signal.SIGKILL)

        with pytest.warns(RuntimeWarning, match="workers were lost"):
            found = co.cost_matrix(network, many, ["Moscow", "Baku"], criterion="risk", executor=pool, progress=strike)
    pd.testing.assert_frame_equal(found.to_frame(), expected)


def test_dask_gives_the_same_when_a_worker_is_killed(network, here):
    distributed = pytest.importorskip("distributed", reason="the extra `dist` is not installed")
    killed = []
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        pids = list(client.run(os.getpid).values())

        def strike(done, _):
            if done and not killed:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        found = ask(network, None, threads=None, executor=client, progress=strike)
    assert killed
    pd.testing.assert_frame_equal(found.to_frame(), here)


def test_threads_give_the_same(network, here):
    pd.testing.assert_frame_equal(ask(network, None, threads=3).to_frame(), here)
