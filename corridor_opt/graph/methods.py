"""How to search and when to stop: small frozen values, readable from TOML."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import TypeAlias, cast

from corridor_opt.errors import DataError


@dataclass(frozen=True)
class Exact:
    """Find every non-dominated path value, and one path for each."""


@dataclass(frozen=True)
class Bounded:
    """Find few paths that come near every non-dominated one, faster.

    For every point of the exact front some point found is at most (1 + eps) times as large in every criterion, and
    there are never more points than the exact front has.

    Parameters
    ----------
    eps
        Above 0, at most 1: 0.01 is within 1 %.

    Raises
    ------
    DataError
        `eps` is not such a number.
    """

    eps: float

    def __post_init__(self) -> None:
        eps = self.eps
        if isinstance(eps, bool) or not isinstance(eps, Real):
            raise DataError(f"eps: a number above 0 and at most 1 expected, such as 0.01, not {eps!r}")
        if not 0 < eps <= 1:
            raise DataError(f"eps: {eps!r} is not above 0 and at most 1; write 0.01 for within 1 %")


Method: TypeAlias = Exact | Bounded


@dataclass(frozen=True, kw_only=True)
class SearchLimits:
    """When to stop a search and return what it has; None means no limit.

    Parameters
    ----------
    labels
        Settled labels (partial paths that were extended), 0 or more. The same on every machine.
    bytes
        Memory of the search's own arrays, 0 or more; looked at before labels get room, not before the
        bounds are computed.
    seconds
        Wall time of bounds and search, 0 or more. The first use of the kernels in a process compiles
        or loads them before the clock starts.

    Raises
    ------
    DataError
        A limit is not a number, or negative; names each one.
    """

    labels: int | None = None
    bytes: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        faults = []
        for name, kind, expected in (
            ("labels", Integral, "a whole number"),
            ("bytes", Integral, "a whole number"),
            ("seconds", Real, "a number"),
        ):
            limit = getattr(self, name)
            if limit is None:
                continue
            if isinstance(limit, bool) or not isinstance(limit, kind):
                faults.append(f"{name}: {expected} or None expected, not {limit!r}")
            elif not cast(float, limit) >= 0:  # NaN is not
                faults.append(f"{name}: {limit!r} is not 0 or more")
        if faults:
            raise DataError("these search limits cannot be used", faults)
