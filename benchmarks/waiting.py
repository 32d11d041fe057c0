"""Measure how long the website lets a reader wait and how much it sends; judge nothing.

python -m pytest -n0 -s benchmarks/waiting.py
"""

import os
import sys
import time
from pathlib import Path
from statistics import median

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))
from conftest import browser, chromium  # noqa: F401
from test_site import Handler, run_in_browser, site  # noqa: F401

RUNS = 3
NOTEBOOKS = {  # the files of the site whose place they take -> cells
    "01-identity": ["%pip install -q actlib", "import actlib"],
    "02-binary-step": [
        "%pip install -q anywidget 'sympy>=1.14'",
        "import anywidget, matplotlib.figure, numpy, scipy.special, sympy",
    ],
}
MOVED = """() => {
    const slider = document.querySelector(".actlib-explorer input");
    if (!slider) return false;
    const curve = () => document.querySelector(".actlib-explorer > svg").innerHTML;
    const before = curve();
    slider.value = slider.min;
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    return curve() !== before;
}"""


def measured(browser, action):  # noqa: F811
    """The median seconds and bytes of some runs, each with an empty cache."""
    seconds, sent = [], []
    for _ in range(RUNS):
        context = browser.new_context()
        context.set_default_timeout(180_000)
        Handler.sent, start = 0, time.perf_counter()
        action(context.new_page())
        seconds.append(time.perf_counter() - start)
        sent.append(Handler.sent)
        context.close()
    return f"{median(seconds):6.2f} s {median(sent) / 1e6:6.2f} MB"


def test_report(browser, site, monkeypatch):  # noqa: F811
    def count(self, source, target):
        Handler.sent += os.fstat(source.fileno()).st_size
        copy(self, source, target)

    copy = Handler.copyfile
    monkeypatch.setattr(Handler, "copyfile", count)

    def read(page):
        page.goto(f"{site.url}/read/10-logistic.html", wait_until="commit")
        page.wait_for_function(MOVED)

    print(f"\na page, to a slider that moves     {measured(browser, read)}")
    for name, cells in NOTEBOOKS.items():
        metadata = {"kernelspec": {"name": "python", "display_name": "Python"}}
        notebook = new_notebook(
            cells=[new_code_cell(cell) for cell in cells], metadata=metadata
        )
        nbformat.write(notebook, site.folder / "lite" / "files" / f"{name}.ipynb")
        result = measured(
            browser, lambda page, name=name: run_in_browser(page, site, name)
        )
        print(f"JupyterLite, to {cells[1][:17]:<17}  {result}", flush=True)
