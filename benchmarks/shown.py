"""The tables and the two pictures of `benchmarks.growth`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks import number, table

Rows = Sequence[dict[str, Any]]

INK, FAINT = "#222222", "#dddddd"
BLUES = {1: "#8fb8de", 2: "#3f7fbf", 3: "#0b3c6f"}  # the more criteria, the darker
ORANGE, GREY = "#c8641b", "#8a8a8a"
COLOURS = ("#555555", "#0b3c6f", "#c8641b", "#2d7d46")


def verdict(row: dict[str, Any]) -> str:
    """Say how a comparison of fronts ended."""
    return "unfinished" if row["equal"] is None else "yes" if row["equal"] and row["attained"] else "NO"


def _sizes(rows: Rows) -> str:
    """Lay out what was measured against size."""
    head = ["graph", "arcs", "k", "points", "expanded", "prepare ms", "bounds ms", "search ms", "paths ms"]
    head += ["all / scipy", "prepared MB", "start MB", "MB", "B/expanded", "answer MB", "at limit", "as scipy"]
    return table(
        head,
        [
            [
                row["kind"] + ("" if row["method"] == "exact" else f", {row['method']}"),
                f"{row['arcs']:,}",
                row["criteria"],
                f"{row['points']:,.0f}",
                f"{row['expanded']:,.0f}",
                *(number(1e3 * row[f"seconds_{name}"]) for name in ("prepare", "bounds", "search", "rest")),
                number(row["seconds"] / row["yardstick"]),
                *(number(row[name] / 1e6) for name in ("bytes_prepared", "bytes_start", "bytes")),
                number(row["bytes"] / max(row["expanded"], 1)),
                number(row["bytes_answer"] / 1e6),
                f"{row['limited']} of {len(row['queries'])}" if row["limited"] else "-",
                "NO" if row["wrong"] else "yes",
            ]
            for row in rows
        ],
    )


def _criteria(rows: Rows) -> str:
    """Lay out what was measured against the number of criteria."""
    head = ["graph", "k", "points", "expanded", "generated", "bounds ms", "search ms", "paths ms", "MB", "B/expanded"]
    return table(
        [*head, "other means s", "equal"],
        [
            [
                row["graph"],
                row["criteria"],
                f"{row['points']:,}" + ("+" if row["status"] == "limit" else ""),
                f"{row['expanded']:,}",
                f"{row['generated']:,}",
                *(number(1e3 * row[f"seconds_{name}"]) for name in ("bounds", "search", "rest")),
                number(row["bytes"] / 1e6),
                number(row["bytes"] / max(row["expanded"], 1)),
                number(row["seconds_independent"]),
                verdict(row),
            ]
            for row in rows
        ],
    )


def report(result: dict[str, Any]) -> str:
    """Write the tables.

    Parameters
    ----------
    result
        What `benchmarks.growth` measured; its JSON.

    Returns
    -------
    str
        Lines of text.
    """
    ends = [verdict(row) for row in result["criteria"]]
    wrong = sum(row["wrong"] for row in result["size"])
    return "\n".join(
        [
            ", ".join(f"{name} {value}" for name, value in result["machine"].items()),
            "",
            f"Size: medians over {result['queries']} far pairs, a search is cut off after {result['budget']:g} s",
            _sizes(result["size"]),
            "",
            f"Criteria: the first k of {', '.join(result['criteria_names'])}; in the grid: random weights",
            _criteria(result["criteria"]),
            "",
            *result["notes"],
            f"fronts equal to those found by other means: {ends.count('yes')}, not equal: {ends.count('NO')}, "
            f"unfinished: {ends.count('unfinished')}; lengths and covers that are wrong: {wrong}",
        ]
    )


def need_matplotlib() -> None:
    """Stop where pictures cannot be drawn, and say what to install."""
    if find_spec("matplotlib") is None:
        raise SystemExit("pictures need matplotlib: pip install 'corridor_opt[bench]'")


def draw(result: dict[str, Any], folder: Path) -> None:
    """Draw growth-size.svg and growth-criteria.svg.

    Parameters
    ----------
    result
        What `benchmarks.growth` measured; its JSON.
    folder
        Where to; it exists.
    """
    need_matplotlib()
    import matplotlib

    sober = {
        "svg.fonttype": "none",  # text stays text
        "svg.hashsalt": "growth",  # same figures, same file
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "text.color": INK,
        "axes.edgecolor": "#999999",
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": "#555555",
        "ytick.color": "#555555",
        "axes.grid": True,
        "axes.grid.which": "major",
        "grid.color": FAINT,
        "grid.linewidth": 0.6,
        "axes.axisbelow": True,
    }
    with matplotlib.rc_context(sober):
        for name, figure in (("growth-size", _draw_sizes(result)), ("growth-criteria", _draw_criteria(result))):
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})


def _apart(places: Sequence[float], gap: float) -> list[float]:
    """Push heights apart, so that labels at them do not touch; they stay in order and near their places."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [places[i] for i in order]
    for _ in range(200):
        for i in range(1, len(moved)):
            short = gap - (moved[i] - moved[i - 1])
            if short > 1e-9:
                moved[i - 1] -= short / 2
                moved[i] += short / 2
    above = max(0.0, moved[-1] - 1) if moved else 0.0  # none beside the title
    moved = [place - above for place in moved]
    found = list(places)
    for i, place in zip(order, moved, strict=True):
        found[i] = place
    return found


def _labels(axes: Any, ends: Sequence[tuple[float, float, str, str]], gap: float) -> None:
    """Write a label beside the end of each line: x, y, text, colour."""
    heights = [axes.transData.transform((x, y))[1] for x, y, _, _ in ends]
    low, high = axes.transAxes.transform([(0, 0), (0, 1)])[:, 1]
    places = _apart([(height - low) / (high - low) for height in heights], gap)
    for (_, _, text, colour), place in zip(ends, places, strict=True):
        axes.text(1.03, place, text, color=colour, transform=axes.transAxes, va="center", fontsize=8.5)


