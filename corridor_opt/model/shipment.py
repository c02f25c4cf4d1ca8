"""What is moved."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.schema import vocabulary

if TYPE_CHECKING:
    from corridor_opt.model.network import Network

SIZES = {"TEU": 1.0, "FEU": 2.0, "20FT": 1.0, "40FT": 2.0, "40HQ": 2.0, "40HC": 2.0}
MOST = 1e10  # tonnes or USD; more is a slip
# Tonnes of cargo that no box takes: by ISO 668 most are rated 30.48 t gross, of which 2 to 4 t are the box itself.
MOST_PER_BOX = 32.0
CONTAINERS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[x*]?\s*([0-9A-Za-z]+)\s*")


@dataclass(frozen=True)
class Shipment:
    """A shipment of containers, or of tonnes in containers.

    Parameters
    ----------
    containers
        Such as `"1xFEU"`, `"3xTEU"` or `"1xFEU+1xTEU"` (FEU, 40HQ, 40HC = 2 TEU; TEU, 20FT = 1 TEU). Empty: as
        many boxes of 20 feet as the tonnes need, by the usual load of one.
    tonnes
        Net cargo in tonnes; None: the usual load of the containers (`payload` in the network's parameters). More than
        32 t a box is refused.
    value_usd
        Value of the cargo in USD, for the reader and for later risk models; None where it is not known.
    service
        `ordinary` or `block-train`: scheduled container trains are faster, wait less and may cost another price.

    Raises
    ------
    DataError
        Every fault at once.
    """

    containers: str = "1xFEU"
    tonnes: float | None = None
    value_usd: float | None = None
    service: str = "ordinary"

    def __post_init__(self) -> None:
        faults = []
        try:
            counted = self._counted()
        except ValueError as error:
            faults.append(str(error))
        else:
            if not counted and self.tonnes is None:
                faults.append("give containers or tonnes")
            faults += self._overloaded(sum(number for number, _ in counted))
        for name, value in (("tonnes", self.tonnes), ("value_usd", self.value_usd)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, Real) or not 0 < value < MOST):
                faults.append(f"{name} {str(value)[:40]} must be a number above 0 and below {MOST:.0e}")
        if not isinstance(self.service, str) or self.service not in vocabulary("service"):
            faults.append(f"no service '{self.service}'{did_you_mean(str(self.service), vocabulary('service'))}")
        if faults:
            raise DataError("the shipment cannot be used", faults)

    def _overloaded(self, boxes: float) -> list[str]:
        """Say that the cargo is more than its boxes take; tonnes that are no number are told elsewhere."""
        tonnes = self.tonnes if isinstance(self.tonnes, Real) else 0
        if not boxes or not boxes * MOST_PER_BOX < tonnes < MOST:
            return []
        return [
            f"{tonnes:g} t are too much for {self.containers}: a container takes at most {MOST_PER_BOX:g} t, "
            f"so {math.ceil(tonnes / MOST_PER_BOX)} containers are the least for them"
        ]

    def _counted(self) -> list[tuple[float, str]]:
        """Containers as (number, size)."""
        counted = []
        for part in str(self.containers).split("+") if str(self.containers).strip() else []:
            fit = CONTAINERS.fullmatch(part)
            if not fit:
                raise ValueError(f"containers '{self.containers}': write such as 1xFEU or 2xTEU+1xFEU")
            number, size = float(fit[1]), fit[2].upper()
            if size not in SIZES:
                raise ValueError(f"no container '{fit[2]}'{did_you_mean(fit[2], SIZES)}")
            if not 0 < number < 1e6:
                raise ValueError(f"containers '{self.containers}': the number must be between 0 and a million")
            counted.append((number, size))
        return counted

    def load(self, network: Network) -> Load:
        """Give the shipment in the units that rates are in.

        Parameters
        ----------
        network
            Gives the usual payload of a container and the TEU a truck takes.
        """
        payload = {q: network.numbers["payload", q]["value"] for q in ("tonnes_per_teu", "tonnes_per_feu")}
        counted = self._counted()
        teu = sum(number * SIZES[size] for number, size in counted)
        usual = sum(n * payload["tonnes_per_feu" if SIZES[s] == 2 else "tonnes_per_teu"] for n, s in counted)
        tonnes = float(self.tonnes) if self.tonnes is not None else usual
        small = sum(number for number, size in counted if SIZES[size] == 1)
        if not counted:  # boxes of 20 feet, paid for as such
            small = teu = float(-(-tonnes // payload["tonnes_per_teu"]))
        trucks = float(-(-teu // network.numbers["payload", "teu_per_truck"]["value"]))
        return Load(teu, tonnes, trucks, self.value_usd, self.service, small)


@dataclass(frozen=True)
class Load:
    """A shipment in TEU, tonnes and trucks; `small` of the TEU are boxes of 20 feet."""

    teu: float
    tonnes: float
    trucks: float
    value_usd: float | None
    service: str
    small: float = 0.0
