"""What a planner typed after the names of places: options become the arguments of a study."""

from __future__ import annotations

import argparse
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from corridor_opt.cli_words import FORMATS, FORMATS_OF
from corridor_opt.errors import CorridorError, DataError


def options(words: argparse.Namespace, faults: list[str]) -> dict[str, Any]:
    """Turn options to the arguments of a study; what is wrong with an option goes to the faults."""
    from corridor_opt.errors import did_you_mean
    from corridor_opt.graph.methods import Bounded, SearchLimits
    from corridor_opt.model.shipment import Shipment
    from corridor_opt.results.rank import ranking_faults
    from corridor_opt.studies.amounts import read_number
    from corridor_opt.studies.question import fault_lines

    def number(name: str, *, whole: bool = False) -> Any:
        text = getattr(words, name)
        if text is None:
            return None
        value = read_number(text)
        if value is None or (whole and value != int(value)):
            faults.append(f"--{name} '{text[:60]}' is not a {'whole ' if whole else ''}number")
            return None
        return int(value) if whole else value

    asked: dict[str, Any] = {"prices": number("prices", whole=True)}
    tonnes, value = number("tonnes"), number("value")
    seconds, labels = number("seconds"), number("labels", whole=True)
    limits: dict[str, str] = {}
    for text in words.limit:
        name, found, amount = text.partition("=")
        if name in limits or not found:
            faults.append(f"--limit {name} stands twice" if found else f"--limit {text}: write --limit {text}=VALUE")
        else:
            limits[name] = amount
    for name, make in (
        ("shipment", lambda: Shipment(words.shipment, tonnes, value, words.service)),
        ("search_limits", lambda: SearchLimits(seconds=seconds, labels=labels)),
    ):
        try:
            asked[name] = make()
        except DataError as error:
            faults += fault_lines(error)
    bounded = number("bounded") if "bounded" in words else None
    if bounded is not None:
        try:
            asked["method"] = Bounded(bounded)
        except DataError as error:
            faults.append(f"--bounded: {error}")
    slack = number("slack") if "slack" in words else None
    if slack is not None:
        asked["slack"] = slack
    formats = FORMATS[: FORMATS_OF.get(words.command, len(FORMATS))]
    if words.format not in formats:
        faults.append(f"--format: no format '{words.format}'{did_you_mean(words.format, formats)}")
    if "criteria" in words:
        asked["criteria"] = [name.strip() for name in words.criteria.split(",") if name.strip()]
    if "criteria" in words and "rank" in words:
        ranking = ranking_faults(("cost",), weights(words.rank, faults), words.method)
        faults += [f"--rank: {fault}" if "method" not in fault else fault for fault in ranking]
    faults += unwritable(**{name: getattr(words, name, None) for name in ("map", "report", "output")})
    return asked | {
        "departure": words.departure,
        "via": words.via,
        "exclude": words.exclude,
        "avoid": words.avoid,
        "limits": limits,
        "compliance": words.compliance,
        "hazards": words.hazards,
    }


def question(words: argparse.Namespace, scenarios: list[Any], faults: list[str]) -> tuple[Any, dict[str, Any]]:
    """Read the network and the options; every fault of options and question is told at once."""
    from corridor_opt.model.load import load_network
    from corridor_opt.studies.question import WORDS, ask, fault_lines

    faults += words.faults
    asked = options(words, faults)
    network = load_network(words.network, as_of=words.as_of)
    if faults:
        known = {name: value for name, value in asked.items() if value is not None and name in WORDS}
        try:
            ask(network, words.origin, words.destination, scenarios=scenarios, **known)
        except CorridorError as error:
            faults += [line for line in fault_lines(error) if line not in faults]
        raise DataError("the question cannot be answered", faults)
    return network, asked


