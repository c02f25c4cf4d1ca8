"""Ask the network for what others published, fit shared numbers, write docs/fidelity.md.

python -m benchmarks.fidelity              print the table model / published / ratio
python -m benchmarks.fidelity --fit        fit, write parameters.csv (then run tools/datapackage.py)
python -m benchmarks.fidelity --write      write docs/fidelity.md
python -m benchmarks.fidelity V01 P004     these rows alone, with the legs of their routes
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import table
from benchmarks.fidelity import fit as fitting
from benchmarks.fidelity.asked import Answer, World, causes, published, questions, world
from benchmarks.fidelity.page import SCORED, Line, page, score, share
from corridor_opt.errors import CorridorError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "fidelity.md"
ROUNDS = 2  # fit, search the routes again, fit


def answers(only: Sequence[str] = ()) -> list[Line | Answer]:
    """Ask all rows; rows that cannot be asked are lines already."""
    at = World()
    rows, asked = published(), questions()
    found: list[Line | Answer] = []
    faults = []
    for row_id, row in rows.items():
        if only and row_id not in only:
            continue
        question = asked.get(row_id, {"cannot": "nobody wrote down how to ask"})
        if "ask" in question:
            try:
                found.append(Answer(row, question, at))
            except CorridorError as error:
                faults.append(f"{row_id}: {error}")
        elif "input" in question:
            found.append(Line(row, None, "input", question["input"]))
        else:
            found.append(Line(row, None, "not expressed", question["cannot"]))
    if faults:
        raise SystemExit("\n".join(faults))
    return found


def lines(found: Sequence[Line | Answer]) -> list[Line]:
    """Answer every row."""
    at = World()
    said = []
    for one in found:
        if isinstance(one, Answer):
            kind = "input" if one.input else "kept out" if one.row.held_out else "fitted"
            said.append(Line(one.row, one.value(at), kind, one.input))
        else:
            said.append(one)
    return said


def fitted_numbers() -> list[str]:
    """Rows of the table of fitted numbers, from parameters.csv."""
    with fitting.table().open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == fitting.SOURCE]
    said = []
    for row in rows:
        name, span = f"{row['subject']} {row['quantity']}", f"{row['low']} to {row['high']}"
        rows_named = row["note"].split(";")[0].removeprefix("fitted on ")
        said.append(f"| {name} | {row['value']} {row['unit']} | {span} | {rows_named} |")
    return said


def shown(all_lines: Sequence[Line]) -> str:
    """Lay out what a terminal shows."""
    rows = [
        [
            f"{line.row.row_id} {line.row.route[:48]}",
            line.row.use,
            line.kind,
            f"{line.value:,.1f}",
            f"{line.row.low:g}-{line.row.high:g} {line.row.unit}",
            f"{line.ratio:.2f}",
            "" if line.fits else "OFF",
        ]
        for line in all_lines
        if line.value is not None
    ]
    said = [table(["row", "use", "kind", "model", "published", "ratio", ""], rows), ""]
    for kind in ("", "fitted", "kept out"):
        good, count = share(score(all_lines, kind))
        said.append(f"{kind or 'all that count'}: {good} of {count} within tolerance ({good / max(count, 1):.0%})")
    return "\n".join(said)


def main() -> int:
    """Run what was asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", help="rows to ask, all when none is named")
    parser.add_argument("--fit", action="store_true", help="fit shared numbers and write them into parameters.csv")
    parser.add_argument("--write", action="store_true", help="write docs/fidelity.md")
    words = parser.parse_args()
    if words.fit:
        for _ in range(ROUNDS):
            numbers = fitting.read()
            asked = [one for one in answers() if isinstance(one, Answer) and one.row.use == SCORED]
            taught = [one for one in asked if not one.row.held_out and not one.input]
            result = fitting.fit(taught, numbers)
            print(f"{len(taught)} rows, {len(numbers)} numbers")
            print(f"off by {result.before:.3f} before, {result.after:.3f} after")
            print("\n".join(fitting.write(result, numbers)))
            world.cache_clear()
    found = answers(words.rows)
    all_lines = lines(found)
    print(shown(all_lines))
    for one in found if words.rows else ():
        for part, way in one.ways.items() if isinstance(one, Answer) else ():
            print(f"\n{one.row.row_id} {part}")
            for leg in way.route.legs:
                values = {name: round(value, 1) for name, value in leg.values.items()}
                print(f"  {leg.kind:14} {leg.mode:10} {leg.start} {leg.end}", values)
    if words.write:
        PAGE.write_text(page(all_lines, fitted_numbers(), causes()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
