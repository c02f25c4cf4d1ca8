"""The embedded network, loaded once for all tests, and the command line on it."""

import signal

import pytest

import corridor_opt as co
from corridor_opt.cli import main
from corridor_opt.model import load as networks


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c():
    """Let Ctrl-C be Ctrl-C even where the tests run in the background, which ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def network() -> co.Network:
    """As last seen, 2026."""
    return co.load_network(as_of="2026")


@pytest.fixture(scope="session")
def network_2022() -> co.Network:
    """The world of the founding documents."""
    return co.load_network(as_of="2022")


@pytest.fixture
def run(network, network_2022, monkeypatch, capsys):
    """The command line in this process, with the embedded network loaded once."""
    loaded, load = {"2026": network, "2022": network_2022}, networks.load_network

    def cached(path=None, *, as_of="2026"):
        return loaded[str(as_of)] if path is None and str(as_of) in loaded else load(path, as_of=as_of)

    monkeypatch.setattr(networks, "load_network", cached)

    def call(*words):
        try:
            code = main([str(word) for word in words])
        except SystemExit as stop:
            code = stop.code
        return code, *capsys.readouterr()

    return call