def _line(axes: Any, x: Sequence[float], y: Sequence[float], cut: Sequence[bool], colour: str, **style: Any) -> None:
    """Draw a line; points where a search was cut off are hollow."""
    axes.plot(x, y, color=colour, linewidth=1.5, **style)
    faces = ["white" if one else colour for one in cut]
    axes.scatter(x, y, s=22, c=faces, edgecolors=colour, linewidths=1.2, zorder=3)


def _draw_sizes(result: dict[str, Any]) -> Any:
    """Time and memory against arcs, grids and geometric graphs side by side."""
    from matplotlib.figure import Figure

    kinds = {"grid": "Grids", "geometric": "Random geometric graphs"}
    parts: dict[str, Callable[[dict[str, Any]], float]] = {
        "Time of one query, s": lambda row: row["seconds"],
        "Memory of one query, MB": lambda row: row["bytes"] / 1e6,
    }
    series = [(k, "exact", f"{k} criteri{'on' if k == 1 else 'a'}", BLUES[k], "-") for k in BLUES]
    near = sorted({row["method"] for row in result["size"]} - {"exact"})
    series += [(3, method, f"3 criteria, {method}", ORANGE, "--") for method in near]
    figure = Figure(figsize=(10.2, 7.4))
    grid = figure.subplots(2, 2, sharex=True, sharey="row")
    figure.subplots_adjust(left=0.075, right=0.845, top=0.865, bottom=0.085, wspace=0.5, hspace=0.13)
    figure.text(0.075, 0.962, "How a search for all Pareto routes grows with the graph", fontsize=13, weight="bold")
    figure.text(
        0.075,
        0.927,
        f"One query between far vertices, median of {result['queries']}; the graph is prepared before. Hollow points: "
        f"some were cut off after {result['budget']:g} s.",
        fontsize=9,
    )
    for across, (kind, title) in enumerate(kinds.items()):
        for down, (label, value) in enumerate(parts.items()):
            axes, ends = grid[down][across], []
            axes.set(xscale="log", yscale="log")
            for k, method, name, colour, dashes in series:
                rows = [r for r in result["size"] if (r["kind"], r["criteria"], r["method"]) == (kind, k, method)]
                if not rows:
                    continue
                x, y = [row["arcs"] for row in rows], [value(row) for row in rows]
                _line(axes, x, y, [row["limited"] > 0 for row in rows], colour, linestyle=dashes)
                ends.append((x[-1], y[-1], name, colour))
            if down == 0:
                rows = [r for r in result["size"] if (r["kind"], r["criteria"]) == (kind, 1)]
                x, y = [row["arcs"] for row in rows], [row["yardstick"] for row in rows]
                axes.plot(x, y, color=GREY, linewidth=1.2, linestyle=":")
                ends.append((x[-1], y[-1], "scipy, one to all", GREY))
                axes.set_title(title, loc="left", fontsize=10.5)
            else:
                axes.set_xlabel("Arcs")
            if across == 0:
                axes.set_ylabel(label)
            axes.tick_params(labelleft=True)
            grid[down][across].ends = ends
    for axes in grid.ravel():  # the two panels of a row share their heights: labels come last
        _plain_ticks(axes.yaxis)
        _plain_ticks(axes.xaxis)
        _labels(axes, axes.ends, 0.062)
    return figure


def _draw_criteria(result: dict[str, Any]) -> Any:
    """Points, time and memory against the number of criteria."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FixedLocator

    parts: dict[str, Callable[[dict[str, Any]], float]] = {
        "Points of the front": lambda row: row["points"],
        "Time of the query, ms": lambda row: 1e3 * (row["seconds_bounds"] + row["seconds_search"]),
        "Memory of the query, MB": lambda row: row["bytes"] / 1e6,
    }
    names = list(dict.fromkeys(row["graph"] for row in result["criteria"]))
    figure = Figure(figsize=(11.4, 4.3))
    panels = figure.subplots(1, 3, sharex=True)
    figure.subplots_adjust(left=0.06, right=0.855, top=0.775, bottom=0.125, wspace=0.24)
    figure.text(
        0.06, 0.93, "How a search for all Pareto routes grows with the number of criteria", fontsize=13, weight="bold"
    )
    network = [row for row in result["criteria"] if "grid" not in row["graph"]]
    about = f"The embedded network ({network[0]['arcs']:,} arcs): the first of {', '.join(result['criteria_names'])}. "
    figure.text(0.06, 0.87, (about if network else "") + "The grid: random weights.", fontsize=9)
    for axes, (label, value) in zip(panels, parts.items(), strict=True):
        axes.set_yscale("log")
        axes.set_title(label, loc="left", fontsize=10)
        axes.set_xlabel("Number of criteria")
        axes.xaxis.set_major_locator(FixedLocator(sorted({row["criteria"] for row in result["criteria"]})))
        ends = []
        for name, colour in zip(names, COLOURS, strict=False):
            rows = [row for row in result["criteria"] if row["graph"] == name]
            x, y = [row["criteria"] for row in rows], [value(row) for row in rows]
            _line(axes, x, y, [row["status"] == "limit" for row in rows], colour)
            ends.append((x[-1], y[-1], name.replace("down, ", "down,\n"), colour))
        _plain_ticks(axes.yaxis)
        if axes is panels[-1]:
            _labels(axes, ends, 0.09)
    return figure


def _plain_ticks(axis: Any) -> None:
    """Write 0.001, 1 and 1,000, not powers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axis.set_major_locator(LogLocator(numticks=12))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}"))
