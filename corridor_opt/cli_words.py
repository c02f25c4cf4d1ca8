"""The words of the command line: commands, options, help."""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Sequence
from typing import NoReturn

from corridor_opt import __version__
from corridor_opt.errors import did_you_mean

BAD_INPUT = 2
FORMATS = ("table", "json", "csv", "geojson")
FORMATS_OF = {"why-not": 2, "matrix": 3}  # how many of these a command knows, where not all
QUESTIONS = ("routes", "compare", "robust", "why-not", "matrix")
SHELLS = ("bash", "zsh", "fish")
SELECTORS = "country:XX, mode:road, border:AZ-IR, chokepoint:suez, corridor:..., link:..., node:..."
WIDE = "columns of the page; the terminal's (80 to 140), or 100 in a pipe"
OWN = "a network of your own, or the name of a built one, instead of the embedded one"
ACTIONS = ("info", "validate", "export", "import", "build", "report", "remove")
EXIT_CODES = "Exit codes: 0 done, 1 no route, 2 bad input, 3 a limit was hit (what was found is printed and marked)."

EXAMPLES = {
    "": """
        corridor-opt routes Mumbai Moscow                    the routes that no other beats
        corridor-opt compare Mumbai Moscow --scenario baseline --scenario hormuz-closed
        corridor-opt robust Mumbai Moscow --deadline 35d     what to plan on when hazards may strike
        corridor-opt why-not Suez Mumbai Moscow              why a way is missing, and what would bring it in
        corridor-opt COMMAND --help                          options and examples of a command
    """,
    "routes": """
        corridor-opt routes Mumbai Moscow --criteria cost,time,risk --exclude country:AZ --map map.html
        corridor-opt routes Mumbai Moscow --explain 3 --against 1
        corridor-opt routes "Xi'an" Duisburg --limit time=20d --rank cost=2,time=1 --report report.html
        corridor-opt routes 72.9,18.9 Moscow --scenario hormuz-closed+suez-blocked --format json -o routes.json
    """,
    "compare": """
        corridor-opt compare Mumbai Moscow --scenario baseline --scenario hormuz-closed+suez-blocked
        corridor-opt compare Baku Nakhchivan --scenario baseline --scenario zangezur-open --map map.html
    """,
    "robust": """
        corridor-opt robust Mumbai Moscow --samples 2000 --seed 7 --deadline 35d
        corridor-opt robust Mumbai Moscow --hazards 2022 --policy wait --report report.html
    """,
    "why-not": """
        corridor-opt why-not Suez Mumbai Moscow
        corridor-opt why-not country:AM Mumbai Moscow --criteria cost,time --departure 2026-12-01
        corridor-opt why-not "Middle Corridor" "Xi'an" Istanbul --format json
    """,
    "matrix": """
        corridor-opt matrix --origins "Mumbai;Baku" --destinations "Moscow;Duisburg" --criterion time
        corridor-opt matrix --origins cities.txt --destinations cities.txt -o matrix.parquet
        corridor-opt matrix --origins ports.txt --destinations "72.9,18.9;Moscow" --front cost,time -o fronts.csv
    """,
    "scenarios": """
        corridor-opt scenarios                      the list
        corridor-opt scenarios hormuz-closed        what one changes, on which links, with which sources
        corridor-opt scenarios my-own.toml          the same of your own file
    """,
    "hazards": """
        corridor-opt hazards today
    """,
    "compliance": """
        corridor-opt compliance us+eu
    """,
    "network": """
        corridor-opt network info
        corridor-opt network validate my-network/
        corridor-opt network export copy.gpkg
        corridor-opt network build world --region -12,-36,145,72
        corridor-opt network report world --report world.html --map world.svg
        corridor-opt network import tables register/ --mapping register.toml -o mine.gpkg
        corridor-opt network import osm georgia.osm.gz --roads motorway,trunk -o georgia.gpkg
    """,
    "completion": """
        bash   corridor-opt completion bash > ~/.local/share/bash-completion/completions/corridor-opt
        zsh    corridor-opt completion zsh > a folder of $fpath/_corridor-opt
        fish   corridor-opt completion fish > ~/.config/fish/completions/corridor-opt.fish
    """,
}


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help that keeps lines of examples as they are and is no wider than a page."""

    def __init__(self, prog: str) -> None:
        width = min(max(shutil.get_terminal_size((100, 24)).columns, 60), 100)
        super().__init__(prog, max_help_position=30, width=width)

    def add_argument(self, action: argparse.Action) -> None:
        """Leave room for the names of commands, which stand further in."""
        super().add_argument(action)
        if isinstance(action, argparse._SubParsersAction):
            self._action_max_length += 2


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
    # a point or a region west of Greenwich is no option
    words = [f" {word}" if re.fullmatch(r"-\d[\d.]*(,-?\d[\d.]*)+", word) else word for word in arguments]
    top = parser()
    found, rest = top.parse_known_args(words)
    if rest:
        commands = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction))
        commands.choices[found.command].unknown(rest)
    return found


def parser() -> argparse.ArgumentParser:
    """Describe the commands and their options."""
    top = _Parser(
        prog="corridor-opt",
        description="Freight routes across Eurasia, with sources.",
        epilog=f"{_examples('')}\n\n{EXIT_CODES}",
        formatter_class=_Help,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"corridor-opt {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, words: str, said: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            allow_abbrev=False,
            help=said,
            description=f"{said[0].upper()}{said[1:]}.",
            usage=f"corridor-opt {name} {words}".strip(),
            epilog=_examples(name),
            formatter_class=_Help,
        )

    routes = command(
        "routes",
        "ORIGIN DESTINATION [options]",
        "the routes between two places that no other route beats in every criterion",
    )
    _places(routes)
    _question(routes)
    _answer(routes, FORMATS, strips="3", explained=True)
    compare = command(
        "compare", "ORIGIN DESTINATION --scenario A --scenario B [options]", "one question under several scenarios"
    )
    _places(compare)
    _question(compare, scenarios="one column each; A+B stacks two")
    _answer(compare, FORMATS, strips="of each scenario, 0")
    robust = command(
        "robust",
        "ORIGIN DESTINATION [options]",
        "the routes to plan on when hazards may strike: means, bad cases, regret, what breaks each",
    )
    _places(robust)
    _robust(robust)
    _question(robust, searched=False)
    _answer(robust, FORMATS, strips="the recommended one")
    why_not = command(
        "why-not",
        "WHAT ORIGIN DESTINATION [options]",
        "why a corridor, country, place or chokepoint is not on the front, and what would change it",
    )
    why_not.add_argument("what", metavar="WHAT", help=f"a name, or a selector: {SELECTORS}")
    _places(why_not)
    _question(why_not)
    _answer(why_not, FORMATS[:2], files=False)

    matrix = command(
        "matrix",
        "--origins LIST --destinations LIST [options]",
        "the best route, or the front, of each pair of many origins and destinations",
    )
    _matrix(matrix)
    _question(matrix, searched=False)
    _answer(matrix, FORMATS[:3], files=False)

    for name, said in (
        ("scenarios", "list scenarios, or show what one changes"),
        ("hazards", "list hazard sets, or show the hazards of one"),
        ("compliance", "list compliance profiles, or show the rules of one; not legal advice"),
    ):
        shown = command(name, "[NAME] [options]", said)
        what = {"scenarios": "scenario", "hazards": "set", "compliance": "profile"}[name]
        shown.add_argument("name", nargs="?", metavar="NAME", help=f"a shipped {what} or a TOML file; A+B joins two")
        _as_of(shown)
        shown.add_argument("--width", metavar="N", help=WIDE)
    network = command(
        "network",
        "[info|validate|export|import|build|report|remove] [FILE ...] [options]",
        "the network: info, validate FILE, export FILE, import tables FILE, import osm FILE, build world",
    )
    said = ", ".join(ACTIONS)
    network.add_argument("action", nargs="?", default="info", choices=ACTIONS, metavar="ACTION", help=said)
    said = "folder of CSV files, .gpkg or .parquet; the name of a built network; build world"
    network.add_argument("file", nargs="?", metavar="FILE", help=said)
    network.add_argument("more", nargs="*", metavar="FILE", help="of import tables: tables of others, one or two")
    network.add_argument("--network", metavar="FILE", help=OWN)
    _as_of(network)
    network.add_argument("--width", metavar="N", help=WIDE)
    brought = network.add_argument_group("import tables").add_argument
    brought("--mapping", metavar="FILE", help="a TOML file that says which column is which")
    brought = network.add_argument_group("import osm").add_argument
    brought("--roads", metavar="LIST", help="road classes, such as motorway,trunk,primary; to tertiary when not given")
    brought("--without", metavar="LIST", help="leave out: of rail,ferries,service-tracks,not-in-use")
    brought("--places", metavar="FILE", help="a CSV file of places that get terminals: name,lon,lat")
    brought("--terminals", default="auto", metavar="NAME", help="auto, places (of the map), ends, all or none")
    brought = network.add_argument_group("import").add_argument
    brought("-o", "--output", metavar="FILE", help="where the network is written: a folder, .gpkg or .parquet")
    looked = network.add_argument_group("report").add_argument
    looked("--report", metavar="FILE", help="write the report of a network's quality: .html, .md or .json")
    looked("--map", metavar="FILE", help="write its picture: .svg")
    _build(network)
    command("warmup", "", "compile what a first answer needs")
    completion = command("completion", "SHELL", "print a script that lets the tab key complete words of this command")
    completion.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    return top


def _examples(name: str) -> str | None:
    lines = [line.strip() for line in EXAMPLES.get(name, "").splitlines() if line.strip()]
    return "\n".join([f"example{'s' if len(lines) > 1 else ''}:", *(f"  {line}" for line in lines)]) if lines else None


def _as_of(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--as-of", default="2026", metavar="YEAR", help="vantage point: 2026 or 2022")


def _build(parser: argparse.ArgumentParser) -> None:
    """Add the options of building a network."""
    add = parser.add_argument_group("build world").add_argument
    add("--region", metavar="W,S,E,N", help="a box of degrees, such as -12,-36,145,72: all Eurasia and its sea lanes")
    add("--detail", default="4", metavar="KM", help="nodes nearer than this become one (4); full keeps every link")
    add("--cities", default="100000", metavar="N", help="least population of the cities where freight is loaded")
    said = "routes between countries of the embedded network keep to these (known), or may cross all others"
    add("--transit", default="known", choices=("known", "all"), help=said)
    add("--name", metavar="NAME", help="what the network is called (world, or world-full)")
    add("--cache", metavar="DIR", help="folder of built networks instead of the usual one")
    add("--restart", action="store_true", help="do all stages anew, those too that an earlier build has done")


def _places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("origin", metavar="ORIGIN", help="a name, an id, a UN/LOCODE or lon,lat")
    parser.add_argument("destination", metavar="DESTINATION", help="the same")


def _robust(parser: argparse.ArgumentParser) -> None:
    """Add the options of robust routes."""
    add = parser.add_argument_group("under hazards").add_argument
    add("--policy", default="detour", metavar="NAME", help="at a closure: detour (or wait where better) or wait")
    add("--samples", default="2000", metavar="N", help="worlds to draw; exact enumerates all where hazards are few")
    add("--seed", default="0", metavar="N", help="of the draw: the same seed gives the same answer")
    add("--deadline", metavar="TIME", help="such as 35d: the probability to arrive by then")
    add("--usd-per-day", metavar="USD", help="what a day is worth, to weigh money and time together")
    add("--measures", metavar="LIST", help="such as cost.mean,time.cvar_90,generalised.regret_max,broken")


def _matrix(parser: argparse.ArgumentParser) -> None:
    """Add the options of a matrix."""
    add = parser.add_argument_group("the pairs").add_argument
    said = "places with semicolons between, such as 'Mumbai;Baku', or a file: a place a line"
    add("--origins", metavar="LIST|FILE", required=True, help=said)
    add("--destinations", metavar="LIST|FILE", required=True, help="the same")
    add("--criterion", metavar="NAME", help="what is minimised (cost): time, distance, risk, emissions or delay")
    add("--front", metavar="LIST", help="instead: fronts of these criteria, such as cost,time")
    add("--bounded", metavar="EPS", help="with --front: few routes near all others, 0.01 is within 1%%")
    add("--threads", metavar="N", help="how many pairs are searched at once; one a processor when not given")
    add("--again", action="store_true", help="begin anew where -o holds parts of a matrix; else they are kept")


def _question(parser: argparse.ArgumentParser, *, scenarios: str = "", searched: bool = True) -> None:
    """Add the options of a question; `searched`: those of a search by criteria of the planner's choice."""
    moved = parser.add_argument_group("what is moved").add_argument
    moved("--shipment", default="1xFEU", metavar="BOXES", help="such as 1xFEU or 2xTEU")
    moved("--tonnes", metavar="T", help="net cargo; the usual load of the boxes when not given")
    moved("--value", metavar="USD", help="value of the cargo")
    moved("--service", default="ordinary", metavar="NAME", help="ordinary or block-train")
    moved("--departure", metavar="DATE", help="such as 2026-12-01; judges seasonal links")

    world = parser.add_argument_group("the world")
    said = scenarios or "stacked in order; A+B stacks too"
    world.add_argument("--scenario", action="append", default=[], metavar="NAME|FILE", help=said)
    said = "what may happen: today, 2022, none; the vantage point's when not given"
    world.add_argument("--hazards", metavar="NAME|FILE", help=said)
    _as_of(world)
    world.add_argument("--prices", default="2025", metavar="YEAR", help="price year of costs (2025)")
    world.add_argument("--network", metavar="FILE", help=OWN)

    ways = parser.add_argument_group("which ways may be taken").add_argument
    ways("--via", action="append", default=[], metavar="PLACE", help="stop, in order; a place or a selector")
    ways("--exclude", action="append", default=[], metavar="SELECTOR", help=f"never used: {SELECTORS}")
    said = "used at a penalty in USD, or hours as 24h"
    ways("--avoid", action="append", default=[], metavar="SELECTOR=PENALTY", help=said)
    ways("--limit", action="append", default=[], metavar="CRITERION=VALUE", help="such as time=30d or cost=9000")
    said = "what the shipper's law forbids or charges: us, eu, uk, ...; A+B joins two; not legal advice"
    ways("--compliance", action="append", default=[], metavar="NAME|FILE", help=said)

    search = parser.add_argument_group("the search").add_argument
    if searched:
        said = "of cost,time,distance,risk,emissions,delay"
        search("--criteria", default="cost,time,distance,risk", metavar="LIST", help=said)
        said = "few routes near all others: 0.01 is within 1%% in every criterion; faster"
        search("--bounded", metavar="EPS", help=said)
        said = "add routes within this share of the front, such as 0.05, that go by other corridors"
        search("--slack", metavar="SHARE", help=said)
    search("--seconds", metavar="S", help="stop the search after S seconds and print what was found")
    search("--labels", metavar="N", help="stop the search after N partial routes and print what was found")


