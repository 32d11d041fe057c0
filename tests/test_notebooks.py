"""The stored notebooks: their structure, and that the checks on them bite."""

import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from copy import deepcopy
from io import BytesIO

import execute as command
import matplotlib.image
import nbformat
import numpy as np
import pictures
import pytest
import structure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import actlib

PATHS = sorted(command.NOTEBOOKS.glob("*.ipynb"))
NAME = "10-example"

# The stored notebooks


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_structure(path):
    assert structure.problems(read(path), path.stem) == []


def test_the_notebooks_are_found():
    assert {"00-start-here", "10-logistic"} <= {path.stem for path in PATHS}


def test_entries_and_notebooks_belong_together():
    entries = {entry.notebook for entry in actlib.CATALOGUE.values()}
    assert entries == {
        path.stem for path in PATHS if not path.stem.startswith(("00-", "9"))
    }


# Each rule of the structure, broken

ALT = "A curve that rises from 0 to 1, steepest at 0."
FIGURE = f'<figure><img alt="{ALT}" src="data:,"></figure>'
LIVE = f'<div class="actlib-live">{FIGURE}</div>'
SOLUTION = {
    "tags": ["solution"],
    "jupyter": {"source_hidden": True},
    "cellView": "form",
}


def with_output(id, source, data, **jupyter):
    """A code cell that shows something."""
    metadata = {"jupyter": jupyter} if jupyter else {}
    shown = [deepcopy(command.COVER)] if jupyter else []
    shown.append(new_output("display_data", data))
    return new_code_cell(source, id=id, metadata=metadata, outputs=shown)


def good_notebook():
    """A small notebook that keeps every rule."""
    cells = []
    for key in structure.ENTRY_SECTIONS:
        cells.append(
            new_markdown_cell(f"# {key}" if key == "title" else f"## {key}", id=key)
        )
        if key == "title":
            cells.append(
                new_code_cell("import actlib", id="setup", metadata={"tags": ["setup"]})
            )
        if key == "explore":
            answer = "<details><summary>Answer</summary>It rises.</details>"
            cells.append(with_output("live", "'a slider'", {"text/html": LIVE}))
            cells.append(
                new_markdown_cell("Predict, then move the slider.", id="question-live")
            )
            cells.append(new_markdown_cell(answer, id="answer-live"))
        if key == "definition":
            cells.append(
                with_output("figure", "figure = 'a curve'", {"text/html": FIGURE})
            )
        if key == "derivative":
            result = {"text/plain": "3"}
            cells.append(new_markdown_cell("**Predict, then run.**", id="question"))
            cells.append(new_code_cell("number = 1", id="preparation"))
            cells.append(
                with_output("result", "number + 2", result, outputs_hidden=True)
            )
        if key == "exercises":
            hint = "### Recall\n<details><summary>Hint</summary>one</details>"
            cells.append(new_markdown_cell(hint, id="exercise-1"))
            cells.append(new_code_cell("assert 1", id="solution-1", metadata=SOLUTION))
    notebook = new_notebook(cells=cells, metadata=nbformat.from_dict(command.METADATA))
    notebook.nbformat_minor = 5
    for count, cell in enumerate(structure.code_cells(notebook), 1):
        cell.execution_count = count
    return notebook


def cell(notebook, id):
    return next(cell for cell in notebook.cells if cell.id == id)


def source(id, text):
    """A change of one cell's source."""
    return lambda notebook: cell(notebook, id).update(source=text)


def metadata(id, **values):
    return lambda notebook: cell(notebook, id).metadata.update(
        nbformat.from_dict(values)
    )


def opens_slide(id, **changes):
    """A change that makes a cell open a slide, and has all that this takes."""
    whole = {"slide_type": "slide", "minutes": 2, "say": "A word.", "ask": "Why?"}
    found = {key: value for key, value in (whole | changes).items() if value}
    return metadata(id, slideshow=found)


def shows(**data):
    """A change of the figure's output; `__` in a key is the slash of a MIME type."""
    data = {key.replace("__", "/"): value for key, value in data.items()}
    return lambda notebook: cell(notebook, "figure").outputs[0].update(data=data)


