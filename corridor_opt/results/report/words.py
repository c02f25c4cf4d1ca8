"""Words that all reports share: the question, what was assumed, versions and checksums, numbers with their units."""

from __future__ import annotations

import hashlib
import platform
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.model.compliance import NOT_ADVICE
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.hazard_files import hazards_for
from corridor_opt.model.hazard_set import HazardSet

if TYPE_CHECKING:
    from corridor_opt.results.front import Front

MOST_ROWS = 6  # rows that a disruption touched, named
WORDS = {
    "cost": "cost",
    "time": "time",
    "distance": "distance",
    "risk": "risk",
    "emissions": "emissions",
    "delay": "expected delay",
}


def amount(name: str, value: float) -> str:
    """Say a value with its unit: days for hours, per cent for a probability."""
    if value != value:
        return "unknown"
    if name == "time":
        return f"{value / 24:,.1f} days"
    if name == "risk":
        return f"{value:.1%}"
    return f"{value:,.0f} {unit_of(name)}"


def spoken(values: Mapping[str, float]) -> str:
    """Say all values of a route."""
    return ", ".join(f"{'risk ' if name == 'risk' else ''}{amount(name, value)}" for name, value in values.items())


def unit_of(name: str) -> str:
    """Unit of a criterion as a reader knows it."""
    return {"emissions": "kg CO2e"}.get(name, CRITERIA[name].unit)


def listed(words: Iterable[str], most: int = 12) -> str:
    """Name some and say how many more there are."""
    words = list(words)
    if not words:
        return "none"
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def short(line: str) -> str:
    """Cut the list of rows at the end of a line on a disruption."""
    said, found, rows = line.partition(" row(s): ")
    if not found:
        return line
    names = rows.split(", ")
    more = f" and {len(names) - MOST_ROWS} more" if len(names) > MOST_ROWS else ""
    return f"{said} row(s): {', '.join(names[:MOST_ROWS])}{more}"


def question(front: Front) -> list[tuple[str, str]]:
    """What was asked, as pairs."""
    head, ship = front.head, front.head["shipment"]
    value = "not given" if ship["value_usd"] is None else f"{ship['value_usd']:,.0f} USD"
    boxes = front.words.get("shipment")
    containers = f"{boxes.containers}: " if boxes is not None and boxes.containers else ""
    load = f"{containers}{ship['teu']:g} TEU, {ship['tonnes']:g} t; value of the cargo {value}"
    rows = [
        ("From", _place(head["origin"])),
        ("To", _place(head["destination"])),
        ("Shipment", f"{load}; {ship['service']} service"),
        ("Criteria searched", ", ".join(f"{WORDS[c]} ({unit_of(c)})" for c in front.criteria)),
        ("Scenario", " + ".join(head["scenario"])),
        ("Departure", head["departure"] or "no date given: no season is judged"),
        ("Prices", f"USD of {head['prices']}, for the whole shipment"),
        ("Via", listed(head["via"])),
        ("Never used", listed(head["exclude"])),
        ("To be avoided", listed(_avoided(head["avoid"]))),
        ("Limits", listed(f"{WORDS[name]} at most {_limit(name, value)}" for name, value in head["limits"].items())),
    ]
    return [(word, said) for word, said in rows if said != "none"]


def _place(place: dict[str, Any]) -> str:
    point = f", from the point {place['point'][0]}, {place['point'][1]}" if place.get("point") else ""
    return f"{place['name']} ({place['id']}{point})"


def _avoided(avoid: dict[str, dict[str, float]]) -> list[str]:
    return [
        f"{selector} (penalty {', '.join(f'{amount:,.0f} {CRITERIA[name].unit}' for name, amount in penalty.items())})"
        for selector, penalty in avoid.items()
    ]


def _limit(name: str, value: float) -> str:
    return f"{value:.4g}" if name == "risk" else f"{value:,.6g} {unit_of(name)}"


