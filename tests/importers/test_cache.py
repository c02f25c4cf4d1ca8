"""The cache of built networks: locks, stages, damage, a full disk."""

import errno
import os
import subprocess
import sys
import time

import pandas as pd
import pytest
from shapely import LineString

from corridor_opt.errors import DataError
from corridor_opt.importers import cache
from corridor_opt.model.joining.draft import Draft

pytest.importorskip("pyarrow", reason="needs the extra parquet")


def draft(km=5.0):
    nodes = pd.DataFrame({"lon": [44.0, 45.0, 46.0], "lat": [40.0, 40.5, 41.0], "country": ["AM", "AM", ""]})
    links = pd.DataFrame(
        {"start": [0, 1], "end": [1, 2], "mode": "rail", "length_km": [km, 7.0], "gauge_mm": [1520.0, None]}
    )
    links["way"] = [LineString([(44, 40), (44.5, 40.4), (45, 40.5)]), None]
    return Draft("small", nodes, links, "K", pd.DataFrame([{"id": "K", "title": "t", "year": "-"}]), ("read", "done"))


def test_draft_comes_back_as_it_went(tmp_path):
    cache.put_draft(draft(), tmp_path)
    back, given = cache.get_draft(tmp_path), draft()
    pd.testing.assert_frame_equal(back.nodes, given.nodes)
    pd.testing.assert_frame_equal(back.links, given.links)
    assert (back.name, back.source, back.said, len(back.crossings)) == ("small", "K", ("read", "done"), 0)


def run(folder, key, made, km=5.0):
    def make():
        made.append(key)
        return draft(km)

    return cache.stage(folder, "rail", key, make, cache.put_draft)


def test_stage_is_done_once_a_key(tmp_path):
    made = []
    _, first = run(tmp_path, "one", made)
    _, again = run(tmp_path, "one", made)
    _, other = run(tmp_path, "two", made)
    assert made == ["one", "two"]
    assert [told["kept"] for told in (first, again, other)] == [False, True, False]
    assert first["said"] == ["read", "done"]
    assert first["counts"] == {"links": 2, "nodes": 3, "sources": 1}


@pytest.mark.parametrize("name", ["links.parquet", "draft.json", "stage.json"])
def test_damaged_stage_is_made_anew(tmp_path, name):
    made = []
    place, _ = run(tmp_path, "one", made)
    whole = (place / name).read_bytes()
    (place / name).write_bytes(whole[: len(whole) // 2])
    place, told = run(tmp_path, "one", made)
    assert (made, told["kept"]) == (["one", "one"], False)
    assert cache.get_draft(place).links["length_km"].sum() == 12


def test_failed_write_keeps_what_was_there(tmp_path, monkeypatch):
    made = []
    place, _ = run(tmp_path, "one", made)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cache, "synced", full)
    with pytest.raises(DataError, match=r"the disk is full; --cache DIR"):
        run(tmp_path, "two", made, km=9)
    assert cache.get_draft(place).links["length_km"].sum() == 12
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["rail"]


def test_interrupt_keeps_what_was_there(tmp_path, monkeypatch):
    place, _ = run(tmp_path, "one", [])

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cache, "synced", stop)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, "two", [], km=9)
    assert cache.get_draft(place).links["length_km"].sum() == 12
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["rail"]


HOLDER = """
import sys, time
from pathlib import Path
from corridor_opt.importers.cache import alone
with alone(Path(sys.argv[1]), "world"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_second_build_is_told_who_builds_and_a_dead_one_leaves_no_lock(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE, env={**os.environ})
    try:
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(DataError, match=rf"'world' is being built .*process {holder.pid}, since 20"),
            cache.alone(tmp_path, "world"),
        ):
            pass
        with cache.alone(tmp_path, "other"):
            pass
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    litter = tmp_path / cache.BUILDING / "world" / ".writing-x"
    litter.mkdir()
    with cache.alone(tmp_path, "world") as folder:
        assert not litter.exists()
        assert folder.is_dir()


def test_full_disk_is_told(tmp_path):
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root mounts a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        made = []
        place, _ = run(disk, "one", made)
        (disk / "filler").write_bytes(bytes(190_000))
        with pytest.raises(DataError, match="the disk is full"):
            run(disk, "two", made, km=9)
        assert cache.get_draft(place).links["length_km"].sum() == 12
        assert sorted(entry.name for entry in disk.iterdir()) == ["filler", "rail"]
    finally:
        for _ in range(20):
            if not subprocess.run(["umount", disk], capture_output=True).returncode:
                break
            time.sleep(0.1)