def outputs(kind, **values):
    return lambda notebook: cell(notebook, "figure").outputs.append(
        new_output(kind, **values)
    )


def prints(id, text):
    stream = new_output("stream", name="stdout", text=text)
    return lambda notebook: cell(notebook, id).outputs.append(stream)


def rename(old, new):
    return lambda notebook: cell(notebook, old).update(id=new)


def remove(id):
    return lambda notebook: notebook.cells.remove(cell(notebook, id))


BROKEN = {
    "section_order": [remove("definition"), lambda n: n.cells.append(n.cells.pop(-2))],
    "first_figure": [
        lambda n: cell(n, "live").outputs[0].data.update({"text/html": FIGURE}),
        lambda n: cell(n, "live").outputs.clear(),
        lambda n: n.cells.insert(1, new_markdown_cell("A lesson.", id="lesson")),
    ],
    "section_headings": [
        source("definition", "The definition"),
        source("definition", "### definition"),
        source("definition", "## definition\n\n## another"),
        source("exercise-1", "## Recall\n<details>"),
    ],
    "heading_levels": [source("exercise-1", "#### Recall\n<details>")],
    "cell_ids": [
        rename("figure", "Figure_1"),
        rename("figure", "a1b2c3d4"),
        rename("figure", "f"),
        rename("figure", "definition"),
    ],
    "counts": [
        lambda n: cell(n, "figure").update(execution_count=None),
        lambda n: cell(n, "figure").update(execution_count=7),
        outputs("execute_result", data={}, execution_count=7),
    ],
    "cell_metadata": [
        metadata("figure", tags=["soluton"]),
        metadata("figure", tags=["nbval-skip"]),
        metadata("figure", scrolled=True),
        metadata("figure", collapsed=True),
    ],
    "slide_types": [
        metadata("definition", slideshow={"slide_type": "subslide"}),
        opens_slide("definition", minutes=None),
        opens_slide("definition", minutes="2"),
        metadata("definition", slideshow={"slide_type": "notes", "minutes": 2}),
        opens_slide("figure"),
    ],
    "speakers_words": [
        opens_slide("definition", say=None),
        opens_slide("definition", say=" "),
        opens_slide("definition", ask=None),
        opens_slide("definition", ask="Ask them."),
        opens_slide("definition", slide_type="fragment", minutes=None),
        lambda n: [opens_slide(id)(n) for id in ("definition", "recap")],
    ],
    "notebook_metadata": [
        lambda n: n.metadata.kernelspec.update(name="my-laptop"),
        lambda n: n.metadata.language_info.update(version="3.11.2"),
        lambda n: n.metadata.update(widgets={}),
        lambda n: n.update(nbformat_minor=4),
    ],
    "setup_cell": [
        lambda n: cell(n, "setup").metadata.clear(),
        metadata("figure", tags=["setup"]),
        source("setup", "1 + 1"),
    ],
    "solutions": [
        source("solution-1", "assert 1\nprint(1)"),
        lambda n: cell(n, "solution-1").metadata.pop("jupyter"),
        lambda n: cell(n, "solution-1").metadata.pop("cellView"),
        lambda n: cell(n, "solution-1").metadata.pop("tags"),
        metadata("figure", cellView="form"),
    ],
    "exercises": [
        rename("exercise-1", "exercise-2"),
        rename("solution-1", "answer-1"),
        source("exercise-1", "### Recall, without a hint"),
    ],
    "predictions": [
        lambda n: cell(n, "result").metadata.clear(),
        lambda n: cell(n, "result").outputs.clear(),
        lambda n: cell(n, "result").outputs.pop(0),
        lambda n: cell(n, "result").outputs.pop(1),
        source("question", "A question."),
        source("question", "Predict; then run."),
        prints("preparation", "1"),
        lambda n: n.cells.extend([n.cells.pop(n.cells.index(cell(n, "question")))]),
        source("recap", "## recap\n**Predict, then run.**"),
        remove("answer-live"),
        source("answer-live", "It rises."),
        metadata("figure", jupyter={"outputs_hidden": True}),
    ],
    "plain_python": [
        source("figure", "%matplotlib inline"),
        source("figure", "!ls"),
        source("figure", "from IPython import get_ipython\nget_ipython().system('ls')"),
        source("figure", "1 + 1  # not so\n# NBVAL_IGNORE_OUTPUT"),
    ],
    "sections_alone": [
        source("solution-1", "assert figure"),
        source("figure", "from math import sqrt as root\nroot(sqrt(2))"),
    ],
    "clean_sources": [
        source("figure", "open('/home/me/curve.csv')"),
        source("figure", r"open('C:\\Users\\me\\curve.csv')"),
        source("figure", "open('/tmp/curve.csv')"),
        source("exercise-1", "See /Users/me/notes.txt\n<details>"),
    ],
    "cell_length": [source("figure", "1\n" * 16)],
    "median_length": [
        lambda n: [
            c.update(source=c.source + "\n\n\n\n\n\nassert 1")
            for c in structure.code_cells(n)
        ],
    ],
    "network": [
        source("figure", "from urllib.request import urlopen"),
        source("figure", "open('https://example.org/a.mplstyle')"),
        source(
            "figure", "import subprocess\nsubprocess.run(['pip', 'install', 'numpy'])"
        ),
        source(
            "definition",
            f"## definition\n![{'a curve ' * 9}](https://example.org/curve.png)",
        ),
        shows(text__html="<script src='https://example.org/a.js'></script>"),
        shows(text__html='<link rel="stylesheet" href="//example.org/a.css">'),
    ],
    "size": [shows(text__plain="x " * structure.MAX_BYTES)],
    "clean_outputs": [
        outputs("error", ename="ValueError", evalue="no", traceback=[]),
        outputs("stream", name="stderr", text="RuntimeWarning: overflow"),
        outputs("stream", name="stdout", text="/root/actlib/actlib/curve.csv"),
        outputs("stream", name="stdout", text="<lib/python3.11/site-packages/sympy>"),
        shows(text__plain="<Figure at 0x7f00c0ffee>"),
    ],
    "no_widget_views": [
        shows(**{command.WIDGET_VIEW: {"model_id": "1"}, "text__plain": "slider"})
    ],
    "image_outputs": [shows(image__png="aGk="), shows(**{"image__svg+xml": "<svg/>"})],
    "alt_text": [
        shows(text__html=FIGURE.replace("alt", "title")),
        shows(text__html=re.sub('alt=".*?"', 'alt="Plot."', FIGURE)),
        shows(text__html=re.sub('alt=".*?"', f'alt="{structure.NO_ALT}"', FIGURE)),
        shows(text__html="<figure><svg></svg></figure>"),
        source("definition", "## definition\n![Plot](overview.svg)"),
    ],
    "plain_numbers": [
        shows(text__plain="np.float64(0.5)"),
        shows(text__plain="[np.True_]"),
    ],
}


