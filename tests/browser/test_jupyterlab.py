"""Every notebook in a real JupyterLab: run all cells, move a slider.

To look at the notebooks, name a folder: ACTLIB_SCREENSHOTS=shots python -m pytest tests/browser
"""

import os
import re
from pathlib import Path

import nbformat
import pytest
from conftest import NOTEBOOKS
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import TimeoutError, expect

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
READY = (
    '.jp-NotebookPanel-toolbar:has([aria-label="Python 3 (ipykernel)"])'
    ':has(:text("Kernel status: Idle"))'
)
ERRORS = (
    '[data-mime-type$="jupyter.error"], [data-mime-type$="stderr"], :text("Error displaying widget")'
)
# The live figure has range inputs, a stock ipywidgets slider has a handle.
SLIDER = ".actlib-explorer input[type=range], .jp-OutputArea [role=slider]"
PICTURES = "output => [...output.querySelectorAll('img, svg')].map(e => e.outerHTML).join()"


def run_all(page, url, cells):
    """Open a notebook, run all its cells, and wait until each of the code cells has its count."""
    page.goto(url)
    page.locator(READY).wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(page.locator(".jp-CodeCell .jp-InputPrompt")).to_have_text(
        [re.compile(rf"\[{count}\]:") for count in range(1, cells + 1)], timeout=120_000
    )


def move_slider(page):
    """Move the first slider by keyboard, and wait until the picture beside it changes."""
    slider = page.locator(SLIDER).first
    output = slider.locator("xpath=ancestor::*[contains(@class, 'jp-OutputArea-child')][1]")
    output = output.element_handle()
    before = output.evaluate(PICTURES)
    assert before, "there is no picture beside the slider"
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        f"([output, before]) => ({PICTURES})(output) !== before",
        arg=[output, before],
        timeout=10_000,
    )


def study(page, lab, name):
    """Do what a learner does with a notebook; AssertionError or TimeoutError if it goes wrong."""
    cells = nbformat.read(lab.folder / f"{name}.ipynb", as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    run_all(page, lab.url(name), len(code))
    if any("explore(" in source for source in code):
        move_slider(page)
    expect(page.locator(ERRORS)).to_have_count(0)
    assert page.complaints == []


def take_screenshots(page, folder, name):
    """Photograph a notebook from top to bottom."""
    page.set_viewport_size({"width": 1280, "height": 2000})
    panel = page.locator(".jp-WindowedPanel-outer").element_handle()
    step, total = panel.evaluate("panel => [panel.clientHeight, panel.scrollHeight]")
    for number, top in enumerate(range(0, total, step), 1):
        panel.evaluate("(panel, top) => panel.scrollTo({top, behavior: 'instant'})", top)
        page.screenshot(path=Path(folder) / f"{name}-{number}.png")


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_and_its_picture_moves(page, lab, name):
    study(page, lab, name)
    if folder := os.environ.get("ACTLIB_SCREENSHOTS"):
        take_screenshots(page, folder, name)


CALLBACK = """
import ipywidgets as w
slider, picture = w.IntSlider(), w.HTML('<img alt="" src="data:,0">')
def explore(change):
    {body}
slider.observe(explore, "value")
w.VBox([slider, picture])
"""


@pytest.mark.parametrize(
    ("source", "symptom"),
    [
        ("1 / 0", "jupyter.error"),
        ("import sys; print('mind', file=sys.stderr)", "stderr"),
        ("from IPython.display import HTML\nHTML('<img src=\"http://192.0.2.1/a.png\">')", "192.0.2.1"),
        (CALLBACK.format(body="raise ValueError('broken')"), "changes nothing"),
        (CALLBACK.format(body="picture.value += 'moved'; raise ValueError('broken')"), "broken"),
    ],
    ids=["error", "stderr", "network", "callback", "late-callback"],
)
def test_what_goes_wrong_is_seen(page, lab, source, symptom):
    notebook = new_notebook(cells=[new_code_cell(source)])
    nbformat.write(notebook, lab.folder / "broken.ipynb")
    with pytest.raises((AssertionError, TimeoutError)):
        study(page, lab, "broken")
