"""Every script in examples/ runs as a reader would run it, and prints what the gallery says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))
SECONDS = 120  # a cold machine compiles the kernels first

pytestmark = pytest.mark.skipif(
    not (ROOT / "pyproject.toml").exists(), reason="the tests were copied without the repository"
)


def quoted() -> dict[str, str]:
    """What the gallery says that each example prints."""
    text = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    return dict(
        re.findall(r"<!-- printed by examples/(\w+\.py) -->\n```text\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    )


def run(script, folder, *words):
    # an example may write files: it does so in a folder of its own
    command = [sys.executable, str(script), *words]
    environment = os.environ | {"COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=SECONDS, env=environment)


def test_the_gallery_shows_the_examples():
    assert len(SCRIPTS) == 9
    assert set(quoted()) == {script.name for script in SCRIPTS}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_example_prints_what_the_gallery_says_and_writes_its_map(script, tmp_path):
    done = run(script, tmp_path, "routes.html")
    assert done.returncode == 0, done.stderr
    said = "".join(f"{line.rstrip()}\n" for line in done.stdout.strip("\n").splitlines())
    assert said == quoted()[script.name], "run python tools/outputs.py"
    assert [path.name for path in tmp_path.iterdir()] == ["routes.html"]
    assert (tmp_path / "routes.html").read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_examples_are_short_and_say_what_they_do(script):
    text = script.read_text("utf-8")
    assert text.startswith('"""')
    assert f"python examples/{script.name}" in text
    assert len(text.splitlines()) <= 60


def test_an_example_writes_nothing_unless_asked(tmp_path):
    done = run(ROOT / "examples" / "own_network_from_spreadsheet.py", tmp_path)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
