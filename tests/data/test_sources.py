"""Files of the embedded network: checksums, and no source that is not listed."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import tomllib

from embedded import DATA, ROOT

from corridor_opt.model.schema import read_rows, split


def test_the_checksums_of_the_data_fit():
    command = [sys.executable, str(ROOT / "tools" / "datapackage.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_source_cited_is_listed():
    known = {row["id"] for row in read_rows("eurasia", "sources.csv")}
    missing = set()
    for path in sorted((DATA / "eurasia").glob("*.csv")):
        for line, row in enumerate(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))), start=2):
            for column, cell in row.items():
                plain = column in ("source", "sources") or column.endswith("_source")
                cited = split(cell) if plain else re.findall(r"\b(?:R\d\d|SEED\d|W\d\d|C0\d)\b", cell)
                missing |= {(path.name, line, column, one) for one in cited if one not in known}
    for path in [*(DATA / "scenarios").glob("*.toml"), *(DATA / "eurasia").glob("*.toml")]:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        cited = [*told["sources"], *(s for one in told["disruption"] for s in one.get("sources", []))]
        missing |= {(path.name, one) for one in cited if one not in known}
    assert missing == set()
