"""Writes docs/fidelity.md: model / published / ratio of every row, and what was fitted."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.fidelity.asked import Published

SCORED = "acceptance"
FAR = 0.40  # beyond this a row needs a cause that was measured
UNITS = {"ratio": "", "ratio to sea": "", "ratio to northern": ""}


INTRODUCTION = """
Written by `python -m benchmarks.fidelity --write`; do not edit. What was published stands in
`benchmarks/fidelity/published.csv`, how the library is asked for each row in `benchmarks/fidelity/questions.toml`.
Money is brought to the price year of the row. A row fits if the answer lies within its tolerance of the published
value or range (20 % where the source of the row gave none).

A third of the rows, chosen by the hash of their ids, was kept out of the fit. A row whose value or source is itself a
number of the network counts in neither. Counted are results observed, scheduled or tariffed, with both ends named, of
2014 or later. Promises, single record runs, a week's spot prices, guide books and claims of promoters are shown and
not counted.
"""


@dataclass(frozen=True)
class Line:
    """One row of the table: what was published, what the library answers, or why it does not count."""

    row: Published
    value: float | None
    kind: str  # fitted, kept out, input, not expressed
    said: str = ""

    @property
    def ratio(self) -> float:
        """Model over published."""
        assert self.value is not None
        return self.row.ratio(self.value)

    @property
    def fits(self) -> bool:
        """Whether the model lies within the tolerance: published x (1 - t) to published x (1 + t)."""
        return abs(self.ratio - 1) <= self.row.tolerance + 1e-9


def share(lines: Sequence[Line]) -> tuple[int, int]:
    """Count rows within tolerance, and all."""
    return sum(line.fits for line in lines), len(lines)


def score(lines: Sequence[Line], kind: str = "") -> list[Line]:
    """Rows of acceptance use that count, all or of one kind."""
    counted = [line for line in lines if line.value is not None and line.row.use == SCORED and line.kind != "input"]
    return [line for line in counted if not kind or line.kind == kind]


def _published(row: Published) -> str:
    low, high = f"{row.low:,g}", f"{row.high:,g}"
    return f"{low if low == high else f'{low} to {high}'} {UNITS.get(row.unit, row.unit)}".strip()


def _value(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}" if value >= 10 else f"{value:.2f}"


def _cell(text: str) -> str:
    return text.replace("|", "/")


def _table(lines: Sequence[Line]) -> list[str]:
    rows = ["| row | what | model | published | ratio | within | source |", "|---|---|--:|--:|--:|---|---|"]
    for line in lines:
        row = line.row
        assert line.value is not None
        within = f"yes ({row.tolerance:.0%})" if line.fits else f"**no** ({row.tolerance:.0%})"
        what = f"{row.route}, {row.metric.replace('_', ' ')}"
        cells = [row.row_id, _cell(what), _value(line.value), _published(row), f"{line.ratio:.2f}", within]
        rows.append(f"| {' | '.join(cells)} | {_cell(row.source)} |")
    return rows


def _cause(line: Line, causes: dict[str, str]) -> str:
    return f"- {line.row.row_id} ({line.ratio:.2f}): {causes.get(line.row.row_id, 'no cause was found')}"


def _sentence(name: str, lines: Sequence[Line]) -> str:
    good, count = share(lines)
    off = [abs(math.log(line.ratio)) for line in lines]
    middle = math.exp(statistics.median(off)) - 1 if off else 0.0
    return f"| {name} | {count} | {good} | {good / max(count, 1):.0%} | {middle:.0%} |"


def page(lines: Sequence[Line], numbers: Sequence[str], causes: dict[str, str]) -> str:
    """Write the page.

    Parameters
    ----------
    lines
        All rows.
    numbers
        One table row for each fitted number.
    causes
        For rows off by more than 40 %: the cause, and how it was measured.
    """
    counted = score(lines)
    far = [line for line in counted if abs(line.ratio - 1) > FAR]
    apart = [line for line in lines if line.value is not None and line.row.use != SCORED and line.kind != "input"]
    inputs = [line for line in lines if line.kind == "input"]
    unasked = [line for line in lines if line.kind == "not expressed"]
    kinds = Counter(line.row.metric.split("_")[0] for line in counted)
    out = [
        "# Fidelity: the network against what others published",
        "",
        *INTRODUCTION.strip().splitlines(),
        "",
        "| rows | count | within | share | median miss |",
        "|---|--:|--:|--:|--:|",
        _sentence("all that count", counted),
        _sentence("fitted on", score(lines, "fitted")),
        _sentence("kept out of the fit", score(lines, "kept out")),
        "",
        "By kind: " + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())) + ".",
        "",
        "## Off by more than 40 %",
        "",
        *(
            [
                f"- {line.row.row_id} ({line.ratio:.2f}): {causes.get(line.row.row_id, 'no cause was found')}"
                for line in far
            ]
            or ["None."]
        ),
        "",
        "## Rows the fit has seen",
        "",
        *_table(score(lines, "fitted")),
        "",
        "## Rows kept out of the fit",
        "",
        *_table(score(lines, "kept out")),
        "",
        "## Shown, not counted: promises, claims, weak sources",
        "",
        *_table(apart),
        "",
        "## Inputs: rows whose value or source is a number of the network",
        "",
        *_table([line for line in inputs if line.value is not None]),
        "",
        *[f"- {line.row.row_id}, {line.row.route}: {line.said}" for line in inputs],
        "",
        "## Not expressed",
        "",
        *[f"- {line.row.row_id}, {line.row.route}: {line.said}" for line in unasked],
        "",
        "## Fitted numbers",
        "",
        "Bounded by `low` and `high` of `parameters.csv`, pulled towards where they began.",
        "",
        "| number | value | range | fitted on |",
        "|---|--:|--:|---|",
        *numbers,
        "",
    ]
    return "\n".join(out)