def _answer(
    parser: argparse.ArgumentParser,
    formats: Sequence[str],
    *,
    strips: str | None = None,
    explained: bool = False,
    files: bool = True,
) -> None:
    """Add the options of the answer; what belongs to the command routes alone is known elsewhere, to be refused."""
    add = parser.add_argument_group("the answer").add_argument

    def routes_only(option: str, metavar: str, said: str, default: str | None = None) -> None:
        add(option, metavar=metavar, default=default, help=said if explained else argparse.SUPPRESS)

    if files:
        routes_only("--rank", "WEIGHTS", "order routes by weights such as cost=2,time=1")
        routes_only("--method", "NAME", "of --rank: weighted, topsis, lexicographic or knee", "weighted")
        routes_only("--explain", "N", "explain route N: where its values arise, with sources")
        routes_only("--against", "M", "with --explain: where the difference from route M arises")
    add("--format", default="table", metavar="NAME", help=f"{', '.join(formats[:-1])} or {formats[-1]}")
    if strips is not None:
        add("--strips", metavar="N", help=f"routes drawn as a line of places below the table ({strips})")
    add("--width", metavar="N", help=WIDE)
    if files:
        add("--map", metavar="FILE", help="write a map: one HTML file that needs no network")
        add("--report", metavar="FILE", help="write a report: .html, .md or .xlsx")
    add("-o", "--output", metavar="FILE", help="write the answer there instead of to the terminal")
