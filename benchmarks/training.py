"""Measure the live figure of networks that train; judge nothing.

    python -m pytest -n0 -s benchmarks/training.py

For pairs of functions, with layers 2–8–8–1 and with the largest network, the figure
trains and draws frame by frame, at once instead of at the speed of the screen. Printed
are the milliseconds that a frame keeps the page busy (median, 95th percentile), of that
how many outputs and units were drawn (each frame could draw 2), and the steps that each
network takes in a frame. Then the same networks, trained in NumPy by a kernel and sent
as pictures: the milliseconds until the kernel has trained as many steps, and until it
has drawn a picture of outputs and losses besides. Last, what 36,000 steps leave in
memory.
"""

import sys
import time
from pathlib import Path
from statistics import median, quantiles

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "browser"))
from conftest import browser, chromium, open_page  # noqa: F401
from functions import FUNCTIONS

from actlib import CATALOGUE, Activation, network, train
from actlib.training import _picture, _trained

PAIRS = [
    ("relu", "tanh"),
    ("logistic", "elu"),
    ("softplus", "prelu"),
    ("Mish", "tanh-GELU"),
]
SHAPES = {"2–8–8–1": (8, 8), "2–16–16–16–16–16–16–1": (16,) * 6}
FRAMES, PICTURES = 300, 5
# Frames come as soon as asked for, and tell how long they took.
AT_ONCE = """<script>
const comes = [];
globalThis.requestAnimationFrame = (call) => comes.push(call);
globalThis.next = () => {
    const calls = comes.splice(0);
    const start = performance.now();
    calls.forEach((call) => call(start));
    return performance.now() - start;
};
globalThis.drawn = 0;
const draw = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    drawn += 1;
    return draw.apply(this, given);
};
</script>"""
FRAME_BY_FRAME = """async (frames) => {
    const buttons = document.querySelectorAll(".actions button");
    const counter = document.querySelector(".actions > span");
    const steps = () => Number(counter.innerText.slice(5));
    const rest = () => new Promise((resolve) => setTimeout(resolve, 12));
    buttons[0].click();
    for (let i = 0; i < 30; i++) { next(); await rest(); } // until the code is known
    buttons[0].click();
    const [before, images] = [steps(), drawn];
    buttons[0].click();
    const times = [];
    for (let i = 0; i < frames; i++) {
        times.push(next());
        await rest();
    }
    const shown = drawn - images;
    buttons[0].click();
    return [times, shown, steps() - before];
}"""
MANY_FRAMES = """async (frames) => {
    for (let i = 0; i < frames; i++) {
        next();
        if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
}"""


def named(name):
    """Return an entry of the catalogue, or a function of the literature."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    formula, *parameters = FUNCTIONS[name]
    return Activation(name, formula, parameters)


def page_html(functions, **options):
    return AT_ONCE + train(functions, **options)._repr_mimebundle_()[0]["text/html"]


def in_a_kernel(functions, layers, steps):
    """Return milliseconds: of so many steps in NumPy, and of a picture."""
    widget = train(functions, data="spiral", layers=layers)
    values = {name: getattr(widget, name) for name in widget._inputs}
    runs = [_trained(f, values) for f in functions]
    start = time.perf_counter()
    for run in runs:
        optimiser = network.Optimiser()
        for _ in range(steps):
            slopes = network.gradient(run.layers, run.f, *run.data.train, run.data.loss)
            optimiser.step(run.layers, slopes)
            run.outputs(run.data.inputs)
    trained = time.perf_counter()
    times = []
    for _ in range(PICTURES):
        begin = time.perf_counter()
        _picture(runs)
        times.append(1000 * (time.perf_counter() - begin))
    return 1000 * (trained - start), median(times)


def test_frames(open_page):  # noqa: F811
    for shape, layers in SHAPES.items():
        columns = ("median", "95%", "drawn", "steps", "kernel trains", "and draws")
        print(f"\n{shape:26}" + "".join(f"{name:>14}" for name in columns))
        units = sum(layers) + 1
        for pair in PAIRS:
            functions = [named(name) for name in pair]
            page = open_page(page_html(functions, data="spiral", layers=layers))
            page.wait_for_timeout(300)
            times, shown, steps = page.evaluate(FRAME_BY_FRAME, FRAMES)
            page.close()
            cuts, each = quantiles(times, n=20), steps / FRAMES
            there = in_a_kernel(functions, layers, max(1, round(each)))
            numbers = (cuts[9], cuts[-1], shown / units / FRAMES, each, *there)
            text = "".join(f"{number:14.1f}" for number in numbers)
            print(f"{' + '.join(pair):26}{text}", flush=True)


def test_memory(open_page):  # noqa: F811
    page = open_page(page_html([named("relu"), named("tanh")]))
    tools = page.context.new_cdp_session(page)
    page.get_by_role("button", name="Run", exact=True).click()
    print("\nMB of the script's memory after so many steps:")
    for _ in range(5):
        tools.send("HeapProfiler.collectGarbage")
        used = tools.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        print(f"{page.locator('.actions > span').inner_text():14}{used:6.1f}")
        page.evaluate(MANY_FRAMES, 2250)
