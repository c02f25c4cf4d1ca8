"""A compliance profile: what a shipper under a jurisdiction may not touch, or may at a price. Not legal advice.

A profile is dated rules, each a selector and what follows: forbidden (never used, like an exclusion), charged (money,
hours, a chance to lose the cargo), or told (the planner reads that a route touches it). Every rule names its
regulation; a profile for which none could be read says that it is a template.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import ScenarioError, did_you_mean
from corridor_opt.model.criteria import CONFIDENCE, DEFAULT_PRICES
from corridor_opt.model.network import Network
from corridor_opt.model.prices import price_years, spoken_years
from corridor_opt.model.selector import Selector, parse_selector
from corridor_opt.model.shipment import Load

if TYPE_CHECKING:
    import numpy as np

NOT_ADVICE = "not legal advice"
# Greatest value of each amount; more is a slip.
AMOUNTS = {
    "surcharge_usd_per_teu": 1e9,
    "surcharge_value_share": 1.0,
    "delay_hours": 1e7,
    "seizure_probability": 0.999,
}
# Countries need not be in a network: a rule on one that is not there touches nothing.
FREE_KEYS = ("country", "transit")


@dataclass(frozen=True)
class Rule:
    """A selector and what follows from touching it.

    Parameters
    ----------
    name
        Unique in its profile.
    selector
        What it is about, as a `Selector` or in words such as `"country:IR"` or `"operator:rzd"`.
    forbid
        Never used.
    tell
        Costs nothing; a route that touches it says so. For what nobody put a number on.
    surcharge_usd_per_teu, surcharge_value_share, delay_hours
        What touching it costs: USD a TEU (of the year `prices`), a share of the value of the cargo, hours.
    seizure_probability
        Share of the value of the cargo expected lost: an expected loss in the cost, and a part of the risk.
    since, until
        First and last day on which it holds; None: open.
    regulation
        Name, number and article of what it rests on; empty in a template only.
    sources, confidence, why
        Who says so, and what is judgement.
    prices
        Year of its amounts of money.
    """

    name: str
    selector: Selector | str
    forbid: bool = False
    tell: bool = False
    surcharge_usd_per_teu: float = 0.0
    surcharge_value_share: float = 0.0
    delay_hours: float = 0.0
    seizure_probability: float = 0.0
    since: dt.date | None = None
    until: dt.date | None = None
    regulation: str = ""
    sources: tuple[str, ...] = ()
    confidence: str = "assumption"
    why: str = ""
    prices: int = DEFAULT_PRICES

    def __post_init__(self) -> None:
        if isinstance(self.selector, str):
            object.__setattr__(self, "selector", parse_selector(self.selector))

    @property
    def where(self) -> Selector:
        """The selector."""
        assert isinstance(self.selector, Selector)
        return self.selector

    @property
    def kind(self) -> str:
        """`forbidden`, `charged` or `told`."""
        return "forbidden" if self.forbid else "told" if self.tell else "charged"

    def holds(self, day: dt.date) -> bool:
        """Whether it holds on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    @property
    def effect(self) -> str:
        """What follows, in words."""
        if self.kind != "charged":
            return self.kind
        parts = [f"+{self.surcharge_usd_per_teu:g} USD/TEU"] if self.surcharge_usd_per_teu else []
        parts += [f"+{self.surcharge_value_share:.1%} of the value"] if self.surcharge_value_share else []
        parts += [f"+{self.delay_hours:g} h"] if self.delay_hours else []
        parts += [f"seizure {self.seizure_probability:.1%}"] if self.seizure_probability else []
        return ", ".join(parts)

    def charge(self, load: Load, factor: float = 1.0) -> dict[str, float]:
        """What touching it once adds: cost USD, time h, risk nepers.

        Parameters
        ----------
        load
            The shipment. Without a value, what is a share of the value is not charged.
        factor
            From the prices of the rule to those of the question.
        """
        value = load.value_usd or 0.0
        money = factor * self.surcharge_usd_per_teu * load.teu
        money += (self.surcharge_value_share + self.seizure_probability) * value
        made = {"cost": money, "time": self.delay_hours, "risk": -math.log1p(-self.seizure_probability)}
        return {name: amount for name, amount in made.items() if amount > 0}

    @property
    def of_value(self) -> bool:
        """Whether a part of what it costs is a share of the value of the cargo."""
        return self.surcharge_value_share > 0 or self.seizure_probability > 0

    def faults(self) -> list[str]:
        """Say what is wrong with its numbers and words; the names of its selector are held against a network."""
        found = []
        amounts = {name: getattr(self, name) for name in AMOUNTS}
        for name, value in amounts.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= AMOUNTS[name]:
                found.append(f"{name} {str(value)[:20]} is not between 0 and {AMOUNTS[name]:g}")
        ways = [word for word, said in (("forbid", self.forbid), ("tell", self.tell)) if said]
        ways += ["amounts"] if any(amounts.values()) else []
        if len(ways) != 1:
            has = " and ".join(ways) or "none of them"
            found.append(f"it needs forbid = true, tell = true, or some of {', '.join(AMOUNTS)}; it has {has}")
        if self.since and self.until and self.since > self.until:
            found.append(f"since {self.since} is after until {self.until}")
        if self.confidence not in CONFIDENCE:
            found.append(f"no confidence '{self.confidence}'{did_you_mean(self.confidence, CONFIDENCE)}")
        return found

    def __str__(self) -> str:
        """One line: what follows where, when, by which regulation."""
        span = " ".join(f"{word} {day}" for word, day in (("since", self.since), ("until", self.until)) if day)
        said = f"{self.name}: {self.where}: {self.effect}" + (f", {span}" if span else "")
        return said + f" [{self.regulation or 'no regulation read'}]"


