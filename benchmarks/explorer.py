"""Measure the live figure beside stock `interact` in JupyterLab; judge nothing.

python -m pytest -n0 -s benchmarks/explorer.py
"""

import sys
from pathlib import Path
from statistics import median, quantiles

import nbformat
from execute import METADATA
from nbformat.v4 import new_code_cell, new_notebook

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "browser"))
from conftest import browser, chromium, lab, page  # noqa: F401
from test_jupyterlab import run_all

LIVE = "from actlib import elu, explore\nexplore(elu)"
STOCK = """
%matplotlib inline
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import interact
from actlib import elu
x = np.linspace(-6, 6, 401)
@interact(alpha=(0.1, 2, 0.05))
def draw(alpha=1):
    plt.plot(x, elu(x, alpha=alpha), x, elu.grad(x, alpha=alpha))
    plt.show()
"""
MEASURE = """async ([live, moves, events, seconds]) => {
    const output = document.querySelector(".jp-OutputArea");
    const slider = output.querySelector(live ? "input[name=alpha]" : "[role=slider]");
    let move = 0;
    const fire = () => {
        move += 1;
        if (live) slider.value = move % 2 ? 0.5 : 1.5;
        const key = move % 2 ? "ArrowLeft" : "ArrowRight";
        const [kind, Kind] = live ? ["input", Event] : ["keydown", KeyboardEvent];
        slider.dispatchEvent(new Kind(kind, { key, bubbles: true }));
    };
    let changed, last = 0;
    const picture = () => output.querySelector(live ? "[data-curve]" : "img");
    const state = () => picture()?.getAttribute(live ? "d" : "src");
    let before = state();
    new MutationObserver(() => {
        const now = state();
        if (!now || now === before) return;
        before = now;
        last = performance.now();
        changed?.();
    }).observe(output, { subtree: true, childList: true, attributes: true });
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const times = [];
    for (let i = 0; i < moves; i++) {
        const start = performance.now();
        const done = new Promise((resolve) => (changed = resolve));
        fire();
        await done;
        times.push(last - start);
        await wait(50);
    }
    changed = undefined;
    const start = performance.now();
    for (let i = 1; i <= events; i++) {
        fire();
        const next = start + (i * 1000 * seconds) / events;
        await wait(Math.max(0, next - performance.now()));
    }
    const stop = performance.now();
    while (performance.now() - Math.max(last, stop) < 3000) await wait(100);
    return [times, Math.max(0, last - stop)];
}"""


def test_live_figure_and_interact(page, lab):  # noqa: F811
    print(
        f"\n{'':8}{'median':>10}{'p95':>10}{'lag':>10}"
        "   (ms; 60 moves; 240 events in 4 s)"
    )
    for name, source in [("live", LIVE), ("interact", STOCK)]:
        cells = [new_code_cell(source.strip())]
        notebook = new_notebook(cells=cells, metadata=METADATA)
        nbformat.write(notebook, lab.folder / f"{name}.ipynb")
        run_all(page, lab.url(name), cells)
        page.locator("[data-curve], .jp-OutputArea img").first.wait_for()
        times, lag = page.evaluate(MEASURE, [name == "live", 60, 240, 4])
        print(
            f"{name:8}{median(times):10.1f}"
            f"{quantiles(times, n=20)[-1]:10.1f}{lag:10.0f}"
        )
