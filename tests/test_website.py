"""The website's build: what becomes of a notebook, what stays when one is wrong."""

import base64
import re
import shutil

import nbformat
import pages
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
    return pages.body(executed(LOGISTIC))


def test_a_page_has_all_that_the_notebook_shows(page):
    notebook = executed(LOGISTIC)
    assert len(page.select(".jp-Cell")) == len(notebook.cells)
    live = sum(
        cell.source.count(f"actlib.{name}(")
        for cell in code_cells(notebook)
        for name in ("explore", "propagate", "train")
    )
    assert len(page.select(".actlib-live script[type=module]")) == live > 0


def test_a_page_fetches_nothing(page):
    fetched = [tag.get("src") or tag.get("href") for tag in page.select(FETCHED)]
    assert fetched
    assert [a[:40] for a in fetched if not a.startswith("data:")] == []


@pytest.mark.parametrize(
    "path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.stem
)
def test_a_page_opens_with_its_question_and_its_live_figure(path):
    cells = executed(path).cells
    title, *others = pages.live_first(cells)
    heading, live = others[:2]
    assert title.source.startswith("# ")
    assert heading.source.startswith("## ")
    assert pages.is_live(live)
    # What tells how to run cells is no opening of a page on which nothing runs.
    assert "Shift" not in title.source + heading.source
    assert sorted(c.id for c in [title, *others]) == sorted(c.id for c in cells)
    # Its questions follow, and then what stood before it.
    places = {cell.id: place for place, cell in enumerate(others)}
    questions = next(c for c in others[2:] if c.source.startswith("#"))
    assert questions.source.startswith("### ")
    assert places[questions.id] + 1 == places[cells[1].id]


def test_a_page_without_a_live_figure_keeps_its_order():
    cells = [new_markdown_cell("# A"), new_markdown_cell("## B"), new_code_cell("1")]
    assert pages.live_first(cells) == cells


def text_output(text):
    return new_output("execute_result", data={"text/plain": text})


def formula_output():
    return new_output("execute_result", data={"text/plain": "x", "text/latex": "$x$"})


@pytest.mark.parametrize(
    ("source", "tags", "outputs", "folded"),
    [
        ("import numpy as np", ["setup"], [], True),
        ("def helper(): pass", [], [], True),
        ("def lesson(): pass", ["show-code"], [], False),
        ("relu(3)", [], [text_output("3")], False),
        ("print(3)", [], [new_output("stream", text="3")], False),
        ("relu", [], [formula_output()], True),
        ("relu", ["show-code"], [formula_output()], False),
    ],
)
def test_code_is_folded_unless_it_is_to_be_read(source, tags, outputs, folded):
    cell = new_code_cell(source, outputs=outputs, metadata={"tags": tags})
    html = pages.body(new_notebook(cells=[cell]))
    assert bool(html.select("details.code pre")) == folded
    assert source in html.text.replace("\xa0", " ")


def test_helpers_in_a_row_are_folded_once():
    texts = ["one = 1", "two = 2", "three = 3"]
    cells = [new_code_cell(text) for text in texts]
    cells += [new_markdown_cell("and then"), new_code_cell("four = 4")]
    html = pages.body(new_notebook(cells=cells))
    folds = html.select("details.code")
    assert [fold.find_parent("details") for fold in folds] == [None, None]
    assert [pre.text.strip() for pre in folds[0].select("pre")] == texts
    assert len(html.select(".jp-Cell")) == len(cells)


def test_every_task_is_in_view(page):
    tasks = [cell for cell in code_cells(executed(LOGISTIC)) if "..." in cell.source]
    assert tasks
    for cell in tasks:
        assert not page.find(id=f"cell-id={cell.id}").select("details.code")


def test_contents_are_the_sections_in_order(page):
    headings = [heading.text for heading in page.select("h2")]
    listed = pages.contents(page)
    assert [parsed(html).text for _, html in listed] == headings
    assert len({id for id, _ in listed}) == len(headings) > 5


