"""Measure the live figure of a signal in many layers; judge nothing.

    python -m pytest -n0 -s benchmarks/propagation.py

A move of a slider, with four functions, 64 units and 50 layers: the milliseconds until
the lines of the first seed stand in the page, until they are painted, and until the
bands hold all seeds. Then the longest time for which the page did not listen meanwhile.
"""

import sys
from pathlib import Path
from statistics import quantiles

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "browser"))
from conftest import browser, chromium, open_page  # noqa: F401
from functions import FUNCTIONS

from actlib import Activation, logistic, propagate, relu, softplus, tanh

OWN = [Activation(name, FUNCTIONS[name][0]) for name in ("GELU", "Mish")]
SETS = {
    "tanh, relu, logistic, softplus": [tanh, relu, logistic, softplus],
    "tanh, relu, GELU, Mish": [tanh, relu, *OWN],
}
MOVES = {"multiple": (0.8, 1.2), "seed": (1, 2), "layers": (49, 50)}
MEASURE = """async ([name, values, moves]) => {
    const slider = document.querySelector(`input[name=${name}]`);
    const range = document.querySelector(".readings > span");
    const frame = () => new Promise(requestAnimationFrame);
    const rows = [];
    for (let i = 0; i < moves; i++) {
        const start = performance.now();
        slider.value = values[i % 2];
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        const drawn = performance.now() - start; // the event is heard at once
        const seed = Number(document.querySelector("input[name=seed]").value);
        let longest = drawn, last = performance.now();
        await frame();
        await new Promise((resolve) => setTimeout(resolve));
        const painted = performance.now() - start;
        while (!range.textContent.endsWith(`seed ${seed + 4}`)) {
            await new Promise((resolve) => setTimeout(resolve));
            longest = Math.max(longest, performance.now() - last);
            last = performance.now();
        }
        rows.push([drawn, painted, performance.now() - start, longest]);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return rows;
}"""


def test_first_seed_and_bands(open_page):  # noqa: F811
    columns = ("first seed", "painted", "bands", "deaf")
    print(f"\n{'':42}" + "".join(f"{name:>22}" for name in columns))
    print(f"{'':42}" + f"{'least median    p95':>22}" * 4 + "   (ms)")
    for title, functions in SETS.items():
        page = open_page(propagate(functions)._repr_mimebundle_()[0]["text/html"])
        page.get_by_text("bands: to seed 4").wait_for()
        for name, values in MOVES.items():
            rows = page.evaluate(MEASURE, [name, values, 40])
            text = ""
            for times in zip(*rows, strict=True):
                cuts = quantiles(times, n=20)
                text += f"{min(times):8.1f}{cuts[9]:7.1f}{cuts[-1]:7.1f}"
            print(f"{title:32}{name:10}{text}")
