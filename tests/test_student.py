"""The copies for students hold no solution, and need none."""

import dis
import inspect
from copy import deepcopy

import nbformat
import pytest
import structure
import student
from execute import NOTEBOOKS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
FOLDED = {"tags": ["solution"], "jupyter": {"source_hidden": True}}


def rules_broken(notebook, name):
    return {line.partition(":")[0] for line in structure.problems(notebook, name)}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_only_the_solutions_are_left_out(path):
    stored = nbformat.read(path, as_version=4)
    copy = deepcopy(stored)
    count = student.without_solutions(copy)
    solutions = [cell for cell in stored.cells if "solution" in structure.tags(cell)]
    assert count == len(solutions)
    assert copy.cells == [cell for cell in stored.cells if cell not in solutions]
    prose_and_code = "\n".join(cell.source for cell in copy.cells)
    for solution in solutions:
        assert solution.source not in prose_and_code
        assert solution.source.splitlines()[-1] not in prose_and_code  # its assert
    # Execution counts have gaps until the copy is executed; solutions are short cells.
    more = rules_broken(copy, path.stem) - rules_broken(stored, path.stem)
    assert more <= {"exercises", "counts", "median_length"}


def names(code, *instructions):
    """The global names that these instructions of a code object bind or use."""
    found = {i.argval for i in dis.get_instructions(code) if i.opname in instructions}
    inner = (constant for constant in code.co_consts if inspect.iscode(constant))
    return found.union(*(names(function, *instructions) for function in inner))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_no_cell_leans_on_a_solution(path):
    bound, used = {True: set(), False: set()}, set()
    for cell in structure.code_cells(nbformat.read(path, as_version=4)):
        code, solution = (
            compile(cell.source, cell.id, "exec"),
            "solution" in structure.tags(cell),
        )
        bound[solution] |= names(code, "STORE_NAME")
        if not solution:
            used |= names(code, "LOAD_NAME", "LOAD_GLOBAL")
    assert not (bound[True] - bound[False]) & used


@pytest.fixture
def collection(tmp_path, monkeypatch):
    """Two small notebooks: `10-good`, and `11-leaning`, which needs a solution."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.setattr(student, "NOTEBOOKS", folder)
    cells = [
        new_code_cell("import math", id="setup", metadata={"tags": ["setup"]}),
        new_markdown_cell(
            "<details><summary>Hint</summary>one digit</details>", id="hint"
        ),
        new_code_cell(
            "secret = 42\nprint(secret)\nassert 1", id="solution-1", metadata=FOLDED
        ),
        new_markdown_cell("Predict, then run.", id="question"),
        new_code_cell(
            "'secret' in globals()",
            id="last",
            metadata={"jupyter": {"outputs_hidden": True}},
        ),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "10-good.ipynb")
    cells.append(new_code_cell("secret + 1", id="leaning"))
    nbformat.write(new_notebook(cells=cells), folder / "11-leaning.ipynb")
    return folder


def test_a_copy_is_a_notebook_that_was_run_without_solutions(
    collection, tmp_path, capsys
):
    target = tmp_path / "for" / "students"
    assert student.main(["--to", str(target)]) == 1
    good, leaning = capsys.readouterr().out.splitlines()
    assert good.startswith(f"{target / '10-good.ipynb'} ")
    assert good.endswith("solutions left out: 1")
    assert leaning.endswith(
        "FAILED: cell leaning: NameError: name 'secret' is not defined"
    )

    assert [path.name for path in target.iterdir()] == ["10-good.ipynb"]
    text = (target / "10-good.ipynb").read_text(encoding="utf-8")
    assert "one digit" in text and "42" not in text
    copy = nbformat.reads(text, as_version=4)
    nbformat.validate(copy)
    assert rules_broken(copy, "10-good") == {"section_order"}  # it has no sections
    assert copy.cells[-1].outputs[1].data == {"text/plain": "False"}
    assert copy.cells[-1].metadata.jupyter.outputs_hidden


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["10-god"], "no notebook '10-god'; there are: 10-good, 11-leaning"),
        (
            ["--to", "notebooks"],
            "--to must not be the folder of the notebooks themselves",
        ),
        (["--to", "notebooks/10-good.ipynb"], "--to must be a folder to write to"),
    ],
)
def test_what_cannot_be_done_is_an_error_that_says_so(
    collection, tmp_path, monkeypatch, capsys, arguments, words
):
    monkeypatch.chdir(tmp_path)
    before = {path: path.read_bytes() for path in collection.iterdir()}
    with pytest.raises(SystemExit) as exit:
        student.main(arguments)
    assert exit.value.code == 2
    assert words in capsys.readouterr().err
    assert {path: path.read_bytes() for path in collection.iterdir()} == before