def test_a_good_notebook_has_no_problems():
    assert structure.problems(good_notebook(), NAME) == []


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        pytest.param(rule, damage, id=f"{rule}-{number}")
        for rule, damages in BROKEN.items()
        for number, damage in enumerate(damages, 1)
    ],
)
def test_damage_breaks_its_rule_and_no_other(rule, damage):
    notebook = good_notebook()
    damage(notebook)
    assert {line.partition(":")[0] for line in structure.problems(notebook, NAME)} == {
        rule
    }


def test_every_rule_has_a_broken_example():
    assert BROKEN.keys() == {rule.__name__ for rule in structure.RULES}


@pytest.mark.parametrize(
    ("words", "verbs"),
    [
        ("**Predict, then run.** What is it?", {"run"}),
        ("### Guess first, then pull", {"pull"}),
        ("Predict before you run the cell; decide before you touch", {"run", "touch"}),
        ("A network can predict a price. Derive it, then run.", set()),
    ],
)
def test_some_words_ask_for_a_prediction(words, verbs):
    assert structure.asked(new_markdown_cell(words)) == verbs
    assert structure.asked(new_markdown_cell(words, id="exercise-1")) == set()


def test_before_the_setup_cell_the_words_may_be_explained():
    notebook = good_notebook()
    cell(notebook, "title").source += "\n\nWhere it says **predict, then run**, do so."
    assert structure.problems(notebook, NAME) == []


