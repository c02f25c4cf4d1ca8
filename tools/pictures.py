"""Make the pictures of the documentation anew: pages of the library as headless Chromium shows them.

python tools/pictures.py              all of them; needs Chromium and Pillow (corridor_opt[docs])
python tools/pictures.py map report   these alone

Pictures have a palette of few colours, so that they stay small; look at them before you commit them.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import runpy
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP), str(TOP / "tests")]
AIM, MOST = 86_000, 120_000  # bytes of a picture; all together are to stay near a megabyte
COLOURS = (200, 128, 96, 64, 48, 40, 32, 24, 16)
# What a reader does before the picture is taken.
SECOND = "(s => { s.selectedIndex = %d; s.dispatchEvent(new Event('change')); })(document.querySelector('#group'))"

TRADE_OFFS = """(() => {
  document.querySelector('[data-jump=chart]').click();
  const third = [...document.querySelectorAll('#chart select')].at(-1);
  third.selectedIndex = [...third.options].findIndex(option => option.textContent.includes('isk'));
  third.dispatchEvent(new Event('change', { bubbles: true }));
})()"""


@dataclass(frozen=True)
class Shot:
    """One picture: who writes the page, how large the window is, what is done on the page before."""

    page: str
    width: int = 1280
    height: int = 720
    script: str = ""
    dark: bool = False
    touch: bool = False
    scale: float = 0.8
    file: str = ""  # where it goes, below docs; pictures/NAME.png if empty


SHOTS = {
    "first_route": Shot("first_route"),
    "hormuz_closes": Shot("hormuz_closes", script=SECOND % 1),
    "zangezur_or_aras": Shot("zangezur_or_aras", script=SECOND % 3),
    "middle_corridor_by_season": Shot("middle_corridor_by_season"),
    "rasht_astara_worth": Shot("rasht_astara_worth", script=SECOND % 1),
    "robust_contract": Shot("robust_contract"),
    "own_network_from_spreadsheet": Shot("own_network_from_spreadsheet"),
    "many_city_pairs": Shot("many_city_pairs"),
    "map": Shot("guide_map", dark=True),
    "map-narrow": Shot("guide_map", width=360, height=720, touch=True, scale=1),
    "map-wide": Shot("guide_map", width=1920, height=1080, scale=0.45),
    "chart": Shot("guide_map", script=TRADE_OFFS),
    "report": Shot("guide_report", width=1280, height=1440, scale=0.6),
    "notebook": Shot("notebook", width=1000, height=430),
    "plot": Shot("plot", width=780, height=700, scale=1),
    "mumbai-moscow": Shot("demo", file="mumbai-moscow.png"),
}


def write_page(name: str, path: Path) -> None:
    """Write the page that a picture shows."""
    if (TOP / "examples" / f"{name}.py").exists():
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(str(TOP / "examples" / f"{name}.py"))["main"](path)
        return
    import corridor_opt as co

    network = co.load_network(as_of="2026")
    if name == "demo":
        scenarios = ["baseline", "hormuz-closed", "rasht-astara-built"]
        words = {
            "scenarios": scenarios,
            "criteria": ("cost", "time"),
        }  # the front of `make demo` is longer than a picture
        co.compare_scenarios(network, "Mumbai", "Moscow", **words).save_map(path)
        return
    if name in ("notebook", "plot"):  # the question of docs/guide/notebook.md
        front = co.find_routes(network, "Tehran", "Baku", criteria=("cost", "time", "risk"))
        if name == "plot":
            drawn = io.StringIO()
            front.plot(title="Tehran to Baku").figure.savefig(drawn, format="svg")
            path.write_text(
                f"<!doctype html><meta charset=utf-8>{drawn.getvalue()[drawn.getvalue().index('<svg') :]}", "utf-8"
            )
        else:
            text = f"<body style='font: 13px sans-serif; margin: 16px'>{front._repr_html_()}"
            path.write_text(f"<!doctype html><meta charset=utf-8>{text}", "utf-8")
        return
    # the question of docs/guide/maps_reports.md
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time"), exclude=["chokepoint:suez"])
    save: Callable[[Path], Any] = front.save_map if name == "guide_map" else front.save_report
    save(path)


def take(browser: Any, shot: Shot, page: Path) -> bytes:
    """Open a page as a reader does and give its picture."""
    browser.events.clear()
    size = {"width": shot.width, "height": shot.height, "deviceScaleFactor": 1, "mobile": shot.touch}
    browser.send("Emulation.setDeviceMetricsOverride", **size)
    browser.send("Emulation.setTouchEmulationEnabled", enabled=shot.touch)
    theme = {"name": "prefers-color-scheme", "value": "dark" if shot.dark else "light"}
    browser.send("Emulation.setEmulatedMedia", features=[theme])
    browser.send("Page.navigate", url=page.as_uri())
    browser.wait(f"location.href === '{page.as_uri()}' && document.readyState === 'complete'")
    if shot.script:
        browser.run(shot.script)
    time.sleep(1)  # what glides has come to rest
    if said := browser.complaints():
        raise SystemExit(f"{shot.page} complains: {said}")
    return browser.screenshot()


def small(picture: bytes, scale: float) -> bytes:
    """Give a picture in as many colours as fit."""
    from PIL import Image

    image = Image.open(io.BytesIO(picture)).convert("RGB")
    if scale != 1:
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    for colours in COLOURS:
        out = io.BytesIO()
        image.quantize(colours, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        if out.tell() < AIM:
            break
    return out.getvalue()


def main() -> int:
    """Make the pictures asked for."""
    from pages.chromium import CHROMIUM, Browser

    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("name", nargs="*", choices=[*SHOTS, []], metavar="NAME")
    asked = words.parse_args().name or list(SHOTS)
    if CHROMIUM is None:
        raise SystemExit("Chromium is needed")
    os.environ["COLUMNS"] = "100"
    large = []
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(Path(folder) / "profile")
        try:
            for name in asked:
                shot = SHOTS[name]
                page = Path(folder) / f"{shot.page}.html"
                if not page.exists():
                    write_page(shot.page, page)
                picture = small(take(browser, shot, page), shot.scale)
                path = TOP / "docs" / (shot.file or f"pictures/{name}.png")
                path.write_bytes(picture)
                print(f"{path.relative_to(TOP)}: {len(picture):,} bytes")
                large += [name] if len(picture) >= MOST else []
        finally:
            browser.close()
    if large:
        print("too large:", ", ".join(large))
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