def assumptions(front: Front) -> list[tuple[str, str]]:
    """What the answer takes for granted, as pairs."""
    head, hazards = front.head, hazard_set(front)
    touched = "; ".join(short(line) for line in front.touched) or "nothing is changed"
    found = hazards.title or hazards.name if hazards is not None else head["hazards"]["name"]
    rows = [
        (
            "Vantage point",
            f"{head['network']['as_of']}: what is closed, surcharged or delayed then stands (listed below)",
        ),
        ("Scenario", f"{' + '.join(head['scenario'])}: {touched}"),
        (
            "Hazards",
            f"{head['hazards']['name']} ({found}), {head['hazards']['count']} hazards, each counted once a route",
        ),
    ]
    if profiles := head.get("compliance"):
        said = ", ".join(
            f"{p['title']} (read up to {p['as_of']}{', a template' if p['template'] else ''})" for p in profiles
        )
        rows.append(("Compliance", f"{said}; judged on {profiles[0]['judged_on']}; {NOT_ADVICE}"))
    else:
        rows.append(("Compliance", f"no profile was asked for: what law forbids is not judged; {NOT_ADVICE}"))
    method = "exact: every route that no other beats in all criteria searched, one for each set of values"
    if front.eps is not None:
        method = f"bounded: of every other route, one of these is within {100 * front.eps:.6g} % in every criterion"
    rows.append(("Method", method))
    status = "complete"
    if front.status != "complete":
        proven = ", ".join(f"{name} {amount(name, v)}" for name, v in (front.proven or {}).items() if name != "risk")
        status = f"stopped early ({front.reason}): routes may be missing" + (
            f"; complete up to {proven}" if proven else ""
        )
    rows.append(("Status of the search", status))
    rows.append(
        (
            "Not in the numbers",
            "capacity, tariffs and duties, insurance beyond the premiums listed, and what nobody published",
        )
    )
    return rows


def standing(front: Front) -> list[str]:
    """What stands at the vantage point, a line each."""
    return [short(line) for line in front.network.standing] or ["nothing beyond the statuses of links"]


def hazard_set(front: Front) -> HazardSet | None:
    """Hazards of a front's question; None where a front does not know it."""
    if not front.words:
        return None
    return hazards_for(front.network, front.words.get("hazards"))


def versions(front: Front) -> list[tuple[str, str]]:
    """What made the answer, as pairs."""
    network, hazards = front.head["network"], front.words.get("hazards")
    name = front.network.hazards if hazards is None else hazards
    return [
        ("corridor_opt", str(sys.modules["corridor_opt"].__version__)),
        ("Python", platform.python_version()),
        ("Network", f"{network['name']} {network['version']} as of {network['as_of']}"),
        ("Checksum of the network, scenario applied", f"sha256 {front.network.sha256}"),
        ("Hazards", f"{front.head['hazards']['name']}: {_checksum(name)}"),
    ]


def _checksum(name: Any) -> str:
    """Checksum of a hazard set's file."""
    if isinstance(name, HazardSet):
        return "made in Python, no file"
    text = str(name)
    if text == "none":
        return "no file"
    try:
        if text.endswith(".toml"):
            content = Path(text).read_bytes()
        else:
            content = (files("corridor_opt") / "data" / "hazards" / f"{text}.toml").read_bytes()
    except OSError:
        return "file not found"
    return f"sha256 {hashlib.sha256(content).hexdigest()}"


def number_words(value: float, unit: str = "") -> str:
    """Say a number as data hold it."""
    if value != value:
        return ""
    return f"{value:,.6g} {unit}".strip() if abs(value) < 1e6 else f"{value:,.0f} {unit}".strip()


def anchor(*words: object) -> str:
    """Make an anchor of words."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(str(word) for word in words).lower()).strip("-")


def joined_sources(cells: Iterable[str]) -> Sequence[str]:
    """Ids of sources in cells, each once, in order."""
    return list(dict.fromkeys(part for cell in cells for part in re.split(r"[;,]\s*", cell or "") if part))
