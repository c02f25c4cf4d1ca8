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
from typing import Any, NoReturn

from corridor_opt import __version__
from corridor_opt.errors import CorridorError, DataError, NoRouteError, SearchLimitError, did_you_mean

DONE, NO_ROUTE, BAD_INPUT, LIMIT = 0, 1, 2, 3
FORMATS = ("table", "json", "csv", "geojson")
SELECTORS = "country:XX, mode:road, border:AZ-IR, chokepoint:suez, corridor:..., link:..., node:..."


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaints look like all others and suggest the nearest option."""

    def error(self, message: str) -> NoReturn:
        """Print one clear line and stop with the exit code of bad input."""
        known = [s for action in self._actions for s in action.option_strings]
        for word in message.split():
            if word.startswith("--") and word.partition("=")[0] not in known:
                message += did_you_mean(word.partition("=")[0], known)
                break
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    """Describe the commands and their options."""
    parser = _Parser(
        prog="corridor-opt", description=(__doc__ or "").split("\n", maxsplit=1)[0], allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"corridor-opt {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    routes = commands.add_parser(
        "routes",
        allow_abbrev=False,
        help="the routes between two places that no other route beats in every criterion",
        epilog="example: corridor-opt routes Mumbai Moscow --criteria cost,time,risk --exclude country:AZ --map routes.html",
    )
    _question(routes, several=False)
    compare = commands.add_parser(
        "compare",
        allow_abbrev=False,
        help="one question under several scenarios",
        epilog="example: corridor-opt compare Mumbai Moscow --scenario baseline --scenario hormuz-closed+caspian-low-water",
    )
    _question(compare, several=True)

    scenarios = commands.add_parser(
        "scenarios", allow_abbrev=False, help="list scenarios, or show what one changes"
    )
    scenarios.add_argument("name", nargs="?", metavar="NAME", help="a shipped scenario or a TOML file")
    scenarios.add_argument("--as-of", default="2026", metavar="YEAR", help="vantage point: 2026 or 2022")

    network = commands.add_parser(
        "network", allow_abbrev=False, help="the network: info, validate FILE, export FILE"
    )
    network.add_argument("action", nargs="?", default="info", choices=("info", "validate", "export"))
    network.add_argument("file", nargs="?", metavar="FILE", help="folder of CSV files, .gpkg or .parquet")
    network.add_argument(
        "--network", metavar="FILE", help="a network of your own instead of the embedded one"
    )
    network.add_argument("--as-of", default="2026", metavar="YEAR", help="vantage point: 2026 or 2022")

    commands.add_parser("warmup", allow_abbrev=False, help="compile what a first answer needs")
    return parser


def _question(parser: argparse.ArgumentParser, *, several: bool) -> None:
    """Add the options of a question."""
    add = parser.add_argument
    add("origin", metavar="ORIGIN", help="a name, an id, a UN/LOCODE or lon,lat")
    add("destination", metavar="DESTINATION")
    add(
        "--criteria",
        default="cost,time,distance,risk",
        metavar="LIST",
        help="of cost,time,distance,risk,emissions",
    )
    said = "one column each; A+B stacks two" if several else "stacked in order; A+B stacks too"
    add("--scenario", action="append", default=[], metavar="NAME|FILE", help=said)
    add("--as-of", default="2026", metavar="YEAR", help="vantage point: 2026 or 2022")
    add("--prices", default="2025", metavar="YEAR", help="price year of costs (2025)")
    add("--shipment", default="1xFEU", metavar="BOXES", help="such as 1xFEU or 2xTEU")
    add("--tonnes", metavar="T", help="net cargo; the usual load of the boxes when not given")
    add("--value", metavar="USD", help="value of the cargo")
    add("--service", default="ordinary", help="ordinary or block-train")
    add("--departure", metavar="DATE", help="such as 2026-12-01; judges seasonal links")
    add("--via", action="append", default=[], metavar="PLACE", help="stop, in order; a place or a selector")
    add("--exclude", action="append", default=[], metavar="SELECTOR", help=f"never used: {SELECTORS}")
    add(
        "--avoid",
        action="append",
        default=[],
        metavar="SELECTOR=PENALTY",
        help="penalty in USD, or hours as 24h",
    )
    add(
        "--limit",
        action="append",
        default=[],
        metavar="CRITERION=VALUE",
        help="such as time=30d or cost=9000",
    )
    add("--seconds", metavar="S", help="stop the search after S seconds and print what was found")
    add("--labels", metavar="N", help="stop the search after N partial routes and print what was found")
    add("--rank", metavar="WEIGHTS", help="order routes by weights such as cost=2,time=1")
    add(
        "--method",
        default="weighted",
        metavar="NAME",
        help="of --rank: weighted, topsis, lexicographic or knee",
    )
    add("--network", metavar="FILE", help="a network of your own instead of the embedded one")
    add("--format", default="table", metavar="NAME", help="table, json, csv or geojson")
    add("--explain", metavar="N", help="explain route N instead of listing the front")
    add("--map", metavar="FILE", help="write a map: one HTML file that needs no network")
    add("-o", "--output", metavar="FILE", help="write the answer there instead of to the terminal")


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
    words = _parser().parse_args(arguments)
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
    front = find_routes(
        network, words.origin, words.destination, scenario=words.scenario or "baseline", **asked
    )
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
    fronts = {
        name: outcome.front for name, outcome in comparison.outcomes.items() if outcome.front is not None
    }
    if words.format == "json":
        text = comparison.to_json()
    elif words.format == "csv":
        import pandas as pd

        frames = [front.to_frame().assign(scenario=name) for name, front in fronts.items()]
        text = (
            pd.concat(frames).to_csv(index=False, lineterminator="\n").rstrip("\n") if frames else "scenario"
        )
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
    if path is None:
        print(text)
        return
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=Path(path).resolve().parent, delete=False
        ) as file:
            file.write(text + "\n")
        os.replace(file.name, path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}") from error


if __name__ == "__main__":
    raise SystemExit(main())
