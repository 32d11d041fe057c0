"""Measure how long JupyterLite lets a reader wait and how much it sends; judge nothing.

python -m pytest -n0 -s benchmarks/waiting.py
"""

import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
from landing import measured, serve
from nbformat.v4 import new_code_cell, new_notebook

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))
from conftest import browser, chromium  # noqa: F401
from test_site import built, run_in_browser, site  # noqa: F401

RUNS = 3
NOTEBOOKS = {  # the files of the site whose place they take -> cells
    "01-identity": ["%pip install -q actlib", "import actlib"],
    "02-binary-step": [
        "%pip install -q anywidget 'sympy>=1.14'",
        "import anywidget, matplotlib.figure, numpy, scipy.special, sympy",
    ],
}


def test_report(browser, site):  # noqa: F811
    counted = SimpleNamespace(folder=site.folder, url=serve(site.folder))
    for name, cells in NOTEBOOKS.items():
        metadata = {"kernelspec": {"name": "python", "display_name": "Python"}}
        notebook = new_notebook(
            cells=[new_code_cell(cell) for cell in cells], metadata=metadata
        )
        nbformat.write(notebook, site.folder / "lite" / "files" / f"{name}.ipynb")
        result = measured(
            browser, lambda page, name=name: run_in_browser(page, counted, name), RUNS
        )
        print(f"\nJupyterLite, to {cells[1][:17]:<17}  {result}", flush=True)