def test_the_start_has_sections_of_its_own():
    found = structure.problems(good_notebook(), "00-start-here")
    assert any(line.startswith("section_order") for line in found)


def test_a_notebook_across_adds_sections_to_those_of_all():
    notebook, name = good_notebook(), "90-comparison"
    assert structure.problems(notebook, name) == []
    source("recap", "### recap")(notebook)
    source("figure", "assert root")(notebook)
    found = structure.problems(notebook, name)
    assert [line.partition(":")[0] for line in found] == [
        "section_headings",
        "sections_alone",
    ]
    remove("recap")(notebook)
    found = structure.problems(notebook, name)
    assert any(line.startswith("section_order") for line in found)


# The author's command


def stored(folder, *sources):
    """A notebook of the given code cells, never executed, as a file."""
    cells = [new_code_cell(text, id=f"cell-{n}") for n, text in enumerate(sources, 1)]
    cells[0].metadata.update(scrolled=True, collapsed=True, tags=["solution"])
    cells[-1].metadata.update(tags=[], jupyter={"outputs_hidden": True, "mine": 1})
    path = folder / f"{NAME}.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"mine": 1}), path)
    return path


@pytest.fixture
def collection(tmp_path, monkeypatch):
    """An empty collection for the command to work on: the folder of its notebooks."""
    shutil.copy(command.README, tmp_path)
    for constant, name in {
        "NOTEBOOKS": "",
        "README": "README.md",
        "OVERVIEW": "o.svg",
        "SLIDER": "s.svg",
    }.items():
        monkeypatch.setattr(command, constant, tmp_path / name)
    return tmp_path


WIDGETS = "import ipywidgets as w\nfrom IPython.display import display\n"
INTERACT = WIDGETS + "w.interact(lambda a: 1 / a, a=w.IntSlider({value}, -1, 9))"


def test_the_command_is_repeatable_and_leaves_a_normal_notebook(collection, capsys):
    data = {"text/html": "<b>é</b>", command.WIDGET_VIEW: {"model_id": "1"}}
    both = f"display({data}, raw=True)"
    path = stored(
        collection, WIDGETS + both, INTERACT.format(value=1), "print('a')\nprint('b')"
    )
    assert command.main([]) == 0
    first = path.read_bytes()
    assert command.main([NAME]) == 0
    assert path.read_bytes() == first
    assert command.main(["--check"]) == 0

    notebook = read(path)
    found = structure.problems(notebook, NAME)
    assert {line.partition(":")[0] for line in found} == {
        *("section_order", "setup_cell"),
        *("solutions", "predictions"),  # without an assert, without a question
    }
    folded, _, hidden = notebook.cells
    assert folded.metadata == SOLUTION
    assert hidden.metadata == {"jupyter": {"outputs_hidden": True}}
    assert hidden.outputs[0] == command.COVER and len(hidden.outputs) == 2
    assert notebook.cells[0].outputs[0].data == {"text/html": "<b>é</b>"}
    assert first.endswith(b"}\n") and b"\r" not in first and "é".encode() in first
    lines = capsys.readouterr().out.splitlines()
    made = [path.name, "README.md", "o.svg", "s.svg"]
    assert [line.split()[0] for line in lines[:4]] == made
    assert lines[0].endswith("written") and all(
        line.endswith("unchanged") for line in lines[4:]
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("[1, 2][3]", "cell cell-2: IndexError: list index out of range"),
        ("import warnings\nwarnings.warn('mind')", "cell cell-2: wrote to stderr:"),
        ("print(object())", "cell cell-2: shows a memory address: at 0x"),
        ("import os\nos._exit(1)", "cell cell-2: the kernel died"),
        (INTERACT.format(value=0), "cell cell-2: ZeroDivisionError: division by zero"),
        (
            WIDGETS
            + "s = w.IntSlider(0)\n"
            + "s.observe(lambda change: 1 / 0, 'value')\ns.value = 1",
            "cell cell-2: ZeroDivisionError: division by zero",
        ),
    ],
    ids=["error", "warning", "address", "death", "interact", "observe"],
)
def test_the_command_names_the_cell_that_fails_and_stores_nothing(
    collection, capsys, source, reason
):
    path = stored(collection, "1 + 1", source)
    before = path.read_bytes()
    assert command.main([]) == 1
    assert reason in capsys.readouterr().out.splitlines()[0]
    assert path.read_bytes() == before


