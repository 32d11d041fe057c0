"""The website's build: what becomes of a notebook, what stays when one is wrong."""

import shutil

import nbformat
import pytest
import readme
import website
from execute import (
    NOTEBOOKS,
    NotebookError,
    code_cells,
    executed,
    hides_output,
    tags,
)
from mathematics import parsed
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

FETCHED = "script[src], link[href], img[src], iframe[src]"
TWO = ["00-start-here", "10-logistic"]
LOGISTIC = NOTEBOOKS / "10-logistic.ipynb"


@pytest.fixture(scope="module")
def page():
    return parsed(website.body(executed(LOGISTIC)))


def test_a_page_has_all_that_the_notebook_shows(page):
    notebook = executed(LOGISTIC)
    assert len(page.select(".jp-Cell")) == len(notebook.cells)
    live = sum("explore(" in cell.source for cell in code_cells(notebook))
    assert len(page.select(".actlib-live script[type=module]")) == live > 0


def test_a_page_fetches_nothing(page):
    fetched = [tag.get("src") or tag.get("href") for tag in page.select(FETCHED)]
    assert fetched
    assert [a[:40] for a in fetched if not a.startswith("data:")] == []


def test_solutions_are_folded_and_nothing_else(page):
    folded = {cell["id"] for cell in page.select("details > summary + .jp-CodeCell")}
    solutions = [c.id for c in executed(LOGISTIC).cells if "solution" in tags(c)]
    assert folded == {f"cell-id={name}" for name in solutions}


def test_what_is_to_be_predicted_is_folded_below_its_code(page):
    folds = page.select("details:has(> .jp-Cell-outputWrapper)")
    hidden = [f"cell-id={c.id}" for c in executed(LOGISTIC).cells if hides_output(c)]
    assert [fold.parent["id"] for fold in folds] == hidden
    for fold in folds:
        assert fold.summary.text == "See the result" and not fold.has_attr("open")
        assert fold.select(".jp-OutputArea-output")
        assert fold.find_previous_sibling(class_="jp-Cell-inputWrapper")


def test_links_between_notebooks_lead_to_pages():
    source = (
        "[a](40-softmax.ipynb) [b](40-softmax.ipynb#recap) "
        "[c](https://example.org/x.ipynb)"
    )
    html = parsed(website.body(new_notebook(cells=[new_markdown_cell(source)])))
    links = [link["href"] for link in html.select("a")]
    assert links == [
        "40-softmax.html",
        "40-softmax.html#recap",
        "https://example.org/x.ipynb",
    ]


def test_every_formula_is_mathematics(page):
    texts = page.find_all(string=lambda text: "$" in text)
    assert [
        text for text in texts if not text.find_parent(["pre", "code", "script"])
    ] == []
    assert page.select("math")


# What goes wrong


def build(tmp_path, monkeypatch):
    """Build a site of two notebooks over another, no slow steps; the code, the text."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in TWO:
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", folder)
    monkeypatch.setattr(website, "NOTEBOOKS", folder)
    for step in ("slides", "collect_wheels", "run"):
        monkeypatch.setattr(website, step, lambda *arguments, **options: None)
    return rebuild(tmp_path, monkeypatch)


def rebuild(tmp_path, monkeypatch, *arguments):
    target = tmp_path / "site"
    target.mkdir(exist_ok=True)
    (target / "index.html").write_text("before")
    monkeypatch.setattr(website, "TARGET", target)
    code = website.main(arguments)
    assert [
        path.name for path in tmp_path.iterdir() if path.name.startswith("site")
    ] == ["site"]
    assert [
        path.name for path in tmp_path.iterdir() if path.name.startswith("tmp")
    ] == []
    return code, (target / "index.html").read_text()


def test_a_build_takes_the_place_of_the_one_before(tmp_path, monkeypatch):
    code, text = build(tmp_path, monkeypatch)
    assert code == 0
    assert all(f"read/{name}.html" in text for name in TWO)
    pages = (tmp_path / "site" / "read").iterdir()
    assert sorted(path.stem for path in pages) == TWO


def refused(tmp_path, monkeypatch, capsys, *arguments):
    """What the command says when it fails; the site before is still there."""
    assert rebuild(tmp_path, monkeypatch, *arguments) == (1, "before")
    return capsys.readouterr().err


def test_a_missing_tool_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(website, "WHEELS", ["no-such-tool"])
    said = refused(tmp_path, monkeypatch, capsys)
    assert (
        "no-such-tool is not installed: python -m pip install -r tests/requirements.txt"
        in said
    )


def test_a_missing_wheel_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(website, "read", lambda site, cards: None)
    monkeypatch.setattr(website, "slides", lambda site, cards: None)
    monkeypatch.setattr(website, "version", lambda name: "0.0.0.1")
    monkeypatch.setattr(website, "WHEELS", ["mpmath"])
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_NO_BUILD_ISOLATION", "0")
    assert "failed" in refused(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (new_code_cell("1", id="one"), "cell one was not executed"),
        (
            new_code_cell(
                "1 / 0",
                id="one",
                execution_count=1,
                outputs=[
                    new_output("error", ename="ZeroDivisionError", evalue="by zero")
                ],
            ),
            "cell one: ZeroDivisionError: by zero",
        ),
    ],
)
def test_a_notebook_that_cannot_be_shown_is_named(
    tmp_path, monkeypatch, capsys, cell, reason
):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    nbformat.write(
        new_notebook(cells=[new_markdown_cell("# A"), cell]), folder / "99-a.ipynb"
    )
    monkeypatch.setattr(website, "NOTEBOOKS", folder)
    assert f"99-a.ipynb: {reason}" in refused(tmp_path, monkeypatch, capsys)


def test_a_bad_address_is_refused(tmp_path, monkeypatch, capsys):
    (tmp_path / "pyproject.toml").write_text(
        '[project.urls]\nRepository = "example.org"\n'
    )
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    assert "Repository in pyproject.toml is 'example.org'" in refused(
        tmp_path, monkeypatch, capsys
    )


def test_a_folder_without_pyodide_is_refused(tmp_path, monkeypatch, capsys):
    said = refused(tmp_path, monkeypatch, capsys, "--pyodide", str(tmp_path))
    assert "--pyodide must be a folder with pyodide.js" in said


def test_a_failing_command_is_shown():
    with pytest.raises(NotebookError, match=r"what failed:\n(.|\n)*oh dear"):
        website.run("what", "-c", "raise SystemExit('oh dear')")
