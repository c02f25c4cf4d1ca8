"""Completion at the tab key: the right words, in three shells, and nothing heavy loaded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from corridor_opt.cli_complete import FILES, candidates
from corridor_opt.cli_words import SHELLS


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["ro"], ["routes", "robust"]),
        (["xy"], []),
        (["xy", "a"], []),
        (["--v"], ["--version"]),
        (["routes", "mosc"], ["Moscow"]),
        (["routes", "Mumbai", "St P"], ["St Petersburg"]),
        (["routes", "MUM"], ["Mumbai"]),
        (["routes", "BND"], ["BND"]),
        (["routes", "-72.9,18.9", "Mosco"], ["Moscow"]),
        (["routes", "Mumbai", "Moscow", ""], []),
        (["routes", "Mumbai", "Moscow", "--sc"], ["--scenario"]),
        (["routes", "--scenario", "suez-blocked", "Mumbai", "Mosc"], ["Moscow"]),
        (["routes", "A", "B", "--scenario", "suez-b"], ["suez-blocked"]),
        (["routes", "A", "B", "--scenario", "hormuz-closed+suez-b"], ["hormuz-closed+suez-blocked"]),
        (["routes", "A", "B", "--scenario", "./my"], [FILES]),
        (["routes", "A", "B", "--criteria", "cost,t"], ["cost,time"]),
        (["routes", "A", "B", "--criteria", "cost,c"], []),
        (["routes", "A", "B", "--criteria=cost,t"], ["--criteria=cost,time"]),
        (["routes", "A", "B", "--rank", "cost=2,ti"], ["cost=2,time="]),
        (["routes", "A", "B", "--limit", "ti"], ["time="]),
        (["routes", "A", "B", "--exclude", "chok"], ["chokepoint:"]),
        (["routes", "A", "B", "--exclude", "chokepoint:su"], ["chokepoint:suez"]),
        (
            ["routes", "A", "B", "--exclude", "border:AM-"],
            ["border:AM-AZ", "border:AM-GE", "border:AM-IR", "border:AM-TR"],
        ),
        (["routes", "A", "B", "--exclude", "nonsense:x"], []),
        (["routes", "A", "B", "--avoid", "country:TM=5"], []),
        (["routes", "A", "B", "--map", "x"], [FILES]),
        (["routes", "A", "B", "--method", "k"], ["knee"]),
        (["routes", "A", "B", "--format", "g"], ["geojson"]),
        (["why-not", "Suez", "A", "B", "--format", "g"], []),
        (["why-not", "Middle"], ["Middle Corridor"]),
        (["compare", "A", "B", "--ra"], []),
        (["compare", "A", "B", "--expl"], []),
        (["robust", "A", "B", "--measures", "cost.mean,bro"], ["cost.mean,broken"]),
        (["robust", "A", "B", "--policy", ""], ["detour", "wait"]),
        (["scenarios", "zang"], ["zangezur-open"]),
        (["hazards", "to"], ["today"]),
        (["compliance", "us+e"], ["us+eu"]),
        (["network", "v"], ["validate"]),
        (["network", "validate", "x"], [FILES]),
        (["completion", ""], list(SHELLS)),
        (["routes", "--network", "mine", "Mosc"], []),
    ],
)
def test_words_that_may_stand_there(typed, offered):
    found = candidates(typed)
    assert [one for one in found if one in offered] == offered if len(found) > len(offered) > 1 else found == offered


def test_every_place_that_is_offered_is_known(network):
    from corridor_opt.model.places import find_place

    offered = candidates(["routes", ""])
    assert len(offered) > 300
    for name in offered:
        find_place(network, name)


def test_every_scenario_set_and_profile_is_offered():
    import corridor_opt as co

    assert set(candidates(["scenarios", ""])) == set(co.scenarios()["name"])
    assert set(candidates(["hazards", ""])) >= set(co.hazard_sets()["name"])
    assert set(candidates(["compliance", ""])) >= set(co.compliance_profiles()["name"])
    assert set(candidates(["routes", "A", "B", "--criteria", ""])) == {
        *co.find_routes.__globals__["DEFAULT_CRITERIA"],
        "emissions",
        "delay",
    }


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The command, as a shell finds it."""
    script = tmp_path / "corridor-opt"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m corridor_opt "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")


def shell(name, text):
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    done = subprocess.run([name, "-c", text], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.usefixtures("path")
@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("corridor-opt rou", "routes"),
        ("corridor-opt routes mumb", "Mumbai"),
        ("corridor-opt routes 'St Pet", "St Petersburg"),
        (r"corridor-opt routes St\ Pet", r"St\ Petersburg"),
        ("corridor-opt routes A B --scenario hormuz-closed+suez-b", "hormuz-closed+suez-blocked"),
        ("corridor-opt routes A B --exclude chokepoint:su", "suez"),  # what stands before the colon stays
        ("corridor-opt routes A B --criteria=cost,ti", "cost,time"),
    ],
)
def test_bash_completes(line, reply):
    out = shell(
        "bash",
        f"""source <(corridor-opt completion bash)
        complete -p corridor-opt
        COMP_LINE={shlex_quote(line)}; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=(corridor-opt)
        _corridor_opt 2>/dev/null
        printf '%s\n' "${{COMPREPLY[@]}}" """,
    )
    assert out.splitlines() == ["complete -F _corridor_opt corridor-opt", reply]


def shlex_quote(text):
    return "'" + text.replace("'", "'\\''") + "'"


@pytest.mark.usefixtures("path")
def test_fish_completes():
    out = shell(
        "fish", "corridor-opt completion fish | source; complete -C 'corridor-opt routes A B --criteria cost,ti'"
    )
    assert out.split() == ["cost,time"]


@pytest.mark.usefixtures("path")
def test_zsh_reads_its_script():
    assert shell("zsh", "corridor-opt completion zsh | zsh -n; print fine") == "fine\n"


def test_nothing_heavy_is_loaded_at_the_tab_key():
    code = (
        "import sys; from corridor_opt.cli import main; main(['_complete', 'zsh', 'corridor-opt', 'routes', 'mum']);"
        "heavy = [m for m in ('numpy', 'pandas', 'numba', 'geopandas', 'shapely') if m in sys.modules];"
        "print(*heavy, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.strip() == ""