def test_a_cell_that_hangs_is_named(collection, capsys, monkeypatch):
    monkeypatch.setattr(command, "CELL_TIMEOUT", 1)
    stored(collection, "while True: pass")
    assert command.main([]) == 1
    assert "cell cell-1: ran longer than 1 s" in capsys.readouterr().out


def test_a_file_that_is_no_notebook_is_named(collection, capsys):
    (collection / f"{NAME}.ipynb").write_text("<<<<<<< HEAD")
    assert command.main([]) == 1
    line = capsys.readouterr().out.splitlines()[0]
    assert (
        line.startswith(NAME) and "FAILED: Notebook does not appear to be JSON" in line
    )


def test_check_names_what_differs_and_writes_nothing(collection, capsys):
    path = stored(collection, "1 + 1", "2 + 2")
    assert command.main([]) == 0
    capsys.readouterr()
    tampered = path.read_bytes().replace(b'"4"', b'"5"')
    path.write_bytes(tampered)
    command.README.write_bytes(
        command.README.read_bytes().replace(b"| Notebook |", b"| Book |")
    )
    assert command.main(["--check"]) == 1
    assert path.read_bytes() == tampered
    lines = capsys.readouterr().out.splitlines()
    assert (
        "cell cell-2 differs" in lines[0]
        and "README" in lines[1]
        and "differs" in lines[1]
    )
    assert lines[2].endswith("unchanged")


def test_an_unknown_notebook_is_an_error_that_lists_the_known(collection, capsys):
    stored(collection, "1")
    with pytest.raises(SystemExit):
        command.main(["10-logistik"])
    assert f"no notebook '10-logistik'; there are: {NAME}" in capsys.readouterr().err


# The checks bite: one value is altered in a copy of the logistic notebook

STORED = {  # cell -> where, what is there, what takes its place
    "derivative-short": ("text/latex", r"displaystyle ", "displaystyle -"),
    "fact-card": ("text/html", r"(slope at 0.*?)\d", r"\g<1>77"),
    "values": ("text/plain", r"0\.8808", "0.8809"),  # hidden, until it is run
    "tail-figure": ("text/html", r'(alt="[^"]*)\d', r"\g<1>77"),
    "explore-live": ("source", r"x - c", "x + c"),  # it shows when a slider moves
    "solution-1": ("source", r"solution_1 = ", "solution_1 = 2 * "),
    "loss-figure": ("source", r"p_values - 1, label", "p_values - 0.9, label"),
}
PLOTTED = {  # one array of a figure by hand, in each of two other notebooks
    "20-relu": ("pieces-figure", r"network\(grid\)", "1.02 * network(grid)"),
    "30-softplus": ("big-idea-gap-figure", r"grid, gap", "grid, gap + 0.01"),
}


def alter(cell, where, what, instead):
    """Change one place of a cell's source, or of the output of this type."""
    found = cell if where == "source" else cell.outputs[-1].data
    found[where], count = re.subn(what, instead, found[where], count=1)
    assert count == 1


def failing(notebook, folder):
    """The code cells that the project's test command fails, in a process of its own."""
    nbformat.write(notebook, folder / "copy.ipynb")
    options = ["-n0", "--color=no", "-p", "no:cacheprovider", "-c", "pyproject.toml"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(folder / "copy.ipynb")],
        cwd=command.ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    numbers = re.findall(r"^FAILED .*::Cell (\d+)", result.stdout, re.MULTILINE)
    assert result.returncode == (1 if numbers else 0), result.stdout
    return {structure.code_cells(notebook)[int(number)].id for number in numbers}


