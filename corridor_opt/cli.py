"""The command line: thin, it reads words, calls a study and prints what it gets.

Exit codes: 0 done; 1 no route; 2 bad input; 3 a limit was hit (what was found is printed and marked).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corridor_opt.cli_words import BAD_INPUT, FORMATS, parser
from corridor_opt.errors import CorridorError, DataError, NoRouteError, SearchLimitError, did_you_mean

DONE, NO_ROUTE, LIMIT = 0, 1, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        Words after the program's name; those of the process when None.

    Returns
    -------
    int
        Exit code: 0 done, 1 no route, 2 bad input, 3 a limit was hit.
    """
    words = parser().parse_args(arguments)
    run = {
        "routes": _routes,
        "compare": _compare,
        "scenarios": _scenarios,
        "network": _network,
        "warmup": _warm_up,
    }
    try:
        return run[words.command](words)
    except NoRouteError as error:
        code, said = NO_ROUTE, str(error)
    except SearchLimitError as error:
        code, said = LIMIT, str(error)
    except CorridorError as error:
        code, said = BAD_INPUT, str(error)
    except BrokenPipeError:  # the reader of our output, such as head, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        code, said = 130, "stopped"
    print(f"corridor-opt: {said}", file=sys.stderr)
    return code


def _asked(words: argparse.Namespace) -> dict[str, Any]:
    """Turn options to the arguments of a study; every fault that shows without a network is gathered."""
    from corridor_opt.graph.methods import SearchLimits
    from corridor_opt.model.shipment import Shipment

    faults: list[str] = []

    def number(name: str, text: str | None, kind: type = float) -> Any:
        try:
            return None if text is None else kind(text.replace("_", "").replace(",", ""))
        except ValueError:
            faults.append(f"--{name} '{text}' is not a {'whole ' if kind is int else ''}number")
            return None

    prices = number("prices", words.prices, int)
    tonnes, value = number("tonnes", words.tonnes), number("value", words.value)
    seconds, labels = number("seconds", words.seconds), number("labels", words.labels, int)
    limits = {}
    for text in words.limit:
        name, _, amount = text.partition("=")
        if name in limits:
            faults.append(f"--limit {name} stands twice")
        limits[name] = amount
    if words.format not in FORMATS:
        faults.append(f"--format: no format '{words.format}'{did_you_mean(words.format, FORMATS)}")
    made: dict[str, Any] = {}
    for name, make in (
        ("shipment", lambda: Shipment(words.shipment, tonnes, value, words.service)),
        ("search_limits", lambda: SearchLimits(seconds=seconds, labels=labels)),
    ):
        try:
            made[name] = make()
        except DataError as error:
            faults += error.faults or [str(error)]
    if faults:
        raise DataError("the question cannot be answered", faults)
    return made | {
        "progress": _progress if sys.stderr.isatty() else None,
        "criteria": [name.strip() for name in words.criteria.split(",") if name.strip()],
        "prices": prices,
        "departure": words.departure,
        "via": words.via,
        "exclude": words.exclude,
        "avoid": words.avoid,
        "limits": limits,
    }


def _routes(words: argparse.Namespace) -> int:
    from corridor_opt.model.network import load_network
    from corridor_opt.studies.routes import find_routes

    asked = _asked(words)
    _writable(words.map, words.output)
    weights = _weights(words.rank)
    network = load_network(words.network, as_of=words.as_of)
    front = find_routes(network, words.origin, words.destination, scenario=words.scenario or "baseline", **asked)
    text = _shown(words, front, weights)
    if words.map:
        front.save_map(words.map)
    _print(text, words.output)
    if front.status == "limit":
        print("corridor-opt: the search stopped at its limit; routes may be missing", file=sys.stderr)
        return LIMIT
    return DONE


def _shown(words: argparse.Namespace, front: Any, weights: dict[str, float] | None) -> str:
    """Give a front in the format asked."""
    import json

    from corridor_opt.results.tables import front_geojson

    if words.explain is not None:
        if not words.explain.isdigit() or not 1 <= int(words.explain) <= len(front):
            raise DataError(f"--explain '{words.explain}': the front has routes 1 to {len(front)}")
        return str(front[int(words.explain) - 1].explain())
    if words.format == "json":
        return front.to_json()
    if words.format == "csv":
        return front.to_frame().to_csv(index=False, lineterminator="\n").rstrip("\n")
    if words.format == "geojson":
        return json.dumps(front_geojson(front), ensure_ascii=False)
    if weights is None and words.method == "weighted":
        return str(front)
    ranked = front.rank(weights, method=words.method)
    best = [
        f"{place}. route {r + 1} ({s:.3f})"
        for place, (r, s) in enumerate(zip(ranked["route"], ranked["score"], strict=True), 1)
    ]
    return f"{front}\n\nRanked ({words.method}; small scores are good): {'  '.join(best[:10])}"


