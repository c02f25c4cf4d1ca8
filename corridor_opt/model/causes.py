"""Closure rates that the links and crossings of a network name as their own, in the table `closures`."""

from __future__ import annotations

from typing import Any

from corridor_opt.model.network import Network


def named_causes(network: Network) -> dict[str, dict[str, Any]]:
    """Rows of `closures` by id, each with rate, length, source, confidence and note."""
    return {row["id"]: row for row in network["closures"].to_dict("records")}