@pytest.fixture
def lesson():
    """The notebook up to the big idea, and four cells more: enough, and quicker."""
    notebook = read(command.NOTEBOOKS / "10-logistic.ipynb")
    core = notebook.cells[: notebook.cells.index(cell(notebook, "exercises"))]
    more = ("solution-1", "tail-figure", "loss-figure", "fact-card")
    notebook.cells = [*core, *(cell(notebook, id) for id in more)]
    return notebook


def test_each_altered_cell_fails_and_no_other(lesson, tmp_path):
    for id, alteration in STORED.items():
        alter(cell(lesson, id), *alteration)
    assert failing(lesson, tmp_path) == STORED.keys()


@pytest.mark.parametrize("name", PLOTTED)
def test_an_altered_array_is_another_picture(name, tmp_path):
    id, *alteration = PLOTTED[name]
    notebook = read(command.NOTEBOOKS / f"{name}.ipynb")
    figure = cell(notebook, id)
    before = notebook.cells[: notebook.cells.index(figure)]
    start = max(n for n, c in enumerate(before) if c.id in structure.sections(name))
    notebook.cells = [cell(notebook, "setup"), *before[start:], figure]
    alter(figure, "source", *alteration)
    assert failing(notebook, tmp_path) == {id}


@pytest.mark.parametrize("method", ["diff", "grad"])
def test_a_wrong_sign_in_a_derivative_is_caught(lesson, tmp_path, method):
    sabotage = (
        "import actlib\n"
        f"right = actlib.Activation.{method}\n"
        f"actlib.Activation.{method} = lambda *args, **kwargs: -right(*args, **kwargs)"
    )
    lesson.cells.insert(0, new_code_cell(sabotage, id="sabotage"))
    found = failing(lesson, tmp_path)
    assert found and "sabotage" not in found


# Pictures are compared with a tolerance

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg"><path id="m0123456789" d="M 0 0 L 0 3.5"/>'
    '<path id="DejaVuSans-13" d="M 9 9 L 5 5"/>'
    '<g id="line-0"><path d="M 0 0 L 100 50 L 200 0 M 0 9 L 9 0" '
    'style="stroke: #0072b2"/></g>'
    '<use href="#m0123456789" x="10" y="20"/></svg>'
)


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        ("m0123456789", "mabcdefabcd"),
        ("M 9 9", "M 7 9"),
        ("L 100 50", "L 50 25.1 L 100 50.3"),
        ('y="20"', 'y="20.4"'),
    ],
    ids=["id", "letter", "corners", "place"],
)
def test_a_difference_between_platforms_is_none(what, instead):
    assert pictures.difference(SVG, SVG.replace(what, instead)) == ""


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        ("L 100 50", "L 100 51.5"),
        ("L 100 50 ", ""),
        (" L 200 0", ""),
        (" M 0 9 L 9 0", ""),
        ("#0072b2", "#0072b3"),
        ('y="20"', 'y="21"'),
        ('<use href="#m0123456789" x="10" y="20"/>', ""),
        ("</svg>", "<path/></svg>"),
        ("<use", "<image"),
    ],
)
def test_another_picture_is_one(what, instead):
    assert pictures.difference(SVG, SVG.replace(what, instead))


@pytest.mark.parametrize(("color", "same"), [(90, True), (101, True), (120, False)])
def test_an_image_in_a_picture_may_differ_by_a_shade(color, same):
    def svg(value):
        png = BytesIO()
        image = np.full((4, 4, 3), [value, 10, 200], dtype=np.uint8)
        matplotlib.image.imsave(png, image, format="png")
        address = f"data:image/png;base64,{b64encode(png.getvalue()).decode()}"
        return f'<svg><image href="{address}" width="9"/></svg>'

    assert (pictures.difference(svg(90), svg(color)) == "") is same
