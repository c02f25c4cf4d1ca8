"""The command `matrix`: lists and files of places, formats, parts, exit codes."""

from __future__ import annotations

import json

import pandas as pd
import pytest

ONE = ("matrix", "--origins", "Mumbai", "--destinations", "Moscow")


def test_tables_files_and_codes(run, tmp_path):
    cities = tmp_path / "cities.txt"
    cities.write_text("Mumbai\n# not this\n\n37.6,55.7\n")
    code, out, err = run("matrix", "--origins", cities, "--destinations", "Baku;Moscow", "--criterion", "time")
    assert (code, err) == (0, "")
    assert "time, days" in out
    assert [line.split()[0] for line in out.splitlines()[6:8]] == ["Mumbai", "37.6,55.7"]
    assert "4 pairs: 4 complete." in out
    code, out, _ = run(*ONE, "--front", "cost,time", "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert told["schema"] == "corridor-opt/front-matrix/1"
    assert len(told["rows"]) > 1
    code, out, _ = run(*ONE, "-o", tmp_path / "m.csv")
    assert (code, out) == (0, "")
    assert pd.read_csv(tmp_path / "m.csv")["status"].tolist() == ["complete"]
    code, out, _ = run(*ONE, "--exclude", "country:IN")
    assert code == 1
    assert "no route" in out


def test_parts_are_gone_on_with(run, tmp_path):
    pytest.importorskip("pyarrow", reason="parts are Parquet")
    words = ("matrix", "--origins", "Mumbai;Baku", "--destinations", "Moscow", "-o", tmp_path / "m.parquet")
    assert run(*words)[0] == 0
    assert run(*words)[0] == 0
    assert len(pd.read_parquet(tmp_path / "m.parquet")) == 2
    code, out, err = run(*words, "--criterion", "time")
    assert (code, out) == (2, "")
    assert "another question" in err
    assert run(*words, "--criterion", "time", "--again")[0] == 0


def test_every_fault_is_told_at_once(run):
    code, out, err = run(
        *("matrix", "--origins", "Mumbay", "--destinations", "none.txt", "--criterion", "cst", "--front", "cost"),
        *("--threads", "0", "--format", "geojson"),
    )
    assert (code, out) == (2, "")
    for word in ("'Mumbai'", "no file none.txt", "one of the two", "--threads '0'", "--format"):
        assert word in err, err
