"""Every script in examples/ runs as a reader would run it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))
SECONDS = 120  # a cold machine compiles the kernels first
# What a script has to say, and the file it has to write, beyond running to its end.
SAYS = {
    "border_closes.py": ["Baku", "the least possible is", "cheapest to lift"],
    "first_route.py": ["Moscow", "Sources", "Map written: first_route.html"],
}
WRITES = {"first_route.py": "first_route.html"}

pytestmark = pytest.mark.skipif(
    not (ROOT / "pyproject.toml").exists(), reason="the tests were copied without the repository"
)


def test_the_examples_are_there():
    assert set(SAYS) <= {script.name for script in SCRIPTS}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_example_runs(script, tmp_path):
    # an example may write files: it does so in a folder of its own
    command = [sys.executable, str(script)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    for words in SAYS.get(script.name, ()):
        assert words in done.stdout
    written = WRITES.get(script.name)
    assert [path.name for path in tmp_path.iterdir()] == ([written] if written else [])
    if written:
        assert (tmp_path / written).read_text(encoding="ascii").startswith("<!doctype html>")