@dataclass(frozen=True)
class Profile:
    """What a shipper under one jurisdiction may not touch, or may at a price. Not legal advice.

    Parameters
    ----------
    name
        What a planner types.
    title, jurisdiction, description
        A line, whose law, and a paragraph.
    as_of
        Day up to which its regulations were read; what changed since is not in it.
    template
        No regulation of the jurisdiction itself could be read: a form to fill in.
    rules
        In any order; all that hold on the day of departure apply.
    sources, confidence
        Of the profile as a whole.
    text_faults
        What is wrong with its text, told when it is used.
    shipped
        It is one of ours: what it names and another network does not know touches nothing there.
    """

    name: str
    title: str = ""
    jurisdiction: str = ""
    description: str = ""
    as_of: dt.date | None = None
    template: bool = False
    rules: tuple[Rule, ...] = ()
    sources: tuple[str, ...] = ()
    confidence: str = "assumption"
    text_faults: tuple[str, ...] = ()
    shipped: bool = field(default=False, repr=False)

    def faults(self, network: Network) -> list[str]:
        """Name everything that is wrong with it in a network."""
        found = list(self.text_faults)
        known, years = set(network["sources"]["id"]), price_years(network)
        cited: list[tuple[str, tuple[str, ...], list[str]]] = [(f"compliance {self.name}", self.sources, [])]
        names = [rule.name for rule in self.rules]
        found += [
            f"compliance {self.name}: two rules are called '{n}'" for n in {n: 0 for n in names if names.count(n) > 1}
        ]
        for rule in self.rules:
            wrong = rule.faults()
            if rule.surcharge_usd_per_teu and rule.prices not in years:
                wrong.append(f"no price index for {rule.prices}; {spoken_years(years)}")
            if not self.shipped:
                wrong += self._unknown(rule.where, network)
            if not (rule.regulation and rule.sources) and not self.template:
                wrong.append("it names no regulation with a source; a profile without one says template = true")
            cited.append((f"compliance {self.name}, rule {rule.name}", rule.sources, wrong))
        for where, sources, wrong in cited:
            if not self.shipped:
                wrong = wrong + [f"no source '{s}'{did_you_mean(s, known)}" for s in sources if s not in known]
            found += [f"{where}: {fault}" for fault in wrong]
        return found

    @staticmethod
    def _unknown(selector: Selector, network: Network) -> list[str]:
        """What a selector names and the network does not know, countries aside."""
        rest = {key: values for key, values in selector.keys.items() if key not in FREE_KEYS}
        return Selector(rest).faults(network) + (["its keys fit no table"] if not selector.candidates() else [])

    def __str__(self) -> str:
        """Several lines: title, what it is, rules with their reasons."""
        read = f"rules as read up to {self.as_of}" if self.as_of else "no rules"
        lines = [f"{self.name}: {self.title}", f"{read}; {NOT_ADVICE}"]
        if self.template:
            lines.append("a template: no regulation of this jurisdiction could be read")
        lines += [self.description, f"sources: {', '.join(self.sources) or 'none'}"]
        for rule in self.rules:
            cited = f" ({', '.join(rule.sources)}; {rule.confidence})" if rule.sources else f" ({rule.confidence})"
            lines.append(f"  {rule}{': ' + rule.why if rule.why else ''}{cited}")
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Active:
    """A rule that holds, and the rows of the network it is about.

    Parameters
    ----------
    profile
        Name of its profile.
    rule
        The rule.
    rows
        A mask for each table that has matching rows.
    """

    profile: str
    rule: Rule
    rows: Mapping[str, np.ndarray] = field(repr=False)

    @property
    def name(self) -> str:
        """Profile and rule, as a planner reads them."""
        return f"{self.profile}, {self.rule.name}"


