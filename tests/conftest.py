"""The embedded network, loaded once for all tests."""

import pytest

import corridor_opt as co


@pytest.fixture(scope="session")
def network() -> co.Network:
    """As last seen, 2026."""
    return co.load_network(as_of="2026")


@pytest.fixture(scope="session")
def network_2022() -> co.Network:
    """The world of the founding documents."""
    return co.load_network(as_of="2022")
