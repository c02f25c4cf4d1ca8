"""Write or check docs/hazards.md: the shipped hazards, what they do, how likely they are, what that rests on.

python tools/hazards_page.py            write it after a change of data
python tools/hazards_page.py --check    complain if the page is not what the data say
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corridor_opt.model.hazard import Hazard
from corridor_opt.model.hazard_files import load_hazards, shipped_sets
from corridor_opt.model.hazard_set import HazardSet

PAGE = Path(__file__).resolve().parent.parent / "docs" / "hazards.md"
HEAD = """\
# Hazards

What may happen, as shipped in `corridor_opt/data/hazards`. Written by `python tools/hazards_page.py`; do not edit it by
hand. How these numbers become risk, delay and worlds: [risk.md](risk.md).

*q* is the probability that a shipment meets it, in any month. *Events* are those the rate rests on; a rate from fewer
than three events is judgement, and so are all strengths of groups. Days are exponential unless a spread (± coefficient
of variation) or *fixed* stands beside them.
"""
FEW = 3


def row(hazard: Hazard) -> str:
    """One line of the table."""
    law = {"exponential": "", "fixed": " fixed", "lognormal": f" ±{hazard.spread:g}"}[hazard.law]
    rate = hazard.per_year if hazard.probability is None else hazard.probability
    ranged = "" if hazard.low is None else f" ({hazard.low:g} to {hazard.high:g})"
    kind = "" if hazard.probability is None else " (chance)"
    counted = "" if hazard.events is None else f"{hazard.events} since {hazard.since}"
    season = f", months {hazard.months}" if hazard.months else ""
    cells = [f"`{hazard.name}`", f"{hazard.title} ({hazard.where}{season})", hazard.effect, f"{rate:g}{kind}{ranged}"]
    cells += [f"{hazard.mean_days:g}{law}", f"{hazard.chance():.2%}", hazard.group, counted, hazard.confidence]
    return "| " + " | ".join(cells) + " |"


def section(hazards: HazardSet) -> list[str]:
    """One set."""
    lines = ["", f"## {hazards.name}: {hazards.title}", "", hazards.description, ""]
    few = sum((h.events or 0) < FEW for h in hazards)
    none = sum((h.events or 0) == 0 for h in hazards)
    lines.append(f"{len(hazards)} hazards; {few} rest on fewer than {FEW} events, {none} of them on none.")
    lines += ["", "| hazard | where | what it does | a year (range) | days | q | group | events | confidence |"]
    lines += ["|---|---|---|--:|--:|--:|---|---|---|", *(row(hazard) for hazard in hazards)]
    lines += ["", "| group | strength | chance of its shock | strikes | why |", "|---|--:|--:|---|---|"]
    shocks = {item.name: item.probability for item in hazards.items() if item.is_shock}
    for group in hazards.groups:
        members = ", ".join(h.name for h in hazards if h.group == group.name)
        chance = f"{shocks.get(group.name, 0.0):.2%}"
        lines.append(f"| `{group.name}`: {group.title} | {group.strength:g} | {chance} | {members} | {group.why} |")
    return lines


def page() -> str:
    """The whole page."""
    lines = [HEAD.rstrip()]
    for name in shipped_sets():
        hazards = load_hazards(name)
        if len(hazards):
            lines += section(hazards)
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write or check."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--check", action="store_true")
    if not words.parse_args().check:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == page():
        return 0
    print(f"{PAGE.name} is not what the data say; run python tools/hazards_page.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