def test_solutions_are_folded(page):
    folded = {cell["id"] for cell in page.select("details.solution > .jp-CodeCell")}
    solutions = [c.id for c in executed(LOGISTIC).cells if "solution" in tags(c)]
    assert folded == {f"cell-id={name}" for name in solutions}


def test_what_is_to_be_predicted_is_folded_below_its_code(page):
    folds = page.select("details:has(> .jp-Cell-outputWrapper)")
    hidden = [f"cell-id={c.id}" for c in executed(LOGISTIC).cells if hides_output(c)]
    assert [fold.parent["id"] for fold in folds] == hidden
    for fold in folds:
        assert fold.summary.text == "See the result" and not fold.has_attr("open")
        assert fold.select(".jp-OutputArea-output")
        code = fold.find_previous(class_="jp-Cell-inputWrapper")
        assert code.find_parent(class_="jp-Cell") is fold.parent


def test_links_between_notebooks_lead_to_pages():
    source = (
        "[a](40-softmax.ipynb) [b](40-softmax.ipynb#recap) "
        "[c](https://example.org/x.ipynb)"
    )
    html = pages.body(new_notebook(cells=[new_markdown_cell(source)]))
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
    for step in ("slides", "collect_wheels", "run", "tell_without_python"):
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
    read = (tmp_path / "site" / "read").iterdir()
    assert sorted(path.stem for path in read) == TWO


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


@pytest.mark.parametrize("address", ["example.org", "https://gitlab.com/one/two", ""])
def test_an_address_that_is_not_github_s_is_refused(
    tmp_path, monkeypatch, capsys, address
):
    (tmp_path / "pyproject.toml").write_text(
        f'[project.urls]\nRepository = "{address}"\n'
    )
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    said = refused(tmp_path, monkeypatch, capsys)
    assert f"Repository in pyproject.toml is {address!r}" in said
    assert "not https://github.com/<owner>/<name>" in said


def test_a_missing_font_is_named(tmp_path, monkeypatch, capsys):
    shutil.copytree(website.SHARED, tmp_path / "shared")
    (tmp_path / "shared" / "fonts" / "stix-two-math.woff2").unlink()
    monkeypatch.setattr(website, "SHARED", tmp_path / "shared")
    said = refused(tmp_path, monkeypatch, capsys)
    assert "stix-two-math.woff2 is missing: python tools/fonts.py" in said


@pytest.mark.parametrize(
    ("widths", "own"), [([288, 200], 288), ([461, 288], 288), ([461], None), ([], None)]
)
def test_a_card_shows_its_page_s_picture_or_all_curves(tmp_path, widths, own):
    html = "<p>words</p>"
    for width in widths:
        data = base64.b64encode(f'<svg width="{width}pt"></svg>'.encode()).decode()
        html += f'<img alt="{width} wide" src="{pages.SVG}{data}"/>'
    target = tmp_path / "99-a.svg"
    words = pages.first_picture(parsed(html), target)
    assert words.startswith(f"{own} wide" if own else "The curves of the collection")
    shown = re.search('width="(.+?)pt"', target.read_text(encoding="utf-8"))[1]
    assert (float(shown) == own) == (own is not None)


def test_a_formula_in_a_card_stays_in_one_line():
    assert (
        pages.unbroken("so f′ = f(1 − f) here") == "so f′\xa0=\xa0f(1\xa0−\xa0f) here"
    )


def test_a_folder_without_pyodide_is_refused(tmp_path, monkeypatch, capsys):
    said = refused(tmp_path, monkeypatch, capsys, "--pyodide", str(tmp_path))
    assert "--pyodide must be a folder with pyodide.js" in said


def test_a_failing_command_is_shown():
    with pytest.raises(NotebookError, match=r"what failed:\n(.|\n)*oh dear"):
        website.run("what", "-c", "raise SystemExit('oh dear')")