def _compare(words: argparse.Namespace) -> int:
    import json

    from corridor_opt.model.network import load_network
    from corridor_opt.results.tables import front_geojson
    from corridor_opt.studies.compare import compare_scenarios

    asked = _asked(words)
    if words.rank or words.explain:
        raise DataError("--rank and --explain belong to the command routes")
    _writable(words.map, words.output)
    network = load_network(words.network, as_of=words.as_of)
    comparison = compare_scenarios(
        network, words.origin, words.destination, scenarios=words.scenario or ["baseline"], **asked
    )
    fronts = {name: outcome.front for name, outcome in comparison.outcomes.items() if outcome.front is not None}
    if words.format == "json":
        text = comparison.to_json()
    elif words.format == "csv":
        import pandas as pd

        frames = [front.to_frame().assign(scenario=name) for name, front in fronts.items()]
        text = pd.concat(frames).to_csv(index=False, lineterminator="\n").rstrip("\n") if frames else "scenario"
    elif words.format == "geojson":
        features = []
        for name, front in fronts.items():
            for feature in front_geojson(front)["features"]:
                feature["properties"]["scenario"] = name
                features.append(feature)
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    else:
        text = str(comparison)
    if words.map:
        comparison.save_map(words.map)
    _print(text, words.output)
    for name, outcome in comparison.outcomes.items():
        if outcome.front is None:
            print(f"corridor-opt: {name}: {outcome.reason}", file=sys.stderr)
    if any(front.status == "limit" for front in fronts.values()):
        return LIMIT
    return DONE if fronts else NO_ROUTE


def _weights(text: str | None) -> dict[str, float] | None:
    """Read cost=2,time=1; a name alone weighs 1."""
    if text is None:
        return None
    weights = {}
    for part in text.split(","):
        name, found, amount = part.partition("=")
        try:
            weights[name.strip()] = float(amount) if found else 1.0
        except ValueError:
            raise DataError(f"--rank '{part}': write criterion=weight, such as cost=2") from None
    return weights


def _scenarios(words: argparse.Namespace) -> int:
    from corridor_opt.model.network import load_network
    from corridor_opt.model.scenario import scenarios, stack
    from corridor_opt.results.text import text_table, wrapped

    if words.name is None:
        frame = scenarios()
        rows = [[r.name, r.title, str(r.disruptions), r.confidence] for r in frame.itertuples(index=False)]
        print(text_table(["scenario", "what happens", "changes", "confidence"], rows, widths=(32, 46, 7, 11)))
        return DONE
    scenario = stack(words.name)
    _, touched = scenario.apply(load_network(as_of=words.as_of))
    lines = [*str(scenario).splitlines(), "touched:", *(f"  {line}" for line in touched or ("nothing",))]
    print("\n".join(wrapped(line) for line in lines))
    return DONE


def _network(words: argparse.Namespace) -> int:
    from corridor_opt.model.network import load_network
    from corridor_opt.results.text import network_text

    if words.action == "info":
        print(network_text(load_network(words.file or words.network, as_of=words.as_of)))
        return DONE
    if words.file is None:
        raise DataError(f"network {words.action} needs a FILE")
    if words.action == "validate":
        network = load_network(words.file, as_of=words.as_of)
        print(f"{words.file} is valid: {network!r}")
        return DONE
    network = load_network(words.network, as_of=words.as_of)
    print(f"written: {network.save(words.file)}")
    return DONE


def _warm_up(words: argparse.Namespace) -> int:
    from corridor_opt.studies.warm_up import warm_up

    print(f"ready after {warm_up():.1f} s")
    return DONE


def _progress(told: Any) -> None:
    """Tell how far a search is, on one line of the terminal that is wiped when it moves on."""
    if told.seconds > 0.5:
        line = f"{told.solutions:,} routes, {told.expanded:,} partial routes, {told.open:,} open, {told.seconds:.0f} s"
        print(f"\r\033[K{line}", end="\r", file=sys.stderr, flush=True)


def _writable(*paths: str | None) -> None:
    """Find out before the search that an answer cannot be written after it."""
    for path in paths:
        if path is None:
            continue
        folder = Path(path).resolve().parent
        if Path(path).is_dir():
            raise DataError(f"{path} cannot be written: it is a folder")
        if not folder.is_dir():
            raise DataError(f"{path} cannot be written: no folder {folder}")
        if not os.access(folder, os.W_OK):
            raise DataError(f"{path} cannot be written: no permission in {folder}")


def _print(text: str, path: str | None) -> None:
    """Print, or write a file; an old file stays if writing fails."""
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    if path is None:
        print(text)
        return
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=Path(path).resolve().parent, delete=False) as file:
            file.write(text + "\n")
        os.replace(file.name, path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}") from error


if __name__ == "__main__":
    raise SystemExit(main())
