"""The words of the command line: commands, options, help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

from corridor_opt import __version__
from corridor_opt.errors import did_you_mean

BAD_INPUT = 2
FORMATS = ("table", "json", "csv", "geojson")
SELECTORS = "country:XX, mode:road, border:AZ-IR, chokepoint:suez, corridor:..., link:..., node:..."


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaints look like all others and suggest the nearest option."""

    def error(self, message: str) -> NoReturn:
        """Print one clear line and stop with the exit code of bad input."""
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")

    def unknown(self, words: Sequence[str]) -> NoReturn:
        """Complain about words that are no options, and suggest the nearest one for each."""
        known = [s for action in self._actions for s in action.option_strings]
        said = []
        for word in words:
            option = word.partition("=")[0]
            hint = did_you_mean(option, known)
            said.append(f"no option '{option}'{hint}" if word.startswith("-") else f"one word too many: '{word}'")
        self.error("; ".join(said))


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the words after the program's name; complaints end the process with the exit code of bad input."""
    # a point west of Greenwich is no option
    words = [f" {word}" if re.fullmatch(r"-\d[\d.]*,-?\d[\d.]*", word) else word for word in arguments]
    top = parser()
    found, rest = top.parse_known_args(words)
    if rest:
        commands = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction))
        commands.choices[found.command].unknown(rest)
    return found


def parser() -> argparse.ArgumentParser:
    """Describe the commands and their options."""
    top = _Parser(prog="corridor-opt", description="Freight routes across Eurasia, with sources.", allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"corridor-opt {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    routes = commands.add_parser(
        "routes",
        allow_abbrev=False,
        help="the routes between two places that no other route beats in every criterion",
        epilog="example: corridor-opt routes Mumbai Moscow --criteria cost,time,risk --exclude country:AZ --map m.html",
    )
    _question(routes, several=False)
    compare = commands.add_parser(
        "compare",
        allow_abbrev=False,
        help="one question under several scenarios",
        epilog="example: corridor-opt compare Mumbai Moscow --scenario baseline --scenario hormuz-closed+suez-blocked",
    )
    _question(compare, several=True)
    robust = commands.add_parser(
        "robust",
        allow_abbrev=False,
        help="the routes to plan on when hazards may strike: means, bad cases, regret, what breaks each",
        epilog="example: corridor-opt robust Mumbai Moscow --hazards today --samples 2000 --seed 7 --deadline 35d",
    )
    _question(robust, several=False, searched=False)
    _robust(robust)

    scenarios = commands.add_parser("scenarios", allow_abbrev=False, help="list scenarios, or show what one changes")
    scenarios.add_argument("name", nargs="?", metavar="NAME", help="a shipped scenario or a TOML file")
    scenarios.add_argument("--as-of", default="2026", metavar="YEAR", help="vantage point: 2026 or 2022")

    hazards = commands.add_parser("hazards", allow_abbrev=False, help="list hazard sets, or show the hazards of one")
    hazards.add_argument("name", nargs="?", metavar="NAME", help="a shipped set or a TOML file")
    hazards.add_argument("--as-of", default="2026", metavar="YEAR", help="vantage point: 2026 or 2022")

    compliance = commands.add_parser(
        "compliance", allow_abbrev=False, help="list compliance profiles, or show the rules of one; not legal advice"
    )
    compliance.add_argument("name", nargs="?", metavar="NAME", help="a shipped profile or a TOML file")
    compliance.add_argument("--as-of", default="2026", metavar="YEAR", help="vantage point: 2026 or 2022")

    network = commands.add_parser("network", allow_abbrev=False, help="the network: info, validate FILE, export FILE")
    network.add_argument("action", nargs="?", default="info", choices=("info", "validate", "export"))
    network.add_argument("file", nargs="?", metavar="FILE", help="folder of CSV files, .gpkg or .parquet")
    network.add_argument("--network", metavar="FILE", help="a network of your own instead of the embedded one")
    network.add_argument("--as-of", default="2026", metavar="YEAR", help="vantage point: 2026 or 2022")

    commands.add_parser("warmup", allow_abbrev=False, help="compile what a first answer needs")
    return top


def _robust(parser: argparse.ArgumentParser) -> None:
    """Add the options of robust routes."""
    add = parser.add_argument
    add("--policy", default="detour", metavar="NAME", help="at a closure: detour (or wait where better) or wait")
    add("--samples", default="2000", metavar="N", help="worlds to draw; exact enumerates all where hazards are few")
    add("--seed", default="0", metavar="N", help="of the draw: the same seed gives the same answer")
    add("--deadline", metavar="TIME", help="such as 35d: the probability to arrive by then")
    add("--usd-per-day", metavar="USD", help="what a day is worth, to weigh money and time together")
    add("--measures", metavar="LIST", help="such as cost.mean,time.cvar_90,generalised.regret_max,broken")


def _question(parser: argparse.ArgumentParser, *, several: bool, searched: bool = True) -> None:
    """Add the options of a question; `searched`: those of a search by criteria of the planner's choice."""
    add = parser.add_argument
    add("origin", metavar="ORIGIN", help="a name, an id, a UN/LOCODE or lon,lat")
    add("destination", metavar="DESTINATION")
    if searched:
        add(
            "--criteria",
            default="cost,time,distance,risk",
            metavar="LIST",
            help="of cost,time,distance,risk,emissions,delay",
        )
    add("--hazards", metavar="NAME|FILE", help="what may happen: today, 2022, none; the vantage point's when not given")
    said = "one column each; A+B stacks two" if several else "stacked in order; A+B stacks too"
    add("--scenario", action="append", default=[], metavar="NAME|FILE", help=said)
    add(
        "--compliance",
        action="append",
        default=[],
        metavar="NAME|FILE",
        help="what the shipper's law forbids or charges: us, eu, uk, ...; A+B joins two; not legal advice",
    )
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
    if searched:
        add(
            "--bounded", metavar="EPS", help="few routes near all others: 0.01 is within 1%% in every criterion; faster"
        )
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
