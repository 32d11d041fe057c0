"""Measure a slider's move in Chromium, Firefox and WebKit; judge nothing.

    python benchmarks/slider.py

200 moves, one a frame: the milliseconds from the event to the last change of the page,
median and 95th percentile. A frame has 16.7 ms. WebKit's clock ticks once in 1 ms.
"""

import sys
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from functions import FUNCTIONS
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tools"), str(ROOT / "tests" / "browser")]
import engines  # noqa: E402
import slides  # noqa: E402

from actlib import Activation, elu, explore, logistic, prelu, relu, tanh  # noqa: E402

GELU, MISH = (Activation(name, FUNCTIONS[name][0]) for name in ("GELU", "Mish"))
FIGURES = {
    "logistic": ([logistic], 1),
    "elu": ([elu], 1),
    "elu, relu": ([elu, relu], 1),
    "elu, relu, prelu": ([elu, relu, prelu], 1),
    "logistic, tanh, GELU": ([logistic, tanh, GELU], 1),
    "elu, prelu, GELU, Mish": ([elu, prelu, GELU, MISH], 1),
    "the same, with f″": ([elu, prelu, GELU, MISH], 2),
}
READY = "document.querySelector('.actlib-live > svg')"
MEASURE = """(async () => {
    const slider = document.querySelector("input[type=range]"); // the first parameter's
    const frame = () => new Promise(requestAnimationFrame);
    let last;
    new MutationObserver(() => (last = performance.now()))
        .observe(document, { subtree: true, childList: true, attributes: true });
    const times = [];
    for (let i = 0; i < 200; i++) {
        const { min, max } = slider;
        slider.value = Number(min) + ((i % 40) + 1) / 41 * (max - min);
        const start = performance.now();
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await frame();
        await frame();
        times.push(last - start);
    }
    return times;
})()"""


class Chromium:
    """What is needed here of the interface that `engines` gives the others."""

    def __init__(self, page):
        self.open = lambda path: page.goto(path.as_uri())
        self.wait, self.evaluate = page.wait_for_function, page.evaluate


@contextmanager
def chromium():
    with sync_playwright() as playwright:
        path = slides.chromium()
        if path is None:
            raise engines.MissingBrowserError(slides.NO_BROWSER)
        yield Chromium(playwright.chromium.launch(executable_path=path).new_page())


@contextmanager
def firefox():
    with (
        engines.firefox() as browser,
        # Its clock would tick once in 1 ms, too.
        browser.settings({"privacy.reduceTimerPrecision": False}),
    ):
        yield browser


def measure(browser, page):
    """The median and the 95th percentile of the moves in a page."""
    browser.open(page)
    browser.wait(READY)
    cuts = quantiles(browser.evaluate(MEASURE), n=20)
    return cuts[9], cuts[-1]


def main():
    with TemporaryDirectory() as folder:
        pages = {}
        for name, (functions, order) in FIGURES.items():
            figure = explore(functions, order=order)._repr_mimebundle_()[0]["text/html"]
            pages[name] = Path(folder, f"{len(pages)}.html")
            text = f"<!doctype html><meta charset='utf-8'><title>{name}</title>{figure}"
            pages[name].write_text(text, encoding="utf-8")
        print(f"{'':10}{'':26}{'median':>8}{'p95':>8}   (ms)")
        for start in (chromium, firefox, engines.webkit):
            with start() as browser:
                for name, page in pages.items():
                    median, most = measure(browser, page)
                    print(f"{start.__name__:10}{name:26}{median:8.1f}{most:8.1f}")


if __name__ == "__main__":
    main()
