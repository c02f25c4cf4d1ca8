"""What comes on top of the plain numbers of a step: delays, surcharges and factors of seasons, scenarios and vantage.

Hours of a step are (plain + extra) x factor, its money is (freight x (1 + share) + extra) x factor. What is added
between the plain amount and the whole is told apart here: first what a scenario and the vantage point have set, then
season after season, in the order in which they were applied; the parts add up to the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from corridor_opt.model.criteria import DEFAULT_PRICES
from corridor_opt.model.network import USED, Network
from corridor_opt.model.numbers import usual_error
from corridor_opt.model.prices import PriceIndex
from corridor_opt.model.schema import split
from corridor_opt.model.season import UNSEASONED

if TYPE_CHECKING:
    from corridor_opt.results.route import Route

CRITERIA_ON_TOP = ("cost", "time")
UNITS = {"extra_hours": "h", "extra_usd_per_teu": "USD"}
NO_NUMBER = dict.fromkeys(("value", "low", "high"), float("nan"))


def plain_and_on_top(route: Route) -> list[dict[str, Any]]:
    """Steps of a route with what rests on their plain numbers and what comes on top.

    Parameters
    ----------
    route
        Its steps, and its network with seasons applied.

    Returns
    -------
    list of dict
        One dict a step: its columns; `plain`, the USD under `cost` and the hours under `time` that rest on the
        numbers named in `<criterion>_number`, without penalties; `on_top`, pairs of a name (`seasons/<id>` or
        `surcharges/<sources>`) and its amounts by criterion. An amount is below 0 where a factor saves something.
    """
    network, head = route.front.network, route.front.head
    teu = head["shipment"]["teu"]
    trucks = -(-teu // network.numbers["payload", "teu_per_truck"]["value"])
    seasons = {row["id"]: row for row in network["seasons"].to_dict("records")}
    index = PriceIndex(network)
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for table, used in route.steps.groupby("table")["row"]:
        if table in USED:
            records = network[table].iloc[used.tolist()].to_dict("records")
            rows |= {(table, i): record for i, record in zip(used, records, strict=True)}
    steps = route.steps.reset_index(drop=True).to_dict("records")
    for step in steps:
        whole = {c: step[c] - step[f"{c}_penalty"] for c in CRITERIA_ON_TOP}
        step |= {"plain": whole, "on_top": []}
        if step["table"] not in USED:
            continue
        row = rows[step["table"], step["row"]]
        vehicles = trucks if step["mode"] == "road" else teu / 2
        inflate = index.factor(DEFAULT_PRICES, head["prices"]) if _flat(row, teu, vehicles) else 1.0
        freight = _freight(row, whole["cost"], _flat(row, teu, vehicles) * inflate)
        made: dict[str, dict[str, float]] = {}
        before = {"cost": freight, "time": step["time_plain"]}
        for name, state in _states(row, seasons):
            flat = _flat(state, teu, vehicles) * inflate
            after = {
                "cost": 0.0 if step["kind"] == "wait" else _money(state, freight, flat),
                "time": _hours(state, step["kind"], step["time_plain"]),
            }
            sums = {c: after[c] - before[c] for c in CRITERIA_ON_TOP}
            if any(abs(amount) > 1e-9 for amount in sums.values()):
                made[name] = sums
            before = after
        step["on_top"] = list(made.items())
        # A share of the freight is one more reason to know the freight: it rests on both.
        bare = {"cost": freight * (1 + row["sanctions_share"]), "time": step["time_plain"]}
        step["plain"] = {
            c: min(whole[c], bare[c]) if any(sums[c] for sums in made.values()) else whole[c] for c in CRITERIA_ON_TOP
        }
    return steps


def described(network: Network, name: str, sums: Mapping[str, float]) -> dict[str, Any]:
    """Describe what comes on top, in the columns of `corridor_opt.model.numbers.number_rows`."""
    kind, _, rest = name.partition("/")
    if kind == "seasons":
        row = next(row for row in network["seasons"].to_dict("records") if row["id"] == rest)
        said = {"kind": kind, "name": f"{row['name']}, {row['change'].replace('_', ' ')}", "checked": False}
        said |= NO_NUMBER | {"value": row["value"], "unit": UNITS.get(row["change"], "")}
        return said | {"source": row["source"], "confidence": row["confidence"]}
    words = [word for c, word in (("time", "delays"), ("cost", "surcharges and premiums")) if abs(sums[c]) > 1e-9]
    said = {"kind": "surcharges", "name": ", ".join(words), "unit": "", "source": rest}
    return said | {"confidence": "low", "checked": False} | NO_NUMBER


def swing_on_top(said: Mapping[str, Any]) -> tuple[float, float]:
    """How much what comes on top may shrink and grow, as factors, by the convention for its confidence."""
    share = usual_error(said["kind"], said["confidence"])
    return (1 - share, 1 + share)


def _states(row: Mapping[str, Any], seasons: Mapping[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Names and rows: what scenario and vantage point have left, then the row after each of its seasons."""
    state = {column: row.get(f"{UNSEASONED}{column}", value) for column, value in row.items()}
    states = [(f"surcharges/{row['surcharge_source']}", state)]
    for one in split(row.get("season_ids", "")):
        change, value, was = seasons[one]["change"], seasons[one]["value"], state[seasons[one]["change"]]
        state = state | {change: was * value if change.endswith("_factor") else was + value}
        states.append((f"seasons/{one}", state))
    return states


def _hours(row: Mapping[str, Any], kind: str, plain: float) -> float:
    """Hours of a step in the state of a row."""
    if kind == "wait":
        return float(plain * row["headway_factor"])
    return float((plain + row["extra_hours"]) * row["time_factor"])


def _flat(row: Mapping[str, Any], teu: float, vehicles: float) -> float:
    """Surcharges in USD that are no share of the freight."""
    return float(
        teu * (row["war_risk_usd_per_teu"] + row["extra_usd_per_teu"]) + vehicles * row["extra_usd_per_vehicle"]
    )


def _money(row: Mapping[str, Any], freight: float, flat: float) -> float:
    """Money of a step in the state of a row."""
    return float((freight * (1 + row["sanctions_share"]) + flat) * row["cost_factor"])


def _freight(row: Mapping[str, Any], cost: float, flat: float) -> float:
    """Freight, fee or charge alone, from the whole money of a step; 0 where a factor has wiped it out."""
    if row["cost_factor"] <= 0:
        return 0.0
    return float(max((cost / row["cost_factor"] - flat) / (1 + row["sanctions_share"]), 0.0))
