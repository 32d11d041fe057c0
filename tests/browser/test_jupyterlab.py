"""Notebooks in a real JupyterLab: run all cells, move a slider.

To look at the notebooks, name a folder:
ACTLIB_SCREENSHOTS=shots python -m pytest tests/browser
"""

import os
import re
from pathlib import Path

import nbformat
import pytest
from conftest import RUN_IN_LAB
from execute import COVER, METADATA, code_cells
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import TimeoutError, expect

# Both at once: without a kernel, too, the indicator says that it is idle.
READY = ':has([aria-label="Python 3 (ipykernel)"]):has-text("Kernel status: Idle")'
ERRORS = '[data-mime-type$="jupyter.error"], [data-mime-type$="stderr"]'
FINISHED = """([prompts, errors]) => {
    const shown = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
    const texts = shown.map(prompt => prompt.textContent);
    const stopped = document.querySelector(errors) && !texts.includes("[*]:");
    return stopped || texts.join() === prompts.join();
}"""
BROKEN_WIDGET = re.compile("Error displaying widget|Loading widget")
# The live figure has range inputs, a stock ipywidgets slider has a handle. A network
# that learns begins with buttons; its sliders may wait for them.
SLIDER = (
    ".actlib-live:not(.actlib-training) input[type=range], .jp-OutputArea [role=slider]"
)
CONTROL = f"{SLIDER}, .actlib-training button"
SCREEN = {"width": 1280, "height": 800}
# From the top of the notebook to the lower end of a control.
DEPTH = """control => control.getBoundingClientRect().bottom
    - document.querySelector(".jp-Notebook .jp-Cell").getBoundingClientRect().top"""
PICTURES = (
    "output => [...output.querySelectorAll('img, svg')].map(e => e.outerHTML).join()"
)


def run_all(page, url, cells, ready=READY, errors=ERRORS, timeout=120_000):
    """Open a notebook and run all its cells, to the end or to the first error."""
    page.goto(url)
    page.locator(".jp-NotebookPanel-toolbar" + ready).wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts = [
        # A folded cell shows no count, but the next one does.
        "" if cell.metadata.get("jupyter", {}).get("source_hidden") else f"[{count}]:"
        for count, cell in enumerate(cells, 1)
    ]
    page.wait_for_function(FINISHED, arg=[prompts, errors], timeout=timeout)


def move_slider(page, timeout=10_000):
    """Move the first slider by keyboard, to and fro; its picture follows both times."""
    slider = page.locator(SLIDER).first
    output = slider.locator(
        "xpath=ancestor::*[contains(@class, 'jp-OutputArea-child')][1]"
    )
    output = output.element_handle(timeout=10_000)
    start = output.evaluate(PICTURES)
    slider.focus()
    for key, relation in [("ArrowRight", "!=="), ("ArrowLeft", "===")]:
        page.keyboard.press(key)
        page.wait_for_function(
            f"([output, start]) => ({PICTURES})(output) {relation} start",
            arg=[output, start],
            timeout=timeout,
        )


def study(page, lab, name, timeout=10_000):
    """Do what a learner does with a notebook; return all that went wrong."""
    cells = code_cells(nbformat.read(lab.folder / f"{name}.ipynb", as_version=4))
    run_all(page, lab.url(name), cells)
    shown = [page.locator(ERRORS), page.get_by_text(BROKEN_WIDGET)]
    errors = [text for found in shown for text in found.all_inner_texts()]
    if not errors and any("explore(" in cell.source for cell in cells):
        move_slider(page, timeout)
    return page.complaints + errors


def take_screenshots(page, folder, name):
    """Photograph a notebook from top to bottom."""
    page.set_viewport_size({"width": 1280, "height": 2000})
    panel = page.locator(".jp-WindowedPanel-outer").element_handle()
    step, total = panel.evaluate("panel => [panel.clientHeight, panel.scrollHeight]")
    for number, top in enumerate(range(0, total, step), 1):
        panel.evaluate(
            "(panel, top) => panel.scrollTo({top, behavior: 'instant'})", top
        )
        page.screenshot(path=Path(folder) / f"{name}-{number}.png")


@pytest.mark.parametrize("name", RUN_IN_LAB)
def test_a_notebook_runs_and_its_picture_moves_within_two_screens(page, lab, name):
    page.set_viewport_size(SCREEN)
    assert study(page, lab, name) == []
    assert page.locator(CONTROL).first.evaluate(DEPTH) <= 2 * SCREEN["height"]
    if folder := os.environ.get("ACTLIB_SCREENSHOTS"):
        take_screenshots(page, folder, name)


def test_an_output_to_predict_is_hidden_until_its_cell_is_run(page, lab):
    shown = [COVER, new_output("stream", name="stdout", text="forty-two")]
    question = new_markdown_cell("Predict, then run.")
    answer = new_code_cell("print('forty-two')", execution_count=1, outputs=shown)
    answer.metadata.jupyter = {"outputs_hidden": True}
    notebook = new_notebook(cells=[question, answer], metadata=METADATA)
    nbformat.write(notebook, lab.folder / "to-predict.ipynb")
    page.goto(lab.url("to-predict"))
    page.locator(".jp-NotebookPanel-toolbar" + READY).wait_for()
    answered = page.locator(".jp-Cell-outputWrapper", has_text="forty-two")
    hidden = page.locator(".jp-OutputPlaceholder")
    expect(hidden).to_be_visible()
    expect(answered).to_have_count(0)
    hidden.locator(".jp-Placeholder-content").click()  # to see it without running
    expect(answered).to_be_visible()
    page.get_by_role("menuitem", name="View", exact=True).click()
    page.get_by_role("menuitem", name="Collapse Selected Outputs", exact=True).click()
    expect(answered).to_have_count(0)
    page.locator(".jp-CodeCell .cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(answered).to_be_visible()
    expect(hidden).to_have_count(0)
    assert page.complaints == []


# A slider and a picture, as an interactive figure has them, whose callback fails.
CALLBACK = """
import ipywidgets as w
slider, picture = w.IntSlider(), w.HTML('<img src="data:,0">')
def explore(change):
    picture.value = f'<img src="data:,{slider.value}">'
    raise ValueError("the callback broke")
slider.observe(explore, "value")
w.VBox([slider, picture])
"""
REMOTE = """
from IPython.display import HTML
HTML('<img src="http://192.0.2.1/picture.png">')
"""


def broken(lab, name, *sources):
    """Put a notebook of these cells beside the others; return its name."""
    notebook = new_notebook(cells=list(map(new_code_cell, sources)), metadata=METADATA)
    nbformat.write(notebook, lab.folder / f"{name}.ipynb")
    return name


def test_what_goes_wrong_in_a_cell_is_seen(page, lab):
    stderr = "import sys\nprint('mind the gap', file=sys.stderr)"
    seen = "\n".join(
        study(page, lab, broken(lab, "bad-cells", stderr, REMOTE, "1 / 0", "2"))
    )
    for symptom in ["mind the gap", "192.0.2.1", "division by zero"]:
        assert symptom in seen


def test_what_goes_wrong_in_a_callback_is_seen(page, lab):
    seen = "\n".join(study(page, lab, broken(lab, "bad-callback", CALLBACK)))
    assert "the callback broke" in seen


def test_a_picture_that_does_not_move_is_seen(page, lab):
    name = broken(lab, "still-picture", CALLBACK.replace("{slider.value}", "0"))
    with pytest.raises(TimeoutError, match="wait_for_function"):
        study(page, lab, name, timeout=1000)
