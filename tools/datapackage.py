"""Write or check the datapackage.json of each folder of embedded data: name, version, licence, sha256 of each file.

python tools/datapackage.py            write them after a change of data
python tools/datapackage.py --check    complain about a file that is not what its checksum says
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "corridor_opt" / "data"
META = "datapackage.json"
FOLDERS = {
    "eurasia": (
        "eurasia",
        "1.0.0",
        "Curated freight network of Eurasia",
        "MIT; coordinates marked GEONAMES CC BY 4.0",
    ),
    "scenarios": ("scenarios", "1.0.0", "Scenarios: ordered disruptions", "MIT"),
    "compliance": ("compliance", "1.0.0", "Compliance profiles: dated rules; not legal advice", "MIT"),
    "hazards": ("hazards", "1.0.0", "Hazards: disruptions that may happen", "MIT"),
    "schema": ("schema", "1.0.0", "Columns and words of all tables", "MIT"),
    "sea": ("sea", "1.0.0", "Waters and passages of the sea lanes", "MIT"),
    "osm": ("osm", "1.0.0", "What tags of OpenStreetMap mean to a truck", "MIT"),
    "ground": ("ground", "1.0.0", "Borders, gauges and knots of drafts of networks", "MIT"),
    "natural_earth": ("natural-earth", "4.1.0", "Country outlines", "public domain"),
}


def package(folder: str) -> dict[str, object]:
    """Describe one folder as it stands."""
    name, version, title, licence = FOLDERS[folder]
    files = sorted(p for p in (DATA / folder).iterdir() if p.is_file() and p.name != META)
    return {
        "profile": "data-package",
        "name": name,
        "version": version,
        "title": title,
        "licenses": [{"title": licence, "path": "SOURCE.md"}],
        "resources": [
            {
                "path": p.name,
                "bytes": p.stat().st_size,
                "hash": "sha256:" + hashlib.sha256(p.read_bytes()).hexdigest(),
            }
            for p in files
        ],
    }


def main() -> int:
    """Write the files, or check them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a checksum is wrong")
    check = parser.parse_args().check
    wrong = 0
    for folder in FOLDERS:
        path = DATA / folder / META
        text = json.dumps(package(folder), indent=1) + "\n"
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            wrong += 1
            print(
                f"{path.relative_to(DATA)} does not fit its folder: run python tools/datapackage.py",
                file=sys.stderr,
            )
    if check and not wrong:
        print(f"data checksums: {len(FOLDERS)} folders fit")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