@dataclass(frozen=True)
class Compliance:
    """The profiles of a question, resolved.

    Parameters
    ----------
    profiles
        As asked; without `none`.
    day
        Day by which rules are judged: departure, or the day of the vantage point.
    active
        Rules that hold on that day and name something of the network.
    remarks
        What a planner has to be told about the profiles as a whole.
    """

    profiles: tuple[Profile, ...] = ()
    day: dt.date | None = None
    active: tuple[Active, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def head(self) -> list[dict[str, Any]]:
        """The profiles in the words of the JSON contract."""
        return [
            {
                "name": p.name,
                "title": p.title,
                "jurisdiction": p.jurisdiction,
                "as_of": p.as_of.isoformat() if p.as_of else None,
                "template": p.template,
                "judged_on": self.day.isoformat() if self.day else None,
                "note": NOT_ADVICE,
            }
            for p in self.profiles
        ]


def resolve_compliance(profiles: Sequence[Profile], network: Network, day: dt.date) -> Compliance:
    """Find the rules that hold on a day, and the rows of a network they are about.

    Raises
    ------
    ScenarioError
        Every fault of every profile.
    """
    faults = [fault for profile in profiles for fault in profile.faults(network)]
    if faults:
        raise ScenarioError(f"the compliance profile has {len(faults)} fault(s)", faults)
    active, remarks = [], []
    for profile in profiles:
        idle = []
        for rule in profile.rules:
            rows = rule.where.match(network) if rule.holds(day) else {}
            if rows:
                active.append(Active(profile.name, rule, rows))
            elif rule.holds(day):
                idle.append(rule.name)
        remarks += _remarks(profile, day, idle)
    return Compliance(tuple(profiles), day, tuple(active), tuple(remarks))


def _remarks(profile: Profile, day: dt.date, idle: Sequence[str]) -> list[str]:
    """What has to be told about a profile as a whole."""
    said = []
    if profile.template:
        said.append(f"compliance {profile.name} is a template: no regulation of this jurisdiction could be read")
    if profile.as_of and profile.as_of < day:
        said.append(
            f"compliance {profile.name} has rules as read up to {profile.as_of}; what came until {day} is not in it"
        )
    if idle:
        said.append(f"compliance {profile.name}: nothing of this network falls under {', '.join(idle)}")
    return said