def matrix_question(words: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    """Read the network and the options of a matrix; every fault of options and question is told at once."""
    from corridor_opt.model.load import load_network
    from corridor_opt.studies.amounts import read_number
    from corridor_opt.studies.many import many

    faults: list[str] = list(words.faults)
    in_parts = words.output is not None and Path(words.output).suffix.lower() == ".parquet"
    parts, words.output = (words.output, None) if in_parts else (None, words.output)
    end = Path(words.output or "").suffix.lower().lstrip(".")
    if words.format == "table" and end in FORMATS[:3]:
        words.format = end
    asked = options(words, faults)
    for one, other in (("front", "criterion"), ("criterion", "bounded")):
        if getattr(words, one) is not None and getattr(words, other) is not None:
            faults.append(f"give --{one} or --{other}, one of the two")
    if words.front is None and words.bounded is not None and words.criterion is None:
        faults.append("--bounded belongs to --front")
    threads = None if words.threads is None else read_number(words.threads)
    if words.threads is not None and (threads is None or threads != int(threads) or threads < 1):
        faults.append(f"--threads '{words.threads[:60]}' is not a whole number of 1 or more")
    ends = {name: _listed_places(name, getattr(words, name), faults) for name in ("origins", "destinations")}
    criteria = [name.strip() for name in (words.front or words.criterion or "cost").split(",") if name.strip()]
    asked = {name: value for name, value in asked.items() if value is not None}
    asked["scenario"] = words.scenario or ["baseline"]
    network = load_network(words.network, as_of=words.as_of)
    if faults:
        many("corridor-opt matrix", network, ends["origins"], ends["destinations"], criteria, asked, (), faults)
    wanted: dict[str, Any] = {"criteria": criteria} if words.front is not None else {"criterion": ",".join(criteria)}
    workers = None if threads is None else int(threads)
    return network, {**asked, **wanted, **ends, "to": parts, "resume": not words.again, "threads": workers}


def _listed_places(option: str, text: str, faults: list[str]) -> list[str]:
    """Read places from a file, one a line, or from a text with semicolons between."""
    if os.path.isfile(text):
        try:
            lines = Path(text).read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeError) as error:
            faults.append(f"--{option} {text} cannot be read: {getattr(error, 'strerror', None) or error}")
            return []
        return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if os.sep in text or Path(text).suffix in (".txt", ".csv"):
        faults.append(f"--{option}: there is no file {text[:100]}")
    return [part.strip() for part in text.split(";") if part.strip()]


def route_number(words: argparse.Namespace, name: str, faults: list[str]) -> int | None:
    """Read the number of a route, from 1."""
    text = getattr(words, name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        faults.append(f"--{name} '{text[:60]}' is not the number of a route")
        return None
    return int(text[:9])


def weights(text: str | None, faults: list[str]) -> dict[str, float] | None:
    """Read cost=2,time=1; a name alone weighs 1."""
    from corridor_opt.studies.amounts import read_number

    if text is None:
        return None
    weights: dict[str, float] = {}
    for part in text.split(","):
        name, found, amount = (word.strip() for word in part.partition("="))
        weight = read_number(amount) if found else 1.0
        if weight is None:
            faults.append(f"--rank '{part}': write criterion=weight, such as cost=2")
        elif name in weights:
            faults.append(f"--rank {name} stands twice")
        else:
            weights[name] = weight
    return weights or None


REPORTS = (".html", ".htm", ".md", ".xlsx")
MAPS = (".html", ".htm")
NO_TEXT = (".xlsx", ".xls", ".pdf", ".parquet", ".gpkg")


def unwritable(**files: str | None) -> list[str]:
    """Find out before the search that an answer cannot be written after it.

    Parameters
    ----------
    **files
        Paths by option: `map`, `report`, `output`.
    """
    faults = []
    given = {option: path for option, path in files.items() if path is not None}
    names: dict[str, str] = {}
    for option, path in given.items():
        try:
            other = names.setdefault(os.path.realpath(path), option)
            if other != option and not _is_special(path):
                faults.append(f"--{other} and --{option} name the same file {path}")
            folder = Path(path).resolve().parent
            if Path(path).is_dir():
                faults.append(f"{path} cannot be written: it is a folder")
            elif not folder.is_dir():
                faults.append(f"{path} cannot be written: no folder {folder}")
            elif not os.access(folder, os.W_OK):
                faults.append(f"{path} cannot be written: no permission in {folder}")
            faults += _wrong_end(option, path)
        except (OSError, ValueError) as error:  # too long, or with a letter that no file name has
            faults.append(f"{path[:60]!r} cannot be written: {getattr(error, 'strerror', None) or error}")
    return faults


def _wrong_end(option: str, path: str) -> list[str]:
    """What is wrong with the end of a file's name, which says its format."""
    end = Path(path).suffix.lower()
    if option == "map" and end not in MAPS and not _is_special(path):
        return [f"--map {path}: a map is a page; name it {Path(path).stem or 'map'}.html"]
    if option == "report" and end not in REPORTS:
        return [f"--report {path}: a report ends in .html, .md or .xlsx"]
    if option == "report" and end == ".xlsx" and find_spec("openpyxl") is None:
        return ["--report: a spreadsheet needs openpyxl: pip install 'corridor_opt[report]'"]
    if option == "output" and end in NO_TEXT:
        return [f"--output {path}: an answer is written as text, .csv or .json"]
    return []


def _is_special(path: str) -> bool:
    """Say whether a path is a pipe or a device, which has no format of its own."""
    return os.path.exists(path) and not os.path.isfile(path)
